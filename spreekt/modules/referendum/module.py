"""The digital referendum as a plug. What it shows elsewhere in the house is in cards.py."""

from typing import Any

from spreekt.module import Module, Votes
from spreekt.modules.referendum import (
    api,
    booth_views,
    cards,
    desk_views,
    follow_up_views,
    letters_views,
    objection_mails,
    objection_views,
    recovery_command,
    roll_commands,
    roll_views,
    staff_views,
    subscribers,
    trustee_commands,
    trustee_program_views,
    trustee_staff_views,
    trustee_views,
    views,
)
from spreekt.modules.referendum.holding import begin_archives_anew, hold


def register(commands: Any) -> None:
    """Add this module's commands to those of `spreekt`."""
    for command in (roll_commands, trustee_commands, recovery_command):
        command.register(commands)


MODULE = Module(
    "referendum",
    blueprints=(
        views.bp,
        booth_views.bp,
        objection_views.bp,
        trustee_views.bp,
        trustee_program_views.bp,
        staff_views.bp,
        follow_up_views.bp,
        roll_views.bp,
        letters_views.bp,
        trustee_staff_views.bp,
        desk_views.bp,
        api.bp,
    ),
    commands=register,
    nav=("Referendum", "referendum.index"),
    subscribers={
        "referendum.batch": (subscribers.tell_owners, subscribers.bring_up_archive),
        "referendum.close": (subscribers.bring_up_archive,),
        "referendum.proclaim": (subscribers.bring_up_archive,),
    },
    mails={
        "roll.objection-received": objection_mails.received_mail,
        "roll.objection-decided": objection_mails.decided_mail,
    },
    open_now=cards.open_now,
    outcomes=cards.outcomes,
    deeds=cards.deeds,
    work=cards.work,
    export=cards.export,
    votes=Votes("referenda", hold, are_in=lambda row: not row["is_imported"]),
    restored=begin_archives_anew,
    sweep=cards.sweep,
    api=api.api_paths(),
)

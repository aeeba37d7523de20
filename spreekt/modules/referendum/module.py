"""The digital referendum as a plug. What it shows elsewhere in the house is in cards.py."""

from spreekt.module import Module
from spreekt.modules.referendum import (
    booth_views,
    cards,
    desk_views,
    letters_views,
    objection_mails,
    objection_views,
    roll_commands,
    roll_views,
    staff_views,
    subscribers,
    views,
)

MODULE = Module(
    "referendum",
    blueprints=(
        views.bp,
        booth_views.bp,
        staff_views.bp,
        roll_views.bp,
        letters_views.bp,
        desk_views.bp,
        objection_views.bp,
    ),
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
    commands=roll_commands.register,
    open_now=cards.open_now,
    outcomes=cards.outcomes,
    deeds=cards.deeds,
    work=cards.work,
    export=cards.export,
    sweep=cards.sweep,
)

"""Participatory budget as a plug. What it shows elsewhere in the house is in cards.py and dossier_cards.py."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor
from spreekt.module import Deed, Module, Reminder, Work
from spreekt.modules.burgerbudget import (
    advice_views,
    cards,
    commands,
    dossier_cards,
    dossier_file_views,
    dossier_lists,
    dossier_notices,
    dossier_views,
    group,
    group_views,
    juror_views,
    jury_cards,
    jury_commands,
    jury_notices,
    jury_report_views,
    jury_seats,
    jury_staff_views,
    jury_views,
    phase_views,
    screening_views,
    staff_views,
)
from spreekt.modules.burgerbudget.dossier_models import Dossier
from spreekt.modules.burgerbudget.models import Project
from spreekt.modules.burgerbudget.voting import bp
from spreekt.web.context import now as this_moment


def deeds(db: Session, who: Actor) -> Sequence[Deed]:
    """Votes and groups of one resident."""
    return [*cards.deeds(db, who), *dossier_cards.deeds(db, who), *jury_cards.deeds(db, who)]


def work(db: Session, who: Actor, now: datetime) -> Sequence[Work]:
    """Rounds, results, dossiers and advice that wait."""
    return [*cards.work(db, who, now), *dossier_cards.work(db, who, now), *jury_cards.work(db, who, now)]


def erase(db: Session, account_id: int) -> None:
    """Drafts of ballots go; groups lose a member."""
    cards.erase(db, account_id)
    dossier_cards.erase(db, account_id, this_moment())
    jury_seats.erase(db, account_id)


def sweep(db: Session, now: datetime) -> None:
    """Clocks that ran out."""
    cards.sweep(db, now)
    group.lapse_overdue(db, now)
    jury_seats.sweep(db, now)


def reminders(db: Session, who: Actor, now: datetime) -> Sequence[Reminder]:
    """Ballots that were not cast, seats and sheets of jurors."""
    return [*cards.reminders(db, who, now), *jury_cards.reminders(db, who, now)]


def export(db: Session, account_id: int) -> Mapping[str, Any]:
    """Where somebody voted, and what they gave as a juror."""
    return {**cards.export(db, account_id), **jury_cards.export(db, account_id)}


def register(subparsers: Any) -> None:
    """`spreekt budget …` and `spreekt jury …`."""
    commands.register(subparsers)
    jury_commands.register(subparsers)


MODULE = Module(
    "burgerbudget",
    blueprints=(
        bp, staff_views.bp, phase_views.bp, dossier_views.bp, dossier_lists.lists, dossier_file_views.bp,
        group_views.bp, screening_views.bp, advice_views.bp, jury_views.bp, juror_views.bp, jury_staff_views.bp,
        jury_report_views.bp,
    ),
    nav=("Burgerbudget", "burgerbudget.index"),
    submissions=(Project, Dossier),
    subscribers={**dossier_notices.SUBSCRIBERS, **jury_notices.SUBSCRIBERS},
    mails={**dossier_notices.MAILS, **jury_notices.MAILS},
    commands=register,
    open_now=cards.open_now,
    outcomes=cards.outcomes,
    reminders=reminders,
    deeds=deeds,
    work=work,
    export=export,
    erase=erase,
    sweep=sweep,
)  # fmt: skip

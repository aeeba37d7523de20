"""Participatory budget as a plug. What it shows elsewhere in the house is in cards.py and dossier_cards.py."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor
from spreekt.module import Deed, Module, Work
from spreekt.modules.burgerbudget import (
    advice_views,
    api,
    award_views,
    cards,
    commands,
    dossier_cards,
    dossier_file_views,
    dossier_lists,
    dossier_notices,
    dossier_views,
    group,
    group_views,
    officer_cards,
    officer_views,
    outcome_views,
    phase_views,
    screening_views,
    staff_views,
)
from spreekt.modules.burgerbudget.dossier_models import Dossier
from spreekt.modules.burgerbudget.models import Project
from spreekt.web.context import now as this_moment


def deeds(db: Session, who: Actor) -> Sequence[Deed]:
    """Votes and groups of one resident."""
    return [*cards.deeds(db, who), *dossier_cards.deeds(db, who)]


def work(db: Session, who: Actor, now: datetime) -> Sequence[Work]:
    """Rounds, results, dossiers and advice that wait."""
    return [*cards.work(db, who, now), *officer_cards.work(db, who, now), *dossier_cards.work(db, who, now)]


def erase(db: Session, account_id: int) -> None:
    """Drafts of ballots go; groups lose a member."""
    cards.erase(db, account_id)
    dossier_cards.erase(db, account_id, this_moment())


def sweep(db: Session, now: datetime) -> None:
    """Clocks that ran out."""
    cards.sweep(db, now)
    group.lapse_overdue(db, now)


MODULE = Module(
    "burgerbudget",
    blueprints=(
        outcome_views.bp, staff_views.bp, award_views.bp, phase_views.bp, dossier_views.bp, dossier_lists.lists,
        dossier_file_views.bp, group_views.bp, screening_views.bp, advice_views.bp, officer_views.bp, api.bp,
    ),
    nav=("Burgerbudget", "burgerbudget.index"),
    submissions=(Project, Dossier),
    subscribers=dossier_notices.SUBSCRIBERS,
    mails=dossier_notices.MAILS,
    commands=commands.register,
    open_now=cards.open_now,
    outcomes=cards.outcomes,
    reminders=cards.reminders,
    deeds=deeds,
    work=work,
    export=cards.export,
    erase=erase,
    sweep=sweep,
    api=api.api_paths(),
)  # fmt: skip

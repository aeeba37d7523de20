"""Participatory budget as a plug. What it shows elsewhere in the house is in cards.py and dossier_cards.py."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor
from spreekt.module import Deed, Module, Work
from spreekt.modules.burgerbudget import (
    advice_views,
    api,
    award_views,
    ballot_notices,
    cards,
    carrying_views,
    commands,
    desk_views,
    door_views,
    dossier_cards,
    dossier_file_views,
    dossier_lists,
    dossier_notices,
    dossier_views,
    follow_cards,
    follow_desk_views,
    follow_notices,
    follow_views,
    group,
    group_views,
    letter_views,
    officer_cards,
    officer_views,
    outcome_views,
    paper_views,
    paying_views,
    phase_views,
    screening_views,
    staff_views,
    survey_views,
    vote_letter_jobs,
)
from spreekt.modules.burgerbudget.dossier_models import Dossier
from spreekt.modules.burgerbudget.models import Project
from spreekt.modules.burgerbudget.report_models import ProgressReport
from spreekt.web.context import now as this_moment
from spreekt.web.context import vault


def deeds(db: Session, who: Actor) -> Sequence[Deed]:
    """Votes and groups of one resident."""
    return [*cards.deeds(db, who), *dossier_cards.deeds(db, who), *follow_cards.deeds(db, who)]


def work(db: Session, who: Actor, now: datetime) -> Sequence[Work]:
    """Rounds, results, dossiers and advice that wait."""
    return [
        *cards.work(db, who, now),
        *officer_cards.work(db, who, now),
        *dossier_cards.work(db, who, now),
        *follow_cards.work(db, who, now),
    ]


def export(db: Session, account_id: int) -> Mapping[str, Any]:
    """Where somebody voted, and what their groups carry out."""
    return {**cards.export(db, account_id), **follow_cards.export(db, account_id)}


def erase(db: Session, account_id: int) -> None:
    """Drafts of ballots go; groups lose a member."""
    cards.erase(db, account_id)
    follow_cards.erase(db, vault(), account_id)
    dossier_cards.erase(db, account_id, this_moment())


def sweep(db: Session, now: datetime) -> None:
    """Clocks that ran out."""
    cards.sweep(db, now)
    group.lapse_overdue(db, now)
    follow_cards.sweep(db, now)


MODULE = Module(
    "burgerbudget",
    blueprints=(
        outcome_views.bp, staff_views.bp, award_views.bp, phase_views.bp, dossier_views.bp, dossier_lists.lists,
        dossier_file_views.bp, group_views.bp, screening_views.bp, advice_views.bp, api.bp, officer_views.bp,
        door_views.bp, desk_views.bp, letter_views.bp, paper_views.bp, follow_views.bp, carrying_views.bp,
        follow_desk_views.bp, paying_views.bp, survey_views.bp,
    ),
    nav=("Burgerbudget", "burgerbudget.index"),
    submissions=(Project, Dossier, ProgressReport),
    subscribers={
        **dossier_notices.SUBSCRIBERS, **ballot_notices.SUBSCRIBERS, **vote_letter_jobs.SUBSCRIBERS,
        **follow_notices.SUBSCRIBERS,
    },
    mails={**dossier_notices.MAILS, **ballot_notices.MAILS},
    commands=commands.register,
    open_now=cards.open_now,
    outcomes=cards.outcomes,
    reminders=cards.reminders,
    deeds=deeds,
    work=work,
    export=export,
    erase=erase,
    sweep=sweep,
    api=api.api_paths(),
)  # fmt: skip

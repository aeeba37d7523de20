"""Participatory budget as a plug. What it shows elsewhere in the house is in the files called cards.py."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor
from spreekt.module import Deed, Module, Reminder, Votes, Work
from spreekt.modules.burgerbudget import api, cards, commands, queries, staff_views
from spreekt.modules.burgerbudget.awards import cards as award_cards
from spreekt.modules.burgerbudget.awards import views as award_views
from spreekt.modules.burgerbudget.doors import desk_views, letter_views
from spreekt.modules.burgerbudget.doors import letter_jobs as vote_letter_jobs
from spreekt.modules.burgerbudget.doors import views as door_views
from spreekt.modules.burgerbudget.dossiers import advice_views, group, group_views, opening, screening_views, twins
from spreekt.modules.burgerbudget.dossiers import cards as dossier_cards
from spreekt.modules.burgerbudget.dossiers import file_views as dossier_file_views
from spreekt.modules.burgerbudget.dossiers import lists as dossier_lists
from spreekt.modules.burgerbudget.dossiers import notices as dossier_notices
from spreekt.modules.burgerbudget.dossiers import views as dossier_views
from spreekt.modules.burgerbudget.dossiers.models import Dossier
from spreekt.modules.burgerbudget.follow import cards as follow_cards
from spreekt.modules.burgerbudget.follow import carrying_views, paying_views, survey_views
from spreekt.modules.burgerbudget.follow import desk_views as follow_desk_views
from spreekt.modules.burgerbudget.follow import notices as follow_notices
from spreekt.modules.burgerbudget.follow import views as follow_views
from spreekt.modules.burgerbudget.follow.report_models import ProgressReport
from spreekt.modules.burgerbudget.jury import appointing_views, juror_views
from spreekt.modules.burgerbudget.jury import cards as jury_cards
from spreekt.modules.burgerbudget.jury import commands as jury_commands
from spreekt.modules.burgerbudget.jury import notices as jury_notices
from spreekt.modules.burgerbudget.jury import report_views as jury_report_views
from spreekt.modules.burgerbudget.jury import seats as jury_seats
from spreekt.modules.burgerbudget.jury import staff_views as jury_staff_views
from spreekt.modules.burgerbudget.jury import views as jury_views
from spreekt.modules.burgerbudget.models import Project
from spreekt.modules.burgerbudget.officers import cards as officer_cards
from spreekt.modules.burgerbudget.officers import views as officer_views
from spreekt.modules.burgerbudget.outcomes import views as outcome_views
from spreekt.modules.burgerbudget.paper import views as paper_views
from spreekt.modules.burgerbudget.phases import views as phase_views
from spreekt.modules.burgerbudget.themes import views as theme_views
from spreekt.modules.burgerbudget.voting import notices as ballot_notices
from spreekt.modules.burgerbudget.voting.holding import hold
from spreekt.web.context import now as this_moment
from spreekt.web.context import vault

PLANNING = (phase_views.bp, staff_views.bp, theme_views.bp, officer_views.bp, award_views.bp)
DOSSIERS = (
    dossier_views.bp, dossier_lists.lists, dossier_file_views.bp, group_views.bp, screening_views.bp, advice_views.bp,
)  # fmt: skip
VOTING = (outcome_views.bp, api.bp, door_views.bp, desk_views.bp, letter_views.bp, paper_views.bp)
JURY = (jury_views.bp, juror_views.bp, jury_staff_views.bp, appointing_views.bp, jury_report_views.bp)
CARRYING_OUT = (follow_views.bp, carrying_views.bp, follow_desk_views.bp, paying_views.bp, survey_views.bp)


def reminders(db: Session, who: Actor, now: datetime) -> Sequence[Reminder]:
    """Ballots that were not cast, seats and sheets of jurors."""
    return [*cards.reminders(db, who, now), *jury_cards.reminders(db, who, now)]


def deeds(db: Session, who: Actor) -> Sequence[Deed]:
    """Votes, groups, projects and juries of one resident."""
    return [each for part in (cards, dossier_cards, follow_cards, jury_cards) for each in part.deeds(db, who)]


def work(db: Session, who: Actor, now: datetime) -> Sequence[Work]:
    """Rounds, results, officers, dossiers, juries and projects that wait."""
    rounds = queries.all_rounds(db) if who.grants else ()
    found = list(cards.work(who, now, rounds))
    if rounds:  # without a round there is nothing to look after
        parts = (officer_cards, dossier_cards, jury_cards, award_cards, follow_cards)
        found += [each for part in parts for each in part.work(db, who, now)]
    return found


def export(db: Session, account_id: int) -> Mapping[str, Any]:
    """Where somebody voted, what their groups carry out, what they gave as a juror."""
    return {
        **cards.export(db, account_id),
        **follow_cards.export(db, account_id),
        **jury_cards.export(db, account_id),
    }


def erase(db: Session, account_id: int) -> None:
    """Drafts of ballots go; groups lose a member; a juror leaves."""
    cards.erase(db, account_id)
    dossier_cards.erase(db, account_id, this_moment())
    follow_cards.erase(db, vault(), account_id)
    jury_seats.erase(db, account_id)


def sweep(db: Session, now: datetime) -> None:
    """Clocks that ran out."""
    cards.sweep(db, now)
    group.lapse_overdue(db, now)
    opening.leave_out(db, now)
    jury_seats.sweep(db, now)
    follow_cards.sweep(db, now)


def register(subparsers: Any) -> None:
    """`spreekt budget …` and `spreekt jury …`."""
    commands.register(subparsers)
    jury_commands.register(subparsers)


MODULE = Module(
    "burgerbudget",
    blueprints=(*VOTING, *PLANNING, *DOSSIERS, *JURY, *CARRYING_OUT),
    nav=("Burgerbudget", "burgerbudget.index"),
    submissions=(Project, Dossier, ProgressReport),
    subscribers={
        **dossier_notices.SUBSCRIBERS, **twins.SUBSCRIBERS, **ballot_notices.SUBSCRIBERS,
        **vote_letter_jobs.SUBSCRIBERS, **jury_notices.SUBSCRIBERS, **follow_notices.SUBSCRIBERS,
    },
    mails={**dossier_notices.MAILS, **ballot_notices.MAILS, **jury_notices.MAILS},
    commands=register,
    open_now=cards.open_now,
    outcomes=award_cards.outcomes,
    reminders=reminders,
    deeds=deeds,
    work=work,
    export=export,
    erase=erase,
    votes=Votes("rounds", hold, are_in=lambda row: not (row["without_vote"] or row["is_imported"])),
    sweep=sweep,
    api=api.api_paths(),
)  # fmt: skip

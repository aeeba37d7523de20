"""Themes first, then money, then projects: a round takes over what residents decided in an earlier one.

A round about themes takes the list of those that went on; a round about projects takes a pot for each of them.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.kernel.dutch import euro
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.domain import VotingHasOpened, add_project, theme_plan
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.phases.timeline import PHASE_WORDS, has_reached, timeline
from spreekt.modules.burgerbudget.pots import DivisionStandsStill, set_pots
from spreekt.modules.burgerbudget.themes.shares import Share, shares_of
from spreekt.modules.burgerbudget.workflow import runs_rounds


class NoResultToTake(DomainError):
    """Only what everybody can read is taken over."""

    says = N_("Van die ronde over thema's staat nog geen uitslag online. Wacht tot ze gepubliceerd is.")


class NothingDivided(Invalid):
    """Residents chose themes there, and no amounts."""

    says = N_("In die ronde kozen inwoners thema's, maar ze verdeelden geen geld. Neem een ronde met punten of munten.")


class AnotherAmount(Invalid):
    """The arguments are what residents divided, and what this round has."""

    says = N_("Inwoners verdeelden daar {0}. Deze ronde heeft {1}. Maak eerst het bedrag van deze ronde gelijk.")


class AlreadyDivided(Invalid):
    """A division that staff made goes first."""

    says = N_("Het bedrag van deze ronde is al verdeeld. Maak die verdeling eerst leeg bij “Verander de ronde”.")


class AlreadyTaken(Invalid):
    """One result at a time."""

    says = N_("Deze ronde nam al een uitslag over. Laat die eerst los.")


class ListIsBegun(Invalid):
    """Themes of the city's own beside those of residents: then the list is not what residents chose."""

    says = N_("Er staan al thema's op de lijst. Haal ze eerst weg, of begin een nieuwe ronde.")


class NothingTaken(DomainError):
    """There is nothing to let go."""

    says = N_("Deze ronde nam niets over, of haar lijst met thema's ligt vast.")


def rounds_to_take_from(db: Session, round: Round, now: datetime) -> Sequence[Round]:
    """Rounds about themes whose result everybody can read, the newest vote first."""
    query = select(Round).where(Round.is_about_themes, Round.id != round.id).options(selectinload(Round.outcomes))
    found = [each for each in db.scalars(query.order_by(Round.id)) if each.shows_outcome(now)]
    return sorted(found, key=lambda each: each.poll.closes_at, reverse=True)


def take(db: Session, round: Round, earlier: Round, *, by: Actor, now: datetime) -> Sequence[Share]:
    """Take over the themes of an earlier round, and its money where this round is about projects.

    `now` is the database's clock. Raises VotingHasOpened, DivisionStandsStill, NoResultToTake, NothingDivided,
    AnotherAmount, AlreadyDivided, AlreadyTaken, ListIsBegun, ThemesAlike, TooExpensive, NoMoneyForTheme.
    """
    _may_take(db, round, by=by, now=now)
    if not earlier.is_about_themes or not earlier.shows_outcome(now) or earlier.id == round.id:
        raise NoResultToTake
    if round.themes_from_id is not None:
        raise AlreadyTaken
    found = shares_of(db, earlier)
    if round.is_about_themes:
        _take_list(db, round, found, by=by, now=now)
    else:
        _take_money(db, round, earlier, found)
    round.themes_from_id = earlier.id
    audit.record(db, by=by, act="round.take-themes", subject=f"round:{round.id}", reason=earlier.slug)
    db.flush()
    return found


def let_go(db: Session, round: Round, *, by: Actor, now: datetime) -> None:
    """The money is undivided again. `now` is the database's clock.

    Raises VotingHasOpened, DivisionStandsStill, NothingTaken.
    """
    _may_take(db, round, by=by, now=now)
    if round.themes_from_id is None or round.is_about_themes:
        raise NothingTaken
    set_pots(db, round, areas={}, themes={})
    round.themes_from_id = None
    audit.record(db, by=by, act="round.leave-themes", subject=f"round:{round.id}")
    db.flush()


def _take_list(db: Session, round: Round, found: Sequence[Share], *, by: Actor, now: datetime) -> None:
    if queries.number_of_projects(db, round.id):
        raise ListIsBegun
    for number, share in enumerate(found, start=1):
        add_project(db, round, theme_plan(f"t{number}", share.theme), by=by, now=now)


def _take_money(db: Session, round: Round, earlier: Round, found: Sequence[Share]) -> None:
    if any(share.amount_cents is None for share in found):
        raise NothingDivided
    if earlier.amount_cents != round.amount_cents:
        raise AnotherAmount(euro(earlier.amount_cents), euro(round.amount_cents))
    if round.pots:
        raise AlreadyDivided
    set_pots(db, round, areas={}, themes={share.theme: share.amount_cents for share in found if share.amount_cents})


def _may_take(db: Session, round: Round, *, by: Actor, now: datetime) -> None:
    if not runs_rounds(by, None):
        raise Forbidden
    if not round.may_change(now):
        raise VotingHasOpened
    if has_reached(timeline(db, round), PhaseKind.SUBMISSION, now) and not round.is_about_themes:
        raise DivisionStandsStill(PHASE_WORDS[PhaseKind.SUBMISSION])

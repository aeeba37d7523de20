"""What a jury's pages and rules ask of the database. Reads only; who may see what is decided where it is asked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload, undefer

from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.regulations import JuryFormation, PhaseKind
from spreekt.modules.burgerbudget.jury.call_models import (
    JuryCall,
    JuryCandidate,
    JuryDraw,
    JuryExpert,
    JurySeat,
    SeatState,
)
from spreekt.modules.burgerbudget.jury.models import JuryNote, JuryReport, JurySession, JuryVerdict
from spreekt.modules.burgerbudget.jury.score_models import JuryCriterion, JuryScore, JurySheet
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.phases.models import RoundRegulation, Span
from spreekt.modules.burgerbudget.phases.regulation import regulation_of
from spreekt.modules.burgerbudget.phases.timeline import phase, timeline
from spreekt.modules.burgerbudget.rules.jury_draw import JuryList
from spreekt.modules.burgerbudget.rules.jury_file import read_draw, read_list
from spreekt.modules.burgerbudget.rules.jury_fit import Candidate

SEATED = (SeatState.SITS, SeatState.DONE)
GAVE_UP = (SeatState.DECLINED, SeatState.SILENT, SeatState.LEFT)
NAMED = (*SEATED, SeatState.LEFT)
"""Experts who said yes: everybody reads their name."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a jury stands: its phase, its numbers, call, draw, experts and report. Every gate by the clock is here."""

    round: Round
    spans: tuple[Span, ...]
    rules: RoundRegulation | None
    call: JuryCall | None
    draw: JuryDraw | None
    report: JuryReport | None
    is_scored: bool
    """Somebody gave points."""
    experts: tuple[JuryExpert, ...] = ()
    """In an appointed jury: who was put forward, and who was confirmed and has a seat."""

    @property
    def span(self) -> Span | None:
        return phase(self.spans, PhaseKind.JURY)

    @property
    def size(self) -> int:
        return self.rules.jury_size if self.rules else 0

    @property
    def is_planned(self) -> bool:
        """The round has a jury at all."""
        return self.span is not None and self.size > 0

    @property
    def is_weighed(self) -> bool:
        """The jury scores and its scores are weighed with the vote; it does not choose by itself."""
        return self.rules is not None and self.rules.jury_weight_percent is not None

    @property
    def age_on(self) -> date | None:
        """Old enough on the first day of the jury is old enough."""
        return self.span.opens_at.astimezone(BRUSSELS).date() if self.span else None

    @property
    def is_appointed(self) -> bool:
        """The city appoints experts: no call, no list, no draw."""
        return self.rules is not None and self.rules.jury_formation is JuryFormation.APPOINTED

    @property
    def proposed(self) -> list[JuryExpert]:
        """Experts who wait for the second person."""
        return [each for each in self.experts if each.seat is None]

    @property
    def named(self) -> list[JuryExpert]:
        """Experts who said yes."""
        return [each for each in self.experts if each.seat is not None and each.seat.state in NAMED]

    @property
    def free_places(self) -> int:
        """Of an appointed jury: places that nobody holds and nobody was put forward for."""
        held = [each for each in self.experts if each.seat is None or each.seat.state not in GAVE_UP]
        return max(0, self.size - len(held)) if self.is_appointed else 0

    @property
    def is_formed(self) -> bool:
        """There is a jury: it was drawn, or a first expert was confirmed."""
        return self.is_drawn or len(self.experts) > len(self.proposed)

    @property
    def is_drawn(self) -> bool:
        return self.draw is not None and self.draw.is_drawn

    @property
    def is_closed(self) -> bool:
        return self.report is not None and self.report.closed_at is not None

    @property
    def is_published(self) -> bool:
        return self.report is not None and self.report.published_at is not None

    def has_begun(self, now: datetime) -> bool:
        """The round itself has opened."""
        return bool(self.spans) and self.spans[0].opens_at <= now

    def takes_candidates(self, now: datetime) -> bool:
        """From the opening of the round until the list is frozen; the first day of the jury is a date to keep."""
        is_called = self.is_planned and not self.is_appointed and self.draw is None
        return is_called and not self.is_closed and self.has_begun(now)

    def is_open(self, now: datetime) -> bool:
        """The jury is at work: its phase opened, it was drawn or appointed, and its report is not closed.

        Its last day is a date to keep, not a door: the award waits for the report.
        """
        return self.span is not None and self.span.opens_at <= now and self.is_formed and not self.is_closed

    def is_late(self, now: datetime) -> bool:
        """Its last day is over, and its report is not published."""
        return self.span is not None and self.span.is_over(now) and not self.is_published

    def seed_is_known(self, now: datetime) -> bool:
        """The day that was announced has come."""
        return self.draw is not None and now.astimezone(BRUSSELS).date() >= self.draw.seed_on

    @property
    def may_set_criteria(self) -> bool:
        """Until somebody gave points by them."""
        return self.is_planned and not self.is_scored and not self.is_closed


def is_planned(rules: RoundRegulation | None, spans: Sequence[Span]) -> bool:
    """Whether a round with these numbers and phases has a jury at all."""
    return rules is not None and rules.jury_size > 0 and phase(spans, PhaseKind.JURY) is not None


def standing(db: Session, round: Round) -> Standing:
    """How the jury of a round stands at this moment, read anew: whoever waited for a lock sees what came before."""
    draw = db.get(JuryDraw, round.id, populate_existing=True)
    report = db.get(JuryReport, round.id, populate_existing=True)
    scores = select(JuryScore.criterion_id).join(JuryCriterion, JuryCriterion.id == JuryScore.criterion_id)
    is_scored = db.scalar(select(scores.where(JuryCriterion.round_id == round.id).exists()))
    rules = regulation_of(db, round)
    appoints = rules is not None and rules.jury_formation is JuryFormation.APPOINTED
    return Standing(round, timeline(db, round), rules, db.get(JuryCall, round.id), draw, report,
                    is_scored=bool(is_scored), experts=experts_of(db, round.id) if appoints else ())  # fmt: skip


def has_nobody(db: Session, standing: Standing, now: datetime) -> bool:
    """The jury began and there is nobody to have: no candidate to draw, nobody put forward, or all gave up unheard."""
    if not standing.is_planned or standing.span is None or now < standing.span.opens_at:
        return False
    if standing.draw is None and not standing.is_appointed:
        return number_of_candidates(db, standing.round.id) == 0
    can_sit = {SeatState.ASKED, SeatState.SITS, SeatState.RESERVE, SeatState.DONE}
    is_empty = not any(seat.state in can_sit for seat in seats_of(db, standing.round.id))
    is_chosen = standing.is_drawn or standing.is_appointed
    return is_chosen and is_empty and not standing.proposed and not sessions_of(db, standing.round.id)


def candidate_of(db: Session, round_id: int, account_id: int | None) -> JuryCandidate | None:
    """Somebody's own row in the call."""
    query = select(JuryCandidate).where(JuryCandidate.round_id == round_id, JuryCandidate.account_id == account_id)
    return db.scalars(query.options(joinedload(JuryCandidate.area))).one_or_none()


def number_of_candidates(db: Session, round_id: int) -> int:
    query = select(func.count()).select_from(JuryCandidate).where(JuryCandidate.round_id == round_id)
    return db.scalar(query) or 0


def candidates_by_band(db: Session, round_id: int) -> Counter[str]:
    """How many candidates of each age band: for who makes the call heard."""
    query = select(JuryCandidate.age_band, func.count()).where(JuryCandidate.round_id == round_id)
    return Counter({band.value: number for band, number in db.execute(query.group_by(JuryCandidate.age_band))})


def seats_of(db: Session, round_id: int) -> Sequence[JurySeat]:
    """Jurors first, then reserves, each in the order of the lot."""
    options = joinedload(JurySeat.account), joinedload(JurySeat.expert)
    query = select(JurySeat).where(JurySeat.round_id == round_id).options(*options)
    return db.scalars(query.order_by(JurySeat.is_reserve, JurySeat.place)).all()


def experts_of(db: Session, round_id: int) -> tuple[JuryExpert, ...]:
    """Whoever was put forward for an appointed jury, in that order, read anew."""
    query = select(JuryExpert).where(JuryExpert.round_id == round_id).options(joinedload(JuryExpert.seat))
    anew = query.order_by(JuryExpert.id).execution_options(populate_existing=True)
    return tuple(db.scalars(anew))


def seat_of(db: Session, round_id: int, account_id: int | None) -> JurySeat | None:
    """The seat that somebody holds in a round, whatever its state."""
    if account_id is None:
        return None
    query = select(JurySeat).where(JurySeat.round_id == round_id, JurySeat.account_id == account_id)
    return db.scalars(query).one_or_none()


def strata_of(db: Session, round_id: int) -> dict[int, Candidate]:
    """The published strata of every candidate number in the frozen list."""
    listed = frozen_list(db, round_id)
    return {each.number: each for each in listed.candidates} if listed is not None else {}


def published_file(db: Session, round_id: int) -> tuple[str, str] | None:
    """The newest file of a draw and its name: the draw, or the list while nothing is drawn."""
    options = (undefer(JuryDraw.list_file), undefer(JuryDraw.draw_file))
    draw = db.scalars(select(JuryDraw).where(JuryDraw.round_id == round_id).options(*options)).one_or_none()
    if draw is None:
        return None
    return (draw.draw_file, "loting") if draw.is_drawn else (draw.list_file, "kandidatenlijst")


def drawn_numbers(db: Session, round_id: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The numbers of jury and reserves as they were drawn."""
    found = published_file(db, round_id)
    if found is None or found[1] != "loting":
        return (), ()
    drawn = read_draw(found[0]).drawn
    return (drawn.jury, drawn.reserves) if drawn is not None else ((), ())


def criteria_of(db: Session, round_id: int) -> Sequence[JuryCriterion]:
    query = select(JuryCriterion).where(JuryCriterion.round_id == round_id).order_by(JuryCriterion.place)
    return db.scalars(query).all()


def sessions_of(db: Session, round_id: int) -> Sequence[JurySession]:
    query = select(JurySession).where(JurySession.round_id == round_id).options(selectinload(JurySession.presences))
    return db.scalars(query.order_by(JurySession.held_on, JurySession.id)).all()


def note_of(db: Session, project_id: int) -> JuryNote | None:
    return db.get(JuryNote, project_id)


def verdicts_of(db: Session, round_id: int) -> Sequence[JuryVerdict]:
    """What the jury decided: the chosen in order, then the others. Public only once the report is published."""
    query = select(JuryVerdict).where(JuryVerdict.round_id == round_id).options(joinedload(JuryVerdict.project))
    found = db.scalars(query).all()
    return sorted(found, key=lambda each: (each.place is None, each.place or 0, each.project_id))


def published_report(db: Session, round_id: int) -> JuryReport | None:
    """The report, once two people signed it."""
    report = db.get(JuryReport, round_id)
    return report if report is not None and report.published_at is not None else None


def frozen_text(db: Session, round_id: int) -> str:
    """The list file, to the byte; empty while nothing is frozen."""
    return db.scalar(select(JuryDraw.list_file).where(JuryDraw.round_id == round_id)) or ""


def frozen_list(db: Session, round_id: int) -> JuryList | None:
    """The frozen list, read."""
    text = frozen_text(db, round_id)
    return read_list(text) if text else None


def jurors_off(db: Session, round_id: int) -> Counter[int]:
    """How many jurors of a closed report were off each project; who they were is not public."""
    query = (
        select(JurySheet.project_id, func.count())
        .join(JurySeat, JurySeat.id == JurySheet.seat_id)
        .where(JurySheet.round_id == round_id, JurySheet.judges.is_(False), JurySeat.state.in_(SEATED))
    )
    rows = db.execute(query.group_by(JurySheet.project_id)).all()
    return Counter({row[0]: row[1] for row in rows})

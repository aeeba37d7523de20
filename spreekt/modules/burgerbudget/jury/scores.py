"""Score sheets: what jurors gave a project, who may see it when, and what it comes to, exactly."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError, Invalid
from spreekt.kernel.text import clean_text
from spreekt.modules.burgerbudget import shortlist
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury.call_models import JurySeat, SeatState
from spreekt.modules.burgerbudget.jury.conflicts import HasAConflict, clear, conflicts, may_work
from spreekt.modules.burgerbudget.jury.queries import SEATED, Standing
from spreekt.modules.burgerbudget.jury.score_models import JuryCriterion, JuryScore, JurySheet
from spreekt.modules.burgerbudget.models import Project


class HandedIn(DomainError):
    """A sheet that was handed in stands."""

    says = N_("Je gaf dit scoreblad al door. Het ligt vast.")


class SheetIsNotWhole(Invalid):
    """Every criterion has points before a sheet is handed in."""

    says = N_("Geef bij elk criterium punten voor je doorgeeft. Bewaren kan wel al.")


@dataclass(frozen=True, slots=True)
class Total:
    """A project's score: the points of all sheets that count, of the most they could give."""

    judges: int
    """Jurors who may judge this project."""
    sheets: int
    points: int
    most: int

    @property
    def share(self) -> Fraction | None:
        """The mean over who may judge, between 0 and 1; None without a sheet."""
        return Fraction(self.points, self.most) if self.most else None

    @property
    def missing(self) -> int:
        return self.judges - self.sheets


def save_sheet(
    db: Session, standing: Standing, seat: JurySeat, project_id: int, *, points: Mapping[int, int | None], note: str,
    hand_in: bool, by: Actor, now: datetime,
) -> JurySheet:  # fmt: skip
    """Keep what a juror gives one project, by criterion; or hand it in for good. `now` is the database's clock.

    Raises JuryIsNotOpen, HasAConflict, HandedIn, SheetIsNotWhole, Invalid for points that there are not.
    """
    may_work(db, standing, seat, project_id, by=by, now=now)
    if (seat.id, project_id) in conflicts(db, seat.round_id):
        raise HasAConflict
    sheet = db.get(JurySheet, (seat.id, project_id), with_for_update=True, populate_existing=True)
    if sheet is not None and sheet.handed_in_at is not None:
        raise HandedIn
    criteria = jury_queries.criteria_of(db, seat.round_id)
    given = _checked(points, criteria)
    if hand_in and (not criteria or len(given) < len(criteria)):
        raise SheetIsNotWhole
    sheet = sheet or JurySheet(seat_id=seat.id, project_id=project_id, round_id=seat.round_id)
    sheet.note, sheet.saved_at = clean_text(note, most=4000), now
    sheet.handed_in_at = now if hand_in else None
    db.add(sheet)
    db.flush()
    clear(db, seat.id, project_id)
    db.add_all(
        JuryScore(seat_id=seat.id, project_id=project_id, criterion_id=each.id, points=given[each.id],
                  points_most=each.points_most)
        for each in criteria if each.id in given
    )  # fmt: skip
    db.flush()
    db.expire(sheet, ["scores"])
    return sheet


def totals(db: Session, round_id: int, projects: Collection[Project]) -> dict[int, Total]:
    """What every project has so far, over the jurors who sit now and may judge it."""
    seated = {seat.id for seat in jury_queries.seats_of(db, round_id) if seat.state in SEATED}
    off = {pair for pair in conflicts(db, round_id) if pair[0] in seated}
    most = sum(each.points_most for each in jury_queries.criteria_of(db, round_id))
    given: dict[int, list[int]] = {project.id: [] for project in projects}
    for sheet in _handed_in(db, round_id):
        pair = sheet.seat_id, sheet.project_id
        if sheet.seat_id in seated and pair not in off and sheet.project_id in given:
            given[sheet.project_id].append(sum(score.points for score in sheet.scores))
    return {
        project_id: Total(
            judges=len(seated) - sum(project_id == project for _seat, project in off),
            sheets=len(sheets), points=sum(sheets), most=len(sheets) * most,
        )
        for project_id, sheets in given.items()
    }  # fmt: skip


def sheets_of(db: Session, seat: JurySeat) -> dict[int, JurySheet]:
    """One juror's own sheets by project."""
    query = select(JurySheet).where(JurySheet.seat_id == seat.id).options(selectinload(JurySheet.scores))
    return {sheet.project_id: sheet for sheet in db.scalars(query)}


def sheets_of_others(db: Session, seat: JurySeat, project_id: int) -> Sequence[JurySheet]:
    """What the others handed in for a project, once one's own sheet for it is handed in; nothing before."""
    own = db.get(JurySheet, (seat.id, project_id))
    if own is None or own.handed_in_at is None or (seat.id, project_id) in conflicts(db, seat.round_id):
        return ()
    seated = {each.id for each in jury_queries.seats_of(db, seat.round_id) if each.state in SEATED}
    return [
        sheet for sheet in _handed_in(db, seat.round_id)
        if sheet.project_id == project_id and sheet.seat_id != seat.id and sheet.seat_id in seated
    ]  # fmt: skip


def handed_in_by_seat(db: Session, round_id: int) -> Counter[int]:
    """How many sheets each seat handed in."""
    return Counter(sheet.seat_id for sheet in _handed_in(db, round_id))


def handed_in_for(db: Session, round_id: int, project_id: int) -> Sequence[JurySheet]:
    """The sheets of those who sit, for who writes down what the jury decides."""
    seated = {each.id for each in jury_queries.seats_of(db, round_id) if each.state in SEATED}
    return [each for each in _handed_in(db, round_id) if each.project_id == project_id and each.seat_id in seated]


def to_do(db: Session, standing: Standing, seat: JurySeat, now: datetime) -> tuple[int, int]:
    """How many sheets a juror still has to hand in, of how many."""
    if seat.state is not SeatState.SITS or not standing.is_open(now):
        return 0, 0
    off = conflicts(db, seat.round_id)
    mine = [each for each in shortlist.projects(db, standing.round, now) if (seat.id, each.id) not in off]
    sheets = sheets_of(db, seat)
    done = sum(each.id in sheets and sheets[each.id].handed_in_at is not None for each in mine)
    return len(mine) - done, len(mine)


def _checked(points: Mapping[int, int | None], criteria: Sequence[JuryCriterion]) -> dict[int, int]:
    given = {}
    for each in criteria:
        number = points.get(each.id)
        if number is None:
            continue
        if not 0 <= number <= each.points_most:
            raise Invalid(N_("Geef een geheel getal van nul tot het hoogste aantal punten."))
        given[each.id] = number
    return given


def _handed_in(db: Session, round_id: int) -> Sequence[JurySheet]:
    query = select(JurySheet).where(JurySheet.round_id == round_id, JurySheet.handed_in_at.is_not(None))
    return db.scalars(query.options(selectinload(JurySheet.scores)).order_by(JurySheet.seat_id)).all()

"""Score sheets and conflicts of interest: who may judge a project, what they gave, and what it comes to, exactly."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid, NotThere
from spreekt.kernel.text import clean_line, clean_text
from spreekt.moderation.models import Submission
from spreekt.modules.burgerbudget import jury_queries, shortlist
from spreekt.modules.burgerbudget.dossier_models import Dossier, DossierMember
from spreekt.modules.burgerbudget.jury_call_models import JurySeat, SeatState
from spreekt.modules.burgerbudget.jury_queries import SEATED, Standing
from spreekt.modules.burgerbudget.jury_score_models import Conflict, JuryCriterion, JuryScore, JurySheet
from spreekt.modules.burgerbudget.models import Project
from spreekt.modules.burgerbudget.workflow import runs_rounds

Pair = tuple[int, int]
"""A seat and a project."""


class JuryIsNotOpen(DomainError):
    """Before the jury phase, after it, or once the report is closed."""

    says = N_("De jury is nu niet aan het werk. Punten geven kan alleen zolang de jury loopt.")


class HasAConflict(DomainError):
    """Off this project."""

    says = N_("Je bent betrokken bij dit project. Daarom geef je er geen punten voor.")


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


def conflicts(db: Session, round_id: int) -> dict[Pair, Conflict]:
    """Who is off which project: who is or was in its group or wrote the proposal it grew from, and who said so."""
    into, origin = aliased(Dossier), aliased(Submission)
    project_id = func.coalesce(Dossier.project_id, into.project_id)
    of_group = (
        select(JurySeat.id, project_id)
        .join(DossierMember, DossierMember.account_id == JurySeat.account_id)
        .join(Dossier, Dossier.id == DossierMember.dossier_id)
        .outerjoin(into, into.id == Dossier.merged_into_id)
        .where(JurySeat.round_id == round_id, Dossier.round_id == round_id, project_id.is_not(None))
    )
    wrote = (
        select(JurySeat.id, Project.id)
        .join(Project, Project.round_id == JurySeat.round_id)
        .outerjoin(origin, origin.id == Project.origin_id)
        .where(JurySeat.round_id == round_id)
        .where(or_(Project.author_id == JurySeat.account_id, origin.author_id == JurySeat.account_id))
    )
    found = {(seat, project): Conflict.GROUP for query in (of_group, wrote) for seat, project in db.execute(query)}
    said = select(JurySheet).where(JurySheet.round_id == round_id, JurySheet.judges.is_(False))
    declared = {(sheet.seat_id, sheet.project_id): sheet.conflict or Conflict.DECLARED for sheet in db.scalars(said)}
    return {**declared, **found}


def save_sheet(
    db: Session, standing: Standing, seat: JurySeat, project_id: int, *, points: Mapping[int, int | None], note: str,
    hand_in: bool, by: Actor, now: datetime,
) -> JurySheet:  # fmt: skip
    """Keep what a juror gives one project, by criterion; or hand it in for good. `now` is the database's clock.

    Raises JuryIsNotOpen, HasAConflict, HandedIn, SheetIsNotWhole, Invalid for points that there are not.
    """
    _may_work(db, standing, seat, project_id, by=by, now=now)
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
    _clear(db, seat.id, project_id)
    db.add_all(
        JuryScore(seat_id=seat.id, project_id=project_id, criterion_id=each.id, points=given[each.id],
                  points_most=each.points_most)
        for each in criteria if each.id in given
    )  # fmt: skip
    db.flush()
    db.expire(sheet, ["scores"])
    return sheet


def declare(
    db: Session, standing: Standing, seat: JurySeat, project_id: int, *, why: str, by: Actor, now: datetime
) -> None:
    """A juror says that they are too close to a project: their points for it go, and they are off it."""
    _may_work(db, standing, seat, project_id, by=by, now=now)
    take_off(db, seat, project_id, Conflict.DECLARED, why=clean_line(why, most=300), now=now)
    audit.record(db, by=by, act="jury.conflict", subject=f"project:{project_id}")


def lift(db: Session, standing: Standing, seat: JurySeat, project_id: int, *, reason: str, by: Actor) -> None:
    """Put right what a juror declared by mistake. What the city knows of groups cannot be lifted."""
    if not runs_rounds(by, None) or standing.is_closed:
        raise Forbidden
    why = clean_line(reason, most=300, least=3)
    sheet = db.get(JurySheet, (seat.id, project_id))
    if sheet is None or sheet.conflict is not Conflict.DECLARED:
        raise NotThere
    db.delete(sheet)
    db.flush()
    audit.record(db, by=by, act="jury.conflict-lifted", subject=f"project:{project_id}", reason=why)


def take_off(db: Session, seat: JurySeat, project_id: int, kind: Conflict, *, why: str, now: datetime) -> None:
    """Write down that a juror is off a project. The keys of the database keep points away from then on."""
    _clear(db, seat.id, project_id)
    sheet = db.get(JurySheet, (seat.id, project_id)) or JurySheet(
        seat_id=seat.id, project_id=project_id, round_id=seat.round_id
    )
    sheet.judges, sheet.conflict, sheet.why = False, kind, why
    sheet.note, sheet.handed_in_at, sheet.saved_at = "", None, now
    db.add(sheet)
    db.flush()
    db.expire(sheet, ["scores"])


def write_conflicts_down(db: Session, round_id: int, *, now: datetime) -> None:
    """Keep what follows from groups, so that it still stands when somebody has erased their account."""
    seats = {seat.id: seat for seat in jury_queries.seats_of(db, round_id)}
    for (seat_id, project_id), kind in conflicts(db, round_id).items():
        sheet = db.get(JurySheet, (seat_id, project_id))
        if sheet is None or sheet.judges:
            take_off(db, seats[seat_id], project_id, kind, why="", now=now)


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


def to_do(db: Session, standing: Standing, seat: JurySeat, now: datetime) -> tuple[int, int]:
    """How many sheets a juror still has to hand in, of how many."""
    if seat.state is not SeatState.SITS or not standing.is_open(now):
        return 0, 0
    off = conflicts(db, seat.round_id)
    mine = [each for each in shortlist.projects(db, standing.round) if (seat.id, each.id) not in off]
    sheets = sheets_of(db, seat)
    done = sum(each.id in sheets and sheets[each.id].handed_in_at is not None for each in mine)
    return len(mine) - done, len(mine)


def _may_work(
    db: Session, standing: Standing, seat: JurySeat, project_id: int, *, by: Actor, now: datetime
) -> None:  # fmt: skip
    if by.id is None or seat.account_id != by.id or seat.state is not SeatState.SITS:
        raise Forbidden
    if seat.round_id != standing.round.id:
        raise NotThere
    if project_id not in {each.id for each in shortlist.projects(db, standing.round)}:
        raise NotThere
    if not standing.is_open(now):
        raise JuryIsNotOpen


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


def _clear(db: Session, seat_id: int, project_id: int) -> None:
    mine = delete(JuryScore).where(JuryScore.seat_id == seat_id, JuryScore.project_id == project_id)
    db.execute(mine.execution_options(synchronize_session="fetch"))


def _handed_in(db: Session, round_id: int) -> Sequence[JurySheet]:
    query = select(JurySheet).where(JurySheet.round_id == round_id, JurySheet.handed_in_at.is_not(None))
    return db.scalars(query.options(selectinload(JurySheet.scores)).order_by(JurySheet.seat_id)).all()

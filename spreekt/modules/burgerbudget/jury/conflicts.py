"""Who may judge which project: conflicts of interest that are known or declared, and what they take away."""

from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session, aliased

from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError, Forbidden, NotThere
from spreekt.kernel.text import clean_line
from spreekt.moderation.models import Submission
from spreekt.modules.burgerbudget import locks, shortlist
from spreekt.modules.burgerbudget.dossiers.models import Dossier, DossierMember
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury.call_models import JurySeat, SeatState
from spreekt.modules.burgerbudget.jury.queries import SEATED, Standing
from spreekt.modules.burgerbudget.jury.score_models import Conflict, JuryScore, JurySheet
from spreekt.modules.burgerbudget.models import Project
from spreekt.modules.burgerbudget.workflow import runs_rounds

Pair = tuple[int, int]
"""A seat and a project."""


class JuryIsNotOpen(DomainError):
    """Before the jury phase, or once the report is closed."""

    says = N_("De jury is nu niet aan het werk. Punten geven kan vanaf haar eerste dag, tot het verslag af is.")


class HasAConflict(DomainError):
    """Off this project."""

    says = N_("Je bent betrokken bij dit project. Daarom geef je er geen punten voor.")


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


def declare(
    db: Session, standing: Standing, seat: JurySeat, project_id: int, *, why: str, by: Actor, now: datetime
) -> None:
    """A juror says that they are too close to a project: their points for it go, and they are off it."""
    may_work(db, standing, seat, project_id, by=by, now=now)
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
    clear(db, seat.id, project_id)
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


def off_project(db: Session, round_id: int, project_id: int) -> list[tuple[JurySeat, Conflict]]:
    """Who sits but has no say about a project, and whether they said so or the city knew."""
    seats = {each.id: each for each in jury_queries.seats_of(db, round_id) if each.state in SEATED}
    return [
        (seats[seat], kind) for (seat, project), kind in conflicts(db, round_id).items()
        if project == project_id and seat in seats
    ]  # fmt: skip


def may_work(db: Session, standing: Standing, seat: JurySeat, project_id: int, *, by: Actor, now: datetime) -> None:
    """Refuse who does not sit, what is not before the jury, and a jury that is not open.

    A juror's own acts wait for each other, and for who closes the report.
    """
    locks.with_others(db, standing.round)
    db.execute(select(JurySeat.id).where(JurySeat.id == seat.id).with_for_update())
    db.refresh(seat)
    if by.id is None or seat.account_id != by.id or seat.state is not SeatState.SITS:
        raise Forbidden
    if seat.round_id != standing.round.id:
        raise NotThere
    if project_id not in {each.id for each in shortlist.projects(db, standing.round, now)}:
        raise NotThere
    if not jury_queries.standing(db, standing.round).is_open(now):
        raise JuryIsNotOpen


def clear(db: Session, seat_id: int, project_id: int) -> None:
    """Take the points of one sheet away."""
    mine = delete(JuryScore).where(JuryScore.seat_id == seat_id, JuryScore.project_id == project_id)
    db.execute(mine.execution_options(synchronize_session="fetch"))

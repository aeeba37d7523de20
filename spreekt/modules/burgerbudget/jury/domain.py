"""What a jury decides: sessions, notes, a reasoned verdict per project, the order of the chosen, the report.

What keeps a report open is in readiness.py; points are in scores.py.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid, NotThere, StaleVersion
from spreekt.kernel.text import clean_line, clean_text
from spreekt.modules.burgerbudget import locks, shortlist
from spreekt.modules.burgerbudget.jury import conflicts as jury_conflicts
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury import scores as jury_scores
from spreekt.modules.burgerbudget.jury import seats as jury_seats
from spreekt.modules.burgerbudget.jury.call_models import JurySeat
from spreekt.modules.burgerbudget.jury.conflicts import JuryIsNotOpen
from spreekt.modules.burgerbudget.jury.lottery import is_second
from spreekt.modules.burgerbudget.jury.models import JuryNote, JuryPresence, JuryReport, JurySession, JuryVerdict
from spreekt.modules.burgerbudget.jury.queries import SEATED, Standing
from spreekt.modules.burgerbudget.jury.readiness import obstacles
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.workflow import runs_rounds

LONGEST = 3000
SHORTEST_REASON = 40
FAR = 1_000_000


class NotReady(DomainError):
    """The report cannot be closed yet; the page lists why."""

    says = N_("Het verslag kan nog niet dicht. Kijk bovenaan na wat er nog ontbreekt.")


class SameSigner(DomainError):
    """Two people."""

    says = N_("Jij sloot het verslag af. Iemand anders kijkt na en publiceert.")


class TheJuryOnlyScores(Invalid):
    """The scores are weighed with the vote."""

    says = N_("In deze ronde tellen de punten van de jury samen met de stemmen. De jury kiest niet apart.")


def hold_session(
    db: Session, standing: Standing, *, held_on: date, subject: str, present: Collection[int], by: Actor, now: datetime
) -> JurySession:
    """Write down a session and who was there. Raises JuryIsNotOpen, Invalid for a day to come or nobody there."""
    _organises(db, standing, by=by, now=now)
    if held_on > now.astimezone(BRUSSELS).date():
        raise Invalid(N_("Deze dag moet nog komen. Noteer een zitting nadat ze er was."))
    seated = {seat.id for seat in jury_queries.seats_of(db, standing.round.id) if seat.state in SEATED}
    if not present or not set(present) <= seated:
        raise Invalid(N_("Duid aan welke juryleden er waren."))
    session = JurySession(round_id=standing.round.id, held_on=held_on, subject=clean_line(subject, most=200, least=3))
    db.add(session)
    db.flush()
    db.add_all(JuryPresence(session_id=session.id, seat_id=each, round_id=standing.round.id) for each in set(present))
    db.flush()
    audit.record(db, by=by, act="jury.session", subject=f"round:{standing.round.id}")
    return session


def keep_note(
    db: Session, standing: Standing, project_id: int, text: str, *, seen_version: int | None, by: Actor, now: datetime
) -> None:
    """Keep what was said about a project, for inside. Raises StaleVersion when a colleague saved meanwhile."""
    _organises(db, standing, by=by, now=now)
    _on_shortlist(db, standing, project_id, now)
    note = db.get(JuryNote, project_id, populate_existing=True)
    if note is None:
        note = JuryNote(project_id=project_id, round_id=standing.round.id)
    elif seen_version is not None and seen_version != note.version:
        raise StaleVersion
    note.text = clean_text(text, most=10_000)
    db.add(note)
    db.flush()
    audit.record(db, by=by, act="jury.note", subject=f"project:{project_id}")


def decide(
    db: Session, standing: Standing, project_id: int, *, chosen: bool, motivation: str, seen_version: int | None,
    by: Actor, now: datetime,
) -> JuryVerdict:  # fmt: skip
    """Write down what the jury decides about a project and why. What is newly chosen comes last in the order.

    Raises JuryIsNotOpen, StaleVersion, TheJuryOnlyScores.
    """
    _organises(db, standing, by=by, now=now)
    _on_shortlist(db, standing, project_id, now)
    if chosen and standing.is_weighed:
        raise TheJuryOnlyScores
    why = clean_text(motivation, most=LONGEST, least=SHORTEST_REASON)
    verdict = db.get(JuryVerdict, project_id, populate_existing=True)
    if verdict is not None and seen_version is not None and seen_version != verdict.version:
        raise StaleVersion
    order = [each for each in _chosen(db, standing.round.id) if each != project_id or chosen]
    if verdict is None:
        verdict = JuryVerdict(project_id=project_id, round_id=standing.round.id, chosen=False, place=None)
    verdict.motivation = why
    verdict.chosen, verdict.place = False, None
    db.add(verdict)
    db.flush()
    if chosen and project_id not in order:
        order.append(project_id)
    _put_in_order(db, standing.round.id, order)
    audit.record(db, by=by, act="jury.verdict", subject=f"project:{project_id}", reason="ja" if chosen else "nee")
    return verdict


def move_up(db: Session, standing: Standing, project_id: int, *, by: Actor, now: datetime) -> None:
    """Put a chosen project one place higher."""
    _organises(db, standing, by=by, now=now)
    order = _chosen(db, standing.round.id)
    if project_id not in order[1:]:
        raise NotThere
    place = order.index(project_id)
    order[place - 1 : place + 1] = order[place], order[place - 1]
    _put_in_order(db, standing.round.id, order)
    audit.record(db, by=by, act="jury.order", subject=f"project:{project_id}")


def close(db: Session, standing: Standing, minutes: str, *, by: Actor, now: datetime) -> JuryReport:
    """Close the report: verdicts, scores and minutes stand from now on. `now` is the database's clock.

    When nobody can be had for the jury, the report only says why there is none, and chooses nothing.
    Raises JuryIsNotOpen, NotReady.
    """
    round = standing.round
    if not runs_rounds(by, None) or by.id is None:
        raise Forbidden
    locks.alone(db, round)
    standing = jury_queries.standing(db, round)
    nobody = not standing.is_closed and jury_queries.has_nobody(db, standing, now)
    if not nobody and not standing.is_open(now):
        raise JuryIsNotOpen
    text = clean_text(minutes, most=10_000, least=SHORTEST_REASON)
    if obstacles(db, standing, now):
        raise NotReady
    if nobody:
        db.execute(delete(JuryVerdict).where(JuryVerdict.round_id == round.id))
    jury_conflicts.write_conflicts_down(db, round.id, now=now)
    projects = shortlist.projects(db, round, now)
    totals = jury_scores.totals(db, round.id, projects)
    for verdict in jury_queries.verdicts_of(db, round.id):
        total = totals.get(verdict.project_id)
        if total is None:  # no longer on the shortlist
            db.delete(verdict)
        elif total.most:
            verdict.score_points, verdict.score_most = total.points, total.most
    report = standing.report or JuryReport(round_id=round.id)
    report.minutes, report.closed_at, report.closed_by_id = text, now, by.id
    report.jurors = sum(seat.state in SEATED for seat in jury_queries.seats_of(db, round.id))
    db.add(report)
    db.flush()
    audit.record(db, by=by, act="jury.close", subject=f"round:{round.id}")
    return report


def reopen(db: Session, standing: Standing, *, reason: str, by: Actor) -> None:
    """Give a closed report back, as long as nobody published it. Raises NotThere."""
    if not is_second(by):
        raise Forbidden
    locks.alone(db, standing.round)
    report = jury_queries.standing(db, standing.round).report
    if report is None or report.closed_at is None or report.published_at is not None:
        raise NotThere
    why = clean_line(reason, most=300, least=3)
    report.closed_at = report.closed_by_id = None
    db.flush()
    audit.record(db, by=by, act="jury.reopen", subject=f"round:{standing.round.id}", reason=why)


def publish(db: Session, round: Round, *, by: Actor, now: datetime) -> JuryReport:
    """The second person publishes the report; the jury is done. Raises SameSigner, NotThere."""
    if not is_second(by) or by.id is None:
        raise Forbidden
    locks.alone(db, round)
    report = db.get(JuryReport, round.id, populate_existing=True)
    if report is None or report.closed_at is None or report.published_at is not None:
        raise NotThere
    if report.closed_by_id == by.id:
        raise SameSigner
    report.published_at, report.published_by_id = now, by.id
    db.flush()
    audit.record(db, by=by, act="jury.publish", subject=f"round:{round.id}")
    jury_seats.finish_all(db, round.id, by=by)
    outbox.record(db, "jury.published", round_id=round.id)
    return report


def deliberators(db: Session, round_id: int, project_id: int) -> list[JurySeat]:
    """Who sits and may have a say about this project."""
    off = jury_conflicts.conflicts(db, round_id)
    seats = jury_queries.seats_of(db, round_id)
    return [seat for seat in seats if seat.state in SEATED and (seat.id, project_id) not in off]


def _organises(db: Session, standing: Standing, *, by: Actor, now: datetime) -> None:
    """Refuse who does not run rounds, and a jury that is not open. Organisers wait for each other."""
    if not runs_rounds(by, None):
        raise Forbidden
    locks.alone(db, standing.round)
    if not jury_queries.standing(db, standing.round).is_open(now):
        raise JuryIsNotOpen


def _on_shortlist(db: Session, standing: Standing, project_id: int, now: datetime) -> None:
    if project_id not in {each.id for each in shortlist.projects(db, standing.round, now)}:
        raise NotThere


def _chosen(db: Session, round_id: int) -> list[int]:
    query = select(JuryVerdict.project_id).where(JuryVerdict.round_id == round_id, JuryVerdict.chosen)
    return list(db.scalars(query.order_by(JuryVerdict.place)))


def _put_in_order(db: Session, round_id: int, order: Sequence[int]) -> None:
    """Places from one on, in this order. First out of the way, because two may never share a place."""
    of_round = update(JuryVerdict).where(JuryVerdict.round_id == round_id)
    db.execute(of_round.where(JuryVerdict.chosen).values(place=JuryVerdict.place + FAR))
    for place, project_id in enumerate(order, start=1):
        db.execute(of_round.where(JuryVerdict.project_id == project_id).values(chosen=True, place=place))
    for verdict in db.scalars(select(JuryVerdict).where(JuryVerdict.round_id == round_id)):
        db.refresh(verdict)

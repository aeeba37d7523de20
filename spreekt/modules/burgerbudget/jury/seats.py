"""Who was drawn or appointed says yes or no; a reserve takes a lost seat. Declared once as a workflow."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from spreekt.identity import grants
from spreekt.identity.models import Account, RoleGrant
from spreekt.kernel import outbox, workflow
from spreekt.kernel.actor import SYSTEM, Actor, Role
from spreekt.kernel.errors import N_, DomainError, Forbidden, IllegalTransition, NotThere
from spreekt.kernel.workflow import Transition, Workflow
from spreekt.modules.burgerbudget import locks
from spreekt.modules.burgerbudget.dossiers.workflow import MODULE_NAME, is_rule
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury.call_models import JuryCandidate, JuryDraw, JuryExpert, JurySeat, SeatState
from spreekt.modules.burgerbudget.jury.lottery import answer_by, ask, is_second
from spreekt.modules.burgerbudget.jury.models import JuryReport
from spreekt.modules.burgerbudget.jury.queries import GAVE_UP
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.phases.models import RoundRegulation
from spreekt.modules.burgerbudget.rules.jury_draw import replacement
from spreekt.modules.burgerbudget.workflow import runs_rounds

KEPT = timedelta(days=30)
"""So long after the draw candidates who were not drawn are forgotten; all others so long after the report."""


def holds(actor: Actor, seat: Any) -> bool:
    """The one who was drawn or appointed."""
    return actor.id is not None and seat.account_id == actor.id


def holds_or_organises(actor: Actor, seat: Any) -> bool:
    """The one who was asked, or who writes down what they said on the phone."""
    return holds(actor, seat) or runs_rounds(actor, seat)


S = SeatState
SEATS = Workflow(
    initial=S.RESERVE,
    transitions=(
        Transition("ask", frozenset({S.RESERVE}), S.ASKED, runs_rounds, N_("Vraag deze reserve")),
        Transition("accept", frozenset({S.ASKED, S.SILENT}), S.SITS, holds, N_("Ja, ik doe mee")),
        Transition("decline", frozenset({S.RESERVE, S.ASKED, S.SILENT}), S.DECLINED, holds_or_organises,
                   N_("Nee, ik doe niet mee")),
        Transition("fall_silent", frozenset({S.ASKED}), S.SILENT, is_rule),
        Transition("step_down", frozenset({S.SITS}), S.LEFT, holds_or_organises, N_("Stop als jurylid")),
        Transition("finish", frozenset({S.SITS}), S.DONE, is_second),
    ),
)  # fmt: skip
SEAT_WORDS = {
    S.RESERVE: N_("Reserve"),
    S.ASKED: N_("Gevraagd, nog geen antwoord"),
    S.SITS: N_("Jurylid"),
    S.DECLINED: N_("Zei nee"),
    S.SILENT: N_("Gaf geen antwoord"),
    S.LEFT: N_("Gestopt"),
    S.DONE: N_("Jurylid, klaar"),
}
SEAT_LOOKS = {
    S.RESERVE: "draft", S.ASKED: "waiting", S.SITS: "done", S.DECLINED: "refused", S.SILENT: "refused",
    S.LEFT: "closed", S.DONE: "done",
}  # fmt: skip


class SeatIsTaken(DomainError):
    """Somebody else sits there by now."""

    says = N_("Je antwoord komt te laat: iemand anders heeft je plaats al gekregen.")


class NobodyLeft(DomainError):
    """All reserves sit or said no."""

    says = N_("Er is geen reserve meer. De jury gaat verder met wie er is.")


def answer(db: Session, seat: JurySeat, says_yes: bool, *, by: Actor) -> None:
    """Say yes or no to a seat. A late yes counts as long as nobody has it instead. Raises SeatIsTaken."""
    _take_turns(db, seat)
    if says_yes:
        if _is_given_away(db, seat):
            raise SeatIsTaken
        workflow.move(db, SEATS, seat, "accept", by=by)
    else:
        workflow.move(db, SEATS, seat, "decline", by=by)
        end_role(db, seat, by=by)
    outbox.record(db, "jury.answered", seat_id=seat.id)


def step_down(db: Session, seat: JurySeat, *, by: Actor, reason: str = "") -> None:
    """Stop as a juror; sheets that were handed in no longer count."""
    _take_turns(db, seat)
    workflow.move(db, SEATS, seat, "step_down", by=by, reason=reason)
    end_role(db, seat, by=by)
    outbox.record(db, "jury.answered", seat_id=seat.id)


def empty_seats(db: Session, round_id: int) -> list[JurySeat]:
    """Seats of who was drawn and does not come, that nobody was asked to take. Places of experts: Standing."""
    seats = jury_queries.seats_of(db, round_id)
    replaced = {seat.replaces_id for seat in seats}
    return [
        seat for seat in seats
        if seat.state in GAVE_UP and seat.id not in replaced and seat.expert is None
        and (not seat.is_reserve or seat.replaces_id is not None)
    ]  # fmt: skip


def suggested(db: Session, seat: JurySeat) -> JurySeat | None:
    """The reserve who is most like the one who left; None when there is no reserve any more."""
    strata = jury_queries.strata_of(db, seat.round_id)
    waiting = {
        each.number: each for each in jury_queries.seats_of(db, seat.round_id)
        if each.state is S.RESERVE and each.account_id is not None
    }  # fmt: skip
    found = replacement(strata[seat.number], [strata[number] for number in waiting])
    return waiting[found.number] if found is not None else None


def replace(db: Session, seat: JurySeat, *, reserve_id: int, by: Actor, now: datetime) -> JurySeat:
    """Ask the suggested reserve. `reserve_id` is who the organiser saw; IllegalTransition when it is another by now."""
    if not runs_rounds(by, None):
        raise Forbidden
    _take_turns(db, seat)
    if seat.id not in {each.id for each in empty_seats(db, seat.round_id)}:
        raise IllegalTransition("replace")
    reserve = suggested(db, seat)
    if reserve is None:
        raise NobodyLeft
    if reserve.id != reserve_id:
        raise IllegalTransition("replace")
    reserve.answer_by = answer_by(db, seat.round_id, now)
    try:
        with db.begin_nested():
            reserve.replaces_id = seat.id
            db.flush()
    except IntegrityError:
        raise IllegalTransition("replace") from None
    workflow.move(db, SEATS, reserve, "ask", by=by, reason=f"jury-seat:{seat.id}")
    end_role(db, seat, by=by)
    ask(db, reserve, by=by, now=now)
    return reserve


def finish_all(db: Session, round_id: int, *, by: Actor) -> None:
    """The report is out: every juror is done and loses the role. Who only was put forward is forgotten."""
    db.execute(delete(JuryExpert).where(JuryExpert.round_id == round_id, JuryExpert.seat_id.is_(None)))
    for seat in jury_queries.seats_of(db, round_id):
        if seat.state is S.SITS:
            workflow.move(db, SEATS, seat, "finish", by=by)
        end_role(db, seat, by=by)


def end_role(db: Session, seat: JurySeat, *, by: Actor) -> None:
    """Take the role of juror, unless another round still needs it."""
    account = db.get(Account, seat.account_id) if seat.account_id is not None else None
    if account is None:
        return
    elsewhere = select(JurySeat.id).where(
        JurySeat.account_id == account.id, JurySeat.id != seat.id, JurySeat.state.in_((S.ASKED, S.SITS))
    )
    if db.scalar(elsewhere) is not None:
        return
    mine = select(RoleGrant).where(
        RoleGrant.account_id == account.id, RoleGrant.role == Role.JUROR, RoleGrant.module == MODULE_NAME
    )
    who = SYSTEM if by.id == account.id else by
    for grant in db.scalars(mine).all():
        grants.take_role(db, account, grant, reason=f"jury-seat:{seat.id}", by=who)
    db.flush()


def sweep(db: Session, now: datetime) -> None:
    """Silence becomes an empty seat; candidates and proposals that are no longer needed are forgotten."""
    late = select(JurySeat).where(JurySeat.state == S.ASKED, JurySeat.answer_by <= now)
    for seat in db.scalars(late).all():
        workflow.move(db, SEATS, seat, "fall_silent", by=SYSTEM)
        outbox.record(db, "jury.answered", seat_id=seat.id)
    drawn = exists().where(JurySeat.round_id == JuryCandidate.round_id, JurySeat.number == JuryCandidate.number)
    old_draw = exists().where(JuryDraw.round_id == JuryCandidate.round_id, JuryDraw.drawn_at <= now - KEPT)
    reported = exists().where(JuryReport.round_id == JuryCandidate.round_id, JuryReport.published_at <= now - KEPT)
    gone = delete(JuryCandidate).where((old_draw & ~drawn) | reported)
    db.execute(gone.execution_options(synchronize_session=False))
    no_jury = select(RoundRegulation.round_id).where(RoundRegulation.jury_size == 0)
    stray = delete(JuryExpert).where(JuryExpert.seat_id.is_(None), JuryExpert.round_id.in_(no_jury))
    db.execute(stray.execution_options(synchronize_session=False))


def erase(db: Session, account_id: int) -> None:
    """A candidate vanishes. A juror's verdicts and points stay, without whose they were.

    The decision that appointed an expert is public: the name of who sat stays with it, of nobody else.
    """
    mine = select(JurySeat).where(JurySeat.account_id == account_id, JurySeat.state.in_((S.RESERVE, S.ASKED, S.SILENT)))
    for seat in db.scalars(mine).all():
        workflow.move(db, SEATS, seat, "decline", by=Actor(id=account_id))
    db.execute(delete(JuryCandidate).where(JuryCandidate.account_id == account_id))
    never = select(JurySeat.id).where(JurySeat.account_id == account_id, JurySeat.state == S.DECLINED)
    db.execute(update(JuryExpert).where(JuryExpert.seat_id.in_(never)).values(name=""))


def _is_given_away(db: Session, seat: JurySeat) -> bool:
    """A reserve was asked for this seat, or all places of an appointed jury are held by others."""
    if seat.expert is None:
        return _replaced_by(db, seat) is not None
    others = [each for each in jury_queries.seats_of(db, seat.round_id) if each is not seat]
    size = jury_queries.standing(db, db.get_one(Round, seat.round_id)).size
    return sum(each.state not in GAVE_UP for each in others) >= size


def _replaced_by(db: Session, seat: JurySeat) -> int | None:
    other = aliased(JurySeat)
    return db.scalar(select(other.id).where(other.replaces_id == seat.id))


def _take_turns(db: Session, seat: JurySeat) -> None:
    """One act on the seats of a round at a time, on what the one before left; none once the report is closed."""
    round = db.get_one(Round, seat.round_id)
    locks.alone(db, round)
    every = select(JurySeat).where(JurySeat.round_id == round.id)
    db.scalars(every.execution_options(populate_existing=True)).all()
    if jury_queries.standing(db, round).is_closed:
        raise NotThere

"""Two accounts for one resident: staff keep it where it is or move it. Both are told the same, and nobody's name."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from spreekt.identity.code_letters import NotForYourself
from spreekt.identity.residency import AlreadyAnotherResident, holder_of, residency_of
from spreekt.identity.residency_models import CaseState, IdentityCase, Residency
from spreekt.kernel import outbox, workflow
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.errors import N_, Invalid
from spreekt.kernel.workflow import Transition, Workflow


def keeps_register(actor: Actor, _case: IdentityCase) -> bool:
    return actor.has(Role.REGISTER)


_OPEN = frozenset({CaseState.OPEN})
CASES = Workflow(
    initial=CaseState.OPEN,
    transitions=(
        Transition("keep", _OPEN, CaseState.KEPT, keeps_register, N_("Laat het zoals het is"), asks_reason=True),
        Transition("move", _OPEN, CaseState.MOVED, keeps_register, N_("Verplaats naar het nieuwe account"),
                   asks_reason=True, is_grave=True),
    ),
)  # fmt: skip


def open_cases(db: Session) -> Sequence[IdentityCase]:
    """Cases that wait, oldest first."""
    return db.scalars(
        select(IdentityCase)
        .options(joinedload(IdentityCase.account))
        .where(IdentityCase.state == CaseState.OPEN)
        .order_by(IdentityCase.opened_at, IdentityCase.id)
        .limit(200)
    ).all()


def open_count(db: Session) -> int:
    """How many cases wait."""
    query = select(func.count()).select_from(IdentityCase).where(IdentityCase.state == CaseState.OPEN)
    return db.scalar(query) or 0


def holders_of(db: Session, cases: Sequence[IdentityCase]) -> Mapping[str, Residency]:
    """Who holds each case's resident now, by person key."""
    found = db.scalars(
        select(Residency)
        .options(joinedload(Residency.account))
        .where(Residency.person_key.in_({case.person_key for case in cases}), Residency.ended_at.is_(None))
    )
    return {residency.person_key: residency for residency in found}


def decide_case(db: Session, case: IdentityCase, step: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Keep the residency where it is, or end it there and give it to the newcomer.

    Raises Invalid without a reason, NotForYourself for one of the two, IllegalTransition when it was decided before.
    """
    holder = holder_of(db, case.person_key)
    if by.id in (case.account_id, holder.account_id if holder else None):
        raise NotForYourself
    if not reason.strip():
        raise Invalid(N_("Schrijf waarom je dit beslist. De reden komt in het logboek."))
    transition = CASES.check(case, step, by=by)
    if transition.target is CaseState.MOVED:
        _give_to_newcomer(db, case, holder, now=now)
    case.decided_at, case.decided_by_id, case.reason = now, by.id, reason.strip()
    workflow.move(db, CASES, case, step, by=by, reason=case.reason)
    outbox.record(db, "residency.case-decided", case_id=case.id, holder_id=holder.account_id if holder else 0)


def _give_to_newcomer(db: Session, case: IdentityCase, holder: Residency | None, *, now: datetime) -> None:
    if residency_of(db, case.account_id, now=now) is not None:
        raise AlreadyAnotherResident
    if holder is not None:
        holder.ended_at = now
        db.flush()  # the old one must be over before the database accepts the new one
    db.add(Residency(account_id=case.account_id, person_key=case.person_key, method=case.method, proven_at=now))
    db.flush()

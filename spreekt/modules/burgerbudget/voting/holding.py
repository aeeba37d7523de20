"""A vote that stands still after a backup was put back: how it is held, and how two people let it go on."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel import audit
from spreekt.kernel.actor import SYSTEM, Actor, Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import N_, DomainError, Forbidden
from spreekt.modules.burgerbudget import locks
from spreekt.modules.burgerbudget.models import Round, RoundHold


class NotHeld(DomainError):
    """Nothing stands still here, or somebody let it go on meanwhile."""

    says = N_("Deze stemming ligt niet stil, of ze is al hervat.")


class NobodyAsked(DomainError):
    """The first of the two is missing."""

    says = N_("Nog niemand stelde voor om te hervatten. Stel het zelf voor; daarna bevestigt iemand anders.")


class AlreadyAsked(DomainError):
    """It waits for somebody else."""

    says = N_("Dit is al voorgesteld. Iemand anders moet het bevestigen.")


class SamePerson(DomainError):
    """Who proposed it may not confirm it."""

    says = N_("Jij stelde dit voor. Iemand anders moet het bevestigen.")


def hold(db: Session, poll_id: int, reason: str, now: datetime) -> None:
    """Nobody votes in this round any more. For the restore of a backup, in its transaction."""
    round = db.scalars(select(Round).where(Round.poll_id == poll_id)).one()
    if round.hold is None:
        round.hold = RoundHold(reason=reason, held_at=now)
    else:
        round.hold.reason, round.hold.lift_asked_by_id, round.hold.lift_asked_at = reason, None, None
    audit.record(db, by=SYSTEM, act="round.hold", subject=f"round:{round.id}", reason=reason)


def ask_lift(db: Session, clock: Clock, round: Round, *, by: Actor) -> None:
    """The first person: what is missing was looked into, and voting may go on. Raises NotHeld, AlreadyAsked."""
    held = _held(db, round, by)
    if held.lift_asked_by_id is not None:
        raise AlreadyAsked
    held.lift_asked_by_id, held.lift_asked_at = by.id, clock.database_now(db)
    audit.record(db, by=by, act="round.hold-lift-asked", subject=f"round:{round.id}", reason=held.reason)


def lift(db: Session, round: Round, *, by: Actor) -> None:
    """The second person agrees: the round takes votes again, within its dates.

    Raises NotHeld, NobodyAsked, SamePerson.
    """
    held = _held(db, round, by)
    if held.lift_asked_by_id is None:
        raise NobodyAsked
    if held.lift_asked_by_id == by.id:
        raise SamePerson
    audit.record(db, by=by, act="round.hold-lifted", subject=f"round:{round.id}", reason=held.reason)
    round.hold = None
    db.flush()


def _held(db: Session, round: Round, by: Actor) -> RoundHold:
    if by.id is None or not by.has(Role.PUBLISHER, module="burgerbudget"):
        raise Forbidden
    locks.alone(db, round)
    db.refresh(round, ["hold"])
    if round.hold is None:
        raise NotHeld
    return round.hold

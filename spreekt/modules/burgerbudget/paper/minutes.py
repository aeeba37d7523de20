"""What became of the paper ballots that were handed out: the minutes, and what the count asks of them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.electorate.domain import turnout
from spreekt.electorate.models import Channel
from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import N_, DomainError, Invalid
from spreekt.modules.burgerbudget import locks
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.officers.counting import StillSecret
from spreekt.modules.burgerbudget.paper import domain as paper
from spreekt.modules.burgerbudget.paper.models import PaperBatch, PaperMinutes


class PileUnfinished(DomainError):
    """A batch waits for a second person, for corrections, or for the last click."""

    says = N_("Een stapel papier is nog niet aanvaard. Werk ze eerst af, of neem ze terug.")


class PaperUnexplained(DomainError):
    """Paper was handed out and there are no minutes about it."""

    says = N_("Er is op papier gestemd. Leg eerst vast hoeveel bladen terugkwamen, bij de papieren stembiljetten.")


class ReasonNeeded(Invalid):
    """The argument is how many sheets did not come back."""

    says = N_("{0} meegegeven bladen kwamen niet terug. Schrijf waarom.")


def draft(db: Session, round: Round, *, reason: str = "") -> PaperMinutes:
    """The minutes as the numbers are now; not kept."""
    piles = paper.batches_of(db, round)
    return PaperMinutes(
        round_id=round.id,
        handed_out=turnout(db, round.poll, channel=Channel.PAPER),
        ballots=sum(pile.ballots for pile in piles),
        blank=sum(pile.blank for pile in piles),
        invalid=sum(pile.invalid for pile in piles),
        reason=reason,
    )


def conclude(db: Session, clock: Clock, round: Round, *, reason: str, by: Actor) -> PaperMinutes:
    """Write the minutes; writing them again replaces them until the box is opened.

    Raises StillSecret, AlreadyCounted, PileUnfinished, ReasonNeeded.
    """
    paper.may_count(by)
    locks.alone(db, round)
    paper.after_the_close(db, clock, round)
    if _unfinished(db, round):
        raise PileUnfinished
    old = db.get(PaperMinutes, round.id)
    if old is not None:
        db.delete(old)
        db.flush()
    minutes = draft(db, round, reason=reason.strip())
    if minutes.not_returned and not minutes.reason:
        raise ReasonNeeded(minutes.not_returned)
    minutes.prepared_by_id, minutes.prepared_at = by.id or 0, clock.database_now(db)
    db.add(minutes)
    db.flush()
    audit.record(
        db, by=by, act="round.paper-minutes", subject=f"round:{round.id}",
        reason=f"{minutes.handed_out} meegegeven, {minutes.ballots} geldig, {minutes.blank} blanco, "
               f"{minutes.invalid} ongeldig, {minutes.not_returned} niet terug. {minutes.reason}",
    )  # fmt: skip
    return minutes


def minutes_of(db: Session, round: Round) -> PaperMinutes | None:
    """The minutes, when they were written."""
    return db.get(PaperMinutes, round.id)


def must_be_settled(db: Session, clock: Clock, round: Round) -> None:
    """What the count asks before the box is opened. Raises StillSecret, PileUnfinished, PaperUnexplained."""
    if not round.poll.is_over(clock.database_now(db)):
        raise StillSecret
    if _unfinished(db, round):
        raise PileUnfinished
    if minutes_of(db, round) is None and turnout(db, round.poll, channel=Channel.PAPER):
        raise PaperUnexplained


def explained(db: Session, round: Round) -> int:
    """Exactly how many rights must have no ballot in the box: paper that was blank, invalid or not returned."""
    minutes = minutes_of(db, round)
    return 0 if minutes is None else minutes.without_ballot


def _unfinished(db: Session, round: Round) -> bool:
    query = select(PaperBatch.id).where(PaperBatch.round_id == round.id, PaperBatch.accepted_at.is_(None))
    return db.scalar(query.limit(1)) is not None

"""Support by residents: once each, counted in the statement that stores it, and the clock it may start."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from spreekt.identity.residency_models import Residency
from spreekt.kernel import outbox
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError, NeedsResidence, NotThere
from spreekt.kernel.vault import Vault
from spreekt.modules.voorstellen.models import PROPOSALS, Proposal, Support


class SupportClosed(DomainError):
    """The city has answered; support changes nothing any more."""

    says = N_("De stad heeft al geantwoord op dit voorstel. Steunen kan niet meer.")


class AlreadySupported(DomainError):
    """This resident supports it already, with this account or another."""

    says = N_("Je steunt dit voorstel al. Eén keer is genoeg.")


def supporter_key(vault: Vault, proposal_id: int, person_key: str) -> str:
    """A resident as one proposal knows them. Two proposals cannot be laid side by side without the identity key."""
    return vault.fingerprint(f"support {proposal_id}", person_key)


def person_key_of(db: Session, by: Actor, *, now: datetime) -> str:
    """Which resident this account is. Raises NeedsResidence."""
    key = db.scalar(
        select(Residency.person_key).where(
            Residency.account_id == by.id,
            Residency.ended_at.is_(None),
            Residency.expires_at.is_(None) | (Residency.expires_at > now),
        )
    )
    if key is None:
        raise NeedsResidence
    return key


def support(db: Session, vault: Vault, proposal: Proposal, *, by: Actor, now: datetime) -> None:
    """Support a proposal. The supporter who makes it enough starts the city's clock.

    Two at once of one resident: the table lets one through. Two at once at the threshold: the row lock of the count
    lets one start the clock. Raises NotThere, NeedsResidence, SupportClosed or AlreadySupported.
    """
    if not proposal.is_public:
        raise NotThere
    key = supporter_key(vault, proposal.id, person_key_of(db, by, now=now))
    today = now.astimezone(BRUSSELS).date()
    try:
        with db.begin_nested():
            db.execute(
                insert(Support).values(proposal_id=proposal.id, supporter_key=key, account_id=by.id, supported_on=today)
            )
    except IntegrityError:
        raise AlreadySupported from None
    counted = _count(db, proposal.id, 1)
    if counted >= proposal.support_needed:
        _start_clock(db, proposal, now=now)
    db.expire(proposal, ["support_count", "threshold_reached_at", "answer_due_on"])


def withdraw_support(db: Session, vault: Vault, proposal: Proposal, *, by: Actor, now: datetime) -> None:
    """Take one's support back. A clock that runs keeps running: the city was asked."""
    if not proposal.is_public:
        raise NotThere
    key = supporter_key(vault, proposal.id, person_key_of(db, by, now=now))
    gone = db.execute(
        delete(Support)
        .where(Support.proposal_id == proposal.id, Support.supporter_key == key)
        .returning(Support.proposal_id)
    ).first()
    if gone is not None:
        _count(db, proposal.id, -1)
        db.expire(proposal, ["support_count"])


def _count(db: Session, proposal_id: int, step: int) -> int:
    """Add to the count of a proposal that is not answered yet; the new count, or SupportClosed."""
    counted = db.execute(
        update(PROPOSALS)
        .where(PROPOSALS.c.id == proposal_id, PROPOSALS.c.answered_at.is_(None))
        .values(support_count=PROPOSALS.c.support_count + step)
        .returning(PROPOSALS.c.support_count)
    ).scalar()
    if counted is None:
        raise SupportClosed
    return int(counted)


def _start_clock(db: Session, proposal: Proposal, *, now: datetime) -> None:
    started = db.execute(
        update(PROPOSALS)
        .where(PROPOSALS.c.id == proposal.id, PROPOSALS.c.threshold_reached_at.is_(None))
        .values(
            threshold_reached_at=now,
            answer_due_on=now.astimezone(BRUSSELS).date() + timedelta(days=proposal.answer_days),
        )
        .returning(PROPOSALS.c.id)
    ).first()
    if started is not None:
        outbox.record(db, "proposal.threshold-reached", proposal_id=proposal.id)

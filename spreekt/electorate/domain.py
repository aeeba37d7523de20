"""Spending a right: once per resident and poll, whatever the door, in the transaction that stores the ballot."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from spreekt.electorate.models import Channel, Poll, UsedRight
from spreekt.identity.residency_models import RegisterEntry, Residency
from spreekt.kernel.errors import N_, DomainError
from spreekt.kernel.vault import Vault

_MIX_RIGHTS = text(
    "WITH gone AS (DELETE FROM used_rights WHERE poll_id = :poll_id RETURNING *) "
    "INSERT INTO used_rights SELECT * FROM gone ORDER BY voter_key"
)


class PollClosed(DomainError):
    """The vote is not open at this second."""

    says = N_("De stemming is niet open. Je stem is niet geteld.")


class AlreadyVoted(DomainError):
    """This right was used before, through whichever door."""

    says = N_("Je hebt al gestemd. Je kan maar één keer stemmen.")


class NotEligible(DomainError):
    """This resident may not vote in this poll; the argument is the reason for them alone."""

    status = 403
    says = "{0}"


@dataclass(frozen=True, slots=True)
class Voter:
    """A resident as a poll sees them: old enough or not, in which area, under a key of that poll only."""

    voter_key: str
    area_id: int
    age: int


def voter_key(vault: Vault, poll: Poll, person_key: str) -> str:
    """The resident's key in one poll. Two polls cannot be laid side by side without the identity key."""
    return vault.fingerprint(f"poll {poll.id}", person_key)


def voter_of(db: Session, vault: Vault, poll: Poll, *, account_id: int | None, now: datetime) -> Voter | None:
    """Who this account votes as, or None when it has not shown that it is a resident."""
    row = db.execute(
        select(RegisterEntry)
        .join(Residency, Residency.person_key == RegisterEntry.person_key)
        .where(
            Residency.account_id == account_id,
            Residency.ended_at.is_(None),
            (Residency.expires_at.is_(None)) | (Residency.expires_at > now),
            RegisterEntry.gone_on.is_(None),
        )
    ).scalar_one_or_none()
    return None if row is None else as_voter(vault, poll, row)


def as_voter(vault: Vault, poll: Poll, entry: RegisterEntry) -> Voter:
    """A resident of the register as one poll sees them."""
    return Voter(voter_key(vault, poll, entry.person_key), entry.area_id, entry.age_on(poll.age_on))


def why_not(poll: Poll, voter: Voter | None, *, area_name: str = "") -> str:
    """Why somebody may not vote, in words for them alone; empty when they may."""
    if voter is None:
        return N_("Deze stemming is voor wie in de stad woont (met je officiële adres). Toon eerst dat je hier woont.")
    if voter.age < poll.minimum_age:
        return N_("Je bent nog te jong voor deze stemming.")
    if poll.maximum_age is not None and voter.age > poll.maximum_age:
        return N_("Deze stemming is alleen voor jongere inwoners.")
    if poll.area_id is not None and voter.area_id != poll.area_id:
        return N_("Deze stemming is alleen voor wie in een ander deel van de stad woont.")
    return ""


def has_voted(db: Session, poll: Poll, key: str) -> bool:
    """Whether this right was used."""
    return (
        db.scalar(
            select(func.count()).select_from(UsedRight).where(UsedRight.poll_id == poll.id, UsedRight.voter_key == key)
        )
        == 1
    )


def spend_right(db: Session, poll: Poll, voter: Voter | None, *, channel: Channel, now: datetime) -> None:
    """Use the right of one resident. `now` is the database's clock, asked in this transaction.

    Raises PollClosed, NotEligible or AlreadyVoted. Two at once: the database lets one through.
    """
    if not poll.is_open(now):
        raise PollClosed
    reason = why_not(poll, voter)
    if voter is None or reason:
        raise NotEligible(reason)
    try:
        with db.begin_nested():
            db.execute(insert(UsedRight).values(poll_id=poll.id, voter_key=voter.voter_key, channel=channel))
    except IntegrityError:
        raise AlreadyVoted from None


def mix_rights(db: Session, poll: Poll) -> None:
    """PostgreSQL only: write a poll's used rights anew by their keys, so that neither order nor transaction tells when
    each was used. The caller holds the lock that keeps voters out."""
    db.execute(_MIX_RIGHTS, {"poll_id": poll.id})


def turnout(db: Session, poll: Poll, *, channel: Channel | None = None) -> int:
    """How many rights were used, through one door or all. The only number there is before a poll closes."""
    query = select(func.count()).select_from(UsedRight).where(UsedRight.poll_id == poll.id)
    return db.scalar(query if channel is None else query.where(UsedRight.channel == channel)) or 0


def turnout_by_door(db: Session, poll: Poll) -> dict[Channel, int]:
    """How many rights were used through each door, also those through which nobody came."""
    query = select(UsedRight.channel, func.count()).where(UsedRight.poll_id == poll.id).group_by(UsedRight.channel)
    found = {row[0]: row[1] for row in db.execute(query)}
    return {channel: found.get(channel, 0) for channel in Channel}


def door_used(db: Session, poll: Poll, key: str) -> Channel | None:
    """Through which door this right was used; None when it was not."""
    return db.scalar(select(UsedRight.channel).where(UsedRight.poll_id == poll.id, UsedRight.voter_key == key))

"""The box: taking a sealed ballot, marking a tested one, marking a right as used on paper.

A ballot is checked whole before the database is touched. Then one transaction holds the phase, the right and the
ballot; "counted" is answered if and only if it commits. Nothing here knows an account, and nothing keeps a moment.
"""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from spreekt.electorate.models import Channel, Poll, UsedRight
from spreekt.kernel.clock import Clock
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import refusals
from spreekt.modules.referendum.ballot.acceptance import Accepted
from spreekt.modules.referendum.ballot.canonical import hex_of
from spreekt.modules.referendum.models import Ballot, BallotKind, Referendum, RollEntry
from spreekt.modules.referendum.poll_keys import key_of
from spreekt.modules.referendum.regulation import SecondCheck


@dataclass(frozen=True, slots=True)
class Shown:
    """What the voter showed beside the code: a birth date, or the resident they signed in as."""

    born_on: date | None = field(default=None, repr=False)
    person_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Cast:
    """A ballot is in the box. `replaced` says that an earlier one of the same voter no longer counts."""

    tracker: str
    replaced: bool


def cast(
    db: Session,
    vault: Vault,
    clock: Clock,
    referendum: Referendum,
    ballot: Accepted,
    body: str,
    *,
    cast_key: str,
    shown: Shown,
) -> Cast:
    """Put a checked ballot (`body` is its text) in the box, or say why not: every refusal is in refusals.py.

    The same ballot again gets the same answer, also after closing. Two at once of one voter: the database lets one
    through and the other sees what became of it.
    """
    if (before := _there(db, referendum, ballot)) is not None:
        return before
    _wait_beside_others(db, referendum)
    if not referendum.takes_votes(clock.database_now(db)):
        raise refusals.NotOpen
    entry = _entry_of(db, vault, referendum, ballot, shown)
    credential_hash = hex_of(ballot.credential)
    nth = 1
    if not _take_right(db, referendum.poll, entry.voter_key, Channel.WEB):
        if (before := _there(db, referendum, ballot)) is not None:
            return before
        if _channel(db, referendum.poll, entry.voter_key) is not Channel.WEB:
            raise refusals.UsedOnPaper
        if not referendum.regulation.may_revote:
            raise refusals.AlreadyVoted
        nth = 1 + _last_nth(db, referendum, credential_hash)
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    stored = db.execute(
        insert(Ballot)
        .values(
            sha256=ballot.sha,
            referendum_id=referendum.id,
            kind=BallotKind.CAST,
            credential_hash=credential_hash,
            nth=nth,
            cast_key=cast_key,
            body=body,
        )
        .on_conflict_do_nothing()
        .returning(Ballot.sha256)
    ).first()
    if stored is None:
        if (before := _there(db, referendum, ballot)) is not None:
            return before
        raise refusals.KeyUsedBefore
    return Cast(ballot.tracker, replaced=nth > 1)


def mark_tested(db: Session, clock: Clock, referendum: Referendum, sha256: str) -> None:
    """Remember that the maker of this ballot opens it: it can never be cast. Raises NotOpen, AlreadyCast."""
    if not referendum.takes_votes(clock.database_now(db)):
        raise refusals.NotOpen
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"sha256": sha256, "referendum_id": referendum.id, "kind": BallotKind.TESTED}
    db.execute(insert(Ballot).values(**row).on_conflict_do_nothing())
    kind = select(Ballot.kind).where(Ballot.sha256 == sha256, Ballot.referendum_id == referendum.id)
    if db.scalar(kind) is not BallotKind.TESTED:
        raise refusals.AlreadyCast


def use_on_paper(db: Session, clock: Clock, referendum: Referendum, voter_key: str) -> None:
    """Use a right at the desk, before the paper ballot is handed over. Raises NotOpen, NotOnRoll, AlreadyVoted."""
    _wait_beside_others(db, referendum)
    if not referendum.takes_votes(clock.database_now(db)):
        raise refusals.NotOpen
    if db.get(RollEntry, (referendum.id, voter_key)) is None:
        raise refusals.NotOnRoll
    if not _take_right(db, referendum.poll, voter_key, Channel.PAPER):
        raise refusals.AlreadyVoted


def is_on_roll(db: Session, vault: Vault, referendum_id: int, credential: str) -> bool:
    """Whether this public credential (its decimals) was given to somebody; asked before a ballot costs time."""
    referendum = db.get_one(Referendum, referendum_id)
    known = select(RollEntry.voter_key).where(
        RollEntry.referendum_id == referendum_id,
        RollEntry.credential_key == key_of(vault, referendum).credential(credential),
    )
    return db.execute(known).first() is not None


def right_of(db: Session, referendum: Referendum, voter_key: str) -> Channel | None:
    """Through which door a right was used; None while it is unused. Raises NotOnRoll."""
    if db.get(RollEntry, (referendum.id, voter_key)) is None:
        raise refusals.NotOnRoll
    return _channel(db, referendum.poll, voter_key)


def _there(db: Session, referendum: Referendum, ballot: Accepted) -> Cast | None:
    """The answer this very ballot got before. Raises Tested when its maker opened it."""
    row = db.execute(
        select(Ballot.kind, Ballot.nth).where(Ballot.sha256 == ballot.sha, Ballot.referendum_id == referendum.id)
    ).one_or_none()
    if row is None:
        return None
    if row.kind is BallotKind.TESTED:
        raise refusals.Tested
    return Cast(ballot.tracker, replaced=row.nth > 1)


def _entry_of(db: Session, vault: Vault, referendum: Referendum, ballot: Accepted, shown: Shown) -> RollEntry:
    key = key_of(vault, referendum)
    entry = db.scalars(
        select(RollEntry).where(
            RollEntry.referendum_id == referendum.id,
            RollEntry.credential_key == key.credential(ballot.credential),
        )
    ).one_or_none()
    if entry is None:
        raise refusals.UnknownCode
    if referendum.regulation.second_check is SecondCheck.BIRTH_DATE:
        if shown.born_on is None or key.birth(entry.voter_key, shown.born_on) != entry.birth_key:
            raise refusals.WrongBirthDate
    elif shown.person_key is None or key.voter(shown.person_key) != entry.voter_key:
        raise refusals.NotYourCode
    return entry


def _take_right(db: Session, poll: Poll, voter_key: str, channel: Channel) -> bool:
    """Use a right if nobody did. Waits for another door that is taking it at this moment."""
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"poll_id": poll.id, "voter_key": voter_key, "channel": channel}
    taken = insert(UsedRight).values(**row).on_conflict_do_nothing().returning(UsedRight.voter_key)
    return db.execute(taken).first() is not None


def _channel(db: Session, poll: Poll, voter_key: str) -> Channel | None:
    """The door of a used right, locked until the end of the transaction so that re-votes come one by one."""
    return db.scalar(
        select(UsedRight.channel)
        .where(UsedRight.poll_id == poll.id, UsedRight.voter_key == voter_key)
        .with_for_update()
    )


def _last_nth(db: Session, referendum: Referendum, credential_hash: str) -> int:
    last = select(func.max(Ballot.nth)).where(
        Ballot.referendum_id == referendum.id, Ballot.credential_hash == credential_hash
    )
    return db.scalar(last) or 0


def _wait_beside_others(db: Session, referendum: Referendum) -> None:
    """Beside other voters, but never while two people close the box. PostgreSQL only: SQLite has one writer anyway."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(Poll.id).where(Poll.id == referendum.poll_id).with_for_update(read=True, key_share=True))


def alone(db: Session, referendum: Referendum) -> None:
    """For who opens, suspends or closes: after every vote that is under way, and before any that follows."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(Poll.id).where(Poll.id == referendum.poll_id).with_for_update())

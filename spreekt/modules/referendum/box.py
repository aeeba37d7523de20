"""The box: taking a sealed ballot, marking a tested one, marking a right as used on paper.

A ballot is checked whole before the database is touched. Then one transaction holds the phase, the right and the
ballot; "counted" is answered if and only if it commits. Nothing here knows an account, and nothing keeps a moment.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from spreekt.electorate.models import Channel
from spreekt.kernel.clock import Clock
from spreekt.kernel.regulations import SecondCheck
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import attempts, refusals
from spreekt.modules.referendum import box_statements as ask
from spreekt.modules.referendum.ballot.acceptance import Accepted
from spreekt.modules.referendum.ballot.canonical import hex_of
from spreekt.modules.referendum.models import BallotKind, Referendum, RollEntry, State, takes_votes
from spreekt.modules.referendum.poll_keys import PollKey, opened
from spreekt.modules.referendum.regulation import Regulation


@dataclass(frozen=True, slots=True)
class Shown:
    """What the voter showed beside the code: a birth date, or the resident they signed in as."""

    born_on: date | None = field(default=None, repr=False)
    is_signed_in: bool = False
    person_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody with a code of this roll is at the door: worth checking a ballot. Nothing here decides that it counts.

    It lives as long as one request, so that the referendum's key is in memory no longer than that.
    """

    referendum_id: int
    poll_id: int
    credential_key: str
    key: PollKey = field(repr=False)
    second_check: SecondCheck


@dataclass(frozen=True, slots=True)
class Cast:
    """A ballot is in the box. `replaced` says that an earlier one of the same voter no longer counts."""

    tracker: str
    replaced: bool


def knock(db: Session, vault: Vault, referendum_id: int, credential: str, *, network: str, now: datetime) -> Knock:
    """Whether a public credential (its decimals) is worth checking a ballot: on the roll, and not tried too often.

    Writes nothing. Raises TooMany, UnknownCode, KeyDestroyed.
    """
    this = attempts.counters(vault, credential=credential, network=network, now=now)
    found = db.execute(ask.AT_THE_DOOR, {"referendum_id": referendum_id, **this}).one()
    attempts.must_be_left(of_code=found.tries_of_code, of_network=found.tries_of_network, now=now)
    key = opened(vault, found.sealed_key)
    credential_key = key.credential(credential)
    if db.execute(ask.ON_ROLL, {"referendum_id": referendum_id, "credential_key": credential_key}).first() is None:
        raise refusals.UnknownCode
    return Knock(referendum_id, found.poll_id, credential_key, key, Regulation.of(found.rules).second_check)


def cast(db: Session, clock: Clock, at: Knock, ballot: Accepted, body: str, *, cast_key: str, shown: Shown) -> Cast:
    """Put a checked ballot (`body` is its text) in the box, or say why not: every refusal is in refusals.py.

    The same ballot again gets the same answer, also after closing. Two at once of one voter: the database lets one
    through and the other sees what became of it.
    """
    _wait_beside_others(db, at.poll_id)
    this = {"referendum_id": at.referendum_id, "sha256": ballot.sha, "credential_key": at.credential_key}
    found = db.execute(ask.STANDING, this).one()
    if (before := _answer_before(found, ballot)) is not None:
        return before
    if found.state is State.SUSPENDED:
        raise refusals.Suspended(found.public_reason)
    if not takes_votes(found.state, found.opens_at, found.closes_at, clock.told(found.told_at)):
        raise refusals.NotOpen
    regulation = Regulation.of(found.rules)
    _must_be_the_voter(found, at.key, regulation.second_check, shown)
    credential_hash, nth = hex_of(ballot.credential), 1
    if not _take_right(db, at.poll_id, found.voter_key, Channel.WEB):
        if (before := _there(db, at.referendum_id, ballot)) is not None:
            return before
        if _channel_locked(db, at.poll_id, found.voter_key) is not Channel.WEB:
            raise refusals.UsedOnPaper
        if not regulation.may_revote:
            raise refusals.AlreadyVoted
        nth = 1 + _last_nth(db, at.referendum_id, credential_hash)
        if nth > regulation.most_ballots:
            raise refusals.TooManyChanges(regulation.most_ballots)
    row = {
        "sha256": ballot.sha,
        "referendum_id": at.referendum_id,
        "kind": BallotKind.CAST,
        "credential_hash": credential_hash,
        "nth": nth,
        "cast_key": cast_key,
        "body": body,
    }
    if db.execute(ask.PUT_IN[ask.dialect_of(db)], row).first() is None:
        if (before := _there(db, at.referendum_id, ballot)) is not None:
            return before
        raise refusals.KeyUsedBefore
    return Cast(ballot.tracker, replaced=nth > 1)


def mark_tested(db: Session, clock: Clock, referendum: Referendum, sha256: str) -> None:
    """Remember that the maker of this ballot opens it: it can never be cast. Raises NotOpen, AlreadyCast."""
    _must_take_votes(db, clock, referendum)
    this = {"sha256": sha256, "referendum_id": referendum.id}
    db.execute(ask.PUT_IN[ask.dialect_of(db)], {**this, "kind": BallotKind.TESTED})
    if db.execute(ask.THERE, this).one().kind is not BallotKind.TESTED:
        raise refusals.AlreadyCast


def use_on_paper(db: Session, clock: Clock, referendum: Referendum, voter_key: str) -> None:
    """Use a right at the desk, before the paper ballot is handed over. Raises NotOpen, NotOnRoll, AlreadyVoted."""
    _must_take_votes(db, clock, referendum)
    if db.get(RollEntry, (referendum.id, voter_key)) is None:
        raise refusals.NotOnRoll
    if not _take_right(db, referendum.poll_id, voter_key, Channel.PAPER):
        raise refusals.AlreadyVoted


def put_back(db: Session, referendum: Referendum, voter_key: str, row: Mapping[str, Any]) -> None:
    """A ballot that was counted before a backup was put back: use the right again, and store the row, batch and all.

    Asks for no phase: whoever calls holds the box alone. Raises UsedOnPaper, Tested.
    """
    is_new = _take_right(db, referendum.poll_id, voter_key, Channel.WEB)
    if not is_new and _channel_locked(db, referendum.poll_id, voter_key) is not Channel.WEB:
        raise refusals.UsedOnPaper
    row = {**row, "referendum_id": referendum.id, "kind": BallotKind.CAST, "cast_key": secrets.token_hex(16)}
    if db.execute(ask.PUT_IN[ask.dialect_of(db)], row).first() is None:
        raise refusals.Tested


def right_of(db: Session, referendum: Referendum, voter_key: str) -> Channel | None:
    """Through which door a right was used; None while it is unused. Raises NotOnRoll."""
    if db.get(RollEntry, (referendum.id, voter_key)) is None:
        raise refusals.NotOnRoll
    return db.scalar(ask.CHANNEL, {"poll_id": referendum.poll_id, "voter_key": voter_key})


def alone(db: Session, referendum: Referendum) -> None:
    """For who opens, suspends or closes: after every vote that is under way, and before any that follows."""
    if ask.dialect_of(db) == "postgresql":
        db.execute(ask.ALONE, {"poll_id": referendum.poll_id})


def _wait_beside_others(db: Session, poll_id: int) -> None:
    """Beside other voters, but never while two people close the box. PostgreSQL only: SQLite has one writer anyway.

    Whatever decides is read after this, in a statement of its own: what was read before may be what they changed.
    """
    if ask.dialect_of(db) == "postgresql":
        db.execute(ask.BESIDE_OTHERS, {"poll_id": poll_id})


def _must_take_votes(db: Session, clock: Clock, referendum: Referendum) -> None:
    _wait_beside_others(db, referendum.poll_id)
    db.refresh(referendum)
    if not referendum.takes_votes(clock.database_now(db)):
        raise refusals.NotOpen


def _must_be_the_voter(found: Row[*tuple[Any, ...]], key: PollKey, check: SecondCheck, shown: Shown) -> None:
    """The code is on the roll and what was shown beside it is of the same voter."""
    if found.voter_key is None:
        raise refusals.UnknownCode
    if check is SecondCheck.BIRTH_DATE:
        if shown.born_on is None or key.birth(found.voter_key, shown.born_on) != found.birth_key:
            raise refusals.WrongBirthDate
    elif not shown.is_signed_in:
        raise refusals.NotSignedIn
    elif shown.person_key is None:
        raise refusals.NoResidence
    elif key.voter(shown.person_key) != found.voter_key:
        raise refusals.NotYourCode


def _there(db: Session, referendum_id: int, ballot: Accepted) -> Cast | None:
    """The answer this very ballot got meanwhile."""
    row = db.execute(ask.THERE, {"referendum_id": referendum_id, "sha256": ballot.sha}).one_or_none()
    return None if row is None else _answer_before(row, ballot)


def _answer_before(found: Row[*tuple[Any, ...]], ballot: Accepted) -> Cast | None:
    """The answer this very ballot got before, if it is there. Raises Tested when its maker opened it."""
    if found.kind is BallotKind.TESTED:
        raise refusals.Tested
    return None if found.kind is None else Cast(ballot.tracker, replaced=found.nth > 1)


def _take_right(db: Session, poll_id: int, voter_key: str, channel: Channel) -> bool:
    """Use a right if nobody did. Waits for another door that is taking it at this moment."""
    row = {"poll_id": poll_id, "voter_key": voter_key, "channel": channel}
    return db.execute(ask.TAKE_RIGHT[ask.dialect_of(db)], row).first() is not None


def _channel_locked(db: Session, poll_id: int, voter_key: str) -> Channel | None:
    """The door of a used right, locked until the end of the transaction so that re-votes come one by one."""
    return db.scalar(ask.CHANNEL_LOCKED, {"poll_id": poll_id, "voter_key": voter_key})


def _last_nth(db: Session, referendum_id: int, credential_hash: str) -> int:
    this = {"referendum_id": referendum_id, "credential_hash": credential_hash}
    return db.scalar(ask.LAST_NTH, this) or 0

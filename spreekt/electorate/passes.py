"""Making a pass and letting somebody in with one. What opens is one ballot of one poll; never an account.

A code from a letter asks for the birth date too, so that a letter taken from a letterbox is not enough. The date is
compared with the register and kept nowhere. Wrong tries are counted per network, every try per pass.
"""

import hmac
import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from spreekt.electorate.domain import AlreadyVoted, NotEligible, Voter, as_voter, door_used, voter_key, why_not
from spreekt.electorate.models import Channel, Poll
from spreekt.electorate.pass_models import VotePass
from spreekt.identity import letter_codes, limits
from spreekt.identity.residency_models import RegisterEntry
from spreekt.kernel.errors import N_, DomainError
from spreekt.kernel.vault import Vault

DESK_LASTS = timedelta(minutes=15)
KEPT_AFTER = timedelta(hours=2)
"""So long after it expired a pass is still known: who came in with it may finish."""
PASS_TRIES = limits.Limit("vote pass", 10, timedelta(days=1))
NETWORK_TRIES = limits.Limit("vote pass network", 30, timedelta(minutes=15))


class NotACode(DomainError):
    """A slip of the pen: the check symbol does not fit. Costs no try."""

    status = 422
    says = N_("Er zit een tikfout in de code. Kijk ze na en typ ze opnieuw. Streepjes en hoofdletters maken niet uit.")


class UnknownCode(DomainError):
    """No pass of this poll: never made, or replaced by a newer one."""

    status = 422
    says = N_(
        "Deze code past niet bij deze stemming. Kreeg je een nieuwe brief? Gebruik dan de code uit de nieuwste. "
        "Of bel ons."
    )


class CodeExpired(DomainError):
    """A code from the desk that is older than a quarter of an hour."""

    status = 422
    says = N_("Deze code is te oud: ze geldt een kwartier. Vraag een nieuwe aan het loket.")


class BirthDateNeeded(DomainError):
    """A code from a letter without the birth date beside it."""

    status = 422
    says = N_("Vul ook je geboortedatum in. Zo kan niemand stemmen met een brief die niet van hem of haar is.")


class WrongBirthDate(DomainError):
    """The code is good, the birth date is not that of who the letter is for."""

    status = 422
    says = N_("De code en de geboortedatum passen niet samen. Gebruik je eigen brief en je eigen geboortedatum.")


def letter_pass(db: Session, vault: Vault, poll: Poll, key: str, *, occasion: str) -> str:
    """A code for a letter, good until the close; an older letter of this resident is worth nothing from here on.

    The same occasion gives the same code, so that a letter whose printing failed can be printed again.
    """
    code = letter_code(vault, poll, key, occasion=occasion)
    _replace(db, vault, poll, key, code, channel=Channel.LETTER, expires_at=poll.closes_at)
    return code


def letter_code(vault: Vault, poll: Poll, key: str, *, occasion: str) -> str:
    """The code that stands in the letter of this resident on this occasion."""
    return letter_codes.code_for(vault, f"vote pass\n{poll.id}\n{key}\n{occasion}")


def desk_pass(db: Session, vault: Vault, poll: Poll, voter: Voter, *, now: datetime) -> str:
    """A short code for who stands at the desk, good for a quarter of an hour. Nobody can make it a second time.

    Raises NotEligible, AlreadyVoted.
    """
    reason = why_not(poll, voter)
    if reason:
        raise NotEligible(reason)
    if door_used(db, poll, voter.voter_key) is not None:
        raise AlreadyVoted
    code = letter_codes.code_for(vault, secrets.token_hex(32), symbols=letter_codes.SHORT_SYMBOLS)
    _replace(db, vault, poll, voter.voter_key, code, channel=Channel.DESK, expires_at=now + DESK_LASTS)
    return code


def redeem(
    db: Session, vault: Vault, poll: Poll, typed: str, *, born_on: date | None, network: str, now: datetime,
    to_change: bool = False,
) -> VotePass:  # fmt: skip
    """The pass behind a code, for who may still vote. The caller keeps the counted try even when this refuses.

    `to_change` lets in again who voted with a letter already: what they may do then is for the caller to decide.
    Raises NotACode, TooMany, UnknownCode, CodeExpired, BirthDateNeeded, WrongBirthDate, NotEligible, AlreadyVoted.
    """
    code = letter_codes.read_code(typed, letter_codes.SYMBOLS, letter_codes.SHORT_SYMBOLS)
    if code is None:
        raise NotACode
    limits.must_not_be_spent(db, vault, NETWORK_TRIES, network, now=now)
    found = db.get(VotePass, (poll.id, code_hash(vault, poll, code)))
    if found is None:
        limits.add(db, vault, NETWORK_TRIES, network, now=now)
        raise UnknownCode
    if found.channel is Channel.DESK and found.expires_at <= now:
        raise CodeExpired
    if found.channel is Channel.LETTER:
        if born_on is None:
            raise BirthDateNeeded
        limits.count(db, vault, PASS_TRIES, f"{poll.id} {found.code_hash}", now=now)
        voter = _born_on(db, vault, poll, found, born_on)
        if voter is None:
            limits.add(db, vault, NETWORK_TRIES, network, now=now)
            raise WrongBirthDate
        reason = why_not(poll, voter)
        if reason:
            raise NotEligible(reason)
    door = door_used(db, poll, found.voter_key)
    if door is not None and not (to_change and door is found.channel is Channel.LETTER):
        raise AlreadyVoted
    return found


def bearer(poll: Poll, held: VotePass) -> Voter:
    """Who votes with a pass. That they may was seen when it was made and, for a letter, when they came in."""
    return Voter(held.voter_key, poll.area_id or 0, poll.minimum_age)


def code_hash(vault: Vault, poll: Poll, code: str) -> str:
    """What the database keeps of a code: two polls cannot be laid side by side."""
    return vault.fingerprint(f"vote pass {poll.id}", code)


def forget_expired(db: Session, *, now: datetime) -> None:
    """Passes that nobody can use any more: short ones that ran out, and all of a vote that is over."""
    over = select(Poll.id).where(Poll.closes_at < now - KEPT_AFTER)
    stale = (VotePass.channel == Channel.DESK) & (VotePass.expires_at < now - KEPT_AFTER)
    db.execute(delete(VotePass).where(stale | VotePass.poll_id.in_(over)))


def _born_on(db: Session, vault: Vault, poll: Poll, held: VotePass, day: date) -> Voter | None:
    """The resident of this pass if that is their birth date: among the few people born on that day."""
    here = select(RegisterEntry).where(RegisterEntry.born_on == day, RegisterEntry.gone_on.is_(None))
    for entry in db.scalars(here):
        if hmac.compare_digest(voter_key(vault, poll, entry.person_key), held.voter_key):
            return as_voter(vault, poll, entry)
    return None


def _replace(
    db: Session, vault: Vault, poll: Poll, key: str, code: str, *, channel: Channel, expires_at: datetime
) -> None:
    old = (VotePass.poll_id == poll.id) & (VotePass.voter_key == key) & (VotePass.channel == channel)
    db.execute(delete(VotePass).where(old))
    row = {"poll_id": poll.id, "code_hash": code_hash(vault, poll, code), "voter_key": key, "channel": channel}
    db.execute(insert(VotePass).values(**row, expires_at=expires_at))

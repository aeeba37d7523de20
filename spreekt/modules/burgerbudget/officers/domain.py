"""The counting officers of a round: appointing them, their keys before the vote, giving a key after it.

An officer makes a key on their own device and shows, without giving it away, that what they keep on paper or in a file
opens what is sealed to it. The ballots are sealed to all of them; nobody can vote before everybody is ready.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from nacl.bindings import crypto_scalarmult
from nacl.exceptions import RuntimeError as NaclRefusal
from nacl.public import PrivateKey
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from spreekt.identity.models import Account
from spreekt.kernel import audit
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid, NotThere
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget import locks
from spreekt.modules.burgerbudget.models import PublishedOutcome, Round
from spreekt.modules.burgerbudget.officers.counting import StillSecret, key_purpose
from spreekt.modules.burgerbudget.officers.models import CountingOfficer
from spreekt.modules.burgerbudget.queries import officers_of
from spreekt.modules.burgerbudget.voting.mixing import mix
from spreekt.modules.burgerbudget.workflow import runs_rounds

MAY_COUNT: Final = frozenset({Role.PUBLISHER, Role.AUDITOR, Role.DESK, Role.REGISTER, Role.REFERENDUM, Role.MODERATOR})
"""Staff who may hold a key. Who runs the round and who runs the server hold none."""
FEWEST_NEEDED: Final = 2
"""One person alone never opens a ballot."""
MOST: Final = 9
SETTLED: Final = timedelta(minutes=5)
"""Keys stand still this long before the vote opens: no request that read older ones lasts until the first ballot."""
_HEXADECIMAL: Final = re.compile(r"[0-9a-f]{64}\Z")


class NotEnoughOfficers(Invalid):
    """Fewer people than it takes to open the ballots."""

    says = N_("Twee tellers of meer openen samen de stembus. Kies er minstens zoveel, en liefst één meer, tot negen.")


class MayNotCount(Invalid):
    """The argument is who cannot be a counting officer."""

    says = N_("{0} kan geen teller zijn. Een teller is een medewerker met een andere taak dan het beheer van de ronde.")


class VotingHasKeys(DomainError):
    """From the first vote on, officers and keys stand still."""

    says = N_("De stemming begint of is begonnen. De tellers en hun sleutels kunnen niet meer veranderen.")


class NotAKey(Invalid):
    """What was sent cannot be a key."""

    says = N_("Dit is geen sleutel. Maak ze opnieuw op deze bladzijde.")


class KeyUsedBefore(Invalid):
    """Each seat has a key of its own, and each round new ones: a key that was given once is known."""

    says = N_("Deze sleutel werd al eens gebruikt. Maak een nieuwe.")


class WrongKey(Invalid):
    """A key, but not the one that belongs to this seat."""

    says = N_("Deze sleutel past niet bij jouw plaats in deze ronde. Kijk na of je de juiste kaart hebt.")


class KeyNotNeeded(DomainError):
    """The result is published, or this seat never had a key."""

    says = N_("Je sleutel is niet nodig: de uitslag is er al, of je maakte voor deze ronde geen sleutel.")


def appoint(db: Session, clock: Clock, round: Round, people: Sequence[Account], *, needed: int, by: Actor) -> None:
    """Choose the officers, seat by seat; any `needed` of them open the ballots. Earlier keys are forgotten.

    Raises VotingHasKeys, NotEnoughOfficers, MayNotCount.
    """
    if not runs_rounds(by, None):
        raise Forbidden
    _still_to_come(db, clock, round)
    if not FEWEST_NEEDED <= needed <= len(people) <= MOST or len({each.id for each in people}) != len(people):
        raise NotEnoughOfficers
    for each in people:
        if not may_count(each) or each.id == by.id:
            raise MayNotCount(each.display_name)
    db.execute(delete(CountingOfficer).where(CountingOfficer.round_id == round.id))
    round.officers_needed, round.ballot_keys = needed, ""
    db.add_all(CountingOfficer(round_id=round.id, seat=seat, account_id=each.id) for seat, each in enumerate(people, 1))
    db.flush()
    audit.record(db, by=by, act="round.officers", subject=f"round:{round.id}", reason=f"{needed} van {len(people)}")


def may_count(account: Account) -> bool:
    """Staff with a task in this module or everywhere, other than running rounds."""
    roles = {grant.role for grant in account.grants if grant.module in {"", "burgerbudget"}}
    return account.may_sign_in and bool(roles & MAY_COUNT) and Role.ADMIN not in roles


def seat_of(db: Session, round: Round, *, by: Actor) -> CountingOfficer:
    """The seat of the one who asks, or NotThere as if there were none."""
    mine = [officer for officer in officers_of(db, round.id) if officer.account_id == by.id]
    if not mine or by.id is None or not by.has_second_factor:
        raise NotThere
    return mine[0]


def register_key(db: Session, clock: Clock, round: Round, public_key: str, *, by: Actor) -> None:
    """The public half of the key that an officer made (hexadecimal). Raises NotThere, VotingHasKeys, NotAKey,
    KeyUsedBefore."""
    _still_to_come(db, clock, round)
    officer, key = seat_of(db, round, by=by), public_key.strip().lower()
    try:
        if not _HEXADECIMAL.match(key):
            raise NotAKey
        crypto_scalarmult(b"\1" * PrivateKey.SIZE, bytes.fromhex(key))  # refuses points that hide nothing
    except NaclRefusal:
        raise NotAKey from None
    if key == officer.public_key:
        return
    if db.scalars(select(CountingOfficer.seat).where(CountingOfficer.public_key == key)).first() is not None:
        raise KeyUsedBefore
    officer.public_key, officer.proven_at, round.ballot_keys = key, None, ""
    db.flush()
    audit.record(db, by=by, act="round.key", subject=f"round:{round.id}", reason=f"{officer.seat}: {key}")


def challenge(vault: Vault, officer: CountingOfficer) -> bytes:
    """A public key of ours for this seat and this key of theirs; only who holds their secret key can answer."""
    return bytes(_challenger(vault, officer).public_key)


def answer(secret: PrivateKey, challenge_key: bytes, officer_public_key: str) -> str:
    """The answer to a challenge, hexadecimal: HMAC-SHA256 under the shared point. Their device computes the same."""
    shared = crypto_scalarmult(bytes(secret), challenge_key)
    return hmac.new(shared, b"spreekt counting officer " + officer_public_key.encode(), hashlib.sha256).hexdigest()


def prove(db: Session, vault: Vault, clock: Clock, round: Round, answered: str, *, by: Actor) -> None:
    """The officer shows that what they keep is the key. When the last one did, the box is ready for ballots.

    Raises NotThere, VotingHasKeys, WrongKey.
    """
    _still_to_come(db, clock, round)
    officer = seat_of(db, round, by=by)
    if not officer.public_key:
        raise WrongKey
    expected = answer(_challenger(vault, officer), bytes.fromhex(officer.public_key), officer.public_key)
    if not hmac.compare_digest(expected.encode(), answered.strip().lower().encode()):
        raise WrongKey
    if officer.proven_at is not None:
        return
    officer.proven_at = clock.database_now(db)
    db.flush()
    everybody = officers_of(db, round.id)
    if all(each.proven_at is not None for each in everybody):
        round.ballot_keys = "\n".join(each.public_key for each in everybody)
    db.flush()
    audit.record(db, by=by, act="round.key-proven", subject=f"round:{round.id}", reason=f"{officer.seat}")


def give(db: Session, vault: Vault, clock: Clock, round: Round, secret: bytes, *, by: Actor) -> None:
    """After the close: hand over the key, so that the ballots can be opened. Giving it again changes nothing.

    Raises NotThere, StillSecret, KeyNotNeeded, WrongKey.
    """
    locks.alone(db, round)
    officer, moment = seat_of(db, round, by=by), clock.database_now(db)
    if not round.poll.is_over(moment):
        raise StillSecret
    if officer.proven_at is None or is_published(db, round):
        raise KeyNotNeeded
    if len(secret) != PrivateKey.SIZE or bytes(PrivateKey(secret).public_key).hex() != officer.public_key:
        raise WrongKey
    if officer.given_at is not None:
        return
    mix(db, round)
    officer.sealed_key, officer.given_at = vault.seal(key_purpose(round.id, officer.seat), secret.hex()), moment
    db.flush()
    audit.record(db, by=by, act="round.key-given", subject=f"round:{round.id}", reason=f"{officer.seat}")


def is_published(db: Session, round: Round) -> bool:
    """A second person confirmed the result: no key is needed any more."""
    published = PublishedOutcome.published_at.is_not(None)
    return db.scalars(select(published).where(PublishedOutcome.round_id == round.id, published)).first() is not None


def forget_keys(db: Session, round: Round) -> None:
    """Once the result is published nobody needs the given keys any more. A key that is on its way is refused."""
    locks.alone(db, round)
    db.flush()
    db.execute(update(CountingOfficer).where(CountingOfficer.round_id == round.id).values(sealed_key=""))


def _challenger(vault: Vault, officer: CountingOfficer) -> PrivateKey:
    return PrivateKey(vault.raw_key(f"challenge {officer.round_id} {officer.seat} {officer.public_key}"))


def _still_to_come(db: Session, clock: Clock, round: Round) -> None:
    """Officers and keys change until the vote opens; where it opened without keys nobody voted, so they may too."""
    locks.alone(db, round)
    db.flush()
    db.refresh(round)  # what was read before the lock may have changed
    db.refresh(round.poll)
    if round.has_box and not round.may_change(clock.database_now(db) + SETTLED):
        raise VotingHasKeys

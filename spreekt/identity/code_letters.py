"""Letters with a code: asking for one, printing it once more with two officers, and trying the code.

The paper itself is made by a job elsewhere. Nothing here tells whether somebody is in the register.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NoReturn

from sqlalchemy import ColumnElement, Select, func, select, text, update
from sqlalchemy.orm import Session, joinedload

from spreekt.identity import letter_codes
from spreekt.identity.residency import RegisterFileCheck, prove, residency_of
from spreekt.identity.residency_models import (
    LIVE_LETTER,
    CodeLetter,
    IdentityCase,
    ProofMethod,
    RegisterEntry,
    Residency,
)
from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError, NotThere
from spreekt.kernel.vault import Vault

VALID_FOR = timedelta(days=30)
MOST_TRIES = 5
MOST_LETTERS = 3
WEEK = timedelta(days=7)


class AlreadyResident(DomainError):
    """There is nothing left to prove."""

    says = N_("Dit account toonde al dat het van een inwoner is. Een brief is niet meer nodig.")


class EnoughLetters(DomainError):
    """Three letters a week for one account."""

    status = 429
    says = N_("Je vroeg deze week al drie brieven aan. Wacht tot je brief er is, of bel {line}.")


class NoLetter(DomainError):
    """This account never asked for a letter, or used it."""

    status = 422
    says = N_("Voor jouw account is er nu geen brief onderweg. Vraag eerst een brief aan.")


class NotACode(DomainError):
    """A slip of the pen: the check symbol does not fit. Costs no try."""

    status = 422
    says = N_("Er zit een tikfout in de code. Kijk je brief na: de code heeft vier groepjes van vier tekens.")


class WrongCode(DomainError):
    """A code, but not of this letter."""

    status = 422
    says = N_("Deze code hoort niet bij jouw brief. Kijk ze goed na. Je kan nog {0} keer proberen.")


class CodeReplaced(DomainError):
    """The code of an older letter."""

    status = 422
    says = N_("Deze code komt uit een oudere brief. Gebruik de code uit je nieuwste brief.")


class CodeExpired(DomainError):
    """The letter is too old."""

    status = 422
    says = N_("Deze code geldt niet meer: je brief is ouder dan 30 dagen. Vraag een nieuwe brief aan.")


class CodeLocked(DomainError):
    """Too many wrong codes."""

    status = 422
    says = N_("De code van deze brief is geblokkeerd, na te veel pogingen. Vraag een nieuwe brief aan, of bel {line}.")


class NotForYourself(DomainError):
    """An officer cannot be their own witness, nor the second one of two."""

    says = N_("Dit kan je niet zelf doen. Vraag het aan een collega.")


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says to be: the keyed fingerprint of a national number, and a birth date."""

    person_key: str
    born_on: date


def ask_letter(db: Session, vault: Vault, claim: Claim, *, account_id: int, now: datetime) -> CodeLetter:
    """Have a letter sent to the address in the register; a newer letter replaces the older one.

    The same happens for somebody who is not in the register, only that nothing is ever printed.
    Raises AlreadyResident or EnoughLetters.
    """
    if residency_of(db, account_id, now=now) is not None:
        raise AlreadyResident
    if _asked_since(db, now - WEEK, CodeLetter.account_id == account_id) >= MOST_LETTERS:
        raise EnoughLetters
    key = claim.person_key if _fits_register(db, claim, now=now) else None
    letter = CodeLetter(account_id=account_id, person_key=key, asked_at=now, expires_at=now + VALID_FOR)
    _issue(db, vault, letter, now=now)
    return letter


def ask_replacement(db: Session, *, account_id: int, key: str, by: Actor, now: datetime) -> CodeLetter:
    """An officer asks for a new letter with the resident at the desk; a second officer must agree.

    Raises AlreadyResident, NotForYourself, or NotThere when the person left the register.
    """
    if by.id == account_id:
        raise NotForYourself
    if residency_of(db, account_id, now=now) is not None:
        raise AlreadyResident
    if not RegisterFileCheck(db).check(key).eligible:
        raise NotThere
    letter = CodeLetter(
        account_id=account_id, person_key=key, asked_at=now, expires_at=now + VALID_FOR, asked_by_id=by.id
    )
    db.add(letter)
    db.flush()
    audit.record(db, by=by, act="letter.replacement-asked", subject=f"letter:{letter.id}", about_account_id=account_id)
    return letter


def approve_replacement(db: Session, vault: Vault, letter_id: int, *, by: Actor, now: datetime) -> CodeLetter:
    """The second officer agrees: older codes stop working and the letter is printed.

    Raises NotThere when it does not wait any more, NotForYourself for the officer who asked or the resident.
    """
    letter = db.get(CodeLetter, letter_id, with_for_update=True)
    if letter is None or not letter.waits_for_second_officer:
        raise NotThere
    if by.id in (letter.asked_by_id, letter.account_id):
        raise NotForYourself
    if residency_of(db, letter.account_id, now=now) is not None:
        raise AlreadyResident
    letter.approved_by_id, letter.expires_at = by.id, now + VALID_FOR
    _issue(db, vault, letter, now=now)
    audit.record(db, by=by, act="letter.replaced", subject=f"letter:{letter.id}", about_account_id=letter.account_id)
    return letter


def waiting_replacements(db: Session) -> Sequence[CodeLetter]:
    """Replacements that wait for a second officer, oldest first."""
    return db.scalars(
        select(CodeLetter)
        .options(joinedload(CodeLetter.account))
        .where(
            CodeLetter.asked_by_id.is_not(None),
            CodeLetter.approved_by_id.is_(None),
            CodeLetter.replaced_at.is_(None),
        )
        .order_by(CodeLetter.id)
        .limit(200)
    ).all()


def live_letter(db: Session, account_id: int | None) -> CodeLetter | None:
    """The one letter whose code this account may try."""
    return db.scalars(_live(account_id)).one_or_none()


def try_code(db: Session, vault: Vault, typed: str, *, account_id: int, now: datetime) -> Residency | IdentityCase:
    """Prove by letter. The caller keeps the counted try even when this refuses.

    Raises NotACode, NoLetter, CodeReplaced, CodeLocked, CodeExpired, WrongCode, or what `prove` raises.
    """
    code = letter_codes.read_code(typed)
    if code is None:
        raise NotACode
    letter = db.scalars(_live(account_id).with_for_update()).one_or_none()
    if letter is None:
        raise NoLetter
    if letter.locked_at is not None:
        raise CodeLocked
    if letter.expires_at <= now:
        raise CodeExpired
    if letter.person_key is None or not letter_codes.fits(vault, code, letter.code_hash):
        _refuse_wrong(db, vault, letter, code, now=now)
    letter.used_at = now
    db.flush()
    return prove(db, account_id=account_id, key=letter.person_key, method=ProofMethod.LETTER, now=now)


def code_of(vault: Vault, letter: CodeLetter) -> str:
    """The code that is printed in this letter, made again from the row and the key."""
    asked_at = letter.asked_at.isoformat(timespec="microseconds")
    return letter_codes.code_for(vault, f"{letter.id}\n{letter.account_id}\n{letter.person_key}\n{asked_at}")


def _refuse_wrong(db: Session, vault: Vault, letter: CodeLetter, code: str, *, now: datetime) -> NoReturn:
    older = select(CodeLetter.id).where(
        CodeLetter.account_id == letter.account_id,
        CodeLetter.person_key.is_not(None),
        CodeLetter.replaced_at.is_not(None),
        CodeLetter.code_hash == letter_codes.hash_of(vault, code),
    )
    if db.scalar(older) is not None:
        raise CodeReplaced
    letter.tries += 1
    if letter.tries >= MOST_TRIES:
        letter.locked_at = now
    db.flush()
    if letter.locked_at is not None:
        raise CodeLocked
    raise WrongCode(MOST_TRIES - letter.tries)


def _issue(db: Session, vault: Vault, letter: CodeLetter, *, now: datetime) -> None:
    """Retire older letters of this account, give this one its code, and have it printed."""
    unused = (CodeLetter.account_id == letter.account_id, CodeLetter.used_at.is_(None))
    stale = update(CodeLetter).where(*unused, CodeLetter.replaced_at.is_(None))
    if letter.id is not None:
        stale = stale.where(CodeLetter.id != letter.id)
    db.execute(stale.values(replaced_at=now))
    db.add(letter)
    db.flush()
    letter.code_hash = letter_codes.hash_of(vault, code_of(vault, letter))
    db.flush()
    outbox.record(db, "residency.letter", letter_id=letter.id)


def _fits_register(db: Session, claim: Claim, *, now: datetime) -> bool:
    entry = db.get(RegisterEntry, claim.person_key)
    recent = _asked_since(db, now - WEEK, CodeLetter.person_key == claim.person_key)
    return (
        entry is not None
        and entry.gone_on is None
        and entry.born_on == claim.born_on
        and entry.registered_since <= now.astimezone(BRUSSELS).date()
        and recent < MOST_LETTERS
    )


def _asked_since(db: Session, since: datetime, *which: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(CodeLetter).where(CodeLetter.asked_at > since, *which)
    return db.scalar(query.where(CodeLetter.asked_by_id.is_(None))) or 0


def _live(account_id: int | None) -> Select[CodeLetter]:
    return select(CodeLetter).where(CodeLetter.account_id == account_id, text(LIVE_LETTER))

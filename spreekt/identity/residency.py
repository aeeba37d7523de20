"""Who lives here and how that was shown: the port to ask it, its adapters, and one account for one resident at most.

Letters, the register's import and the sorting out of cases are next door.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from spreekt.identity import national_number
from spreekt.identity.residency_models import (
    CaseState,
    IdentityCase,
    ProofMethod,
    RegisterEntry,
    Residency,
)
from spreekt.kernel import outbox
from spreekt.kernel.errors import N_, DomainError
from spreekt.kernel.vault import Vault

PERSON_PURPOSE = "person"


class AlreadyAnotherResident(DomainError):
    """This account was shown to be somebody else before."""

    says = N_("Bij dit account hoort al een inwoner. Maak een eigen account, of bel {line}.")


class Reason(StrEnum):
    """Why somebody may not take part. Shown to that person only."""

    NOT_FOUND = "NIET_GEVONDEN"
    NOT_HERE = "NIET_IN_GEMEENTE"
    TOO_YOUNG = "TE_JONG"
    TOO_OLD = "TE_OUD"
    EXCLUDED = "UITGESLOTEN"
    OUT_OF_PERIOD = "BUITEN_PERIODE"


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The answer of the port: yes with an area, or no with a reason."""

    eligible: bool
    reason: Reason | None = None
    area_id: int | None = None


class PollRules(Protocol):
    """What a poll asks of a resident; spreekt.electorate has the real thing."""

    @property
    def minimum_age(self) -> int: ...
    @property
    def maximum_age(self) -> int | None: ...
    @property
    def age_on(self) -> date: ...
    @property
    def area_id(self) -> int | None: ...


class ResidencyCheck(Protocol):
    """The port: may this subject take part in this poll, or, without a poll, does this subject live here?"""

    def check(self, subject: str, poll: PollRules | None = None) -> Eligibility: ...


@dataclass(frozen=True, slots=True)
class RegisterFileCheck:
    """Asks the last imported register file. The subject is a person's key."""

    db: Session

    def check(self, subject: str, poll: PollRules | None = None) -> Eligibility:
        entry = self.db.get(RegisterEntry, subject)
        if entry is None:
            return Eligibility(False, Reason.NOT_FOUND)
        if entry.gone_on is not None:
            return Eligibility(False, Reason.NOT_HERE)
        if poll is not None and entry.registered_since > poll.age_on:
            return Eligibility(False, Reason.OUT_OF_PERIOD)
        if poll is not None and entry.age_on(poll.age_on) < poll.minimum_age:
            return Eligibility(False, Reason.TOO_YOUNG)
        if poll is not None and poll.maximum_age is not None and entry.age_on(poll.age_on) > poll.maximum_age:
            return Eligibility(False, Reason.TOO_OLD)
        if poll is not None and poll.area_id is not None and poll.area_id != entry.area_id:
            return Eligibility(False, Reason.EXCLUDED)
        return Eligibility(True, area_id=entry.area_id)


@dataclass(frozen=True, slots=True)
class ProvenCheck:
    """Asks what an account proved by one method. The subject is an account's id, written as text."""

    db: Session
    method: ProofMethod
    now: datetime

    def check(self, subject: str, poll: PollRules | None = None) -> Eligibility:
        residency = residency_of(self.db, int(subject), now=self.now)
        if residency is None or residency.method is not self.method:
            return Eligibility(False, Reason.NOT_FOUND)
        return RegisterFileCheck(self.db).check(residency.person_key, poll)


def letter_code_check(db: Session, *, now: datetime) -> ResidencyCheck:
    """The adapter for residents who typed the code of their letter."""
    return ProvenCheck(db, ProofMethod.LETTER, now)


def desk_check(db: Session, *, now: datetime) -> ResidencyCheck:
    """The adapter for residents who came by with their identity card."""
    return ProvenCheck(db, ProofMethod.DESK, now)


def person_key(vault: Vault, number: str) -> str:
    """The keyed fingerprint of a national number in any spelling; the number itself ends here.

    Raises NotANationalNumber with a sentence for the resident.
    """
    return national_number.parse(number).fingerprint(vault.raw_key(PERSON_PURPOSE))


def residency_of(db: Session, account_id: int | None, *, now: datetime) -> Residency | None:
    """What this account holds today."""
    return db.scalars(
        select(Residency).where(
            Residency.account_id == account_id,
            Residency.ended_at.is_(None),
            (Residency.expires_at.is_(None)) | (Residency.expires_at > now),
        )
    ).one_or_none()


def holder_of(db: Session, key: str) -> Residency | None:
    """The residency by which somebody holds this person, if anybody does."""
    return db.scalars(select(Residency).where(Residency.person_key == key, Residency.ended_at.is_(None))).one_or_none()


def open_case_of(db: Session, account_id: int | None) -> IdentityCase | None:
    """The oldest case of this account that staff still look at."""
    return db.scalars(
        select(IdentityCase)
        .where(IdentityCase.account_id == account_id, IdentityCase.state == CaseState.OPEN)
        .order_by(IdentityCase.id)
        .limit(1)
    ).first()


def prove(db: Session, *, account_id: int, key: str, method: ProofMethod, now: datetime) -> Residency | IdentityCase:
    """Make this account that resident; a case for staff when the resident has an account already.

    Two at once: the database lets one through and the other becomes a case.
    Raises AlreadyAnotherResident when the account holds somebody else.
    """
    _end_expired(db, account_id=account_id, key=key, now=now)
    residency = Residency(account_id=account_id, person_key=key, method=method, proven_at=now)
    try:
        with db.begin_nested():
            db.add(residency)
    except IntegrityError:
        return _instead(db, account_id=account_id, key=key, method=method, now=now)
    outbox.record(db, "residency.proven", residency_id=residency.id)
    return residency


def _end_expired(db: Session, *, account_id: int, key: str, now: datetime) -> None:
    stale = select(Residency).where(
        (Residency.account_id == account_id) | (Residency.person_key == key),
        Residency.ended_at.is_(None),
        Residency.expires_at <= now,
    )
    for residency in db.scalars(stale):
        residency.ended_at = residency.expires_at
    db.flush()


def _instead(db: Session, *, account_id: int, key: str, method: ProofMethod, now: datetime) -> Residency | IdentityCase:
    own = residency_of(db, account_id, now=now)
    if own is not None and own.person_key != key:
        raise AlreadyAnotherResident
    return own or open_case(db, account_id=account_id, key=key, method=method, now=now)


def open_case(db: Session, *, account_id: int, key: str, method: ProofMethod, now: datetime) -> IdentityCase:
    """Ask staff to look at two accounts for one resident; once for each account."""
    case = IdentityCase(account_id=account_id, person_key=key, method=method, opened_at=now)
    try:
        with db.begin_nested():
            db.add(case)
    except IntegrityError:
        return db.scalars(
            select(IdentityCase).where(
                IdentityCase.account_id == account_id,
                IdentityCase.person_key == key,
                IdentityCase.state == CaseState.OPEN,
            )
        ).one()
    outbox.record(db, "residency.case-opened", case_id=case.id)
    return case

"""What a desk officer does with a resident and their identity card at hand; every look into the register is logged."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.identity.accounts import account_of
from spreekt.identity.addressee import Addressee, opened
from spreekt.identity.code_letters import NotForYourself
from spreekt.identity.models import Account
from spreekt.identity.residency import holder_of, prove
from spreekt.identity.residency_models import CaseState, IdentityCase, ProofMethod, RegisterEntry, Residency
from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError, Invalid
from spreekt.kernel.vault import Vault

SUBJECT_PURPOSE = "desk subject"
SUBJECT_LASTS = timedelta(minutes=15)


class NotInRegister(DomainError):
    """Well formed, but nobody in the register has this number today."""

    status = 422
    says = N_("Dit nummer staat niet in het register van de stad. Kijk de kaart na, of bel dienst Burgerzaken.")


class LookUpAgain(DomainError):
    """The resident was looked up too long ago, or by somebody else."""

    says = N_("Je zocht deze inwoner te lang geleden op. Zoek opnieuw op met de identiteitskaart.")


@dataclass(frozen=True, slots=True)
class Found:
    """A resident as the desk sees them: whom to compare with the card, and how they stand here."""

    person_key: str = field(repr=False)
    addressee: Addressee = field(repr=False)
    entry: RegisterEntry = field(repr=False)
    has_account: bool
    has_case: bool


def look_up(db: Session, vault: Vault, key: str, *, purpose: str, by: Actor) -> Found:
    """Open one resident's name and address for the check of the card; who, whom and why go into the log.

    Raises NotInRegister; that look is logged too.
    """
    holder = holder_of(db, key)
    audit.record(
        db, by=by, act="register.looked-up", subject=f"resident:{key[:16]}", reason=purpose,
        about_account_id=holder.account_id if holder else None,
    )  # fmt: skip
    entry = db.get(RegisterEntry, key)
    if entry is None or entry.gone_on is not None:
        raise NotInRegister
    case = select(IdentityCase.id).where(IdentityCase.person_key == key, IdentityCase.state == CaseState.OPEN).limit(1)
    return Found(
        person_key=key,
        addressee=opened(vault, entry.sealed_addressee),
        entry=entry,
        has_account=holder is not None,
        has_case=db.scalar(case) is not None,
    )


def account_by_address(db: Session, vault: Vault, address: str) -> Account:
    """The account of exactly this mailbox. Raises Invalid when there is none that can sign in."""
    account = account_of(db, vault, address)
    if account is None or not account.may_sign_in:
        raise Invalid(
            N_("Er is geen account met precies dit adres. Laat de inwoner eerst een account maken en bevestigen.")
        )
    return account


def prove_at_desk(db: Session, account: Account, key: str, *, by: Actor, now: datetime) -> Residency | IdentityCase:
    """Tie the account to the resident whose identity card the officer has seen.

    Raises NotForYourself, NotInRegister or AlreadyAnotherResident.
    """
    if by.id == account.id:
        raise NotForYourself
    entry = db.get(RegisterEntry, key)
    if entry is None or entry.gone_on is not None:
        raise NotInRegister
    outcome = prove(db, account_id=account.id, key=key, method=ProofMethod.DESK, now=now)
    audit.record(
        db, by=by, act="residency.proven-at-desk", subject=f"resident:{key[:16]}", about_account_id=account.id,
        reason="identiteitskaart gezien",
    )  # fmt: skip
    return outcome


def sealed_subject(vault: Vault, key: str, *, by: Actor, now: datetime) -> str:
    """The resident in a hidden field: for this officer, for a quarter of an hour, and unreadable."""
    return vault.seal(SUBJECT_PURPOSE, f"{by.id}\n{int(now.timestamp())}\n{key}")


def opened_subject(vault: Vault, sealed: str, *, by: Actor, now: datetime) -> str:
    """The resident's key back. Raises LookUpAgain for anything that is not this officer's own and recent."""
    try:
        officer, moment, key = vault.open(SUBJECT_PURPOSE, sealed).split("\n")
    except Exception:  # whatever it is, it was not made by sealed_subject
        raise LookUpAgain from None
    if officer != str(by.id) or now.timestamp() - int(moment) > SUBJECT_LASTS.total_seconds():
        raise LookUpAgain
    return key

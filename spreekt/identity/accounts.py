"""Finding and making accounts: sealed mail addresses, passwords, and the promise that asking tells nothing."""

import re
import secrets
import unicodedata
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from spreekt.identity.common_passwords import is_common
from spreekt.identity.models import Account, SignInSession
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, Invalid
from spreekt.kernel.vault import Vault

EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,200}[A-Za-z0-9])?\.[A-Za-z]{2,24}")
EMAIL_PURPOSE = "email"
PASSWORD_LEAST = 10
PASSWORD_MOST = 200
hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
NO_PASSWORD = hasher.hash(secrets.token_urlsafe(16))
"""Compared with when there is no account, so that "unknown" takes as long as "wrong"."""


def normal_email(text: str) -> str:
    """One spelling for one mailbox: NFKC, no spaces around, domain in lower case. Invalid when it is none."""
    address = unicodedata.normalize("NFKC", text).strip()
    if len(address) > 254 or not EMAIL.fullmatch(address) or ".." in address:
        raise Invalid(N_("Dit lijkt geen e-mailadres. Vul het in zoals naam@voorbeeld.be."))
    name, _at, domain = address.rpartition("@")
    return f"{name}@{domain.lower()}"


def email_key(vault: Vault, address: str) -> str:
    """The fingerprint that finds the account of a mailbox; upper and lower case are the same box."""
    return vault.fingerprint(EMAIL_PURPOSE, normal_email(address).casefold())


def email_of(vault: Vault, account: Account) -> str:
    """The mail address of an account, opened to send or to show to its owner."""
    return vault.open(EMAIL_PURPOSE, account.sealed_email) if account.sealed_email else ""


def account_of(db: Session, vault: Vault, address: str) -> Account | None:
    """The account of a mailbox, if there is one."""
    return db.scalars(select(Account).where(Account.email_key == email_key(vault, address))).one_or_none()


def create_account(db: Session, vault: Vault, *, email: str, display_name: str, now: datetime) -> Account:
    """A new account, not confirmed yet. The database refuses a second one for the same mailbox."""
    account = Account(
        display_name=display_name,
        email_key=email_key(vault, email),
        sealed_email=vault.seal(EMAIL_PURPOSE, normal_email(email), padded_to=96),
        created_on=now.astimezone(BRUSSELS).date(),
    )
    db.add(account)
    db.flush()
    return account


def hashed(password: str) -> str:
    """A password's hash (argon2id). Raises Invalid for one that is short or everybody's."""
    if len(password) < PASSWORD_LEAST:
        raise Invalid(N_("Kies een wachtwoord van minstens 10 tekens. Een zinnetje is makkelijk te onthouden."))
    if len(password) > PASSWORD_MOST:
        raise Invalid(N_("Kies een wachtwoord van hoogstens 200 tekens."))
    if is_common(password):
        raise Invalid(N_("Dit wachtwoord raden anderen makkelijk. Kies een ander."))
    return hasher.hash(unicodedata.normalize("NFC", password))


def set_password(account: Account, password: str) -> None:
    """Store a password's hash. Raises Invalid for one that is short or everybody's."""
    account.password_hash = hashed(password)


def password_fits(account: Account | None, password: str) -> bool:
    """Whether this is the password; takes as long when there is no account or no password."""
    known = account.password_hash if account is not None and account.password_hash else NO_PASSWORD
    try:
        hasher.verify(known, unicodedata.normalize("NFC", password[:PASSWORD_MOST]))
    except (VerificationError, InvalidHashError):
        return False
    return known is not NO_PASSWORD


def end_all(db: Session, account: Account) -> None:
    """Sign an account out everywhere, at once. A session that is being used right now cannot come back to life."""
    account.epoch += 1
    db.execute(delete(SignInSession).where(SignInSession.account_id == account.id))

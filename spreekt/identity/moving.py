"""Changing what an account signs in with: its mail address and its password. Each kills what came before."""

from datetime import datetime

from sqlalchemy.orm import Session

from spreekt.identity.accounts import EMAIL_PURPOSE, account_of, email_key, end_all, set_password
from spreekt.identity.models import Account, AddressQuestion, LinkPurpose, SignInLink
from spreekt.identity.sign_in_links import DeadLink, withdraw
from spreekt.kernel import outbox
from spreekt.kernel.vault import Vault


def move_address(db: Session, vault: Vault, account: Account, link: SignInLink, *, now: datetime) -> None:
    """Take the address that a link confirmed, and tell the old one. DeadLink when it got an account meanwhile."""
    address = vault.open(EMAIL_PURPOSE, link.sealed_email)
    if account_of(db, vault, address) is not None:
        raise DeadLink
    old = AddressQuestion(
        purpose=LinkPurpose.MOVE,
        sealed_email=account.sealed_email,
        account_id=account.id,
        created_at=now,
        answered_at=now,
    )
    account.email_key, account.sealed_email = email_key(vault, address), link.sealed_email
    withdraw(db, account.id, now=now)
    db.add(old)
    db.flush()
    outbox.record(db, "identity.address-changed", question_id=old.id)


def change_password(db: Session, account: Account, password: str, *, now: datetime) -> None:
    """Take a new password: every session and every link of before is dead, and the mailbox hears of it."""
    set_password(account, password)
    end_all(db, account)
    withdraw(db, account.id, now=now)
    outbox.record(db, "identity.password-changed", account_id=account.id)

"""A typed mail address is written down by the page and looked up afterwards, so that the page cannot tell who is known.

The answer goes to the mailbox: a link, or a few words that say why there is none.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from spreekt.identity.accounts import EMAIL_PURPOSE, account_of, create_account, normal_email
from spreekt.identity.models import Account, AddressQuestion, LinkPurpose
from spreekt.identity.sign_in_links import make_link
from spreekt.kernel import outbox
from spreekt.kernel.vault import Vault

KEPT_FOR = timedelta(days=1)


def ask(
    db: Session, vault: Vault, purpose: LinkPurpose, *, email: str, now: datetime, **fields: Any
) -> AddressQuestion:
    """Write down an address that somebody typed. `fields`: other columns of AddressQuestion."""
    question = AddressQuestion(
        purpose=purpose,
        sealed_email=vault.seal(EMAIL_PURPOSE, normal_email(email), padded_to=96),
        created_at=now,
        **fields,
    )
    db.add(question)
    db.flush()
    outbox.record(db, "identity.address-asked", question_id=question.id)
    return question


def answer(db: Session, vault: Vault, secret_key: str, question: AddressQuestion, *, now: datetime) -> None:
    """Look the address up and have the right mail sent to it. A second time does nothing."""
    if question.answered_at is not None:
        return
    question.answered_at = now
    email = vault.open(EMAIL_PURPOSE, question.sealed_email)
    account = account_of(db, vault, email)
    if question.purpose is LinkPurpose.MOVE:
        _answer_move(db, secret_key, question, taken_by=account, now=now)
    elif account is None and question.purpose is LinkPurpose.SIGN_IN:
        outbox.record(db, "identity.unknown", question_id=question.id)
    elif account is not None and account.disabled_at is not None:
        outbox.record(db, "identity.closed", question_id=question.id)
    elif account is not None and account.confirmed_at is not None and question.purpose is LinkPurpose.REGISTER:
        outbox.record(db, "identity.known", question_id=question.id)
    else:
        if account is None:
            account = create_account(db, vault, email=email, display_name=question.display_name, now=now)
        if question.purpose is LinkPurpose.REGISTER:
            account.display_name, account.name_flags = question.display_name, question.name_flags
            account.password_hash = question.password_hash
        link = make_link(db, secret_key, account, question.purpose, now=now, browser_hash=question.browser_hash,
                         next_path=question.next_path)  # fmt: skip
        outbox.record(db, "identity.link", link_id=link.id)


def _answer_move(
    db: Session, secret_key: str, question: AddressQuestion, *, taken_by: Account | None, now: datetime
) -> None:
    account = db.get(Account, question.account_id) if question.account_id else None
    if account is None or not account.may_sign_in:
        return
    if taken_by is not None:
        outbox.record(db, "identity.taken", question_id=question.id)
        return
    link = make_link(db, secret_key, account, LinkPurpose.MOVE, now=now, sealed_email=question.sealed_email)
    outbox.record(db, "identity.link", link_id=link.id)


def forget_old(db: Session, *, now: datetime) -> None:
    """Questions are of no use once their mail is out."""
    db.execute(delete(AddressQuestion).where(AddressQuestion.created_at < now - KEPT_FOR))

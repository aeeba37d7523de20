"""From notice to mail: one at a time or as a digest. Words only; sending is mail.py's."""

from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.identity.accounts import email_of
from spreekt.identity.models import Account
from spreekt.kernel.outbox import Message
from spreekt.notices.mail import Mail
from spreekt.notices.models import Notice
from spreekt.notices.written import public_url, written
from spreekt.web.context import services, settings, vault


def _unsubscribe() -> URLSafeSerializer:
    return URLSafeSerializer(settings().SECRET_KEY, salt="unsubscribe")


def unsubscribe_path(account_id: int) -> str:
    """Where somebody chooses how often we write, without signing in. The link can do nothing else."""
    return f"/uitschrijven/{_unsubscribe().dumps(account_id)}"


def account_of_path(token: str) -> int | None:
    """The account a link was made for, or None when we did not make it."""
    try:
        return int(_unsubscribe().loads(token))
    except (BadSignature, ValueError, TypeError):
        return None


def write(
    db: Session,
    *,
    account_id: int,
    template: str,
    subject: str,
    key: str,
    url: str = "",
    action: str = "",
    **values: Any,
) -> Mail | None:
    """A mail to an account from templates/mail/<template>.txt and .html; None for who has no address any more.

    `url` is a path on our own site and becomes the one link, `action` its words; `key` makes the mail one mail.
    """
    account = db.get(Account, account_id)
    address = email_of(vault(), account) if account is not None and account.disabled_at is None else ""
    if account is None or not address:
        return None
    return written(
        template,
        to=address,
        name=account.display_name,
        subject=subject,
        key=key,
        unsubscribe_url=public_url(unsubscribe_path(account.id)),
        url=public_url(url) if url else "",
        action=action,
        home_url=public_url(""),
        **values,
    )


def notice_mail(db: Session, message: Message) -> Mail | None:
    """The mail of one notice."""
    notice = db.get(Notice, message.payload["notice_id"])
    if notice is None:
        return None
    return write(
        db,
        account_id=notice.account_id,
        template="notice",
        subject=notice.title,
        key=f"notice {notice.id}",
        url=notice.url,
        action=notice.action,
        lines=notice.text.split("\n"),
    )


def digest_mail(db: Session, message: Message) -> Mail | None:
    """All notices of one stretch in one mail."""
    first, last, account_id = (message.payload[name] for name in ("first_id", "last_id", "account_id"))
    notices = db.scalars(
        select(Notice)
        .where(Notice.account_id == account_id, Notice.id.between(first, last))
        .order_by(Notice.id)
        .limit(100)
    ).all()
    if not notices:
        return None
    return write(
        db,
        account_id=account_id,
        template="digest",
        subject=f"Nieuws van {services().city.brand}",
        key=f"digest {account_id} {first} {last}",
        url="/mijn/berichten",
        action="Bekijk al je berichten",
        notices=notices,
    )

"""Links in mails that work once, for a quarter of an hour. Who gets one is decided in address_questions.py."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from spreekt.identity.models import Account, LinkPurpose, SignInLink
from spreekt.kernel.errors import N_, DomainError

LIFETIME = timedelta(minutes=15)


class DeadLink(DomainError):
    """The link was used, replaced by a newer one, ran out, or was never ours."""

    status = 400
    says = N_("Deze link werkt niet meer. Vraag een nieuwe.")


def _serializer(secret_key: str) -> URLSafeSerializer:
    options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeSerializer(secret_key, salt="link in a mail", signer_kwargs=options)


def token_of(secret_key: str, link: SignInLink) -> str:
    """The secret part of the link's address. Who has the database alone cannot make it."""
    return str(_serializer(secret_key).dumps(link.nonce))


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(
    db: Session, secret_key: str, account: Account, purpose: LinkPurpose, *, now: datetime, **fields: Any
) -> SignInLink:
    """A new link. Older ones of its kind die: signing in and registering are one kind, moving another.

    `fields`: sealed_email, browser_hash and next_path of SignInLink.
    """
    withdraw(db, account.id, now=now, moving=purpose is LinkPurpose.MOVE)
    link = SignInLink(account_id=account.id, purpose=purpose, nonce=secrets.token_urlsafe(32), created_at=now,
                      expires_at=now + LIFETIME, **fields)  # fmt: skip
    link.token_hash = hash_of(token_of(secret_key, link))
    db.add(link)
    db.flush()
    return link


def withdraw(db: Session, account_id: int, *, now: datetime, moving: bool | None = None) -> None:
    """Links that were not used yet are dead from now on: all of them, or only those that move or do not."""
    dying = update(SignInLink).where(SignInLink.account_id == account_id, SignInLink.used_at.is_(None))
    if moving is not None:
        is_move = SignInLink.purpose == LinkPurpose.MOVE
        dying = dying.where(is_move if moving else ~is_move)
    db.execute(dying.values(used_at=now).execution_options(synchronize_session=False))


def living_link(db: Session, secret_key: str, token: str, *, now: datetime) -> SignInLink:
    """The link of this token while it works, else DeadLink. Looking does not use it up."""
    try:
        _serializer(secret_key).loads(token)
    except BadSignature:
        raise DeadLink from None
    link = db.scalars(select(SignInLink).where(SignInLink.token_hash == hash_of(token))).one_or_none()
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise DeadLink
    return link


def spend_link(db: Session, link: SignInLink, *, now: datetime) -> None:
    """Use the link up. Of many at once exactly one passes; the others get DeadLink."""
    spent = db.execute(
        update(SignInLink)
        .where(SignInLink.id == link.id, SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(spent, CursorResult)
    if spent.rowcount != 1:
        raise DeadLink

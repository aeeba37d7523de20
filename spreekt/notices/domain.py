"""Telling people: a notice in the inbox, and a mail when they want it. Running twice tells once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from spreekt.identity.models import Account
from spreekt.kernel import outbox
from spreekt.kernel.outbox import Message
from spreekt.notices.models import Frequency, Notice, Preference


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody is told: a title, a few lines, and a link with the words on its button."""

    title: str
    text: str
    url: str
    action: str


def tell(db: Session, message: Message, *, account_id: int | None, kind: str, words: Words, now: datetime) -> None:
    """Put a notice in somebody's inbox and have it mailed as they prefer; nothing when they were told already."""
    account = db.get(Account, account_id) if account_id is not None else None
    if account is None or account.erased_at is not None:
        return
    told = select(Notice.id).where(
        Notice.account_id == account.id, Notice.message_id == message.id, Notice.kind == kind
    )
    if db.scalar(told) is not None:
        return
    preference = db.get(Preference, account.id)
    frequency = preference.frequency if preference else Frequency.AT_ONCE
    notice = Notice(
        account_id=account.id,
        message_id=message.id,
        kind=kind,
        title=words.title[:200],
        text=words.text,
        url=words.url,
        action=words.action,
        created_at=now,
        mail_due=frequency in {Frequency.DAILY, Frequency.WEEKLY},
    )
    db.add(notice)
    db.flush()
    if frequency is Frequency.AT_ONCE:
        outbox.record(db, "notice.mail", notice_id=notice.id)


def mark_read(db: Session, account_id: int, *, now: datetime) -> None:
    """The inbox was opened."""
    db.execute(update(Notice).where(Notice.account_id == account_id, Notice.read_at.is_(None)).values(read_at=now))

"""What happened and somebody must hear of: rows written with the change itself, delivered afterwards.

Payloads are ids, never text or personal data. Who delivers (the server itself, or RQ workers) is not decided here.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import JSON, Index, String, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from spreekt.kernel.storage import Base, Identified, Json, UtcDateTime, utc_now

MAX_ATTEMPTS = 8
LEASE = timedelta(minutes=2)
IDENTIFIER = re.compile(r"[A-Za-z0-9_:.\-]{1,64}")


class Message(Identified, Base):
    """One thing that happened. `next_attempt_at` is empty once it is delivered or given up."""

    __tablename__ = "outbox_messages"
    __table_args__ = (Index("ix_outbox_messages_next_attempt_at", "next_attempt_at"),)

    topic: Mapped[str] = mapped_column(String(80))
    payload: Mapped[Json] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=utc_now)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dead_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(String(200), default="")


def record(db: Session, topic: str, **ids: int | str) -> Message:
    """Write down that something happened, in the caller's transaction. Values must look like ids."""
    for name, value in ids.items():
        if not IDENTIFIER.fullmatch(str(value)):
            raise ValueError(f"outbox payload {name} is not an id")
    message = Message(topic=topic, payload=dict(ids))
    db.add(message)
    db.info["outbox_has_news"] = True
    return message


def record_each(db: Session, topic: str, name: str, ids: Sequence[int]) -> None:
    """As `record` for one id after another, in one statement however many there are."""
    if ids:
        db.execute(insert(Message), [{"topic": topic, "payload": {name: each}} for each in ids])
        db.info["outbox_has_news"] = True


def next_unsent(db: Session, *, now: datetime, limit: int = 50) -> Sequence[Message]:
    """Claim due messages, oldest first: counted as tried and leased, so that no other worker takes them.

    The caller commits the claim before it delivers; a worker that dies leaves the lease to run out.
    """
    due = (
        select(Message)
        .where(Message.next_attempt_at <= now)
        .order_by(Message.next_attempt_at, Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    messages = db.scalars(due).all()
    for message in messages:
        message.attempts += 1
        message.next_attempt_at = now + LEASE
    return messages


def delivered(message: Message, *, now: datetime) -> None:
    """All subscribers are done with it."""
    message.delivered_at, message.next_attempt_at, message.last_error = now, None, ""


def failed(message: Message, error: Exception, *, now: datetime) -> None:
    """Try again later (30 s doubling to an hour), or give up after eight times; only the kind of error is kept."""
    message.last_error = type(error).__name__
    if message.attempts >= MAX_ATTEMPTS:
        message.dead_at, message.next_attempt_at = now, None
    else:
        message.next_attempt_at = now + min(timedelta(seconds=30 * 2 ** (message.attempts - 1)), timedelta(hours=1))


def retry(message: Message, *, now: datetime) -> None:
    """Give a dead message a new life."""
    message.attempts, message.dead_at, message.next_attempt_at = 0, None, now


def dead_letters(db: Session, *, limit: int = 200) -> Sequence[Message]:
    """Messages that were given up, newest first."""
    return db.scalars(
        select(Message).where(Message.dead_at.is_not(None)).order_by(Message.id.desc()).limit(limit)
    ).all()


def oldest_waiting(db: Session) -> datetime | None:
    """When the oldest message that still waits was written; readiness looks at its age."""
    return db.scalar(select(func.min(Message.created_at)).where(Message.next_attempt_at.is_not(None)))


def forget_delivered(db: Session, *, before: datetime) -> None:
    """Delivered messages are of no use after a while."""
    db.execute(delete(Message).where(Message.delivered_at < before))

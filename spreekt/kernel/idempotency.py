"""The same form sent twice does its work once: keys and the answer that was given, stored with the effect."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from spreekt.kernel.errors import KeyReused
from spreekt.kernel.storage import Base, UtcDateTime, utc_now


class SpentKey(Base):
    """One sending that was accepted. The row exists if and only if its effect was committed."""

    __tablename__ = "spent_keys"
    __table_args__ = (Index("ix_spent_keys_created_at", "created_at"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    status: Mapped[int] = mapped_column(default=0)
    location: Mapped[str] = mapped_column(String(500), default="")
    body: Mapped[str] = mapped_column(Text, default="")


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was answered the first time."""

    status: int
    location: str
    body: str


def claim(db: Session, key: str, *, fingerprint: str) -> StoredAnswer | None:
    """Take the key, or give the answer of whoever took it before. A twin in flight waits for the first.

    Raises KeyReused when the key was taken for other contents.
    """
    insert: Any = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {
        "key": key,
        "fingerprint": fingerprint,
        "created_at": utc_now(),
        "status": 0,
        "location": "",
        "body": "",
    }
    statement = insert(SpentKey).values(**row).on_conflict_do_nothing().returning(SpentKey.key)
    if db.execute(statement).first() is not None:
        return None
    spent = db.execute(
        select(SpentKey.fingerprint, SpentKey.status, SpentKey.location, SpentKey.body).where(SpentKey.key == key)
    ).one()
    if spent.fingerprint != fingerprint:
        raise KeyReused
    return StoredAnswer(spent.status, spent.location, spent.body)


def settle(db: Session, key: str, answer: StoredAnswer) -> None:
    """Keep the answer beside the effect, in the same transaction."""
    db.execute(
        update(SpentKey)
        .where(SpentKey.key == key)
        .values(status=answer.status, location=answer.location, body=answer.body)
    )


def release(db: Session, key: str) -> None:
    """Give a key back whose sending was refused although its transaction is committed."""
    db.execute(delete(SpentKey).where(SpentKey.key == key))


def forget(db: Session, *, before: datetime) -> None:
    """Keys are kept for two days; nobody presses "send" again after that."""
    db.execute(delete(SpentKey).where(SpentKey.created_at < before))

"""What is asked of the staff log. Reads only; writing and checking the chain are kernel/audit.py's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.identity.models import Account
from spreekt.kernel.audit import LogEntry


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which acts to show. Empty text and zero mean any; texts are beginnings ("residency" finds "residency.proven")."""

    act: str = ""
    subject: str = ""
    actor_id: int = 0

    @property
    def is_set(self) -> bool:
        return bool(self.act or self.subject or self.actor_id)


class LogRow(NamedTuple):
    """One act, with the name of who did it; nobody's name when the platform did it by itself."""

    seq: int
    at: datetime
    actor_id: int | None
    actor_name: str | None
    act: str
    subject: str
    about_account_id: int | None
    reason: str


class OwnLogRow(NamedTuple):
    """One act about somebody, as that person may see it: no names of staff."""

    at: datetime
    act: str
    was_me: bool


def _narrowed(query: Any, wanted: LogFilter) -> Any:
    if wanted.act:
        query = query.where(LogEntry.act.startswith(wanted.act, autoescape=True))
    if wanted.subject:
        query = query.where(LogEntry.subject.startswith(wanted.subject, autoescape=True))
    return query.where(LogEntry.actor_id == wanted.actor_id) if wanted.actor_id else query


def log_page(db: Session, wanted: LogFilter, *, offset: int, limit: int) -> Sequence[LogRow]:
    """A stretch of the log, newest first."""
    query = (
        select(
            LogEntry.seq, LogEntry.at, LogEntry.actor_id, Account.display_name, LogEntry.act, LogEntry.subject,
            LogEntry.about_account_id, LogEntry.reason,
        )
        .outerjoin(Account, Account.id == LogEntry.actor_id)
        .order_by(LogEntry.seq.desc())
    )  # fmt: skip
    return [LogRow(*row) for row in db.execute(_narrowed(query, wanted).offset(offset).limit(limit))]


def log_size(db: Session, wanted: LogFilter) -> int:
    """How many acts fit."""
    return db.scalar(_narrowed(select(func.count()).select_from(LogEntry), wanted)) or 0


def acts_about(db: Session, account_id: int, *, limit: int = 50) -> Sequence[OwnLogRow]:
    """What was done with one person's things, newest first."""
    rows = db.execute(
        select(LogEntry.at, LogEntry.act, LogEntry.actor_id)
        .where(LogEntry.about_account_id == account_id)
        .order_by(LogEntry.seq.desc())
        .limit(limit)
    )
    return [OwnLogRow(at, act, actor_id == account_id) for at, act, actor_id in rows]

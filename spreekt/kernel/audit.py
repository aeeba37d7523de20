"""The log of what was done with other people's things: append-only, every row chained to the one before.

Holds who, what, on what and why; never a vote, never a national number, never the text that was judged.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import DDL, ForeignKey, Index, String, Text, event, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from spreekt.kernel.actor import Actor
from spreekt.kernel.storage import Base, UtcDateTime, utc_now

GENESIS = "0" * 64
CHAIN_LOCK = 7_217_771


class LogEntry(Base):
    """One act. The database refuses to change or delete it; `hash` covers the row and its predecessor."""

    __tablename__ = "log_entries"
    __table_args__ = (
        Index("ix_log_entries_subject", "subject"),
        Index("ix_log_entries_actor_id", "actor_id"),
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    act: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(120))
    about_account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    reason: Mapped[str] = mapped_column(Text, default="")
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    def computed_hash(self) -> str:
        """SHA-256 over the canonical JSON of everything in the row but the hash itself."""
        row = [
            self.seq,
            self.at.isoformat(timespec="microseconds"),
            self.actor_id,
            self.act,
            self.subject,
            self.about_account_id,
            self.reason,
            self.previous_hash,
        ]
        return hashlib.sha256(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def record(
    db: Session, *, by: Actor, act: str, subject: str, reason: str = "", about_account_id: int | None = None
) -> LogEntry:
    """Write one act at the end of the chain, in the caller's transaction.

    Writers queue up behind a lock until they commit, so the chain never forks.
    """
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})
    db.flush()
    last = db.execute(select(LogEntry.seq, LogEntry.hash).order_by(LogEntry.seq.desc()).limit(1)).first()
    entry = LogEntry(
        seq=last.seq + 1 if last else 1,
        at=utc_now(),
        actor_id=by.id,
        act=act,
        subject=subject,
        reason=reason,
        about_account_id=about_account_id,
        previous_hash=last.hash if last else GENESIS,
    )
    entry.hash = entry.computed_hash()
    db.add(entry)
    db.flush()
    return entry


def faults(db: Session) -> Iterator[str]:
    """What is wrong with the chain, from the first row on, in plain words; nothing when it is whole."""
    previous, expected = GENESIS, 1
    for entry in db.scalars(select(LogEntry).order_by(LogEntry.seq).execution_options(yield_per=1000)):
        if entry.seq != expected:
            yield f"row {expected} is missing"
        if entry.previous_hash != previous:
            yield f"row {entry.seq} does not follow the row before it"
        if entry.hash != entry.computed_hash():
            yield f"row {entry.seq} was changed after it was written"
        previous, expected = entry.hash, entry.seq + 1


for change in ("UPDATE", "DELETE"):
    name = f"log_entries_no_{change.lower()}"
    event.listen(
        LogEntry.__table__,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]
            f"CREATE TRIGGER {name} BEFORE {change} ON log_entries "
            "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        ).execute_if(dialect="sqlite"),
    )
event.listen(
    LogEntry.__table__,
    "after_create",
    DDL(  # type: ignore[no-untyped-call]
        "CREATE OR REPLACE FUNCTION refuse_log_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$; "
        "CREATE TRIGGER log_entries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON log_entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_log_change()"
    ).execute_if(dialect="postgresql"),
)

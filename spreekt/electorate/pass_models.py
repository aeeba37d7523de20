"""Passes: codes on paper that open one ballot without an account; and the runs of letters in which they go out.

A pass knows a right and never a ballot. The code itself is nowhere, only its keyed fingerprint.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from spreekt.electorate.models import Channel
from spreekt.kernel.storage import Base, Identified, UtcDateTime, one_of

UNFINISHED = "finished_at IS NULL"


class VotePass(Base):
    """Who holds this code may use one right in one poll. At most one a resident and door: a newer one replaces it."""

    __tablename__ = "vote_passes"
    __table_args__ = (
        UniqueConstraint("poll_id", "voter_key", "channel"),
        CheckConstraint("channel IN ('brief', 'loket')", "through_a_code"),
        {"sqlite_with_rowid": False},
    )

    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id", ondelete="RESTRICT"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Fingerprint of the code, under a key of this poll that is not in the database."""
    voter_key: Mapped[str] = mapped_column(String(64))
    channel: Mapped[Channel] = mapped_column(one_of(Channel, "channel"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LetterRun(Identified, Base):
    """Letters with a code for everybody who may vote and has none yet. One asks, another has them made."""

    __tablename__ = "letter_runs"
    __table_args__ = (
        CheckConstraint("approved_by_id <> asked_by_id", "two_people"),
        CheckConstraint("(approved_at IS NULL) = (approved_by_id IS NULL)", "approved_whole"),
        CheckConstraint("letters BETWEEN 0 AND seen", "letters"),
        CheckConstraint("finished_at IS NULL OR approved_at IS NOT NULL", "made_after_approval"),
        Index("uq_letter_runs_unfinished", "poll_id", unique=True, sqlite_where=text(UNFINISHED),
              postgresql_where=text(UNFINISHED)),
    )  # fmt: skip
    kind = "letter-run"

    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id", ondelete="RESTRICT"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    entries: Mapped[int] = mapped_column(default=0)
    """How many people in the register may vote, counted when the making began."""
    seen: Mapped[int] = mapped_column(default=0)
    """How many of them were looked at so far."""
    letters: Mapped[int] = mapped_column(default=0)
    """How many letters were made: who has a code or voted gets none."""
    part: Mapped[int] = mapped_column(default=0)
    """How many files were made."""
    last_key: Mapped[str] = mapped_column(String(64), default="")
    """Up to where in the register."""
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def part_key(self) -> str:
        """Where the next part begins, as a word for a message."""
        return self.last_key or "begin"

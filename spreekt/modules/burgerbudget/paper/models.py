"""Paper ballots after the close: batches that two people type apart, what each typed, and the minutes of the count.

An entry is sealed and goes when its batch is accepted; afterwards a batch is four numbers.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.identity.models import Account
from spreekt.kernel.storage import Base, Identified, UtcDateTime


class PaperBatch(Identified, Base):
    """A pile of sheets. Once two entries are equal it is accepted: its ballots are in the box, its entries are gone."""

    __tablename__ = "paper_batches"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        CheckConstraint("number > 0", "number"),
        CheckConstraint("(accepted_at IS NULL) = (approved_by_id IS NULL)", "accepted_whole"),
        CheckConstraint("ballots >= 0 AND blank >= 0 AND invalid >= 0", "counts"),
        CheckConstraint("accepted_at IS NOT NULL OR ballots + blank + invalid = 0", "counted_when_accepted"),
    )
    kind = "paper-batch"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"))
    number: Mapped[int]
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    ballots: Mapped[int] = mapped_column(default=0)
    blank: Mapped[int] = mapped_column(default=0)
    invalid: Mapped[int] = mapped_column(default=0)

    entries: Mapped[list["PaperEntry"]] = relationship(
        back_populates="batch", order_by="PaperEntry.seat", cascade="all, delete-orphan"
    )

    @property
    def sheets(self) -> int:
        """How many sheets were accepted."""
        return self.ballots + self.blank + self.invalid


class PaperEntry(Base):
    """What one person typed of a batch, sealed. There are two seats, for two people."""

    __tablename__ = "paper_entries"
    __table_args__ = (UniqueConstraint("batch_id", "counted_by_id"), CheckConstraint("seat IN (1, 2)", "two_people"))

    batch_id: Mapped[int] = mapped_column(ForeignKey("paper_batches.id", ondelete="RESTRICT"), primary_key=True)
    seat: Mapped[int] = mapped_column(primary_key=True)
    counted_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    sealed_sheets: Mapped[str] = mapped_column(Text)
    is_done: Mapped[bool] = mapped_column(default=False)
    """This person typed the whole pile. The two are compared once both have."""

    batch: Mapped[PaperBatch] = relationship(back_populates="entries")
    counted_by: Mapped[Account] = relationship()


class PaperMinutes(Base):
    """What became of every paper ballot that was handed out. Without it nothing is counted where paper was."""

    __tablename__ = "paper_minutes"
    __table_args__ = (
        CheckConstraint("ballots >= 0 AND blank >= 0 AND invalid >= 0", "counts"),
        CheckConstraint("handed_out >= ballots + blank + invalid", "none_from_elsewhere"),
        CheckConstraint("handed_out = ballots + blank + invalid OR reason <> ''", "explained"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"), primary_key=True)
    handed_out: Mapped[int]
    ballots: Mapped[int]
    blank: Mapped[int]
    invalid: Mapped[int]
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why sheets did not come back."""
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    prepared_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def returned(self) -> int:
        return self.ballots + self.blank + self.invalid

    @property
    def not_returned(self) -> int:
        return self.handed_out - self.returned

    @property
    def without_ballot(self) -> int:
        """Rights that were used on paper and have no ballot in the box."""
        return self.handed_out - self.ballots

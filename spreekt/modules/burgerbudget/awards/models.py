"""What the college decided after vote and jury: one decision a round, and what each project gets."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.kernel.storage import Base, Json, UtcDateTime
from spreekt.modules.burgerbudget.models import Project, Round


class CollegeDecision(Base):
    """The decision that awards the money of a round. One person prepares it, another publishes it."""

    __tablename__ = "college_decisions"
    __table_args__ = (
        CheckConstraint("(published_at IS NULL) = (published_by_id IS NULL)", "published_whole"),
        CheckConstraint("published_by_id <> prepared_by_id", "two_people"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"), primary_key=True)
    decided_on: Mapped[date]
    decision_uri: Mapped[str] = mapped_column(String(300))
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why the college left what vote or jury proposed; empty when it did not."""
    figures: Mapped[Json] = mapped_column(JSON, default=dict)
    """By part of the round: the two figures of fairness, and per project what public, jury and both together gave.

    Projects are codes.
    """
    prepared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))

    round: Mapped[Round] = relationship(back_populates="decision")
    awards: Mapped[list["Award"]] = relationship(back_populates="decision", order_by="Award.place")


class Award(Base):
    """What one project gets of the round, in cents."""

    __tablename__ = "awards"
    __table_args__ = (
        UniqueConstraint("round_id", "place"),
        CheckConstraint("amount_cents > 0", "amount"),
        CheckConstraint("place > 0", "place"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="RESTRICT"), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("college_decisions.round_id", ondelete="RESTRICT"), index=True)
    place: Mapped[int]
    amount_cents: Mapped[int] = mapped_column(BigInteger)

    decision: Mapped[CollegeDecision] = relationship(back_populates="awards")
    project: Mapped[Project] = relationship()

"""Proposals, who supports them and what the city answered. Facts of one row; questions over many are in queries.py."""

from datetime import date, datetime
from enum import StrEnum
from typing import cast

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.identity.models import Account
from spreekt.kernel.storage import Base, Identified, UtcDateTime, one_of
from spreekt.moderation.models import Submission
from spreekt.territory.models import Street


class AnswerKind(StrEnum):
    """What the city says to a proposal."""

    ACCEPTED = "we-doen-het"
    EXAMINING = "we-onderzoeken-het"
    PARTLY = "we-doen-een-deel"
    DECLINED = "we-doen-het-niet"


class Stage(StrEnum):
    """Where a published proposal stands; the word in addresses: ?status=open. It follows from dates, never stored."""

    OPEN = "open"
    WAITING = "wacht-op-antwoord"
    ANSWERED = "beantwoord"


class Proposal(Submission):
    """An idea of a resident for their street, area or city."""

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", "place"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", "place_whole"),
        CheckConstraint("(threshold_reached_at IS NULL) = (answer_due_on IS NULL)", "clock_whole"),
        CheckConstraint("(answered_at IS NULL) = (latest_answer IS NULL)", "answer_whole"),
        CheckConstraint("support_count >= 0", "support_count"),
        Index("ix_proposals_support_count", "support_count"),
        Index("ix_proposals_answer_due_on", "answer_due_on"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True)
    theme: Mapped[str] = mapped_column(String(40))
    summary: Mapped[str] = mapped_column(String(400), default="")
    """The first words of the text without markup, for lists and feeds."""
    search_key: Mapped[str] = mapped_column(Text, default="")
    """The words of title and text without accents and capitals, each after a space: see words.py."""
    street_id: Mapped[int | None] = mapped_column(ForeignKey("streets.id", ondelete="RESTRICT"))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    """Rounded to a block of houses before it is stored."""
    support_needed: Mapped[int]
    """Supporters for an official answer, from the regulation that held when it was published."""
    answer_days: Mapped[int]
    support_count: Mapped[int] = mapped_column(default=0)
    """As many as there are rows in supports; changed by the statement that adds or takes one, nowhere else."""
    threshold_reached_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer_due_on: Mapped[date | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Moment of the latest answer."""
    latest_answer: Mapped[AnswerKind | None] = mapped_column(one_of(AnswerKind, "latest_answer"))
    reminded_on: Mapped[date | None]
    """When those who answer were last told that time runs out."""

    street: Mapped[Street | None] = relationship()
    answers: Mapped[list["OfficialAnswer"]] = relationship(back_populates="proposal", order_by="OfficialAnswer.id")

    endpoint = "voorstellen.show"
    kind_name = "voorstel"

    __mapper_args__ = {"polymorphic_identity": "voorstel"}

    @property
    def stage(self) -> Stage:
        return stage_of(self.threshold_reached_at, self.answered_at)

    @property
    def takes_support(self) -> bool:
        """Residents support it until the city has answered."""
        return self.is_public and self.answered_at is None

    @property
    def was_published(self) -> bool:
        return self.published_at is not None

    def is_overdue(self, today: date) -> bool:
        return is_overdue(self.answer_due_on, self.answered_at, today)


def stage_of(threshold_reached_at: datetime | None, answered_at: datetime | None) -> Stage:
    """Where a published proposal stands, from its two moments."""
    if answered_at is not None:
        return Stage.ANSWERED
    return Stage.OPEN if threshold_reached_at is None else Stage.WAITING


def is_overdue(answer_due_on: date | None, answered_at: datetime | None, today: date) -> bool:
    """Whether the city should have answered before today and did not."""
    return answer_due_on is not None and answered_at is None and answer_due_on < today


PROPOSALS = cast(Table, Proposal.__table__)
"""The table itself, for statements that must not pass through a version: counts, clocks, lists."""


class Support(Base):
    """One resident supports one proposal, once, whichever account they use."""

    __tablename__ = "supports"
    __table_args__ = (Index("ix_supports_account_id", "account_id"),)

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"), primary_key=True)
    supporter_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    supported_on: Mapped[date]


class OfficialAnswer(Identified, Base):
    """An answer in the city's name. A later one follows up on an earlier one; none is changed."""

    __tablename__ = "official_answers"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"), index=True)
    answer: Mapped[AnswerKind] = mapped_column(one_of(AnswerKind, "answer"))
    service: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    text_html: Mapped[str] = mapped_column(Text)
    next_step_on: Mapped[date | None]
    answered_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)

    proposal: Mapped[Proposal] = relationship(back_populates="answers")
    answered_by: Mapped[Account] = relationship()

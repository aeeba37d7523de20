"""Proposals, who supports them and what the city answered."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.identity.models import Account
from spreekt.kernel.storage import Base, Identified, UtcDateTime, one_of
from spreekt.moderation.models import Submission
from spreekt.territory.models import Street


class Proposal(Submission):
    """An idea of a resident for their street, area or city."""

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", "place"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", "place_whole"),
        CheckConstraint("(threshold_reached_at IS NULL) = (answer_due_on IS NULL)", "clock_whole"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True)
    theme: Mapped[str] = mapped_column(String(40))
    street_id: Mapped[int | None] = mapped_column(ForeignKey("streets.id", ondelete="RESTRICT"))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    """Rounded to about ten metres before it is stored."""
    support_needed: Mapped[int]
    """Supporters for an official answer, from the regulation that held when it was published."""
    answer_days: Mapped[int]
    threshold_reached_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer_due_on: Mapped[date | None]

    street: Mapped[Street | None] = relationship()
    answers: Mapped[list["OfficialAnswer"]] = relationship(back_populates="proposal", order_by="OfficialAnswer.id")

    endpoint = "voorstellen.show"
    kind_name = "voorstel"

    __mapper_args__ = {"polymorphic_identity": "voorstel"}


class Support(Base):
    """One resident supports one proposal, once, whichever account they use."""

    __tablename__ = "supports"
    __table_args__ = (Index("ix_supports_account_id", "account_id"),)

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"), primary_key=True)
    supporter_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    supported_on: Mapped[date]


class AnswerKind(StrEnum):
    """What the city says to a proposal."""

    ACCEPTED = "we-doen-het"
    EXAMINING = "we-onderzoeken-het"
    PARTLY = "we-doen-een-deel"
    DECLINED = "we-doen-het-niet"


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

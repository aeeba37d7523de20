"""How it was: a public report with photos, which goes past the moderators, and an evaluation for the city only."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.kernel.storage import Base, Identified, UtcDateTime
from spreekt.moderation.models import Submission
from spreekt.modules.gezellige_wijk.models import StreetRequest


class EventReport(Submission):
    """One report of one request. How it was rated is for the city only."""

    __tablename__ = "street_reports"
    __table_args__ = (
        CheckConstraint("attendance >= 0", "attendance"),
        CheckConstraint("rating BETWEEN 1 AND 5", "rating"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("street_requests.id", ondelete="RESTRICT"), unique=True)
    attendance: Mapped[int]
    rating: Mapped[int]

    request: Mapped[StreetRequest] = relationship()

    endpoint = "street_reports.show"
    kind_name = "verslag"

    __mapper_args__ = {"polymorphic_identity": "verslag", "inherit_condition": id == Submission.id}


class Evaluation(Identified, Base):
    """What the organiser thinks of it afterwards, once. Each score is from 1 (bad) to 5 (good)."""

    __tablename__ = "street_evaluations"
    __table_args__ = (
        CheckConstraint("asking BETWEEN 1 AND 5 AND help BETWEEN 1 AND 5", "city"),
        CheckConstraint("safety BETWEEN 1 AND 5 AND neighbours BETWEEN 1 AND 5", "street"),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("street_requests.id", ondelete="CASCADE"), unique=True)
    asking: Mapped[int]
    help: Mapped[int]
    safety: Mapped[int]
    neighbours: Mapped[int]
    again: Mapped[bool]
    words: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)

    request: Mapped[StreetRequest] = relationship()

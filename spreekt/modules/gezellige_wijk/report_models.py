"""How it was: the report of something that was held, with photos. It goes past the moderators like any text."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

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

"""Files that an organiser hands in: scanned answers of neighbours, and the paper behind a bill. Never public."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.kernel.storage import Base, Identified, UtcDateTime
from spreekt.modules.gezellige_wijk.case_models import Survey
from spreekt.modules.gezellige_wijk.grant_models import Bill
from spreekt.modules.gezellige_wijk.models import StreetRequest


class StreetDocument(Identified, Base):
    """One photo or PDF of one request. It lies in the database, so that it goes and stays with its case."""

    __tablename__ = "street_documents"
    __table_args__ = (
        CheckConstraint("(survey_id IS NULL) <> (bill_id IS NULL)", "one_purpose"),
        CheckConstraint("checked_at IS NULL OR survey_id IS NOT NULL", "answers_are_checked"),
        CheckConstraint("media_type IN ('application/pdf', 'image/webp')", "media_type"),
    )
    kind = "street-document"

    request_id: Mapped[int] = mapped_column(ForeignKey("street_requests.id", ondelete="CASCADE"), index=True)
    survey_id: Mapped[int | None] = mapped_column(ForeignKey("consent_surveys.id", ondelete="CASCADE"), index=True)
    bill_id: Mapped[int | None] = mapped_column(ForeignKey("street_grant_bills.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    """Generated; it stands in the address."""
    media_type: Mapped[str] = mapped_column(String(20))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When staff had typed in every answer on it."""
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))

    request: Mapped[StreetRequest] = relationship()
    survey: Mapped[Survey | None] = relationship()
    bill: Mapped[Bill | None] = relationship()

    @property
    def is_pdf(self) -> bool:
        return self.media_type == "application/pdf"

"""What is done for a place and what is said about it: care log, reports for staff, drought mails, photos."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.kernel.storage import Base, Identified, UtcDateTime, one_of
from spreekt.moderation.models import Submission
from spreekt.modules.boomspiegel.adoption_models import Adoption
from spreekt.modules.boomspiegel.models import Adoptable


class Deed(StrEnum):
    """What somebody did for a place."""

    PLANTED = "geplant"
    WEEDED = "gewied"
    WATERED = "gegoten"


class CareEntry(Identified, Base):
    """One line in the care log: numbers and dates only, so that it is public without a moderator."""

    __tablename__ = "care_entries"
    __table_args__ = (
        CheckConstraint("(deed = 'gegoten') = (litres IS NOT NULL)", "water_in_litres"),
        CheckConstraint("litres IS NULL OR litres BETWEEN 1 AND 500", "litres"),
        Index("ix_care_entries_adoption_id", "adoption_id"),
        Index("ix_care_entries_account_id", "account_id"),
    )

    adoption_id: Mapped[int] = mapped_column(ForeignKey("adoptions.id", ondelete="RESTRICT"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    deed: Mapped[Deed] = mapped_column(one_of(Deed, "deed"))
    litres: Mapped[int | None]
    done_on: Mapped[date]

    adoption: Mapped[Adoption] = relationship()


class Concern(StrEnum):
    """What a report is about."""

    NEGLECT = "verwaarlozing"
    PROBLEM = "probleem"
    CORRECTION = "correctie"


class PitReportState(StrEnum):
    OPEN = "open"
    DONE = "afgehandeld"


class PitReport(Identified, Base):
    """Something staff should look at. Never public, and the adopter does not learn who said it.

    A correction says that the tree file is wrong; those are the feed for the tree service.
    """

    __tablename__ = "pit_reports"
    __table_args__ = (
        CheckConstraint("(state = 'afgehandeld') = (handled_on IS NOT NULL)", "handled_has_day"),
        Index("ix_pit_reports_state_created_at", "state", "created_at"),
        Index("ix_pit_reports_adoptable_id", "adoptable_id"),
        Index("ix_pit_reports_account_id", "account_id"),
    )
    kind = "plekmelding"

    adoptable_id: Mapped[int] = mapped_column(ForeignKey("adoptables.id", ondelete="RESTRICT"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    concern: Mapped[Concern] = mapped_column(one_of(Concern, "concern"))
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[PitReportState] = mapped_column(one_of(PitReportState, "state"), default=PitReportState.OPEN)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handled_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(Text, default="")

    adoptable: Mapped[Adoptable] = relationship()


class DroughtCall(Identified, Base):
    """One mail to adopters to give water, in one area or everywhere."""

    __tablename__ = "drought_calls"

    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id", ondelete="RESTRICT"))
    words: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Moment(StrEnum):
    """When a photo was taken."""

    BEFORE = "voor"
    CARE = "onderhoud"
    CONCERN = "melding"


class PitPhoto(Submission):
    """A photo of a place. It goes past the moderators like any text, so it is the part that is a submission.

    One that shows a problem is never handed in: it stays a draft for who made it and the staff who handle the report.
    """

    __tablename__ = "pit_photos"

    id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True)
    adoptable_id: Mapped[int] = mapped_column(ForeignKey("adoptables.id", ondelete="RESTRICT"), index=True)
    adoption_id: Mapped[int | None] = mapped_column(ForeignKey("adoptions.id", ondelete="SET NULL"), index=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("pit_reports.id", ondelete="SET NULL"), index=True)
    moment: Mapped[Moment] = mapped_column(one_of(Moment, "moment"))

    adoptable: Mapped[Adoptable] = relationship()

    endpoint = "pit_photos.show"
    kind_name = "foto van een boomspiegel"

    __mapper_args__: Any = {"polymorphic_identity": "boomspiegelfoto"}

"""What residents submit, in one table that every module extends. Also revisions, decisions, reports, pictures.

A joined table per module rather than one table each: the queue is one query, and reports have real foreign keys.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.identity.models import Account
from spreekt.kernel.storage import Base, Identified, UtcDateTime, one_of
from spreekt.territory.models import Area


class State(StrEnum):
    """Where a submission stands."""

    DRAFT = "concept"
    PENDING = "in-nazicht"
    CHANGES_ASKED = "aan-te-passen"
    PUBLISHED = "gepubliceerd"
    REJECTED = "afgewezen"
    HIDDEN = "verborgen"
    WITHDRAWN = "ingetrokken"


submission_areas = Table(
    "submission_areas",
    Base.metadata,
    Column("submission_id", ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True),
    Column("area_id", ForeignKey("areas.id", ondelete="RESTRICT"), primary_key=True),
    Index("ix_submission_areas_area_id", "area_id"),
)


class Submission(Identified, Base):
    """Anything a resident hands in. A module's model inherits it and adds its own columns in its own table.

    Subclasses say their `endpoint` (the public page, which takes `id`) and their Dutch name.
    """

    __tablename__ = "submissions"
    __table_args__: tuple[Any, ...] = (
        Index("ix_submissions_kind_state_published_at", "kind", "state", "published_at"),
        Index("ix_submissions_state_due_at", "state", "due_at"),
        Index("ix_submissions_author_id", "author_id"),
        CheckConstraint("state <> 'gepubliceerd' OR published_at IS NOT NULL", "published_has_moment"),
    )

    kind: Mapped[str] = mapped_column(String(40))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    """Empty when the city itself entered it."""
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text, default="")
    """As typed (Markdown); `body_html` is what it became when it was saved, safe to show."""
    body_html: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[State] = mapped_column(one_of(State, "state"), default=State.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """By when somebody must act: the moderator while it is pending, the author when changes were asked."""
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    flags: Mapped[str] = mapped_column(String(200), default="")
    """What to look at, found by rule (confusable name, personal data, links); only staff sees it."""

    author: Mapped[Account | None] = relationship(foreign_keys=[author_id])
    assignee: Mapped[Account | None] = relationship(foreign_keys=[assignee_id])
    areas: Mapped[list[Area]] = relationship(secondary=submission_areas, order_by=Area.name)
    pictures: Mapped[list["Picture"]] = relationship(back_populates="submission", order_by="Picture.id")

    endpoint = ""
    kind_name = "bijdrage"

    __mapper_args__ = {
        "polymorphic_on": "kind",
        "polymorphic_identity": "submission",
        "version_id_col": version,
    }

    @property
    def is_public(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def stays_in(self) -> str:
        """What whoever hides it must know: where its title stays all the same. Empty: nowhere."""
        return ""

    @property
    def is_waiting(self) -> bool:
        return self.state == State.PENDING


class Revision(Identified, Base):
    """A text as it was, kept so that anybody can see what changed after publication."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("submission_id", "number"),)

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_public: Mapped[bool] = mapped_column(default=False)
    """True from the moment this text was published."""


class Decision(Identified, Base):
    """One judgement by staff, with its reasons. The public log shows everything but who and the words to the author."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index("ix_decisions_submission_id", "submission_id"),
        Index("ix_decisions_decided_at", "decided_at"),
    )

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"))
    act: Mapped[str] = mapped_column(String(24))
    reason_code: Mapped[str] = mapped_column(String(40), default="")
    rule: Mapped[str] = mapped_column(String(120), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_version: Mapped[int]

    submission: Mapped[Submission] = relationship()
    decided_by: Mapped[Account] = relationship()


class ReportState(StrEnum):
    """Where a report of content stands."""

    OPEN = "open"
    ASSIGNED = "toegewezen"
    UPHELD = "gegrond"
    DISMISSED = "ongegrond"


class Report(Identified, Base):
    """A reader says that something should not be here. Who said it is never shown to the author."""

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("submission_id", "reporter_id"),
        Index("ix_reports_state_created_at", "state", "created_at"),
        CheckConstraint("(state IN ('gegrond', 'ongegrond')) = (decided_at IS NOT NULL)", "decided_has_moment"),
    )
    kind = "report"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"))
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    reason_code: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(String(1000), default="")
    state: Mapped[ReportState] = mapped_column(one_of(ReportState, "state"), default=ReportState.OPEN)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(Text, default="")
    """What staff wrote to the one who reported."""

    submission: Mapped[Submission] = relationship()
    assignee: Mapped[Account | None] = relationship(foreign_keys=[assignee_id])


class Picture(Identified, Base):
    """A photo that belongs to a submission: re-encoded, without metadata, under a generated name."""

    __tablename__ = "pictures"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    alt: Mapped[str] = mapped_column(String(200))
    width: Mapped[int]
    height: Mapped[int]
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)

    submission: Mapped[Submission] = relationship(back_populates="pictures")


class Comment(Submission):
    """A reaction under something else. Its title is that of what it is about, so that the queue reads well."""

    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)

    subject: Mapped[Submission] = relationship(foreign_keys=[subject_id])

    @property
    def is_public(self) -> bool:
        """A reaction goes where its subject goes."""
        return self.state == State.PUBLISHED and self.subject.is_public

    endpoint = "comments.show"
    kind_name = "reactie"

    __mapper_args__ = {"polymorphic_identity": "reactie", "inherit_condition": id == Submission.id}

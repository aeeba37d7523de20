"""What a group tells and shows while it carries out its project: reports for everybody, expenses for the city only."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.kernel.storage import Base, Identified, UtcDateTime
from spreekt.moderation.models import Submission
from spreekt.modules.burgerbudget.follow.models import Execution, Milestone


class ProgressReport(Submission):
    """News of a project with photos: about one milestone, or at the very end. Moderators see it before readers do."""

    __tablename__ = "progress_reports"

    id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("executions.project_id", ondelete="RESTRICT"), index=True)
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestones.id", ondelete="RESTRICT"), index=True)
    """Empty for the report at the end."""

    execution: Mapped[Execution] = relationship()
    milestone: Mapped[Milestone | None] = relationship()

    endpoint = "budget_follow.report"
    kind_name = "nieuws van een project"

    __mapper_args__ = {"polymorphic_identity": "projectnieuws", "inherit_condition": id == Submission.id}


class Expense(Identified, Base):
    """One bill with its proof, in the database so that it comes and goes with its project. Never public."""

    __tablename__ = "award_expenses"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", "amount"),
        CheckConstraint("media_type IN ('application/pdf', 'image/webp')", "media_type"),
        Index("ix_award_expenses_project_id", "project_id"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("executions.project_id", ondelete="RESTRICT"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    what: Mapped[str] = mapped_column(String(120))
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    spent_on: Mapped[date]
    refusal: Mapped[str] = mapped_column(String(300), default="")
    """Why the city does not count it; empty: it counts."""
    name: Mapped[str] = mapped_column(String(32), unique=True)
    """Generated; it stands in the address of the proof."""
    media_type: Mapped[str] = mapped_column(String(20))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)

    execution: Mapped[Execution] = relationship()

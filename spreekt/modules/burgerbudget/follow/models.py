"""Carrying out a project that won: how it stands, what was agreed, its milestones, and the money in parts.

The amount of an award is a ruler from zero cents to the whole. Each instalment is a piece of it that begins where the
piece before it ends, so that no set of rows can promise more than the award. Reports and expenses: report_models.py.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from spreekt.kernel.storage import Base, Identified, Json, UtcDateTime, one_of
from spreekt.modules.burgerbudget.awards.models import Award
from spreekt.modules.burgerbudget.dossiers.models import Dossier
from spreekt.modules.burgerbudget.models import Project


class ExecutionState(StrEnum):
    """How far a project is."""

    TO_START = "te-starten"
    RUNNING = "lopend"
    DONE = "uitgevoerd"
    STOPPED = "gestopt"


class MilestoneState(StrEnum):
    """How far one step of it is."""

    OPEN = "open"
    REPORTED = "gemeld"
    APPROVED = "goedgekeurd"


class Execution(Base):
    """A project that won, from the decision to the thing in the street. The bank account is sealed."""

    __tablename__ = "executions"
    __table_args__ = (
        UniqueConstraint("project_id", "award_cents"),
        CheckConstraint("award_cents > 0", "award"),
        CheckConstraint("(state = 'gestopt') = (stop_reason <> '')", "stopped_says_why"),
        CheckConstraint("(state IN ('uitgevoerd', 'gestopt')) = (ended_on IS NOT NULL)", "ended_has_day"),
        CheckConstraint("(ended_on IS NULL) = (spent_cents IS NULL)", "ended_is_settled"),
        CheckConstraint("spent_cents >= 0", "spent"),
        CheckConstraint("to_return_cents >= 0 AND to_return_cents <= award_cents", "to_return"),
        CheckConstraint("to_return_cents = 0 OR ended_on IS NOT NULL", "returns_after_the_end"),
        CheckConstraint("returned_on IS NULL OR to_return_cents > 0", "returned"),
        CheckConstraint("(returned_on IS NULL) = (returned_by_id IS NULL)", "returned_whole"),
        CheckConstraint("(sealed_account = '') = (account_ending = '')", "account_whole"),
        CheckConstraint("extended_on IS NULL OR due_on IS NOT NULL", "extended_has_an_end"),
    )
    kind = "execution"

    project_id: Mapped[int] = mapped_column(ForeignKey("awards.project_id", ondelete="RESTRICT"), primary_key=True)
    state: Mapped[ExecutionState] = mapped_column(one_of(ExecutionState, "state"), default=ExecutionState.TO_START)
    award_cents: Mapped[int] = mapped_column(BigInteger)
    """As the college awarded it; published awards do not change."""
    due_on: Mapped[date | None]
    """By when all of it is there; empty when the regulation sets no term."""
    extended_on: Mapped[date | None]
    """When that day moved last; empty while it is the one that followed from the decision."""
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stop_reason: Mapped[str] = mapped_column(Text, default="")
    ended_on: Mapped[date | None]
    spent_cents: Mapped[int | None] = mapped_column(BigInteger)
    """What the accepted expenses come to, when it ended."""
    to_return_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    returned_on: Mapped[date | None]
    returned_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    sealed_account: Mapped[str] = mapped_column(Text, default="")
    account_ending: Mapped[str] = mapped_column(String(4), default="")
    """The last four signs of the bank account, for who filled it in."""
    version: Mapped[int] = mapped_column(default=1)

    award: Mapped[Award] = relationship()
    project: Mapped[Project] = relationship(
        primaryjoin="Execution.project_id == Project.id", foreign_keys=[project_id], viewonly=True
    )
    dossier: Mapped[Dossier | None] = relationship(
        primaryjoin="Execution.project_id == foreign(Dossier.project_id)", uselist=False, viewonly=True
    )
    milestones: Mapped[list["Milestone"]] = relationship(
        back_populates="execution", order_by="(Milestone.due_on, Milestone.id)"
    )
    agreements: Mapped[list["Agreement"]] = relationship(back_populates="execution", order_by="Agreement.number")
    instalments: Mapped[list["Instalment"]] = relationship(back_populates="execution", order_by="Instalment.from_cents")

    id: Mapped[int] = synonym("project_id")
    """What the log calls it."""

    __mapper_args__ = {"version_id_col": version}

    @property
    def has_ended(self) -> bool:
        return self.state in {ExecutionState.DONE, ExecutionState.STOPPED}

    @property
    def needs_account(self) -> bool:
        """Money goes to it, now or later: always until it ends, then as long as a part is to be paid."""
        return not self.has_ended or any(each.payment is None and each.payable_cents for each in self.instalments)

    @property
    def agreement(self) -> "Agreement | None":
        """What is on the table now, or was signed."""
        return next((each for each in reversed(self.agreements) if each.lapsed_at is None), None)

    @property
    def paid_cents(self) -> int:
        return sum(each.payable_cents for each in self.instalments if each.payment is not None)

    @property
    def approved(self) -> int:
        """How many milestones are behind us."""
        return sum(each.state is MilestoneState.APPROVED for each in self.milestones)

    @property
    def next_milestone(self) -> "Milestone | None":
        """The one that comes now."""
        return next((each for each in self.milestones if each.state is not MilestoneState.APPROVED), None)


STANDS = "lapsed_at IS NULL"


class Agreement(Identified, Base):
    """What the group and the city agreed, as it stood when the first of them signed. A new text is a new number."""

    __tablename__ = "award_agreements"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        CheckConstraint("(approved_at IS NULL) = (approved_by_id IS NULL)", "approved_whole"),
        CheckConstraint("approved_by_id <> account_id", "two_people"),
        CheckConstraint("approved_at IS NULL OR lapsed_at IS NULL", "signed_stays"),
        Index("uq_award_agreements_on_the_table", "project_id", unique=True, sqlite_where=text(STANDS),
              postgresql_where=text(STANDS)),
    )  # fmt: skip

    project_id: Mapped[int] = mapped_column(ForeignKey("executions.project_id", ondelete="RESTRICT"))
    number: Mapped[int]
    content: Mapped[Json] = mapped_column(JSON)
    """Amounts, days and milestones as they were read; names are beside it."""
    content_sha256: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    signed_name: Mapped[str] = mapped_column(String(80))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    approved_name: Mapped[str] = mapped_column(String(80), default="")
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lapsed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Sent back before the city signed."""
    lapse_reason: Mapped[str] = mapped_column(Text, default="")

    execution: Mapped[Execution] = relationship(back_populates="agreements")


class Milestone(Identified, Base):
    """One step with its day and, perhaps, the money that is paid when it is done."""

    __tablename__ = "milestones"
    __table_args__ = (
        CheckConstraint("amount_cents >= 0", "amount"),
        CheckConstraint("(state = 'goedgekeurd') = (approved_on IS NOT NULL)", "approved_has_day"),
        CheckConstraint("(approved_on IS NULL) = (approved_by_id IS NULL)", "approved_whole"),
        Index("ix_milestones_project_id_due_on", "project_id", "due_on"),
        Index("ix_milestones_state_due_on", "state", "due_on"),
    )
    kind = "milestone"

    project_id: Mapped[int] = mapped_column(ForeignKey("executions.project_id", ondelete="RESTRICT"))
    title: Mapped[str] = mapped_column(String(160))
    due_on: Mapped[date]
    amount_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[MilestoneState] = mapped_column(one_of(MilestoneState, "state"), default=MilestoneState.OPEN)
    asked: Mapped[str] = mapped_column(Text, default="")
    """What the area worker asks more, until the group reports again."""
    approved_on: Mapped[date | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    late_told_on: Mapped[date | None]
    """The group got its one mail."""

    execution: Mapped[Execution] = relationship(back_populates="milestones")


class Instalment(Identified, Base):
    """A piece of the award, from one cent of it to another; the first begins at zero, each next where one ends."""

    __tablename__ = "instalments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["project_id", "award_cents"], ["executions.project_id", "executions.award_cents"], ondelete="RESTRICT"
        ),
        ForeignKeyConstraint(
            ["project_id", "after_cents"], ["instalments.project_id", "instalments.until_cents"], ondelete="RESTRICT"
        ),
        UniqueConstraint("project_id", "from_cents"),
        UniqueConstraint("project_id", "until_cents"),
        CheckConstraint("from_cents >= 0 AND from_cents < until_cents AND until_cents <= award_cents", "on_the_ruler"),
        CheckConstraint("(from_cents = 0) = (after_cents IS NULL)", "first_at_zero"),
        CheckConstraint("after_cents = from_cents", "begins_where_one_ends"),
        CheckConstraint("payable_cents BETWEEN 0 AND until_cents - from_cents", "payable"),
    )

    project_id: Mapped[int]
    award_cents: Mapped[int] = mapped_column(BigInteger)
    from_cents: Mapped[int] = mapped_column(BigInteger)
    until_cents: Mapped[int] = mapped_column(BigInteger)
    after_cents: Mapped[int | None] = mapped_column(BigInteger)
    payable_cents: Mapped[int] = mapped_column(BigInteger)
    """What is really paid of it: less than the whole only when less was spent or the project stopped."""
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestones.id", ondelete="RESTRICT"), unique=True)
    """What must be done first; empty for the part that is paid on signing."""
    released_on: Mapped[date | None]
    """From this day on finance may pay it."""

    execution: Mapped[Execution] = relationship(back_populates="instalments")
    milestone: Mapped[Milestone | None] = relationship()
    payment: Mapped["Payment | None"] = relationship(back_populates="instalment")

    @property
    def is_due(self) -> bool:
        """Finance may pay it now."""
        return self.released_on is not None and self.payment is None and self.payable_cents > 0


class Payment(Base):
    """One instalment that was paid. Its key is the instalment: nothing can be paid twice."""

    __tablename__ = "instalment_payments"

    instalment_id: Mapped[int] = mapped_column(ForeignKey("instalments.id", ondelete="RESTRICT"), primary_key=True)
    paid_on: Mapped[date]
    reference: Mapped[str] = mapped_column(String(60))
    paid_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))

    instalment: Mapped[Instalment] = relationship(back_populates="payment")

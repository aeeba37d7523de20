"""What the city does with a dossier: decisions with their checklist, advice of services, and offers to merge two."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.kernel.storage import Base, Identified, UtcDateTime, one_of
from spreekt.modules.burgerbudget.dossiers.models import Dossier


class Criterion(StrEnum):
    """One condition of the checklist."""

    TERRITORY = "grondgebied"
    GENERAL_INTEREST = "algemeen-belang"
    NON_COMMERCIAL = "niet-commercieel"
    NEUTRAL = "neutraal"
    AMOUNT = "bedrag"
    COMPLETE = "volledig"
    NO_DOUBLE_GRANT = "geen-dubbele-subsidie"


class DossierDecision(Identified, Base):
    """One decision with its reasons, the way to mend it, and what the group answered. None is ever changed."""

    __tablename__ = "dossier_decisions"
    __table_args__ = (CheckConstraint("(replied_at IS NULL) = (reply = '')", "reply_whole"),)

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id", ondelete="CASCADE"), index=True)
    act: Mapped[str] = mapped_column(String(40))
    """Name of the step in the workflow of dossiers."""
    words: Mapped[str] = mapped_column(Text, default="")
    remedy: Mapped[str] = mapped_column(Text, default="")
    """What the group can do about it."""
    text_sha256: Mapped[str] = mapped_column(String(64))
    """Of title, text and price as they were judged."""
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """By when the group may complete or answer."""
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    dossier: Mapped[Dossier] = relationship()
    findings: Mapped[list["Finding"]] = relationship(back_populates="decision")


class Finding(Base):
    """One condition in one decision: met, or not and why."""

    __tablename__ = "dossier_findings"
    __table_args__ = (CheckConstraint("passed OR reason <> ''", "failure_has_reason"),)

    decision_id: Mapped[int] = mapped_column(ForeignKey("dossier_decisions.id", ondelete="CASCADE"), primary_key=True)
    criterion: Mapped[Criterion] = mapped_column(one_of(Criterion, "criterion"), primary_key=True)
    passed: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(500), default="")

    decision: Mapped[DossierDecision] = relationship(back_populates="findings")


class Subject(StrEnum):
    """What a service is asked about."""

    LEGAL = "juridisch"
    TECHNICAL = "technisch"
    COST = "kost"
    UPKEEP = "onderhoud"
    SAFETY = "veiligheid"
    OWNERSHIP = "eigendom"
    PERMITS = "vergunningen"


class Verdict(StrEnum):
    """What a service says."""

    POSITIVE = "gunstig"
    LIMITS = "gunstig-mits"
    NEGATIVE = "ongunstig"


class AdviceRequest(Identified, Base):
    """One service asked about one thing, by a day. Silence after that day is shown, not guessed at."""

    __tablename__ = "dossier_advice"
    __table_args__ = (
        UniqueConstraint("dossier_id", "subject", "service"),
        CheckConstraint("(answered_at IS NULL) = (verdict IS NULL)", "answer_whole"),
        CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL)", "answer_has_author"),
        CheckConstraint("answered_at IS NULL OR public_summary <> ''", "answer_says_why"),
    )

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id", ondelete="CASCADE"), index=True)
    subject: Mapped[Subject] = mapped_column(one_of(Subject, "subject"))
    service: Mapped[str] = mapped_column(String(80))
    question: Mapped[str] = mapped_column(Text, default="")
    """What staff asks; internal."""
    due_on: Mapped[date]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    verdict: Mapped[Verdict | None] = mapped_column(one_of(Verdict, "verdict"))
    public_summary: Mapped[str] = mapped_column(Text, default="")
    internal_note: Mapped[str] = mapped_column(Text, default="")
    """For colleagues only; on no public page, in no letter, in no export."""
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))

    dossier: Mapped[Dossier] = relationship()

    def is_silent(self, today: date) -> bool:
        """Asked, not answered, and the day is past."""
        return self.answered_at is None and self.due_on < today


class MergeOffer(Identified, Base):
    """Two dossiers that could be one. It happens only when both leads agree."""

    __tablename__ = "dossier_merges"
    __table_args__ = (
        UniqueConstraint("from_id", "into_id"),
        CheckConstraint("from_id <> into_id", "two_dossiers"),
    )
    kind = "merge"

    from_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id", ondelete="CASCADE"), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    from_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    into_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    declined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    giving: Mapped[Dossier] = relationship(foreign_keys=[from_id])
    taking: Mapped[Dossier] = relationship(foreign_keys=[into_id])

    @property
    def is_open(self) -> bool:
        return self.declined_at is None and (self.from_agreed_at is None or self.into_agreed_at is None)

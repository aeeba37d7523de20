"""What the city adds to a request: advice, the survey of the addresses, the decision. The request is in models.py."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.kernel.storage import Base, Identified, UtcDateTime, one_of
from spreekt.modules.gezellige_wijk.models import StreetRequest
from spreekt.territory.models import Address


class AdviceState(StrEnum):
    """What an adviser says; silent: the due date passed without a word."""

    WAITING = "nog-niet-gevraagd"
    ASKED = "gevraagd"
    POSITIVE = "gunstig"
    LIMITED = "gunstig-met-voorwaarden"
    NEGATIVE = "ongunstig"
    SILENT = "geen-antwoord"
    DROPPED = "niet-meer-nodig"


class Advice(Identified, Base):
    """One adviser is asked once in one round. A changed request is asked anew in the next round."""

    __tablename__ = "street_advices"
    __table_args__ = (
        UniqueConstraint("request_id", "round", "adviser"),
        CheckConstraint("state = 'nog-niet-gevraagd' OR asked_at IS NOT NULL OR state = 'niet-meer-nodig'", "asked"),
        CheckConstraint("state NOT IN ('gunstig', 'gunstig-met-voorwaarden', 'ongunstig') OR answered_at IS NOT NULL",
                        "answered"),
        CheckConstraint("state <> 'gunstig-met-voorwaarden' OR conditions <> ''", "limits_are_written"),
        CheckConstraint("state <> 'ongunstig' OR words <> ''", "no_has_reason"),
        Index("ix_street_advices_state_due_on", "state", "due_on"),
    )  # fmt: skip
    kind = "street-advice"

    request_id: Mapped[int] = mapped_column(ForeignKey("street_requests.id", ondelete="CASCADE"))
    round: Mapped[int] = mapped_column(default=1)
    adviser: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    turn: Mapped[int] = mapped_column(default=1)
    working_days: Mapped[int]
    mail: Mapped[str] = mapped_column(String(120), default="")
    """Office address of an adviser without an account; empty for staff."""
    nonce: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[AdviceState] = mapped_column(one_of(AdviceState, "state"), default=AdviceState.WAITING)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None]
    conditions: Mapped[str] = mapped_column(Text, default="")
    """One condition a line; they flow into the decision."""
    words: Mapped[str] = mapped_column(Text, default="")
    signed: Mapped[str] = mapped_column(String(80), default="")
    """Who at the adviser's answered, as they write themselves."""
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))

    request: Mapped[StreetRequest] = relationship()

    @property
    def is_given(self) -> bool:
        return self.state in {AdviceState.POSITIVE, AdviceState.LIMITED, AdviceState.NEGATIVE}

    def is_overdue(self, today: date) -> bool:
        return self.state is AdviceState.ASKED and self.due_on is not None and self.due_on < today


class Survey(Identified, Base):
    """The addresses of a request are asked whether they agree, until a day. Totals only leave this table."""

    __tablename__ = "consent_surveys"
    __table_args__ = (
        UniqueConstraint("request_id", "round"),
        CheckConstraint("closes_on > opened_on", "days_in_order"),
        CheckConstraint("(closed_at IS NULL) = (agreeing IS NULL) AND (closed_at IS NULL) = (needed IS NULL)",
                        "result_whole"),
    )  # fmt: skip
    kind = "consent-survey"

    request_id: Mapped[int] = mapped_column(ForeignKey("street_requests.id", ondelete="CASCADE"))
    round: Mapped[int] = mapped_column(default=1)
    opened_on: Mapped[date]
    closes_on: Mapped[date]
    """The last day on which an address may answer, until midnight."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    agreeing: Mapped[int | None]
    counted: Mapped[int | None]
    needed: Mapped[int | None]
    reached: Mapped[bool | None]

    request: Mapped[StreetRequest] = relationship()


class Voice(StrEnum):
    """What one address says."""

    YES = "akkoord"
    NO = "niet-akkoord"


class Channel(StrEnum):
    """How an answer came in."""

    CODE = "code"
    PAPER = "papier"


class SurveyVoice(Base):
    """One address of a survey, with one voice. The organiser never sees this table."""

    __tablename__ = "consent_voices"
    __table_args__ = (
        CheckConstraint("(voice IS NULL) = (channel IS NULL)", "voice_whole"),
        CheckConstraint("voice IS NOT NULL OR sealed_reason = ''", "reason_has_voice"),
        Index("ix_consent_voices_address_id", "address_id"),
    )

    survey_id: Mapped[int] = mapped_column(ForeignKey("consent_surveys.id", ondelete="CASCADE"), primary_key=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id", ondelete="RESTRICT"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    voice: Mapped[Voice | None] = mapped_column(one_of(Voice, "voice"))
    channel: Mapped[Channel | None] = mapped_column(one_of(Channel, "channel"))
    sealed_reason: Mapped[str] = mapped_column(Text, default="")
    """Why not, for staff only."""

    survey: Mapped[Survey] = relationship()
    address: Mapped[Address] = relationship()


class CaseDecision(Identified, Base):
    """What the college decided on a request. A refusal names the rule it rests on."""

    __tablename__ = "street_decisions"
    __table_args__ = (
        CheckConstraint("outcome IN ('toegestaan', 'toegestaan-voorwaarden', 'geweigerd')", "outcome"),
        CheckConstraint("outcome <> 'geweigerd' OR (law_code <> '' AND words <> '')", "refusal_cites_a_rule"),
        CheckConstraint("outcome <> 'toegestaan-voorwaarden' OR conditions <> ''", "conditions_are_written"),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("street_requests.id", ondelete="CASCADE"), index=True)
    outcome: Mapped[str] = mapped_column(String(24))
    college_on: Mapped[date]
    decision_uri: Mapped[str] = mapped_column(String(300), default="")
    conditions: Mapped[str] = mapped_column(Text, default="")
    law_code: Mapped[str] = mapped_column(String(40), default="")
    law_words: Mapped[str] = mapped_column(String(300), default="")
    """The rule as it was cited, with its source."""
    words: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)

    request: Mapped[StreetRequest] = relationship()

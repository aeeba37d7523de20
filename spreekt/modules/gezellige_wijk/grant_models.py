"""Money for a request: what was promised, what was paid, the account afterwards. The bank account is sealed."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.kernel.storage import Base, Identified, UtcDateTime, one_of
from spreekt.modules.gezellige_wijk.models import StreetRequest


class GrantState(StrEnum):
    """How a grant stands."""

    ASKED = "gevraagd"
    PROMISED = "toegezegd"
    HALF_PAID = "eerste-helft-betaald"
    SETTLING = "afrekening-binnen"
    PAID = "betaald"
    REFUSED = "geweigerd"
    LAPSED = "vervallen"


class Grant(Identified, Base):
    """The money of one request. IBAN and its holder are sealed; only finance opens them."""

    __tablename__ = "street_grants"
    __table_args__ = (
        CheckConstraint("asked_cents > 0", "asked"),
        CheckConstraint("promised_cents >= 0 AND paid_cents >= 0", "amounts"),
        CheckConstraint("paid_cents <= promised_cents", "never_more_than_promised"),
        CheckConstraint("state <> 'betaald' OR paid_cents > 0", "paid"),
        Index("ix_street_grants_state_settle_by", "state", "settle_by"),
    )
    kind = "street-grant"

    request_id: Mapped[int] = mapped_column(ForeignKey("street_requests.id", ondelete="CASCADE"), unique=True)
    rule_name: Mapped[str] = mapped_column(String(80))
    asked_cents: Mapped[int]
    promised_cents: Mapped[int] = mapped_column(default=0)
    paid_cents: Mapped[int] = mapped_column(default=0)
    state: Mapped[GrantState] = mapped_column(one_of(GrantState, "state"), default=GrantState.ASKED)
    halves: Mapped[bool] = mapped_column(default=False)
    needs_account: Mapped[bool] = mapped_column(default=True)
    """A flat amount is paid on the decision; a capped one is settled on a signed account."""
    settle_by: Mapped[date | None]
    reminded_on: Mapped[date | None]
    sealed_iban: Mapped[str] = mapped_column(Text, default="")
    signed: Mapped[str] = mapped_column(String(80), default="")
    """Who signed the account."""
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    request: Mapped[StreetRequest] = relationship()
    bills: Mapped[list["Bill"]] = relationship(back_populates="grant", order_by="Bill.id", cascade="all, delete-orphan")


class Bill(Identified, Base):
    """One line of an account: what was bought, where and for how much."""

    __tablename__ = "street_grant_bills"
    __table_args__ = (CheckConstraint("cents > 0", "cents"),)

    grant_id: Mapped[int] = mapped_column(ForeignKey("street_grants.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(String(120))
    cents: Mapped[int]
    bought_on: Mapped[date]

    grant: Mapped[Grant] = relationship(back_populates="bills")

"""A request of a street: where, when, who keeps an eye. Advice, survey, material and grant have files of their own."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.identity.models import Account
from spreekt.kernel.storage import Base, Identified, Json, UtcDateTime, one_of
from spreekt.territory.models import Area, Street


class RequestState(StrEnum):
    """Where a request stands. Whether it is going on right now follows from its days, and is not a state."""

    DRAFT = "concept"
    SUBMITTED = "ingediend"
    INCOMPLETE = "aan-te-vullen"
    ADVICE = "in-advies"
    SURVEY = "in-bevraging"
    DECIDING = "ter-beslissing"
    WAITING_LIST = "wachtlijst"
    NOTED = "gemeld"
    GRANTED = "toegestaan"
    CONDITIONAL = "toegestaan-voorwaarden"
    REFUSED = "geweigerd"
    PREPARED = "klaar"
    HELD = "afgelopen"
    REPORTED = "verslag-binnen"
    CLOSED = "afgesloten"
    ON_HOLD = "in-wacht"
    WITHDRAWN = "ingetrokken"
    CANCELLED = "stopgezet"
    EXPIRED = "vervallen"


S = RequestState
PUBLIC = frozenset({S.NOTED, S.GRANTED, S.CONDITIONAL, S.PREPARED, S.HELD, S.REPORTED, S.CLOSED, S.CANCELLED})
"""Everybody may know of it."""
TAKES_PLACE = frozenset({S.NOTED, S.GRANTED, S.CONDITIONAL, S.PREPARED, S.HELD, S.REPORTED, S.CLOSED})
"""It stands in the calendar."""
UNDER_WAY = frozenset({S.SUBMITTED, S.ADVICE, S.SURVEY, S.DECIDING})
"""Somebody at the city must do something."""
AFTER_NOW = UNDER_WAY | {S.INCOMPLETE, S.WAITING_LIST, S.ON_HOLD, S.NOTED, S.GRANTED, S.CONDITIONAL, S.PREPARED, S.HELD,
                         S.REPORTED}  # fmt: skip
"""It is not over for the area worker."""


FOUNDING = "comite"
"""The kind of request of which the grant founds a committee; its stewards are the contacts."""


class Side(StrEnum):
    """Which house numbers of a street take part."""

    BOTH = "beide"
    EVEN = "even"
    ODD = "oneven"


request_areas = Table(
    "street_request_areas",
    Base.metadata,
    Column("request_id", ForeignKey("street_requests.id", ondelete="CASCADE"), primary_key=True),
    Column("area_id", ForeignKey("areas.id", ondelete="RESTRICT"), primary_key=True),
    Index("ix_street_request_areas_area_id", "area_id"),
)


class StreetRequest(Identified, Base):
    """One case, of whatever kind: `type_code` says which questions it asks, `rule_code` by which rules it is judged."""

    __tablename__ = "street_requests"
    __table_args__ = (
        CheckConstraint("(state = 'in-wacht') = (held_from IS NOT NULL)", "held_whole"),
        CheckConstraint("held_from IS NULL OR hold_reason <> ''", "held_has_reason"),
        CheckConstraint("state = 'concept' OR submitted_at IS NOT NULL OR state IN ('ingetrokken', 'vervallen')",
                        "handed_in"),
        CheckConstraint("(first_on IS NULL) = (last_on IS NULL) AND first_on <= last_on", "days_whole"),
        CheckConstraint("expected > 0", "expected"),
        CheckConstraint("wiped_on IS NULL OR over_on <= wiped_on", "wiped_after"),
        Index("ix_street_requests_state_first_on", "state", "first_on"),
        Index("ix_street_requests_first_on", "first_on"),
        Index("ix_street_requests_account_id", "account_id"),
    )  # fmt: skip
    kind = "street-request"

    type_code: Mapped[str] = mapped_column(String(40))
    rule_code: Mapped[str] = mapped_column(String(40))
    """The dated rule of the day it was handed in; that of today while it is a draft."""
    state: Mapped[RequestState] = mapped_column(one_of(RequestState, "state"), default=RequestState.DRAFT)
    held_from: Mapped[RequestState | None] = mapped_column(one_of(RequestState, "held_from"))
    hold_reason: Mapped[str] = mapped_column(String(400), default="")
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(120))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    """The applicant; empty when staff entered it for somebody without an account, or the account was erased."""
    sealed_contact: Mapped[str] = mapped_column(Text, default="")
    """Name and telephone of an applicant without an account, sealed."""
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    helped_at: Mapped[str] = mapped_column(String(80), default="")
    """Where staff helped to fill it in."""
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committees.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_late: Mapped[bool] = mapped_column(default=False)
    """It came after the last day of its notice; the area worker was told."""
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    expected: Mapped[int | None]
    closes_street: Mapped[bool | None]
    music: Mapped[bool | None]
    food: Mapped[bool | None]
    insurance: Mapped[str] = mapped_column(String(40), default="")
    asks_grant: Mapped[bool] = mapped_column(default=False)
    description: Mapped[str] = mapped_column(Text, default="")
    answers: Mapped[Json] = mapped_column(JSON, default=dict)
    """What the street is like, and the questions of this kind of request, by code."""
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    reminded_on: Mapped[date | None]
    over_on: Mapped[date | None]
    """When the sweep first saw that nobody needs its stewards any more."""
    wiped_on: Mapped[date | None]
    """When the addresses of its stewards were wiped."""

    account: Mapped[Account | None] = relationship(foreign_keys=[account_id])
    areas: Mapped[list[Area]] = relationship(secondary=request_areas, order_by=Area.name)
    segments: Mapped[list["Segment"]] = relationship(
        back_populates="request", order_by="Segment.id", cascade="all, delete-orphan"
    )
    days: Mapped[list["RequestDay"]] = relationship(
        back_populates="request", order_by="RequestDay.on_day", cascade="all, delete-orphan"
    )
    stewards: Mapped[list["Steward"]] = relationship(
        back_populates="request", order_by="Steward.id", cascade="all, delete-orphan"
    )

    __mapper_args__: dict[str, Any] = {"version_id_col": version}

    @property
    def area_ids(self) -> list[int]:
        return [area.id for area in self.areas]

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC

    @property
    def founds_committee(self) -> bool:
        """Whether the grant founds a committee."""
        return self.type_code == FOUNDING

    @property
    def place(self) -> str:
        """Where, in words: "Sterrestraat 1 tot 48"."""
        return "; ".join(segment.words for segment in self.segments)

    def goes_on(self, day: date) -> bool:
        """Whether it is under way on this day."""
        return (
            self.state in TAKES_PLACE
            and self.first_on is not None
            and self.last_on is not None
            and self.first_on <= day <= self.last_on
        )


class Segment(Identified, Base):
    """A piece of one street, from one house number to another; both empty means the whole street."""

    __tablename__ = "street_request_segments"
    __table_args__ = (
        CheckConstraint("from_number IS NULL OR to_number IS NULL OR from_number <= to_number", "numbers_in_order"),
        CheckConstraint("from_number > 0 AND to_number > 0", "numbers"),
        UniqueConstraint("request_id", "street_id", "from_number"),
        Index("ix_street_request_segments_street_id", "street_id"),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("street_requests.id", ondelete="CASCADE"))
    street_id: Mapped[int] = mapped_column(ForeignKey("streets.id", ondelete="RESTRICT"))
    from_number: Mapped[int | None]
    to_number: Mapped[int | None]
    side: Mapped[Side] = mapped_column(one_of(Side, "side"), default=Side.BOTH)

    request: Mapped[StreetRequest] = relationship(back_populates="segments")
    street: Mapped[Street] = relationship()

    @property
    def words(self) -> str:
        numbers = " ".join(
            part
            for part in (
                f"van nr. {self.from_number}" if self.from_number else "",
                f"tot nr. {self.to_number}" if self.to_number else "",
            )
            if part
        )
        side = "" if self.side is Side.BOTH else f"({self.side.value}e nummers)"
        return ", ".join(part for part in (self.street.name, " ".join(filter(None, (numbers, side)))) if part)


class RequestDay(Base):
    """One day on which it happens, with its hours as a clock in the city shows them."""

    __tablename__ = "street_request_days"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", "hours_in_order"),
        Index("ix_street_request_days_on_day", "on_day"),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("street_requests.id", ondelete="CASCADE"), primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)
    starts_at: Mapped[time]
    ends_at: Mapped[time]

    request: Mapped[StreetRequest] = relationship(back_populates="days")


class Steward(Identified, Base):
    """A peter or meter: an adult of the street who keeps an eye. Confirms by a link of their own, without account."""

    __tablename__ = "street_stewards"
    __table_args__ = (
        UniqueConstraint("request_id", "email_key"),
        CheckConstraint("(confirmed_at IS NULL) OR (is_adult AND lives_there)", "confirmed_is_fit"),
        CheckConstraint("confirmed_at IS NULL OR declined_at IS NULL", "one_answer"),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("street_requests.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    email_key: Mapped[str] = mapped_column(String(64))
    sealed_email: Mapped[str] = mapped_column(Text)
    nonce: Mapped[str] = mapped_column(String(40), unique=True)
    """What the link is made of, together with a key outside the database."""
    is_adult: Mapped[bool] = mapped_column(default=False)
    lives_there: Mapped[bool] = mapped_column(default=False)
    invited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    declined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    request: Mapped[StreetRequest] = relationship(back_populates="stewards")

"""Who looks after a place and under which agreement: regulation, adoption, fellow carers, planting plan."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.identity.models import Account
from spreekt.kernel.storage import Base, Identified, UtcDateTime, one_of
from spreekt.modules.boomspiegel.models import Adoptable


class AdopterKind(StrEnum):
    PERSON = "persoon"
    FAMILY = "gezin"
    SCHOOL = "school"
    COMMITTEE = "comite"


class Nearness(StrEnum):
    """Why this place is near for who adopts it."""

    HOME = "woon"
    WORK = "werk"
    SCHOOL = "school"
    OTHER = "anders"


class AdoptionState(StrEnum):
    """Where an adoption stands. Whether a yearly answer is due follows from dates, it is no state."""

    DRAFT = "klad"
    WAITING = "wachtlijst"
    OFFERED = "aangeboden"
    REQUESTED = "in-aanvraag"
    CHANGES_ASKED = "aan-te-passen"
    ADVISED = "geadviseerd"
    ACTIVE = "actief"
    VISIT = "bezoek"
    WARNED = "verwittigd"
    LAPSED = "vervallen"
    REFUSED = "geweigerd"
    WITHDRAWN = "ingetrokken"
    EXPIRED = "verlopen"
    TRANSFERRED = "overgedragen"
    ENDED_BY_ADOPTER = "beeindigd-adoptant"
    ENDED_BY_CITY = "beeindigd-stad"
    ENDED_BY_WORKS = "beeindigd-werken"


S = AdoptionState
ASKING = frozenset({S.OFFERED, S.REQUESTED, S.CHANGES_ASKED, S.ADVISED})
CARING = frozenset({S.ACTIVE, S.VISIT, S.WARNED})
HOLDING = ASKING | CARING
"""States in which an adoption keeps the place from others: at most one a place."""
OPEN = HOLDING | {S.DRAFT, S.WAITING}
"""States in which something may still come of it: at most one a place and account."""


IS_HOLDING = "state IN ('aan-te-passen', 'aangeboden', 'actief', 'bezoek', 'geadviseerd', 'in-aanvraag', 'verwittigd')"
IS_CARING = "state IN ('actief', 'bezoek', 'verwittigd')"
IS_OPEN = (
    "state IN ('aan-te-passen', 'aangeboden', 'actief', 'bezoek', 'geadviseerd', 'in-aanvraag', 'klad', 'verwittigd', "
    "'wachtlijst')"
)
"""The same sets as the database reads them; a test holds them equal."""


class Advice(StrEnum):
    POSITIVE = "gunstig"
    WITH_LIMITS = "gunstig-met-voorwaarden"
    NEGATIVE = "ongunstig"


class Regulation(Identified, Base):
    """One dated version of the rules for one kind of place. Never changed: a new text or number is a new version.

    Lengths in centimetres, terms in days unless the name says otherwise. `rules` are [{"code", "may", "text"}].
    """

    __tablename__ = "adoption_regulations"
    __table_args__ = (
        UniqueConstraint("kind", "version"),
        UniqueConstraint("kind", "valid_from"),
        CheckConstraint("adoptions_most > 0 AND adopters_most > 0 AND waiting_most > 0", "at_least_one"),
        CheckConstraint("height_junction_cm <= height_most_cm AND height_junction_cm > 0", "heights"),
        CheckConstraint("check_months > 0 AND misses_most > 0 AND check_answer_days > 0", "yearly"),
        CheckConstraint("vanish_percent_most BETWEEN 0 AND 100", "vanish_percent_most"),
    )

    kind: Mapped[str] = mapped_column(String(24))
    version: Mapped[int]
    valid_from: Mapped[date]
    source: Mapped[str] = mapped_column(String(400))
    decision_url: Mapped[str] = mapped_column(String(300), default="")
    """Where the council's decision stands; empty while none is known."""
    residents_only: Mapped[bool]
    """Persons and families must live in the city; schools and committees need not."""
    adoptions_most: Mapped[int]
    adopters_most: Mapped[int]
    """How many may care together for one place, the holder included."""
    waiting_most: Mapped[int]
    height_most_cm: Mapped[int]
    height_junction_cm: Mapped[int]
    junction_metres: Mapped[int]
    trunk_free_cm: Mapped[int]
    dig_most_cm: Mapped[int]
    raise_most_cm: Mapped[int]
    footpath_least_cm: Mapped[int]
    advice_days: Mapped[int]
    mend_days: Mapped[int]
    offer_days: Mapped[int]
    nest_box_days: Mapped[int]
    check_months: Mapped[int]
    check_answer_days: Mapped[int]
    misses_most: Mapped[int]
    visit_days: Mapped[int]
    warning_days: Mapped[int]
    notice_days: Mapped[int]
    vanish_percent_most: Mapped[int]
    """A file in which more of the places are missing is not believed without a second look."""
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class Adoption(Identified, Base):
    """One request for one place by one account, from the first question until it ended."""

    __tablename__ = "adoptions"
    __table_args__ = (
        Index("uq_adoptions_holder", "adoptable_id", unique=True, sqlite_where=text(IS_HOLDING),
              postgresql_where=text(IS_HOLDING)),
        Index("uq_adoptions_open", "adoptable_id", "account_id", unique=True, sqlite_where=text(IS_OPEN),
              postgresql_where=text(IS_OPEN)),
        UniqueConstraint("adoptable_id", "queue_number"),
        CheckConstraint(f"account_id IS NOT NULL OR NOT ({IS_OPEN})", "open_has_account"),
        CheckConstraint("state <> 'wachtlijst' OR queue_number IS NOT NULL", "waiting_has_number"),
        CheckConstraint(f"started_on IS NOT NULL OR NOT ({IS_CARING})", "caring_has_start"),
        CheckConstraint(f"check_due_on IS NOT NULL OR NOT ({IS_CARING})", "caring_has_check"),
        CheckConstraint("state <> 'verwittigd' OR warning_until IS NOT NULL", "warned_has_end"),
        CheckConstraint("state <> 'aangeboden' OR offer_until IS NOT NULL", "offered_has_end"),
        CheckConstraint("(decided_on IS NULL) = (decision_url = '')", "decision_whole"),
        CheckConstraint("missed_checks >= 0", "missed_checks"),
        Index("ix_adoptions_state_check_due_on", "state", "check_due_on"),
        Index("ix_adoptions_account_id", "account_id"),
    )  # fmt: skip

    kind = "adoptie"

    adoptable_id: Mapped[int] = mapped_column(ForeignKey("adoptables.id", ondelete="RESTRICT"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    regulation_id: Mapped[int] = mapped_column(ForeignKey("adoption_regulations.id", ondelete="RESTRICT"))
    state: Mapped[AdoptionState] = mapped_column(one_of(AdoptionState, "state"), default=AdoptionState.DRAFT)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    queue_number: Mapped[int | None]
    """Place in the waiting list of this pit, given once, in the order in which people came."""
    adopter_kind: Mapped[AdopterKind | None] = mapped_column(one_of(AdopterKind, "adopter_kind"))
    group_name: Mapped[str] = mapped_column(String(80), default="")
    """Name of the school or committee; staff only."""
    nearness: Mapped[Nearness | None] = mapped_column(one_of(Nearness, "nearness"))
    first_name: Mapped[str] = mapped_column(String(40), default="")
    """The one name the public page shows, when the adopter chose to; else empty."""
    plan_words: Mapped[str] = mapped_column(Text, default="")
    plan_hits: Mapped[str] = mapped_column(String(300), default="")
    """Forbidden plants that stand in the words although the adopter said they are not meant; staff look at them."""
    has_plan: Mapped[bool] = mapped_column(default=False)
    advice: Mapped[Advice | None] = mapped_column(one_of(Advice, "advice"))
    advice_words: Mapped[str] = mapped_column(Text, default="")
    advised_on: Mapped[date | None]
    mend_by: Mapped[date | None]
    decided_on: Mapped[date | None]
    decision_url: Mapped[str] = mapped_column(String(300), default="")
    end_words: Mapped[str] = mapped_column(Text, default="")
    """Why it was refused or ended, as the adopter reads it."""
    offer_until: Mapped[date | None]
    started_on: Mapped[date | None]
    nest_box_done_on: Mapped[date | None]
    nest_box_gone_on: Mapped[date | None]
    """When the box of an adoption that ended was taken down, or began to serve who came next."""
    check_due_on: Mapped[date | None]
    """From this day on the yearly question is asked."""
    asked_on: Mapped[date | None]
    missed_checks: Mapped[int] = mapped_column(default=0)
    visit_by: Mapped[date | None]
    warning_until: Mapped[date | None]
    ends_on: Mapped[date | None]
    """The adopter said that they stop; until this day they may think again."""
    ended_on: Mapped[date | None]
    link_nonce: Mapped[str] = mapped_column(String(32), default="")
    """Part of every link given out for this adoption; a new one makes the old links dead."""

    adoptable: Mapped[Adoptable] = relationship()
    account: Mapped[Account | None] = relationship()
    regulation: Mapped[Regulation] = relationship()
    plants: Mapped[list["PlannedPlant"]] = relationship(
        back_populates="adoption", order_by="PlannedPlant.plant_code", cascade="all, delete-orphan"
    )
    accepted: Mapped[list["AcceptedRule"]] = relationship(back_populates="adoption", cascade="all, delete-orphan")
    carers: Mapped[list["CoAdopter"]] = relationship(back_populates="adoption", order_by="CoAdopter.seat")

    @property
    def is_holding(self) -> bool:
        return self.state in HOLDING

    @property
    def is_caring(self) -> bool:
        return self.state in CARING

    @property
    def leaves_box(self) -> bool:
        """Whether it ended and its nest box still hangs there for nobody."""
        return self.ended_on is not None and self.nest_box_done_on is not None and self.nest_box_gone_on is None

    @property
    def agreement_number(self) -> str:
        year = self.started_on.year if self.started_on else self.created_at.year
        return f"{self.adoptable.code}-{year}-{self.id}"

    def is_asked(self, today: date) -> bool:
        """Whether the yearly question waits for an answer."""
        return self.state == AdoptionState.ACTIVE and self.check_due_on is not None and self.check_due_on <= today


class PlannedPlant(Base):
    """One plant of the list in one planting plan."""

    __tablename__ = "planned_plants"

    adoption_id: Mapped[int] = mapped_column(ForeignKey("adoptions.id", ondelete="CASCADE"), primary_key=True)
    plant_code: Mapped[str] = mapped_column(String(40), primary_key=True)

    adoption: Mapped[Adoption] = relationship(back_populates="plants")


class AcceptedRule(Base):
    """One rule of the regulation, read and accepted by who asked."""

    __tablename__ = "accepted_rules"

    adoption_id: Mapped[int] = mapped_column(ForeignKey("adoptions.id", ondelete="CASCADE"), primary_key=True)
    rule_code: Mapped[str] = mapped_column(String(40), primary_key=True)
    accepted_at: Mapped[datetime] = mapped_column(UtcDateTime)

    adoption: Mapped[Adoption] = relationship(back_populates="accepted")


class CoAdopter(Base):
    """Somebody who cares along. The holder has seat 1; the table refuses a seat or a person twice."""

    __tablename__ = "co_adopters"
    __table_args__ = (
        UniqueConstraint("adoption_id", "account_id"),
        CheckConstraint("seat >= 2", "seat"),
        Index("ix_co_adopters_account_id", "account_id"),
    )

    adoption_id: Mapped[int] = mapped_column(ForeignKey("adoptions.id", ondelete="CASCADE"), primary_key=True)
    seat: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    joined_on: Mapped[date]

    adoption: Mapped[Adoption] = relationship(back_populates="carers")
    account: Mapped[Account] = relationship()

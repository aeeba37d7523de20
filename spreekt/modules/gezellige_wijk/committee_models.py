"""The register of street and neighbourhood committees: who they are, who speaks for them, how they stand."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.identity.models import Account
from spreekt.kernel.storage import Base, Identified, Json, UtcDateTime, one_of
from spreekt.territory.models import Area, Street


class CommitteeState(StrEnum):
    """How a committee stands."""

    PROPOSED = "voorgesteld"
    CONFIRMED = "bevestigd"
    RECOGNISED = "erkend"
    ACTIVE = "actief"
    DORMANT = "slapend"
    ENDED = "gestopt"


class Form(StrEnum):
    """What a committee is by law."""

    ASSOCIATION = "feitelijke-vereniging"
    NON_PROFIT = "vzw"


committee_streets = Table(
    "committee_streets",
    Base.metadata,
    Column("committee_id", ForeignKey("committees.id", ondelete="CASCADE"), primary_key=True),
    Column("street_id", ForeignKey("streets.id", ondelete="RESTRICT"), primary_key=True),
    Index("ix_committee_streets_street_id", "street_id"),
)
committee_areas = Table(
    "committee_areas",
    Base.metadata,
    Column("committee_id", ForeignKey("committees.id", ondelete="CASCADE"), primary_key=True),
    Column("area_id", ForeignKey("areas.id", ondelete="RESTRICT"), primary_key=True),
    Index("ix_committee_areas_area_id", "area_id"),
)


class Committee(Identified, Base):
    """Neighbours who do things together, under a name."""

    __tablename__ = "committees"
    __table_args__ = (
        CheckConstraint("state NOT IN ('erkend', 'actief', 'slapend') OR recognised_on IS NOT NULL", "recognised"),
        CheckConstraint("(state = 'gestopt') = (ended_on IS NOT NULL)", "ended"),
        Index("ix_committees_state_name", "state", "name"),
    )
    kind = "committee"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    about: Mapped[str] = mapped_column(Text, default="")
    form: Mapped[Form] = mapped_column(one_of(Form, "form"), default=Form.ASSOCIATION)
    number: Mapped[str] = mapped_column(String(20), default="")
    """vCode or enterprise number, check digit looked at; empty when they have none."""
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id", ondelete="RESTRICT"))
    """The wijk or gebied that it covers, where it chose one instead of streets; its outline is that of the area."""
    outline: Mapped[Json | None] = mapped_column(JSON)
    """A drawn area as GeoJSON, where streets alone do not say it."""
    state: Mapped[CommitteeState] = mapped_column(one_of(CommitteeState, "state"), default=CommitteeState.PROPOSED)
    version: Mapped[int] = mapped_column(default=1)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recognised_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    asked_on: Mapped[date | None]
    """When they were last asked whether they still exist."""
    active_on: Mapped[date | None]
    """When they last said so, or did something."""

    streets: Mapped[list[Street]] = relationship(secondary=committee_streets, order_by=Street.name)
    areas: Mapped[list[Area]] = relationship(secondary=committee_areas, order_by=Area.name)
    area: Mapped[Area | None] = relationship(foreign_keys=[area_id])
    contacts: Mapped[list["Contact"]] = relationship(
        back_populates="committee", order_by="Contact.id", cascade="all, delete-orphan"
    )

    __mapper_args__: dict[str, Any] = {"version_id_col": version}

    @property
    def area_ids(self) -> list[int]:
        return [area.id for area in self.areas]

    @property
    def place(self) -> str:
        """Where, in words; empty for a drawn outline."""
        return ", ".join(street.name for street in self.streets) or (self.area.name if self.area else "")

    @property
    def is_public(self) -> bool:
        return self.state in {CommitteeState.RECOGNISED, CommitteeState.ACTIVE, CommitteeState.DORMANT}

    @property
    def speakers(self) -> list["Contact"]:
        """Contacts who confirmed and did not leave."""
        return [each for each in self.contacts if each.confirmed_at is not None and each.left_at is None]


class Contact(Identified, Base):
    """Somebody who speaks for a committee. Whether their name is public is their own choice."""

    __tablename__ = "committee_contacts"
    __table_args__ = (
        Index("uq_committee_contacts_email", "committee_id", "email_key", unique=True,
              sqlite_where=text("left_at IS NULL"), postgresql_where=text("left_at IS NULL")),
        Index("ix_committee_contacts_account_id", "account_id"),
    )  # fmt: skip

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id", ondelete="CASCADE"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(80))
    email_key: Mapped[str] = mapped_column(String(64))
    sealed_email: Mapped[str] = mapped_column(Text)
    nonce: Mapped[str] = mapped_column(String(40), unique=True)
    may_publish: Mapped[bool] = mapped_column(default=False)
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    committee: Mapped[Committee] = relationship(back_populates="contacts")
    account: Mapped[Account | None] = relationship()


class ContactChange(Identified, Base):
    """One contact makes way for another: only when both said yes."""

    __tablename__ = "committee_contact_changes"
    __table_args__ = (
        UniqueConstraint("newcomer_id"),
        CheckConstraint("leaver_id <> newcomer_id", "two_people"),
        CheckConstraint("done_at IS NULL OR (leaver_agreed_at IS NOT NULL AND newcomer_agreed_at IS NOT NULL)",
                        "both_agreed"),
    )  # fmt: skip

    leaver_id: Mapped[int] = mapped_column(ForeignKey("committee_contacts.id", ondelete="CASCADE"))
    newcomer_id: Mapped[int] = mapped_column(ForeignKey("committee_contacts.id", ondelete="CASCADE"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leaver_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    newcomer_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    leaver: Mapped[Contact] = relationship(foreign_keys=[leaver_id])
    newcomer: Mapped[Contact] = relationship(foreign_keys=[newcomer_id])


class CommitteeLetter(Identified, Base):
    """What an area worker wrote to all committees of an area; each contact gets a mail of their own."""

    __tablename__ = "committee_letters"

    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id", ondelete="RESTRICT"))
    subject: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))

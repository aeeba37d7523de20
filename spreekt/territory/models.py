"""Partitions, areas, streets and addresses. Partitions overlap and change over time, so nothing here is one tree."""

from datetime import date

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.kernel.storage import Base, Identified, Json

street_areas = Table(
    "street_areas",
    Base.metadata,
    Column("street_id", ForeignKey("streets.id", ondelete="CASCADE"), primary_key=True),
    Column("area_id", ForeignKey("areas.id", ondelete="RESTRICT"), primary_key=True),
    Index("ix_street_areas_area_id", "area_id"),
)

address_areas = Table(
    "address_areas",
    Base.metadata,
    Column("address_id", ForeignKey("addresses.id", ondelete="CASCADE"), primary_key=True),
    Column("area_id", ForeignKey("areas.id", ondelete="RESTRICT"), primary_key=True),
    Index("ix_address_areas_area_id", "area_id"),
)


class Partition(Identified, Base):
    """One way to divide the city: deelgemeenten, gebieden, wijken."""

    __tablename__ = "partitions"

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    plural: Mapped[str] = mapped_column(String(80))

    areas: Mapped[list["Area"]] = relationship(back_populates="partition", order_by="Area.name")


class Area(Identified, Base):
    """One part of one partition, with the days on which it holds. `outline` is a GeoJSON geometry in WGS84."""

    __tablename__ = "areas"
    __table_args__ = (
        UniqueConstraint("partition_id", "code", "valid_from"),
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", "dates_in_order"),
        Index("ix_areas_code", "code"),
    )

    partition_id: Mapped[int] = mapped_column(ForeignKey("partitions.id", ondelete="RESTRICT"))
    code: Mapped[str] = mapped_column(String(60))
    """The word in addresses: ?deelgemeente=heule."""
    name: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    outline: Mapped[Json] = mapped_column(JSON)
    is_schematic: Mapped[bool] = mapped_column(default=False)
    latitude: Mapped[float]
    longitude: Mapped[float]
    inhabitants: Mapped[int | None]

    partition: Mapped[Partition] = relationship(back_populates="areas")

    def holds_on(self, day: date) -> bool:
        """Whether this area exists on that day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


class Street(Identified, Base):
    """One street; it may run through several areas."""

    __tablename__ = "streets"
    __table_args__ = (UniqueConstraint("name", "borough_code"), Index("ix_streets_search_key", "search_key"))

    name: Mapped[str] = mapped_column(String(120))
    borough_code: Mapped[str] = mapped_column(String(60))
    """Code of the deelgemeente that keeps the name apart from a namesake elsewhere."""
    search_key: Mapped[str] = mapped_column(String(120))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]

    areas: Mapped[list[Area]] = relationship(secondary=street_areas)


class Address(Identified, Base):
    """One address: house number and box as they stand on the door."""

    __tablename__ = "addresses"
    __table_args__ = (UniqueConstraint("street_id", "house_number", "box"),)

    street_id: Mapped[int] = mapped_column(ForeignKey("streets.id", ondelete="RESTRICT"))
    house_number: Mapped[str] = mapped_column(String(12))
    box: Mapped[str] = mapped_column(String(12), default="")
    postcode: Mapped[str] = mapped_column(String(4))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]

    street: Mapped[Street] = relationship()
    areas: Mapped[list[Area]] = relationship(secondary=address_areas)

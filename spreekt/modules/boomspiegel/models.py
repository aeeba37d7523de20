"""What can be adopted in the street: where it lies, how big it is, how it stands. Who adopted it is next door."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from spreekt.kernel.storage import Base, Identified, UtcDateTime, one_of
from spreekt.territory.models import Area


class PitState(StrEnum):
    """How a place stands; the word in addresses: ?status=beschikbaar."""

    AVAILABLE = "beschikbaar"
    REQUESTED = "in-aanvraag"
    ADOPTED = "geadopteerd"
    UNSUITABLE = "niet-geschikt"
    PAUSED = "tijdelijk-niet"
    REMOVED = "weg"


class Light(StrEnum):
    SUN = "zon"
    HALF = "halfschaduw"
    SHADE = "schaduw"


adoptable_areas = Table(
    "adoptable_areas",
    Base.metadata,
    Column("adoptable_id", ForeignKey("adoptables.id", ondelete="CASCADE"), primary_key=True),
    Column("area_id", ForeignKey("areas.id", ondelete="RESTRICT"), primary_key=True),
    Index("ix_adoptable_areas_area_id", "area_id"),
)


class Adoptable(Identified, Base):
    """A bit of street that residents may look after. A new kind is a small class below and a regulation of its own.

    The point is exact: it is a tree or a wall in the street, never a home.
    """

    __tablename__ = "adoptables"
    __table_args__: tuple[Any, ...] = (
        UniqueConstraint("kind", "code"),
        CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", "place"),
        CheckConstraint("length_cm BETWEEN 1 AND 5000 AND width_cm BETWEEN 1 AND 5000", "size"),
        CheckConstraint("state NOT IN ('niet-geschikt', 'tijdelijk-niet') OR state_reason <> ''", "state_has_reason"),
        CheckConstraint("(state = 'weg') = (gone_on IS NOT NULL)", "gone_has_day"),
        CheckConstraint("kind <> 'boomspiegel' OR species <> ''", "tree_has_species"),
        Index("ix_adoptables_kind_state_code", "kind", "state", "code"),
        Index("ix_adoptables_kind_latitude", "kind", "latitude"),
    )

    kind: Mapped[str] = mapped_column(String(24))
    code: Mapped[str] = mapped_column(String(32))
    """The key in the city's own file and the word in addresses: BS-0001."""
    place: Mapped[str] = mapped_column(String(120))
    """Label at the level of the street: "Rijselsestraat 61"."""
    species: Mapped[str] = mapped_column(String(80), default="")
    species_latin: Mapped[str] = mapped_column(String(80), default="")
    length_cm: Mapped[int]
    width_cm: Mapped[int]
    light: Mapped[Light] = mapped_column(one_of(Light, "light"))
    near_junction: Mapped[bool] = mapped_column(default=False)
    """So close to a junction or crossing that lower planting is asked."""
    latitude: Mapped[float]
    longitude: Mapped[float]
    search_key: Mapped[str] = mapped_column(String(300), default="")
    """Place, species and code without accents and capitals, each word after a space."""
    state: Mapped[PitState] = mapped_column(one_of(PitState, "state"), default=PitState.AVAILABLE)
    state_reason: Mapped[str] = mapped_column(String(200), default="")
    paused_until: Mapped[date | None]
    gone_on: Mapped[date | None]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    areas: Mapped[list[Area]] = relationship(secondary=adoptable_areas, order_by=Area.partition_id)

    __mapper_args__: Any = {"polymorphic_on": "kind", "polymorphic_identity": ""}

    noun: ClassVar[str] = "plek"
    endpoint: ClassVar[str] = ""
    has_nest_box: ClassVar[bool] = False

    @property
    def is_free(self) -> bool:
        """Whether somebody may ask for it and be the first."""
        return self.state == PitState.AVAILABLE

    @property
    def takes_names(self) -> bool:
        """Whether it is taken, but may come free: then there is a waiting list."""
        return self.state in {PitState.REQUESTED, PitState.ADOPTED, PitState.PAUSED}

    @property
    def size(self) -> str:
        return f"{self.length_cm} × {self.width_cm} cm"

    @property
    def area_ids(self) -> list[int]:
        return [area.id for area in self.areas]


class TreePit(Adoptable):
    """The unpaved bit of footpath in which a tree of the city stands."""

    noun = "boomspiegel"
    endpoint = "boomspiegels.show"
    has_nest_box = True

    __mapper_args__: Any = {"polymorphic_identity": "boomspiegel"}

"""What the pages without a module ask of the database. Reads only."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.storage import Json
from spreekt.territory.models import Area, Partition


class NamedArea(NamedTuple):
    """An area as a choice in a list."""

    id: int
    code: str
    name: str


def current_areas(db: Session, partition: str, now: datetime) -> Sequence[NamedArea]:
    """The areas of one partition that exist today, by name."""
    today = now.astimezone(BRUSSELS).date()
    rows = db.execute(
        select(Area.id, Area.code, Area.name)
        .join(Partition)
        .where(Partition.code == partition, Area.valid_from <= today)
        .where(or_(Area.valid_until.is_(None), Area.valid_until > today))
        .order_by(Area.name)
    )
    return [NamedArea(*row) for row in rows]


class AreaFacts(NamedTuple):
    """An area as open data."""

    code: str
    name: str
    partition: str
    latitude: float
    longitude: float
    inhabitants: int | None
    is_schematic: bool
    outline: Json


def areas_today(db: Session, now: datetime) -> Sequence[AreaFacts]:
    """All areas that exist today, by partition and name."""
    today = now.astimezone(BRUSSELS).date()
    rows = db.execute(
        select(
            Area.code, Area.name, Partition.code, Area.latitude, Area.longitude, Area.inhabitants, Area.is_schematic,
            Area.outline,
        )
        .join(Partition)
        .where(Area.valid_from <= today, or_(Area.valid_until.is_(None), Area.valid_until > today))
        .order_by(Partition.code, Area.name)
    )  # fmt: skip
    return [AreaFacts(*row) for row in rows]

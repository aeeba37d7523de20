"""Lists of tree pits: filters, nearness, pages, counts. Reads only; each is one statement, whatever it finds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, false, func, select
from sqlalchemy.orm import Session

from spreekt.kernel.places import EARTH_RADIUS, Box, Point
from spreekt.modules.boomspiegel.models import Adoptable, Light, PitState, adoptable_areas
from spreekt.territory.models import Address, Area, Partition, Street
from spreekt.territory.queries import search_key, streets_matching, streets_named

T = cast(Table, Adoptable.__table__)
KIND = "boomspiegel"
MOST_WORDS = 6
METRES_A_DEGREE = math.radians(1) * EARTH_RADIUS
NEAR_METRES = 1500
"""How far "near" reaches; farther nobody goes with a watering can."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader asked for. `borough` is the partition that residents choose from; `near` sorts by distance."""

    borough: str
    area: str = ""
    state: PitState | None = None
    words: str = ""
    near: Point | None = None

    @property
    def narrows(self) -> bool:
        return bool(self.area or self.state or self.words or self.near)


@dataclass(frozen=True, slots=True)
class Listed:
    """One tree pit in a list, with nothing that a list does not show."""

    id: int
    code: str
    place: str
    species: str
    species_latin: str
    length_cm: int
    width_cm: int
    light: Light
    state: PitState
    state_reason: str
    paused_until: date | None
    latitude: float
    longitude: float
    changed_at: Any
    areas: str | None

    def metres_from(self, point: Point) -> int:
        """Distance rounded to ten metres."""
        up = (self.latitude - point.latitude) * METRES_A_DEGREE
        over = (self.longitude - point.longitude) * METRES_A_DEGREE * math.cos(math.radians(point.latitude))
        return round(math.hypot(up, over) / 10) * 10


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """Removed pits are history: they show only to who asks for them."""
    found: list[ColumnElement[bool]] = [T.c.kind == KIND]
    found.append(T.c.state == filters.state if filters.state else T.c.state != PitState.REMOVED)
    if filters.area:
        found.append(T.c.id.in_(
            select(adoptable_areas.c.adoptable_id)
            .join(Area, Area.id == adoptable_areas.c.area_id)
            .join(Partition, Partition.id == Area.partition_id)
            .where(Area.code == filters.area, Partition.code == filters.borough)
        ))  # fmt: skip
    if filters.words:
        words = search_key(filters.words).split()[:MOST_WORDS]
        found += [T.c.search_key.contains(f" {word}", autoescape=True) for word in words] or [false()]
    if filters.near is not None:
        found.append(inside(around(filters.near, NEAR_METRES)))
    return found


def inside(box: Box) -> ColumnElement[bool]:
    """As a condition: the pit lies in this box."""
    return T.c.latitude.between(box.south, box.north) & T.c.longitude.between(box.west, box.east)


def around(point: Point, metres: float) -> Box:
    """The box that reaches so many metres from a point to each side."""
    up = metres / METRES_A_DEGREE
    over = up / math.cos(math.radians(point.latitude))
    return Box(point.latitude - up, point.longitude - over, point.latitude + up, point.longitude + over)


def _order(filters: Filters) -> tuple[Any, ...]:
    if filters.near is None:
        return (T.c.code, T.c.id)
    up = T.c.latitude - filters.near.latitude
    over = (T.c.longitude - filters.near.longitude) * math.cos(math.radians(filters.near.latitude))
    return (up * up + over * over, T.c.code)


def _area_names(borough: str) -> Any:
    return (
        select(func.aggregate_strings(Area.name, ", "))
        .join(adoptable_areas, adoptable_areas.c.area_id == Area.id)
        .join(Partition, Partition.id == Area.partition_id)
        .where(adoptable_areas.c.adoptable_id == T.c.id, Partition.code == borough)
        .correlate(T)
        .scalar_subquery()
    )


def _listed(filters: Filters) -> Select[Any]:
    return (
        select(
            T.c.id, T.c.code, T.c.place, T.c.species, T.c.species_latin, T.c.length_cm, T.c.width_cm, T.c.light,
            T.c.state, T.c.state_reason, T.c.paused_until, T.c.latitude, T.c.longitude, T.c.changed_at,
            _area_names(filters.borough).label("areas"),
        )
        .where(*conditions(filters))
        .order_by(*_order(filters))
    )  # fmt: skip


def count(db: Session, filters: Filters) -> int:
    """How many pits fit."""
    return db.scalar(select(func.count()).select_from(T).where(*conditions(filters))) or 0


def listed(db: Session, filters: Filters, *, limit: int, offset: int = 0) -> list[Listed]:
    """Pits as the list shows them: the nearest first, or by code."""
    return [Listed(*row) for row in db.execute(_listed(filters).limit(limit).offset(offset))]


def newest(db: Session, filters: Filters, *, limit: int) -> list[Listed]:
    """The pits that changed last, for a feed."""
    query = _listed(filters).order_by(None).order_by(T.c.changed_at.desc(), T.c.id.desc())
    return [Listed(*row) for row in db.execute(query.limit(limit))]


def boroughs(db: Session, partition: str, *, on: date) -> list[tuple[str, str]]:
    """The areas that residents choose from: code and name."""
    rows = db.execute(
        select(Area.code, Area.name)
        .join(Partition)
        .where(Partition.code == partition, Area.valid_from <= on)
        .where(Area.valid_until.is_(None) | (Area.valid_until > on))
        .order_by(Area.name)
    )
    return [(code, name) for code, name in rows]


def find_address(db: Session, text: str) -> Point | None:
    """Where somebody means with "Rijselsestraat 61": the address when it is known, else the street."""
    words = text.split()
    number = words.pop() if len(words) > 1 and words[-1][0].isdigit() else ""
    name = " ".join(words).rstrip(",")
    streets = streets_named(db, name) or streets_matching(db, name, limit=5)
    placed = [street for street in streets if street.latitude is not None and street.longitude is not None]
    if number and streets:
        door = db.scalars(
            select(Address)
            .where(Address.street_id.in_([street.id for street in streets]), Address.house_number == number)
            .where(Address.latitude.is_not(None))
            .order_by(Address.id)
            .limit(1)
        ).first()
        if door is not None and door.latitude is not None and door.longitude is not None:
            return Point(door.latitude, door.longitude)
    return _point_of(placed[0]) if placed else None


def _point_of(street: Street) -> Point:
    return Point(street.latitude or 0.0, street.longitude or 0.0)

"""What is asked about places: areas on a day, in which ones something lies, which street is meant. Reads only."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from spreekt.identity.models import Account, RoleGrant
from spreekt.kernel.actor import Role
from spreekt.kernel.places import Outline, Point
from spreekt.territory.models import Area, Partition, Street

MOST_MATCHES = 20
SHORTEST_SEARCH = 2


def partitions(db: Session) -> Sequence[Partition]:
    """Every way to divide the city, in the order of the city file."""
    return db.scalars(select(Partition).order_by(Partition.id)).all()


def holds_on(day: date) -> ColumnElement[bool]:
    """As a condition: the area exists on that day."""
    return (Area.valid_from <= day) & (Area.valid_until.is_(None) | (Area.valid_until > day))


def current_areas(db: Session, partition: str | None = None, *, on: date) -> Sequence[Area]:
    """The areas of one partition (its code) that hold on a day, by name; of all partitions when none is given."""
    query = (
        select(Area)
        .join(Area.partition)
        .options(joinedload(Area.partition))
        .where(holds_on(on))
        .order_by(Area.partition_id, Area.name)
    )
    return db.scalars(query if partition is None else query.where(Partition.code == partition)).all()


def areas_of_point(db: Session, point: Point, *, on: date) -> list[Area]:
    """Every area, of whatever partition, in which a point lies on a day."""
    return within(current_areas(db, on=on), point)


def within(areas: Sequence[Area], point: Point) -> list[Area]:
    """Those of these areas whose outline holds the point."""
    return [area for area in areas if Outline.from_geojson(area.outline).holds(point)]


def areas_of_street(db: Session, street_id: int, *, on: date) -> Sequence[Area]:
    """Every area through which a street runs, on a day."""
    return db.scalars(
        select(Area)
        .join(Street.areas)
        .options(joinedload(Area.partition))
        .where(Street.id == street_id, holds_on(on))
        .order_by(Area.partition_id, Area.name)
    ).all()


def area_workers(db: Session, area_ids: Collection[int]) -> Mapping[int, list[Account]]:
    """Who is the area worker of each of these areas."""
    rows = db.execute(
        select(RoleGrant.area_id, Account)
        .join(RoleGrant.account)
        .where(
            RoleGrant.role == Role.AREA_WORKER,
            RoleGrant.area_id.in_(area_ids),
            Account.disabled_at.is_(None),
            Account.erased_at.is_(None),
        )
        .order_by(Account.display_name, Account.id)
    )
    found: dict[int, list[Account]] = {}
    for area_id, account in rows:
        if area_id is not None:
            found.setdefault(area_id, []).append(account)
    return found


def search_key(text: str) -> str:
    """A name as it is searched: no capitals, accents or signs. "Sint-Denijsestraat" is "sint denijsestraat"."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in letters).split())


def streets_matching(db: Session, text: str, *, limit: int = MOST_MATCHES) -> Sequence[Street]:
    """Streets of which a word begins with what was typed, by name; nothing for less than two characters."""
    wanted = search_key(text)[:80]
    if len(wanted) < SHORTEST_SEARCH:
        return []
    return db.scalars(
        select(Street)
        .options(selectinload(Street.areas).joinedload(Area.partition))
        .where(
            or_(
                Street.search_key.startswith(wanted, autoescape=True),
                Street.search_key.contains(f" {wanted}", autoescape=True),
            ),
            Street.areas.any(),
        )
        .order_by(Street.search_key, Street.borough_code)
        .limit(limit)
    ).all()


def street_names(db: Session) -> Sequence[str]:
    """All names of streets once, for the list of a text field."""
    return db.scalars(select(Street.name).where(Street.areas.any()).distinct().order_by(Street.name)).all()


def streets_named(db: Session, name: str) -> Sequence[Street]:
    """The streets of exactly this name, capitals and accents aside: one in each deelgemeente that has it."""
    return db.scalars(
        select(Street)
        .options(selectinload(Street.areas))
        .where(Street.search_key == search_key(name), Street.areas.any())
        .order_by(Street.borough_code)
    ).all()

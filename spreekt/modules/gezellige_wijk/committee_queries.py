"""What committees ask of the database. Reads only."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from spreekt.modules.gezellige_wijk.committee_models import Committee, CommitteeState
from spreekt.modules.gezellige_wijk.committees import ALIVE
from spreekt.territory.models import Area, Partition, Street, street_areas
from spreekt.territory.queries import holds_on, search_key


def _with_parts() -> tuple[Any, ...]:
    return (
        selectinload(Committee.streets), selectinload(Committee.areas).defer(Area.outline),
        selectinload(Committee.contacts), joinedload(Committee.area).defer(Area.outline),
    )  # fmt: skip


def committee(db: Session, id: int) -> Committee | None:
    """One committee with everything its page shows."""
    return db.scalars(select(Committee).where(Committee.id == id).options(*_with_parts())).one_or_none()


def _conditions(
    states: Sequence[CommitteeState], area: str, words: str, area_ids: set[int] | None
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Committee.state.in_(states)]
    if area:
        found.append(Committee.areas.any(Area.code == area))
    if area_ids is not None:
        found.append(Committee.areas.any(Area.id.in_(area_ids)))
    if words:
        by_street = Committee.streets.any(Street.search_key.contains(search_key(words), autoescape=True))
        found.append(or_(Committee.name.icontains(words, autoescape=True), by_street))
    return found


def listed(
    db: Session, *, states: Sequence[CommitteeState] = ALIVE, area: str = "", words: str = "",
    area_ids: set[int] | None = None, limit: int = 400, offset: int = 0,
) -> list[Committee]:  # fmt: skip
    """Committees by name, as far as they fit."""
    query = select(Committee).where(*_conditions(states, area, words, area_ids)).options(*_with_parts())
    return list(db.scalars(query.order_by(Committee.name).limit(limit).offset(offset)))


def count(db: Session, *, area: str = "", words: str = "") -> int:
    """How many living committees fit."""
    return db.scalar(select(func.count(Committee.id)).where(*_conditions(ALIVE, area, words, None))) or 0


def areas_to_choose(db: Session, *, on: date) -> Sequence[tuple[int, str]]:
    """Every area of today, as a choice: its id, and "Wijk: Overleie". No outlines."""
    rows = db.execute(
        select(Area.id, Partition.name, Area.name)
        .join(Area.partition)
        .where(holds_on(on))
        .order_by(Area.partition_id, Area.name)
    )
    return [(id, f"{partition}: {name}") for id, partition, name in rows]


def street_ids_of(db: Session, committee: Committee) -> Sequence[int]:
    """The streets where it does things: its own, or all of the area that it chose."""
    if committee.streets or committee.area_id is None:
        return [street.id for street in committee.streets]
    return db.scalars(select(street_areas.c.street_id).where(street_areas.c.area_id == committee.area_id)).all()


def of_account(db: Session, account_id: int) -> Sequence[Committee]:
    """The committees that somebody speaks for."""
    return db.scalars(
        select(Committee).where(Committee.contacts.any(account_id=account_id)).order_by(Committee.name).limit(50)
    ).all()

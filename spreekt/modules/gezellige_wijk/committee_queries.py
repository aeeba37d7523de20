"""What committees ask of the database. Reads only."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, selectinload

from spreekt.modules.gezellige_wijk.committee_models import Committee, CommitteeState
from spreekt.modules.gezellige_wijk.committees import ALIVE
from spreekt.territory.models import Area, Street
from spreekt.territory.queries import search_key


def _with_parts() -> tuple[Any, ...]:
    return (
        selectinload(Committee.streets), selectinload(Committee.areas).defer(Area.outline),
        selectinload(Committee.contacts),
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


def of_account(db: Session, account_id: int) -> Sequence[Committee]:
    """The committees that somebody speaks for."""
    return db.scalars(
        select(Committee).where(Committee.contacts.any(account_id=account_id)).order_by(Committee.name).limit(50)
    ).all()

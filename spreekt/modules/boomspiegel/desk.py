"""What waits for staff around tree pits, within their areas, the longest waiting first. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import BRUSSELS
from spreekt.modules.boomspiegel.adoption_models import CARING, Adoption, AdoptionState
from spreekt.modules.boomspiegel.care_models import Concern, PitReport, PitReportState
from spreekt.modules.boomspiegel.models import Adoptable
from spreekt.modules.boomspiegel.queries import in_reach

WORKERS = (Role.SERVICE, Role.AREA_WORKER, Role.PUBLISHER)
SHOWN = 50


class Heap(StrEnum):
    """One kind of work; the word in addresses."""

    ADVISE = "advies"
    COLLEGE = "college"
    NEST_BOX = "vogelkastjes"
    BOX_DOWN = "kastjes-weg"
    VISIT = "bezoeken"
    WARNED = "verwittigd"
    REPORTS = "meldingen"


FOR_ROLE = {
    Heap.ADVISE: (Role.SERVICE,),
    Heap.COLLEGE: (Role.PUBLISHER,),
    Heap.NEST_BOX: (Role.SERVICE, Role.AREA_WORKER),
    Heap.BOX_DOWN: (Role.SERVICE, Role.AREA_WORKER),
    Heap.VISIT: (Role.SERVICE, Role.AREA_WORKER),
    Heap.WARNED: (Role.SERVICE, Role.AREA_WORKER),
    Heap.REPORTS: (Role.SERVICE, Role.AREA_WORKER),
}
_IS: dict[Heap, Callable[[], list[ColumnElement[bool]]]] = {
    Heap.ADVISE: lambda: [Adoption.state == AdoptionState.REQUESTED],
    Heap.COLLEGE: lambda: [Adoption.state == AdoptionState.ADVISED],
    Heap.NEST_BOX: lambda: [Adoption.state.in_(CARING), Adoption.nest_box_done_on.is_(None)],
    Heap.BOX_DOWN: lambda: [
        Adoption.ended_on.is_not(None),
        Adoption.nest_box_done_on.is_not(None),
        Adoption.nest_box_gone_on.is_(None),
    ],
    Heap.VISIT: lambda: [Adoption.state == AdoptionState.VISIT],
    Heap.WARNED: lambda: [Adoption.state == AdoptionState.WARNED],
}


@dataclass(frozen=True, slots=True)
class Counted:
    """One heap for this member of staff."""

    heap: Heap
    number: int
    overdue: int
    oldest_at: datetime | None


def areas_of(who: Actor, roles: Collection[Role]) -> Collection[int] | None:
    """The areas in which somebody has one of these roles for tree pits; None: all of the city."""
    grants = [grant for grant in who.grants if grant.role in roles and grant.module in {None, "boomspiegel"}]
    if any(grant.area_id is None for grant in grants):
        return None
    return {grant.area_id for grant in grants if grant.area_id is not None}


def heaps_of(who: Actor) -> list[Heap]:
    """The kinds of work that somebody does, in order."""
    return [heap for heap, roles in FOR_ROLE.items() if who.has(*roles, module="boomspiegel")]


def due_on(heap: Heap, adoption: Adoption) -> date | None:
    """By when the city should act; terms come from the regulation that the request was made under."""
    rules = adoption.regulation
    if heap is Heap.ADVISE and adoption.submitted_at is not None:
        return adoption.submitted_at.astimezone(BRUSSELS).date() + timedelta(days=rules.advice_days)
    if heap is Heap.NEST_BOX and adoption.started_on is not None:
        return adoption.started_on + timedelta(days=rules.nest_box_days)
    if heap is Heap.BOX_DOWN and adoption.ended_on is not None:
        return adoption.ended_on + timedelta(days=rules.nest_box_days)
    if heap is Heap.VISIT:
        return adoption.visit_by
    if heap is Heap.WARNED and adoption.warning_until is not None:
        return adoption.warning_until + timedelta(days=1)
    return None


def work(db: Session, heap: Heap, *, area_ids: Collection[int] | None, limit: int = SHOWN) -> Sequence[Adoption]:
    """The adoptions on one heap, the oldest first, with what a row shows. Two statements."""
    return db.scalars(
        select(Adoption)
        .join(Adoption.adoptable)
        .where(*_IS[heap](), in_reach(area_ids))
        .options(joinedload(Adoption.adoptable), joinedload(Adoption.regulation))
        .order_by(Adoption.submitted_at, Adoption.id)
        .limit(limit)
    ).all()


def reports(db: Session, *, area_ids: Collection[int] | None, concern: Concern | None = None, is_open: bool = True,
            limit: int = SHOWN) -> Sequence[PitReport]:  # fmt: skip
    """Open reports, oldest first; or all of one concern, newest first."""
    query = select(PitReport).join(PitReport.adoptable).where(in_reach(area_ids))
    if concern is not None:
        query = query.where(PitReport.concern == concern)
    if is_open:
        query = query.where(PitReport.state == PitReportState.OPEN).order_by(PitReport.created_at, PitReport.id)
    else:
        query = query.order_by(PitReport.created_at.desc(), PitReport.id.desc())
    return db.scalars(query.options(joinedload(PitReport.adoptable)).limit(limit)).all()


def counted(db: Session, who: Actor, *, now: datetime) -> list[Counted]:
    """How much waits for somebody, heap by heap. Overdue is counted over the first fifty of a heap."""
    today = now.astimezone(BRUSSELS).date()
    found: list[Counted] = []
    for heap in heaps_of(who):
        area_ids = areas_of(who, FOR_ROLE[heap])
        if heap is Heap.REPORTS:
            number, oldest = db.execute(
                select(func.count(), func.min(PitReport.created_at))
                .join(PitReport.adoptable)
                .where(PitReport.state == PitReportState.OPEN, in_reach(area_ids))
            ).one()
            found.append(Counted(heap, number, 0, oldest))
            continue
        number, first = db.execute(
            select(func.count(), func.min(Adoption.submitted_at))
            .join(Adoption.adoptable)
            .where(*_IS[heap](), in_reach(area_ids))
        ).one()
        late = 0
        if number:
            waiting = [due_on(heap, adoption) for adoption in work(db, heap, area_ids=area_ids)]
            late = sum(day is not None and day < today for day in waiting)
        found.append(Counted(heap, number, late, first))
    return found


def on_route(db: Session, *, area_id: int | None, area_ids: Collection[int] | None) -> Sequence[Adoption]:
    """Places that mowing crews leave alone: those that are cared for, street by street."""
    query: Any = (
        select(Adoption)
        .join(Adoption.adoptable)
        .where(Adoption.state.in_(CARING), in_reach(area_ids))
        .options(joinedload(Adoption.adoptable).selectinload(Adoptable.areas))
        .order_by(Adoptable.place, Adoptable.code)
    )
    if area_id is not None:
        query = query.where(in_reach([area_id]))
    return list(db.scalars(query))

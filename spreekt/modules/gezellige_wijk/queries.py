"""What requests ask of the database: one case, lists, work, the calendar. Reads only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from spreekt.moderation.models import Picture, State
from spreekt.modules.gezellige_wijk.models import (
    PUBLIC,
    TAKES_PLACE,
    UNDER_WAY,
    RequestDay,
    RequestState,
    Segment,
    StreetRequest,
    request_areas,
)
from spreekt.modules.gezellige_wijk.report_models import EventReport
from spreekt.territory.models import Address, Area, Partition, Street
from spreekt.territory.queries import search_key

R = StreetRequest


@dataclass(frozen=True, slots=True)
class Filters:
    """How somebody narrows a list of requests. Empty means: all."""

    area: str = ""
    type_code: str = ""
    state: RequestState | None = None
    words: str = ""

    @property
    def narrows(self) -> bool:
        return bool(self.area or self.type_code or self.state or self.words)


def _parts() -> tuple[Any, ...]:
    return (
        selectinload(R.areas).defer(Area.outline),
        selectinload(R.segments).joinedload(Segment.street),
        selectinload(R.days),
        selectinload(R.stewards),
    )


def case(db: Session, id: int) -> StreetRequest | None:
    """One request with everything its page shows. Five statements."""
    return db.scalars(select(R).where(R.id == id).options(joinedload(R.account), *_parts())).unique().one_or_none()


def _conditions(filters: Filters, states: Collection[RequestState]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [R.state == filters.state if filters.state else R.state.in_(states)]
    if filters.area:
        found.append(R.areas.any(Area.code == filters.area))
    if filters.type_code:
        found.append(R.type_code == filters.type_code)
    if filters.words:
        on_street = Segment.street.has(Street.search_key.contains(search_key(filters.words), autoescape=True))
        found.append(or_(R.title.icontains(filters.words, autoescape=True), R.segments.any(on_street)))
    return found


def _listed(filters: Filters, states: Collection[RequestState]) -> Select[StreetRequest]:
    return (
        select(R)
        .where(*_conditions(filters, states))
        .options(selectinload(R.areas).defer(Area.outline), selectinload(R.segments).joinedload(Segment.street))
    )


def public_requests(db: Session, filters: Filters, *, limit: int, offset: int = 0) -> Sequence[StreetRequest]:
    """Requests that everybody may know of, the latest first."""
    query = _listed(filters, PUBLIC).order_by(R.first_on.desc().nulls_last(), R.id.desc())
    return db.scalars(query.limit(limit).offset(offset)).all()


def count_public(db: Session, filters: Filters) -> int:
    return db.scalar(select(func.count(R.id)).where(*_conditions(filters, PUBLIC))) or 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One day of one request, as the calendar shows it."""

    request: StreetRequest
    day: RequestDay


def calendar(
    db: Session, from_on: date, until_on: date, *, area: str = "", type_code: str = "", limit: int = 2000
) -> list[Entry]:
    """What takes place between two days, both included, by day and hour. Four statements, whatever it finds."""
    query = (
        select(R, RequestDay)
        .join(RequestDay, RequestDay.request_id == R.id)
        .where(RequestDay.on_day.between(from_on, until_on), R.state.in_(TAKES_PLACE))
        .options(selectinload(R.areas).defer(Area.outline), selectinload(R.segments).joinedload(Segment.street))
        .order_by(RequestDay.on_day, RequestDay.starts_at, R.id)
        .limit(limit)
    )
    if area:
        query = query.where(R.areas.any(Area.code == area))
    if type_code:
        query = query.where(R.type_code == type_code)
    return [Entry(request, day) for request, day in db.execute(query)]


def clashes(db: Session, request: StreetRequest) -> Sequence[StreetRequest]:
    """Others that are decided or under way on the same day in the same street or the same neighbourhood (wijk)."""
    days = [day.on_day for day in request.days]
    streets = [segment.street_id for segment in request.segments]
    if not days:
        return []
    near = (
        select(request_areas.c.area_id)
        .join(Area, Area.id == request_areas.c.area_id)
        .join(Partition, Partition.id == Area.partition_id)
        .where(request_areas.c.request_id == request.id, Partition.code == "wijk")
    )
    same_place = or_(
        R.segments.any(Segment.street_id.in_(streets)),
        R.id.in_(select(request_areas.c.request_id).where(request_areas.c.area_id.in_(near))),
    )
    query = (
        select(R)
        .where(R.id != request.id, R.state.in_(TAKES_PLACE | UNDER_WAY), same_place)
        .where(R.days.any(RequestDay.on_day.in_(days)))
        .options(selectinload(R.segments).joinedload(Segment.street))
        .order_by(R.first_on, R.id)
        .limit(20)
    )
    return db.scalars(query).all()


def of_account(db: Session, account_id: int) -> Sequence[StreetRequest]:
    """What one account asked, newest first."""
    return db.scalars(select(R).where(R.account_id == account_id).order_by(R.id.desc()).limit(200)).all()


def at_work(
    db: Session, states: Collection[RequestState], *, area_ids: Collection[int] | None
) -> Sequence[StreetRequest]:
    """Requests in these states in these areas (None: everywhere), what happens first on top."""
    query = (
        select(R)
        .where(R.state.in_(states))
        .options(selectinload(R.areas).defer(Area.outline), selectinload(R.segments).joinedload(Segment.street))
        .order_by(R.first_on.asc().nulls_last(), R.submitted_at, R.id)
        .limit(300)
    )
    if area_ids is not None:
        query = query.where(R.id.in_(select(request_areas.c.request_id).where(request_areas.c.area_id.in_(area_ids))))
    return db.scalars(query).all()


def addresses_of(db: Session, segments: Sequence[Segment]) -> Sequence[Address]:
    """Every address of these pieces of street, boxes each for themselves, in the order of the street."""
    if not segments:
        return []
    rows = db.scalars(
        select(Address)
        .where(Address.street_id.in_({segment.street_id for segment in segments}))
        .options(joinedload(Address.street))
    ).all()
    found = [address for address in rows if any(lies_in(address, segment) for segment in segments)]
    return sorted(found, key=lambda each: (each.street.name, number_of(each.house_number), each.house_number, each.box))


def number_of(house_number: str) -> int:
    """The number of a house number: 12 of "12A"; 0 when there is none."""
    digits = ""
    for sign in house_number:
        if not sign.isdigit():
            break
        digits += sign
    return int(digits or 0)


def lies_in(address: Address, segment: Segment) -> bool:
    """Whether an address belongs to a piece of street: by its number and, where asked, its side."""
    number = number_of(address.house_number)
    if address.street_id != segment.street_id:
        return False
    if segment.side.value != "beide" and (number % 2 == 0) != (segment.side.value == "even"):
        return False
    return (segment.from_number or 0) <= number <= (segment.to_number or 10**9)


def over(db: Session, today: date) -> Sequence[StreetRequest]:
    """Requests of which the last day is behind us and that were not ended yet."""
    going = (RequestState.NOTED, RequestState.GRANTED, RequestState.CONDITIONAL, RequestState.PREPARED)
    return db.scalars(select(R).where(R.state.in_(going), R.last_on < today).limit(500)).all()


def undecided_too_long(db: Session, today: date, drafts_before: date) -> Sequence[StreetRequest]:
    """Requests whose first day passed without a decision, and drafts that nobody touched for long."""
    waiting = (*UNDER_WAY, RequestState.INCOMPLETE, RequestState.WAITING_LIST, RequestState.ON_HOLD)
    query = select(R).where(
        or_(
            and_(R.state.in_(waiting), R.first_on < today),
            and_(R.state == RequestState.DRAFT, func.date(R.created_at) < drafts_before),
        )
    )
    return db.scalars(query.limit(500)).all()


def to_finish(db: Session, account_id: int, *, begun_before: datetime) -> Sequence[StreetRequest]:
    """Drafts that somebody left lying, and what the city sent back to be completed; the newest only."""
    mine = (R.account_id == account_id) & (R.created_at < begun_before)
    left = R.state.in_([RequestState.DRAFT, RequestState.INCOMPLETE])
    return db.scalars(select(R).where(mine, left).order_by(R.id.desc()).limit(1)).all()


def of_streets(db: Session, street_ids: Collection[int], *, limit: int = 30) -> Sequence[StreetRequest]:
    """What takes or took place in these streets, the latest first."""
    query = (
        select(R)
        .where(R.state.in_(TAKES_PLACE), R.segments.any(Segment.street_id.in_(street_ids)))
        .options(selectinload(R.segments).joinedload(Segment.street))
        .order_by(R.first_on.desc().nulls_last(), R.id.desc())
    )
    return db.scalars(query.limit(limit)).all()


def photos_of_streets(db: Session, street_ids: Collection[int], *, limit: int = 12) -> Sequence[Picture]:
    """Photos of published reports about these streets, newest first."""
    here = select(Segment.request_id).where(Segment.street_id.in_(street_ids))
    return db.scalars(
        select(Picture)
        .join(EventReport, EventReport.id == Picture.submission_id)
        .where(EventReport.request_id.in_(here), EventReport.state == State.PUBLISHED)
        .order_by(Picture.id.desc())
        .limit(limit)
    ).all()

"""What tree pits ask of the database beside lists: one page, my adoptions, numbers. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from spreekt.moderation.models import Picture, State
from spreekt.modules.boomspiegel.adoption_models import CARING, HOLDING, OPEN, Adoption, AdoptionState, CoAdopter
from spreekt.modules.boomspiegel.care_models import CareEntry, Deed, DroughtCall, Moment, PitPhoto, PitReport
from spreekt.modules.boomspiegel.models import Adoptable, PitState, TreePit, adoptable_areas
from spreekt.territory.models import Area, Partition

SHOWN_PHOTOS = 6


@dataclass(frozen=True, slots=True)
class PitPage:
    """Everything the page of one pit shows. `holder` shows a first name at most."""

    pit: Adoptable
    first_name: str
    adopted_since: date | None
    waiting: int
    litres: int
    last_deed_on: date | None
    mine: Adoption | None
    photos: Sequence[PitPhoto]


def pit_of(db: Session, code: str) -> Adoptable | None:
    """The tree pit with this code and its areas."""
    return db.scalars(
        select(TreePit).where(TreePit.code == code.upper()).options(joinedload(TreePit.areas))
    ).unique().one_or_none()  # fmt: skip


def pit_page(db: Session, pit: Adoptable, *, reader_id: int | None) -> PitPage:
    """Three statements more than the pit itself."""
    rows = db.execute(
        select(Adoption, func.coalesce(func.sum(CareEntry.litres), 0), func.max(CareEntry.done_on))
        .outerjoin(CareEntry, CareEntry.adoption_id == Adoption.id)
        .where(Adoption.adoptable_id == pit.id, Adoption.state.in_(OPEN - {AdoptionState.DRAFT}))
        .group_by(Adoption.id)
    ).all()
    holder = next((row for row in rows if row[0].state in CARING), None)
    mine = next((row[0] for row in rows if reader_id is not None and row[0].account_id == reader_id), None)
    if reader_id is not None and mine is None:
        mine = db.scalars(
            select(Adoption).where(
                Adoption.adoptable_id == pit.id, Adoption.account_id == reader_id, Adoption.state.in_(OPEN)
            )
        ).one_or_none()
    photos = db.scalars(
        select(PitPhoto)
        .where(PitPhoto.adoptable_id == pit.id, PitPhoto.state == State.PUBLISHED)
        .options(selectinload(PitPhoto.pictures))
        .order_by(PitPhoto.id.desc())
        .limit(SHOWN_PHOTOS)
    ).all()
    return PitPage(
        pit=pit, first_name=holder[0].first_name if holder else "",
        adopted_since=holder[0].started_on if holder else None,
        waiting=sum(row[0].state == AdoptionState.WAITING for row in rows), litres=int(holder[1] or 0) if holder else 0,
        last_deed_on=holder[2] if holder else None, mine=mine, photos=photos,
    )  # fmt: skip


def adoption_of(db: Session, id: int) -> Adoption | None:
    """One adoption with everything its pages show."""
    return db.scalars(
        select(Adoption)
        .where(Adoption.id == id)
        .options(
            joinedload(Adoption.adoptable).selectinload(Adoptable.areas), joinedload(Adoption.regulation),
            joinedload(Adoption.account), selectinload(Adoption.plants), selectinload(Adoption.accepted),
            selectinload(Adoption.carers).joinedload(CoAdopter.account),
        )
    ).one_or_none()  # fmt: skip


def open_adoption(db: Session, place_id: int, account_id: int) -> Adoption | None:
    """The one request or adoption of an account for a place from which something may still come."""
    id = db.scalar(
        select(Adoption.id).where(
            Adoption.adoptable_id == place_id, Adoption.account_id == account_id, Adoption.state.in_(OPEN)
        )
    )
    return adoption_of(db, id) if id is not None else None


def cared_for_by(db: Session, account_id: int) -> Sequence[Adoption]:
    """All that somebody asked for, holds or cares for along, newest first."""
    along = select(CoAdopter.adoption_id).where(CoAdopter.account_id == account_id)
    return db.scalars(
        select(Adoption)
        .where((Adoption.account_id == account_id) | Adoption.id.in_(along))
        .options(joinedload(Adoption.adoptable))
        .order_by(Adoption.id.desc())
        .limit(100)
    ).all()


def entries_of(db: Session, adoption_id: int, *, limit: int = 50) -> Sequence[CareEntry]:
    """The care log, latest first."""
    return db.scalars(
        select(CareEntry)
        .where(CareEntry.adoption_id == adoption_id)
        .order_by(CareEntry.done_on.desc(), CareEntry.id.desc())
        .limit(limit)
    ).all()


def place_in_line(db: Session, adoption: Adoption) -> int:
    """How many stand before somebody on the waiting list, and they themselves."""
    earlier = select(func.count()).select_from(Adoption).where(
        Adoption.adoptable_id == adoption.adoptable_id, Adoption.state == AdoptionState.WAITING,
        Adoption.queue_number <= adoption.queue_number,
    )  # fmt: skip
    return db.scalar(earlier) or 0


def photo_of(db: Session, *, adoption_id: int | None = None, report_id: int | None = None,
             moment: Moment) -> PitPhoto | None:  # fmt: skip
    """The latest photo of one moment that goes with a request or a report."""
    query = select(PitPhoto).where(PitPhoto.moment == moment).options(selectinload(PitPhoto.pictures))
    if adoption_id is not None:
        query = query.where(PitPhoto.adoption_id == adoption_id)
    if report_id is not None:
        query = query.where(PitPhoto.report_id == report_id)
    return db.scalars(query.order_by(PitPhoto.id.desc()).limit(1)).first()


def photo_for_staff(db: Session, name: str) -> PitPhoto | None:
    """The photo of which a picture has this name."""
    return db.scalars(
        select(PitPhoto).join(Picture, Picture.submission_id == PitPhoto.id).where(Picture.name == name)
        .options(joinedload(PitPhoto.adoptable).selectinload(Adoptable.areas))
    ).one_or_none()  # fmt: skip


@dataclass(frozen=True, slots=True)
class AreaNumbers:
    """One area in numbers."""

    name: str
    pits: int
    free: int
    adopted: int
    litres: int


def numbers_by_area(db: Session, partition: str) -> list[AreaNumbers]:
    """Pits and adopted pits per area, and the litres that were given there. Two statements."""
    litres: dict[int, int] = {
        id: int(total)
        for id, total in db.execute(
            select(adoptable_areas.c.area_id, func.sum(CareEntry.litres))
            .join(Adoption, Adoption.adoptable_id == adoptable_areas.c.adoptable_id)
            .join(CareEntry, CareEntry.adoption_id == Adoption.id)
            .where(CareEntry.deed == Deed.WATERED)
            .group_by(adoptable_areas.c.area_id)
        )
    }
    rows = db.execute(
        select(
            Area.id, Area.name, func.count(), func.count().filter(Adoptable.state == PitState.AVAILABLE),
            func.count().filter(Adoptable.state == PitState.ADOPTED),
        )
        .join(adoptable_areas, adoptable_areas.c.area_id == Area.id)
        .join(Adoptable, Adoptable.id == adoptable_areas.c.adoptable_id)
        .join(Partition, Partition.id == Area.partition_id)
        .where(Partition.code == partition, Adoptable.kind == "boomspiegel", Adoptable.state != PitState.REMOVED)
        .group_by(Area.id, Area.name)
        .order_by(Area.name)
    )  # fmt: skip
    return [AreaNumbers(name, pits, free, adopted, litres.get(id, 0)) for id, name, pits, free, adopted in rows]


def adopted_species(db: Session, *, limit: int = 12) -> list[tuple[str, int]]:
    """The trees that residents care for most."""
    rows = db.execute(
        select(Adoptable.species, func.count())
        .where(Adoptable.kind == "boomspiegel", Adoptable.state == PitState.ADOPTED)
        .group_by(Adoptable.species)
        .order_by(func.count().desc(), Adoptable.species)
        .limit(limit)
    )
    return [(species, number) for species, number in rows]


def free_and_adopted(db: Session) -> tuple[int, int]:
    """How many pits are free and how many adopted. One statement."""
    free, adopted = db.execute(
        select(func.count().filter(Adoptable.state == PitState.AVAILABLE),
               func.count().filter(Adoptable.state == PitState.ADOPTED)).where(Adoptable.kind == "boomspiegel")
    ).one()  # fmt: skip
    return int(free), int(adopted)


_ASKED = (
    select(Adoption.id, Adoptable.place, Adoption.state, Adoption.offer_until, Adoption.mend_by)
    .join(Adoptable, Adoptable.id == Adoption.adoptable_id)
    .where(
        Adoption.account_id == bindparam("me"),
        Adoption.state.in_((AdoptionState.OFFERED, AdoptionState.CHANGES_ASKED))
        | ((Adoption.state == AdoptionState.ACTIVE) & (Adoption.check_due_on <= bindparam("today"))),
    )
    .order_by(Adoption.id)
    .limit(5)
)
"""Built once: every page of who signed in asks it."""


def asked_of(db: Session, account_id: int, *, today: date) -> Sequence[Any]:
    """What waits for an answer of somebody: id, place, state and the days that belong to it."""
    return db.execute(_ASKED, {"me": account_id, "today": today}).all()


def carers_in(area_id: int | None) -> Any:
    """As a query of account ids: everybody who cares for a pit in an area, or anywhere."""
    there = select(Adoption.id).where(Adoption.state.in_(CARING))
    if area_id is not None:
        there = there.where(
            Adoption.adoptable_id.in_(
                select(adoptable_areas.c.adoptable_id).where(adoptable_areas.c.area_id == area_id)
            )
        )
    holders = select(Adoption.account_id).where(Adoption.id.in_(there), Adoption.account_id.is_not(None))
    return holders.union(select(CoAdopter.account_id).where(CoAdopter.adoption_id.in_(there))).subquery()


def drought_calls(db: Session, *, limit: int = 20) -> Sequence[tuple[DroughtCall, str | None]]:
    """Calls for water so far with the name of their area, latest first."""
    rows = db.execute(
        select(DroughtCall, Area.name)
        .outerjoin(Area, Area.id == DroughtCall.area_id)
        .order_by(DroughtCall.id.desc())
        .limit(limit)
    )
    return [(call, name) for call, name in rows]


def in_reach(area_ids: Collection[int] | None) -> Any:
    """As a condition: the place lies in these areas; None is everywhere."""
    if area_ids is None:
        return Adoptable.id.is_not(None)
    return Adoptable.id.in_(select(adoptable_areas.c.adoptable_id).where(adoptable_areas.c.area_id.in_(list(area_ids))))


def held_by(db: Session, place_id: int) -> Adoption | None:
    """The adoption that keeps a place, with its account."""
    return db.scalars(
        select(Adoption)
        .where(and_(Adoption.adoptable_id == place_id, Adoption.state.in_(HOLDING)))
        .options(joinedload(Adoption.account))
    ).one_or_none()


def report_of(db: Session, id: int) -> PitReport | None:
    """One report with its place and areas."""
    return db.scalars(
        select(PitReport)
        .where(PitReport.id == id)
        .options(joinedload(PitReport.adoptable).selectinload(Adoptable.areas))
    ).one_or_none()

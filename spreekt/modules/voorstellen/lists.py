"""Lists of public proposals: filters, order, pages, counts, and what waits for an answer. Reads only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, false, func, select
from sqlalchemy.orm import Session

from spreekt.moderation.models import State, Submission, submission_areas
from spreekt.modules.voorstellen.models import (
    PROPOSALS,
    AnswerKind,
    Stage,
    is_overdue,
    stage_of,
)
from spreekt.modules.voorstellen.words import MOST_WORDS, words_of
from spreekt.territory.models import Area, Partition, Street

P = PROPOSALS
S = cast(Table, Submission.__table__)


class Sort(StrEnum):
    """The orders of the list; the word in addresses."""

    NEWEST = "nieuwste"
    OLDEST = "oudste"
    SUPPORT = "steun"
    DUE = "antwoord"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader asked for. `borough` is the partition that residents choose from."""

    borough: str
    area: str = ""
    theme: str = ""
    stage: Stage | None = None
    words: str = ""
    sort: Sort = Sort.NEWEST

    @property
    def narrows(self) -> bool:
        return bool(self.area or self.theme or self.stage or self.words)


@dataclass(frozen=True, slots=True)
class Listed:
    """One proposal in a list, with nothing that a list does not show."""

    id: int
    title: str
    summary: str
    theme: str
    published_at: datetime
    support_count: int
    support_needed: int
    threshold_reached_at: datetime | None
    answer_due_on: date | None
    answered_at: datetime | None
    latest_answer: AnswerKind | None
    street: str | None
    latitude: float | None
    longitude: float | None
    areas: str | None

    @property
    def stage(self) -> Stage:
        return stage_of(self.threshold_reached_at, self.answered_at)

    def is_overdue(self, today: date) -> bool:
        return is_overdue(self.answer_due_on, self.answered_at, today)


def _area_names(borough: str) -> Any:
    return (
        select(func.aggregate_strings(Area.name, ", "))
        .join(submission_areas, submission_areas.c.area_id == Area.id)
        .join(Partition, Partition.id == Area.partition_id)
        .where(submission_areas.c.submission_id == S.c.id, Partition.code == borough)
        .correlate(S)
        .scalar_subquery()
    )


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """Only what is public, and of that what was asked for."""
    found: list[ColumnElement[bool]] = [S.c.kind == "voorstel", S.c.state == State.PUBLISHED]
    if filters.area:
        there = (
            select(submission_areas.c.submission_id)
            .join(Area, Area.id == submission_areas.c.area_id)
            .join(Partition, Partition.id == Area.partition_id)
            .where(Area.code == filters.area, Partition.code == filters.borough)
        )
        found.append(S.c.id.in_(there))
    if filters.theme:
        found.append(P.c.theme == filters.theme)
    if filters.stage is not None:
        found += {
            Stage.OPEN: [P.c.threshold_reached_at.is_(None), P.c.answered_at.is_(None)],
            Stage.WAITING: [P.c.threshold_reached_at.is_not(None), P.c.answered_at.is_(None)],
            Stage.ANSWERED: [P.c.answered_at.is_not(None)],
        }[filters.stage]
    if filters.words:
        words = words_of(filters.words)[:MOST_WORDS]
        found += [P.c.search_key.contains(f" {word}", autoescape=True) for word in words] or [false()]
    return found


def _order(sort: Sort) -> tuple[Any, ...]:
    return {
        Sort.NEWEST: (S.c.published_at.desc(), S.c.id.desc()),
        Sort.OLDEST: (S.c.published_at, S.c.id),
        Sort.SUPPORT: (P.c.support_count.desc(), S.c.published_at.desc(), S.c.id.desc()),
        Sort.DUE: (
            P.c.answered_at.is_not(None),
            P.c.answer_due_on.is_(None),
            P.c.answer_due_on,
            S.c.published_at.desc(),
            S.c.id.desc(),
        ),
    }[sort]


def _listed(filters: Filters) -> Select[Any]:
    return (
        select(
            S.c.id, S.c.title, P.c.summary, P.c.theme, S.c.published_at, P.c.support_count, P.c.support_needed,
            P.c.threshold_reached_at, P.c.answer_due_on, P.c.answered_at, P.c.latest_answer,
            Street.name.label("street"),
            func.coalesce(P.c.latitude, Street.latitude).label("latitude"),
            func.coalesce(P.c.longitude, Street.longitude).label("longitude"),
            _area_names(filters.borough).label("areas"),
        )
        .select_from(S.join(P, P.c.id == S.c.id))
        .outerjoin(Street, Street.id == P.c.street_id)
        .where(*_conditions(filters))
        .order_by(*_order(filters.sort))
    )  # fmt: skip


def count(db: Session, filters: Filters) -> int:
    """How many proposals fit. Without a filter an index answers, whatever the texts weigh."""
    source = S.join(P, P.c.id == S.c.id) if filters.theme or filters.stage or filters.words else S
    return db.scalar(select(func.count()).select_from(source).where(*_conditions(filters))) or 0


def listed(db: Session, filters: Filters, *, limit: int, offset: int = 0) -> list[Listed]:
    """Published proposals as the list shows them. One statement, whatever it finds."""
    return [Listed(*row) for row in db.execute(_listed(filters).limit(limit).offset(offset))]


def on_the_map(db: Session, filters: Filters, *, limit: int) -> list[Listed]:
    """The same list, as far as it has a place on the map."""
    placed = _listed(filters).where(func.coalesce(P.c.latitude, Street.latitude).is_not(None))
    return [Listed(*row) for row in db.execute(placed.limit(limit))]


def to_answer(db: Session, *, borough: str, area_ids: Collection[int] | None, limit: int, offset: int) -> list[Listed]:
    """Proposals that wait for an answer in these areas (None: everywhere), the longest waiting first."""
    query = _listed(Filters(borough=borough, stage=Stage.WAITING, sort=Sort.DUE))
    return [Listed(*row) for row in db.execute(_within(query, area_ids).limit(limit).offset(offset))]


def count_to_answer(db: Session, *, area_ids: Collection[int] | None, today: date) -> tuple[int, int]:
    """How many wait for an answer in these areas, and how many of those are late."""
    late = func.count().filter(P.c.answer_due_on < today)
    query = (
        select(func.count(), late)
        .select_from(S.join(P, P.c.id == S.c.id))
        .where(*_conditions(Filters(borough="", stage=Stage.WAITING)))
    )
    row = db.execute(_within(query, area_ids)).one()
    return int(row[0]), int(row[1])


def _within(query: Any, area_ids: Collection[int] | None) -> Any:
    if area_ids is None:
        return query
    return query.where(
        S.c.id.in_(select(submission_areas.c.submission_id).where(submission_areas.c.area_id.in_(area_ids)))
    )


def totals(db: Session) -> tuple[int, int]:
    """How many proposals take support now, and how many times residents supported one."""
    row = db.execute(
        select(func.count(), func.coalesce(func.sum(P.c.support_count), 0))
        .select_from(S.join(P, P.c.id == S.c.id))
        .where(*_conditions(Filters(borough="", stage=Stage.OPEN)))
    ).one()
    return int(row[0]), int(row[1])

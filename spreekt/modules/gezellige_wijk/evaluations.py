"""Evaluating what was held: the organiser answers a few fixed questions once; staff read totals. No reports here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError, Invalid, NotThere
from spreekt.kernel.text import clean_text
from spreekt.modules.gezellige_wijk.models import RequestState, StreetRequest, request_areas
from spreekt.modules.gezellige_wijk.report_models import Evaluation
from spreekt.modules.gezellige_wijk.workflow import writes

SCORES = ("asking", "help", "safety", "neighbours")
OVER = frozenset({RequestState.HELD, RequestState.REPORTED, RequestState.CLOSED})


class OnceOnly(DomainError):
    says = N_("Evalueren kan als het voorbij is, en één keer.")


@dataclass(frozen=True, slots=True)
class Totals:
    """What everybody together says: an average per score, rounded to tenths; None without answers."""

    number: int
    averages: dict[str, float | None]
    again: int


def evaluation_of(db: Session, request_id: int) -> Evaluation | None:
    return db.scalars(select(Evaluation).where(Evaluation.request_id == request_id)).one_or_none()


def may_evaluate(db: Session, request: StreetRequest) -> bool:
    """Whether it is over and nobody evaluated it yet."""
    return request.state in OVER and evaluation_of(db, request.id) is None


def give(
    db: Session, request: StreetRequest, scores: dict[str, int], *, again: bool, words: str, by: Actor, now: datetime
) -> Evaluation:
    """Keep the answers of the organiser. Raises NotThere for others, OnceOnly before its time or the second time."""
    if not writes(by, request):
        raise NotThere
    if set(scores) != set(SCORES) or not all(1 <= score <= 5 for score in scores.values()):
        raise Invalid(N_("Geef bij elke vraag één tot vijf sterren."))
    if not may_evaluate(db, request):
        raise OnceOnly
    made = Evaluation(
        request_id=request.id, again=again, words=clean_text(words, most=1000).strip(), given_at=now, **scores
    )
    try:
        with db.begin_nested():
            db.add(made)
            db.flush()
    except IntegrityError:  # pressed twice at once
        raise OnceOnly from None
    return made


def totals(db: Session, *, area_ids: Collection[int] | None) -> Totals:
    """All evaluations in these areas (None: everywhere) together, in one statement."""
    averages = [func.avg(getattr(Evaluation, name)) for name in SCORES]
    query = select(func.count(Evaluation.id), func.count().filter(Evaluation.again), *averages)
    if area_ids is not None:
        query = query.where(_in(area_ids))
    number, again, *found = db.execute(query).one()
    rounded = [None if value is None else round(float(value), 1) for value in found]
    return Totals(number, dict(zip(SCORES, rounded, strict=True)), again)


def with_words(db: Session, *, area_ids: Collection[int] | None, limit: int = 100) -> Sequence[Evaluation]:
    """Evaluations that say something in words, newest first. One statement."""
    query = select(Evaluation).where(Evaluation.words != "").options(joinedload(Evaluation.request))
    if area_ids is not None:
        query = query.where(_in(area_ids))
    return db.scalars(query.order_by(Evaluation.given_at.desc(), Evaluation.id.desc()).limit(limit)).all()


def _in(area_ids: Collection[int]) -> ColumnElement[bool]:
    here = select(request_areas.c.request_id).where(request_areas.c.area_id.in_(area_ids))
    return Evaluation.request_id.in_(here)

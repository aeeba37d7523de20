"""Proposals that look alike, to show before somebody sends theirs. Compares words; understands nothing.

One statement picks at most 60 candidates that share a telling word of the title, those in the same areas first and then
the newest; only these are compared. A twin in other words ("zetel" for "bank") or beyond the 60 is not found.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from spreekt.moderation.models import State, Submission, submission_areas
from spreekt.modules.voorstellen.models import PROPOSALS, Stage, stage_of
from spreekt.modules.voorstellen.words import folded, telling_words

MOST_CANDIDATES = 60
MOST_WORDS = 6
STEM = 7
"""Letters of a word that must be the same, so that "boekenhuisjes" finds "boekenhuisje"."""
SHOWN = 5
ALIKE = 0.22
"""From this likeness on, 0 to 1, a proposal is shown; chosen on the fifteen demo proposals and rewordings of them."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A published proposal that looks like the one being written."""

    id: int
    title: str
    summary: str
    support_count: int
    stage: Stage
    likeness: float


def likeness(title: str, body: str, other_title: str, other_body: str) -> float:
    """How much two proposals look alike, 0 to 1: half the letters of the titles, half the telling words of all."""
    return (
        _overlap(_trigrams(title), _trigrams(other_title)) + _shared_words(title, body, other_title, other_body)
    ) / 2


def similar(db: Session, *, title: str, body: str, area_ids: Collection[int], but: int | None = None) -> list[Alike]:
    """At most five published proposals that look like this one, most alike first. One statement."""
    stems = [word[:STEM] for word in telling_words(title)[:MOST_WORDS]]
    if not stems:
        return []
    here = (
        select(func.count())
        .select_from(submission_areas)
        .where(submission_areas.c.submission_id == Submission.id, submission_areas.c.area_id.in_(area_ids))
        .scalar_subquery()
    )
    table = PROPOSALS
    rows = db.execute(
        select(
            Submission.id,
            Submission.title,
            Submission.body,
            table.c.summary,
            table.c.support_count,
            table.c.threshold_reached_at,
            table.c.answered_at,
        )
        .join(table, table.c.id == Submission.id)
        .where(
            Submission.kind == "voorstel",
            Submission.state == State.PUBLISHED,
            Submission.id != (but or 0),
            or_(*(table.c.search_key.contains(stem, autoescape=True) for stem in stems)),
        )
        .order_by(case((here > 0, 0), else_=1), Submission.published_at.desc(), Submission.id)
        .limit(MOST_CANDIDATES)
    ).all()
    found = [
        Alike(
            row.id,
            row.title,
            row.summary,
            row.support_count,
            stage_of(row.threshold_reached_at, row.answered_at),
            likeness(title, body, row.title, row.body),
        )
        for row in rows
    ]
    alike = [each for each in found if each.likeness >= ALIKE]
    return sorted(alike, key=lambda each: (-each.likeness, -each.id))[:SHOWN]


def _trigrams(text: str) -> set[str]:
    padded = f"  {' '.join(telling_words(text)) or folded(text)} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


def _shared_words(title: str, body: str, other_title: str, other_body: str) -> float:
    """The share of telling words, by their stems; words of a title count as often as they weigh: twice."""
    ours, theirs = _stems(title), _stems(other_title)
    return (2 * _overlap(ours, theirs) + _overlap(ours | _stems(body), theirs | _stems(other_body))) / 3


def _stems(text: str) -> set[str]:
    return {word[:STEM] for word in telling_words(text)}


def _overlap(ours: set[str], theirs: set[str]) -> float:
    """Twice what is shared over what there is (Dice)."""
    return 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours and theirs else 0.0

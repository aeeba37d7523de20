"""The public log: what was decided, under which rule. Never who wrote, who judged or what they said to each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from spreekt.moderation.models import Comment, Decision, State, Submission
from spreekt.moderation.queries import kind_names

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class LogLine:
    """One decision as the public reads it. The title is empty when the item is not public now."""

    id: int
    submission_id: int
    kind: str
    kind_name: str
    title: str
    act: str
    reason_code: str
    rule: str
    decided_at: datetime

    @property
    def is_public(self) -> bool:
        return bool(self.title)


def decided(db: Session, *, number: int = 1, per_page: int = PER_PAGE) -> tuple[Sequence[LogLine], int]:
    """One page of the log, newest first, and how long it is, in one statement."""
    subject = aliased(Submission.__table__, name="subjects")
    comment = Comment.__table__
    item = Submission.__table__
    is_public = and_(item.c.state == State.PUBLISHED, or_(comment.c.id.is_(None), subject.c.state == State.PUBLISHED))
    rows = db.execute(
        select(
            Decision.id,
            Decision.submission_id,
            item.c.kind,
            func.coalesce(subject.c.title, item.c.title).label("title"),
            is_public.label("is_public"),
            Decision.act,
            Decision.reason_code,
            Decision.rule,
            Decision.decided_at,
            func.count().over().label("total"),
        )
        .join(item, item.c.id == Decision.submission_id)
        .outerjoin(comment, comment.c.id == item.c.id)
        .outerjoin(subject, subject.c.id == comment.c.subject_id)
        .order_by(Decision.id.desc())
        .limit(per_page)
        .offset((number - 1) * per_page)
    ).all()
    names = kind_names()
    lines = [
        LogLine(
            id=row.id,
            submission_id=row.submission_id,
            kind=row.kind,
            kind_name=names.get(row.kind, row.kind),
            title=row.title if row.is_public else "",
            act=row.act,
            reason_code=row.reason_code,
            rule=row.rule,
            decided_at=row.decided_at,
        )
        for row in rows
    ]
    return lines, rows[0].total if rows else 0

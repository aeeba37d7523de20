"""Reactions under anything that is public: writing one, mending it, and reading them page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from spreekt.identity.models import ERASED_NAME, Account
from spreekt.kernel.actor import SYSTEM, Actor
from spreekt.kernel.errors import Forbidden, Invalid, NotThere
from spreekt.kernel.text import TextRefused, clean_text
from spreekt.moderation.domain import keep_revision, move, submit, write
from spreekt.moderation.models import Comment, State, Submission

LONGEST = 2000
"""Characters of one reaction, as a reader sees them."""
PER_PAGE = 20
SHOWN_TO_AUTHOR = (State.PENDING, State.CHANGES_ASKED, State.REJECTED, State.HIDDEN)
"""What its author still sees in place while others do not."""


@dataclass(frozen=True, slots=True)
class Screening:
    """Which reactions a moderator sees before they appear. Source: house rules of the city."""

    first_posts: int = 1
    """How many contributions of one account must have been published before its reactions appear at once."""
    screens_all: bool = False
    """For a debate in its last days, where every reaction waits."""

    def holds(self, *, published_before: int, flags: str) -> bool:
        """Whether a reaction waits for a moderator."""
        return self.screens_all or bool(flags) or published_before < self.first_posts


FIRST_POST = Screening()


@dataclass(frozen=True, slots=True)
class Reaction:
    """One reaction as a reader sees it; `body_html` is safe to show."""

    id: int
    body_html: str
    author_name: str
    at: datetime
    state: State
    is_own: bool

    @property
    def is_public(self) -> bool:
        return self.state == State.PUBLISHED


@dataclass(frozen=True, slots=True)
class Thread:
    """One page of the reactions under one subject. `total` counts what everybody sees and what is one's own."""

    subject_id: int
    items: Sequence[Reaction]
    total: int
    number: int
    newest_first: bool
    reader_id: int | None
    """Who reads; nobody without an account writes."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PER_PAGE))


def published_before(db: Session, account_id: int) -> int:
    """How many contributions of an account are public now."""
    statement = (
        select(func.count())
        .select_from(Submission)
        .where(Submission.author_id == account_id, Submission.state == State.PUBLISHED)
    )
    return db.scalar(statement) or 0


def write_comment(
    db: Session, subject: Submission, *, body: str, by: Actor, now: datetime, screening: Screening = FIRST_POST
) -> Comment:
    """React to something public. It appears at once, or waits for a moderator when the screening says so.

    Raises NotThere when the subject is not public, Invalid when the text cannot be taken as it is.
    """
    if not subject.is_public or isinstance(subject, Comment):
        raise NotThere
    if by.id is None:
        raise Forbidden
    comment = Comment(author_id=by.id, subject=subject, areas=list(subject.areas), created_at=now)
    write(comment, title=subject.title, body=taken(body))
    db.add(comment)
    db.flush()
    earlier = published_before(db, by.id)
    submit(db, comment, by=by, now=now)
    if not screening.holds(published_before=earlier, flags=comment.flags):
        move(db, comment, "appear", by=SYSTEM, now=now)
        keep_revision(db, comment, now=now)
    db.flush()
    return comment


def mend_comment(db: Session, comment: Comment, *, body: str, by: Actor, now: datetime) -> None:
    """The author changed a reaction that a moderator did not let through; it waits again."""
    if comment.author_id != by.id:
        raise NotThere
    write(comment, title=comment.title, body=taken(body))
    submit(db, comment, by=by, now=now)


def taken(body: str) -> str:
    """A reaction as it is stored. Raises Invalid with what to do when it is empty, too long or unreadable."""
    try:
        return clean_text(body, most=LONGEST, least=2)
    except TextRefused as refusal:
        raise Invalid(str(refusal)) from None


def thread(
    db: Session, subject_id: int, *, reader_id: int | None = None, number: int = 1, newest_first: bool = True
) -> Thread:
    """One page of reactions, with the names of who wrote them, in one statement."""
    seen = Comment.state == State.PUBLISHED
    if reader_id is not None:
        seen = or_(seen, and_(Comment.author_id == reader_id, Comment.state.in_(SHOWN_TO_AUTHOR)))
    moment = func.coalesce(Comment.published_at, Comment.created_at)
    order = (moment.desc(), Comment.id.desc()) if newest_first else (moment, Comment.id)
    rows = db.execute(
        select(
            Comment.id,
            Comment.body_html,
            Comment.state,
            Comment.author_id,
            moment.label("at"),
            Account.display_name,
            Account.erased_at,
            func.count().over().label("total"),
        )
        .outerjoin(Account, Account.id == Comment.author_id)
        .where(Comment.subject_id == subject_id, seen)
        .order_by(*order)
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    ).all()
    items = [
        Reaction(
            id=row.id,
            body_html=row.body_html,
            author_name=ERASED_NAME if row.erased_at or row.display_name is None else row.display_name,
            at=row.at,
            state=row.state,
            is_own=reader_id is not None and row.author_id == reader_id,
        )
        for row in rows
    ]
    return Thread(subject_id, items, rows[0].total if rows else 0, number, newest_first, reader_id)


def page_of(db: Session, comment: Comment) -> int:
    """On which page of its thread, newest first, everybody finds a published reaction."""
    later = (
        select(func.count())
        .select_from(Comment)
        .where(
            Comment.subject_id == comment.subject_id,
            Comment.state == State.PUBLISHED,
            or_(
                Comment.published_at > comment.published_at,
                and_(Comment.published_at == comment.published_at, Comment.id > comment.id),
            ),
        )
    )
    return 1 + (db.scalar(later) or 0) // PER_PAGE

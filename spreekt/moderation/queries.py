"""What the desk asks of the database: the queue over all kinds, how much waits, and everything about one item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased, joinedload, with_polymorphic

from spreekt.identity.models import Account
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.errors import NotThere
from spreekt.moderation.models import (
    Decision,
    Report,
    ReportState,
    Revision,
    State,
    Submission,
    submission_areas,
)
from spreekt.moderation.relations import lives_with
from spreekt.territory.models import Area

PER_PAGE = 20
AT_THE_DESK = (State.PENDING, State.CHANGES_ASKED, State.PUBLISHED, State.HIDDEN, State.REJECTED)
"""What staff may look up. A draft is nobody's business."""
NOBODY_YET = "niemand"
MINE = "mij"


@dataclass(frozen=True, slots=True)
class Filters:
    """What part of the queue somebody wants to see; empty means all."""

    state: State = State.PENDING
    kind: str = ""
    area: str = ""
    assignee: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the queue."""

    id: int
    kind_name: str
    title: str
    state: State
    since: datetime
    due_at: datetime | None
    flags: str
    assignee_name: str | None
    areas: tuple[str, ...]

    def is_overdue(self, now: datetime) -> bool:
        return self.state == State.PENDING and self.due_at is not None and self.due_at < now


@dataclass(frozen=True, slots=True)
class Counts:
    """How much waits for this member of staff."""

    overdue: int
    waiting: int
    mine: int
    reports: int


@dataclass(frozen=True, slots=True)
class Docket:
    """One item and who asked for it."""

    submission: Submission
    lives_with_author: bool


def kind_names() -> Mapping[str, str]:
    """Every kind of submission that is plugged in, with its Dutch name."""
    return {
        str(kind): mapper.class_.kind_name
        for kind, mapper in Submission.__mapper__.polymorphic_map.items()
        if mapper.class_ is not Submission
    }


def in_reach(actor: Actor) -> ColumnElement[bool]:
    """The rule of workflow.may_judge as a condition: which submissions this member of staff judges."""
    reach: list[ColumnElement[bool]] = [false()]
    lies = Submission.id == submission_areas.c.submission_id
    for grant in actor.grants:
        if grant.role not in {Role.MODERATOR, Role.AREA_WORKER}:
            continue
        condition: ColumnElement[bool] = true()
        if grant.area_id is not None:
            condition = exists().where(lies, submission_areas.c.area_id == grant.area_id)
            if grant.role is Role.MODERATOR:
                condition = or_(condition, ~exists().where(lies))
        elif grant.role is Role.AREA_WORKER:
            condition = exists().where(lies)
        reach.append(and_(condition, Submission.kind == grant.module) if grant.module else condition)
    return or_(*reach)


def queue(db: Session, actor: Actor, filters: Filters, *, number: int = 1) -> tuple[Sequence[Waiting], int]:
    """One page of the queue and how long it is: what is due first comes first. Two statements, whatever the kinds."""
    statement = _filtered(actor, filters)
    worker = aliased(Account)
    newest_first = filters.state not in {State.PENDING, State.CHANGES_ASKED}
    since = func.coalesce(Submission.submitted_at, Submission.created_at)
    order = (since.desc(), Submission.id.desc()) if newest_first else (Submission.due_at, since, Submission.id)
    rows = db.execute(
        select(
            Submission.id,
            Submission.kind,
            Submission.title,
            Submission.state,
            since.label("since"),
            Submission.due_at,
            Submission.flags,
            worker.display_name,
            func.count().over().label("total"),
        )
        .outerjoin(worker, worker.id == Submission.assignee_id)
        .where(*statement)
        .order_by(*order)
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    ).all()
    areas = _area_names(db, [row.id for row in rows])
    names = kind_names()
    lines = [
        Waiting(
            id=row.id,
            kind_name=names.get(row.kind, row.kind),
            title=row.title,
            state=row.state,
            since=row.since,
            due_at=row.due_at,
            flags=row.flags,
            assignee_name=row.display_name,
            areas=areas.get(row.id, ()),
        )
        for row in rows
    ]
    return lines, rows[0].total if rows else 0


def next_waiting(db: Session, actor: Actor, *, after: int) -> int | None:
    """The item to open after this one: due first, nobody else's, not one's own."""
    free = or_(Submission.assignee_id.is_(None), Submission.assignee_id == actor.id)
    others = or_(Submission.author_id.is_(None), Submission.author_id != actor.id)
    return db.scalar(
        select(Submission.id)
        .where(*_filtered(actor, Filters()), free, others, Submission.id != after)
        .order_by(Submission.due_at, Submission.id)
        .limit(1)
    )


def counts(db: Session, actor: Actor, *, now: datetime) -> Counts:
    """How much waits, in one statement."""
    undecided = (
        select(func.count(Report.id))
        .join(Submission, Submission.id == Report.submission_id)
        .where(Report.state.in_((ReportState.OPEN, ReportState.ASSIGNED)), in_reach(actor))
        .scalar_subquery()
    )
    row = db.execute(
        select(
            func.count().label("waiting"),
            func.coalesce(func.sum(case((Submission.due_at < now, 1), else_=0)), 0).label("overdue"),
            func.coalesce(func.sum(case((Submission.assignee_id == actor.id, 1), else_=0)), 0).label("mine"),
            undecided.label("reports"),
        ).where(Submission.state == State.PENDING, in_reach(actor))
    ).one()
    return Counts(overdue=row.overdue, waiting=row.waiting, mine=row.mine, reports=row.reports)


def docket(db: Session, actor: Actor, submission_id: int) -> Docket:
    """An item within reach, with its author, areas, photos and subject, in one statement. Raises NotThere."""
    every = with_polymorphic(Submission, "*")
    subject = aliased(Submission.__table__, name="subjects")
    subject_author = (
        select(subject.c.author_id).where(subject.c.id == every.Comment.subject_id).correlate(every).scalar_subquery()
    )
    reachable = exists().where(Submission.id == every.id, in_reach(actor))
    row = (
        db.execute(
            select(every, lives_with(actor.id, every.author_id, subject_author))
            .where(every.id == submission_id, every.state != State.DRAFT, reachable)
            .options(
                joinedload(every.author),
                joinedload(every.assignee),
                joinedload(every.areas),
                joinedload(every.pictures),
                joinedload(every.Comment.subject),
            )
            .execution_options(populate_existing=True)
        )
        .unique()
        .one_or_none()
    )
    if row is None:
        raise NotThere
    return Docket(submission=row[0], lives_with_author=bool(row[1]))


def text_before(db: Session, submission: Submission) -> Revision | None:
    """The last text that was kept and differs from the one of now."""
    kept = select(Revision).where(Revision.submission_id == submission.id).order_by(Revision.number.desc()).limit(2)
    now = (submission.title, submission.body)
    return next((text for text in db.scalars(kept) if (text.title, text.body) != now), None)


def judged(db: Session, submission: Submission, *, most: int = 20) -> Sequence[Decision]:
    """Decisions on this item and on other items of its author, newest first, in one statement."""
    statement = select(Decision).join(Decision.submission).options(joinedload(Decision.decided_by))
    about = Decision.submission_id == submission.id
    if submission.author_id is not None:
        about = or_(about, Submission.author_id == submission.author_id)
    return db.scalars(statement.where(about).order_by(Decision.id.desc()).limit(most)).all()


def history(db: Session, author_id: int | None) -> Mapping[State, int]:
    """How many contributions of an account stand in each state, drafts aside."""
    if author_id is None:
        return {}
    counted = (
        select(Submission.state, func.count().label("number"))
        .where(Submission.author_id == author_id, Submission.state != State.DRAFT)
        .group_by(Submission.state)
    )
    return {row.state: row.number for row in db.execute(counted)}


def reports_on(db: Session, submission: Submission, *, most: int = 20) -> Sequence[Report]:
    """What readers said about an item, newest first; not who they are."""
    here = select(Report).where(Report.submission_id == submission.id)
    return db.scalars(here.order_by(Report.id.desc()).limit(most)).all()


def areas_to_choose(db: Session) -> Sequence[tuple[str, str]]:
    """Code and name of every area that has submissions could lie in, by name."""
    rows = db.execute(select(Area.code, func.min(Area.name)).group_by(Area.code).order_by(func.min(Area.name)))
    return [(code, name) for code, name in rows]


def _filtered(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [Submission.state == filters.state, in_reach(actor)]
    if filters.kind:
        conditions.append(Submission.kind == filters.kind)
    if filters.area:
        inside = select(submission_areas.c.submission_id).join(Area, Area.id == submission_areas.c.area_id)
        conditions.append(Submission.id.in_(inside.where(Area.code == filters.area)))
    if filters.assignee == MINE:
        conditions.append(Submission.assignee_id == actor.id)
    elif filters.assignee == NOBODY_YET:
        conditions.append(Submission.assignee_id.is_(None))
    return conditions


def _area_names(db: Session, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    rows = db.execute(
        select(submission_areas.c.submission_id, Area.name)
        .join(Area, Area.id == submission_areas.c.area_id)
        .where(submission_areas.c.submission_id.in_(ids))
        .order_by(Area.name)
    )
    names: dict[int, tuple[str, ...]] = {}
    for submission_id, name in rows:
        if name not in names.get(submission_id, ()):  # a village is often a deelgemeente and a gebied of one name
            names[submission_id] = (*names.get(submission_id, ()), name)
    return names

"""What the referendum asks of the database. Reads only."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from spreekt.electorate.models import Channel, Poll, UsedRight
from spreekt.kernel.errors import NotThere
from spreekt.modules.referendum.models import (
    BEFORE_OPENING,
    PUBLIC,
    WITH_RESULT,
    Ballot,
    BallotKind,
    Referendum,
    RefusedAttempts,
    RollEntry,
    State,
)
from spreekt.territory.models import Area

WITH_LETTERS_OUT = frozenset(State) - set(BEFORE_OPENING) | {State.CREDENTIALS}


def referendum_with(db: Session, slug: str, *, questions: bool = False) -> Referendum:
    """The referendum of this address, whoever may see it. Raises NotThere."""
    wanted = select(Referendum).where(Referendum.slug == slug)
    if questions:
        wanted = wanted.options(selectinload(Referendum.questions))
    found = db.scalars(wanted).one_or_none()
    if found is None:
        raise NotThere
    return found


def public_referendum(db: Session, slug: str, *, questions: bool = False) -> Referendum:
    """As `referendum_with`, for everybody: not there before it is announced."""
    found = referendum_with(db, slug, questions=questions)
    if not found.is_public:
        raise NotThere
    return found


def public_referenda(db: Session) -> Sequence[Referendum]:
    """Every one that was announced, the latest first."""
    wanted = select(Referendum).join(Poll).where(Referendum.state.in_(PUBLIC)).order_by(Poll.opens_at.desc(), Poll.id)
    return db.scalars(wanted.options(selectinload(Referendum.questions))).all()


def every_referendum(db: Session) -> Sequence[Referendum]:
    """All of them, for staff, the latest first."""
    return db.scalars(select(Referendum).join(Poll).order_by(Poll.opens_at.desc(), Poll.id)).all()


def open_referenda(db: Session, now: datetime) -> Sequence[Referendum]:
    """Where one can vote at this moment, the one that closes first on top."""
    wanted = (
        select(Referendum)
        .join(Poll)
        .where(Referendum.state == State.OPEN, Poll.opens_at <= now, Poll.closes_at > now)
        .order_by(Poll.closes_at, Poll.id)
        .options(selectinload(Referendum.questions))
    )
    return db.scalars(wanted).all()


def proclaimed(db: Session, now: datetime, *, most: int = 3) -> Sequence[Referendum]:
    """The latest results that everybody may see."""
    wanted = (
        select(Referendum)
        .where(Referendum.state.in_(WITH_RESULT), Referendum.publishes_at <= now)
        .order_by(Referendum.publishes_at.desc(), Referendum.id)
        .limit(most)
    )
    return db.scalars(wanted).all()


def rights_used(db: Session, referendum: Referendum) -> dict[Channel, int]:
    """How many rights were used, by door."""
    rows = db.execute(
        select(UsedRight.channel, func.count())
        .where(UsedRight.poll_id == referendum.poll_id)
        .group_by(UsedRight.channel)
    )
    found = dict.fromkeys((Channel.WEB, Channel.PAPER), 0)
    for channel, count in rows:
        found[channel] = found.get(channel, 0) + count
    return found


def voters_in_box(db: Session, referendum: Referendum) -> int:
    """How many different credentials have a ballot in the box."""
    return (
        db.scalar(
            select(func.count(Ballot.credential_hash.distinct())).where(
                Ballot.referendum_id == referendum.id, Ballot.kind == BallotKind.CAST
            )
        )
        or 0
    )


def voters_by_area(db: Session, referendum: Referendum) -> dict[str, int]:
    """Used rights per area, every area of the roll included. For after closing: see outcome.shown_areas."""
    rows = db.execute(
        select(Area.name, func.count(UsedRight.voter_key))
        .select_from(RollEntry)
        .join(Area, Area.id == RollEntry.area_id)
        .outerjoin(
            UsedRight,
            (UsedRight.voter_key == RollEntry.voter_key) & (UsedRight.poll_id == referendum.poll_id),
        )
        .where(RollEntry.referendum_id == referendum.id)
        .group_by(Area.name)
        .order_by(Area.name)
    )
    return {row[0]: row[1] for row in rows}


def refused_attempts(db: Session, referendum: Referendum) -> dict[str, int]:
    """How many attempts were refused, by reason."""
    rows = db.execute(
        select(RefusedAttempts.reason, func.sum(RefusedAttempts.times))
        .where(RefusedAttempts.referendum_id == referendum.id)
        .group_by(RefusedAttempts.reason)
        .order_by(RefusedAttempts.reason)
    )
    return {row[0]: int(row[1]) for row in rows}


def refused_by_hour(db: Session, referendum: Referendum) -> Sequence[RefusedAttempts]:
    """The same by hour, for the audit pack."""
    return db.scalars(
        select(RefusedAttempts)
        .where(RefusedAttempts.referendum_id == referendum.id)
        .order_by(RefusedAttempts.hour, RefusedAttempts.reason)
    ).all()


def at_the_desk(db: Session, now: datetime) -> Sequence[Referendum]:
    """Those for which people come by, the ones that are over last.

    From the letters on, until the key of the roll is thrown away: also after the close, for who did not vote may see
    that nobody else did with their right.
    """
    wanted = (
        select(Referendum)
        .join(Poll)
        .where(Referendum.state.in_(WITH_LETTERS_OUT), Referendum.roll_sha256 != "", Referendum.sealed_key != "")
        .order_by(Poll.closes_at <= now, Poll.closes_at, Poll.id)
    )
    return db.scalars(wanted).all()

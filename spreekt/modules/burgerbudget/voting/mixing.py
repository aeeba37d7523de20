"""While a vote runs: ballots and used rights written anew together, so that no row says when it came, or with which.

PostgreSQL stamps what one transaction wrote with one number and keeps rows in order of arrival. SQLite keeps both
tables in the order of their random keys and numbers nothing, so nothing is done there.
"""

from datetime import datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from spreekt.electorate.domain import mix_rights
from spreekt.electorate.models import Poll
from spreekt.modules.burgerbudget import locks
from spreekt.modules.burgerbudget.models import BudgetBallot, PublishedOutcome, Round

FEWEST = 20
"""So many ballots are mixed together at least while voting goes on: a small heap hides nobody."""
ONE_IN = 50
"""A heap is a fiftieth of the box at least, so that mixing costs a ballot as much in a large box as in a small one."""

_MIX_BALLOTS = text(
    "WITH gone AS (DELETE FROM budget_ballots WHERE round_id = :round_id RETURNING *) "
    "INSERT INTO budget_ballots SELECT * FROM gone ORDER BY id"
)


def mix_waiting(db: Session, now: datetime) -> None:
    """Mix every box that got enough new ballots, and after the close whatever is left. One statement finds them."""
    if not _leaves_traces(db):
        return
    in_box = func.count(BudgetBallot.id)
    counted = select(PublishedOutcome.round_id)
    waiting = (
        select(Round.id, Poll.closes_at, Round.mixed_ballots, in_box)
        .join(Poll, Poll.id == Round.poll_id)
        .join(BudgetBallot, BudgetBallot.round_id == Round.id)
        .where(Round.id.not_in(counted))
        .group_by(Round.id, Poll.closes_at)
        .having(in_box > Round.mixed_ballots)
    )
    for round_id, closes_at, mixed, ballots in db.execute(waiting).all():
        if now >= closes_at or ballots - mixed >= max(FEWEST, ballots // ONE_IN):
            mix(db, db.get_one(Round, round_id))


def mix(db: Session, round: Round) -> None:
    """Write a round's ballots and used rights anew, in the order of their random keys, after every vote under way."""
    if not _leaves_traces(db):
        return
    locks.alone(db, round)
    db.execute(_MIX_BALLOTS, {"round_id": round.id})
    mix_rights(db, round.poll)
    ballots = select(func.count()).where(BudgetBallot.round_id == round.id).scalar_subquery()
    remember = update(Round).where(Round.id == round.id).values(mixed_ballots=ballots)
    db.execute(remember.execution_options(synchronize_session=False))


def _leaves_traces(db: Session) -> bool:
    return db.get_bind().dialect.name == "postgresql"

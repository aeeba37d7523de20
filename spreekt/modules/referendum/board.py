"""The public board: ballots appear in batches, ordered by their own hash, so that no order and no hour tells who voted.

When a batch appears, its ballots and the used rights are written anew in an order of their own: on a database that
numbers transactions or keeps rows in order of arrival, nothing joins them any more.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from spreekt.electorate.domain import mix_rights, turnout
from spreekt.kernel import outbox
from spreekt.modules.referendum import box
from spreekt.modules.referendum.models import Ballot, BallotKind, Referendum
from spreekt.modules.referendum.standing import Standing

CHUNK = 200

_MIX_BALLOTS = text(
    "WITH gone AS (DELETE FROM referendum_ballots WHERE referendum_id = :referendum_id AND batch = :batch RETURNING *) "
    "INSERT INTO referendum_ballots SELECT * FROM gone ORDER BY nth, sha256"
)


def batch_due(referendum: Referendum, now: datetime) -> int:
    """The number of the batch whose time has come, counted from the opening; 0 before the first."""
    every = timedelta(minutes=referendum.regulation.batch_minutes)
    return max(0, (min(now, referendum.poll.closes_at) - referendum.poll.opens_at) // every)


def put_up(db: Session, referendum: Referendum, now: datetime, *, is_last: bool = False) -> int:
    """Put waiting ballots on the board when a batch is due; the number of ballots that appeared.

    Those of fewer voters than the regulation's least wait for the next time, except when the box is sealed (`is_last`).
    """
    due = batch_due(referendum, now) + is_last
    if due == 0 or (not is_last and due <= last_batch(db, referendum)):
        return 0
    box.alone(db, referendum)
    due = max(due, last_batch(db, referendum) + is_last)
    waiting = (
        Ballot.referendum_id == referendum.id,
        Ballot.kind == BallotKind.CAST,
        Ballot.batch.is_(None),
    )
    ballots_and_voters = select(func.count(), func.count(Ballot.credential_hash.distinct()))
    count, voters = db.execute(ballots_and_voters.where(*waiting)).one()
    if count == 0 or (voters < referendum.regulation.batch_least and not is_last):
        return 0
    db.execute(update(Ballot).where(*waiting).values(batch=due).execution_options(synchronize_session=False))
    if db.get_bind().dialect.name == "postgresql":
        db.execute(_MIX_BALLOTS, {"referendum_id": referendum.id, "batch": due})
        mix_rights(db, referendum.poll)
    outbox.record(db, "referendum.batch", referendum_id=referendum.id, batch=due)
    return count


def notice_kind(referendum: Referendum) -> str:
    """Of the notices that a ballot of somebody is on the board: a kind of their own, to be found and deleted by."""
    return f"referendum-ballot-{referendum.id}"


def voters_in_batch(db: Session, referendum: Referendum, batch: int) -> int:
    """How many voters have a ballot in one batch."""
    cast = select(func.count(Ballot.credential_hash.distinct()))
    return db.scalar(cast.where(Ballot.referendum_id == referendum.id, Ballot.batch == batch)) or 0


def last_batch(db: Session, referendum: Referendum) -> int:
    """The number of the batch that appeared last, 0 before the first."""
    return db.scalar(select(func.max(Ballot.batch)).where(Ballot.referendum_id == referendum.id)) or 0


def voters_on_board(db: Session, referendum: Referendum) -> int:
    """How many voters have a ballot on the board: the number of the last batch, whoever voted since."""
    cast = select(func.count(Ballot.credential_hash.distinct()))
    return db.scalar(cast.where(Ballot.referendum_id == referendum.id, Ballot.batch.is_not(None))) or 0


def moves_in_batches(referendum: Referendum, now: datetime) -> bool:
    """While people vote, numbers move with the board: a number that moves with each vote tells when each one voted."""
    return referendum.standing(now) in (Standing.OPEN, Standing.SUSPENDED) and not referendum.poll.is_over(now)


def voters_told(db: Session, referendum: Referendum, now: datetime) -> int:
    """How many voted, as anybody may know: who votes on paper is counted in after the close."""
    if moves_in_batches(referendum, now):
        return voters_on_board(db, referendum)
    return turnout(db, referendum.poll)


def on_board(db: Session, referendum: Referendum, *, offset: int = 0) -> Iterator[tuple[int, str]]:
    """Batch and text of every ballot on the board but the first `offset`, in the order of the archive."""
    rows = db.execute(
        select(Ballot.batch, Ballot.body)
        .where(Ballot.referendum_id == referendum.id, Ballot.batch.is_not(None))
        .order_by(Ballot.batch, Ballot.nth, Ballot.sha256)
        .offset(offset)
        .execution_options(yield_per=CHUNK)
    )
    for row in rows:
        yield row.batch, row.body


def trackers(
    db: Session, referendum: Referendum, *, prefix_hex: str = "", offset: int = 0, limit: int = 100
) -> Sequence[tuple[str, bool]]:
    """Hash of each ballot on the board and whether a later one replaced it, by hash: the board's own order."""
    newer = (
        select(func.max(Ballot.nth))
        .where(Ballot.referendum_id == referendum.id, Ballot.batch.is_not(None))
        .group_by(Ballot.credential_hash)
        .with_only_columns(Ballot.credential_hash, func.max(Ballot.nth).label("last"))
        .subquery()
    )
    rows = db.execute(
        select(Ballot.sha256, Ballot.nth, newer.c.last)
        .join(newer, newer.c.credential_hash == Ballot.credential_hash)
        .where(
            Ballot.referendum_id == referendum.id,
            Ballot.batch.is_not(None),
            Ballot.sha256.startswith(prefix_hex, autoescape=True),
        )
        .order_by(Ballot.sha256)
        .offset(offset)
        .limit(limit)
    )
    return [(row.sha256, row.nth < row.last) for row in rows]


def board_count(db: Session, referendum: Referendum) -> int:
    """How many ballots are on the board, replaced ones included."""
    return (
        db.scalar(
            select(func.count())
            .select_from(Ballot)
            .where(Ballot.referendum_id == referendum.id, Ballot.batch.is_not(None))
        )
        or 0
    )

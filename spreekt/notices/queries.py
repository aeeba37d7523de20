"""What the inbox asks of the database. Reads only."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.notices.models import Frequency, Notice, Preference


def inbox(db: Session, account_id: int, *, offset: int, limit: int) -> Sequence[Notice]:
    """Notices of one account, newest first."""
    return db.scalars(
        select(Notice).where(Notice.account_id == account_id).order_by(Notice.id.desc()).offset(offset).limit(limit)
    ).all()


def inbox_size(db: Session, account_id: int) -> tuple[int, int]:
    """How many notices there are, and how many of them were not read yet."""
    total, read = db.execute(
        select(func.count(), func.count(Notice.read_at)).where(Notice.account_id == account_id)
    ).one()
    return total, total - read


def frequency_of(db: Session, account_id: int) -> Frequency:
    """How often somebody wants mail."""
    preference = db.get(Preference, account_id)
    return preference.frequency if preference else Frequency.AT_ONCE

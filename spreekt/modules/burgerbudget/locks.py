"""Who waits for whom at a ballot box. Taken before the time is asked, so that no vote comes too late to be counted.

PostgreSQL only: SQLite lets one writer in at a time anyway.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.electorate.models import Poll
from spreekt.modules.burgerbudget.models import Round


def with_others(db: Session, round: Round) -> None:
    """For a voter: beside other voters, but never while somebody changes the round or counts."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(Poll.id).where(Poll.id == round.poll_id).with_for_update(read=True, key_share=True))


def alone(db: Session, round: Round) -> None:
    """For who changes or counts: after every vote that is under way, and before any that follows."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(Poll.id).where(Poll.id == round.poll_id).with_for_update())

"""What happens by itself around the end of a budget game: reminders before it, drafts that count after it."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.electorate.models import Poll
from spreekt.kernel import outbox
from spreekt.kernel.clock import Clock
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget.ballots import count_ready_drafts
from spreekt.modules.burgerbudget.models import BallotDraft, Round
from spreekt.modules.burgerbudget.phase_models import RoundRegulation

REMINDER_DAYS = RoundRegulation.__table__.c.reminder_days.default.arg
"""For a round without a regulation of its own."""


def count_drafts(db: Session, vault: Vault, clock: Clock, round: Round) -> None:
    """After the close: drafts whose owners asked for it become ballots, and each of them is told once that it was."""
    for account_id in count_ready_drafts(db, vault, clock, round):
        outbox.record(db, "ballot.draft-counted", round_id=round.id, account_id=account_id)


def remind(db: Session, now: datetime) -> None:
    """One mail, once, to who began to choose, did not cast, and did not ask that the draft counts by itself."""
    query = (
        select(BallotDraft, Poll.closes_at, RoundRegulation.reminder_days)
        .join(Round, Round.id == BallotDraft.round_id)
        .join(Poll, Poll.id == Round.poll_id)
        .outerjoin(RoundRegulation, RoundRegulation.round_id == Round.id)
        .where(
            Poll.opens_at <= now,
            Poll.closes_at > now,
            BallotDraft.is_begun,
            BallotDraft.reminded_at.is_(None),
            BallotDraft.ready_ballot == "",
        )
    )
    for draft, closes_at, days in db.execute(query):
        days = REMINDER_DAYS if days is None else days
        if days and closes_at - timedelta(days=days) <= now:
            draft.reminded_at = now
            outbox.record(db, "ballot.reminder", round_id=draft.round_id, account_id=draft.account_id)
    db.flush()


def count_all_drafts(db: Session, vault: Vault, clock: Clock, now: datetime) -> None:
    """For every round that closed and still has drafts."""
    query = select(Round).join(Poll).where(Poll.closes_at <= now, Round.id.in_(select(BallotDraft.round_id)))
    for round in db.scalars(query):
        count_drafts(db, vault, clock, round)

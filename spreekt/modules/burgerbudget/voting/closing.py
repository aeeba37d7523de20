"""What happens by itself around the end of a budget game: reminders before it, drafts that count after it."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.electorate.domain import voter_of, why_not
from spreekt.electorate.models import Poll
from spreekt.kernel import outbox
from spreekt.kernel.clock import Clock
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget.models import BallotDraft, Round
from spreekt.modules.burgerbudget.phases.models import RoundRegulation
from spreekt.modules.burgerbudget.voting.ballots import has_cast
from spreekt.modules.burgerbudget.voting.drafts import count_ready

REMINDER_DAYS = RoundRegulation.__table__.c.reminder_days.default.arg
"""For a round without a regulation of its own."""


def count_drafts(db: Session, vault: Vault, clock: Clock, round: Round) -> None:
    """After the close: drafts whose owners asked for it become ballots, and each of them is told once that it was."""
    for account_id in count_ready(db, vault, clock, round):
        outbox.record(db, "ballot.draft-counted", round_id=round.id, account_id=account_id)


def remind(db: Session, vault: Vault, now: datetime) -> None:
    """One mail, once, to who began to choose, did not cast, and did not ask that the draft counts by itself.

    Who voted through another door meanwhile, or may no longer vote, gets none.
    """
    query = (
        select(BallotDraft, Round, RoundRegulation.reminder_days)
        .join(Round, Round.id == BallotDraft.round_id)
        .join(Poll, Poll.id == Round.poll_id)
        .outerjoin(RoundRegulation, RoundRegulation.round_id == Round.id)
        .where(
            Poll.opens_at <= now,
            Poll.closes_at > now,
            ~Round.hold.has(),
            BallotDraft.is_begun,
            BallotDraft.reminded_at.is_(None),
            BallotDraft.is_ready.is_(False),
        )
    )
    for draft, round, days in db.execute(query):
        days = REMINDER_DAYS if days is None else days
        if not days or now < round.poll.closes_at - timedelta(days=days):
            continue
        draft.reminded_at = now
        voter = voter_of(db, vault, round.poll, account_id=draft.account_id, now=now)
        if not why_not(round.poll, voter) and not has_cast(db, round, voter):
            outbox.record(db, "ballot.reminder", round_id=round.id, account_id=draft.account_id)
    db.flush()


def count_all_drafts(db: Session, vault: Vault, clock: Clock, now: datetime) -> None:
    """For every round that closed and still has drafts."""
    query = select(Round).join(Poll).where(Poll.closes_at <= now, Round.id.in_(select(BallotDraft.round_id)))
    for round in db.scalars(query):
        count_drafts(db, vault, clock, round)

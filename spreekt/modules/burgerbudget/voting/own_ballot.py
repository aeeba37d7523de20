"""How far somebody is with their own ballot in one round: for their eyes only, and never what is on it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from spreekt.electorate.domain import voter_of, why_not
from spreekt.electorate.models import Poll
from spreekt.kernel.actor import Actor
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget.models import BallotDraft, Round
from spreekt.modules.burgerbudget.voting.ballots import has_cast


class Progress(StrEnum):
    """From nothing to a ballot in the box. READY: begun, and it counts by itself when voting closes."""

    NONE = "none"
    BEGUN = "begun"
    READY = "ready"
    CAST = "cast"


def progress_of(draft: BallotDraft | None) -> Progress:
    """What a draft says by itself, without asking whether its owner voted meanwhile."""
    if draft is None or not draft.is_begun:
        return Progress.NONE
    return Progress.READY if draft.is_ready else Progress.BEGUN


def own_progress(db: Session, vault: Vault, round: Round, *, who: Actor, now: datetime) -> Progress | None:
    """How far this reader is in an open round; None for who cannot vote in it."""
    if who.id is None or not round.takes_votes(now):
        return None
    voter = voter_of(db, vault, round.poll, account_id=who.id, now=now)
    if why_not(round.poll, voter):
        return None
    if has_cast(db, round, voter):
        return Progress.CAST
    return progress_of(db.get(BallotDraft, (round.id, who.id)))


# Built once: this is asked on every page of everybody who signed in.
_BEGUN = (
    select(BallotDraft, Round)
    .join(Round, Round.id == BallotDraft.round_id)
    .join(Round.poll)
    .options(joinedload(Round.poll, innerjoin=True))
    .where(BallotDraft.is_begun)
    .order_by(Poll.closes_at, Poll.id)
)


def begun_ballots(db: Session, vault: Vault, *, who: Actor, now: datetime) -> list[tuple[Round, BallotDraft]]:
    """Open rounds in which this reader marked something and did not vote, through this door or another."""
    if who.id is None:
        return []
    mine = _BEGUN.where(BallotDraft.account_id == who.id, Poll.opens_at <= now, Poll.closes_at > now)
    return [
        (round, draft)
        for draft, round in db.execute(mine)
        if round.hold is None and not has_cast(db, round, voter_of(db, vault, round.poll, account_id=who.id, now=now))
    ]

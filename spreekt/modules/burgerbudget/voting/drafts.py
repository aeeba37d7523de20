"""What somebody marked and did not cast yet: kept from the first mark, for their own eyes, until the ballot is cast.

A draft whose owner asked for it becomes a ballot after the close, sealed to the officers as any other.
"""

import secrets
from datetime import datetime
from typing import NamedTuple

from nacl.exceptions import CryptoError
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from spreekt.electorate.domain import AlreadyVoted, NotEligible, PollClosed, spend_right, voter_of, why_not
from spreekt.electorate.models import Channel
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import Clock
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget import locks
from spreekt.modules.burgerbudget.models import BallotDraft, Round
from spreekt.modules.burgerbudget.phases.models import RoundRegulation
from spreekt.modules.burgerbudget.queries import costs_on_ballot
from spreekt.modules.burgerbudget.voting.ballots import has_cast, sealed_ballot
from spreekt.modules.burgerbudget.voting.game import Game, Marks, NotABallot, game_of, read, written


class Draft(NamedTuple):
    """The marks, whether they count at the close, and when they were saved."""

    marks: Marks
    counts_at_close: bool
    is_ready: bool
    saved_at: datetime


def save(
    db: Session, vault: Vault, clock: Clock, round: Round, marks: Marks, *, by: Actor,
    counts_at_close: bool | None = None,
) -> Marks:  # fmt: skip
    """Keep what somebody marked until they cast it. It may be too much or nothing; unknown projects are left out.

    With `counts_at_close`, a draft that is a good ballot counts when voting closes; None leaves
    what was asked before. Raises PollClosed, NotEligible, AlreadyVoted.
    """
    locks.with_others(db, round)
    now = clock.database_now(db)
    if by.id is None or not round.takes_votes(now):
        raise PollClosed
    draft = _own_row(db, round, by.id, now)
    voter = voter_of(db, vault, round.poll, account_id=by.id, now=now)
    reason = why_not(round.poll, voter)
    if reason:
        raise NotEligible(reason)
    if has_cast(db, round, voter):
        raise AlreadyVoted
    game, costs = game_of(round, db.get(RoundRegulation, round.id)), costs_on_ballot(db, round.id)
    kept = game.kept(marks, costs)
    draft.sealed_choice = vault.seal(_purpose(round, by.id), written(kept), padded_to=game.longest(costs))
    draft.saved_at, draft.is_begun = now, bool(kept)
    if counts_at_close is not None:
        draft.counts_at_close = counts_at_close
    draft.is_ready = draft.counts_at_close and _is_good(game, kept, costs)
    db.flush()
    return kept


def draft_of(db: Session, vault: Vault, round: Round, *, by: Actor) -> Draft | None:
    """What somebody marked before, or None when they did not begin. For their own eyes only."""
    draft = db.get(BallotDraft, (round.id, by.id)) if by.id is not None else None
    if draft is None or by.id is None:
        return None
    try:
        marks = read(vault.open(_purpose(round, by.id), draft.sealed_choice))
    except CryptoError:
        return None
    return Draft(marks, draft.counts_at_close, draft.is_ready, draft.saved_at)


def count_ready(db: Session, vault: Vault, clock: Clock, round: Round) -> list[int]:
    """After the close: the drafts whose owners asked for it become ballots; all drafts of the round go.

    In a round that is held they wait until two people have let it go on.

    A right that was used through another door stays used once, and who may no longer vote is left out. The answer is
    the accounts whose draft was counted. Running twice counts nothing twice.
    """
    locks.alone(db, round)
    now = clock.database_now(db)
    if not round.poll.is_over(now) or round.hold is not None:
        return []
    game, costs = game_of(round, db.get(RoundRegulation, round.id)), costs_on_ballot(db, round.id)
    every = db.scalars(select(BallotDraft).where(BallotDraft.round_id == round.id)).all()
    counted = []
    for row in secrets.SystemRandom().sample(list(every), len(every)):
        draft = draft_of(db, vault, round, by=Actor(id=row.account_id)) if row.is_ready and round.has_box else None
        if draft is not None and _is_good(game, draft.marks, costs):
            voter = voter_of(db, vault, round.poll, account_id=row.account_id, now=now)
            try:
                # The right is used with the moment at which its owner asked for it, when the vote was open.
                spend_right(db, round.poll, voter, channel=Channel.WEB, now=row.saved_at)
            except (AlreadyVoted, NotEligible):
                pass
            else:
                db.add(sealed_ballot(round, game, draft.marks, costs))
                counted.append(row.account_id)
        db.delete(row)
    db.flush()
    return counted


def _own_row(db: Session, round: Round, account_id: int, now: datetime) -> BallotDraft:
    """The one draft of somebody in a round, made when it is not there, and held while two devices save at once."""
    new = {"round_id": round.id, "account_id": account_id, "sealed_choice": "", "saved_at": now}
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    db.execute(insert(BallotDraft).values(new).on_conflict_do_nothing())
    return db.get_one(BallotDraft, (round.id, account_id), with_for_update=True, populate_existing=True)


def _is_good(game: Game, marks: Marks, costs: dict[str, int]) -> bool:
    try:
        game.check(marks, costs)
    except NotABallot:
        return False
    return True


def _purpose(round: Round, account_id: int) -> str:
    return f"ballot draft {round.id} {account_id}"

"""What somebody marked and did not cast yet: kept from the first mark, for their own eyes, until the ballot is cast."""

from datetime import datetime
from typing import NamedTuple

from nacl.exceptions import CryptoError
from sqlalchemy.orm import Session

from spreekt.electorate.domain import PollClosed
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import Clock
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget.ballots import sealed
from spreekt.modules.burgerbudget.game import Game, Marks, NotABallot, game_of, read, written
from spreekt.modules.burgerbudget.models import BallotDraft, Round
from spreekt.modules.burgerbudget.phase_models import RoundRegulation
from spreekt.modules.burgerbudget.queries import costs_on_ballot


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

    With `counts_at_close`, a draft that is a good ballot is sealed as one and counts when voting closes; None leaves
    what was asked before. Raises PollClosed.
    """
    now = clock.database_now(db)
    if by.id is None or not round.takes_votes(now):
        raise PollClosed
    game, costs = game_of(round, db.get(RoundRegulation, round.id)), costs_on_ballot(db, round.id)
    kept = game.kept(marks, costs)
    draft = db.get(BallotDraft, (round.id, by.id)) or BallotDraft(round_id=round.id, account_id=by.id)
    draft.sealed_choice = vault.seal(_purpose(round, by.id), written(kept), padded_to=game.longest(costs))
    draft.saved_at, draft.is_begun = now, bool(kept)
    draft.counts_at_close = bool(draft.counts_at_close) if counts_at_close is None else counts_at_close
    draft.ready_ballot = (
        sealed(round, game, kept, costs) if draft.counts_at_close and _is_good(game, kept, costs) else ""
    )
    db.add(draft)
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
    return Draft(marks, draft.counts_at_close, bool(draft.ready_ballot), draft.saved_at)


def _is_good(game: Game, marks: Marks, costs: dict[str, int]) -> bool:
    try:
        game.check(marks, costs)
    except NotABallot:
        return False
    return True


def _purpose(round: Round, account_id: int) -> str:
    return f"ballot draft {round.id} {account_id}"

"""The ballot box: casting and replacing. Drafts are in drafts.py; opening ballots is in officers/counting.py alone.

What joins a voter to a choice does not exist: a ballot has a random id and no moment, and no message is written when it
is cast. A draft belongs to somebody, as any unfinished form does; it goes in the transaction that stores the ballot.
"""

import secrets
from collections.abc import Mapping

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from spreekt.electorate.domain import NotEligible, PollClosed, Voter, has_voted, spend_right, voter_of, why_not
from spreekt.electorate.models import Channel
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import N_, DomainError
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget import locks
from spreekt.modules.burgerbudget.models import BallotDraft, BudgetBallot, Round
from spreekt.modules.burgerbudget.phases.models import RoundRegulation
from spreekt.modules.burgerbudget.queries import costs_on_ballot
from spreekt.modules.burgerbudget.voting.change_codes import change_mark, is_code
from spreekt.modules.burgerbudget.voting.game import Game, Marks, game_of, written
from spreekt.modules.burgerbudget.voting.sealing import seal


class NoSuchBallot(DomainError):
    """The code is not that of a ballot of this voter."""

    says = N_(
        "We vinden geen stem van jou bij deze code. Kijk ze na en typ ze opnieuw. Je eerste stem telt gewoon mee."
    )


class MayNotChange(DomainError):
    """The regulation says that the first ballot is the last one."""

    says = N_("In deze ronde kan je een stem niet meer veranderen. Je eerste stem telt mee.")


def cast(db: Session, vault: Vault, clock: Clock, round: Round, marks: Marks, *, by: Actor, code: str = "") -> None:
    """The ballot of a resident who signed in. As `cast_as`, by the web."""
    if by.id is None:
        raise NotEligible("")
    voter = voter_of(db, vault, round.poll, account_id=by.id, now=clock.now())
    cast_as(db, clock, round, marks, voter=voter, channel=Channel.WEB, code=code)
    db.execute(delete(BallotDraft).where(BallotDraft.round_id == round.id, BallotDraft.account_id == by.id))


def cast_as(
    db: Session, clock: Clock, round: Round, marks: Marks, *, voter: Voter | None, channel: Channel, code: str = ""
) -> None:
    """Use a voter's right and put their ballot in the box, in one transaction, by the database's clock.

    `code` is what the receipt says; whoever shows it may replace the ballot, where the regulation allows that.
    Raises PollClosed, NotABallot, NotEligible, AlreadyVoted.
    """
    locks.with_others(db, round)
    now = clock.database_now(db)
    if not round.takes_votes(now):
        raise PollClosed
    rules = db.get(RoundRegulation, round.id)
    game, costs = game_of(round, rules), costs_on_ballot(db, round.id)
    good = game.check(marks, costs)
    spend_right(db, round.poll, voter, channel=channel, now=now)
    changes = rules is not None and rules.may_change_vote and is_code(code)
    mark = change_mark(code, voter.voter_key) if changes and voter is not None else None
    db.add(sealed_ballot(round, game, good, costs, mark=mark))
    db.flush()


def replace(db: Session, clock: Clock, round: Round, marks: Marks, *, voter: Voter | None, code: str) -> None:
    """Put another ballot in the place of one's own, which the code of the receipt finds. The code stays good.

    Raises PollClosed, MayNotChange, NotEligible, NotABallot, NoSuchBallot.
    """
    locks.with_others(db, round)
    if not round.takes_votes(clock.database_now(db)):
        raise PollClosed
    rules = db.get(RoundRegulation, round.id)
    if rules is None or not rules.may_change_vote:
        raise MayNotChange
    reason = why_not(round.poll, voter)
    if voter is None or reason:
        raise NotEligible(reason)
    game, costs = game_of(round, rules), costs_on_ballot(db, round.id)
    good, mark = game.check(marks, costs), change_mark(code, voter.voter_key)
    mine = (BudgetBallot.round_id == round.id) & (BudgetBallot.change_mark == mark)
    fresh = {"id": secrets.token_hex(16), "sealed_choice": sealed(round, game, good, costs)}
    changed = db.execute(update(BudgetBallot).where(mine).values(fresh).returning(BudgetBallot.id))
    if len(changed.all()) != 1:
        raise NoSuchBallot


def sealed_ballot(
    round: Round, game: Game, marks: Marks, costs: Mapping[str, int], *, mark: str | None = None
) -> BudgetBallot:
    """A ballot as it lies in the box: a random id, and a choice that only the counting officers open together."""
    return BudgetBallot(
        id=secrets.token_hex(16), round_id=round.id, sealed_choice=sealed(round, game, marks, costs), change_mark=mark
    )


def sealed(round: Round, game: Game, marks: Marks, costs: Mapping[str, int]) -> str:
    """A choice sealed to the officers of this round, as long as every other one in it."""
    head = f"{round.id} ".encode()
    plain = head + written(marks).encode()
    return seal(plain.ljust(len(head) + game.longest(costs), b"\0"), round.public_keys, needed=round.officers_needed)


def has_cast(db: Session, round: Round, voter: Voter | None) -> bool:
    """Whether this voter used their right in this round."""
    return voter is not None and has_voted(db, round.poll, voter.voter_key)

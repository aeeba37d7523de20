"""Marking a ballot: what is a good one, keeping a draft, and casting. Opening ballots is in counting.py alone.

What joins a voter to a choice does not exist: a ballot has a random id and no moment, the draft goes in the transaction
that stores the ballot, and no log row and no message is written.
"""

import json
import secrets
from collections.abc import Collection, Sequence

from nacl.exceptions import CryptoError
from sqlalchemy import delete
from sqlalchemy.orm import Session

from spreekt.electorate.domain import NotEligible, PollClosed, spend_right, voter_of
from spreekt.electorate.models import Channel
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import N_, Invalid
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget import locks
from spreekt.modules.burgerbudget.models import BallotDraft, BudgetBallot, Round
from spreekt.modules.burgerbudget.queries import project_codes


class NotABallot(Invalid):
    """These marks are not a ballot of this round; the argument says what to do."""


def written(choice: Collection[str]) -> str:
    """A choice in the one form it has at rest, whatever the order in which it was ticked."""
    return json.dumps(sorted(choice), ensure_ascii=False, separators=(",", ":"))


def length_of(codes: Collection[str]) -> int:
    """Bytes of the longest ballot of a round; every ballot and draft is padded to it."""
    return len(written(codes).encode())


def checked(round: Round, codes: Collection[str], choice: Sequence[str]) -> tuple[str, ...]:
    """The choice if it is a ballot of this round with these projects. Raises NotABallot."""
    if not choice:
        raise NotABallot(N_("Kies minstens één project."))
    if len(set(choice)) != len(choice):
        raise NotABallot(N_("Een project staat twee keer op je stembiljet. Kies opnieuw."))
    if not set(choice) <= set(codes):
        raise NotABallot(N_("Op je stembiljet staat een project dat niet bij deze ronde hoort. Kies opnieuw."))
    if round.max_approvals is not None and len(choice) > round.max_approvals:
        raise NotABallot(
            N_("Je koos te veel projecten. Haal er enkele weg: je mag er hoogstens zoveel kiezen als bovenaan staat.")
        )
    return tuple(sorted(choice))


def save_draft(
    db: Session, vault: Vault, clock: Clock, round: Round, choice: Sequence[str], *, by: Actor
) -> tuple[str, ...]:
    """Keep what somebody ticked until they cast it. It may be too much or nothing; unknown projects are left out.

    Raises PollClosed.
    """
    now = clock.database_now(db)
    if by.id is None or not round.takes_votes(now):
        raise PollClosed
    codes = project_codes(db, round.id)
    kept = tuple(sorted(set(choice) & set(codes)))
    sealed = vault.seal(_draft_purpose(round, by.id), written(kept), padded_to=length_of(codes))
    db.merge(BallotDraft(round_id=round.id, account_id=by.id, sealed_choice=sealed, saved_at=now))
    db.flush()
    return kept


def draft_of(db: Session, vault: Vault, round: Round, *, by: Actor) -> tuple[str, ...] | None:
    """What somebody ticked before, or None when they did not begin. For their own eyes only."""
    draft = db.get(BallotDraft, (round.id, by.id)) if by.id is not None else None
    if draft is None or by.id is None:
        return None
    try:
        return tuple(json.loads(vault.open(_draft_purpose(round, by.id), draft.sealed_choice)))
    except CryptoError:
        return None


def cast(db: Session, vault: Vault, clock: Clock, round: Round, choice: Sequence[str], *, by: Actor) -> None:
    """Use the right of a resident and put their ballot in the box, in one transaction, by the database's clock.

    Raises PollClosed, NotABallot, NotEligible, AlreadyVoted.
    """
    locks.with_others(db, round)
    now = clock.database_now(db)
    if not round.takes_votes(now):
        raise PollClosed
    if by.id is None:
        raise NotEligible("")
    codes = project_codes(db, round.id)
    good = checked(round, codes, choice)
    voter = voter_of(db, vault, round.poll, account_id=by.id, now=now)
    spend_right(db, round.poll, voter, channel=Channel.WEB, now=now)
    db.execute(delete(BallotDraft).where(BallotDraft.round_id == round.id, BallotDraft.account_id == by.id))
    db.add(sealed_ballot(vault, round.id, written(good), padded_to=length_of(codes)))
    db.flush()


def sealed_ballot(vault: Vault, round_id: int, choice: str, *, padded_to: int) -> BudgetBallot:
    """A ballot as it lies in the box: a random id, and a choice that only the gate in counting.py opens."""
    sealed = vault.seal(ballot_purpose(round_id), choice, padded_to=padded_to)
    return BudgetBallot(id=secrets.token_hex(16), round_id=round_id, sealed_choice=sealed)


def ballot_purpose(round_id: int) -> str:
    """Ballots of each round have a key of their own."""
    return f"ballot {round_id}"


def _draft_purpose(round: Round, account_id: int) -> str:
    return f"ballot draft {round.id} {account_id}"

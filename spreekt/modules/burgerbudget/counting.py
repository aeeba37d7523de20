"""The one gate to what is in the ballot box. It stays shut until voting is over, for every role and every purpose."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from spreekt.kernel.errors import N_, DomainError
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget.ballots import ballot_purpose
from spreekt.modules.burgerbudget.models import BudgetBallot, Round

SOME = 1000


class StillSecret(DomainError):
    """Voting is not over, so there is nothing to count yet."""

    says = N_("De stemming loopt nog. Niemand kan nu tellen, ook de stad niet.")


def tally(db: Session, vault: Vault, round: Round, now: datetime) -> list[tuple[str, ...]]:
    """All ballots of a round, opened, in an order that means nothing. `now` is the database's clock.

    Raises StillSecret before closing.
    """
    if not round.poll.is_over(now):
        raise StillSecret
    query = select(BudgetBallot.sealed_choice).where(BudgetBallot.round_id == round.id)
    opened = (json.loads(vault.open(ballot_purpose(round.id), sealed)) for sealed in db.scalars(query))
    return sorted(tuple(choice) for choice in opened)


def mix(db: Session, vault: Vault, round: Round, now: datetime) -> None:
    """Seal every ballot anew under a new id and store them in random order.

    Afterwards neither the order of rows nor the number of a transaction says when a ballot was cast.
    """
    choices = tally(db, vault, round, now)
    secrets.SystemRandom().shuffle(choices)
    db.execute(delete(BudgetBallot).where(BudgetBallot.round_id == round.id))
    put_in_box(db, vault, round, choices, padded_to=max((len(_text(choice).encode()) for choice in choices), default=0))


def put_in_box(db: Session, vault: Vault, round: Round, choices: Sequence[tuple[str, ...]], *, padded_to: int) -> None:
    """Store many ballots at once, for mixing and for a round that was imported."""
    purpose = ballot_purpose(round.id)
    for start in range(0, len(choices), SOME):
        rows = [
            {
                "id": secrets.token_hex(16),
                "round_id": round.id,
                "sealed_choice": vault.seal(purpose, _text(choice), padded_to=padded_to),
            }
            for choice in choices[start : start + SOME]
        ]
        db.execute(BudgetBallot.__table__.insert(), rows)  # type: ignore[attr-defined]


def ballots_in_box(db: Session, round: Round) -> int:
    """How many ballots there are; equal to the rights used, so it says no more than turnout."""
    return db.scalar(select(func.count()).select_from(BudgetBallot).where(BudgetBallot.round_id == round.id)) or 0


def _text(choice: Sequence[str]) -> str:
    return json.dumps(list(choice), ensure_ascii=False, separators=(",", ":"))

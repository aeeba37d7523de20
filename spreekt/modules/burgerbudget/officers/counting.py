"""The one gate to what is in the ballot box. It stays shut until voting is over and enough officers gave their keys."""

import secrets

from nacl.public import PrivateKey
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import N_, DomainError
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget.models import BudgetBallot, Round
from spreekt.modules.burgerbudget.officers.models import CountingOfficer
from spreekt.modules.burgerbudget.voting.game import Marks, read, written
from spreekt.modules.burgerbudget.voting.sealing import CannotOpen, open_sealed, seal

SOME = 1000


class StillSecret(DomainError):
    """Voting is not over, so there is nothing to count yet."""

    says = N_("De stemming loopt nog. Niemand kan nu tellen, ook de stad niet.")


class KeysMissing(DomainError):
    """The arguments are how many keys are given and how many it takes."""

    says = N_("Er zijn {0} van de {1} sleutels gegeven. De stembus gaat open zodra genoeg tellers hun sleutel geven.")


class BallotUnreadable(DomainError):
    """A ballot does not open with the keys of this round: it was put there or changed by other means."""

    says = N_("Een stembiljet gaat niet open met de sleutels van deze ronde. Publiceer niet en bel de beheerder.")


def given_keys(db: Session, vault: Vault, round: Round) -> dict[int, PrivateKey]:
    """The secret keys that officers gave, by seat."""
    query = select(CountingOfficer.seat, CountingOfficer.sealed_key)
    given = db.execute(query.where(CountingOfficer.round_id == round.id, CountingOfficer.sealed_key != "")).all()
    return {seat: PrivateKey(bytes.fromhex(vault.open(key_purpose(round.id, seat), text))) for seat, text in given}


def key_purpose(round_id: int, seat: int) -> str:
    """Under what a given key is sealed until the result is published."""
    return f"counting officer {round_id} {seat}"


def tally(db: Session, vault: Vault, clock: Clock, round: Round) -> list[Marks]:
    """All ballots of a round, opened, in an order that means nothing.

    Raises StillSecret before the close by the database's clock, KeysMissing, BallotUnreadable.
    """
    if not round.poll.is_over(clock.database_now(db)):
        raise StillSecret
    query = select(BudgetBallot.sealed_choice).where(BudgetBallot.round_id == round.id)
    boxes = db.scalars(query).all()
    if not boxes:
        return []
    keys = given_keys(db, vault, round)
    if len(keys) < round.officers_needed:
        raise KeysMissing(len(keys), round.officers_needed)
    head, found = f"{round.id} ".encode(), []
    try:
        for box in boxes:
            plain = open_sealed(box, keys)
            if not plain.startswith(head):
                raise BallotUnreadable
            found.append(plain[len(head) :].rstrip(b"\0").decode())
    except CannotOpen:
        raise BallotUnreadable from None
    return [read(text) for text in sorted(found)]


def mix(db: Session, round: Round, choices: list[Marks]) -> None:
    """Seal every opened ballot anew under a new id and store them in random order.

    Afterwards neither the order of rows nor the number of a transaction says when a ballot was cast, and no mark of a
    receipt is left.
    """
    db.execute(delete(BudgetBallot).where(BudgetBallot.round_id == round.id))
    head = f"{round.id} ".encode()
    longest = max((len(written(marks).encode()) for marks in choices), default=0)
    shuffled = secrets.SystemRandom().sample(choices, len(choices))
    for start in range(0, len(shuffled), SOME):
        rows = [
            {
                "id": secrets.token_hex(16),
                "round_id": round.id,
                "sealed_choice": seal(
                    head + written(marks).encode().ljust(longest, b"\0"),
                    round.public_keys,
                    needed=round.officers_needed,
                ),
                "change_mark": None,
            }
            for marks in shuffled[start : start + SOME]
        ]
        db.execute(BudgetBallot.__table__.insert(), rows)  # type: ignore[attr-defined]


def ballots_in_box(db: Session, round: Round) -> int:
    """How many ballots there are."""
    return db.scalar(select(func.count()).select_from(BudgetBallot).where(BudgetBallot.round_id == round.id)) or 0

"""What residents gave each theme, and what that is in money. A function of a published result and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from spreekt.kernel.regulations import VoteMethod
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.phases.models import RoundRegulation
from spreekt.modules.burgerbudget.rules.apportionment import largest_remainder

DIVIDING = (VoteMethod.POINTS, VoteMethod.COINS)
"""Ways of voting in which residents divide something; the others only say which themes go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A theme that goes on: its votes or points, and its part of the money in cents; none where nothing is divided."""

    code: str
    theme: str
    score: int
    has_points: bool
    """The score is one of points; otherwise it counts votes."""
    amount_cents: int | None


def divides(rules: RoundRegulation | None) -> bool:
    """The votes of this round about themes also say how much money each theme gets."""
    return rules is not None and rules.vote_method in DIVIDING


def shares(round: Round, rules: RoundRegulation | None, titles: Mapping[str, str]) -> list[Share]:
    """The themes that go on in a round about themes that was counted, in their order; titles by code."""
    summary = round.outcomes[0].summary
    rows = [row for row in summary["projects"] if row["won"]]
    scores = {row["code"]: row["score"] for row in rows}
    cents = largest_remainder(round.amount_cents, scores) if divides(rules) else {}
    return [
        Share(code=row["code"], theme=titles[row["code"]], score=row["score"], has_points=summary["has_points"],
              amount_cents=cents.get(row["code"]))
        for row in rows
    ]  # fmt: skip


def shares_of(db: Session, round: Round) -> Sequence[Share]:
    """The same, asking the database for numbers and names."""
    rules = queries.regulations_of(db, [round]).get(round.id)
    return shares(round, rules, queries.titles_of(db, [round.id])[round.id])

"""Greedy rules: walk along the projects in an order and take what fits. Equal shares lives elsewhere."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.rule import Method
from spreekt.modules.burgerbudget.rules.ties import tie_ranks
from spreekt.modules.burgerbudget.rules.verdicts import Reason, Turn


@dataclass(frozen=True)
class Walk:
    """What a greedy walk did: winners in order; for each project it came by, the reason and the turn."""

    winners: tuple[str, ...]
    reasons: Mapping[str, Reason]
    turns: Mapping[str, Turn]


def walk(election: Election, method: Method, *, lot_seed: str | None = None, already: Collection[str] = ()) -> Walk:
    """Take projects by votes or by votes per cost; `already` are winners whose cost is spent beforehand.

    Greedy skips what no longer fits, no-skip ends there. A project without votes never wins.
    """
    left = election.budget - sum(election.project[name].cost for name in already)
    winners: list[str] = []
    reasons: dict[str, Reason] = {}
    turns: dict[str, Turn] = {}
    stopped = False
    order = [name for name in _order(election, method, lot_seed) if name not in already]
    for place, name in enumerate(order, start=1):
        cost = election.project[name].cost
        turns[name] = Turn(place=place, left=left)
        if election.score[name] == 0:
            reasons[name] = Reason.NO_VOTES
        elif stopped:
            reasons[name] = Reason.AFTER_THE_STOP
        elif cost > left:
            reasons[name] = Reason.OVER_BUDGET if cost > election.budget else Reason.DID_NOT_FIT
            stopped = method is Method.GREEDY_NO_SKIP
        else:
            reasons[name] = Reason.ENOUGH_VOTES
            winners.append(name)
            left -= cost
    return Walk(tuple(winners), reasons, turns)


def _order(election: Election, method: Method, lot_seed: str | None) -> list[str]:
    ranks = tie_ranks(election, lot_seed)

    def merit(name: str) -> Fraction:
        per = election.project[name].cost if method is Method.GREEDY_PER_COST else 1
        return Fraction(election.score[name], per)

    return sorted(election.project, key=lambda name: (-merit(name), ranks[name]))

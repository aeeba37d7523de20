"""Which figures of an explanation are worth exact numbers, found in floating point. No figure leaves this file.

The purchases are paid once in floats. Every purse, payment and sum is at most all money together, and comes
from it in fewer than a million steps that are each off by 1e-16 of it. So whatever stands further than 1e-9 of
all money below the highest is not the highest.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.equal_shares import Spree
from spreekt.modules.burgerbudget.rules.purses import Backing

_CLOSE = 1e-9


class Screen:
    """What may be the highest: `rounds` numbers purchases from 0, `takers` names winners; both by loser."""

    def __init__(self, election: Election, spree: Spree, backings: Mapping[str, Backing], *, most: int) -> None:
        self.rounds: dict[str, frozenset[int]] = {}
        self.takers: dict[str, tuple[str, ...]] = {}
        if not election.ballots:
            return
        winners = spree.winners
        losers = {name: backing for name, backing in backings.items() if name not in winners}
        money = np.array([float(spree.shares[area]) * count for area, count in election.groups])
        close = _CLOSE * float(money.sum())
        offers = {name: np.zeros(len(winners)) for name in losers}
        taken = {name: np.full(len(winners), -1.0) for name in losers}
        for number, bought in enumerate(spree.purchases):
            winner = backings[bought.project_id]
            per_utility = float(bought.price / winner.cost)
            for name, loser in losers.items():
                offers[name][number] = np.minimum(money[loser.groups], per_utility * loser.cost * loser.weights).sum()
            paid = np.full(len(money), -1.0)
            paid[winner.groups] = np.minimum(money[winner.groups], float(bought.price) * winner.weights)
            money[winner.groups] -= paid[winner.groups]
            for name, loser in losers.items():
                common: NDArray[np.float64] = paid[loser.groups]
                common = common[common >= 0]
                if len(common):
                    taken[name][number] = common.sum()
        for name in losers:
            self.rounds[name] = frozenset(_highest(offers[name], 1, close))
            self.takers[name] = tuple(winners[number] for number in _highest(taken[name], most, close))


def _highest(figures: NDArray[np.float64], most: int, close: float) -> list[int]:
    """Places of the figures that may be among the `most` highest; negative ones are none."""
    real = figures[figures >= 0]
    if not len(real):
        return []
    bar = np.sort(real)[-most:][0] - close
    return [int(number) for number in np.flatnonzero((figures >= 0) & (figures >= bar))]

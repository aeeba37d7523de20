"""Steps of Add1 that certainly are not the last, found without finishing their runs. Full runs are in fast_shares.py.

What is asked of a step on the way is only whether the raising ends there. Once a run has bought some projects,
its winners are among those and the ones that are not out of reach. If all of these together cost no more than
the budget, the step does not overspend; if then a project that is out of reach still fits beside them, it is
not exhaustive either.

That proof at one share also holds for the shares below it, down to one whose run begins with the same
purchases, each of them there cheaper than everything else is here (as in leaps.py): every share in between
begins with the same purchases, and nobody has more money left there, so that nothing else is within reach.
"""

from collections.abc import Mapping

from spreekt.modules.burgerbudget.rules.equal_shares import Overspent
from spreekt.modules.burgerbudget.rules.fast_shares import FastRun, Parted, Unsure
from spreekt.modules.burgerbudget.rules.purses import Backing
from spreekt.modules.burgerbudget.rules.rule import Add1Stop

_PAUSE = 3  # purchases between two looks


class Lookout:
    """Buys in a run until it shows that its share is not the last one. Remembers when that could be seen."""

    def __init__(self, budget: int, backings: Mapping[str, Backing], stop: Add1Stop) -> None:
        self._budget, self._stop = budget, stop
        self._costs = {name: backing.cost for name, backing in backings.items()}
        self._cheap_first = sorted(self._costs, key=lambda name: (self._costs[name] / backings[name].weight, name))
        self._next_look = 0

    def is_on_the_way(self, run: FastRun) -> bool:
        """Whether the raising certainly goes on after this share; otherwise the run is finished.

        Raises Unsure, Overspent.
        """
        look = self._next_look
        while len(run.winners) < look or not self._goes_on(run):
            look = max(look, len(run.winners) + _PAUSE)
            while len(run.winners) < look:
                if not run.buy():
                    self._next_look = len(run.winners) * 3 // 4
                    return False
        self._next_look = max(0, len(run.winners) - _PAUSE + 1)
        return True

    def are_on_the_way(self, low: FastRun, high: FastRun) -> bool:
        """Whether the raising certainly goes on after the share of `high` and after all between it and `low`.

        `low` is bought on where `high` needs its purchases. False says nothing. Raises Unsure where `low` does.
        """
        look = max(self._next_look, len(low.winners))
        while True:
            bought = len(high.winners)
            if bought >= look:
                if self._goes_on(high):
                    return True
                look = bought + _PAUSE
            if bought == len(low.winners) and not low.buy():
                return self._goes_on(high)
            try:
                if not high.buy(low):
                    return self._goes_on(high)
            except (Parted, Unsure):
                return self._goes_on(high)
            except Overspent:
                return False

    def _goes_on(self, run: FastRun) -> bool:
        """Whether the winners certainly stay within the budget, and within what lets the rule raise the share."""
        rest, within_reach = self._budget - run.spent, 0
        for name in self._cheap_first:
            if not run.is_out_of_reach(name):
                within_reach += self._costs[name]
                if within_reach > rest:
                    return False
        bought = set(run.winners)
        lost = [cost for name, cost in self._costs.items() if name not in run.open and name not in bought]
        if self._stop is Add1Stop.OVERSPEND:
            return bool(lost)
        return min(lost, default=self._budget + 1) <= rest - within_reach

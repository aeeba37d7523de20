"""Equal shares for one share in fixed-point numbers with a proven error: fast, never wrong, sometimes unsure.

Money is in whole ticks, so small that all money together just fits in 62 bits: arrays of 64-bit whole numbers
then add and compare without overflow, the same on every machine. A purse is rounded down; `slack` bounds how
much more a voter really has. Prices are rounded up; each comes with the most that it can be too high. A choice
is made only when the bounds leave no doubt, otherwise Unsure is raised and equal_shares.py decides exactly.

Why `too_high` holds: let q be the price found for purses that are up to `slack` per voter too low. Below q,
all supporters together can pay at most slack * (voters too poor for q) more than computed, while lowering q
by d lowers what the others pay by d * (their weight). So the true price is at least
q - (that extra + rounding) / (their weight). Voters whose purse is certainly empty add at most the one tick
that their group is below nothing.
"""

from collections.abc import Mapping
from fractions import Fraction
from heapq import heapify, heappop, heappush
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.equal_shares import Overspent
from spreekt.modules.burgerbudget.rules.purses import Backing

Whole = NDArray[np.int64]

_BITS = 62
_LARGEST = (1 << 63) - 1
_EMPTY = -1  # a purse that certainly has nothing, while 0 may be up to the slack
_NONE = 1 << 200  # above every cost of a unit of utility
_FINE = 60  # bits behind the point of a cost per utility


class Unsure(Exception):
    """Two projects are closer together than the error; only exact numbers can tell."""


class _Price(NamedTuple):
    ticks: int
    too_high: int
    exact: bool


class _Entry(NamedTuple):
    """A project in the queue; the true cost of a unit of utility lies in [low, high] when `at` is now."""

    low: int
    rank: int
    name: str
    high: int
    exact: bool
    at: int


class Crowd:
    """The voters of an election as arrays, made once for many runs."""

    def __init__(self, election: Election, backings: Mapping[str, Backing]) -> None:
        self.budget, self.turnout, self.backings = election.budget, election.turnout, backings
        self._areas = {area: place for place, area in enumerate(election.turnout)}
        self._area_of: Whole = np.array([self._areas[area] for area, _ in election.groups], np.int64)
        self._counts: Whole = np.array([count for _, count in election.groups], np.int64)

    def purses(self, ticks: Mapping[str, int]) -> Whole:
        """Money of each group, when each voter has these ticks."""
        shares: Whole = np.array([ticks[area] for area in self._areas], np.int64)
        return shares[self._area_of] * self._counts


class FastRun:
    """One run; `winners` after `run()` are what the exact method buys, in order."""

    def __init__(self, crowd: Crowd, shares: Mapping[str, Fraction], ranks: Mapping[str, int]) -> None:
        self._budget, self._backings = crowd.budget, crowd.backings
        total = sum(shares[area] * voters for area, voters in crowd.turnout.items())
        self._point = _BITS - int(total + 1).bit_length()
        if self._point < 0 or any(backing.weight >> _BITS for backing in self._backings.values()):
            raise Unsure  # beyond 64 bits
        ticks = {area: (share.numerator << self._point) // share.denominator for area, share in shares.items()}
        self._money = crowd.purses(ticks)
        self._richest = max(ticks.values(), default=0) + 1
        self._slack = 1
        self._prices: dict[str, _Price] = {}
        self._floor = dict.fromkeys(self._backings, 0)  # prices that are too low or right, in ticks
        self._ceiling = _NONE  # the lowest cost of a unit of utility that some project certainly has now
        self._ranks = ranks
        self.winners: list[str] = []

    def run(self) -> tuple[str, ...]:
        """Raises Overspent as soon as the budget is passed, Unsure when a choice is too close."""
        queue = [
            self._exact_entry(name, backing, -1)
            for name, backing in self._backings.items()
            if backing.cost << self._point <= backing.weight * self._richest  # others never have enough
        ]
        heapify(queue)
        spent = 0
        while queue:
            entry = heappop(queue)
            if entry.at < len(self.winners):
                self._look_again(queue, entry)
                continue
            best = self._undisputed(queue, entry)
            spent += self._backings[best.name].cost
            if spent > self._budget:
                raise Overspent
            self._pay(best.name)
            self.winners.append(best.name)
            self._ceiling = _NONE
        return tuple(self.winners)

    def _undisputed(self, queue: list[_Entry], best: _Entry) -> _Entry:
        """The entry that certainly goes first; equal exact entries go by rank."""
        equals = []
        while queue and queue[0].low <= best.high:
            rival = heappop(queue)
            if rival.at < len(self.winners):
                self._look_again(queue, rival)
            elif best.exact and rival.exact and best.low == rival.low:
                equals.append(max(best, rival))
                best = min(best, rival)
            else:
                raise Unsure
        for equal in equals:
            heappush(queue, equal)
        return best

    def _look_again(self, queue: list[_Entry], entry: _Entry) -> None:
        """Price the project with the money of now and put it back, or drop it when it is out of reach."""
        name, backing = entry.name, self._backings[entry.name]
        hand = self._money.take(backing.groups)
        if not self._is_affordable(backing, hand):
            return
        lowest = self._if_dearer(backing, hand)
        if lowest is None:
            price = self._prices[name] = self._price(backing, hand, self._floor[name])
            if price.exact:
                entry = self._exact_entry(name, backing, len(self.winners))
            else:
                high = -(-(price.ticks << _FINE) // backing.cost)
                entry = _Entry(entry.low, entry.rank, name, high, False, len(self.winners))
            lowest = price.ticks - price.too_high
            self._ceiling = min(self._ceiling, entry.high)
        if not entry.exact or entry.at < len(self.winners):
            self._floor[name] = max(self._floor[name], lowest)
            entry = entry._replace(low=max(entry.low, (self._floor[name] << _FINE) // backing.cost))
        heappush(queue, entry)

    def _exact_entry(self, name: str, backing: Backing, at: int) -> _Entry:
        """A project whose supporters all pay the full price: 1 / weight per unit of utility."""
        low = (1 << (self._point + _FINE)) // backing.weight
        return _Entry(low, self._ranks[name], name, low + 1, True, at)

    def _is_affordable(self, backing: Backing, hand: Whole) -> bool:
        missing = (backing.cost << self._point) - _total(hand)
        if 0 < missing <= self._slack * backing.weight:
            raise Unsure
        return missing <= 0

    def _if_dearer(self, backing: Backing, hand: Whole) -> int | None:
        """A price that is too low or right and above the best known so far, if one look finds such a price.

        For any group called poor, the true price is at least what the others must pay when those give all they have.
        """
        if self._ceiling == _NONE:
            return None
        price = (self._ceiling * backing.cost >> _FINE) + 1
        poor = hand < self._limits(price, backing.weights)
        poor_hand, weights = hand.compress(poor), backing.weights.compress(poor)
        poor_weight = _total(weights)
        if poor_weight == backing.weight:
            return None
        due = (backing.cost << self._point) - _total(poor_hand) - self._unseen(poor_hand, weights)
        lowest = due // (backing.weight - poor_weight)
        return lowest if (lowest << _FINE) // backing.cost > self._ceiling else None

    def _price(self, backing: Backing, hand: Whole, at_least: int) -> _Price:
        weights, rich_weight = backing.weights, backing.weight
        whole_cost = due = backing.cost << self._point
        price = max(at_least, -(-due // rich_weight))
        poor_groups = 0
        while True:
            poor = hand < self._limits(price, weights)
            if poor_groups == (poor_groups := int(np.count_nonzero(poor))):
                break
            due = whole_cost - _total(hand.compress(poor))
            rich_weight = backing.weight - _total(weights.compress(poor))
            if not rich_weight:
                raise Unsure
            price = max(price, -(-due // rich_weight))
        if rich_weight == backing.weight:
            return _Price(price, price - due // rich_weight, True)
        more = self._unseen(hand.compress(poor), weights.compress(poor))
        return _Price(price, -(-(more + price * rich_weight - due) // rich_weight), False)

    def _unseen(self, hand: Whole, weights: Whole) -> int:
        """How much more these groups may have than their purses say."""
        return self._slack * _total(weights.compress(hand >= 0)) + len(hand)

    def _pay(self, name: str) -> None:
        backing, price = self._backings[name], self._prices[name]
        left = self._money.take(backing.groups) - self._limits(price.ticks, backing.weights)
        certainly_empty = left <= self._limits(-self._slack - price.too_high, backing.weights)
        self._money[backing.groups] = np.where(certainly_empty, _EMPTY, np.maximum(left, 0))
        self._slack += price.too_high * backing.most_points

    def _limits(self, price: int, weights: Whole) -> Whole:
        """What each group pays at most."""
        if abs(price) > _LARGEST // int(weights[-1]):  # the heaviest stand last
            raise Unsure  # beyond 64 bits
        return weights * price


def _total(numbers: Whole) -> int:
    return int(np.add.reduce(numbers))

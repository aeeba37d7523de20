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


class Parted(Exception):
    """This run may buy another project now than the run that it was held against, or than a run in between."""


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
    """One run, one purchase at a time; `winners` are what the exact method buys first, in order.

    `tops` stand beside them: the most that a unit of utility may have cost. `open` are the projects that are not
    bought and not known to be out of reach for good.
    """

    def __init__(self, crowd: Crowd, shares: Mapping[str, Fraction], ranks: Mapping[str, int]) -> None:
        self._budget, self._backings = crowd.budget, crowd.backings
        total = sum(shares[area] * voters for area, voters in crowd.turnout.items())
        self._point = _BITS - int(total + 1).bit_length()
        if self._point < 0 or any(backing.weight >> _BITS for backing in self._backings.values()):
            raise Unsure  # beyond 64 bits
        ticks = {area: (share.numerator << self._point) // share.denominator for area, share in shares.items()}
        self._money = crowd.purses(ticks)
        richest = max(ticks.values(), default=0) + 1
        self._slack = 1
        self._prices: dict[str, _Price] = {}
        self._floor = dict.fromkeys(self._backings, 0)  # prices that are too low or right, in ticks
        self._ceiling = _NONE  # the lowest cost of a unit of utility that some project certainly has now
        self._bar = 0  # the top of the run that this one is held against
        self._ranks = ranks
        self.winners: list[str] = []
        self.tops: list[int] = []
        self.spent = 0
        self.open = {
            name
            for name, backing in self._backings.items()
            if backing.cost << self._point <= backing.weight * richest  # others never have enough
        }
        self._queue = [self._exact_entry(name, self._backings[name], -1) for name in self.open]
        heapify(self._queue)

    def run(self) -> tuple[str, ...]:
        """Buy until nothing is affordable. Raises Overspent as soon as the budget is passed, Unsure as buy() does."""
        while self.buy():
            pass
        return tuple(self.winners)

    def buy(self, like: "FastRun | None" = None) -> bool:
        """Buy the next project, if one is affordable. Raises Overspent; Unsure when the choice is too close.

        With a run `like` this one at a lower share: raises Parted unless all others are certainly dearer here
        than what that run bought next was there. An exception leaves the run as it was.
        """
        before = self._queue.copy()
        self._ceiling, self._bar = _NONE, self._top_of(like) if like else 0
        try:
            best = self._next()
            if best is None:
                return False
            if like is not None and best.name != like.winners[len(self.winners)]:
                raise Parted
            if self.spent + self._backings[best.name].cost > self._budget:
                raise Overspent
            self._pay(best.name)
        except (Parted, Unsure, Overspent):
            self._queue = before
            raise
        self.spent += self._backings[best.name].cost
        self.open.remove(best.name)
        self.winners.append(best.name)
        self.tops.append(best.high)
        return True

    def _top_of(self, like: "FastRun") -> int:
        """What that run paid at most for a unit of utility in the purchase that comes now, in ticks of this run."""
        return -(-like.tops[len(self.winners)] >> like._point - self._point)

    def is_out_of_reach(self, name: str) -> bool:
        """Whether this project's supporters certainly cannot pay it any more, now or later in this run."""
        if name in self.open and self._missing(self._backings[name]) > self._slack * self._backings[name].weight:
            self.open.remove(name)
        return name not in self.open

    def _next(self) -> _Entry | None:
        """What goes first now; None when nothing is affordable."""
        while self._queue:
            entry = heappop(self._queue)
            if entry.at == len(self.winners):
                return self._undisputed(entry)
            self._look_again(entry)
        return None

    def _undisputed(self, best: _Entry) -> _Entry:
        """The entry that certainly goes first; equal exact entries go by rank."""
        equals, queue = [], self._queue
        while queue and queue[0].low <= max(best.high, self._bar):
            rival = heappop(queue)
            if rival.at < len(self.winners):
                self._look_again(rival)
            elif self._bar:
                raise Parted
            elif best.exact and rival.exact and best.low == rival.low:
                equals.append(max(best, rival))
                best = min(best, rival)
            else:
                raise Unsure
        for equal in equals:
            heappush(queue, equal)
        return best

    def _look_again(self, entry: _Entry) -> None:
        """Price the project with the money of now and put it back, or drop it when it is out of reach."""
        name, backing = entry.name, self._backings[entry.name]
        if name not in self.open:
            return
        hand = self._money.take(backing.groups)
        if not self._is_affordable(backing, hand):
            self.open.remove(name)
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
        heappush(self._queue, entry)

    def _exact_entry(self, name: str, backing: Backing, at: int) -> _Entry:
        """A project whose supporters all pay the full price: 1 / weight per unit of utility."""
        low = (1 << (self._point + _FINE)) // backing.weight
        return _Entry(low, self._ranks[name], name, low + 1, True, at)

    def _missing(self, backing: Backing) -> int:
        return (backing.cost << self._point) - _total(self._money.take(backing.groups))

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
        ceiling = max(self._ceiling, self._bar)
        price = (ceiling * backing.cost >> _FINE) + 1
        poor = hand < self._limits(price, backing.weights)
        poor_hand, weights = hand.compress(poor), backing.weights.compress(poor)
        poor_weight = _total(weights)
        if poor_weight == backing.weight:
            return None
        due = (backing.cost << self._point) - _total(poor_hand) - self._unseen(poor_hand, weights)
        lowest = due // (backing.weight - poor_weight)
        return lowest if (lowest << _FINE) // backing.cost > ceiling else None

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

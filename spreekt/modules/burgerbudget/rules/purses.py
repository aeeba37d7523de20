"""The money of voters during equal shares, exact: who supports what, what a project costs them, and paying.

Identical ballots are one group with one purse. A group of k voters that gives p points weighs p * k for a
project, and pays min(its money, price * weight). Which project comes next is not decided here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spreekt.modules.burgerbudget.rules.election import Election

_CLOSE = 1e-9
_WIDE = 1 << 62


@dataclass(frozen=True, eq=False)
class Backing:
    """Everyone who supports one project, their weight together and the most points that one voter gave.

    `groups` and `weights` stand beside each other, the heaviest last; weights beyond 62 bits are Python numbers.
    """

    cost: int
    weight: int
    most_points: int
    groups: NDArray[np.int64]
    weights: NDArray[Any]


def backings(election: Election) -> Mapping[str, Backing]:
    """Who supports each project that has support. Groups are numbered as in `election.ballots`."""
    groups: dict[str, list[int]] = {project.id: [] for project in election.projects}
    weights: dict[str, list[int]] = {project.id: [] for project in election.projects}
    most_points = dict.fromkeys(groups, 0)
    for number, ballot in enumerate(election.ballots):
        for name, points in zip(ballot.choices, ballot.points, strict=True):
            groups[name].append(number)
            weights[name].append(points * ballot.count)
            if points > most_points[name]:
                most_points[name] = points
    found = {}
    for project in election.projects:
        if groups[project.id]:
            weight = election.score[project.id]
            each = np.array(weights[project.id], np.int64 if weight < _WIDE else object)
            order = np.argsort(each, kind="stable")
            numbers = np.array(groups[project.id], np.int64)
            found[project.id] = Backing(project.cost, weight, most_points[project.id], numbers[order], each[order])
    return found


class Purses:
    """What each group has left, in whole numbers of 1/scale money unit. It grows to stay whole.

    Beside the exact money stands the same in floats, which tells who is poor and who is rich wherever the
    difference is far larger than what floats can be off; the others are compared exactly.
    """

    def __init__(self, election: Election, shares: Mapping[str, Fraction], prices: Iterable[Fraction] = ()) -> None:
        """Whoever knows the `prices` to come saves the scale its growing."""
        self.scale = lcm(1, *(amount.denominator for amount in (*shares.values(), *prices)))
        whole = {area: int(share * self.scale) for area, share in shares.items()}
        self._money = [whole[area] * count for area, count in election.groups]
        self._since = [0] * len(self._money)  # the growth after which this purse was last brought up to scale
        self._grown = [1]  # how much the scale grew since each growth
        roughly = {area: float(share) for area, share in shares.items()}
        self._rough = np.array([roughly[area] * count for area, count in election.groups], np.float64)
        self._close = _CLOSE * float(self._rough.sum())
        self._filled = np.ones(len(self._money), np.bool_)

    def together(self, backing: Backing) -> Fraction:
        """Money of all supporters, in money units."""
        return Fraction(self._exactly(backing.groups), self.scale)

    def within(self, backing: Backing, price: Fraction) -> Fraction:
        """What supporters can pay together when one point costs at most `price`."""
        poor = self._poor(backing, price)
        rich_weight = backing.weight - int(backing.weights[poor].sum())
        return Fraction(self._exactly(backing.groups[poor]), self.scale) + price * rich_weight

    def price(self, backing: Backing, at_least: Fraction) -> Fraction | None:
        """The lowest price per point at which supporters pay the cost together; None when they cannot.

        `at_least` is a price known to be too low or right. Whoever is too poor for a price stays so when it
        rises, so the search ends as soon as nobody new is too poor.
        """
        roughly = float(self._rough[backing.groups].sum())
        if roughly < backing.cost + self._close and self.together(backing) < backing.cost:
            return None
        price, known = at_least, -1
        while True:
            poor = self._poor(backing, price)
            number = int(np.count_nonzero(poor))
            if number == known:
                return price
            due = backing.cost * self.scale - self._exactly(backing.groups[poor])
            rich_weight = backing.weight - int(backing.weights[poor].sum())
            assert rich_weight, "who have the cost together are not all too poor for a price that is not too high"
            price, known = Fraction(due, rich_weight * self.scale), number

    def if_dearer(self, backing: Backing, price: Fraction) -> Fraction | None:
        """A price above this one that is too low or right, if floats leave no doubt that there is one.

        Whomever one calls poor, the true price is at least what the others must pay when those give all they have.
        """
        hand = self._rough[backing.groups]
        poor = hand < (float(price) * backing.weights).astype(np.float64)
        poor_weight = int(backing.weights[poor].sum())
        if poor_weight == backing.weight:
            return None
        due = backing.cost - float(hand[poor].sum()) - self._close
        lowest = Fraction(due / (backing.weight - poor_weight) * (1 - _CLOSE))
        return lowest if lowest > price else None

    def pay(self, backing: Backing, price: Fraction) -> tuple[dict[int, int], list[int]]:
        """Take the payments out of the purses.

        Returns what each group paid in the new scale, without those that had nothing, and who paid the full price.
        """
        self._grow(price.denominator // gcd(price.denominator, self.scale))
        each = price.numerator * (self.scale // price.denominator)
        filled = self._filled[backing.groups]
        weights = backing.weights[filled].tolist()
        asked = {weight: each * weight for weight in set(weights)}
        now, paid, in_full, emptied = len(self._grown) - 1, {}, [], []
        for group, weight in zip(backing.groups[filled].tolist(), weights, strict=True):
            full, purse = asked[weight], self._money[group] * self._grown[self._since[group]]
            if purse >= full:
                in_full.append(group)
            if purse > full:
                paid[group] = full
                self._money[group], self._since[group] = purse - full, now
            else:
                paid[group] = purse
                self._money[group] = 0
                emptied.append(group)
        self._filled[emptied] = False
        left = self._rough[backing.groups] - (float(price) * backing.weights).astype(np.float64)
        self._rough[backing.groups] = np.maximum(left, 0.0)
        return paid, in_full

    def _grow(self, times: int) -> None:
        """Make the scale finer; each purse follows when it is next looked at."""
        if times > 1:
            self.scale *= times
            self._grown = [*(grown * times for grown in self._grown), 1]

    def _poor(self, backing: Backing, price: Fraction) -> NDArray[np.bool_]:
        """Which supporting groups have less than the price asks of them."""
        spare = self._rough[backing.groups] - (float(price) * backing.weights).astype(np.float64)
        poor: NDArray[np.bool_] = spare < 0
        for place in np.flatnonzero(np.abs(spare) <= self._close).tolist():
            asked = price.numerator * int(backing.weights[place]) * self.scale
            poor[place] = self._purse(int(backing.groups[place])) * price.denominator < asked
        return poor

    def _exactly(self, groups: NDArray[np.int64]) -> int:
        """Money of these groups together, in 1/scale money units."""
        return sum([self._purse(group) for group in groups[self._filled[groups]].tolist()])

    def _purse(self, group: int) -> int:
        return self._money[group] * self._grown[self._since[group]]

"""The money of voters during equal shares, exact: who supports what, what a project costs them, and paying.

Identical ballots are one group with one purse. A group of k voters that gives p points weighs p * k for a
project, and pays min(its money, price * weight). Which project comes next is not decided here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spreekt.modules.burgerbudget.rules.election import Election

_LARGEST = (1 << 63) - 1


class Bucket(NamedTuple):
    """Supporting groups of one weight; `pick` takes their purses out of all purses."""

    weight: int
    groups: tuple[int, ...]
    pick: Callable[[Sequence[int]], tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class Backing:
    """Everyone who supports one project, their weight together and the most points that one voter gave.

    `groups` and `weights` stand beside each other, cut off at 64 bits; `buckets` hold the same by weight.
    """

    cost: int
    weight: int
    most_points: int
    buckets: tuple[Bucket, ...]
    groups: NDArray[np.int64]
    weights: NDArray[np.int64]


def backings(election: Election) -> Mapping[str, Backing]:
    """Who supports each project that has support. Groups are numbered as in `election.ballots`."""
    groups: dict[str, dict[int, list[int]]] = {project.id: {} for project in election.projects}
    most_points = dict.fromkeys(groups, 0)
    for number, ballot in enumerate(election.ballots):
        for name, points in zip(ballot.choices, ballot.points, strict=True):
            groups[name].setdefault(points * ballot.count, []).append(number)
            if points > most_points[name]:
                most_points[name] = points
    return {
        project.id: Backing(
            cost=project.cost,
            weight=election.score[project.id],
            most_points=most_points[project.id],
            buckets=(
                buckets := tuple(
                    Bucket(weight, tuple(numbers), _picker(numbers))
                    for weight, numbers in sorted(groups[project.id].items())
                )
            ),
            groups=np.concatenate([np.array(bucket.groups, np.int64) for bucket in buckets]),
            weights=np.repeat(
                np.array([min(bucket.weight, _LARGEST) for bucket in buckets], np.int64),
                [len(bucket.groups) for bucket in buckets],
            ),
        )
        for project in election.projects
        if groups[project.id]
    }


def _picker(numbers: Sequence[int]) -> Callable[[Sequence[int]], tuple[int, ...]]:
    if len(numbers) == 1:
        only = numbers[0]
        return lambda money: (money[only],)
    return itemgetter(*numbers)


class Purses:
    """What each group has left, in whole numbers of 1/scale money unit. It grows to stay whole."""

    def __init__(self, election: Election, shares: Mapping[str, Fraction], prices: Iterable[Fraction] = ()) -> None:
        """Whoever knows the `prices` to come saves the scale its growing."""
        self.scale = lcm(1, *(amount.denominator for amount in (*shares.values(), *prices)))
        whole = {area: int(share * self.scale) for area, share in shares.items()}
        self.money = [whole[area] * count for area, count in election.groups]

    def together(self, backing: Backing) -> Fraction:
        """Money of all supporters, in money units."""
        return Fraction(sum(sum(bucket.pick(self.money)) for bucket in backing.buckets), self.scale)

    def within(self, backing: Backing, price: Fraction) -> Fraction:
        """What supporters can pay together when one point costs at most `price`."""
        scaled = price * self.scale
        total = 0  # in 1 / (scale * denominator) units
        for bucket in backing.buckets:
            full = scaled.numerator * bucket.weight
            limit = -(-full // scaled.denominator)
            hand = bucket.pick(self.money)
            poor = [money for money in hand if money < limit]
            total += sum(poor) * scaled.denominator + (len(hand) - len(poor)) * full
        return Fraction(total, self.scale * scaled.denominator)

    def price(self, backing: Backing, at_least: Fraction) -> Fraction | None:
        """The lowest price per point at which supporters pay the cost together; None when they cannot.

        `at_least` is a price known to be too low or right. Whoever is too poor for a price stays so when it
        rises, so each pass looks at the others only.
        """
        due, weight = backing.cost * self.scale, backing.weight
        hands = [(bucket.weight, bucket.pick(self.money)) for bucket in backing.buckets]
        if sum(sum(hand) for _, hand in hands) < due:
            return None
        threshold = at_least * self.scale
        numerator, denominator = threshold.numerator, threshold.denominator
        while True:
            poorer = False
            for place, (each, hand) in enumerate(hands):
                limit = -(-numerator * each // denominator)
                rich = tuple([money for money in hand if money >= limit])
                if len(rich) < len(hand):
                    poorer = True
                    due -= sum(hand) - sum(rich)
                    weight -= each * (len(hand) - len(rich))
                    hands[place] = (each, rich)
            if not poorer and numerator * weight == due * denominator:
                return Fraction(due, weight * self.scale)
            numerator, denominator = due, weight

    def pay(self, backing: Backing, price: Fraction) -> list[tuple[int, int, int]]:
        """Take the payments out of the purses; returns (group, payment, full payment) in the new scale."""
        grown = price.denominator // gcd(price.denominator, self.scale)
        if grown > 1:
            self.scale *= grown
            self.money = [money * grown for money in self.money]
        money = self.money
        payments = []
        for bucket in backing.buckets:
            full = price.numerator * (self.scale // price.denominator) * bucket.weight
            for group in bucket.groups:
                paid = min(money[group], full)
                money[group] -= paid
                payments.append((group, paid, full))
        return payments

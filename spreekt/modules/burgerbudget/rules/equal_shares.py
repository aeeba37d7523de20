"""The method of equal shares with cost utilities, exact, for one given share. Raising it is in add1.py.

Source: Peters, Pierczyński and Skowron, "Proportional Participatory Budgeting with Additive Utilities", 2021.
A vote is worth points * cost; a project's price per point divided by its cost is what one unit of utility
costs, and the project where that is lowest is bought.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush

from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.purses import Backing, Purses


@dataclass(frozen=True)
class Bought:
    """A project that its supporters bought. `price` is the most that one point paid, in money units."""

    project_id: str
    price: Fraction


@dataclass(frozen=True)
class Spree:
    """All purchases, in order, when each voter begins with the share of their class (in money units)."""

    shares: Mapping[str, Fraction]
    purchases: tuple[Bought, ...]
    spent: int

    @property
    def winners(self) -> tuple[str, ...]:
        return tuple(bought.project_id for bought in self.purchases)


class Overspent(Exception):
    """These shares buy more than the budget; `purchases` are those up to the one that passes it."""

    def __init__(self, purchases: tuple[Bought, ...] = ()) -> None:
        self.purchases = purchases
        super().__init__("these shares buy more than the budget")


def buy(
    election: Election,
    backings: Mapping[str, Backing],
    shares: Mapping[str, Fraction],
    ranks: Mapping[str, int],
) -> Spree:
    """Buy until no project is affordable. Raises Overspent as soon as the purchases pass the budget.

    Money only shrinks, so a price only rises and a project once out of reach stays so: old prices are lower
    bounds, and a project is priced again only when its bound is the lowest and floats do not put it behind the best.
    """
    purses = Purses(election, shares)
    # (cost of a unit of utility, rank in a tie, project, purchases made when it was computed)
    queue = [(Fraction(1, backing.weight), ranks[name], name, -1) for name, backing in backings.items()]
    heapify(queue)
    purchases: list[Bought] = []
    spent, best = 0, None
    while queue:
        bound, rank, name, priced_at = heappop(queue)
        backing = backings[name]
        if priced_at == len(purchases):
            price = bound * backing.cost
            purchases.append(Bought(name, price))
            spent += backing.cost
            if spent > election.budget:
                raise Overspent(tuple(purchases))
            purses.pay(backing, price)
            best = None
        elif best is not None and (dearer := purses.if_dearer(backing, best * backing.cost)):
            heappush(queue, (dearer / backing.cost, rank, name, -1))
        elif exact := purses.price(backing, bound * backing.cost):
            per_utility = exact / backing.cost
            best = per_utility if best is None else min(best, per_utility)
            heappush(queue, (per_utility, rank, name, len(purchases)))
    return Spree(shares, tuple(purchases), spent)

"""Skipping many shares at once with proof that each of them buys the same. One share is in equal_shares.py.

Take two shares, low and high, and one order of purchases. With more money at the start nobody has less at any
moment, so every price at a share in between lies between the price at high and the price at low. If at every
purchase all other projects are dearer at high than the bought one is at low, and at high nothing else is
affordable in the end, then every share in between buys the same projects in the same order. (Spending may
still fall when the share rises; that is why the proof is needed and bisection would be wrong.)
"""

from collections.abc import Mapping
from fractions import Fraction
from heapq import heapify, heappop, heappush

from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.equal_shares import Bought, Spree
from spreekt.modules.burgerbudget.rules.purses import Backing, Purses


def repeated(
    election: Election,
    backings: Mapping[str, Backing],
    low: Spree,
    shares: Mapping[str, Fraction],
    ranks: Mapping[str, int],
) -> Spree | None:
    """The spree at these higher shares if it provably buys the same as `low` there and everywhere between.

    None says nothing: the spree may still be the same.
    """
    purses = Purses(election, shares)
    queue = [(Fraction(1, backing.weight), ranks[name], name, -1) for name, backing in backings.items()]
    heapify(queue)
    purchases: list[Bought] = []
    done: set[str] = set()
    for bought in low.purchases:
        winner, backing = bought.project_id, backings[bought.project_id]
        done.add(winner)
        ceiling = (bought.price / backing.cost, ranks[winner])
        while queue and queue[0][:2] <= ceiling:
            bound, rank, name, priced_at = heappop(queue)
            if name in done:
                continue
            if priced_at == len(purchases):
                return None
            if dearer := purses.if_dearer(backings[name], ceiling[0] * backings[name].cost):
                heappush(queue, (dearer / backings[name].cost, rank, name, -1))
            elif price := purses.price(backings[name], bound * backings[name].cost):
                heappush(queue, (price / backings[name].cost, rank, name, len(purchases)))
        price = purses.price(backing, backing.cost * Fraction(1, backing.weight))
        assert price is not None, "what is affordable at a lower share is affordable at a higher one"
        purses.pay(backing, price)
        purchases.append(Bought(winner, price))
    if any(purses.together(backings[name]) >= backings[name].cost for _, _, name, _ in queue if name not in done):
        return None
    return Spree(shares, tuple(purchases), low.spent)

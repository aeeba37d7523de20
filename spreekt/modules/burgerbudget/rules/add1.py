"""Raising everyone's equal share step by step until the budget is used. One share is in equal_shares.py."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import floor

from spreekt.modules.burgerbudget.rules.amounts import write_amount
from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.equal_shares import Overspent, Spree, buy
from spreekt.modules.burgerbudget.rules.purses import backings
from spreekt.modules.burgerbudget.rules.rule import Add1Stop, Rule
from spreekt.modules.burgerbudget.rules.ties import tie_ranks


def start_shares(election: Election, rule: Rule) -> Mapping[str, Fraction]:
    """The share of each class before raising, in money units; whole currency units when the rule says so."""
    if not rule.floor_share:
        return election.shares
    return {
        area: Fraction(floor(share / election.units) * election.units)
        for area, share in election.shares.items()
    }


def equal_shares(election: Election, rule: Rule, progress: Callable[[str], None]) -> Spree:
    """The purchases at the final share, without completion.

    The spending may fall when the share rises, so every step is computed; there is no short cut by bisection.
    """
    support, ranks = backings(election), tie_ranks(election, rule.lot_seed)
    shares = start_shares(election, rule)
    spree = buy(election, support, shares, ranks)
    if rule.add1_step is None:
        return spree
    step = rule.add1_step * election.units
    while len(spree.purchases) < len(support):
        if rule.add1_stop is Add1Stop.EXHAUSTIVE and is_exhaustive(election, spree):
            break
        shares = {area: share + step for area, share in shares.items()}
        progress(f"share {write_amount(election.currency(max(shares.values())))}")
        try:
            spree = buy(election, support, shares, ranks)
        except Overspent:
            break
    return spree


def is_exhaustive(election: Election, spree: Spree) -> bool:
    """Whether no project with votes still fits in what is left."""
    left = election.budget - spree.spent
    winners = set(spree.winners)
    return all(
        project.cost > left or project.id in winners or not election.votes[project.id]
        for project in election.projects
    )

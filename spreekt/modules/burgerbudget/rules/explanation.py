"""Why each project won or lost under equal shares: the purchases are paid once more, exactly.

Source of the figures: the explanations of the Wieliczka budget, and budget-rules.md section 4. Whether the
purchases were the right ones is checked in witness.py.
"""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.equal_shares import Bought, Spree
from spreekt.modules.burgerbudget.rules.purses import Backing, Purses, backings
from spreekt.modules.burgerbudget.rules.verdicts import Purchase, Shortfall

_NAMED_WINNERS = 3


class Ledger:
    """The purchases of a spree paid once more, noting what the losers' supporters could pay and did pay."""

    def __init__(self, election: Election, spree: Spree) -> None:
        self._election = election
        self._backings = backings(election)
        self._losers = {name: self._backings[name] for name in self._backings if name not in spree.winners}
        self._purses = Purses(election, spree.shares)
        self._at_start = {name: self._purses.together(backing) for name, backing in self._losers.items()}
        self._best = dict.fromkeys(self._losers, Fraction(0))
        self._taken: dict[str, dict[str, Fraction]] = {name: {} for name in self._losers}
        self.purchases: dict[str, Purchase] = {}
        for number, bought in enumerate(spree.purchases, start=1):
            self._note_best_offers(bought)
            self.purchases[bought.project_id] = self._pay(number, bought)

    def shortfalls(self) -> Mapping[str, Shortfall]:
        """The figures of each project with votes that its supporters did not buy."""
        return {name: self._shortfall(name, backing) for name, backing in self._losers.items()}

    def _note_best_offers(self, bought: Bought) -> None:
        """What each loser's supporters could pay if a unit of utility cost what it cost in this purchase."""
        per_utility = bought.price / self._backings[bought.project_id].cost
        for name, backing in self._losers.items():
            if self._purses.together(backing) <= self._best[name] * backing.cost:
                continue
            offer = self._purses.within(backing, per_utility * backing.cost) / backing.cost
            self._best[name] = max(self._best[name], offer)

    def _pay(self, number: int, bought: Bought) -> Purchase:
        ballots, backing = self._election.ballots, self._backings[bought.project_id]
        full_payers = less_payers = total = 0
        taken: dict[str, int] = defaultdict(int)
        for group, paid, full in self._purses.pay(backing, bought.price):
            total += paid
            if paid == full:
                full_payers += ballots[group].count
            else:
                less_payers += ballots[group].count
            if paid:
                for name in ballots[group].choices:
                    taken[name] += paid
        assert total == backing.cost * self._purses.scale, "the supporters pay the cost, not more and not less"
        for name, amount in taken.items():
            if name in self._losers:
                self._taken[name][bought.project_id] = Fraction(amount, self._purses.scale)
        return Purchase(
            round=number,
            price=bought.price,
            effective_votes=backing.cost / bought.price,
            paid_full=full_payers,
            paid_less=less_payers,
        )

    def _shortfall(self, name: str, backing: Backing) -> Shortfall:
        left = self._purses.together(backing)
        assert left < backing.cost, "a project that its supporters can pay is bought"
        order = {winner: place for place, winner in enumerate(self.purchases)}
        taken = sorted(self._taken[name].items(), key=lambda item: (-item[1], order[item[0]]))
        return Shortfall(
            money_at_start=self._at_start[name],
            money_left=left,
            missing=backing.cost - left,
            effective_support=max(self._best[name], left / backing.cost),
            taken_by=tuple(taken[:_NAMED_WINNERS]),
        )

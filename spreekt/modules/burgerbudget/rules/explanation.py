"""Why each project won or lost under equal shares: the purchases are paid once more, exactly.

Source of the figures: the explanations of the Wieliczka budget, and budget-rules.md section 4. Whether the
purchases were the right ones is checked in witness.py.
"""

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property

from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.equal_shares import Bought, Spree
from spreekt.modules.burgerbudget.rules.purses import Backing, Purses
from spreekt.modules.burgerbudget.rules.screening import Screen
from spreekt.modules.burgerbudget.rules.verdicts import Purchase, Shortfall

_NAMED_WINNERS = 3


class Ledger:
    """The purchases of a spree paid once more, noting what the losers' supporters could pay and did pay."""

    def __init__(self, election: Election, spree: Spree, supporters: Mapping[str, Backing]) -> None:
        self._election, self.spree, self._backings = election, spree, supporters
        self._losers = {name: backing for name, backing in supporters.items() if name not in spree.winners}
        self._screen = Screen(election, spree, self._backings, most=_NAMED_WINNERS)
        self._purses = Purses(election, spree.shares, (bought.price for bought in spree.purchases))
        self._at_start = {name: self._purses.together(backing) for name, backing in self._losers.items()}
        self._best = dict.fromkeys(self._losers, Fraction(0))
        self._paid: dict[str, dict[int, int]] = {}
        self.purchases: dict[str, Purchase] = {}
        for number, bought in enumerate(spree.purchases):
            self._note_best_offers(number, bought)
            self.purchases[bought.project_id] = self._pay(number, bought)

    @cached_property
    def shortfalls(self) -> Mapping[str, Shortfall]:
        """The figures of each project with votes that its supporters did not buy."""
        return {name: self._shortfall(name, backing) for name, backing in self._losers.items()}

    def _note_best_offers(self, number: int, bought: Bought) -> None:
        """What losers' supporters could pay if a unit of utility cost what it cost in this purchase."""
        per_utility = bought.price / self._backings[bought.project_id].cost
        for name, backing in self._losers.items():
            if number in self._screen.rounds[name]:
                offer = self._purses.within(backing, per_utility * backing.cost) / backing.cost
                self._best[name] = max(self._best[name], offer)

    def _pay(self, number: int, bought: Bought) -> Purchase:
        ballots, backing = self._election.ballots, self._backings[bought.project_id]
        paid, in_full = self._purses.pay(backing, bought.price)
        self._paid[bought.project_id] = paid
        assert sum(paid.values()) == backing.cost * self._purses.scale, "supporters pay the cost, not more, not less"
        full_payers = sum([ballots[group].count for group in in_full])
        return Purchase(
            round=number + 1,
            price=bought.price,
            effective_votes=backing.cost / bought.price,
            paid_full=full_payers,
            paid_less=self._election.votes[bought.project_id] - full_payers,
        )

    def _shortfall(self, name: str, backing: Backing) -> Shortfall:
        left = self._purses.together(backing)
        assert left < backing.cost, "a project that its supporters can pay is bought"
        taken = [(winner, self._taken(backing, winner)) for winner in self._screen.takers[name]]
        taken.sort(key=lambda item: -item[1])  # stable: of equals, the earlier purchase first
        return Shortfall(
            money_at_start=self._at_start[name],
            money_left=left,
            missing=backing.cost - left,
            effective_support=max(self._best[name], left / backing.cost),
            taken_by=tuple((winner, amount) for winner, amount in taken[:_NAMED_WINNERS] if amount),
        )

    def _taken(self, backing: Backing, winner: str) -> Fraction:
        """What the supporters of a project paid for this winner."""
        paid = self._paid[winner]
        return Fraction(sum([paid.get(group, 0) for group in backing.groups.tolist()]), self._purses.scale)

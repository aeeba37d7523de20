"""Raising everyone's equal share step by step until the budget is used. One share is in equal_shares.py."""

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from math import floor

from spreekt.modules.burgerbudget.rules.amounts import write_amount
from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.equal_shares import Overspent, Spree, buy
from spreekt.modules.burgerbudget.rules.fast_shares import Crowd, FastRun, Unsure
from spreekt.modules.burgerbudget.rules.leaps import repeated
from spreekt.modules.burgerbudget.rules.purses import Backing
from spreekt.modules.burgerbudget.rules.rule import Add1Stop, Rule
from spreekt.modules.burgerbudget.rules.skips import Lookout
from spreekt.modules.burgerbudget.rules.ties import tie_ranks

_WORTHWHILE = 16  # steps skipped; trying costs about as much as ten fast steps


def start_shares(election: Election, rule: Rule) -> Mapping[str, Fraction]:
    """The share of each class before raising, in money units; whole currency units when the rule says so."""
    if not rule.floor_share:
        return election.shares
    return {area: Fraction(floor(share / election.units) * election.units) for area, share in election.shares.items()}


def equal_shares(
    election: Election, rule: Rule, progress: Callable[[str], None], supporters: Mapping[str, Backing]
) -> Spree:
    """The purchases at the final share, without completion; computed exactly whatever the way there."""
    climb = _Climb(election, rule, supporters)
    while climb.may_rise():
        progress(f"share {write_amount(election.currency(max(climb.shares().values())))}")
        if not climb.step():
            break
        climb.leap()
    return climb.spree()


class _Climb:
    """Walks up the shares. Every step counts, because spending may fall when the share rises.

    Steps are decided in fast numbers, with exact ones where those are unsure. A run ends as soon as it shows that
    its step is not the last, and where the same can be shown for all steps up to some higher one, those are taken
    at once. When the winners stay the same for a while, it tries to skip steps with exact proof; each time that
    brings little, it waits twice as long.
    """

    def __init__(self, election: Election, rule: Rule, supporters: Mapping[str, Backing]) -> None:
        self._election, self._rule = election, rule
        self._start = start_shares(election, rule)
        self._backings, self._ranks = supporters, tie_ranks(election, rule.lot_seed)
        self._crowd = Crowd(election, self._backings)
        self._lookout = Lookout(election.budget, self._backings, rule.add1_stop)
        self._steps, self._at_once = 0, 1
        self._begun: dict[int, FastRun] = {}  # runs at steps that are still to come
        self._run: FastRun | None = None  # at these steps; None when only exact numbers could tell
        self._winners: tuple[str, ...] | None = None  # None when it is enough that this step is not the last
        self._arrive(0)
        self._steady, self._patience = 0, max(4, len(election.ballots) // 200)

    def shares(self, steps: int | None = None) -> Mapping[str, Fraction]:
        steps = self._steps if steps is None else steps
        raised = (self._rule.add1_step or 0) * self._election.units * steps
        return {area: share + raised for area, share in self._start.items()}

    def spree(self) -> Spree:
        """The purchases at the share reached, exact."""
        spree = buy(self._election, self._backings, self.shares(), self._ranks)
        if self._winners is None:
            self._winners = self._finished()
        assert self._winners in (None, spree.winners), "fast and exact numbers decide the same"
        return spree

    def may_rise(self) -> bool:
        """Whether the rule asks for another step, were it not to overspend."""
        if self._winners is None:
            return True
        if self._rule.add1_step is None or len(self._winners) == len(self._backings):
            return False
        return self._rule.add1_stop is Add1Stop.OVERSPEND or not is_exhaustive(self._election, self._winners)

    def step(self) -> bool:
        """Go one step up, or several of which none is the last, unless the next one overspends."""
        while self._at_once > 1:
            if self._skips(self._at_once):
                self._at_once *= 2
                return True
            self._at_once //= 2
        before = self._winners
        try:
            self._arrive(self._steps + 1)
        except Overspent:
            return False
        self._steady = self._steady + 1 if before is not None and self._winners == before else 0
        self._at_once = 2 if self._winners is None else 1
        return True

    def leap(self) -> None:
        """Skip steps that provably change nothing: two, then four, then eight, while the proof succeeds."""
        if self._steady < self._patience or not self.may_rise():
            return
        begin, low, ahead = self._steps, self.spree(), 2
        while ahead:
            shares = self.shares(self._steps + ahead)
            same = repeated(self._election, self._backings, low, shares, self._ranks)
            if same:
                self._steps += ahead
                low = same
            ahead = ahead * 2 if same else ahead // 2 if self._steps - begin >= 2 * ahead else 0
        self._steady = 0
        self._patience = 1 if self._steps - begin >= _WORTHWHILE else 2 * self._patience

    def _skips(self, ahead: int) -> bool:
        """Whether none of so many steps is the last; if so, they are taken."""
        if self._run is None:
            return False
        try:
            run = FastRun(self._crowd, self.shares(self._steps + ahead), self._ranks)
            if not self._lookout.are_on_the_way(self._run, run):
                self._begun[self._steps + ahead] = run
                return False
        except Unsure:
            return False
        self._steps, self._run, self._winners, self._steady = self._steps + ahead, run, None, 0
        self._begun = {steps: begun for steps, begun in self._begun.items() if steps > self._steps}
        return True

    def _arrive(self, steps: int) -> None:
        """Be at this step. Raises Overspent, and stays."""
        shares = self.shares(steps)
        winners: tuple[str, ...] | None = None
        try:
            run = self._begun.pop(steps, None) or FastRun(self._crowd, shares, self._ranks)
            if self._rule.add1_step is None or not self._lookout.is_on_the_way(run):
                winners = run.run()
            self._run = run
        except Unsure:
            self._run, winners = None, buy(self._election, self._backings, shares, self._ranks).winners
        self._steps, self._winners = steps, winners

    def _finished(self) -> tuple[str, ...] | None:
        """The winners of a run that was left early; None when fast numbers cannot tell."""
        try:
            return self._run.run() if self._run else None
        except Unsure:
            return None


def is_exhaustive(election: Election, winners: Collection[str]) -> bool:
    """Whether no project with votes still fits in what these winners leave."""
    left = election.budget - sum(election.project[name].cost for name in winners)
    return all(
        project.cost > left or project.id in winners or not election.votes[project.id] for project in election.projects
    )

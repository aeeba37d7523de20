"""The outcome of an election under a rule: a pure function, with the reason for every project."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from spreekt.modules.burgerbudget.rules.add1 import equal_shares
from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.equal_shares import Spree
from spreekt.modules.burgerbudget.rules.explanation import Ledger
from spreekt.modules.burgerbudget.rules.fairness import Fairness, judge
from spreekt.modules.burgerbudget.rules.greedy import walk
from spreekt.modules.burgerbudget.rules.purses import backings
from spreekt.modules.burgerbudget.rules.rule import Completion, Method, Rule
from spreekt.modules.burgerbudget.rules.verdicts import Reason, Shortfall, Verdict

Progress = Callable[[str], None]
"""Is told in English how far a long computation is; may be called often."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Winners in order of selection and a verdict on each project. Money in the election's units.

    `share` is the equal share per voter in the end; None for greedy rules and when pots give several. `spree`
    are the purchases of equal shares, from which witness.py makes a certificate.
    """

    rule: Rule
    winners: tuple[str, ...]
    spent: int
    share: Fraction | None
    verdicts: Mapping[str, Verdict]
    fairness: Fairness
    spree: Spree | None = None


def decide(election: Election, rule: Rule, *, progress: Progress | None = None) -> Outcome:
    """The outcome. It depends on nothing but the election and the rule, and is the same on every machine."""
    return decide_each(election, {"": rule}, progress=progress)[""]


def decide_each(
    election: Election, rules: Mapping[str, Rule], *, progress: Progress | None = None
) -> Mapping[str, Outcome]:
    """The outcome under each rule. Rules that differ in their completion only share one computation."""
    supporters = backings(election)
    bought: dict[Rule, Ledger] = {}
    outcomes = {}
    for name, rule in rules.items():
        if rule.method is not Method.EQUAL_SHARES:
            outcomes[name] = _by_greed(election, rule)
            continue
        purchases_alone = replace(rule, complete=Completion.NONE)
        if purchases_alone not in bought:
            spree = equal_shares(election, rule, progress or _silence, supporters)
            (progress or _silence)("explaining every project")
            bought[purchases_alone] = Ledger(election, spree, supporters)
        outcomes[name] = _by_equal_shares(election, rule, bought[purchases_alone])
    return outcomes


def _by_greed(election: Election, rule: Rule) -> Outcome:
    steps = walk(election, rule.method, lot_seed=rule.lot_seed)
    verdicts = {
        name: Verdict(
            project_id=name,
            reason=steps.reasons[name],
            votes=election.votes[name],
            score=election.score[name],
            turn=steps.turns[name],
        )
        for name in election.project
    }
    return _outcome(election, rule, steps.winners, verdicts)


def _by_equal_shares(election: Election, rule: Rule, ledger: Ledger) -> Outcome:
    winners = ledger.spree.winners
    if rule.complete is Completion.GREEDY:
        winners += walk(election, Method.GREEDY, lot_seed=rule.lot_seed, already=winners).winners
    verdicts = {
        name: Verdict(
            project_id=name,
            reason=_reason(election, name, name in winners, ledger.shortfalls.get(name)),
            votes=election.votes[name],
            score=election.score[name],
            purchase=ledger.purchases.get(name),
            shortfall=ledger.shortfalls.get(name),
        )
        for name in election.project
    }
    return _outcome(election, rule, winners, verdicts, ledger.spree)


def _reason(election: Election, name: str, won: bool, shortfall: Shortfall | None) -> Reason:
    if not election.votes[name]:
        return Reason.NO_VOTES
    if shortfall is None:
        return Reason.SUPPORTERS_PAID
    if won:
        return Reason.COMPLETED
    enough = shortfall.money_at_start >= election.project[name].cost
    return Reason.MONEY_WENT_ELSEWHERE if enough else Reason.TOO_FEW_VOTES


def _outcome(
    election: Election,
    rule: Rule,
    winners: tuple[str, ...],
    verdicts: Mapping[str, Verdict],
    spree: Spree | None = None,
) -> Outcome:
    shares = set(spree.shares.values()) if spree else set()
    return Outcome(
        rule=rule,
        winners=winners,
        spent=sum(election.project[name].cost for name in winners),
        share=shares.pop() if len(shares) == 1 else None,
        verdicts=verdicts,
        fairness=judge(election, winners),
        spree=spree,
    )


def _silence(message: str) -> None:
    """Progress that nobody follows."""

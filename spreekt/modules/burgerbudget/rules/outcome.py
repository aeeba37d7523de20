"""The outcome of an election under a rule: a pure function, with the reason for every project."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.fairness import Fairness, judge
from spreekt.modules.burgerbudget.rules.greedy import walk
from spreekt.modules.burgerbudget.rules.rule import Rule
from spreekt.modules.burgerbudget.rules.verdicts import Verdict

Progress = Callable[[str], None]
"""Is told in English how far a long computation is; may be called often."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Winners in order of selection and a verdict on each project. Money in the election's units.

    `share` is the equal share per voter in the end; None for greedy rules and when pots give several.
    """

    rule: Rule
    winners: tuple[str, ...]
    spent: int
    share: Fraction | None
    verdicts: Mapping[str, Verdict]
    fairness: Fairness


def decide(election: Election, rule: Rule, *, progress: Progress | None = None) -> Outcome:
    """The outcome. It depends on nothing but the election and the rule, and is the same on every machine."""
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
    return Outcome(
        rule=rule,
        winners=steps.winners,
        spent=sum(election.project[name].cost for name in steps.winners),
        share=None,
        verdicts=verdicts,
        fairness=judge(election, steps.winners),
    )

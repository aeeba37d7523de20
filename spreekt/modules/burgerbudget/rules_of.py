"""The frozen rule of a round as the engine takes it, and the rules that a result page sets beside it."""

from collections.abc import Mapping

from spreekt.modules.burgerbudget.budget_commands import COMPARED
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.models import Rule as RuleName
from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.outcome import Outcome, decide
from spreekt.modules.burgerbudget.rules.rule import Method, Rule

OFFERED = (RuleName.GREEDY, RuleName.GREEDY_NO_SKIP, RuleName.GREEDY_PER_COST)
"""The rules that a new round may have."""


def rule(round: Round) -> Rule:
    """The rule that was decreed, with its parameters."""
    return Rule(method=Method(round.rule.value), lot_seed=round.rule_options.get("lot_seed"))


def others(official: Rule, election: Election) -> Mapping[str, Outcome]:
    """What other rules would have given on the same votes, by the name of the rule.

    Raised shares take seconds on thousands of ballots, so they are left to `spreekt budget compare`.
    """
    at_once = {name: rule for name, rule in COMPARED.items() if rule.add1_step is None}
    return {name: decide(election, rule) for name, rule in at_once.items() if rule.method is not official.method}

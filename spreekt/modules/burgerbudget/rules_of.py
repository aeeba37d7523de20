"""The frozen rule of a round as the engine takes it, and the rules that a result page sets beside it."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from spreekt.kernel.storage import Json
from spreekt.modules.burgerbudget.budget_commands import COMPARED
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.models import Rule as RuleName
from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.outcome import Outcome, Progress, decide_each
from spreekt.modules.burgerbudget.rules.rule import Add1Stop, Completion, Method, Rule

OFFERED = (RuleName.EQUAL_SHARES, RuleName.GREEDY, RuleName.GREEDY_NO_SKIP, RuleName.GREEDY_PER_COST)
"""The rules that a new round may have."""

_BESIDE = {name: rule for name, rule in COMPARED.items() if name != "+add1"}  # its completed form says more


def options(name: RuleName, *, step_cents: int | None, until_overspent: bool, completes: bool, lot_seed: str) -> Json:
    """What a regulation says about its rule, as it is kept with the round. A greedy rule has ties only."""
    kept: Json = {"lot_seed": lot_seed} if lot_seed else {}
    if name is not RuleName.EQUAL_SHARES:
        return kept
    stop = Add1Stop.OVERSPEND if until_overspent else Add1Stop.EXHAUSTIVE
    complete = Completion.GREEDY if completes else Completion.NONE
    return {**kept, "step_cents": step_cents, "add1_stop": stop.value, "complete": complete.value}


def rule(round: Round) -> Rule:
    """The rule that was decreed, with its parameters."""
    kept = round.rule_options
    step_cents = kept.get("step_cents")
    return Rule(
        method=Method(round.rule.value),
        add1_step=None if step_cents is None else Fraction(step_cents, 100),
        add1_stop=Add1Stop(kept.get("add1_stop", Add1Stop.EXHAUSTIVE)),
        complete=Completion(kept.get("complete", Completion.NONE)),
        lot_seed=kept.get("lot_seed"),
    )


def others(official: Rule | None, election: Election, *, progress: Progress | None = None) -> Mapping[str, Outcome]:
    """What other rules would have given on the same votes, by the name of the rule; ties as in the official one.

    None: no rule is official, because a jury decides.
    """
    lot_seed = official.lot_seed if official is not None else None
    beside = {name: replace(rule, lot_seed=lot_seed) for name, rule in _BESIDE.items()}
    return decide_each(election, {name: rule for name, rule in beside.items() if rule != official}, progress=progress)

"""A certificate of an equal-shares outcome that anyone can check without solving: making it and checking it.

It holds the election as a .pb file, the rule, the final share and each purchase with its exact price. The
check pays the purchases once and compares every remaining project with every purchase. It proves the
purchases at the final share, that raising ended there for the stated reason, and the completion. It does not
prove that no smaller share would already have ended the raising: `spreekt budget outcome` on the file does.
"""

import json
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from spreekt.modules.burgerbudget.rules.add1 import is_exhaustive, start_shares
from spreekt.modules.burgerbudget.rules.amounts import parse_amount
from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.equal_shares import Bought, Overspent, buy
from spreekt.modules.burgerbudget.rules.greedy import walk
from spreekt.modules.burgerbudget.rules.outcome import Outcome
from spreekt.modules.burgerbudget.rules.pabulib import read_pb
from spreekt.modules.burgerbudget.rules.pabulib_writer import write_pb
from spreekt.modules.burgerbudget.rules.purses import Purses, backings
from spreekt.modules.burgerbudget.rules.rule import Add1Stop, Completion, Method, Rule
from spreekt.modules.burgerbudget.rules.ties import tie_ranks

FORMAT = "spreekt-witness/1"
_HEX = re.compile(r"[0-9a-f]{1,100000}/[0-9a-f]{1,100000}")


class NotAWitness(ValueError):
    """The text has not the form of a witness."""


class FalseWitness(ValueError):
    """The witness claims something that is not so; the message says what."""


def write_witness(election: Election, outcome: Outcome) -> str:
    """The certificate of an outcome as JSON, its amounts as hexadecimal fractions of a currency unit.

    Raises IncompleteMeta, like the .pb file that it holds.
    """
    assert outcome.spree is not None, "only equal shares has purchases to witness"
    rule, spree = outcome.rule, outcome.spree
    beyond: tuple[Bought, ...] = ()
    if rule.add1_step is not None:
        step = rule.add1_step * election.units
        try:
            raised = {area: share + step for area, share in spree.shares.items()}
            buy(election, backings(election), raised, tie_ranks(election, rule.lot_seed))
        except Overspent as overspent:
            beyond = overspent.purchases
    return json.dumps(
        {
            "format": FORMAT,
            "rule": rule.parameters(),
            "winners": list(outcome.winners),
            "shares": {area: _hex(election, share) for area, share in spree.shares.items()},
            "purchases": [[bought.project_id, _hex(election, bought.price)] for bought in spree.purchases],
            "one_step_higher": [[bought.project_id, _hex(election, bought.price)] for bought in beyond],
            "election": write_pb(election, outcome),
        },
        indent=1,
    )


def check_witness(text: str) -> tuple[Election, tuple[str, ...]]:
    """The election and its proven winners. Raises NotAWitness, NotAPbFile or FalseWitness."""
    parts = _parts(text)
    election = read_pb(parts["election"])
    rule = _rule(parts["rule"])
    shares = {area: _fraction(share) * election.units for area, share in parts["shares"].items()}
    purchases = _purchases(election, parts["purchases"])
    start = start_shares(election, rule)
    _check_shares(election, rule, start, shares)
    _check_purchases(election, rule, shares, purchases)
    winners = tuple(bought.project_id for bought in purchases)
    if rule.add1_step is not None:
        _check_end(election, rule, shares, winners, _purchases(election, parts["one_step_higher"]))
    if rule.complete is Completion.GREEDY:
        winners += walk(election, Method.GREEDY, lot_seed=rule.lot_seed, already=winners).winners
    if list(winners) != parts["winners"]:
        raise FalseWitness("the winners are not those of the purchases and the completion")
    return election, winners


def _check_shares(
    election: Election, rule: Rule, start: Mapping[str, Fraction], shares: Mapping[str, Fraction]
) -> None:
    if shares.keys() != start.keys():
        raise FalseWitness("the shares are not those of the voters in the election")
    step = (rule.add1_step or 0) * election.units
    raises = {share - start[area] for area, share in shares.items()}
    if len(raises) > 1 or any(raised and (not step or raised < 0 or raised % step) for raised in raises):
        raise FalseWitness("the shares are not the equal shares raised by whole steps")


def _check_end(
    election: Election,
    rule: Rule,
    shares: Mapping[str, Fraction],
    winners: Sequence[str],
    beyond: tuple[Bought, ...],
) -> None:
    """Raising ended because everything was bought, nothing more fitted, or one more step overspends."""
    if len(winners) == len(backings(election)):
        return
    if rule.add1_stop is Add1Stop.EXHAUSTIVE and is_exhaustive(election, winners):
        return
    step = (rule.add1_step or 0) * election.units
    _check_purchases(election, rule, {area: share + step for area, share in shares.items()}, beyond, beyond=True)


def _check_purchases(
    election: Election,
    rule: Rule,
    shares: Mapping[str, Fraction],
    purchases: tuple[Bought, ...],
    *,
    beyond: bool = False,
) -> None:
    """Each purchase is paid in full by its supporters and was the best one left; the end is an end."""
    left, ranks = dict(backings(election)), tie_ranks(election, rule.lot_seed)
    purses = Purses(election, shares)
    spent = 0
    for number, bought in enumerate(purchases, start=1):
        backing = left.pop(bought.project_id, None)
        if backing is None:
            raise FalseWitness(f"purchase {number}: {bought.project_id!r} has no votes or is bought twice")
        if purses.within(backing, bought.price) != backing.cost:
            raise FalseWitness(f"purchase {number}: the supporters do not pay the cost of {bought.project_id!r}")
        per_utility = bought.price / backing.cost
        for name, rival in left.items():
            offer = purses.within(rival, per_utility * rival.cost)
            if offer > rival.cost or (offer == rival.cost and ranks[name] < ranks[bought.project_id]):
                raise FalseWitness(f"purchase {number}: {name!r} goes before {bought.project_id!r}")
        purses.pay(backing, bought.price)
        spent += backing.cost
    if beyond != (spent > election.budget):
        raise FalseWitness("one step higher does not overspend" if beyond else "the purchases overspend")
    affordable = [name for name, backing in left.items() if purses.together(backing) >= backing.cost]
    if affordable and not beyond:
        raise FalseWitness(f"the supporters of {affordable[0]!r} can still pay for it")


def _parts(text: str) -> dict[str, Any]:
    try:
        parts = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAWitness("the file is not JSON") from None
    if not isinstance(parts, dict) or parts.get("format") != FORMAT:
        raise NotAWitness(f"the file does not say that it is a {FORMAT}")
    kinds = {"rule": dict, "winners": list, "shares": dict, "purchases": list, "one_step_higher": list}
    for key, kind in {**kinds, "election": str}.items():
        if not isinstance(parts.get(key), kind):
            raise NotAWitness(f"{key!r} is missing or of the wrong kind")
    return parts


def _rule(parameters: Mapping[str, Any]) -> Rule:
    try:
        rule = Rule(
            method=Method(parameters["method"]),
            add1_step=None if parameters["add1"] is None else parse_amount(str(parameters["add1"])),
            add1_stop=Add1Stop(parameters["add1_stop"]),
            floor_share=parameters["floor_share"] is True,
            complete=Completion(parameters["complete"]),
            lot_seed=None if parameters["lot_seed"] is None else str(parameters["lot_seed"]),
        )
    except (KeyError, ValueError) as fault:
        raise NotAWitness(f"the rule is not understood: {fault}") from None
    if rule.parameters() != parameters or rule.method is not Method.EQUAL_SHARES:
        raise NotAWitness("the rule has parameters that are not understood")
    return rule


def _purchases(election: Election, pairs: Sequence[Any]) -> tuple[Bought, ...]:
    if not all(isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) for pair in pairs):
        raise NotAWitness("a purchase is a project and a price")
    return tuple(Bought(pair[0], _fraction(pair[1]) * election.units) for pair in pairs)


def _hex(election: Election, amount: Fraction) -> str:
    amount = election.currency(amount)
    return f"{amount.numerator:x}/{amount.denominator:x}"


def _fraction(text: object) -> Fraction:
    if not isinstance(text, str) or not _HEX.fullmatch(text):
        raise NotAWitness(f"{str(text)[:40]!r} is not a hexadecimal fraction")
    numerator, denominator = (int(part, 16) for part in text.split("/"))
    if not denominator:
        raise NotAWitness(f"{text[:40]!r} divides by zero")
    return Fraction(numerator, denominator)

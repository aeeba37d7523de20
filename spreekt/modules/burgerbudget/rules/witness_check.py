"""Checking the certificate of an equal-shares outcome in one pass, with arithmetic of its own. Writing: witness.py.

The check pays the purchases once and compares every remaining project with every purchase. It proves the
purchases at the final share, that raising ended there for the stated reason, and the completion. It does not
prove that no smaller share would already have ended the raising: `spreekt budget outcome` on the file does. What the
file itself says of the rule, the winners and the votes must be the same; its hash ties the proof to what is published.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor, lcm
from typing import Any, NamedTuple

from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.equal_shares import Bought
from spreekt.modules.burgerbudget.rules.gates import Gate, behind
from spreekt.modules.burgerbudget.rules.greedy import walk
from spreekt.modules.burgerbudget.rules.pabulib import read_pb, selected
from spreekt.modules.burgerbudget.rules.pabulib_writer import stated_scores
from spreekt.modules.burgerbudget.rules.remarks import gate_from, remarks_on
from spreekt.modules.burgerbudget.rules.rule import Add1Stop, Completion, Method, Rule, rule_from
from spreekt.modules.burgerbudget.rules.ties import tie_ranks
from spreekt.modules.burgerbudget.rules.witness import FORMAT

_HEX = re.compile(r"[0-9a-f]{1,100000}/[0-9a-f]{1,100000}")


class NotAWitness(ValueError):
    """The text has not the form of a witness."""


class FalseWitness(ValueError):
    """The witness claims something that is not so; the message says what."""


class Proven(NamedTuple):
    """The election of the file in a witness, its proven winners, and the SHA-256 of that file."""

    election: Election
    winners: tuple[str, ...]
    file_sha256: str


def check_witness(text: str) -> Proven:
    """What a witness proves. Raises NotAWitness, NotAPbFile or FalseWitness."""
    parts = _parts(text)
    whole = read_pb(parts["election"])
    rule, gate = _rule(parts["rule"]), _gate(parts["gate"])
    election = behind(whole, gate)
    shares = {area: _fraction(share) * election.units for area, share in parts["shares"].items()}
    purchases = _purchases(election, parts["purchases"])
    _check_shares(election, rule, shares)
    _check_purchases(election, rule, shares, purchases)
    winners = tuple(bought.project_id for bought in purchases)
    if rule.add1_step is not None:
        _check_end(election, rule, shares, winners, _purchases(election, parts["one_step_higher"]))
    if rule.complete is Completion.GREEDY:
        winners += walk(election, Method.GREEDY, lot_seed=rule.lot_seed, already=winners).winners
    if list(winners) != parts["winners"]:
        raise FalseWitness("the winners are not those of the purchases and the completion")
    _check_file(whole, rule, gate, winners)
    return Proven(whole, winners, hashlib.sha256(parts["election"].encode()).hexdigest())


def _check_file(election: Election, rule: Rule, gate: Gate | None, winners: Sequence[str]) -> None:
    """The file says the rule that was followed, who won, and what its own ballots add up to."""
    if election.meta.get("comment") != remarks_on(rule, gate):
        raise FalseWitness("the comment of the file says another rule or another gate")
    if selected(election) != set(winners):
        raise FalseWitness("the file calls other projects selected")
    for column, counted in (("votes", election.votes), ("score", stated_scores(election))):
        for project in election.projects:
            if project.details.get(column, str(counted[project.id])) != str(counted[project.id]):
                raise FalseWitness(f"the {column} of {project.id!r} are not those of the ballots")


def _check_shares(election: Election, rule: Rule, shares: Mapping[str, Fraction]) -> None:
    start = dict(election.shares)
    if rule.floor_share:
        start = {area: Fraction(floor(share / election.units) * election.units) for area, share in start.items()}
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
    left = election.budget - sum(election.project[name].cost for name in winners)
    losers = [project for project in election.projects if election.votes[project.id] and project.id not in winners]
    if not losers or (rule.add1_stop is Add1Stop.EXHAUSTIVE and all(project.cost > left for project in losers)):
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
    till, ranks = _Till(election, shares, purchases), tie_ranks(election, rule.lot_seed)
    left = {name for name, votes in election.votes.items() if votes}
    spent = 0
    for number, bought in enumerate(purchases, start=1):
        if bought.project_id not in left:
            raise FalseWitness(f"purchase {number}: {bought.project_id!r} has no votes or is bought twice")
        left.remove(bought.project_id)
        cost = election.project[bought.project_id].cost
        if till.offered(bought.project_id, bought.price) != cost:
            raise FalseWitness(f"purchase {number}: the supporters do not pay the cost of {bought.project_id!r}")
        for name in left:
            rival = election.project[name].cost
            offer = till.offered(name, bought.price * rival / cost)
            if offer > rival or (offer == rival and ranks[name] < ranks[bought.project_id]):
                raise FalseWitness(f"purchase {number}: {name!r} goes before {bought.project_id!r}")
        till.take(bought.project_id, bought.price)
        spent += cost
    if beyond != (spent > election.budget):
        raise FalseWitness("one step higher does not overspend" if beyond else "the purchases overspend")
    affordable = [name for name in sorted(left) if till.owned(name) >= election.project[name].cost]
    if affordable and not beyond:
        raise FalseWitness(f"the supporters of {affordable[0]!r} can still pay for it")


class _Till:
    """Who has how much, once more and as plainly as possible: nothing here is shared with what made the witness.

    Money is in whole numbers of 1/scale unit, where every share and every payment is whole.
    """

    def __init__(self, election: Election, shares: Mapping[str, Fraction], purchases: Sequence[Bought]) -> None:
        amounts = (*shares.values(), *(bought.price for bought in purchases))
        self._scale = lcm(1, *(amount.denominator for amount in amounts))
        self._money = [int(shares[ballot.share_class] * self._scale) * ballot.count for ballot in election.ballots]
        self._supporters: dict[str, list[tuple[int, int]]] = {project.id: [] for project in election.projects}
        for number, ballot in enumerate(election.ballots):
            for name, points in zip(ballot.choices, ballot.points, strict=True):
                self._supporters[name].append((number, points * ballot.count))

    def offered(self, name: str, price: Fraction) -> Fraction:
        """What the supporters pay together when a point costs at most `price`, in units."""
        asked, under = price.numerator * self._scale, price.denominator
        money = self._money
        paid = sum([min(money[number] * under, asked * weight) for number, weight in self._supporters[name]])
        return Fraction(paid, self._scale * under)

    def owned(self, name: str) -> Fraction:
        """All that the supporters have, in units."""
        return Fraction(sum([self._money[number] for number, _ in self._supporters[name]]), self._scale)

    def take(self, name: str, price: Fraction) -> None:
        """Have the supporters pay."""
        each = int(price * self._scale)
        for number, weight in self._supporters[name]:
            self._money[number] = max(0, self._money[number] - each * weight)


def _parts(text: str) -> dict[str, Any]:
    try:
        parts = json.loads(text)
        json.dumps(parts, ensure_ascii=False).encode()  # an escape can hold half a letter, which is no text
    except (ValueError, RecursionError):
        raise NotAWitness("the file is not JSON, or holds half a letter") from None
    if not isinstance(parts, dict) or parts.get("format") != FORMAT:
        raise NotAWitness(f"the file does not say that it is a {FORMAT}")
    kinds = {"rule": dict, "winners": list, "shares": dict, "purchases": list, "one_step_higher": list}
    for key, kind in {**kinds, "election": str}.items():
        if not isinstance(parts.get(key), kind):
            raise NotAWitness(f"{key!r} is missing or of the wrong kind")
    if not isinstance(parts.setdefault("gate", None), dict | None):
        raise NotAWitness("'gate' is of the wrong kind")
    return parts


def _rule(parameters: Mapping[str, Any]) -> Rule:
    try:
        rule = rule_from(parameters)
    except ValueError as fault:
        raise NotAWitness(f"the rule is not understood: {fault}") from None
    if rule.method is not Method.EQUAL_SHARES:
        raise NotAWitness("only equal shares has purchases to witness")
    return rule


def _gate(parameters: Mapping[str, Any] | None) -> Gate | None:
    if parameters is None:
        return None
    try:
        gate = gate_from(parameters)
    except ValueError as fault:
        raise NotAWitness(f"the gate is not understood: {fault}") from None
    if gate.parameters() != parameters:
        raise NotAWitness("the gate has parameters that are not understood")
    return gate


def _purchases(election: Election, pairs: Sequence[Any]) -> tuple[Bought, ...]:
    if not all(isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) for pair in pairs):
        raise NotAWitness("a purchase is a project and a price")
    return tuple(Bought(pair[0], _fraction(pair[1]) * election.units) for pair in pairs)


def _fraction(text: object) -> Fraction:
    if not isinstance(text, str) or not _HEX.fullmatch(text):
        raise NotAWitness(f"{str(text)[:40]!r} is not a hexadecimal fraction")
    numerator, denominator = (int(part, 16) for part in text.split("/"))
    if not denominator:
        raise NotAWitness(f"{text[:40]!r} divides by zero")
    return Fraction(numerator, denominator)

"""Writing the certificate of an equal-shares outcome that anyone can check without solving. Checking: witness_check.py.

It holds the election as the .pb file that is published, the rule, what came before it (the gate), the final share and
each purchase with its exact price.
"""

import json
from fractions import Fraction

from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.equal_shares import Bought, Overspent, buy
from spreekt.modules.burgerbudget.rules.gates import Gate, behind
from spreekt.modules.burgerbudget.rules.outcome import Outcome
from spreekt.modules.burgerbudget.rules.pabulib_writer import write_pb
from spreekt.modules.burgerbudget.rules.purses import backings
from spreekt.modules.burgerbudget.rules.ties import tie_ranks

FORMAT = "spreekt-witness/1"


def write_witness(election: Election, outcome: Outcome, *, gate: Gate | None = None) -> str:
    """The certificate of an outcome as JSON, its amounts as hexadecimal fractions of a currency unit.

    The election is the whole one, before the gate. Raises IncompleteMeta, like the .pb file that it holds.
    """
    assert outcome.spree is not None, "only equal shares has purchases to witness"
    rule, spree = outcome.rule, outcome.spree
    beyond: tuple[Bought, ...] = ()
    if rule.add1_step is not None:
        step = rule.add1_step * election.units
        try:
            raised = {area: share + step for area, share in spree.shares.items()}
            judged = behind(election, gate)
            buy(judged, backings(judged), raised, tie_ranks(judged, rule.lot_seed))
        except Overspent as overspent:
            beyond = overspent.purchases
    return json.dumps(
        {
            "format": FORMAT,
            "rule": rule.parameters(),
            "gate": None if gate is None else gate.parameters(),
            "winners": list(outcome.winners),
            "shares": {area: _hex(election, share) for area, share in spree.shares.items()},
            "purchases": [[bought.project_id, _hex(election, bought.price)] for bought in spree.purchases],
            "one_step_higher": [[bought.project_id, _hex(election, bought.price)] for bought in beyond],
            "election": write_pb(election, outcome, gate=gate),
        },
        indent=1,
    )


def _hex(election: Election, amount: Fraction) -> str:
    amount = election.currency(amount)
    return f"{amount.numerator:x}/{amount.denominator:x}"

"""The certificate of an equal-shares outcome: it proves true outcomes and no others."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spreekt.modules.burgerbudget.rules.election import Ballot
from spreekt.modules.burgerbudget.rules.gates import AtTheEdge, Gate, behind
from spreekt.modules.burgerbudget.rules.outcome import decide
from spreekt.modules.burgerbudget.rules.rule import Add1Stop, Completion, Method, Rule
from spreekt.modules.burgerbudget.rules.witness import write_witness
from spreekt.modules.burgerbudget.rules.witness_check import FalseWitness, NotAWitness, check_witness
from tests.burgerbudget.rules.real_elections import WINNERS, needs_real_elections, real_election
from tests.burgerbudget.rules.small_elections import a_busy_election, a_tie_heavy_election, an_election

PLAIN = Rule(method=Method.EQUAL_SHARES)
ADD1 = replace(PLAIN, add1_step=Fraction(1, 4))
RULES = [
    PLAIN,
    ADD1,
    replace(ADD1, complete=Completion.GREEDY, lot_seed="trekking 1"),
    replace(ADD1, floor_share=True, add1_stop=Add1Stop.OVERSPEND),
]
TOWN = an_election(
    10050,
    {"1": 3000, "2": 3500, "3": 4500, "4": 2000},
    [
        Ballot.approving("1", count=3),
        Ballot.approving("1", "2", "3", count=3),
        Ballot.approving("2", "3", count=2),
        Ballot.approving("4"),
        Ballot.approving(),
    ],
    units=100,
)


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 10**9), st.sampled_from(RULES), st.booleans())
def test_the_witness_of_every_outcome_holds(seed, rule, ties):
    election = a_tie_heavy_election(seed) if ties else a_busy_election(seed)
    outcome = decide(election, rule)

    proven = check_witness(write_witness(election, outcome))

    assert proven.winners == outcome.winners


@settings(deadline=None, max_examples=200)
@given(
    st.integers(0, 10**9),
    st.sampled_from(RULES),
    st.sampled_from(
        [Gate(top=2), Gate(buyers=2, lot_seed="3 mei"), Gate(top=1, edge=AtTheEdge.LOT, lot_seed="3, mei")]
    ),
)
def test_the_witness_of_every_outcome_behind_a_gate_holds(seed, rule, gate):
    election = a_tie_heavy_election(seed)  # every ballot type in turn
    outcome = decide(behind(election, gate), rule)

    proven = check_witness(write_witness(election, outcome, gate=gate))

    assert proven.winners == outcome.winners
    assert proven.election.votes == election.votes


@needs_real_elections
@pytest.mark.parametrize("name", WINNERS)
def test_the_witness_of_a_real_election_holds(name):
    election = real_election(name)
    outcome = decide(election, replace(PLAIN, add1_step=Fraction(1), complete=Completion.GREEDY))

    assert check_witness(write_witness(election, outcome)).winners == outcome.winners


def forged(by: Rule, **changes) -> str:
    witness = json.loads(write_witness(TOWN, decide(TOWN, by)))
    return json.dumps({key: changes.get(key, value) for key, value in witness.items()})


def honest(rule: Rule, key: str):
    return json.loads(forged(rule))[key]


@pytest.mark.parametrize(
    ("rule", "changes", "lie"),
    [
        (PLAIN, lambda: {"winners": ["1"]}, "the winners are not those"),
        (
            PLAIN,
            lambda: {"winners": ["1"], "purchases": honest(PLAIN, "purchases")[:1]},
            "can still pay for it",
        ),
        (PLAIN, lambda: {"purchases": honest(PLAIN, "purchases")[::-1]}, "do not pay the cost|goes before"),
        (PLAIN, lambda: {"purchases": honest(PLAIN, "purchases")[:1] * 2}, "bought twice"),
        (PLAIN, lambda: {"purchases": [["4", "a/1"]]}, "do not pay the cost of '4'"),
        (PLAIN, lambda: {"shares": {"": "b/1"}}, "not the equal shares raised by whole steps"),
        (PLAIN, lambda: {"shares": {"noord": "a/1"}}, "not those of the voters"),
        (ADD1, lambda: {"shares": {"": "a/1"}}, "not the equal shares raised by whole steps"),
        (ADD1, lambda: {"one_step_higher": []}, "does not overspend"),
        (
            ADD1,
            lambda: {
                "shares": honest(PLAIN, "shares"),
                "purchases": honest(PLAIN, "purchases"),
                "winners": ["1", "2"],
            },
            "one step higher|do not pay|goes before",
        ),
    ],
)
def test_a_forged_witness_is_refused_with_what_is_false(rule, changes, lie):
    with pytest.raises(FalseWitness, match=lie):
        check_witness(forged(rule, **changes()))


@pytest.mark.parametrize(
    ("said", "instead", "lie"),
    [
        ("#1: method: equal-shares, add1: None", "#1: method: equal-shares, add1: 5", "another rule"),
        ("lot_seed: None", "lot_seed: None #2: top: 3, edge: all, lot_seed: None", "another gate"),
        ("\n1;30;6;Project 1;1\n", "\n1;30;6;Project 1;0\n", "other projects selected"),
        ("\n1;30;6;Project 1;1\n", "\n1;30;7;Project 1;1\n", "the votes of '1'"),
    ],
)
def test_a_witness_holds_a_file_that_says_the_same(said, instead, lie):
    election = honest(PLAIN, "election")
    assert said in election

    with pytest.raises(FalseWitness, match=lie):
        check_witness(forged(PLAIN, election=election.replace(said, instead)))


def test_a_witness_of_a_changed_ballot_box_is_refused():
    election = honest(PLAIN, "election").replace("\n2;1\n", "\n2;\n")

    with pytest.raises(FalseWitness):
        check_witness(forged(PLAIN, election=election))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[" * 100_000,
        "[]",
        '{"format": "iets anders"}',
        forged(PLAIN, purchases=[["1"]]),
        forged(PLAIN, purchases=[["1", "5/0"]]),
        forged(PLAIN, purchases=[["1", "vijf"]]),
        forged(PLAIN, shares=[]),
        forged(PLAIN, rule={"method": "greedy"}),
        forged(PLAIN, rule={**PLAIN.parameters(), "bonus": "1"}),
        forged(PLAIN, rule={**PLAIN.parameters(), "lot_seed": "\ud800"}),
        forged(PLAIN, gate=[]),
        forged(PLAIN, gate={"top": 0, "edge": "all", "lot_seed": None}),
        forged(PLAIN, gate={"top": 2, "edge": "all", "lot_seed": None, "bonus": 1}),
        forged(PLAIN, gate={"top": "2", "edge": "all", "lot_seed": None}),
    ],
)
def test_what_is_not_a_witness_is_refused_as_such(text):
    with pytest.raises(NotAWitness):
        check_witness(text)

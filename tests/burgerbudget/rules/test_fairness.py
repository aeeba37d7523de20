"""The two figures of fairness."""

from fractions import Fraction

import pytest

from spreekt.modules.burgerbudget.rules.election import Ballot
from spreekt.modules.burgerbudget.rules.fairness import judge
from spreekt.modules.burgerbudget.rules.outcome import decide
from spreekt.modules.burgerbudget.rules.rule import Method, Rule
from tests.burgerbudget.rules.real_elections import needs_real_elections, real_election
from tests.burgerbudget.rules.small_elections import an_election


@needs_real_elections
@pytest.mark.parametrize(
    ("name", "percent", "complaints"),
    [
        ("Netherlands_Assen_2024.pb", 0.0, 0),
        ("Poland_Swiecie_2023.pb", 9.1, 2),
        ("Poland_Wieliczka_2023_Green_Budget.pb", 27.6, 3),
        ("Netherlands_Amsterdam_285.pb", 14.6, 3),
    ],
)
def test_greedy_leaves_the_published_part_of_the_voters_empty_handed(name, percent, complaints):
    fairness = decide(real_election(name), Rule(method=Method.GREEDY)).fairness

    assert round(float(fairness.without_project * 100), 1) == percent
    assert len(fairness.complaints) == complaints


def test_a_group_that_could_pay_and_gets_nothing_has_a_justified_complaint():
    election = an_election(
        100,
        {"a": 60, "b": 40, "c": 40},
        [Ballot.approving("a", "b", count=6), Ballot.approving("c", count=4)],
    )

    assert judge(election, ["a", "b"]).complaints == ("c",)
    assert judge(election, ["a", "c"]).complaints == ()
    assert judge(election, ["a", "b"]).without_project == Fraction(4, 10)


def test_blank_voters_count_as_voters_without_a_project():
    election = an_election(10, {"a": 1}, [Ballot.approving("a"), Ballot.approving()])

    assert judge(election, ["a"]).empty_handed == 1


def test_with_pots_a_group_counts_its_own_shares():
    ballots = [Ballot.approving("a", share_class="noord"), Ballot.approving("b", count=9, share_class="zuid")]
    election = an_election(100, {"a": 50, "b": 50}, ballots, pots={"noord": 50, "zuid": 50})

    assert judge(election, ["b"]).complaints == ("a",)
    assert judge(an_election(100, {"a": 50, "b": 50}, ballots, pots={"noord": 49, "zuid": 51}), ["b"]).complaints == ()

"""Gates after the vote, and the jury's part: Kortrijk's two editions and Gent's weighting."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spreekt.modules.burgerbudget.rules.election import Ballot
from spreekt.modules.burgerbudget.rules.gates import AtTheEdge, Gate, Passage, among, shortlist
from spreekt.modules.burgerbudget.rules.jury import NotAJuryChoice, chosen_by_jury, weigh
from spreekt.modules.burgerbudget.rules.outcome import decide
from spreekt.modules.burgerbudget.rules.rule import Method, Rule
from tests.burgerbudget.rules.small_elections import a_tie_heavy_election, an_election

COSTS = {"a": 40, "b": 30, "c": 20, "d": 20, "e": 10, "f": 10}
VOTES = {"a": 9, "b": 7, "c": 5, "d": 5, "e": 2}
ELECTION = an_election(100, COSTS, [Ballot.approving(name, count=votes) for name, votes in VOTES.items()])
TOP_3 = Gate(top=3)


def test_a_project_passes_with_at_least_the_number_of_buyers():
    passed = shortlist(ELECTION, Gate(buyers=5))

    assert passed.names == ("a", "b", "c", "d")
    assert passed.passages["e"] is Passage.TOO_FEW_BUYERS
    assert passed.passages["f"] is Passage.NO_VOTES


@pytest.mark.parametrize(
    ("edge", "names"),
    [
        (AtTheEdge.ALL, ("a", "b", "c", "d")),
        (AtTheEdge.NONE, ("a", "b")),
        (AtTheEdge.LOT, ("a", "b", "c")),
    ],
)
def test_equals_at_the_edge_of_the_top_go_on_as_the_regulation_says(edge, names):
    passed = shortlist(ELECTION, replace(TOP_3, edge=edge))

    assert passed.names == names
    assert passed.edge == 5
    assert passed.passages["e"] is Passage.BELOW_THE_TOP


def test_the_lot_at_the_edge_follows_the_published_words():
    drawn = {
        seed: shortlist(ELECTION, replace(TOP_3, edge=AtTheEdge.LOT, lot_seed=seed)).names[-1] for seed in "abcdefgh"
    }

    assert set(drawn.values()) == {"c", "d"}


def test_a_clean_edge_needs_no_rule_for_equals():
    for edge in AtTheEdge:
        passed = shortlist(ELECTION, Gate(top=2, edge=edge))

        assert passed.names == ("a", "b")
        assert passed.passages["c"] is Passage.BELOW_THE_TOP


def test_the_top_counts_only_projects_with_enough_buyers():
    assert shortlist(ELECTION, Gate(buyers=6, top=3)).names == ("a", "b")


def test_without_a_gate_every_project_with_votes_goes_on():
    assert shortlist(ELECTION, Gate()).names == ("a", "b", "c", "d", "e")


@pytest.mark.parametrize("gate", [{"buyers": 0}, {"top": 0}])
def test_a_gate_that_asks_nothing_is_no_gate(gate):
    with pytest.raises(ValueError, match="at least one"):
        Gate(**gate)


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 10**9), st.integers(1, 6), st.sampled_from(AtTheEdge))
def test_whoever_stays_behind_has_no_more_points_than_whoever_goes_on(seed, top, edge):
    election = a_tie_heavy_election(seed)

    passed = shortlist(election, Gate(top=top, edge=edge))

    behind = [election.score[name] for name in election.project if name not in passed.names]
    assert all(election.score[name] >= max(behind, default=0) for name in passed.names)
    assert passed.passages.keys() == election.project.keys()
    if edge is AtTheEdge.LOT:
        assert len(passed.names) == min(top, sum(1 for votes in election.votes.values() if votes))


def test_a_rule_after_a_gate_sees_the_shortlist_only_and_every_voter():
    passed = shortlist(ELECTION, TOP_3)
    narrowed = among(ELECTION, passed.names)

    assert narrowed.voters == ELECTION.voters
    assert decide(narrowed, Rule(method=Method.GREEDY)).winners == ("a", "b", "c")


def test_the_jury_chooses_from_the_shortlist_within_the_budget():
    passed = shortlist(ELECTION, TOP_3)

    assert chosen_by_jury(ELECTION, passed, ["d", "a"]) == ("d", "a")


@pytest.mark.parametrize(
    ("choice", "fault"),
    [
        (["e"], "'e' is not on the shortlist"),
        (["a", "a"], "'a' is chosen twice"),
        (["a", "b", "c", "d"], "the choice costs 10.00 more than there is"),
    ],
)
def test_a_jury_that_leaves_the_shortlist_or_the_budget_is_told_why(choice, fault):
    with pytest.raises(NotAJuryChoice, match=fault):
        chosen_by_jury(ELECTION, shortlist(ELECTION, TOP_3), choice)


def test_public_70_and_jury_30_count_together():
    scores = {"a": Fraction(1), "b": Fraction(10), "c": Fraction(5), "d": Fraction(8)}

    weighed = weigh(ELECTION, shortlist(ELECTION, TOP_3), scores, public_percent=70)

    together = {row.project_id: row.together for row in weighed}
    assert together["a"] == Fraction(70 + 3, 100)
    assert together["b"] == Fraction(7, 9) * Fraction(70, 100) + Fraction(30, 100)
    assert [row.project_id for row in weighed] == ["b", "a", "d", "c"]
    assert [row.won for row in weighed] == [True, True, True, False]
    assert [row.left for row in weighed] == [100, 70, 30, 10]


def test_a_side_that_counts_for_nothing_decides_nothing():
    scores = {"a": Fraction(0), "b": Fraction(0), "c": Fraction(1), "d": Fraction(2)}
    passed = shortlist(ELECTION, TOP_3)

    assert [row.project_id for row in weigh(ELECTION, passed, scores, public_percent=100)] == ["a", "b", "c", "d"]
    assert [row.project_id for row in weigh(ELECTION, passed, scores, public_percent=0)] == ["d", "c", "b", "a"]


def test_a_project_that_no_juror_could_judge_counts_by_the_public_alone():
    scores = {"a": None, "b": Fraction(10), "c": Fraction(5), "d": Fraction(8)}

    weighed = {row.project_id: row for row in weigh(ELECTION, shortlist(ELECTION, TOP_3), scores, public_percent=70)}

    assert (weighed["a"].jury, weighed["a"].together) == (None, 1)
    assert weighed["b"].together == Fraction(7, 9) * Fraction(70, 100) + Fraction(30, 100)


def test_the_jury_scores_every_project_of_the_shortlist_and_no_other():
    with pytest.raises(NotAJuryChoice, match=r"'b' has no score.*'e' is not on the shortlist.*'c' has a score below"):
        weigh(
            ELECTION,
            shortlist(ELECTION, TOP_3),
            {"a": Fraction(1), "c": Fraction(-1), "d": Fraction(1), "e": Fraction(1)},
            public_percent=70,
        )

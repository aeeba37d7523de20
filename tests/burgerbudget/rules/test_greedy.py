"""Greedy rules on invented and real elections."""

import pytest

from spreekt.modules.burgerbudget.rules.election import Ballot
from spreekt.modules.burgerbudget.rules.outcome import decide
from spreekt.modules.burgerbudget.rules.rule import Completion, Method, Rule
from spreekt.modules.burgerbudget.rules.verdicts import Reason
from tests.burgerbudget.rules.real_elections import WINNERS, needs_real_elections, real_election
from tests.burgerbudget.rules.small_elections import a_tie_heavy_election, an_election

GREEDY = Rule(method=Method.GREEDY)
NO_SKIP = Rule(method=Method.GREEDY_NO_SKIP)
PER_COST = Rule(method=Method.GREEDY_PER_COST)

PARK = an_election(
    100,
    {"boom": 60, "bank": 50, "bak": 40, "brug": 500, "bord": 10},
    [
        Ballot.approving("boom", count=9),
        Ballot.approving("bank", "bak", count=5),
        Ballot.approving("brug", count=3),
    ],
)


@needs_real_elections
@pytest.mark.parametrize("name", WINNERS)
@pytest.mark.parametrize(("key", "rule"), [("greedy_votes", GREEDY), ("greedy_votes_per_cost", PER_COST)])
def test_greedy_elects_the_published_winners_in_order(name, key, rule):
    outcome = decide(real_election(name), rule)

    assert list(outcome.winners) == WINNERS[name][key]


@pytest.mark.parametrize(
    ("rule", "winners"),
    [(GREEDY, ("boom", "bak")), (NO_SKIP, ("boom", "bak")), (PER_COST, ("boom", "bak"))],
)
def test_equal_votes_go_to_the_lower_cost_first(rule, winners):
    assert decide(PARK, rule).winners == winners


def test_greedy_skips_what_no_longer_fits_and_says_why_each_project_lost():
    election = an_election(
        10,
        {"a": 6, "b": 5, "c": 4, "d": 1, "e": 11},
        [
            Ballot.approving("a", "b", "e"),
            Ballot.approving("a", "b"),
            Ballot.approving("a"),
            Ballot.approving("c"),
        ],
    )

    outcome = decide(election, GREEDY)

    assert outcome.winners == ("a", "c")
    assert outcome.spent == 10
    assert {name: verdict.reason for name, verdict in outcome.verdicts.items()} == {
        "a": Reason.ENOUGH_VOTES,
        "b": Reason.DID_NOT_FIT,
        "c": Reason.ENOUGH_VOTES,
        "d": Reason.NO_VOTES,
        "e": Reason.OVER_BUDGET,
    }
    assert outcome.verdicts["b"].turn.left == 4
    assert outcome.verdicts["b"].turn.place == 2


def test_no_skip_stops_at_the_first_project_that_does_not_fit():
    election = an_election(
        10,
        {"a": 6, "b": 5, "c": 4},
        [Ballot.approving("a", "b", "c"), Ballot.approving("a", "b"), Ballot.approving("a")],
    )

    outcome = decide(election, NO_SKIP)

    assert outcome.winners == ("a",)
    assert outcome.verdicts["c"].reason is Reason.AFTER_THE_STOP


def test_a_project_without_votes_never_wins_even_when_there_is_money():
    outcome = decide(an_election(10, {"a": 1, "b": 1}, [Ballot.approving("a")]), GREEDY)

    assert outcome.winners == ("a",)


def test_the_last_tie_is_broken_by_natural_order_or_by_the_published_lot():
    election = an_election(1, {"c2": 1, "c10": 1}, [Ballot.approving("c2", "c10")])
    seeds = {decide(election, Rule(method=Method.GREEDY, lot_seed=f"trekking {n}")).winners for n in range(20)}

    assert decide(election, GREEDY).winners == ("c2",)
    assert seeds == {("c2",), ("c10",)}


def test_greedy_leaves_no_supported_project_that_still_fits():
    for seed in range(300):
        election = a_tie_heavy_election(seed)
        for rule in (GREEDY, PER_COST):
            outcome = decide(election, rule)
            losers = [p for p in election.projects if p.id not in outcome.winners and election.votes[p.id]]

            assert outcome.spent <= election.budget
            assert all(loser.cost > election.budget - outcome.spent for loser in losers)


def test_a_greedy_rule_has_no_share_to_complete():
    with pytest.raises(ValueError, match="no share"):
        Rule(method=Method.GREEDY, complete=Completion.GREEDY)

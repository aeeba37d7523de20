"""Each way of voting from marks in the box to a file that passes Pabulib's checker and gives the winners again."""

import pytest
from pabulib.checker import Checker

from spreekt.kernel.actor import Role
from spreekt.kernel.regulations import VoteMethod
from spreekt.modules.burgerbudget.ballots import cast
from spreekt.modules.burgerbudget.models import Rule as RuleName
from spreekt.modules.burgerbudget.phase_models import RoundRegulation
from spreekt.modules.burgerbudget.publication import prepare
from spreekt.modules.burgerbudget.rules.election import BallotType
from spreekt.modules.burgerbudget.rules.outcome import decide
from spreekt.modules.burgerbudget.rules.pabulib import read_pb, selected
from spreekt.modules.burgerbudget.rules_of import rule
from tests.builders import a_project, a_resident, a_round, acting, kept, officers_give_keys, staff

METHODS = {
    "basket": (
        {"vote_method": VoteMethod.BASKET, "basket_cents": 1_000_000},
        [{"a": 1, "c": 1}, {"b": 1, "c": 1}, {"c": 1}, {"a": 1}],
        BallotType.APPROVAL, {"a": 2, "b": 1, "c": 3}, {"max_sum_cost": "10000.00"},
    ),
    "coins": (
        {"vote_method": VoteMethod.COINS, "coins": 2},
        [{"a": 1, "b": 1}, {"b": 1}, {"b": 1, "c": 1}, {"c": 1}],
        BallotType.APPROVAL, {"a": 1, "b": 3, "c": 2}, {"max_length": "2"},
    ),
    "points": (
        {"vote_method": VoteMethod.POINTS, "points": 10},
        [{"a": 7, "b": 3}, {"b": 10}, {"c": 1}],
        BallotType.CUMULATIVE, {"a": 7, "b": 13, "c": 1}, {"max_sum_points": "10"},
    ),
    "ranking": (
        {"vote_method": VoteMethod.RANKING, "ranks": 3},
        [{"c": 1, "a": 2}, {"c": 1}, {"b": 1, "c": 2, "a": 3}],
        BallotType.ORDINAL, {"a": 3, "b": 3, "c": 8}, {"max_length": "3"},
    ),
}  # fmt: skip


def counted(db, vault, clock, closed, numbers, ballots, *, method_rule=RuleName.GREEDY):
    round = a_round(rule=method_rule)
    for code, cost in (("a", 600_000), ("b", 400_000), ("c", 250_000)):
        a_project(round, code, title=f"Plan {code}", cost_cents=cost)
    kept(RoundRegulation(round_id=round.id, **numbers))
    for marks in ballots:
        cast(db, vault, clock, round, marks, by=acting(a_resident()))
    officers_give_keys(round)
    (outcome,) = prepare(db, vault, closed, round, city="Kortrijk", by=acting(staff(Role.PUBLISHER)))
    return round, outcome


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("method_rule", [RuleName.GREEDY, RuleName.EQUAL_SHARES])
def test_marks_become_a_file_that_counts_to_the_same_result(db, vault, clock, closed, name, method_rule):
    numbers, ballots, kind, scores, limits = METHODS[name]

    round, outcome = counted(db, vault, clock, closed, numbers, ballots, method_rule=method_rule)

    election = read_pb(outcome.file)
    assert (election.ballot_type, dict(election.score)) == (kind, scores)
    assert limits.items() <= election.meta.items()
    winners = [row["code"] for row in outcome.summary["projects"] if row["won"]]
    assert list(decide(election, rule(round)).winners) == winners
    assert selected(election) == set(winners)
    report = Checker().process_files([outcome.file])
    (name,) = set(report) - {"metadata", "summary"}
    assert report[name]["results"]["errors"] == {}

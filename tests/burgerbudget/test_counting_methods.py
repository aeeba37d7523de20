"""Each way of voting from marks in the box to a file that passes Pabulib's checker and gives the winners again."""

import json
import shlex

import pytest
from pabulib.checker import Checker

from spreekt.kernel.actor import Role
from spreekt.kernel.regulations import VoteMethod
from spreekt.modules.burgerbudget.budget_commands import main
from spreekt.modules.burgerbudget.models import Rule as RuleName
from spreekt.modules.burgerbudget.outcomes.publication import confirm, prepare
from spreekt.modules.burgerbudget.phases.models import RoundRegulation
from spreekt.modules.burgerbudget.rules.election import BallotType
from spreekt.modules.burgerbudget.rules.outcome import decide
from spreekt.modules.burgerbudget.rules.pabulib import read_pb, selected
from spreekt.modules.burgerbudget.rules.witness_check import check_witness
from spreekt.modules.burgerbudget.rules_of import rule
from spreekt.modules.burgerbudget.voting.ballots import cast
from tests.builders import NOON, a_project, a_resident, a_round, acting, kept, officers_give_keys, staff

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


@pytest.mark.parametrize("gate", [{}, {"top": 2}])
def test_the_published_proof_holds_for_the_winners_of_equal_shares(db, vault, clock, closed, pages, gate):
    numbers, ballots, *_rest = METHODS["coins"]
    round, outcome = counted(db, vault, clock, closed, numbers | gate, ballots, method_rule=RuleName.EQUAL_SHARES)
    confirm(db, closed, round, by=acting(staff(Role.PUBLISHER)))
    round.publishes_at = NOON
    db.commit()

    proof = pages.raw(f"/burgerbudget/{round.slug}/uitslag-bewijs.json").get_data(as_text=True)

    _election, winners = check_witness(proof)
    assert list(winners) == [row["code"] for row in outcome.summary["projects"] if row["won"]]


def test_a_greedy_rule_has_no_proof_to_download(db, vault, clock, closed, pages):
    numbers, ballots, *_rest = METHODS["coins"]
    round, _outcome = counted(db, vault, clock, closed, numbers, ballots)
    confirm(db, closed, round, by=acting(staff(Role.PUBLISHER)))
    round.publishes_at = NOON
    db.commit()

    assert pages.raw(f"/burgerbudget/{round.slug}/uitslag-bewijs.json").status_code == 404


@pytest.mark.parametrize(("more", "verb", "key"), [({}, "outcome", "winners"), ({"top": 2}, "outcome", "winners"),
                                                   ({"top": 2, "jury_size": 3}, "shortlist", "shortlist")])  # fmt: skip
def test_the_command_on_the_result_page_gives_what_the_page_says(
    db, vault, clock, closed, tmp_path, capsys, more, verb, key
):
    numbers, ballots, *_rest = METHODS["coins"]
    _round, outcome = counted(db, vault, clock, closed, numbers | more, ballots)
    path = tmp_path / "uitslag.pb"
    path.write_text(outcome.file, encoding="utf-8")

    assert main([verb, str(path), *shlex.split(outcome.summary["command"]), "--json"]) == 0

    ahead = "goes_on" if verb == "shortlist" else "won"
    said = json.loads(capsys.readouterr().out)[key]
    assert said == [row["code"] for row in outcome.summary["projects"] if row[ahead]]

"""Each way of voting from marks in the box to a file that passes Pabulib's checker and gives the winners again."""

import json
import shlex

import pytest

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
from tests.budget_builders import a_pot
from tests.builders import NOON, a_project, a_resident, a_round, acting, an_area, kept, officers_give_keys, staff
from tests.burgerbudget.rules.test_pabulib import errors_of

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


def counted(db, vault, clock, closed, numbers, ballots, *, method_rule=RuleName.GREEDY, options=None):
    round = a_round(rule=method_rule, rule_options=options or {})
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
    assert errors_of(outcome.file) == {}


AHEAD = {
    "nothing": {},
    "a gate": {"buyers_least": 2, "top": 2},
    "a jury": {"top": 2, "jury_size": 3},
    "a weighed jury": {"jury_size": 3, "jury_weight_percent": 30},
}


@pytest.mark.parametrize(("method_rule", "has_pots"), [(RuleName.GREEDY, False), (RuleName.EQUAL_SHARES, True)])
@pytest.mark.parametrize("ahead", AHEAD)
@pytest.mark.parametrize("name", METHODS)
def test_the_file_of_every_kind_of_round_passes_the_checker_also_with_a_tie(
    db, vault, clock, closed, name, ahead, method_rule, has_pots
):
    numbers, *_rest = METHODS[name]
    round = a_round(rule=method_rule, rule_options={"lot_seed": "trekking, 3 mei"})
    pot = a_pot(round, an_area(), 500_000) if has_pots else None
    for code, cost in (("a", 450_000), ("b", 400_000), ("c", 250_000), ("d", 300_000)):
        a_project(round, code, cost_cents=cost, pot_id=pot.id if pot is not None and code in "ab" else None)
    kept(RoundRegulation(round_id=round.id, **numbers | AHEAD[ahead]))
    for choice in ("ab", "ba", "ac", "bd", "cd", "dc", "cb"):
        marks = (
            {code: place for place, code in enumerate(choice, start=1)}
            if name == "ranking"
            else dict.fromkeys(choice, 1)
        )
        cast(db, vault, clock, round, marks, by=acting(a_resident()))
    officers_give_keys(round)

    outcomes = prepare(db, vault, closed, round, city="Kortrijk", by=acting(staff(Role.PUBLISHER)))

    assert [errors_of(outcome.file) for outcome in outcomes] == [{}] * (2 if has_pots else 1)


def test_a_ranking_longer_than_the_list_of_a_part_keeps_its_points_in_the_file(db, vault, clock, closed):
    numbers, ballots, *_rest = METHODS["ranking"]

    _round, outcome = counted(db, vault, clock, closed, numbers | {"ranks": 9}, ballots)

    assert "\nmax_length;3\nmax_points;9\n" in outcome.file
    assert read_pb(outcome.file).score == {"a": 8 + 7, "b": 9, "c": 9 + 9 + 8}


def test_the_file_of_a_weighed_round_says_who_weighs_for_how_much(db, vault, clock, closed):
    numbers, ballots, *_rest = METHODS["coins"]

    _round, outcome = counted(db, vault, clock, closed, numbers | AHEAD["a weighed jury"] | {"top": 2}, ballots)

    assert read_pb(outcome.file).meta["comment"] == (
        "#1: decider: weighed, jury_weight_percent: 30, lot_seed: None #2: top: 2, edge: all, lot_seed: None"
    )


@pytest.mark.parametrize("gate", [{}, {"top": 2}])
@pytest.mark.parametrize("name", METHODS)
def test_the_published_proof_holds_for_the_published_file(db, vault, clock, closed, pages, name, gate):
    numbers, ballots, *_rest = METHODS[name]
    round, outcome = counted(db, vault, clock, closed, numbers | gate, ballots, method_rule=RuleName.EQUAL_SHARES)
    confirm(db, closed, round, by=acting(staff(Role.PUBLISHER)))
    round.publishes_at = NOON
    db.commit()

    proof = pages.raw(f"/burgerbudget/{round.slug}/uitslag-bewijs.json").get_data(as_text=True)

    proven = check_witness(proof)
    assert list(proven.winners) == [row["code"] for row in outcome.summary["projects"] if row["won"]]
    assert proven.file_sha256 == outcome.file_sha256


def test_a_page_of_points_says_with_numbers_why_a_project_was_bought_or_completed(db, vault, clock, closed, pages):
    numbers, *_rest = METHODS["points"]
    ballots = [{"b": 9, "a": 1}, {"b": 10}, {"a": 2, "b": 1}, {"c": 10}, {"a": 1}]
    round, _outcome = counted(
        db, vault, clock, closed, numbers, ballots, method_rule=RuleName.EQUAL_SHARES, options={"complete": "greedy"}
    )
    confirm(db, closed, round, by=acting(staff(Role.PUBLISHER)))
    round.publishes_at = NOON
    db.commit()

    sheet = pages.get(f"/burgerbudget/{round.slug}/uitslag")

    assert "Gekozen op plaats 1, met 20 punten van 3 mensen: samen betaalden zij € 4.000 met hun deel." in sheet
    assert "met het geld dat overbleef. Het project kreeg 1 stem en kost € 2.500." in sheet


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

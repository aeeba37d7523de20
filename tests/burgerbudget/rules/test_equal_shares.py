"""Equal shares: the published winners, a naive implementation, and what must hold for every election."""

import os
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import ROOT
from spreekt.modules.burgerbudget.rules.add1 import equal_shares
from spreekt.modules.burgerbudget.rules.election import Ballot, BallotType, Election, Project
from spreekt.modules.burgerbudget.rules.outcome import decide
from spreekt.modules.burgerbudget.rules.pabulib import read_pb, selected
from spreekt.modules.burgerbudget.rules.pabulib_writer import write_pb
from spreekt.modules.burgerbudget.rules.purses import backings
from spreekt.modules.burgerbudget.rules.rule import Add1Stop, Completion, Method, Rule
from tests.burgerbudget.rules import naive
from tests.burgerbudget.rules.real_elections import WINNERS, needs_real_elections, real_election
from tests.burgerbudget.rules.small_elections import a_tie_heavy_election, an_election

PLAIN = Rule(method=Method.EQUAL_SHARES)
ADD1 = replace(PLAIN, add1_step=Fraction(1))
COMPLETED = replace(ADD1, complete=Completion.GREEDY)
INTEGRAL = replace(ADD1, floor_share=True, add1_stop=Add1Stop.OVERSPEND)
PUBLISHED = {
    "mes": PLAIN,
    "mes_plus_greedy": replace(PLAIN, complete=Completion.GREEDY),
    "mes_add1": ADD1,
    "mes_add1_plus_greedy": COMPLETED,
    "mes_add1_integral_noexhstop": INTEGRAL,
    "mes_add1_step0.1": replace(PLAIN, add1_step=Fraction(1, 10)),
}
EVERY_RULE = [Rule(method=method) for method in Method if method is not Method.EQUAL_SHARES] + [
    Rule(method=Method.EQUAL_SHARES, add1_step=step, add1_stop=stop, floor_share=whole, complete=completion)
    for step, stop, whole, completion in product((None, Fraction(1, 4)), Add1Stop, (False, True), Completion)
]

seeds = st.integers(0, 10**9)
equal_share_rules = st.sampled_from([PLAIN, replace(ADD1, add1_step=Fraction(1, 4)), COMPLETED, INTEGRAL])


@needs_real_elections
@pytest.mark.parametrize("name", WINNERS)
@pytest.mark.parametrize("key", PUBLISHED)
def test_equal_shares_elects_the_published_winners_in_order(name, key):
    assert list(decide(real_election(name), PUBLISHED[key]).winners) == WINNERS[name][key]


@needs_real_elections
@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("Netherlands_Assen_2024.pb", ADD1),
        ("Poland_Swiecie_2023.pb", ADD1),
        ("Poland_Wieliczka_2023_Green_Budget.pb", INTEGRAL),
    ],
)
def test_official_outcomes_of_real_elections_come_out(name, rule):
    assert set(decide(real_election(name), rule).winners) == selected(real_election(name))


@pytest.mark.parametrize("batch", range(15))
def test_every_rule_equals_the_naive_implementation_where_ties_abound(batch):
    for seed in range(100 * batch, 100 * batch + 100):
        election = a_tie_heavy_election(seed)
        rules = Random(seed).sample(EVERY_RULE, 5)

        assert [list(decide(election, rule).winners) for rule in rules] == [
            naive.winners(election, rule) for rule in rules
        ], f"seed {seed}"


@settings(deadline=None, max_examples=150)
@given(seeds, equal_share_rules)
def test_winners_fit_in_the_budget_and_losers_could_not_be_paid(seed, rule):
    election = a_tie_heavy_election(seed)

    outcome = decide(election, rule)

    assert outcome.spent == sum(election.project[name].cost for name in outcome.winners) <= election.budget
    for verdict in outcome.verdicts.values():
        assert verdict.won == (verdict.project_id in outcome.winners)
        if verdict.shortfall:
            shortfall = verdict.shortfall
            cost = election.project[verdict.project_id].cost
            assert shortfall.money_left + shortfall.missing == cost
            assert shortfall.missing > 0
            assert shortfall.effective_support <= 1
            assert sum(taken for _, taken in shortfall.taken_by) <= shortfall.money_at_start - shortfall.money_left
    if rule.complete is Completion.GREEDY:
        left = election.budget - outcome.spent
        losers = [verdict for verdict in outcome.verdicts.values() if not verdict.won and verdict.votes]
        assert all(election.project[loser.project_id].cost > left for loser in losers)


@settings(deadline=None, max_examples=150)
@given(seeds, equal_share_rules)
def test_supporters_pay_each_winner_together_and_nobody_more_than_their_share(seed, rule):
    election = a_tie_heavy_election(seed)
    spree = equal_shares(election, rule, lambda message: None, backings(election))
    purses = [spree.shares[ballot.share_class] for ballot in election.ballots]

    for bought in spree.purchases:
        paid = Fraction(0)
        for number, ballot in enumerate(election.ballots):
            points = dict(zip(ballot.choices, ballot.points, strict=True)).get(bought.project_id, 0)
            payment = min(purses[number], bought.price * points)
            purses[number] -= payment
            paid += payment * ballot.count
        assert paid == election.project[bought.project_id].cost
    assert all(purse >= 0 for purse in purses)


@settings(deadline=None, max_examples=200)
@given(seeds, equal_share_rules)
def test_no_group_of_approving_voters_has_a_justified_complaint(seed, rule):
    election = a_tie_heavy_election(seed - seed % len(BallotType))
    if rule.floor_share:
        rule = replace(rule, floor_share=False)

    assert election.ballot_type is BallotType.APPROVAL
    assert decide(election, rule).fairness.complaints == ()


@settings(deadline=None, max_examples=100)
@given(seeds, equal_share_rules, st.randoms())
def test_the_outcome_does_not_depend_on_any_order_or_grouping(seed, rule, chance):
    election = a_tie_heavy_election(seed)
    ballots = [replace(ballot, count=1) for ballot in election.ballots for _ in range(ballot.count)]
    projects = list(election.projects)
    chance.shuffle(ballots)
    chance.shuffle(projects)

    shuffled = replace(election, ballots=tuple(ballots), projects=tuple(projects))

    assert decide(shuffled, rule) == decide(election, rule)


@settings(deadline=None, max_examples=100)
@given(seeds, equal_share_rules, st.integers(2, 50))
def test_money_in_smaller_units_changes_nothing(seed, rule, times):
    election = a_tie_heavy_election(seed)
    finer = replace(
        election,
        units=times,
        budget=election.budget * times,
        projects=tuple(replace(project, cost=project.cost * times) for project in election.projects),
    )

    assert decide(finer, rule).winners == decide(election, rule).winners


@settings(deadline=None, max_examples=100)
@given(seeds, equal_share_rules, st.integers(2, 50))
def test_more_money_with_as_much_larger_costs_and_steps_changes_nothing(seed, rule, times):
    election = a_tie_heavy_election(seed)
    rule = replace(rule, floor_share=False)
    larger = replace(
        election,
        budget=election.budget * times,
        projects=tuple(replace(project, cost=project.cost * times) for project in election.projects),
    )
    larger_steps = replace(rule, add1_step=rule.add1_step and rule.add1_step * times)

    assert decide(larger, larger_steps).winners == decide(election, rule).winners


@settings(deadline=None, max_examples=100)
@given(seeds, st.sampled_from([PLAIN, replace(ADD1, add1_step=Fraction(1, 4)), COMPLETED]), st.integers(1, 9))
def test_no_group_has_a_justified_complaint_when_districts_have_shares_of_their_own(seed, rule, tenths):
    whole = a_tie_heavy_election(seed - seed % len(BallotType))
    places = [("noord", "zuid")[number % 2] for number in range(len(whole.ballots))]
    used = sorted(set(places))
    pots = {"noord": whole.budget * tenths, "zuid": whole.budget * (10 - tenths)} if len(used) == 2 else {}
    split = replace(
        whole,
        budget=whole.budget * 10,
        projects=tuple(replace(project, cost=project.cost * 10) for project in whole.projects),
        ballots=tuple(
            replace(ballot, share_class=place if pots else "")
            for ballot, place in zip(whole.ballots, places, strict=True)
        ),
        pots=pots,
    )

    assert decide(split, rule).fairness.complaints == ()


def test_the_outcome_is_the_same_in_every_process():
    script = (
        "from fractions import Fraction\n"
        "from spreekt.modules.burgerbudget.rules.outcome import decide\n"
        "from spreekt.modules.burgerbudget.rules.rule import Completion, Method, Rule\n"
        "from tests.burgerbudget.rules.small_elections import a_busy_election\n"
        "rule = Rule(method=Method.EQUAL_SHARES, add1_step=Fraction(1, 4), complete=Completion.GREEDY)\n"
        "print([repr(decide(a_busy_election(seed), rule).verdicts) for seed in range(20)])\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(said) == 1


@settings(deadline=None, max_examples=100)
@given(seeds, equal_share_rules)
def test_the_exported_file_recomputes_to_the_same_winners(seed, rule):
    election = a_tie_heavy_election(seed)
    outcome = decide(election, rule)

    assert decide(read_pb(write_pb(election, outcome)), rule).winners == outcome.winners


def test_each_district_pays_with_the_money_of_its_own_pot():
    ballots = [
        Ballot.approving("1", count=2, share_class="noord"),
        Ballot.approving("2", count=98, share_class="zuid"),
    ]
    costs = {"1": 50, "2": 50}

    together = decide(an_election(100, costs, ballots), PLAIN)
    apart = decide(an_election(100, costs, ballots, pots={"noord": 50, "zuid": 50}), PLAIN)

    assert together.winners == ("2",)
    assert apart.winners == ("2", "1")
    assert apart.share is None


def test_pots_in_proportion_to_turnout_equal_one_pot():
    for seed in range(0, 500, 5):
        one = a_tie_heavy_election(seed)
        ballots = tuple(
            replace(ballot, share_class=("noord", "zuid")[number % 2]) for number, ballot in enumerate(one.ballots)
        )
        turnout = [sum(ballot.count for ballot in ballots[start::2]) for start in (0, 1)]
        budget = one.budget * one.voters
        projects = tuple(Project(id=project.id, cost=project.cost * one.voters) for project in one.projects)
        pots = {"noord": one.budget * turnout[0], "zuid": one.budget * turnout[1]}
        split = Election(
            budget=budget,
            projects=projects,
            ballots=ballots,
            pots=pots,
            units=one.voters,
            ballot_type=one.ballot_type,
        )

        assert decide(split, COMPLETED).winners == decide(one, COMPLETED).winners


def test_raising_ends_when_everything_with_votes_is_bought():
    election = an_election(1000, {"1": 10, "2": 10, "3": 10}, [Ballot.approving("1", count=99), Ballot.approving("2")])

    assert decide(election, INTEGRAL).winners == ("1", "2")


def test_an_election_without_ballots_has_no_winner():
    assert decide(an_election(100, {"1": 10}, []), COMPLETED).winners == ()

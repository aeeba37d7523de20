"""The fast ways to the final share: fixed-point runs and leaps decide exactly what exact runs decide."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spreekt.modules.burgerbudget.rules.add1 import equal_shares, is_exhaustive
from spreekt.modules.burgerbudget.rules.election import Ballot, BallotType, Election
from spreekt.modules.burgerbudget.rules.equal_shares import Overspent, buy
from spreekt.modules.burgerbudget.rules.fast_shares import Crowd, FastRun, Parted, Unsure
from spreekt.modules.burgerbudget.rules.leaps import repeated
from spreekt.modules.burgerbudget.rules.outcome import decide
from spreekt.modules.burgerbudget.rules.purses import Purses, backings
from spreekt.modules.burgerbudget.rules.rule import Add1Stop, Method, Rule
from spreekt.modules.burgerbudget.rules.skips import Lookout
from spreekt.modules.burgerbudget.rules.ties import tie_ranks
from tests.burgerbudget.rules import naive
from tests.burgerbudget.rules.real_elections import WINNERS, needs_real_elections, real_election
from tests.burgerbudget.rules.small_elections import a_busy_election, a_tie_heavy_election, an_election

OVERSPENT = ("more than the budget",)


def exactly(election: Election, shares) -> tuple[str, ...]:
    try:
        return buy(election, backings(election), shares, tie_ranks(election, None)).winners
    except Overspent:
        return OVERSPENT


def fast(election: Election, shares) -> tuple[str, ...] | None:
    """None when the fast run is unsure."""
    try:
        return FastRun(Crowd(election, backings(election)), shares, tie_ranks(election, None)).run()
    except Overspent:
        return OVERSPENT
    except Unsure:
        return None


def raised(election: Election, by: Fraction) -> dict[str, Fraction]:
    return {area: share + by for area, share in election.shares.items()}


@settings(deadline=None, max_examples=400)
@given(st.integers(0, 10**9), st.fractions(0, 5, max_denominator=60), st.booleans())
def test_a_fast_run_that_is_sure_decides_what_the_exact_run_decides(seed, raise_by, ties):
    election = a_tie_heavy_election(seed) if ties else a_busy_election(seed)
    shares = raised(election, raise_by)

    assert fast(election, shares) in (None, exactly(election, shares))


@needs_real_elections
@pytest.mark.parametrize("name", WINNERS)
def test_fast_runs_are_sure_and_right_on_real_elections(name):
    election = real_election(name)
    raises = [Fraction(number * election.units * 7, 3) for number in range(8)]

    for raise_by in raises:
        assert fast(election, raised(election, raise_by)) == exactly(election, raised(election, raise_by))


def test_equal_projects_of_rich_voters_are_no_reason_to_be_unsure():
    election = an_election(100, {"2": 30, "1": 30, "3": 30}, [Ballot.approving("1", "2", count=3)])

    assert fast(election, election.shares) == ("1", "2")


def test_a_project_that_can_be_paid_to_the_last_cent_makes_a_fast_run_unsure():
    election = an_election(100, {"1": 100, "2": 33}, [Ballot.approving("1", count=3)])

    assert fast(election, election.shares) is None
    assert exactly(election, election.shares) == ("1",)


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 10**9), st.integers(1, 12), st.booleans())
def test_a_leap_skips_only_shares_that_buy_the_same(seed, ahead, ties):
    election = a_tie_heavy_election(seed) if ties else a_busy_election(seed)
    ranks, support = tie_ranks(election, None), backings(election)
    low = buy(election, support, election.shares, ranks)
    step = Fraction(1, 5)

    leap = repeated(election, support, low, raised(election, ahead * step), ranks)

    if leap:
        between = {exactly(election, raised(election, number * step / 2)) for number in range(2 * ahead + 1)}
        assert between == {low.winners}
        assert leap == buy(election, support, leap.shares, ranks)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**9), st.sampled_from(Add1Stop))
def test_small_steps_with_leaps_end_where_every_step_taken_plainly_ends(seed, stop):
    election = a_busy_election(seed)
    rule = Rule(method=Method.EQUAL_SHARES, add1_step=Fraction(1, 20), add1_stop=stop)

    assert list(equal_shares(election, rule, lambda message: None, backings(election)).winners) == naive.winners(
        election, rule
    )


@settings(deadline=None, max_examples=300)
@given(st.integers(0, 10**9), st.fractions(0, 3, max_denominator=9), st.integers(0, 12), st.sampled_from(Add1Stop))
def test_shares_that_are_called_not_the_last_are_not_the_last(seed, raise_by, ahead, stop):
    election = a_busy_election(seed)
    crowd, ranks = Crowd(election, backings(election)), tie_ranks(election, None)
    low, high = (FastRun(crowd, raised(election, raise_by + number * Fraction(1, 4)), ranks) for number in (0, ahead))

    try:
        proved = Lookout(election.budget, crowd.backings, stop).are_on_the_way(low, high)
    except (Unsure, Overspent):
        proved = False

    for number in range(2 * ahead + 1) if proved else ():
        winners = exactly(election, raised(election, raise_by + number * Fraction(1, 8)))
        assert winners != OVERSPENT
        assert len(winners) < len(crowd.backings)
        assert stop is Add1Stop.OVERSPEND or not is_exhaustive(election, winners)


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 10**9), st.integers(0, 12), st.booleans())
def test_a_run_that_parts_from_another_can_still_be_finished(seed, ahead, ties):
    election = a_tie_heavy_election(seed) if ties else a_busy_election(seed)
    crowd, ranks = Crowd(election, backings(election)), tie_ranks(election, None)
    low, high = (FastRun(crowd, raised(election, Fraction(number, 4)), ranks) for number in (0, ahead))

    try:
        while low.buy() and high.buy(low):
            pass
    except (Parted, Unsure, Overspent):
        pass

    for run, number in ((low, 0), (high, ahead)):
        try:
            winners = run.run()
        except Overspent:
            winners = OVERSPENT
        except Unsure:
            continue
        assert winners == exactly(election, raised(election, Fraction(number, 4)))


def test_leaps_make_tiny_steps_affordable():
    election = an_election(1000, {"1": 600, "2": 500, "3": 100}, [Ballot.approving("1", "3"), Ballot.approving("2")])
    rule = Rule(method=Method.EQUAL_SHARES, add1_step=Fraction(1, 10**6), add1_stop=Add1Stop.OVERSPEND)
    shown: list[str] = []

    spree = equal_shares(election, rule, shown.append, backings(election))

    assert spree.winners == ("3", "2")
    assert spree.shares[""] == 700 - Fraction(1, 10**6)
    assert len(shown) < 1000
    assert (
        spree.winners
        == equal_shares(election, replace(rule, add1_step=Fraction(1)), shown.append, backings(election)).winners
    )


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**9), st.sampled_from(Add1Stop))
def test_points_and_money_beyond_64_bits_decide_like_small_ones(seed, stop):
    small = a_busy_election(seed)
    huge = replace(
        small,
        budget=small.budget * 10**24,
        projects=tuple(replace(project, cost=project.cost * 10**24) for project in small.projects),
        ballots=tuple(
            replace(ballot, points=tuple(points * 10**21 for points in ballot.points)) for ballot in small.ballots
        ),
        ballot_type=BallotType.CUMULATIVE,
    )
    rule = Rule(method=Method.EQUAL_SHARES, add1_step=Fraction(1, 2), add1_stop=stop)
    steps = replace(rule, add1_step=rule.add1_step * 10**24)

    assert decide(huge, steps).winners == decide(small, rule).winners


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 10**9))
def test_what_is_called_certainly_dearer_is_dearer(seed):
    election = a_busy_election(seed)
    supporters = backings(election)
    purses = Purses(election, election.shares)
    for name, backing in supporters.items():
        exact = purses.price(backing, Fraction(backing.cost, backing.weight))
        for percent in (50, 90, 99, 100, 101):
            if exact is None:
                continue
            bound = exact * percent / 100
            dearer = purses.if_dearer(backing, bound)
            assert dearer is None or bound < dearer <= exact, name

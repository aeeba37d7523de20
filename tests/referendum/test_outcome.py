"""What figures mean under a regulation, at the very edge of every threshold; and which areas are told. No database."""

from fractions import Fraction
from itertools import permutations, product

import pytest

from spreekt.modules.referendum.outcome import YES_NO, Judged, Verdict, added, is_settled, judge, shown_areas
from spreekt.modules.referendum.regulation import NotARegulation, Regulation

QUESTION = "Wil je dat de Grote Markt autovrij is?"
STATUES = ("De vogel", "De boom", "De fiets")


def judged(*counts: int, blank: int = 0, answers: tuple[str, ...] = YES_NO, **rules: object) -> Judged:
    """The figures of one question, held to the regulation of the city or to one with other numbers."""
    return judge(QUESTION, answers, counts, blank, Regulation.of({"source": "proef", **rules}))


@pytest.mark.parametrize(
    ("counts", "more", "settled"),
    [
        ((1_400, 600), 49, True),
        ((1_400, 590), 9, True),  # 1,999 in all
        ((1_400, 590), 10, False),
        ((1_025, 975), 1, False),  # the margin is exact: one more for no is too much
        ((1_040, 976), 4, True),
        ((1_000, 1_000), 49, True),  # 49 of 2,049 is 2.4 points
        ((1_000, 1_000), 52, False),
        ((0, 0), 49, True),
    ],
)
def test_V22_ballots_are_beside_the_point_only_when_no_way_to_fill_them_in_changes_the_end(
    counts: tuple[int, int], more: int, settled: bool
):
    assert is_settled(judged(*counts), Regulation.of({"source": "proef"}), more=more) is settled


@pytest.mark.parametrize("counts", [(6, 4), (5, 5), (7, 2), (3, 3, 1), (4, 1, 0), (2, 2, 2)])
@pytest.mark.parametrize("margin", ["0", "20", "60"])
@pytest.mark.parametrize("least", [0, 9, 11])
def test_V22_the_extremes_stand_for_every_way_to_fill_in_ballots(counts: tuple[int, ...], margin: str, least: int):
    answers, more = YES_NO if len(counts) == 2 else STATUES, 3
    rules: dict[str, object] = {"minimum_votes": least, "minimum_margin": margin}
    ends = set()
    for filled_in in product(range(more + 1), repeat=len(counts)):
        if sum(filled_in) <= more:
            each = judged(*map(sum, zip(counts, filled_in, strict=True)), answers=answers, **rules)
            ends.add((each.verdict, each.first if each.verdict is Verdict.CHOSEN else None))

    outcome = judged(*counts, answers=answers, **rules)
    assert is_settled(outcome, Regulation.of({"source": "proef", **rules}), more=more) is (len(ends) == 1)


def test_V23_nobody_voted_is_too_few_and_nobody_is_first():
    outcome = judged(0, 0)

    assert (outcome.verdict, outcome.first, outcome.margin, outcome.cast) == (Verdict.INVALID, None, 0, 0)
    assert [outcome.share(0), outcome.share(1)] == [0, 0]


def test_V23_nobody_voted_is_undecided_where_no_minimum_holds():
    outcome = judged(0, 0, minimum_votes=0, minimum_margin="0")

    assert (outcome.verdict, outcome.first) == (Verdict.UNDECIDED, None)


@pytest.mark.parametrize("margin", ["0", "2.5"])
def test_V23_a_tie_is_undecided_and_no_order_of_answers_breaks_it(margin: str):
    outcome = judged(1_000, 1_000, minimum_margin=margin)

    assert (outcome.verdict, outcome.first, outcome.has_enough_votes) == (Verdict.UNDECIDED, None, True)
    assert not outcome.has_enough_margin


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ((1_400, 600), Verdict.ADOPTED),  # exactly 2,000
        ((1_400, 599), Verdict.INVALID),
        ((600, 1_400), Verdict.REJECTED),
        ((599, 1_400), Verdict.INVALID),
    ],
)
def test_V23_exactly_the_minimum_is_enough_and_one_less_is_not(counts: tuple[int, int], verdict: Verdict):
    assert judged(*counts).verdict is verdict


@pytest.mark.parametrize(
    ("counts", "margin", "verdict"),
    [
        ((1_025, 975), Fraction(5, 2), Verdict.ADOPTED),
        ((975, 1_025), Fraction(5, 2), Verdict.REJECTED),
        ((1_024, 976), Fraction(12, 5), Verdict.UNDECIDED),
        ((976, 1_024), Fraction(12, 5), Verdict.UNDECIDED),
        ((20_499_999, 19_500_001), Fraction(99_999_800, 40_000_000), Verdict.UNDECIDED),  # 2,499995, not 2,50
    ],
)
def test_V23_a_margin_of_two_and_a_half_is_enough_and_anything_less_is_not(
    counts: tuple[int, int], margin: Fraction, verdict: Verdict
):
    outcome = judged(*counts)

    assert (outcome.margin, outcome.verdict) == (margin, verdict)


def test_V23_a_margin_that_no_float_can_hold_is_exact():
    assert Fraction(0.1) > Fraction(1, 10)
    assert judged(5_005, 4_995, minimum_margin="0.1").verdict is Verdict.ADOPTED
    assert judged(50_049, 49_950, minimum_margin="0.1").verdict is Verdict.UNDECIDED


def test_V23_blank_votes_are_counted_as_blank_and_move_no_threshold():
    of_paper_and_web = judged(1_025, 975, blank=10_000)
    too_few = judged(1_024, 975, blank=10_000)

    assert (of_paper_and_web.valid, of_paper_and_web.cast) == (2_000, 12_000)
    assert (of_paper_and_web.verdict, of_paper_and_web.margin) == (Verdict.ADOPTED, Fraction(5, 2))
    assert of_paper_and_web.share(0) == Fraction(205, 4)
    assert too_few.verdict is Verdict.INVALID


def test_V23_only_blank_votes_choose_nothing():
    assert judged(0, 0, blank=5_000).verdict is Verdict.INVALID
    assert judged(0, 0, blank=5_000, minimum_votes=0).verdict is Verdict.UNDECIDED


def test_V23_one_of_several_answers_is_chosen_wherever_it_stands_on_the_ballot():
    for counts in permutations((1_200, 700, 700)):
        outcome = judged(*counts, answers=STATUES)
        assert (outcome.verdict, outcome.first) == (Verdict.CHOSEN, counts.index(1_200))
        assert outcome.margin == Fraction(50_000, 2_600)


def test_V23_two_of_several_answers_that_share_the_first_place_are_undecided():
    for counts in permutations((900, 900, 300)):
        outcome = judged(*counts, answers=STATUES, minimum_margin="0")
        assert (outcome.verdict, outcome.first) == (Verdict.UNDECIDED, None)


def test_a_third_answer_makes_yes_a_choice_and_nothing_is_adopted():
    assert judged(2_000, 500, 100, answers=("Ja", "Nee", "Eerst een proef")).verdict is Verdict.CHOSEN


def test_one_vote_decides_where_the_council_asked_no_minimum():
    assert judged(1, 0, minimum_votes=0, minimum_margin="0").verdict is Verdict.ADOPTED
    assert judged(1, 0, minimum_votes=1, minimum_margin="100").verdict is Verdict.ADOPTED


def test_the_stored_figures_are_whole_numbers_and_judge_the_same_again():
    outcome = judged(1_024, 976, blank=7)
    stored = outcome.stored
    again = judged(*stored["counts"], blank=stored["blank"], answers=tuple(stored["answers"]))

    assert again == outcome
    assert (stored["verdict"], stored["margin"]) == ("onbeslist", "2.40")


@pytest.mark.parametrize("margin", ["-1", "100.5", "veel", "NaN"])
def test_a_margin_that_is_no_percentage_is_no_regulation(margin: str):
    with pytest.raises(NotARegulation):
        Regulation.of({"source": "proef", "minimum_margin": margin})


def test_paper_is_added_answer_by_answer_and_blank_to_blank():
    web = [[1, 40, 20], [3, 0]]

    assert added(web, [[2, 5, 7], [0, 1]]) == [[3, 45, 27], [3, 1]]
    assert added(web, None) == web
    assert added(web, None)[0] is not web[0]


def test_a_paper_count_of_other_answers_is_not_added():
    with pytest.raises(ValueError, match="shorter"):
        added([[1, 2, 3]], [[1, 2]])


def test_V22_areas_under_the_small_number_are_not_told_and_exactly_it_is():
    shown = shown_areas({"Aalbeke": 49, "Bissegem": 50, "Heule": 400, "Kooigem": 3}, least=50)

    assert shown == {"Aalbeke": None, "Bissegem": 50, "Heule": 400, "Kooigem": None}


def test_V22_one_hidden_area_takes_the_smallest_other_with_it():
    """Otherwise it follows from the total, which everybody knows."""
    shown = shown_areas({"Kortrijk": 800, "Heule": 400, "Kooigem": 3}, least=50)

    assert shown == {"Kortrijk": 800, "Heule": None, "Kooigem": None}


def test_V22_what_the_hidden_areas_have_together_is_not_small_either():
    shown = shown_areas({"Kortrijk": 800, "Heule": 400, "Kooigem": 3, "Rollegem": 0, "Aalbeke": 5}, least=50)

    assert shown == {"Kortrijk": 800, "Heule": None, "Kooigem": None, "Rollegem": None, "Aalbeke": None}


def test_V22_with_few_voters_no_area_is_told():
    assert shown_areas({"Kortrijk": 12, "Heule": 4}, least=50) == {"Kortrijk": None, "Heule": None}
    assert shown_areas({"Kortrijk": 800, "Kooigem": 3}, least=50) == {"Kortrijk": None, "Kooigem": None}
    assert shown_areas({"Kortrijk": 49}, least=50) == {"Kortrijk": None}
    assert shown_areas({}, least=50) == {}


def test_V22_the_same_area_is_hidden_whatever_the_order_they_come_in():
    voters = {"Heule": 90, "Bissegem": 90, "Kooigem": 3, "Kortrijk": 800}

    hidden = {
        frozenset(name for name, count in shown_areas(dict(order), least=50).items() if count is None)
        for order in permutations(voters.items())
    }

    assert hidden == {frozenset({"Bissegem", "Kooigem"})}


@pytest.mark.parametrize("least", [0, 1, 5, 50])
def test_V22_no_hidden_group_is_ever_smaller_than_the_small_number(least: int):
    for counts in permutations((0, 2, 4, 49, 50, 300), 4):
        voters = {f"gebied {place}": count for place, count in enumerate(counts)}
        shown = shown_areas(voters, least=least)
        hidden = [voters[name] for name, count in shown.items() if count is None]
        assert all(count is None or count >= least for count in shown.values())
        assert not hidden or sum(hidden) >= least or len(hidden) == len(voters)

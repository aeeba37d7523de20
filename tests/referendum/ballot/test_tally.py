"""What comes out is what went in: random elections against a plain recount."""

from collections import Counter

import pytest
from gmpy2 import mpz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spreekt.modules.referendum.ballot.acceptance import check
from spreekt.modules.referendum.ballot.archive_reader import ArchiveReader
from spreekt.modules.referendum.ballot.canonical import hex_of
from spreekt.modules.referendum.ballot.election import Question
from spreekt.modules.referendum.ballot.group import G, P
from spreekt.modules.referendum.ballot.tally import (
    CountedTwice,
    NothingFits,
    discrete_logarithms,
    open_tally,
    read_tally,
    result_text,
    tally_of,
)
from tests.referendum.ballot.elections import OneKey, a_ballot, an_archive, an_election

ELECTION = an_election()


@st.composite
def questions(draw):
    answers = draw(st.integers(1, 4))
    most = draw(st.integers(1, answers))
    least = draw(st.integers(0, most))
    return Question("?", tuple("ABCD"[:answers]), blank=draw(st.booleans()), min=least, max=most)


@st.composite
def votes(draw, question):
    """A valid vector of choices."""
    if question.blank and draw(st.booleans()):
        return (1,) + (0,) * len(question.answers)
    chosen = draw(st.sets(st.integers(0, len(question.answers) - 1), min_size=question.min, max_size=question.max))
    return (0,) * question.blank + tuple(int(place in chosen) for place in range(len(question.answers)))


@st.composite
def polls(draw):
    """Questions, and the votes in the order in which they came: (voter, choices); voters may vote again."""
    asked = draw(st.lists(questions(), min_size=1, max_size=3))
    cast = st.tuples(st.integers(0, 3), st.tuples(*[votes(question) for question in asked]))
    return asked, draw(st.lists(cast, max_size=5))


def a_recount(asked, cast):
    """Of the choices in the clear, the last of each voter."""
    last = dict(cast)
    return [
        [sum(choices[place][slot] for choices in last.values()) for slot in range(question.slots)]
        for place, question in enumerate(asked)
    ]


@given(poll=polls())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_count_of_any_election_equals_a_recount_of_the_choices(tmp_path_factory, poll):
    asked, cast = poll
    election = an_election(*asked)
    ballots = [a_ballot(election, choices, voter=voter, seed=place) for place, (voter, choices) in enumerate(cast)]

    archive = an_archive(tmp_path_factory.mktemp("poll"), election, ballots, voters=range(2))

    with ArchiveReader(archive) as reader:
        assert reader.result() == result_text(a_recount(asked, cast))
    for ballot in ballots[-1:]:
        assert check(election, ballot).sha == hex_of(ballot)


@pytest.mark.parametrize(
    ("choices", "result"),
    [
        ([], [[0, 0, 0]]),
        ([(1, 0, 0)], [[1, 0, 0]]),
        ([(0, 1, 0), (0, 0, 1)], [[0, 1, 1]]),
        ([(0, 1, 0)] * 4, [[0, 4, 0]]),
    ],
    ids=["nobody", "one blank", "a tie", "all the same"],
)
def test_the_count_of_few_votes(choices, result):
    tally = tally_of(ELECTION, [a_ballot(ELECTION, [choice], voter=voter) for voter, choice in enumerate(choices)])

    assert open_tally(tally.rows, OneKey().factors(tally.text()), most=tally.ballots) == result


def test_one_credential_is_not_counted_twice():
    with pytest.raises(CountedTwice):
        tally_of(ELECTION, [a_ballot(ELECTION, seed=1), a_ballot(ELECTION, seed=2)])


def test_only_the_last_ballot_of_a_credential_is_read_for_the_count(tmp_path):
    first, other, last = (a_ballot(ELECTION, voter=voter, seed=seed) for voter, seed in [(1, 1), (2, 1), (1, 2)])

    with ArchiveReader(an_archive(tmp_path, ELECTION, [first, other, last])) as reader:
        assert [*reader.counted_ballots()] == [other, last]
        assert [*reader.ballots()] == [first, other, last]


def test_the_order_of_ballots_does_not_matter_to_the_count():
    ballots = [a_ballot(ELECTION, voter=voter) for voter in range(3)]

    assert tally_of(ELECTION, ballots).text() == tally_of(ELECTION, reversed(ballots)).text()


def test_the_sized_tally_names_the_tally_and_its_ballots():
    tally = tally_of(ELECTION, [a_ballot(ELECTION)])

    assert tally.sized_text() == f'{{"num_tallied":1,"total_weight":1,"encrypted_tally":"{hex_of(tally.text())}"}}'
    assert read_tally(tally.text()) == tally.rows


def test_factors_of_another_key_open_nothing():
    tally = tally_of(ELECTION, [a_ballot(ELECTION)])

    with pytest.raises(NothingFits):
        open_tally(tally.rows, OneKey(mpz(5)).factors(tally.text()), most=tally.ballots)


def test_a_count_is_never_above_the_number_of_ballots():
    with pytest.raises(NothingFits):
        discrete_logarithms({pow(G, 11, P)}, most=10)


def test_large_counts_are_found_too():
    wanted = {pow(G, count, P): count for count in (0, 1, 4_248, 5_632)}

    assert discrete_logarithms(set(wanted), most=9_880) == wanted


@pytest.mark.parametrize("text", ["", "[[1]]", '[[{"alpha":"1"}]]', '[[{"alpha":"01","beta":"1"}]]', "7"])
def test_a_text_that_is_no_tally_is_refused(text):
    with pytest.raises(ValueError, match="not an encrypted tally"):
        read_tally(text)


def test_votes_of_these_tests_come_in_all_kinds():
    """The strategy above reaches blank votes, re-votes and several questions."""
    seen = Counter()

    @given(poll=polls())
    @settings(max_examples=200, deadline=None, database=None)
    def look(poll):
        asked, cast = poll
        seen["nobody"] += not cast
        seen["several questions"] += len(asked) > 1
        seen["again"] += len(dict(cast)) < len(cast)
        seen["several answers"] += any(question.max > 1 for question in asked)
        seen["blank"] += any(
            question.blank and choices[place][0] for _, choices in cast for place, question in enumerate(asked)
        )

    look()

    assert min(seen.values()) > 0
    assert len(seen) == 5

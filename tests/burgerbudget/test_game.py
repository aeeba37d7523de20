"""What a good ballot is, for each way of voting, up to the last cent; and that every ballot is as long as the next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from spreekt.kernel.regulations import VoteMethod
from spreekt.modules.burgerbudget.voting.game import (
    BasketTooFull,
    Game,
    NotABallot,
    TooManyCoins,
    TooManyPoints,
    TooManyProjects,
    read,
    ticked,
    written,
)
from spreekt.modules.burgerbudget.voting.pages import marked

COSTS = {"a": 300_000, "bb": 300_001, "ccc": 399_999, "d": 1}
FAVOURITES = Game(most=2)
ANY = Game()
COINS = Game(method=VoteMethod.COINS, most=2)
BASKET = Game(method=VoteMethod.BASKET, basket_cents=700_000)
POINTS = Game(method=VoteMethod.POINTS, points=10)
RANKING = Game(method=VoteMethod.RANKING, most=3)
GAMES = {"favourites": FAVOURITES, "any": ANY, "coins": COINS, "basket": BASKET, "points": POINTS, "ranking": RANKING}


@pytest.mark.parametrize(
    ("game", "marks"),
    [
        (ANY, dict.fromkeys(COSTS, 1)),
        (FAVOURITES, {"a": 1, "bb": 1}),
        (COINS, {"a": 1}),
        (COINS, {"a": 1, "bb": 1}),
        (BASKET, {"a": 1, "ccc": 1, "d": 1}),  # precisely full
        (BASKET, {"d": 1}),
        (POINTS, {"a": 10}),
        (POINTS, {"a": 1, "bb": 2, "ccc": 3, "d": 4}),
        (POINTS, {"a": 1}),
        (RANKING, {"bb": 1}),
        (RANKING, {"bb": 1, "a": 2, "d": 3}),
    ],
)
def test_a_good_ballot_is_taken_as_it_is(game, marks):
    assert game.check(marks, COSTS) == marks


@pytest.mark.parametrize(
    ("game", "marks", "refusal"),
    [
        *((game, {}, NotABallot) for game in GAMES.values()),
        *((game, {"zz": 1}, NotABallot) for game in GAMES.values()),
        *((game, {"A": 1}, NotABallot) for game in GAMES.values()),
        *((game, {"a": 2}, NotABallot) for game in (ANY, FAVOURITES, COINS, BASKET)),
        *((game, {"a": 0}, NotABallot) for game in GAMES.values()),
        *((game, {"a": -1}, NotABallot) for game in GAMES.values()),
        (FAVOURITES, {"a": 1, "bb": 1, "d": 1}, TooManyProjects),
        (COINS, {"a": 1, "bb": 1, "d": 1}, TooManyCoins),
        (BASKET, {"bb": 1, "ccc": 1, "d": 1}, BasketTooFull),  # one cent over
        (POINTS, {"a": 11}, TooManyPoints),
        (POINTS, {"a": 5, "bb": 6}, TooManyPoints),
        (POINTS, {"a": 2**63}, TooManyPoints),
        (POINTS, {"a": 12, "bb": -2}, NotABallot),
        (RANKING, {"a": 2}, NotABallot),
        (RANKING, {"a": 1, "bb": 3}, NotABallot),
        (RANKING, {"a": 1, "bb": 1}, NotABallot),
        (RANKING, {"a": 1, "bb": 2, "ccc": 3, "d": 4}, TooManyProjects),
    ],
)
def test_V06_V17_what_is_no_ballot_is_refused_with_what_to_do(game, marks, refusal):
    with pytest.raises(refusal):
        game.check(marks, COSTS)


def test_one_cent_over_says_one_cent():
    with pytest.raises(BasketTooFull) as refusal:
        BASKET.check({"bb": 1, "ccc": 1, "d": 1}, COSTS)

    assert refusal.value.args == ("€\N{NO-BREAK SPACE}0,01",)


class Listed:
    def __init__(self, id: int, code: str) -> None:
        self.id, self.code = id, code


PROJECTS = [Listed(number, code) for number, code in enumerate(COSTS, start=1)]


def typed(game: Game, **fields: str):
    """The marks of a form on which this was typed."""
    return marked(game, PROJECTS, MultiDict((name.replace("_", "-"), words) for name, words in fields.items()))


@pytest.mark.parametrize("words", ["0", "", "  ", "00"])
def test_an_empty_field_gives_no_points(words):
    marks = {code: points for code, points in typed(POINTS, punten_1=words, punten_2="3").items() if points}

    assert marks == {"bb": 3}


@pytest.mark.parametrize("words", ["-1", "1.5", "1,5", "1e3", "0x1", "½", "²", "٣", "NaN", "9" * 40, "1 2", "+1"])
def test_V17_points_that_are_no_whole_number_are_refused(words):
    with pytest.raises(NotABallot):
        POINTS.check(typed(POINTS, punten_1=words), COSTS)


def test_a_project_on_two_places_is_refused():
    with pytest.raises(NotABallot):
        RANKING.check(typed(RANKING, plaats_1="a", plaats_2="a"), COSTS)


def test_places_are_read_from_one_up():
    assert typed(RANKING, plaats_1="d", plaats_2="a", plaats_4="bb") == {"d": 1, "a": 2}


games = st.one_of(
    st.just(ANY),
    st.builds(Game, most=st.integers(1, 40)),
    st.builds(Game, method=st.just(VoteMethod.COINS), most=st.integers(1, 40)),
    st.builds(Game, method=st.just(VoteMethod.BASKET), basket_cents=st.integers(1, 10**9)),
    st.builds(Game, method=st.just(VoteMethod.POINTS), points=st.integers(1, 2000)),
    st.builds(Game, method=st.just(VoteMethod.RANKING), most=st.integers(1, 40)),
)
codes = st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=30, unique=True)


@given(game=games, codes=codes, choice=st.data())
def test_no_good_ballot_and_no_draft_is_longer_than_what_all_are_padded_to(game, codes, choice):
    numbers = st.integers(-3, 3000)
    marks = choice.draw(st.dictionaries(st.sampled_from(codes), numbers))
    kept = game.kept(marks, codes)

    assert len(written(kept).encode()) <= game.longest(codes)
    try:
        good = game.check(marks, dict.fromkeys(codes, 1))
    except NotABallot:
        return
    assert len(written(good).encode()) <= game.longest(codes)
    assert read(written(good)) == good
    assert kept == good


@given(codes=codes, order=st.randoms())
def test_the_order_of_ticking_leaves_no_trace(codes, order):
    again = list(codes)
    order.shuffle(again)

    assert written(ticked(codes)) == written(ticked(again))

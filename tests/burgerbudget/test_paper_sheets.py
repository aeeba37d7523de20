"""Sheets as they are typed: every way of voting, blank, invalid, and what cannot be read."""

import io

import pytest

from spreekt.kernel.regulations import VoteMethod
from spreekt.modules.burgerbudget.paper import sheets as paper_sheets
from spreekt.modules.burgerbudget.paper.sheets import Kind, Sheet, differing, read_file, sheet_of, words_of
from spreekt.modules.burgerbudget.voting.game import Game

COSTS = {"p1": 100_000, "p2": 200_000, "P3": 300_000}
FAVOURITES = Game(most=2)
POINTS = Game(method=VoteMethod.POINTS, points=5)
RANKING = Game(method=VoteMethod.RANKING, most=2)
BASKET = Game(method=VoteMethod.BASKET, basket_cents=400_000)


@pytest.mark.parametrize(
    ("game", "typed", "marks"),
    [
        (FAVOURITES, "p1 p2", {"p1": 1, "p2": 1}),
        (FAVOURITES, " P1,p3 ", {"p1": 1, "P3": 1}),
        (BASKET, "p1 p3", {"p1": 1, "P3": 1}),
        (POINTS, "p1=3 p2=2", {"p1": 3, "p2": 2}),
        (RANKING, "p2 p1", {"p2": 1, "p1": 2}),
    ],
)
def test_a_sheet_is_typed_in_few_keys_and_comes_back_the_same(game, typed, marks):
    sheet = sheet_of(typed, game, COSTS)

    assert sheet == Sheet(Kind.VALID, marks)
    assert sheet_of(words_of(sheet, game), game, COSTS) == sheet


@pytest.mark.parametrize(
    ("typed", "kind"), [("", Kind.BLANK), ("Blanco", Kind.BLANK), (" ongeldig ", Kind.INVALID), ("  ", Kind.BLANK)]
)
def test_blank_and_invalid_sheets_are_said_in_a_word(typed, kind):
    sheet = sheet_of(typed, FAVOURITES, COSTS)

    assert sheet == Sheet(kind)
    assert sheet_of(words_of(sheet, FAVOURITES), FAVOURITES, COSTS) == sheet


@pytest.mark.parametrize(
    ("game", "typed", "refusal"),
    [
        (FAVOURITES, "p9", paper_sheets.UnknownProject),
        (FAVOURITES, "p1 p2 p3", paper_sheets.SheetInvalid),
        (FAVOURITES, "p1 p1", paper_sheets.SheetInvalid),
        (FAVOURITES, "p1=1", paper_sheets.NotRead),
        (BASKET, "p1 p2 p3", paper_sheets.SheetInvalid),
        (POINTS, "p1", paper_sheets.NotRead),
        (POINTS, "p1=-1", paper_sheets.NotRead),
        (POINTS, "p1=1e3", paper_sheets.NotRead),
        (POINTS, "p1=9999999", paper_sheets.NotRead),
        (POINTS, "p1=6", paper_sheets.SheetInvalid),
        (POINTS, "p1=0", paper_sheets.SheetInvalid),
        (RANKING, "p1 p2 p3", paper_sheets.SheetInvalid),
    ],
)
def test_v06_marks_that_are_no_ballot_are_refused_and_never_guessed(game, typed, refusal):
    with pytest.raises(refusal):
        sheet_of(typed, game, COSTS)


def lines(text):
    return io.BytesIO(text.encode())


def test_a_file_of_a_scanner_is_read_with_and_without_its_header():
    sheets = [Sheet(Kind.VALID, {"p1": 1}), Sheet(Kind.BLANK), Sheet(Kind.INVALID)]

    assert read_file(lines("blad;keuze\r\n1;p1\r\n2;\r\n3;ongeldig\r\n"), FAVOURITES, COSTS) == sheets
    assert read_file(lines("1;p1\n2;blanco\n3;ongeldig"), FAVOURITES, COSTS) == sheets


@pytest.mark.parametrize(
    "text", ["2;p1", "1;p1\n3;p2", "1;p1\n1;p2", "p1", "1;p9", "1;p1 p2 p3", "x;p1", "1;p1\n2;\x00"]
)
def test_a_file_with_a_fault_is_refused_whole_and_names_the_line(text):
    with pytest.raises(paper_sheets.BadLine) as refusal:
        read_file(lines(text), FAVOURITES, COSTS)

    assert refusal.value.args[0] in (1, 2)


def test_a_pile_has_an_end():
    text = "\n".join(f"{number};p1" for number in range(1, paper_sheets.MOST_SHEETS + 2))

    with pytest.raises(paper_sheets.BadLine):
        read_file(lines(text), FAVOURITES, COSTS)


def test_sheets_differ_in_what_stands_on_them_and_in_their_number():
    one, two = Sheet(Kind.VALID, {"p1": 1}), Sheet(Kind.VALID, {"p2": 1})

    assert differing([one, two], [one, two]) == []
    assert differing([one, two], [two, two]) == [1]
    assert differing([one], [one, two]) == [2]
    assert differing([Sheet(Kind.BLANK)], [Sheet(Kind.INVALID)]) == [1]

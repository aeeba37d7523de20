"""The letter on paper: one page that fits its window, in letters the printer has, and that says what the rules say."""

import io
import re
from dataclasses import replace

import pytest

from spreekt.identity.addressee import Addressee
from spreekt.modules.referendum.letter_words import LetterWords, NotLetterWords
from spreekt.modules.referendum.letters import write_letters
from tests.builders import ADDRESSEE
from tests.pdf import streams_in
from tests.referendum.roll_builders import WORDS

CODE = "abcd-efgh-ijkm-nopq-rstu-vw"
LOWEST = 277 * 72 / 25.4  # points below the upper edge: two centimetres of paper stay white


def a_letter(to=ADDRESSEE, words=WORDS):
    out = io.BytesIO()
    write_letters(out, words, [(to, CODE)])
    return b"\n".join(streams_in(out.getvalue())).decode("latin-1")


def lines_of(letter):
    """Every line: size, how far right and down in points, words."""
    found = re.findall(r"BT /F\d ([\d.]+) Tf ([\d.]+) ([\d.]+) Td \((.*)\) Tj ET", letter)
    return [(float(size), float(x), 841.89 - float(y), words.replace("\\", "")) for size, x, y, words in found]


@pytest.mark.parametrize("may_revote", [False, True])
@pytest.mark.parametrize("asks_birth_date", [False, True])
@pytest.mark.parametrize("has_paper", [False, True])
def test_the_letter_stays_on_its_page_whatever_the_regulation(may_revote, asks_birth_date, has_paper):
    longest = "Ben je akkoord dat de Kortrijkse binnenstad een vaste zondag per maand autovrij wordt van 10 tot 18 uur?"
    words = replace(
        WORDS, may_revote=may_revote, asks_birth_date=asks_birth_date, has_paper=has_paper, title=longest,
        booth_url="https://" + "deelgemeente-" * 6 + "kortrijk.example/referendum/x/stemmen",
    )  # fmt: skip

    assert max(down for _size, _x, down, _words in lines_of(a_letter(words=words))) < LOWEST


def test_the_letter_says_what_the_regulation_says():
    other = replace(WORDS, may_revote=True, has_paper=False, asks_birth_date=False)
    once, more = (" ".join(line[3] for line in lines_of(a_letter(words=words))) for words in (WORDS, other))

    assert "maar één keer stemmen" in once
    assert "geboortedatum" in once
    assert "op papier" in once
    assert "de laatste telt" in more
    assert "geboortedatum" not in more
    assert "account dat toont dat je in de stad woont" in more
    assert "account" not in once
    assert "op papier" not in more


def test_a_long_name_gets_smaller_letters_and_stays_in_the_window():
    long = Addressee(
        "Maria-Alexandrina", "Van den Berghe-Vanden Broucke-De Smet", "Straat", "1", "", "8500", "Kortrijk"
    )

    size, x, _down, words = next(line for line in lines_of(a_letter(long)) if "Maria" in line[3] and line[1] > 300)

    assert size < 11
    assert "Vanden Broucke" in words
    assert x == pytest.approx(110 * 72 / 25.4, abs=0.1)


def test_names_are_printed_with_the_letters_there_are():
    letter = a_letter(Addressee("Łukasz (Luc)", "Şahin\\", "’t Hoge", "1", "", "8500", "Kortrijk"))

    assert "Lukasz \\(Luc\\) Sahin\\\\" in letter
    assert "'t Hoge 1" in letter


def test_a_letter_is_a_pdf_whose_table_points_at_every_object():
    out = io.BytesIO()
    write_letters(out, WORDS, [(ADDRESSEE, CODE)] * 3)
    pdf = out.getvalue()

    start = int(re.search(rb"startxref\n(\d+)\n%%EOF", pdf).group(1))
    rows = re.findall(rb"(\d{10}) 00000 n", pdf[start:])
    assert [pdf[int(at) :].split(b" ", 1)[0] for at in rows] == [
        str(number).encode() for number in range(1, len(rows) + 1)
    ]
    assert b"/Count 3" in pdf


@pytest.mark.parametrize("text", ["[]", "{}", "geen json", '{"brand": 1}', '{"onbekend": "x"}'])
def test_words_that_the_platform_did_not_write_are_refused(text):
    with pytest.raises(NotLetterWords):
        LetterWords.read(text)


@pytest.mark.parametrize("wrong", [{"title": "twee\nregels"}, {"title": 3}, {"may_revote": "ja"}, {"title": "x" * 301}])
def test_words_that_fit_no_letter_are_refused(wrong):
    with pytest.raises(NotLetterWords):
        LetterWords.of(WORDS.stored | wrong)

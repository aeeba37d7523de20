"""The letter: one page that says what, why and how, in letters the printer has; never the code in an address."""

from datetime import date

import pytest

from spreekt.identity.addressee import Addressee
from spreekt.notices.paper import printable
from spreekt.residency.letter_pdf import LetterWords, letter_pdf
from tests.builders import ADDRESSEE
from tests.pdf import text_in

WORDS = LetterWords(
    brand="Kortrijk Spreekt", city="Kortrijk", help_line="1777", code="K7QF-2M9D-XW4T-0123",
    code_url="https://spreekt.example/verblijf/code", sent_on=date(2026, 11, 23), valid_until=date(2026, 12, 23),
)  # fmt: skip


def test_the_letter_names_the_resident_the_address_the_code_and_the_help_line():
    text = text_in(letter_pdf(ADDRESSEE, WORDS))

    for words in ("Noémie Dewaele", "Sint-Denijsestraat 12 bus 3", "8500 Kortrijk", WORDS.code, "1777", "23 december"):
        assert words in text


def test_the_letter_is_one_page():
    longest = Addressee(
        "Maria-Alexandrina " * 5, "Van den Berghe-Vanden Broucke", "Straat " * 20, "1", "2", "8500", "X"
    )

    assert letter_pdf(longest, WORDS).count(b"/Type /Page\n") == 1


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Noémie Daniël Zoë Anaïs Çelik", "Noémie Daniël Zoë Anaïs Çelik"),
        ("Łukasz Şahin Đorđe Dvořák", "Lukasz Sahin Dorde Dvorák"),
        ("e\u0301", "é"),
        ("Ольга", "?????"),
        ("’t Hoge – 5 €", "'t Hoge - 5 EUR"),
    ],
)
def test_names_are_printed_with_the_letters_there_are(text, printed):
    assert printable(text) == printed

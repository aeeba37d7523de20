"""What residents' text becomes before it is stored, and what is refused."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spreekt.kernel.text import (
    LONGEST_TEXT,
    TextRefused,
    TooLong,
    TooShort,
    UnreadableCharacter,
    clean_line,
    clean_text,
    visible_length,
)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("comite\u0301", "comité"),
        ("een  \r\ntwee\rdrie\u2028vier", "een\ntwee\ndrie\nvier"),
        ("een\u00a0 \n", "een"),
        ("\n\na\n\n\n\n\nb\n", "a\n\n\nb"),
        ("veilig\u202egnp.exe", "veiliggnp.exe"),
        ("\u2066a\u2069\u202ab\u202c", "ab"),
        ("\ufeffhallo", "hallo"),
        ("hallo" + "".join(chr(0xE0000 + ord(c)) for c in "verborgen"), "hallo"),
        ("\ta", "\ta"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("", ""),
    ],
)
def test_text_is_stored_in_one_form(text, stored):
    assert clean_text(text, most=100) == stored


@pytest.mark.parametrize("character", ["\0", "\x01", "\x0b", "\x1b", "\x7f", "\x80", "\ud800", chr(0xDFFF)])
@pytest.mark.parametrize("clean", [clean_text, clean_line])
def test_control_characters_and_half_characters_are_refused_with_what_to_do(clean, character):
    with pytest.raises(UnreadableCharacter, match="Typ je tekst opnieuw"):
        clean(f"a{character}b", most=100)


def test_a_line_has_no_line_ends_and_single_spaces():
    assert clean_line("  Meer\r\n bomen\tin de\u00a0 straat ", most=100) == "Meer bomen in de straat"


def test_the_longest_text_is_counted_as_a_reader_sees_it():
    assert clean_text("👨‍👩‍👧" * 3 + "é" * 7, most=10).startswith("👨‍👩‍👧")
    with pytest.raises(TooLong, match="hoogstens 10"):
        clean_text("a" * 11, most=10)


def test_a_tower_of_accents_is_too_long():
    with pytest.raises(TooLong):
        clean_text("z" + "\u0335" * 500, most=100)


def test_an_endless_text_is_refused_before_it_is_read():
    with pytest.raises(TooLong):
        clean_text("\0" * (LONGEST_TEXT + 1), most=LONGEST_TEXT)


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200d", "\u2066\u2069", "\u3164\u2800", "\u0301"])
def test_text_that_shows_nothing_is_no_text(text):
    with pytest.raises(TooShort):
        clean_line(text, most=10, least=1)


def test_visible_length_leaves_out_what_has_no_ink():
    assert visible_length("a \u200b\tb 👍🏽") == 3


@given(st.text())
def test_what_is_stored_stays_the_same_when_cleaned_again(text):
    try:
        stored = clean_text(text, most=LONGEST_TEXT)
    except TextRefused:
        return
    assert clean_text(stored, most=LONGEST_TEXT) == stored
    assert unicodedata.is_normalized("NFC", stored)
    stored.encode("utf-8")
    assert "\0" not in stored

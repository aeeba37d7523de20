"""Length as a reader sees it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spreekt.kernel.graphemes import first_graphemes, grapheme_length, graphemes


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("comité", 6),
        ("comite\u0301", 6),
        ("👨‍👩‍👧‍👦", 1),
        ("👍🏽", 1),
        ("❤️", 1),
        ("🇧🇪", 1),
        ("🇧🇪🇳🇱", 2),
        ("🇧🇪🇳", 2),
        ("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", 1),
        ("\r\n", 1),
        ("a\nb", 3),
        ("z" + "\u0301" * 50, 1),
        ("한국", 2),
        ("\u1112\u1161\u11ab", 1),
        ("नि", 1),
        ("a\u200db", 2),
    ],
)
def test_length_counts_what_a_reader_sees(text, length):
    assert grapheme_length(text) == length


@given(st.text())
def test_no_character_is_lost_between_graphemes(text):
    assert "".join(graphemes(text)) == text


@given(st.text(), st.integers(0, 20))
def test_a_cut_keeps_whole_characters(text, count):
    cut = first_graphemes(text, count)

    assert text.startswith(cut)
    assert cut == "".join(list(graphemes(text))[:count])

"""Codes in letters: read in any spelling, and every slip of the pen is seen."""

import pytest

from spreekt.identity.letter_codes import ALPHABET, code_for, fits, hash_of, in_groups, read_code


@pytest.fixture
def code(vault):
    return code_for(vault, "letter 1")


def test_a_code_follows_from_its_occasion_and_the_key_alone(vault, code):
    assert code_for(vault, "letter 1") == code
    assert code_for(vault, "letter 2") != code


def test_a_code_has_sixteen_symbols_that_look_like_nothing_else(code):
    assert len(code) == 16
    assert set(code) <= set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)


def test_any_spelling_is_read(code):
    for typed in (code.lower(), in_groups(code), f" {in_groups(code).replace('-', ' ')} ", code.replace("0", "O")):
        assert read_code(typed) == code


def test_one_wrong_symbol_is_seen(code):
    for place, right in enumerate(code):
        wrong = [code[:place] + other + code[place + 1 :] for other in ALPHABET if other != right]
        assert not any(map(read_code, wrong))


def test_two_neighbours_swapped_are_seen(code):
    for place in range(15):
        one, other = code[place], code[place + 1]
        if one != other:
            assert read_code(code[:place] + other + one + code[place + 2 :]) is None


@pytest.mark.parametrize("text", ["", "x", "0" * 15, "0" * 17, "é" * 16, "0" * 10_000, "____-____"])
def test_what_is_no_code_is_none(text):
    assert read_code(text) is None


def test_only_the_code_fits_its_hash(vault, code):
    assert fits(vault, code, hash_of(vault, code))
    assert not fits(vault, code, "")
    assert code not in hash_of(vault, code)

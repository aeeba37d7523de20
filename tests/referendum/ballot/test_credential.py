"""The voter's code: as it is printed, as it is typed, and what follows from it."""

import random
import re

import pytest

from spreekt.modules.referendum.ballot.canonical import BASE58
from spreekt.modules.referendum.ballot.credential import make_credential, normalise, public_of, secret_of
from spreekt.modules.referendum.ballot.group import G, in_group, power
from spreekt.modules.referendum.ballot.refusals import NotInAlphabet, WrongLength

PRINTED = "abcd-EFGH-jkmn-PQRS-2345-yz"


def test_a_code_has_22_characters_in_groups_of_four():
    codes = {make_credential() for _ in range(200)}

    assert len(codes) == 200
    assert all(re.fullmatch(rf"([{BASE58}]{{4}}-){{5}}[{BASE58}]{{2}}", code) for code in codes)


def test_every_character_of_a_code_is_drawn_from_all_58():
    chosen = random.Random(1).choice
    codes = [make_credential(chosen).replace("-", "") for _ in range(600)]

    for place in range(22):
        assert {code[place] for code in codes} == set(BASE58)


@pytest.mark.parametrize(
    "typed",
    [
        PRINTED,
        "abcdEFGHjkmnPQRS2345yz",
        " abcd EFGH jkmn PQRS 2345 yz\n",
        "abcd–EFGH—jkmn−PQRS‑2345‐yz",
        "ab-cdEFGHj-kmnPQRS2345y-z",
        "abcd\u00a0EFGH\tjkmn PQRS 2345 yz",
    ],
)
def test_spaces_and_dashes_do_not_matter(typed):
    assert normalise(typed) == PRINTED


def test_capitals_do_matter():
    assert normalise(PRINTED.swapcase().replace("I", "i")) != PRINTED


def test_a_classic_code_is_read_in_groups_of_three():
    assert normalise("abcdefghijkmnok") == "abc-def-ghi-jkm-nok"


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [("0", "letter o"), ("O", "letter o"), ("I", "cijfer 1"), ("l", "cijfer 1"), ("é", "gewone letters")],
)
def test_a_character_that_no_code_has_is_pointed_at(wrong, hint):
    with pytest.raises(NotInAlphabet) as refusal:
        normalise(f"abcd-E{wrong}GH-jkmn-PQRS-2345-yz")

    assert refusal.value.args[:2] == (wrong, 6)
    assert f"Teken 6 kan geen ‘{wrong}’ zijn" in str(refusal.value)
    assert hint in str(refusal.value)


@pytest.mark.parametrize("length", [0, 1, 14, 16, 21, 23, 5_000])
def test_a_code_of_another_length_is_refused_with_its_length(length):
    with pytest.raises(WrongLength) as refusal:
        normalise("a" * length)

    assert f"Je typte er {length}." in str(refusal.value)


def test_the_dashes_are_part_of_what_the_secret_follows_from():
    assert secret_of(PRINTED, "TestVector1111") != secret_of(PRINTED.replace("-", ""), "TestVector1111")


def test_one_code_has_another_secret_in_another_election():
    assert secret_of(PRINTED, "TestVector1111") != secret_of(PRINTED, "TestVector1112")


def test_a_public_credential_is_the_power_of_its_secret():
    secret = secret_of(PRINTED, "TestVector1111")

    assert public_of(secret) == power(G, secret)
    assert in_group(public_of(secret))

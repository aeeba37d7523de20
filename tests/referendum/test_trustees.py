"""The published trustees file: every field flipped is refused (V10), with the name of the trustee where it has one."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from gmpy2 import mpz

from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.ballot.certificates import TrusteeFault, public_key_of
from spreekt.modules.referendum.ballot.group import G, P, Q
from spreekt.modules.referendum.ballot.randomness import draw_secret
from spreekt.modules.referendum.ballot.trustees import lagrange, read_trustees, written_trustees
from tests.referendum.trustee_builders import a_ceremony


@pytest.fixture(scope="module")
def parameters() -> dict[str, Any]:
    return a_ceremony()[1].parameters()


def reading(parameters: object) -> None:
    read_trustees(compact([["Pedersen", parameters]]))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, (*path, name))
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from leaves(each, (*path, at))
    else:
        yield path


def flipped(value: Any) -> Any:
    if isinstance(value, int):
        return value + 1
    digit = next(at for at in range(len(value) - 2, -1, -1) if value[at].isdigit())
    return value[:digit] + str((int(value[digit]) + 1) % 10) + value[digit + 1 :]


def test_v10_each_field_of_the_trustees_flipped_is_refused(parameters: dict[str, Any]) -> None:
    reading(parameters)
    paths = list(leaves(parameters))
    assert len(paths) == 40

    for path in paths:
        changed = copy.deepcopy(parameters)
        place = changed
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = flipped(place[path[-1]])
        with pytest.raises(TrusteeFault):
            reading(changed)


@pytest.mark.parametrize("element", [0, 1, P - 1, P, P + G, 2, Q])
def test_v10_elements_outside_the_group_are_refused(element: Any) -> None:
    good = public_key_of(mpz(7), draw=draw_secret)
    read_trustees(written_trustees([("Single", good)]))

    with pytest.raises(TrusteeFault, match="trustee 1"):
        read_trustees(written_trustees([("Single", {**good, "public_key": str(element)})]))


@pytest.mark.parametrize("spelling", ["07", "+7", " 7", "7 ", "7e0", "", "٧", "-7"])
def test_v10_numbers_in_another_spelling_are_refused(spelling: str) -> None:
    good = public_key_of(mpz(7), draw=draw_secret)
    changed = {**good, "pok": {**good["pok"], "response": spelling}}

    with pytest.raises(TrusteeFault, match="digits"):
        read_trustees(written_trustees([("Single", changed)]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "[[]]",
        '[["Triple",{}]]',
        '[["Single",{}]]',
        "[[" * 5000,
        '[["Single",{"pok":1,"pok":2}]]',
        "[NaN]",
    ],
)
def test_what_is_no_trustees_file_is_refused(text: str) -> None:
    with pytest.raises(TrusteeFault):
        read_trustees(text)


def test_the_same_key_twice_is_refused(parameters: dict[str, Any]) -> None:
    single = public_key_of(mpz(7), draw=draw_secret)

    with pytest.raises(TrusteeFault, match="same key"):
        read_trustees(written_trustees([("Single", single), ("Single", single)]))


def test_a_signature_of_a_key_that_nobody_can_check_is_refused(parameters: dict[str, Any]) -> None:
    single = {**public_key_of(mpz(7), draw=draw_secret), "signature": parameters["signatures"][0]}

    with pytest.raises(TrusteeFault, match="does not belong"):
        read_trustees(written_trustees([("Single", single)]))


@pytest.mark.parametrize("place", ["signatures", "signature of a key"])
def test_a_file_without_the_extra_signatures_is_refused(parameters: dict[str, Any], place: str) -> None:
    plain = copy.deepcopy(parameters)
    if place == "signatures":
        del plain["signatures"]
    else:
        del plain["verification_keys"][1]["signature"]

    with pytest.raises(TrusteeFault, match="is missing"):
        reading(plain)


def test_the_weights_of_members_rebuild_the_constant() -> None:
    def value(x: int) -> int:
        return 41 + 7 * x + 5 * x * x

    assert sum(lagrange(at, (1, 3, 5)) * value(at) for at in (1, 3, 5)) % Q == 41

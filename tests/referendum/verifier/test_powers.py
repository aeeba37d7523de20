"""The arithmetic in bulk gives what the plain arithmetic gives, and finds every number that is outside the group."""

import random

import pytest
from gmpy2 import mpz

from spreekt.modules.referendum.ballot.group import G, P, Q, in_group, power
from spreekt.modules.referendum.verifier.powers import Exponents, Table, first_outsider, power_of_g

DICE = random.Random(7)
EDGES = [mpz(0), mpz(1), mpz(2), Q - 1, Q, mpz(1) << 255]


def some_elements(count: int) -> list[mpz]:
    return [power_of_g(mpz(DICE.randrange(int(Q)))) for _ in range(count)]


@pytest.mark.parametrize("count", range(1, 9))
def test_one_base_is_raised_to_several_exponents_at_once(count):
    (base,) = some_elements(1)
    exponents = [mpz(DICE.randrange(int(Q))) for _ in range(count - 1)] + [DICE.choice(EDGES)]

    assert Exponents(exponents).powers(base) == [pow(base, exponent, P) for exponent in exponents]


@pytest.mark.parametrize("exponent", EDGES)
def test_an_exponent_at_the_edge_is_an_exponent_like_any_other(exponent):
    (base,) = some_elements(1)

    assert Exponents([exponent]).powers(base) == [pow(base, exponent, P)]


def test_a_table_gives_the_powers_of_its_base():
    (base,) = some_elements(1)
    table = Table(base)
    exponents = [mpz(0), mpz(1), Q - 1, *(mpz(DICE.randrange(int(Q))) for _ in range(5))]

    assert [table.power(exponent) for exponent in exponents] == [power(base, exponent) for exponent in exponents]
    assert power_of_g(mpz(12345)) == power(G, mpz(12345))


@pytest.mark.parametrize("length", [1, 3, 199, 200, 401])
def test_a_list_of_elements_has_no_outsider(length):
    assert first_outsider((some_elements(3) * length)[:length]) is None


@pytest.mark.parametrize("length", [3, 400])
@pytest.mark.parametrize("kind", ["order 2", "order 3", "order 6", "large order"])
def test_an_outsider_is_found_and_named_whatever_its_order(length, kind):
    outside = {"order 2": P - 1, "order 3": _of_order_three(), "order 6": P - _of_order_three(), "large order": mpz(2)}
    elements = (some_elements(5) * length)[:length]
    elements[length // 2] = elements[length // 2] * outside[kind] % P
    elements[length - 1] = outside[kind]

    assert not in_group(elements[length // 2])
    assert first_outsider(elements) == length // 2


def test_outsiders_that_cancel_each_other_are_found():
    """The product of all is in the group; the product of a random part is not."""
    elements = some_elements(4) * 100
    elements[10], elements[20] = P - elements[10], P - elements[20]

    assert first_outsider(elements) == 10


def _of_order_three() -> mpz:
    return next(root for x in range(2, 50) if (root := pow(mpz(x), (P - 1) // 3, P)) != 1)

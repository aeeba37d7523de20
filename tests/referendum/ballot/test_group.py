"""Powers from tables are the powers that they stand for."""

import gmpy2
import pytest
from gmpy2 import mpz
from hypothesis import given, settings
from hypothesis import strategies as st

from spreekt.modules.referendum.ballot.group import (
    GENERATOR,
    G,
    NotANumber,
    P,
    Q,
    SharedSquarings,
    in_group,
    number,
    power,
    powers_product,
    product,
)

EXPONENTS = st.integers(0, 2**256 - 1) | st.sampled_from([0, 1, int(Q) - 1, int(Q), 2**256 - 1, 1 << 255, 1 << 16])
ELEMENTS = st.integers(0, int(P) - 1)


def test_the_generator_has_order_q():
    assert in_group(G)
    assert gmpy2.is_prime(P)
    assert gmpy2.is_prime(Q)


@given(ELEMENTS, EXPONENTS)
@settings(max_examples=40, deadline=None)
def test_shared_squarings_are_plain_powers_also_outside_the_group(base, exponent):
    assert SharedSquarings(mpz(base)).power(mpz(exponent)) == gmpy2.powmod(base, exponent, P)


@given(st.lists(ELEMENTS, min_size=1, max_size=3), EXPONENTS)
@settings(max_examples=20, deadline=None)
def test_a_product_of_powers_is_the_power_of_the_product(bases, exponent):
    shared = [SharedSquarings(mpz(base)) for base in bases]

    assert powers_product(shared, mpz(exponent)) == gmpy2.powmod(product(map(mpz, bases)), exponent, P)


@given(st.integers(-(2**300), 2**300))
@settings(max_examples=40, deadline=None)
def test_powers_of_the_generator_come_from_its_table(exponent):
    assert GENERATOR.power(mpz(exponent)) == power(G, mpz(exponent))


@pytest.mark.parametrize("outside", [mpz(0), P - 1, mpz(2), P, P + G, P - G], ids=str)
def test_what_is_outside_the_group_is_seen_both_ways(outside):
    assert not in_group(outside)
    assert not SharedSquarings(outside).in_group()


@pytest.mark.parametrize(
    "text", ["", "01", "-1", "+1", " 1", "1 ", "1\n", "1_0", "0x1", "1e3", "١", "²", 1, 1.0, None, True]
)
def test_a_number_has_one_spelling(text):
    with pytest.raises(NotANumber):
        number(text)


def test_a_number_longer_than_any_element_is_not_read():
    with pytest.raises(NotANumber):
        number("1" * 618)

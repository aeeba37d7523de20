"""The group in which everything is computed: BELENIOS-2048, its numbers, its powers, its hash to a scalar.

Source: Belenios specification 5.1 (the group), protocol section 5.1 (numbers and hashes). No ballots here.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Final

import gmpy2
from gmpy2 import mpz

NAME: Final = "BELENIOS-2048"
P: Final = mpz(
    "2069478569142254640101364365750500806492298929575110409710088478705737421924271740192223725449768433"
    "8129066633138078958404960054389636289796393038773905722803605973749427671376777618898589872735865049"
    "0811670993105358677809800307904916540637771737641986785272734744763418356000356983051931442845617019"
    "1100078673730733356412397173289791324047457883446826065232797464795113767265869358218004631792207366"
    "8860052627186363386088796882120769432366149491002923444346373222145884100586421050242120365433561201"
    "3204811188524087310770141516662001623131771693721892480785077118278423174980732765988288251691831031"
    "25680162072880719"
)
"""The field, 2048 bits."""
Q: Final = mpz("78571733251071885079927659812671450121821421258408794611510081919805623223441")
"""The order of the group, 256 bits: scalars are below it."""
G: Final = mpz(
    "2402352677501852209227687703532399932712287657378364916510075318787663274146353219320285676155269678"
    "7996946682987493890950838965734256019006010684771644917354741372831046104586813145117816467554005274"
    "0288984613986453266121505579709716201616827031288643245666383486363578210615491841998253431518974065"
    "8186868651151358576410138882215396016043228843603930989333662772848406593138406010231675095763777982"
    "6651036068224066350766977640253462537730851331734951942489677540525736590494924776314759915751987751"
    "7771148149092045660020547812705472823814097251863985833411570056835369555342378147558249189605029668"
    "0037745308460627"
)
"""What everything is a power of."""

_DECIMAL = re.compile(r"0|[1-9][0-9]*\Z")
_LONGEST = 617
"""Digits of P. Whatever is longer is refused before it costs time."""
_WINDOW = 8
_TABLE_MASK = (1 << _WINDOW) - 1
_WINDOWS = -(-256 // _WINDOW)
_ROWS = 16


class NotANumber(ValueError):
    """Not a number as the files write them: canonical decimal digits, as text, of bearable length."""


def number(text: object) -> mpz:
    """The number that a file's decimal text stands for. Raises NotANumber for any other spelling or type."""
    if not isinstance(text, str) or len(text) > _LONGEST or _DECIMAL.fullmatch(text) is None:
        raise NotANumber
    return mpz(text)


def in_group(x: mpz) -> bool:
    """Whether x is an element of the group: costs one exponentiation."""
    return bool(0 < x < P and gmpy2.powmod(x, Q, P) == 1)


def is_scalar(x: mpz) -> bool:
    return bool(0 <= x < Q)


def power(base: mpz, exponent: mpz) -> mpz:
    """base ** exponent mod P, the exponent taken mod Q: base must be in the group."""
    return gmpy2.powmod(base, exponent % Q, P)


def inverse(x: mpz) -> mpz:
    """1 / x mod P."""
    return gmpy2.invert(x, P)


def product(factors: Iterable[mpz]) -> mpz:
    """All of them multiplied mod P; 1 of none."""
    result = mpz(1)
    for factor in factors:
        result = result * factor % P
    return result


class FixedBase:
    """Powers of one base that is used often, from a table: a quarter of the time of `power`.

    The table takes some 2 MB and the time of about thirty exponentiations, once, when the first power is asked for.
    """

    __slots__ = ("_rows", "base")

    def __init__(self, base: mpz) -> None:
        self.base = base
        self._rows: list[list[mpz]] = []

    def power(self, exponent: mpz) -> mpz:
        """base ** exponent mod P."""
        rows = self._rows or self._fill()
        rest = int(exponent % Q)
        result = mpz(1)
        for row in rows:
            digit = rest & _TABLE_MASK
            if digit:
                result = result * row[digit] % P
            rest >>= _WINDOW
        return result

    def _fill(self) -> list[list[mpz]]:
        step = self.base
        rows = []
        for _ in range(_WINDOWS):
            row = [mpz(1)]
            for _ in range(_TABLE_MASK):
                row.append(row[-1] * step % P)
            rows.append(row)
            step = row[-1] * step % P
        self._rows = rows
        return rows


class SharedSquarings:
    """Powers of one base that is used two to a dozen times: half the time of `power` for each after the first.

    Takes any integer below 2**256 as it is, not mod Q: the base may be outside the group, which `in_group` tells.
    The bits of an exponent stand in 16 rows of 16; every four rows share a table of the 16 products of their powers.
    """

    __slots__ = ("_tables", "base")

    def __init__(self, base: mpz) -> None:
        self.base = base
        self._tables: list[list[mpz]] = []

    def power(self, exponent: mpz) -> mpz:
        """base ** exponent mod P, for 0 <= exponent < 2**256."""
        return powers_product((self,), exponent)

    def in_group(self) -> bool:
        """Whether the base is an element of the group."""
        return bool(0 < self.base < P and self.power(Q) == 1)

    def tables(self) -> list[list[mpz]]:
        if not self._tables:
            rows = [self.base]
            for _ in range(_ROWS - 1):
                rows.append(gmpy2.powmod(rows[-1], 1 << _ROWS, P))
            self._tables = [_products(rows[first : first + 4]) for first in range(0, _ROWS, 4)]
        return self._tables


def powers_product(bases: Sequence[SharedSquarings], exponent: mpz) -> mpz:
    """The product of all bases, to the power of one exponent below 2**256, without multiplying them first."""
    bits = format(int(exponent), "0256b")
    tables = [base.tables() for base in bases]
    p = P  # a local is found quicker, and this loop is most of the time of a ballot
    result = mpz(1)
    for column in range(_ROWS):
        if column:
            result = result * result % p
        digits = int(bits[column::_ROWS], 2)
        for first, second, third, fourth in tables:
            result = result * first[digits & 15] % p
            result = result * second[digits >> 4 & 15] % p
            result = result * third[digits >> 8 & 15] % p
            result = result * fourth[digits >> 12] % p
    return result


def _products(bases: list[mpz]) -> list[mpz]:
    """Of all subsets of the bases: number n holds those whose bits are set in n."""
    products = [mpz(1)]
    for base in bases:
        products += [product * base % P for product in products]
    return products


GENERATOR: Final = FixedBase(G)
"""Powers of G."""


def challenge(prefix: str, elements: Iterable[mpz]) -> mpz:
    """Hq of the protocol: SHA-256 of the prefix and the decimals with commas between them, big-endian, mod Q."""
    text = prefix + ",".join(map(str, elements))
    return mpz(int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")) % Q


def scalar_from(digest: bytes) -> mpz:
    """32 bytes, big-endian, reduced mod Q: for keys that the protocol derives so, never for randomness."""
    return mpz(int.from_bytes(digest, "big")) % Q

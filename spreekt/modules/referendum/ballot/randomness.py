"""Where the scalars of a ballot come from: one seed of 32 bytes, so that a tested ballot can be recomputed."""

import hashlib
import secrets
from collections.abc import Callable

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.group import Q

SEED_BYTES = 32
Draw = Callable[[], mpz]
"""Gives the next secret scalar, uniform below Q. A ballot draws in the order of protocol section 7."""


def new_seed() -> bytes:
    """32 bytes from the operating system."""
    return secrets.token_bytes(SEED_BYTES)


def drawing_from(seed: bytes) -> Draw:
    """The scalars of one seed, always the same ones in the same order.

    Block n (from 0) is SHA-256 of the text `spreekt-ballot|<seed in lower-case hex>|<n>`, read big-endian.
    A block that is not below Q is skipped: reducing it would favour small scalars.
    """
    if len(seed) != SEED_BYTES:
        raise ValueError(f"a seed has {SEED_BYTES} bytes")
    block = 0

    def draw() -> mpz:
        nonlocal block
        while True:
            text = f"spreekt-ballot|{seed.hex()}|{block}"
            block += 1
            scalar = mpz(int.from_bytes(hashlib.sha256(text.encode()).digest(), "big"))
            if scalar < Q:
                return scalar

    return draw


def draw_secret() -> mpz:
    """A fresh scalar below Q, from the operating system: for keys and for proofs that nobody recomputes."""
    return mpz(secrets.randbelow(int(Q)))

"""A ballot that only several counting officers together can open. Knows keys and bytes; no ballot, no database.

Each ballot has a key of its own that encrypts it (libsodium secretbox). That key is divided over the officers so that
any `needed` of them restore it (Shamir, modulo 2**255 - 19), and each part is sealed to one officer (libsodium sealed
box, X25519). Nobody deals keys: every officer makes their own, and the city knows the public ones only.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

PRIME = 2**255 - 19
_SHARE = 32
_SEALED_SHARE = _SHARE + 48  # a sealed box adds an ephemeral key and a tag
_HEAD = 3
_VERSION = 1


class CannotOpen(ValueError):
    """Too few keys, or one that does not belong to this ballot, or a ballot that was changed."""


def seal(plain: bytes, public_keys: Sequence[bytes], *, needed: int) -> str:
    """The text sealed so that any `needed` of these keys open it, Base64. Its length follows from that of the text."""
    if not 1 <= needed <= len(public_keys) <= 9:
        raise ValueError("between one and nine keys, and no more needed than there are")
    secret = secrets.randbelow(PRIME)
    curve = [secret, *(secrets.randbelow(PRIME) for _ in range(needed - 1))]
    shares = (_at(curve, seat).to_bytes(_SHARE, "big") for seat in range(1, len(public_keys) + 1))
    boxes = (SealedBox(PublicKey(key)).encrypt(share) for key, share in zip(public_keys, shares, strict=True))
    head = bytes((_VERSION, len(public_keys), needed))
    return base64.b64encode(head + b"".join(boxes) + SecretBox(_key(secret)).encrypt(plain)).decode()


def open_sealed(sealed: str, keys: Mapping[int, PrivateKey]) -> bytes:
    """The text back, with the secret keys of some officers by their seat (from 1). Raises CannotOpen."""
    try:
        whole = base64.b64decode(sealed, validate=True)
        version, seats, needed = whole[:_HEAD]
        if version != _VERSION or not 1 <= needed <= seats <= 9:
            raise CannotOpen("not a sealed ballot")
        if len(keys) < needed or not all(1 <= seat <= seats for seat in keys):
            raise CannotOpen("too few keys")
        used = dict(sorted(keys.items())[:needed])
        shares = {}
        for seat, key in used.items():
            start = _HEAD + (seat - 1) * _SEALED_SHARE
            shares[seat] = int.from_bytes(SealedBox(key).decrypt(whole[start : start + _SEALED_SHARE]), "big")
        return SecretBox(_key(_restored(shares))).decrypt(whole[_HEAD + seats * _SEALED_SHARE :])
    except (CryptoError, ValueError) as reason:
        raise CannotOpen(str(reason)) from reason


def _at(curve: Sequence[int], seat: int) -> int:
    value = 0
    for coefficient in reversed(curve):
        value = (value * seat + coefficient) % PRIME
    return value


def _restored(shares: Mapping[int, int]) -> int:
    """The curve at zero, by Lagrange."""
    total = 0
    for seat, share in shares.items():
        above, below = 1, 1
        for other in shares:
            if other != seat:
                above, below = above * other % PRIME, below * (other - seat) % PRIME
        total = (total + share * above * pow(below, -1, PRIME)) % PRIME
    return total


def _key(secret: int) -> bytes:
    return hashlib.sha256(b"spreekt budget ballot" + secret.to_bytes(_SHARE, "big")).digest()

"""What trustees send each other: signed messages, and messages that only one of them can open.

Source: protocol 5.9, in the form of the independent tool, so that a trustee may use that tool instead of ours.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from gmpy2 import mpz

from spreekt.modules.referendum.ballot import aes
from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.ballot.group import GENERATOR, G, P, inverse, power, scalar_from
from spreekt.modules.referendum.ballot.randomness import Draw
from spreekt.modules.referendum.ballot.schnorr import holds, read_proof, sign
from spreekt.modules.referendum.ballot.strict import Malformed, element, fields, parsed

NONCE_BYTES = 13
MAX_SEALED = 20_000
"""Hex digits of one sealed message; honest ones stay under 4,000."""


@dataclass(frozen=True, slots=True)
class TrusteeKeys:
    """What follows from a trustee's seed: one key to sign with and one to open messages with."""

    signing: mpz
    opening: mpz

    @property
    def verification(self) -> mpz:
        return GENERATOR.power(self.signing)

    @property
    def encryption(self) -> mpz:
        return GENERATOR.power(self.opening)


def keys_of(seed: str) -> TrusteeKeys:
    """The two keys of a seed of 22 base58 characters."""
    signing, opening = (hashlib.sha256(f"{kind}|{seed}".encode()).digest() for kind in ("sk", "dk"))
    return TrusteeKeys(scalar_from(signing), scalar_from(opening))


def signed(message: str, key: mpz, *, draw: Draw) -> dict[str, Any]:
    """A text with its signature, as the files have it."""
    return {"message": message, "signature": sign(key, message, draw=draw).as_json()}


def message_of(given: object, verification: mpz) -> str:
    """The text of a signed message whose signature is right. Raises Malformed."""
    parts = fields(given, "message", "signature")
    message = parts["message"]
    if not isinstance(message, str):
        raise Malformed("a message is no text")
    if not holds(f"sigmsg|{message}|", read_proof(parts["signature"]), [(G, verification)]):
        raise Malformed("a signature does not fit its message")
    return message


def seal(message: str, *, sender: TrusteeKeys, recipient: mpz, draw: Draw) -> str:
    """The message, signed by the sender, so that only the owner of the encryption key `recipient` can read it."""
    inner = compact(signed(compact({"recipient": str(recipient), "message": message}), sender.signing, draw=draw))
    r, s = draw(), draw()
    alpha, shared = GENERATOR.power(r), GENERATOR.power(s)
    key, nonce = _key_and_nonce(alpha, shared)
    data = aes.seal(key, nonce, inner.encode()).hex()
    return compact({"alpha": str(alpha), "beta": str(power(recipient, r) * shared % P), "data": data})


def unseal(text: str, *, keys: TrusteeKeys, sender: mpz) -> str:
    """The message that the owner of the verification key `sender` sealed for these keys. Raises Malformed."""
    parts = fields(parsed(text), "alpha", "beta", "data")
    alpha, beta, data = element(parts["alpha"]), element(parts["beta"]), parts["data"]
    if not isinstance(data, str) or len(data) > MAX_SEALED:
        raise Malformed("a sealed message is too long")
    key, nonce = _key_and_nonce(alpha, beta * inverse(power(alpha, keys.opening)) % P)
    try:
        inner = aes.unseal(key, nonce, bytes.fromhex(data)).decode()
    except ValueError:
        raise Malformed("a sealed message cannot be opened") from None
    envelope = fields(parsed(message_of(parsed(inner), sender)), "recipient", "message")
    if envelope["recipient"] != str(keys.encryption) or not isinstance(envelope["message"], str):
        raise Malformed("a sealed message is meant for somebody else")
    return envelope["message"]


def _key_and_nonce(alpha: mpz, shared: mpz) -> tuple[bytes, bytes]:
    key = hashlib.sha256(f"key|{shared}".encode()).digest()
    return key, hashlib.sha256(f"iv|{alpha}".encode()).digest()[:NONCE_BYTES]

"""One secret exponent over several bases, shown without telling it: behind keys, signatures and decryptions.

The proofs of a ballot's contents are elsewhere. Whoever calls has checked that every element is in the group.
"""

from collections.abc import Sequence

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.group import G, P, Q, challenge, power
from spreekt.modules.referendum.ballot.proofs import Proof
from spreekt.modules.referendum.ballot.randomness import Draw
from spreekt.modules.referendum.ballot.strict import fields, scalar


def read_proof(given: object) -> Proof:
    """The proof in a file. Raises Malformed."""
    parts = fields(given, "challenge", "response")
    return Proof(scalar(parts["challenge"]), scalar(parts["response"]))


def prove(prefix: str, secret: mpz, bases: Sequence[mpz], *, draw: Draw) -> Proof:
    """Show that one `secret` is the exponent over all `bases`. Draws one scalar."""
    w = draw()
    c = challenge(prefix, [power(base, w) for base in bases])
    return Proof(c, (w - secret * c) % Q)


def holds(prefix: str, proof: Proof, pairs: Sequence[tuple[mpz, mpz]]) -> bool:
    """Whether every pair (base, base ** secret) has the same secret, as the proof says."""
    c, z = proof.challenge, proof.response
    return bool(challenge(prefix, [power(base, z) * power(value, c) % P for base, value in pairs]) == c)


def sign(key: mpz, message: str, *, draw: Draw) -> Proof:
    """A trustee's signature of a text. Source: protocol 5.9."""
    return prove(f"sigmsg|{message}|", key, [G], draw=draw)

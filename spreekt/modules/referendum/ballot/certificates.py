"""The signed pieces with which trustees make a key together: each one written, read and checked by itself.

The order in which they are published is in ceremony.py. Source: protocol 5.8 and 5.9.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.ballot.group import GENERATOR, NAME, G, P, power, product
from spreekt.modules.referendum.ballot.proofs import Proof
from spreekt.modules.referendum.ballot.randomness import Draw
from spreekt.modules.referendum.ballot.schnorr import holds, prove, read_proof, sign
from spreekt.modules.referendum.ballot.sealed import TrusteeKeys, message_of, signed
from spreekt.modules.referendum.ballot.strict import Malformed, element, fields, parsed, several

Read = TypeVar("Read")


class TrusteeFault(ValueError):
    """What one trustee gave is wrong: `trustee` is the number of that trustee, from 1, or 0 when it is nobody's."""

    def __init__(self, trustee: int, words: str) -> None:
        super().__init__(trustee, words)
        self.trustee, self.words = trustee, words

    def __str__(self) -> str:
        return f"trustee {self.trustee}: {self.words}" if self.trustee else self.words


def blaming(trustee: int, read: Callable[..., Read], *given: object, **named: Any) -> Read:
    """What `read` makes of the given things; a Malformed becomes a TrusteeFault with the number of the trustee."""
    try:
        return read(*given, **named)
    except Malformed as fault:
        raise TrusteeFault(trustee, str(fault)) from None


@dataclass(frozen=True, slots=True)
class Certificate:
    """The two public keys with which a trustee takes part in making a shared key."""

    verification: mpz
    encryption: mpz


def make_certificate(keys: TrusteeKeys, *, index: int, count: int, threshold: int, draw: Draw) -> dict[str, Any]:
    """A trustee's own certificate, signed."""
    body = {
        "verification": str(keys.verification),
        "encryption": str(keys.encryption),
        "context": certificate_context(index, count, threshold),
    }
    return signed(compact(body), keys.signing, draw=draw)


def public_key_of(secret: mpz, *, draw: Draw) -> dict[str, Any]:
    """The public key of a secret one, with the proof that whoever publishes it knows the secret."""
    key = GENERATOR.power(secret)
    return {"pok": prove(f"pok|{NAME}|{key}|", secret, [G], draw=draw).as_json(), "public_key": str(key)}


def read_public_key(given: object, *, verification: mpz | None = None) -> mpz:
    """The key in a trustee_public_key whose proof holds. Raises Malformed.

    `verification`: the key that its signature must be made with; without it a signature is refused.
    """
    signed_by = () if verification is None else ("signature",)
    parts = fields(given, "pok", "public_key", *signed_by, optional=("name",))
    key = element(parts["public_key"])
    if not holds(f"pok|{NAME}|{key}|", read_proof(parts["pok"]), [(G, key)]):
        raise Malformed("the proof of knowing a key does not hold")
    if verification is not None:
        _check_signature(f"sigmsg|{key}|", parts["signature"], verification)
    if not isinstance(parts.get("name", ""), str):
        raise Malformed("a name is no text")
    return key


def read_certificate(given: object, *, index: int, count: int, threshold: int) -> Certificate:
    """A signed certificate that was made for this place among this many. Raises Malformed."""
    message = fields(given, "message", "signature")["message"]
    body = fields(parsed(message if isinstance(message, str) else ""), "verification", "encryption", "context")
    certificate = Certificate(element(body["verification"]), element(body["encryption"]))
    message_of(given, certificate.verification)
    if body["context"] != certificate_context(index, count, threshold):
        raise Malformed("a certificate was made for another place or another number of trustees")
    return certificate


def certificate_context(index: int, count: int, threshold: int) -> dict[str, Any]:
    """What a certificate says about the ceremony it is made for."""
    return {"group": NAME, "size": count, "threshold": threshold, "index": index}


def read_coefexps(given: object, certificate: Certificate, *, threshold: int) -> tuple[mpz, ...]:
    """The commitments to the coefficients of a trustee's polynomial. Raises Malformed."""
    body = fields(parsed(message_of(given, certificate.verification)), "coefexps")
    return tuple(element(each) for each in several(body["coefexps"], threshold))


def certs_text(certs: Sequence[object], coefexps: Sequence[mpz]) -> str:
    """What the extra signature of protocol 5.9 is over."""
    return "certs_sig|" + compact({"certs": list(certs), "coefexps": [str(each) for each in coefexps]})


def sign_certs(key: mpz, certs: Sequence[object], coefexps: Sequence[mpz], *, draw: Draw) -> Proof:
    return sign(key, certs_text(certs, coefexps), draw=draw)


def check_certs_signature(
    given: object, certificate: Certificate, certs: Sequence[object], coefexps: Sequence[mpz]
) -> None:
    """Raises Malformed when a trustee did not sign these certificates with these commitments."""
    _check_signature(f"sigmsg|{certs_text(certs, coefexps)}|", given, certificate.verification)


def _check_signature(prefix: str, given: object, verification: mpz) -> None:
    if not holds(prefix, read_proof(given), [(G, verification)]):
        raise Malformed("a signature does not fit")


def committed_key(coefexps: Sequence[Sequence[mpz]], index: int) -> mpz:
    """The public key of member `index` as it follows from what all committed to."""
    return product(committed_share(each, index) for each in coefexps)


def committed_share(coefexps: Sequence[mpz], index: int) -> mpz:
    """g to the power of the share of member `index`, as it follows from what one trustee committed to."""
    result = mpz(1)
    for coefficient in reversed(coefexps):
        result = power(result, mpz(index)) * coefficient % P
    return result

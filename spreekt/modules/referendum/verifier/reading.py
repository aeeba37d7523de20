"""Reading the JSON of an archive strictly: form, order, numbers. What the numbers must satisfy is not here."""

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.group import NotANumber, P, is_scalar, number
from spreekt.modules.referendum.verifier.faults import Fault, within

HEX: Final = re.compile(r"[0-9a-f]{64}")


class Proof(NamedTuple):
    """A challenge and a response, both below Q."""

    challenge: mpz
    response: mpz


class Ciphertext(NamedTuple):
    """Two numbers between 1 and P; that they are in the group is checked elsewhere."""

    alpha: mpz
    beta: mpz


def json_of(body: bytes) -> Any:
    """The JSON value of a text in which no name stands twice. Raises Fault."""
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_without_doubles, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Fault("is not JSON") from None


def canonical(body: bytes) -> Any:
    """The JSON value of a text that is written in the one canonical way. Raises Fault."""
    value = json_of(body)
    if compact(value) != body:
        raise Fault("is not canonical JSON")
    return value


def compact(value: Any) -> bytes:
    """The canonical JSON of a value: no spaces, UTF-8 as it is, names in the order they came."""
    try:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise Fault("cannot be written as JSON") from None


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name stands twice")
    return value


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def fields(value: Any, *names: str, optional: Sequence[str] = ()) -> list[Any]:
    """The values of an object that has exactly these names, in this order; None for an optional one left out."""
    if not isinstance(value, dict):
        raise Fault(f"must be an object with {', '.join(names)}")
    if list(value) != [name for name in names if name in value or name not in optional]:
        raise Fault(f"must have exactly these fields in this order: {', '.join(names)}")
    return [value.get(name) for name in names]


def items(value: Any, length: int | None = None) -> list[Any]:
    """A list, of this length if one is given."""
    if not isinstance(value, list):
        raise Fault("must be a list")
    if length is not None and len(value) != length:
        raise Fault(f"must have {length} items, not {len(value)}")
    return value


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise Fault("must be a text")
    return value


def whole(value: Any, low: int, high: int) -> int:
    """A JSON number that is whole and lies between these bounds, both included."""
    if type(value) is not int or not low <= value <= high:  # True is an int to isinstance
        raise Fault(f"must be a whole number from {low} to {high}")
    return value


def element(value: Any, *, trivial: bool = False) -> mpz:
    """A number between 1 and P, written as decimal digits; 1 itself only where it is allowed to be trivial."""
    try:
        x = number(value)
    except NotANumber:
        raise Fault("is not a canonical decimal number") from None
    if not 0 < x < P:
        raise Fault("is not between 0 and p")
    if x == 1 and not trivial:
        raise Fault("is 1, which hides nothing")
    return x


def scalar(value: Any) -> mpz:
    """A number below Q, written as decimal digits."""
    try:
        x = number(value)
    except NotANumber:
        raise Fault("is not a canonical decimal number") from None
    if not is_scalar(x):
        raise Fault("is not below q")
    return x


def proof(value: Any) -> Proof:
    challenge, response = fields(value, "challenge", "response")
    with within("challenge"):
        c = scalar(challenge)
    with within("response"):
        return Proof(c, scalar(response))


def proofs(value: Any, length: int) -> list[Proof]:
    """Exactly so many proofs."""
    return [proof(part) for part in items(value, length)]


def ciphertext(value: Any, *, trivial: bool = False) -> Ciphertext:
    alpha, beta = fields(value, "alpha", "beta")
    with within("alpha"):
        a = element(alpha, trivial=trivial)
    with within("beta"):
        return Ciphertext(a, element(beta, trivial=trivial))


def digest_base64(body: bytes) -> str:
    """SHA-256 in Base64 without `=`: how ballots and the election are called outside the archive."""
    return base64.b64encode(hashlib.sha256(body).digest()).decode().rstrip("=")

"""Who holds the keys of an election, as everybody may know it: reading, checking and writing the `trustees` file.

Making keys together is in key_making.py; opening a tally in decryption.py. Source: protocol 5.2, 5.8 and 5.9.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.ballot.certificates import (
    TrusteeFault,
    blaming,
    check_certs_signature,
    committed_key,
    read_certificate,
    read_coefexps,
    read_public_key,
)
from spreekt.modules.referendum.ballot.group import P, Q, power, product
from spreekt.modules.referendum.ballot.strict import Malformed, fields, parsed, several

MOST_TRUSTEES = 20


@dataclass(frozen=True, slots=True)
class Single:
    """A trustee who holds a key alone: without that key nothing opens."""

    public_key: mpz

    @property
    def needed(self) -> int:
        return 1

    @property
    def sub_key(self) -> mpz:
        return self.public_key

    @property
    def member_keys(self) -> tuple[mpz, ...]:
        return (self.public_key,)


@dataclass(frozen=True, slots=True)
class Pedersen:
    """Trustees who hold a key together: any `needed` of them open, fewer cannot."""

    needed: int
    sub_key: mpz
    member_keys: tuple[mpz, ...]


@dataclass(frozen=True, slots=True)
class Trustees:
    """All trustees of an election. Owners are numbered from 1 through all items, as partial decryptions name them."""

    items: tuple[Single | Pedersen, ...]

    @property
    def election_key(self) -> mpz:
        """The key that ballots are encrypted under."""
        return product(item.sub_key for item in self.items)

    @property
    def public_keys(self) -> tuple[mpz, ...]:
        """The key of each owner; that of owner 1 comes first."""
        return tuple(key for item in self.items for key in item.member_keys)

    def factor(self, factors: Mapping[int, mpz]) -> mpz:
        """What the partial factors of enough owners make together. Raises TooFew."""
        result, first = mpz(1), 1
        for item in self.items:
            present = [at for at in range(1, len(item.member_keys) + 1) if first + at - 1 in factors][: item.needed]
            if len(present) < item.needed:
                raise TooFew(item.needed, len(present))
            for at in present:
                weight = mpz(1) if isinstance(item, Single) else lagrange(at, present)
                result = result * power(factors[first + at - 1], weight) % P
            first += len(item.member_keys)
        return result


class TooFew(ValueError):
    """Fewer trustees than are needed: nothing can be opened."""

    def __str__(self) -> str:
        return f"{self.args[0]} trustees are needed, {self.args[1]} are here"


def lagrange(index: int, indices: Sequence[int]) -> mpz:
    """The weight of member `index` when these members open together."""
    weight = mpz(1)
    for other in indices:
        if other != index:
            weight = weight * other * pow(mpz(other - index), -1, Q) % Q
    return weight


def read_trustees(text: str) -> Trustees:
    """The trustees of a published file, every proof and signature checked. Raises TrusteeFault naming who is wrong."""
    items: list[Single | Pedersen] = []
    owner = 1
    try:
        for item in several(parsed(text)):
            kind, body = several(item, 2)
            if kind == "Single":
                items.append(Single(blaming(owner, read_public_key, body)))
            elif kind == "Pedersen":
                items.append(read_pedersen(body, first_owner=owner))
            else:
                raise Malformed("a kind of trustee that is not known")
            owner += len(items[-1].member_keys)
    except Malformed as fault:
        raise TrusteeFault(0, str(fault)) from None
    if not items:
        raise TrusteeFault(0, "there is no trustee")
    if len(set(trustees := Trustees(tuple(items)).public_keys)) < len(trustees):
        raise TrusteeFault(0, "two trustees have the same key")
    return Trustees(tuple(items))


def read_pedersen(given: object, *, first_owner: int = 1) -> Pedersen:
    """A shared key, everything in it checked. Raises Malformed, or TrusteeFault naming who is wrong."""
    parts = fields(given, "threshold", "certs", "coefexps", "signatures", "verification_keys")
    certs, threshold = several(parts["certs"]), parts["threshold"]
    count = len(certs)
    if type(threshold) is not int or not 0 < threshold <= count <= MOST_TRUSTEES:
        raise Malformed("the number of trustees that is needed cannot be right")
    certificates, coefexps, keys = [], [], []
    for at, cert in enumerate(certs, 1):
        owner = first_owner + at - 1
        certificates.append(blaming(owner, read_certificate, cert, index=at, count=count, threshold=threshold))
    if (
        len({each.verification for each in certificates}) < count
        or len({each.encryption for each in certificates}) < count
    ):
        raise Malformed("two trustees have the same certificate")
    for at, committed in enumerate(several(parts["coefexps"], count)):
        owner = first_owner + at
        coefexps.append(blaming(owner, read_coefexps, committed, certificates[at], threshold=threshold))
    for at, signature in enumerate(several(parts["signatures"], count)):
        blaming(first_owner + at, check_certs_signature, signature, certificates[at], certs, coefexps[at])
    for at, key in enumerate(several(parts["verification_keys"], count)):
        owner = first_owner + at
        keys.append(blaming(owner, read_public_key, key, verification=certificates[at].verification))
        if keys[-1] != committed_key(coefexps, at + 1):
            raise TrusteeFault(owner, "the verification key does not follow from what all committed to")
    sub_key = product(each[0] for each in coefexps)
    if sub_key == 1:
        raise Malformed("the keys cancel each other")
    return Pedersen(threshold, sub_key, tuple(keys))


def written_trustees(items: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """The text of the file, from ("Single", trustee_public_key) and ("Pedersen", threshold_parameters)."""
    return compact([[kind, dict(body)] for kind, body in items])

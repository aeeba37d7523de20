"""Who can open the tally together: single keys and threshold groups, with all that proves they are what they seem."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.group import NAME, P, Q, challenge, in_group, power, product
from spreekt.modules.referendum.verifier.faults import Fault, within
from spreekt.modules.referendum.verifier.powers import power_of_g
from spreekt.modules.referendum.verifier.reading import (
    Proof,
    canonical,
    compact,
    element,
    fields,
    items,
    proof,
    text,
    whole,
)

_MOST_MEMBERS: Final = 100


@dataclass(frozen=True, slots=True)
class Party:
    """One item of the list: a single trustee, or a group of which `threshold` members suffice."""

    first_owner: int
    keys: tuple[mpz, ...]
    """What each member's decryptions are checked against."""
    public_key: mpz
    """What the party adds to the key of the election."""
    threshold: int
    is_group: bool

    def weights(self, present: Sequence[int]) -> dict[int, mpz] | None:
        """Owner -> exponent that its factors get, for as many owners as are needed; None when too few are present.

        In a group these are the Lagrange coefficients at zero for the first `threshold` members that are present.
        """
        owners = [owner for owner in present if 0 <= owner - self.first_owner < len(self.keys)][: self.threshold]
        if len(owners) < self.threshold:
            return None
        if not self.is_group:
            return {owners[0]: mpz(1)}
        places = {owner: owner - self.first_owner + 1 for owner in owners}
        return {owner: _lagrange(place, places.values()) for owner, place in places.items()}


def _lagrange(place: int, others: Any) -> mpz:
    weight = mpz(1)
    for other in others:
        if other != place:
            weight = weight * other * pow(other - place, -1, int(Q)) % Q
    return weight


@dataclass(frozen=True)
class Trustees:
    """All parties; owners are numbered from 1 through all of them."""

    parties: tuple[Party, ...]

    @cached_property
    def keys(self) -> tuple[mpz, ...]:
        return tuple(key for party in self.parties for key in party.keys)

    @cached_property
    def election_key(self) -> mpz:
        return product(party.public_key for party in self.parties)


def read_trustees(body: bytes) -> Trustees:
    """All parties, every proof and signature of theirs checked. Raises Fault."""
    parties: list[Party] = []
    owner = 1
    values = items(canonical(body))
    if not values:
        raise Fault("there is no trustee")
    for value in values:
        kind, content = items(value, 2)
        if kind == "Single":
            with within(f"trustee {owner}"):
                parties.append(_single(content, owner))
        elif kind == "Pedersen":
            parties.append(_group(content, owner))
        else:
            raise Fault("a trustee is Single or Pedersen")
        owner += len(parties[-1].keys)
    trustees = Trustees(tuple(parties))
    if len(set(trustees.keys)) < len(trustees.keys):
        raise Fault("two trustees have the same key")
    return trustees


def _inside(value: Any) -> mpz:
    x = element(value)
    if not in_group(x):
        raise Fault("is not in the group")
    return x


def _holds(proof: Proof, key: mpz, prefix: str) -> bool:
    """Whether the maker of a signature or proof knew the secret behind the key."""
    commitment = power_of_g(proof.response) * power(key, proof.challenge) % P
    return bool(challenge(prefix, [commitment]) == proof.challenge)


def _known_key(value: Any, *extra: str) -> tuple[Any, ...]:
    """A trustee_public_key whose pok holds: the key, and the values of the extra fields before its name."""
    pok, key, *values, name = fields(value, "pok", "public_key", *extra, "name", optional=("name",))
    if name is not None:
        with within("name"):
            text(name)
    with within("public_key"):
        x = _inside(key)
    with within("pok"):
        if not _holds(proof(pok), x, f"pok|{NAME}|{x}|"):
            raise Fault("the proof that the trustee knows the secret key fails")
    return x, *values


def _single(value: Any, owner: int) -> Party:
    (key,) = _known_key(value)
    return Party(owner, (key,), key, 1, is_group=False)


def _signed(value: Any, key: mpz | None = None) -> tuple[Any, mpz]:
    """What a signed message says, and the key it is signed with: the given one, or the one it introduces."""
    message, signature = fields(value, "message", "signature")
    with within("message"):
        content = canonical(text(message).encode("utf-8", "surrogatepass"))
        signer = key if key is not None else _inside(content.get("verification") if isinstance(content, dict) else None)
    with within("signature"):
        if not _holds(proof(signature), signer, f"sigmsg|{message}|"):
            raise Fault("does not belong to the message")
    return content, signer


def _group(value: Any, owner: int) -> Party:
    names = ("threshold", "certs", "coefexps", "signatures", "verification_keys")
    with within(f"the group of trustees from {owner}"):
        needed, certs, coefexps, signatures, keys = fields(value, *names)
        size = len(items(certs))
        with within("certs"):
            whole(size, 1, _MOST_MEMBERS)
        with within("threshold"):
            threshold = whole(needed, 1, size)
        with within("coefexps"):
            items(coefexps, size)
        with within("signatures"):
            items(signatures, size)
        with within("verification_keys"):
            items(keys, size)
    signers = [_certificate(cert, index, size, threshold, owner) for index, cert in enumerate(certs, 1)]
    if len(set(signers)) < size:
        raise Fault("two trustees have the same certificate")
    polynomials = []
    for index, signer in enumerate(signers):
        with within(f"trustee {owner + index}, coefexps"):
            content, _ = _signed(coefexps[index], signer)
            (written,) = fields(content, "coefexps")
            polynomials.append([_inside(x) for x in items(written, threshold)])
    for index, signer in enumerate(signers):
        with within(f"trustee {owner + index}, signatures"):
            written = [str(x) for x in polynomials[index]]
            message = compact({"certs": certs, "coefexps": written}).decode()
            if not _holds(proof(signatures[index]), signer, f"sigmsg|certs_sig|{message}|"):
                raise Fault("the signature under all certificates fails")
    shares = []
    for index, signer in enumerate(signers):
        with within(f"trustee {owner + index}, verification_keys"):
            key, signature = _known_key(keys[index], "signature")
            if key != _share_key(polynomials, index + 1):
                raise Fault("the key does not follow from the polynomials of all members")
            with within("signature"):
                if not _holds(proof(signature), signer, f"sigmsg|{key}|"):
                    raise Fault("the signature under the key fails")
            shares.append(key)
    return Party(owner, tuple(shares), product(row[0] for row in polynomials), threshold, is_group=True)


def _certificate(value: Any, index: int, size: int, threshold: int, owner: int) -> mpz:
    """The key with which a member signs."""
    with within(f"trustee {owner + index - 1}, certificate"):
        content, signer = _signed(value)
        _, encryption, context = fields(content, "verification", "encryption", "context")
        with within("encryption"):
            _inside(encryption)
        with within("context"):
            expected = {"group": NAME, "size": size, "threshold": threshold, "index": index}
            if compact(context) != compact(expected):  # as texts: to Python, true and 1 are equal
                raise Fault("names another group, size, threshold or place")
        return signer


def _share_key(polynomials: list[list[mpz]], place: int) -> mpz:
    """g to the share of a member: the product of all members' A_d ** (place ** d)."""
    return product(power(x, mpz(place**d)) for row in polynomials for d, x in enumerate(row))

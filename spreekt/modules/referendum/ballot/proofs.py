"""The two proofs of a ballot: one of several statements holds, and somebody knows a secret. No ballots here.

Source: protocol section 5.5. Challenges are kept and commitments recomputed, so a proof is two scalars.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.group import GENERATOR, FixedBase, P, Q, challenge, is_scalar
from spreekt.modules.referendum.ballot.randomness import Draw


class Proof(NamedTuple):
    """Two scalars: c and z of the protocol."""

    challenge: mpz
    response: mpz

    def as_json(self) -> dict[str, str]:
        return {"challenge": str(self.challenge), "response": str(self.response)}


class Base(Protocol):
    """Whatever can be raised to a power: an element with a table, or a product of such."""

    def power(self, exponent: mpz) -> mpz: ...


class Opening(NamedTuple):
    """What the prover knows of one statement about (a, b): a = g**witness and b = y**witness * g**surplus.

    The statement is true when the surplus is 0.
    """

    witness: mpz
    surplus: int


class Claim(NamedTuple):
    """One statement as the verifier sees it: for some r, a = g**r and b = y**r * g**shift."""

    a: Base
    b: Base
    shift: int


def prove_disjunction(key: FixedBase, prefix: str, openings: Sequence[Opening], draw: Draw) -> list[Proof]:
    """That one of the statements holds, without telling which: D of the protocol. The first true one is proved.

    Draws a challenge and a response for every other statement in order, then w. Raises ValueError if none is true.
    """
    true = next((place for place, opening in enumerate(openings) if opening.surplus == 0), None)
    if true is None:
        raise ValueError("none of the statements holds")
    proofs: list[Proof] = []
    commitments: list[mpz] = []
    for place, opening in enumerate(openings):
        if place == true:
            proofs.append(Proof(mpz(0), mpz(0)))
            commitments += (mpz(0), mpz(0))
            continue
        simulated = Proof(draw(), draw())
        # g**z * a**c and y**z * b**c, short: the prover knows what a and b are powers of.
        exponent = simulated.response + opening.witness * simulated.challenge
        proofs.append(simulated)
        commitments.append(GENERATOR.power(exponent))
        commitments.append(key.power(exponent) * GENERATOR.power(opening.surplus * simulated.challenge) % P)
    w = draw()
    commitments[2 * true : 2 * true + 2] = GENERATOR.power(w), key.power(w)
    own = (challenge(prefix, commitments) - sum(proof.challenge for proof in proofs)) % Q
    proofs[true] = Proof(own, (w - openings[true].witness * own) % Q)
    return proofs


def holds_disjunction(key: FixedBase, prefix: str, claims: Sequence[Claim], proofs: Sequence[Proof]) -> bool:
    """Whether the proofs show that one of the claims holds. All elements must be known to be in the group."""
    if len(proofs) != len(claims) or not all(map(_are_scalars, proofs)):
        return False
    commitments: list[mpz] = []
    for (a, b, shift), (c, z) in zip(claims, proofs, strict=True):
        commitments.append(GENERATOR.power(z) * a.power(c) % P)
        second = key.power(z) * b.power(c) % P
        commitments.append(second * GENERATOR.power(-shift * c) % P if shift else second)
    return bool(challenge(prefix, commitments) == sum(proof.challenge for proof in proofs) % Q)


def prove_knowledge(prefix: str, secret: mpz, draw: Draw) -> Proof:
    """That one knows the secret behind g**secret, bound to the prefix: a Schnorr proof, also used as a signature."""
    w = draw()
    c = challenge(prefix, (GENERATOR.power(w),))
    return Proof(c, (w - secret * c) % Q)


def holds_knowledge(prefix: str, public: Base, proof: Proof) -> bool:
    """Whether the proof shows knowledge of the secret behind `public`, which must be known to be in the group."""
    c, z = proof
    return _are_scalars(proof) and bool(c == challenge(prefix, (GENERATOR.power(z) * public.power(c) % P,)))


def _are_scalars(proof: Proof) -> bool:
    return is_scalar(proof.challenge) and is_scalar(proof.response)

"""Opening an encrypted tally: what one trustee computes from it, the check of that, and what enough of them make.

A tally here is what protocol 5.2 calls `enc tally`: per question and slot one ciphertext (alpha, beta). Whether a
tally may be opened at all is asked in opening.py. Source: protocol 5.7 and 5.10.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.certificates import TrusteeFault, blaming
from spreekt.modules.referendum.ballot.group import GENERATOR, G, power
from spreekt.modules.referendum.ballot.proofs import Proof
from spreekt.modules.referendum.ballot.randomness import Draw, draw_secret
from spreekt.modules.referendum.ballot.schnorr import holds, prove, read_proof
from spreekt.modules.referendum.ballot.strict import Malformed, fields, group_element, several
from spreekt.modules.referendum.ballot.tally import NothingFits, open_tally
from spreekt.modules.referendum.ballot.trustees import Trustees

Tally = Sequence[Sequence[tuple[mpz, mpz]]]
"""Per question, per slot: alpha and beta."""
Factors = tuple[tuple[mpz, ...], ...]
"""Per question, per slot: alpha to the power of a trustee's secret."""
Progress = Callable[[int, int], None]
"""Is told how many of how many numbers are done."""


def partial_decryption(
    tally: Tally, secret: mpz, *, owner: int, phi: str, draw: Draw = draw_secret, progress: Progress | None = None
) -> dict[str, Any]:
    """What trustee `owner` (from 1) publishes to open a tally: its factors with both proofs of each.

    Draws first one scalar per slot for the proofs of 5.7, then one per slot for the strong proofs.
    """
    key = GENERATOR.power(secret)
    places = [(question, slot) for question, slots in enumerate(tally) for slot in range(len(slots))]
    factors = {place: power(tally[place[0]][place[1]][0], secret) for place in places}
    done = 0

    def proofs(prefix: Callable[[int, int], str]) -> dict[tuple[int, int], Proof]:
        nonlocal done
        made = {}
        for question, slot in places:
            alpha = tally[question][slot][0]
            made[question, slot] = prove(prefix(question, slot), secret, [G, alpha], draw=draw)
            done += 1
            if progress is not None:
                progress(done, 2 * len(places))
        return made

    def strong(question: int, slot: int) -> str:
        alpha, factor = tally[question][slot][0], factors[question, slot]
        return _strong_prefix(phi, owner, question, slot, key, alpha, factor)

    plain_proofs, strong_proofs = proofs(lambda *_: f"decrypt|{phi}|{key}|"), proofs(strong)

    def shaped(values: Mapping[tuple[int, int], Any]) -> list[list[Any]]:
        return [[values[question, slot] for slot in range(len(slots))] for question, slots in enumerate(tally)]

    return {
        "decryption_factors": shaped({place: str(factor) for place, factor in factors.items()}),
        "decryption_proofs": shaped({place: proof.as_json() for place, proof in plain_proofs.items()}),
        "strong_proofs": shaped({place: proof.as_json() for place, proof in strong_proofs.items()}),
    }


def read_partial_decryption(given: object, tally: Tally, *, owner: int, key: mpz, phi: str) -> Factors:
    """The factors of a partial decryption, every proof of both kinds checked. Raises TrusteeFault naming the owner."""
    return blaming(owner, _checked, given, tally, owner=owner, key=key, phi=phi)


def _checked(given: object, tally: Tally, *, owner: int, key: mpz, phi: str) -> Factors:
    parts = fields(given, "decryption_factors", "decryption_proofs", "strong_proofs")
    columns = [several(parts[name], len(tally)) for name in
               ("decryption_factors", "decryption_proofs", "strong_proofs")]  # fmt: skip
    factors = []
    for question, slots in enumerate(tally):
        rows = [several(column[question], len(slots)) for column in columns]
        row = []
        for slot, (alpha, _beta) in enumerate(slots):
            factor = group_element(rows[0][slot])
            pairs = [(G, key), (alpha, factor)]
            if not holds(f"decrypt|{phi}|{key}|", read_proof(rows[1][slot]), pairs):
                raise Malformed(f"the decryption of question {question}, slot {slot} is not proved")
            prefix = _strong_prefix(phi, owner, question, slot, key, alpha, factor)
            if not holds(prefix, read_proof(rows[2][slot]), pairs):
                raise Malformed(f"the strong proof of question {question}, slot {slot} does not hold")
            row.append(factor)
        factors.append(tuple(row))
    return tuple(factors)


def _strong_prefix(phi: str, owner: int, question: int, slot: int, key: mpz, alpha: mpz, factor: mpz) -> str:
    return f"strong-decrypt|{phi}|{owner}|{question}|{slot}|{key}|{alpha},{factor}|"


def counts(tally: Tally, trustees: Trustees, factors: Mapping[int, Factors], *, most: int) -> list[list[int]]:
    """The result: per question and slot how many, from the checked factors of enough owners.

    `most`: the number of ballots in the tally; no count can be above it.
    Raises TooFew, or TrusteeFault when the factors are of another tally.
    """
    whole = [
        [
            trustees.factor({owner: each[question][slot] for owner, each in factors.items()})
            for slot in range(len(slots))
        ]
        for question, slots in enumerate(tally)
    ]
    try:
        return open_tally(tally, whole, most=most)
    except NothingFits:
        raise TrusteeFault(0, "what opens is no number of votes") from None

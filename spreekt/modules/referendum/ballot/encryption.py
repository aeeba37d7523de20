"""How a ballot is made: every choice encrypted and proved, the whole signed. The booth does the same, byte for byte.

Source: protocol section 5.5; the order of the draws is that of section 7.
"""

from collections.abc import Sequence
from typing import Any

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.canonical import b64_of, compact
from spreekt.modules.referendum.ballot.credential import public_of
from spreekt.modules.referendum.ballot.election import Election, Question
from spreekt.modules.referendum.ballot.group import GENERATOR, P, Q, product
from spreekt.modules.referendum.ballot.proofs import Opening, Proof, prove_disjunction, prove_knowledge
from spreekt.modules.referendum.ballot.randomness import Draw
from spreekt.modules.referendum.ballot.refusals import Refusal


class InvalidChoice(Refusal):
    """{0} is the number of the question, from 1."""

    name = "invalid-choice"
    says = "Bij vraag {0} koos je te veel of te weinig antwoorden. Kijk je keuze na."


def encrypt(election: Election, secret: mpz, choices: Sequence[Sequence[int]], draw: Draw) -> str:
    """The canonical text of a ballot.

    `secret` is of the credential; `choices` has for each question a vector of zeros and ones, blank first where
    it is allowed; `draw` gives all randomness, in one fixed order. Raises InvalidChoice.
    """
    vectors = [tuple(vector) for vector in choices]
    if len(vectors) != len(election.questions):
        raise InvalidChoice(min(len(vectors), len(election.questions)) + 1)
    for place, (question, vector) in enumerate(zip(election.questions, vectors, strict=True), start=1):
        if not question.allows(vector):
            raise InvalidChoice(place)
    public = str(public_of(secret))
    ballot: dict[str, Any] = {
        "election_uuid": election.uuid,
        "election_hash": election.fingerprint,
        "credential": public,
        "answers": [
            _answer(election, f"{election.fingerprint}|{public}", question, vector, draw)
            for question, vector in zip(election.questions, vectors, strict=True)
        ],
    }
    digest = b64_of(compact(ballot))
    ballot["signature"] = {"hash": digest, "proof": prove_knowledge(f"sig|{digest}|", secret, draw).as_json()}
    return compact(ballot)


def tracker_of(ballot: str) -> str:
    """The tracking number of a ballot: 43 characters, the hash of its whole text."""
    return b64_of(ballot)


def _answer(
    election: Election, statement: str, question: Question, choices: tuple[int, ...], draw: Draw
) -> dict[str, Any]:
    key = election.key
    r = [draw() for _ in choices]
    pairs = [
        (GENERATOR.power(r_j), key.power(r_j) * GENERATOR.power(mpz(chosen)) % P)
        for r_j, chosen in zip(r, choices, strict=True)
    ]
    individual = [
        prove_disjunction(
            key, f"prove|{statement}|{alpha},{beta}|", [Opening(r_j, chosen), Opening(r_j, chosen - 1)], draw
        )
        for (alpha, beta), r_j, chosen in zip(pairs, r, choices, strict=True)
    ]
    whole = statement + "|" + ",".join(f"{alpha},{beta}" for alpha, beta in pairs)
    real = slice(1, None) if question.blank else slice(None)
    r_sum, chosen_sum = sum(r[real], mpz(0)) % Q, sum(choices[real])
    counted = [Opening(r_sum, chosen_sum - count) for count in question.counts]
    answer: dict[str, Any] = {
        "choices": [{"alpha": str(alpha), "beta": str(beta)} for alpha, beta in pairs],
        "individual_proofs": [_as_json(proofs) for proofs in individual],
    }
    if not question.blank:
        alpha, beta = product(pair[0] for pair in pairs), product(pair[1] for pair in pairs)
        return answer | {
            "overall_proof": _as_json(prove_disjunction(key, f"prove|{whole}|{alpha},{beta}|", counted, draw))
        }
    blank = Opening(r[0], choices[0])
    # Drawn before the overall proof, written after it.
    blank_proof = prove_disjunction(key, f"bproof0|{whole}|", [blank, Opening(r_sum, chosen_sum)], draw)
    not_blank = blank._replace(surplus=choices[0] - 1)
    overall_proof = prove_disjunction(key, f"bproof1|{whole}|", [not_blank, *counted], draw)
    return answer | {"overall_proof": _as_json(overall_proof), "blank_proof": _as_json(blank_proof)}


def _as_json(proofs: list[Proof]) -> list[dict[str, str]]:
    return [proof.as_json() for proof in proofs]

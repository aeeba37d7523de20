"""Whether a ballot may be counted: its form, its numbers, its signature, its proofs. Who may vote is asked elsewhere.

Source: protocol section 5.6. The server still asks: is the credential on the list, is `sha` new, is the poll open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.canonical import (
    NotStrictJson,
    b64_from_hex,
    b64_of,
    compact,
    hex_of,
    read_json,
)
from spreekt.modules.referendum.ballot.election import Election, Question
from spreekt.modules.referendum.ballot.group import (
    NotANumber,
    SharedSquarings,
    number,
    powers_product,
    product,
)
from spreekt.modules.referendum.ballot.proofs import Claim, Proof, holds_disjunction, holds_knowledge
from spreekt.modules.referendum.ballot.refusals import (
    BadBlankProof,
    BadIndividualProof,
    BadOverallProof,
    BadSignature,
    NonCanonical,
    NotInGroup,
    Repeated,
    TooLarge,
    WrongElection,
    WrongShape,
)

# The longest JSON of each part, commas included: elements have at most 617 digits, scalars 77.
_CIPHERTEXT: Final = 1_260
_PROOF: Final = 190
_HEAD_AND_SIGNATURE: Final = 1_300
_ANSWER: Final = 120


class Accepted(NamedTuple):
    """A ballot that is well made. `credential` is the decimal text of the public list."""

    credential: str
    sha: str
    """Hexadecimal: the name of its file, and what must be unique."""
    tracker: str
    """The same in Base64: what the voter keeps."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The encrypted choices of one question with their proofs, as numbers."""

    choices: tuple[tuple[SharedSquarings, SharedSquarings], ...]
    individual: tuple[tuple[Proof, ...], ...]
    overall: tuple[Proof, ...]
    blank: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class ReadBallot:
    """A ballot of the right election in the right form; nothing is proved yet."""

    text: str
    credential: SharedSquarings
    answers: tuple[Answer, ...]
    signed: str
    """Hash of all but the signature."""
    signature: Proof


def longest_ballot(election: Election) -> int:
    """More characters than a ballot of this election can have: what is longer is not read."""
    return _HEAD_AND_SIGNATURE + sum(
        _ANSWER + question.slots * (_CIPHERTEXT + 2 * _PROOF) + (len(question.counts) + 3) * _PROOF
        for question in election.questions
    )


def check(election: Election, text: str) -> Accepted:
    """Everything about one ballot that the ballot itself can show. Raises the BallotRefused that says what is wrong."""
    return verify(election, read_ballot(election, text))


def read_ballot(election: Election, text: str) -> ReadBallot:
    """The ballot in a text: form, election, hash that is signed; no arithmetic yet. Raises BallotRefused."""
    if len(text) > longest_ballot(election):
        raise TooLarge
    try:
        fields = read_json(text)
    except NotStrictJson:
        raise NonCanonical from None
    if compact(fields) != text or not text.isascii():  # nothing in a ballot needs more than ASCII
        raise NonCanonical
    uuid, fingerprint, credential, answers, signature = _fields(
        fields, "election_uuid", "election_hash", "credential", "answers", "signature"
    )
    if (uuid, fingerprint) != (election.uuid, election.fingerprint):
        raise WrongElection
    signed, proof = _fields(signature, "hash", "proof")
    del fields["signature"]
    if signed != b64_of(compact(fields)):
        raise BadSignature
    return ReadBallot(
        text=text,
        credential=_element(credential),
        answers=tuple(
            _answer(question, answer)
            for question, answer in zip(election.questions, _list(answers, len(election.questions)), strict=True)
        ),
        signed=signed,
        signature=_proof(proof),
    )


def verify(election: Election, ballot: ReadBallot) -> Accepted:
    """The group, the signature and every proof. Raises Repeated, NotInGroup, BadSignature, or the proof that is bad."""
    choices = [pair for answer in ballot.answers for pair in answer.choices]
    if len({a.base for a, _ in choices}) < len(choices):
        raise Repeated
    elements = [ballot.credential, *(part for pair in choices for part in pair)]
    if not all(element.base != 1 and element.in_group() for element in elements):
        raise NotInGroup
    if not holds_knowledge(f"sig|{ballot.signed}|", ballot.credential, ballot.signature):
        raise BadSignature
    statement = f"{election.fingerprint}|{ballot.credential.base}"
    for question, answer in zip(election.questions, ballot.answers, strict=True):
        _verify_answer(election, statement, question, answer)
    digest = hex_of(ballot.text)
    return Accepted(str(ballot.credential.base), digest, b64_from_hex(digest))


def _verify_answer(election: Election, statement: str, question: Question, answer: Answer) -> None:
    key = election.key
    for (a, b), proofs in zip(answer.choices, answer.individual, strict=True):
        zero_or_one = (Claim(a, b, 0), Claim(a, b, 1))
        if not holds_disjunction(key, f"prove|{statement}|{a.base},{b.base}|", zero_or_one, proofs):
            raise BadIndividualProof
    whole = statement + "|" + ",".join(f"{a.base},{b.base}" for a, b in answer.choices)
    real = answer.choices[question.blank :]
    a_all, b_all = _Product([a for a, _ in real]), _Product([b for _, b in real])
    counted = [Claim(a_all, b_all, count) for count in question.counts]
    if not question.blank:
        prefix = f"prove|{whole}|{a_all.base},{b_all.base}|"
    else:
        a, b = answer.choices[0]
        either = (Claim(a, b, 0), Claim(a_all, b_all, 0))
        if not holds_disjunction(key, f"bproof0|{whole}|", either, answer.blank):
            raise BadBlankProof
        counted.insert(0, Claim(a, b, 1))
        prefix = f"bproof1|{whole}|"
    if not holds_disjunction(key, prefix, counted, answer.overall):
        raise BadOverallProof


class _Product:
    """The product of a few elements whose powers are shared already; of many, an element of its own."""

    def __init__(self, factors: Sequence[SharedSquarings]) -> None:
        self.base = product(factor.base for factor in factors)
        self._factors = factors if len(factors) <= 2 else (SharedSquarings(self.base),)

    def power(self, exponent: mpz) -> mpz:
        return powers_product(self._factors, exponent)


def _answer(question: Question, answer: object) -> Answer:
    if question.blank:
        choices, individual, overall, blank = _fields(
            answer, "choices", "individual_proofs", "overall_proof", "blank_proof"
        )
    else:
        choices, individual, overall = _fields(answer, "choices", "individual_proofs", "overall_proof")
        blank = []
    slots = question.slots
    return Answer(
        choices=tuple(_ciphertext(choice) for choice in _list(choices, slots)),
        individual=tuple(_proofs(proofs, 2) for proofs in _list(individual, slots)),
        overall=_proofs(overall, len(question.counts) + question.blank),
        blank=_proofs(blank, 2 if question.blank else 0),
    )


def _ciphertext(fields: object) -> tuple[SharedSquarings, SharedSquarings]:
    alpha, beta = _fields(fields, "alpha", "beta")
    return _element(alpha), _element(beta)


def _proofs(fields: object, count: int) -> tuple[Proof, ...]:
    return tuple(_proof(proof) for proof in _list(fields, count))


def _proof(fields: object) -> Proof:
    challenge, response = _fields(fields, "challenge", "response")
    return Proof(_number(challenge), _number(response))


def _element(text: object) -> SharedSquarings:
    return SharedSquarings(_number(text))


def _number(text: object) -> mpz:
    try:
        return number(text)
    except NotANumber:
        raise WrongShape from None


def _fields(value: object, *names: str) -> list[Any]:
    """The values of an object that has these fields, in this order, and no other."""
    if not isinstance(value, dict) or [*value] != [*names]:
        raise WrongShape
    return [*value.values()]


def _list(value: object, length: int) -> list[Any]:
    if not isinstance(value, list) or len(value) != length:
        raise WrongShape
    return value

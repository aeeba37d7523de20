"""After the last ballot: the encrypted tally, the partial decryptions and the result, each computed again."""

from collections.abc import Sequence
from typing import Any

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.group import P, challenge, in_group, power, product
from spreekt.modules.referendum.verifier.election import Election, Question
from spreekt.modules.referendum.verifier.faults import Fault, within
from spreekt.modules.referendum.verifier.powers import power_of_g
from spreekt.modules.referendum.verifier.reading import (
    Ciphertext,
    Proof,
    canonical,
    ciphertext,
    element,
    fields,
    items,
    proofs,
    whole,
)
from spreekt.modules.referendum.verifier.records import Record
from spreekt.modules.referendum.verifier.trustees import Trustees

Tally = list[list[Ciphertext]]
"""Per question and slot."""


def empty_tally(election: Election) -> Tally:
    """The tally of no ballots."""
    return [[Ciphertext(mpz(1), mpz(1))] * question.slots for question in election.questions]


def add(tally: Tally, other: Sequence[Sequence[Ciphertext]]) -> Tally:
    """Two tallies, or a tally and a ballot, together: multiplying what is encrypted adds what it hides."""
    return [
        [Ciphertext(a.alpha * b.alpha % P, a.beta * b.beta % P) for a, b in zip(one, two, strict=True)]
        for one, two in zip(tally, other, strict=True)
    ]


def check_encrypted_tally(election: Election, expected: Tally, counted: int, tally: Record, sized: Record) -> None:
    """That the published tally is the product of the ballots that count, and says how many these are."""
    with within("encrypted tally"):
        rows = items(canonical(tally.body), len(election.questions))
        for number, (question, row, sums) in enumerate(zip(election.questions, rows, expected, strict=True), 1):
            with within(f"question {number}"):
                for slot, (value, total) in enumerate(zip(items(row, question.slots), sums, strict=True)):
                    with within(question.slot_name(slot)):
                        if ciphertext(value, trivial=True) != total:
                            raise Fault("is not the product of the ballots that count")
    with within("size of the tally"):
        num_tallied, total_weight, payload = fields(
            canonical(sized.body), "num_tallied", "total_weight", "encrypted_tally"
        )
        if payload != tally.digest:
            raise Fault("belongs to another encrypted tally")
        for name, value in (("num_tallied", num_tallied), ("total_weight", total_weight)):
            with within(name):
                if whole(value, 0, 10**9) != counted:
                    raise Fault(f"is {value}, but {counted} ballots count")


class Decryptions:
    """The partial decryptions so far, and what they open."""

    def __init__(self, election: Election, trustees: Trustees, tally: Tally, counted: int) -> None:
        self._election = election
        self._trustees = trustees
        self._tally = tally
        self._counted = counted
        self._factors: dict[int, list[list[mpz]]] = {}

    def add(self, decryption: Record, owned: Record) -> None:
        """Take in one partial decryption when all its proofs hold."""
        with within("owner"):
            owner_value, payload = fields(canonical(owned.body), "owner", "payload")
            owner = whole(owner_value, 1, len(self._trustees.keys))
        with within(f"trustee {owner}"):
            if owner in self._factors:
                raise Fault("has decrypted before")
            if payload != decryption.digest:
                raise Fault("the payload is another partial decryption")
            self._factors[owner] = self._checked(owner, canonical(decryption.body))

    def _checked(self, owner: int, value: Any) -> list[list[mpz]]:
        if isinstance(value, dict) and "strong_proofs" not in value:
            raise Fault("the strong proofs are missing")
        factors, plain, strong = fields(value, "decryption_factors", "decryption_proofs", "strong_proofs")
        questions = self._election.questions
        with within("decryption_factors"):
            read = [
                self._row(row, question)
                for row, question in zip(items(factors, len(questions)), questions, strict=True)
            ]
        with within("decryption_proofs"):
            plain_rows = self._proof_rows(plain)
        with within("strong_proofs"):
            strong_rows = self._proof_rows(strong)
        for number, question in enumerate(questions):
            for slot, factor in enumerate(read[number]):
                with within(f"question {number + 1}, {question.slot_name(slot)}"):
                    if not in_group(factor):
                        raise Fault("the factor is not in the group")
                    if not self._holds("decrypt", "", owner, number, slot, factor, plain_rows[number][slot]):
                        raise Fault("the proof of the decryption fails")
                    where = f"{owner}|{number}|{slot}|"
                    if not self._holds("strong-decrypt", where, owner, number, slot, factor, strong_rows[number][slot]):
                        raise Fault("the strong proof of the decryption fails")
        return read

    def _row(self, value: Any, question: Question) -> list[mpz]:
        return [element(factor, trivial=True) for factor in items(value, question.slots)]

    def _proof_rows(self, value: Any) -> list[list[Proof]]:
        questions = self._election.questions
        return [
            proofs(row, question.slots) for row, question in zip(items(value, len(questions)), questions, strict=True)
        ]

    def _holds(self, kind: str, where: str, owner: int, number: int, slot: int, factor: mpz, proof: Proof) -> bool:
        """Whether the factor is alpha to the same secret as the trustee's key is of g."""
        key, alpha = self._trustees.keys[owner - 1], self._tally[number][slot].alpha
        prefix = f"{kind}|{self._election.fingerprint}|{where}{key}|"
        if where:
            prefix += f"{alpha},{factor}|"
        c, z = proof
        commitments = [power_of_g(z) * power(key, c) % P, power(alpha, z) * power(factor, c) % P]
        return bool(challenge(prefix, commitments) == c)

    def opens(self, result: Record) -> list[list[int]]:
        """The result, when enough trustees decrypted and their factors open the tally to exactly these counts."""
        weights = self._weights()
        (rows,) = fields(canonical(result.body), "result")
        read = []
        for number, (question, row) in enumerate(
            zip(self._election.questions, items(rows, len(self._election.questions)), strict=True)
        ):
            with within(f"question {number + 1}"):
                counts = []
                for slot, count in enumerate(items(row, question.slots)):
                    with within(question.slot_name(slot)):
                        counts.append(whole(count, 0, self._counted))
                        mask = product(
                            power(self._factors[owner][number][slot], weight) for owner, weight in weights.items()
                        )
                        if mask * power_of_g(mpz(counts[-1])) % P != self._tally[number][slot].beta:
                            raise Fault(f"the tally does not open to {count}")
                self._check_plausible(question, counts)
                read.append(counts)
        return read

    def _weights(self) -> dict[int, mpz]:
        """Owner -> exponent of its factors. Raises Fault when too few decrypted."""
        weights: dict[int, mpz] = {}
        present = sorted(self._factors)
        for party in self._trustees.parties:
            part = party.weights(present)
            if part is None:
                last = party.first_owner + len(party.keys) - 1
                names = f"trustees {party.first_owner} to {last}" if party.is_group else f"trustee {last}"
                raise Fault(f"too few decryptions: of {names}, {party.threshold} must decrypt")
            weights |= part
        return weights

    def _check_plausible(self, question: Question, counts: list[int]) -> None:
        """That permitted ballots can add up to these counts."""
        blank = counts[0] if question.has_blank else 0
        chosen = counts[int(question.has_blank) :]
        others = self._counted - blank
        low, high = question.minimum * others, question.maximum * others
        if max(chosen) > others or not low <= sum(chosen) <= high:
            raise Fault(f"{self._counted} permitted ballots cannot add up to {counts}")

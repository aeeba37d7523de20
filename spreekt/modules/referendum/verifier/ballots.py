"""One ballot: everything that must hold of it by itself. Whether it counts is decided in board.py."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.group import P, Q, challenge, power, product
from spreekt.modules.referendum.verifier.election import Election, Question
from spreekt.modules.referendum.verifier.faults import Fault, within
from spreekt.modules.referendum.verifier.powers import Exponents, power_of_g, table_of
from spreekt.modules.referendum.verifier.reading import (
    Ciphertext,
    Proof,
    canonical,
    ciphertext,
    digest_base64,
    element,
    fields,
    items,
    proof,
    proofs,
)

_SPREAD: Final = 2
"""Up to so many branches on the sum of all choices, it is cheaper to raise every choice to their challenges."""


class Powers(NamedTuple):
    """alpha and beta of one ciphertext, each raised to the same exponents."""

    alpha: list[mpz]
    beta: list[mpz]


class Branch(NamedTuple):
    """One "either" of a proof: that a ciphertext, already raised to the challenge, hides `hidden`."""

    alpha: mpz
    beta: mpz
    hidden: int
    proof: Proof


def check_ballot(election: Election, body: bytes, *, is_listed: bool) -> list[list[Ciphertext]]:
    """The ciphertexts per question and slot of a ballot of which everything holds. Raises Fault.

    A listed credential was found in the group when the list was read.
    """
    value = canonical(body)
    uuid, fingerprint, credential, answers, signature = fields(
        value, "election_uuid", "election_hash", "credential", "answers", "signature"
    )
    if uuid != election.uuid:
        raise Fault("it names another election")
    if fingerprint != election.fingerprint:
        raise Fault("it names another text of this election")
    with within("credential"):
        key = element(credential)
        if not is_listed:
            raise Fault("is not in the public list")
    with within("answers"):
        items(answers, len(election.questions))
    statement = f"{election.fingerprint}|{credential}"
    encrypted = []
    for number, (question, answer) in enumerate(zip(election.questions, answers, strict=True), 1):
        encrypted.append(_check_answer(election, question, answer, statement, f"question {number}"))
    _check_signature(body, signature, key)
    return encrypted


def _check_signature(body: bytes, value: Any, key: mpz) -> None:
    with within("signature"):
        digest, written = fields(value, "hash", "proof")
        signed = body[: body.rindex(b',"signature":')] + b"}"  # the last field of a canonical text
        if digest != digest_base64(signed):
            raise Fault("the hash is not that of the ballot")
        mark = proof(written)
        commitment = power_of_g(mark.response) * power(key, mark.challenge) % P
        if challenge(f"sig|{digest}|", [commitment]) != mark.challenge:
            raise Fault("it was not made with this credential")


class Answer(NamedTuple):
    """What a ballot says to one question, read but not believed."""

    choices: list[Ciphertext]
    individual: list[list[Proof]]
    overall: list[Proof]
    blank: list[Proof]

    def sum_challenges(self) -> list[mpz]:
        """What the sum of all choices is raised to: for the blank proof, if there is one, then for each number."""
        if not self.blank:
            return [one.challenge for one in self.overall]
        return [self.blank[1].challenge, *(one.challenge for one in self.overall[1:])]


def _check_answer(election: Election, question: Question, value: Any, statement: str, place: str) -> list[Ciphertext]:
    with within(place):
        answer = _read_answer(question, value)
        challenges = answer.sum_challenges()
        spread = challenges if len(challenges) <= _SPREAD else []
        raised = _raised(question, answer, spread)
        for slot, (choice, powers) in enumerate(zip(answer.choices, raised, strict=True)):
            prefix = f"prove|{statement}|{choice.alpha},{choice.beta}|"
            one_of = [Branch(powers.alpha[1 + m], powers.beta[1 + m], m, answer.individual[slot][m]) for m in (0, 1)]
            if not _one_holds(election, prefix, one_of):
                raise Fault(f"the proof that {question.slot_name(slot)} is 0 or 1 fails")
        real = slice(int(question.has_blank), None)
        total = Ciphertext(*(product(column) for column in zip(*answer.choices[real], strict=True)))
        sums = _multiplied(raised[real]) if spread else _in_parts(challenges, total)
        _check_overall(election, question, statement, answer, total, raised[0], sums)
    return answer.choices


def _raised(question: Question, answer: Answer, spread: list[mpz]) -> list[Powers]:
    """Every choice to all its exponents: Q, which must give 1, its two challenges, and those of proofs on the whole.

    Of the blank slot the latter are those of the blank and the overall proof, of others `spread`.
    """
    found = []
    for slot, choice in enumerate(answer.choices):
        exponents = [Q, *(one.challenge for one in answer.individual[slot])]
        if question.has_blank and slot == 0:
            exponents += [answer.blank[0].challenge, answer.overall[0].challenge]
        else:
            exponents += spread
        layout = Exponents(exponents)
        powers = Powers(layout.powers(choice.alpha), layout.powers(choice.beta))
        if powers.alpha[0] != 1 or powers.beta[0] != 1:
            raise Fault(f"{question.slot_name(slot)} is not in the group")
        found.append(powers)
    return found


def _multiplied(raised: list[Powers]) -> Powers:
    """The powers of the sum of all choices, from theirs."""
    alphas = zip(*(powers.alpha[3:] for powers in raised), strict=True)
    betas = zip(*(powers.beta[3:] for powers in raised), strict=True)
    return Powers([product(column) for column in alphas], [product(column) for column in betas])


def _in_parts(exponents: Sequence[mpz], base: Ciphertext, most: int = 5) -> Powers:
    """Many powers of one ciphertext, a few exponents at a time."""
    found = Powers([], [])
    for start in range(0, len(exponents), most):
        layout = Exponents(exponents[start : start + most])
        found.alpha.extend(layout.powers(base.alpha))
        found.beta.extend(layout.powers(base.beta))
    return found


def _check_overall(
    election: Election,
    question: Question,
    statement: str,
    answer: Answer,
    total: Ciphertext,
    first: Powers,
    sums: Powers,
) -> None:
    """That as many answers are chosen as may be; `first` slot and `sums` are raised to the challenges."""
    choices, _, overall, blank = answer
    whole = "|".join([statement, ",".join(f"{choice.alpha},{choice.beta}" for choice in choices)])
    counts = range(question.minimum, question.maximum + 1)
    if not question.has_blank:
        one_of = [
            Branch(alpha, beta, k, one)
            for alpha, beta, k, one in zip(sums.alpha, sums.beta, counts, overall, strict=True)
        ]
        if not _one_holds(election, f"prove|{whole}|{total.alpha},{total.beta}|", one_of):
            raise Fault("the proof that a permitted number of answers is chosen fails")
        return
    one_of = [Branch(first.alpha[4], first.beta[4], 1, overall[0])]
    one_of += [
        Branch(alpha, beta, k, one)
        for alpha, beta, k, one in zip(sums.alpha[1:], sums.beta[1:], counts, overall[1:], strict=True)
    ]
    if not _one_holds(election, f"bproof1|{whole}|", one_of):
        raise Fault("the proof that it is blank or a permitted number of answers is chosen fails")
    one_of = [Branch(first.alpha[3], first.beta[3], 0, blank[0]), Branch(sums.alpha[0], sums.beta[0], 0, blank[1])]
    if not _one_holds(election, f"bproof0|{whole}|", one_of):
        raise Fault("the proof that a blank vote chooses no answer fails")


def _one_holds(election: Election, prefix: str, branches: Sequence[Branch]) -> bool:
    """Whether the prover knew that one of the branches is true, and nothing else follows."""
    of_y = table_of(election.key)
    commitments = []
    for branch in branches:
        c, z = branch.proof
        commitments.append(power_of_g(z) * branch.alpha % P)
        beta = of_y.power(z) * branch.beta % P  # y**z * (b / g**k)**c, where b**c is already there
        commitments.append(beta * power_of_g(-branch.hidden * c % Q) % P if branch.hidden else beta)
    total = sum((branch.proof.challenge for branch in branches), mpz(0)) % Q
    return bool(challenge(prefix, commitments) == total)


def _read_answer(question: Question, value: Any) -> Answer:
    """Choices, individual, overall and blank proofs, exactly as many as the question has."""
    names = ("choices", "individual_proofs", "overall_proof", *["blank_proof"] * question.has_blank)
    choices, individual, overall, *blank = fields(value, *names)
    read = []
    with within("choices"):
        for slot, choice in enumerate(items(choices, question.slots)):
            with within(question.slot_name(slot)):
                read.append(ciphertext(choice))
    with within("individual_proofs"):
        pairs = [proofs(pair, 2) for pair in items(individual, question.slots)]
    with within("overall_proof"):
        several = proofs(overall, question.maximum - question.minimum + 1 + question.has_blank)
    with within("blank_proof"):
        return Answer(read, pairs, several, proofs(blank[0], 2) if blank else [])

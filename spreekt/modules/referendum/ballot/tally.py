"""The count: ciphertexts of the ballots that count are multiplied; what trustees open becomes numbers of votes.

Which ballot of a credential counts is asked of whoever keeps the ballots. Source: protocol section 5.7.
"""

from collections.abc import Iterable, Iterator, Sequence

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.canonical import NotStrictJson, compact, hex_of, read_json, sha
from spreekt.modules.referendum.ballot.election import Election
from spreekt.modules.referendum.ballot.group import GENERATOR, NotANumber, P, inverse, number

Ciphertext = tuple[mpz, mpz]
"""alpha and beta."""


class CountedTwice(Exception):
    """Two ballots of one credential were given: only the last may count."""


class NothingFits(ValueError):
    """A sum that is no number of votes: the factors are of another tally, or not enough of them were multiplied."""

    def __str__(self) -> str:
        return "the tally opens to no number of votes"


class Tally:
    """The product of the accepted ballots added so far, for each question and slot."""

    def __init__(self, election: Election) -> None:
        self._rows = [[(mpz(1), mpz(1))] * question.slots for question in election.questions]
        self._seen: set[bytes] = set()

    @property
    def ballots(self) -> int:
        """How many were added."""
        return len(self._seen)

    @property
    def rows(self) -> list[list[Ciphertext]]:
        """Per question, per slot: what trustees open."""
        return [[*row] for row in self._rows]

    def add(self, ballot: str) -> None:
        """Count an accepted ballot. Raises CountedTwice."""
        fields = read_json(ballot)
        credential = sha(fields["credential"])
        if credential in self._seen:
            raise CountedTwice
        self._seen.add(credential)
        for row, answer in zip(self._rows, fields["answers"], strict=True):
            for slot, choice in enumerate(answer["choices"]):
                alpha, beta = row[slot]
                row[slot] = alpha * mpz(choice["alpha"]) % P, beta * mpz(choice["beta"]) % P

    def text(self) -> str:
        """The encrypted tally as it is published."""
        return compact([[{"alpha": str(alpha), "beta": str(beta)} for alpha, beta in row] for row in self._rows])

    def sized_text(self) -> str:
        """The same by its hash, with the number of ballots in it."""
        return compact(
            {"num_tallied": self.ballots, "total_weight": self.ballots, "encrypted_tally": hex_of(self.text())}
        )


def tally_of(election: Election, counted: Iterable[str]) -> Tally:
    """The tally of the ballots that count: the last of each credential, read one at a time. Raises CountedTwice."""
    tally = Tally(election)
    for ballot in counted:
        tally.add(ballot)
    return tally


def read_tally(text: str) -> list[list[Ciphertext]]:
    """The numbers of a published encrypted tally. Raises ValueError; membership of the group is not checked."""
    try:
        return [[(number(pair["alpha"]), number(pair["beta"])) for pair in row] for row in read_json(text)]
    except (NotStrictJson, NotANumber, KeyError, TypeError):
        raise ValueError("this is not an encrypted tally") from None


def open_tally(rows: Sequence[Sequence[Ciphertext]], factors: Sequence[Sequence[mpz]], *, most: int) -> list[list[int]]:
    """How many votes each slot holds. `factors`: alpha to the power of the whole key; `most`: ballots in the tally.

    Raises NothingFits.
    """
    opened = [
        [beta * inverse(factor) % P for (_, beta), factor in zip(row, line, strict=True)]
        for row, line in zip(rows, factors, strict=True)
    ]
    logarithms = discrete_logarithms({value for row in opened for value in row}, most=most)
    return [[logarithms[value] for value in row] for row in opened]


def discrete_logarithms(values: set[mpz], *, most: int) -> dict[mpz, int]:
    """For each value the n from 0 to `most` with value = G ** n. One walk for all of them. Raises NothingFits."""
    found: dict[mpz, int] = {}
    for exponent, power in zip(range(most + 1), _powers_of_g(), strict=False):
        if len(found) == len(values):
            break
        if power in values:
            found[power] = exponent
    if len(found) < len(values):
        raise NothingFits
    return found


def result_text(counts: Sequence[Sequence[int]]) -> str:
    """The result as it is published: per question the votes of each slot, blank first where it is allowed."""
    return compact({"result": [[*row] for row in counts]})


def _powers_of_g() -> Iterator[mpz]:
    power = mpz(1)
    while True:
        yield power
        power = power * GENERATOR.base % P

"""Making a shared key together: what was published so far, what may come next, and the check of each piece.

One step opens when all did the one before. What a trustee does in secret is in own_key.py. Source: protocol 5.9.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.canonical import compact, hex_of
from spreekt.modules.referendum.ballot.certificates import (
    Certificate,
    TrusteeFault,
    blaming,
    check_certs_signature,
    committed_key,
    read_certificate,
    read_coefexps,
    read_public_key,
)
from spreekt.modules.referendum.ballot.sealed import MAX_SEALED
from spreekt.modules.referendum.ballot.strict import Malformed, element, fields, parsed, several
from spreekt.modules.referendum.ballot.trustees import MOST_TRUSTEES, read_pedersen


class Step(StrEnum):
    """What trustees publish, in this order."""

    CERTIFICATE = "certificate"
    PROMISE = "promise"
    COMMITMENT = "commitment"
    SHARES = "shares"
    KEY = "key"


STEPS = tuple(Step)


class NotYet(ValueError):
    """A step is asked for that is not open: these trustees must do the one before first."""

    def __init__(self, step: Step, waiting_for: Sequence[int]) -> None:
        super().__init__(step, tuple(waiting_for))
        self.step, self.waiting_for = step, tuple(waiting_for)

    def __str__(self) -> str:
        return f"step {self.step} is not open yet: waiting for trustee {', '.join(map(str, self.waiting_for))}"


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What all trustees published so far. `published[step][index]`, the index from 1, is what one of them gave."""

    count: int
    threshold: int
    published: Mapping[Step, Mapping[int, Any]]

    def __post_init__(self) -> None:
        least = 1 if self.count == 1 else 2  # one of several would open alone
        if not least <= self.threshold <= self.count <= MOST_TRUSTEES:
            raise ValueError("the number of trustees that is needed cannot be right")

    def missing(self, step: Step) -> list[int]:
        """Who did not do this step yet."""
        there = self.published.get(step, {})
        return [index for index in range(1, self.count + 1) if index not in there]

    @property
    def is_complete(self) -> bool:
        return not self.missing(STEPS[-1])

    def next_step(self, index: int) -> Step | None:
        """The first step that this trustee has not done; nothing when all are done."""
        return next((step for step in STEPS if index in self.missing(step)), None)

    def all_of(self, step: Step) -> list[Any]:
        """What everybody gave in a step, in order. Raises NotYet while somebody is missing."""
        if missing := self.missing(step):
            raise NotYet(STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)], missing)
        return [self.published[step][index] for index in range(1, self.count + 1)]

    def certificates(self) -> list[Certificate]:
        """All certificates, read. Raises NotYet or TrusteeFault."""
        return [
            blaming(index, read_certificate, cert, index=index, count=self.count, threshold=self.threshold)
            for index, cert in enumerate(self.all_of(Step.CERTIFICATE), 1)
        ]

    def coefexps(self) -> list[tuple[mpz, ...]]:
        """What all committed to, read. Raises NotYet or TrusteeFault."""
        certificates = self.certificates()
        return [
            blaming(at + 1, read_coefexps, fields(given, "coefexps", "signature")["coefexps"],
                    certificates[at], threshold=self.threshold)
            for at, given in enumerate(self.all_of(Step.COMMITMENT))
        ]  # fmt: skip

    def check(self, step: Step, index: int, given: Any) -> None:
        """Refuse what trustee `index` publishes when it is not right or not its time.

        Raises NotYet, or TrusteeFault naming who is wrong.
        """
        place = STEPS.index(step)
        if place:
            self.all_of(STEPS[place - 1])
        blaming(index, _CHECKS[step], given, ceremony=self, index=index)

    def parameters(self) -> dict[str, Any]:
        """The threshold_parameters of the trustees file, checked as a stranger would. Raises NotYet or TrusteeFault."""
        commitments = self.all_of(Step.COMMITMENT)
        parameters: dict[str, Any] = {
            "threshold": self.threshold,
            "certs": self.all_of(Step.CERTIFICATE),
            "coefexps": [each["coefexps"] for each in commitments],
            "signatures": [each["signature"] for each in commitments],
            "verification_keys": self.all_of(Step.KEY),
        }
        try:
            read_pedersen(parameters)
        except Malformed as fault:
            raise TrusteeFault(0, str(fault)) from None
        return parameters


def promise_of(committed: object) -> str:
    """The hash with which a trustee promises its signed commitments before seeing those of others."""
    return hex_of(compact(committed))


def _check_certificate(given: Any, *, ceremony: Ceremony, index: int) -> None:
    mine = read_certificate(given, index=index, count=ceremony.count, threshold=ceremony.threshold)
    for other, cert in ceremony.published.get(Step.CERTIFICATE, {}).items():
        theirs = read_certificate(cert, index=other, count=ceremony.count, threshold=ceremony.threshold)
        if other != index and {mine.verification, mine.encryption} & {theirs.verification, theirs.encryption}:
            raise Malformed(f"this certificate is the one of trustee {other}")


def _check_promise(given: Any, *, ceremony: Ceremony, index: int) -> None:
    if not isinstance(given, str) or len(given) != 64 or set(given) - set("0123456789abcdef"):
        raise Malformed("a promise is 64 hexadecimal digits")
    if given in [each for other, each in ceremony.published.get(Step.PROMISE, {}).items() if other != index]:
        raise Malformed("somebody else made the same promise")


def _check_commitment(given: Any, *, ceremony: Ceremony, index: int) -> None:
    parts = fields(given, "coefexps", "signature")
    certificate = ceremony.certificates()[index - 1]
    coefexps = read_coefexps(parts["coefexps"], certificate, threshold=ceremony.threshold)
    if promise_of(parts["coefexps"]) != ceremony.all_of(Step.PROMISE)[index - 1]:
        raise Malformed("the commitments are not the ones that were promised")
    check_certs_signature(parts["signature"], certificate, ceremony.all_of(Step.CERTIFICATE), coefexps)


def _check_shares(given: Any, *, ceremony: Ceremony, index: int) -> None:
    for sealed in several(fields(given, "shares")["shares"], ceremony.count):
        if not isinstance(sealed, str) or len(sealed) > MAX_SEALED:
            raise Malformed("a share is no text of bearable length")
        parts = fields(parsed(sealed), "alpha", "beta", "data")
        element(parts["alpha"])
        element(parts["beta"])
        if not isinstance(parts["data"], str) or set(parts["data"]) - set("0123456789abcdef"):
            raise Malformed("a sealed message is not written in hexadecimal digits")


def _check_key(given: Any, *, ceremony: Ceremony, index: int) -> None:
    key = read_public_key(given, verification=ceremony.certificates()[index - 1].verification)
    if key != committed_key(ceremony.coefexps(), index):
        raise Malformed("the verification key does not follow from what all committed to")


_CHECKS = {
    Step.CERTIFICATE: _check_certificate,
    Step.PROMISE: _check_promise,
    Step.COMMITMENT: _check_commitment,
    Step.SHARES: _check_shares,
    Step.KEY: _check_key,
}

"""What the verifier says: the report on an archive, and the first thing that is wrong with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass


class Fault(Exception):
    """What does not hold, as a sentence that says where in the archive."""


@contextmanager
def within(place: str) -> Iterator[None]:
    """Put the place in front of whatever fault is found inside."""
    try:
        yield
    except Fault as fault:
        raise Fault(f"{place}: {fault}") from None


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the verification of one archive."""

    ok: bool
    """All holds, and the archive is as far as it was asked to be."""
    ballots: int
    """Ballots read, replaced ones included."""
    counted: int
    """Different credentials among them: of each, the last ballot counts."""
    result: list[list[int]] | None
    """Votes per question and slot (the blank slot first where there is one); None unless the result was verified."""
    fault: str | None

    def as_json(self) -> dict[str, object]:
        """The report as the contract of `spreekt verify --json` has it."""
        return asdict(self)

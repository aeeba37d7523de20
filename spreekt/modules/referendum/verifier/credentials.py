"""The public list of credentials: one line per letter. Which ballot uses which is in board.py."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from gmpy2 import mpz

from spreekt.modules.referendum.verifier.faults import Fault, within
from spreekt.modules.referendum.verifier.powers import first_outsider
from spreekt.modules.referendum.verifier.reading import canonical, element, items

CHUNK: Final = 4096
Chunk = tuple[int, list[mpz]]


def read_credentials(body: bytes) -> list[str]:
    """The credentials as they are written: numbers between 1 and P, distinct and sorted. Raises Fault.

    Sorted as numbers or sorted as texts: in both, the order tells nothing about the register.
    """
    written = items(canonical(body))
    if not written:
        raise Fault("there is no credential")
    numbers = []
    for place, text in enumerate(written, 1):
        with within(f"credential {place}"):
            if isinstance(text, str) and "," in text:
                raise Fault("has a weight; every vote counts once")
            numbers.append(element(text))
    seen: set[str] = set()
    for place, text in enumerate(written, 1):
        if text in seen:
            raise Fault(f"credential {place} stands twice in the list")
        seen.add(text)
    if not (_rises(numbers) or _rises(written)):
        raise Fault("the list is not sorted, so its order may tell whose credential is whose")
    return written


def _rises(values: Iterable[mpz] | Iterable[str]) -> bool:
    return all(one < next_one for one, next_one in pairwise(values))


def chunks(written: list[str]) -> Iterator[Chunk]:
    """The list in parts for the workers, each with the place of its first credential."""
    for start in range(0, len(written), CHUNK):
        yield start + 1, [mpz(text) for text in written[start : start + CHUNK]]


def check_chunk(chunk: Chunk) -> str | None:
    """The fault of the first credential that is not in the group."""
    start, numbers = chunk
    place = first_outsider(numbers)
    return None if place is None else f"credential {start + place}: is not in the group"

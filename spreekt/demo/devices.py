"""The devices of invented voters: who votes what, and the sealed ballots that their phones and computers make."""

import csv
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path

from spreekt.modules.referendum.ballot.credential import secret_of
from spreekt.modules.referendum.ballot.election import Election, parse_election
from spreekt.modules.referendum.ballot.encryption import encrypt
from spreekt.modules.referendum.ballot.randomness import draw_secret

YOUNGEST = date(2003, 10, 20)
"""Birth dates are dealt out backwards from here, two people a day: the serial numbers that nobody has."""
SERIALS = (999, 0)
CHUNK = 16
Choices = tuple[tuple[int, ...], ...]
"""Per question blank, yes, no as zeros and ones."""


def born_on(number: int) -> date:
    """The birth date of invented person `number`, from 0."""
    return YOUNGEST - timedelta(days=number // len(SERIALS))


def serial(number: int) -> int:
    """The serial number of invented person `number` among those born on one day."""
    return SERIALS[number % len(SERIALS)]


@dataclass(frozen=True, slots=True)
class Sending:
    """One voter who votes: the code, the birth date, and what they choose."""

    code: str = field(repr=False)
    born_on: date
    choices: Choices


def voters(printed: Path, choices: Sequence[Choices], revotes: int, dice: random.Random) -> list[Sending]:
    """Who votes what, in which order: those who vote twice first choose the opposite."""
    with printed.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream, delimiter=";"))
    chosen = dice.sample(range(len(lines)), len(choices))
    sendings = []
    for place, chosen_by_them in zip(chosen, choices, strict=True):
        number = int(lines[place]["naam"]) - 1
        sendings.append(Sending(lines[place]["code"], born_on(number), chosen_by_them))
    twice = [
        Sending(one.code, one.born_on, tuple((blank, no, yes) for blank, yes, no in one.choices))
        for one in sendings[:revotes]
    ]
    return twice + sendings


_election: list[Election] = []


def _know_election(text: str) -> None:
    _election[:] = [parse_election(text)]


def _encrypted(sending: Sending) -> tuple[str, Sending]:
    """What the voter's device makes."""
    election = _election[0]
    return encrypt(election, secret_of(sending.code, election.uuid), sending.choices, draw_secret), sending


@contextmanager
def ballots(election_text: str, sendings: Sequence[Sending]) -> Iterator[Iterator[tuple[str, Sending]]]:
    """Each sealed ballot with who sends it, in order, made beside the caller by worker processes."""
    devices = max(1, (cpu_count() or 2) - 1)
    with get_context("spawn").Pool(devices, initializer=_know_election, initargs=(election_text,)) as pool:
        yield pool.imap(_encrypted, sendings, chunksize=CHUNK)

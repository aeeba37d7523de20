"""The credential authority at work: a code for every voter, letters in batches, lists, escrow. Offline, no database.

All of it or nothing: files grow in a folder beside the one that was asked for, which gets its name at the very end.
"""

import hashlib
import multiprocessing
import os
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TextIO

from spreekt.identity.addressee import Addressee
from spreekt.modules.referendum import mailing
from spreekt.modules.referendum.ballot.canonical import b64_from_hex
from spreekt.modules.referendum.ballot.credential import make_credential, public_of, secret_of
from spreekt.modules.referendum.escrow import Cost, EscrowWriter, Kept
from spreekt.modules.referendum.letter_words import LetterWords
from spreekt.modules.referendum.letters import write_letters
from spreekt.modules.referendum.mailing import Voter
from spreekt.web.listing import safe_cell

CODES, MAP, PRINT, ESCROW = "publieke-codes.json", "koppeling.csv", "druk.csv", "escrow.bin"
BATCH = 500
"""Letters in one PDF, and lines in one box of the escrow."""
PRINT_HEADER = ("brief", "voornaam", "naam", "straat", "huisnummer", "bus", "postcode", "gemeente", "code", "adres")
MAP_HEADER = ("kiezer", "public")


class CannotMake(Exception):
    """Why nothing was made, in English."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of the authority."""

    uuid: str
    words: LetterWords
    passphrases: tuple[str, str] = field(repr=False)
    total: int
    """How many voters the mailing has."""
    cost: Cost = field(default_factory=Cost)


@dataclass(frozen=True, slots=True)
class Made:
    """What to compare by telephone: both sides read the same fingerprint."""

    voters: int
    files: int
    codes_sha256: str

    @property
    def fingerprint(self) -> str:
        """As belenios-tool prints it."""
        return b64_from_hex(self.codes_sha256)


@dataclass(frozen=True, slots=True)
class _Batch:
    number: int
    voters: Sequence[Voter]


@dataclass(frozen=True, slots=True)
class _Done:
    number: int
    codes: Sequence[str] = field(repr=False)
    publics: Sequence[str]


def count_voters(roll: Path) -> int:
    """How many letters there will be. Raises NotAMailing with every fault of the file."""
    with roll.open("rb") as stream:
        return sum(1 for _voter in mailing.read(stream))


def make(roll: Path, out: Path, order: Order, *, done: Callable[[int], None]) -> Made:
    """Make everything for a mailing file. `done` hears how many letters there are so far. Raises CannotMake."""
    with _folder(out) as folder:
        return _make(roll, folder, order, done)


def _make(roll: Path, folder: Path, order: Order, done: Callable[[int], None]) -> Made:
    public_of_voter: list[tuple[str, str]] = []
    with (
        roll.open("rb") as stream,
        (folder / ESCROW).open("wb") as escrow_file,
        (folder / PRINT).open("w", encoding="utf-8", newline="") as print_file,
    ):
        escrow = EscrowWriter(escrow_file, order.uuid, order.words.stored, order.passphrases, order.cost)
        print_file.write(";".join(PRINT_HEADER) + "\r\n")
        for batch, made in _in_parallel(_batches(mailing.read(stream)), folder, order):
            escrow.add([Kept(voter, code) for voter, code in zip(batch.voters, made.codes, strict=True)])
            _write_print_lines(print_file, batch, made.codes, order.words)
            keys = (voter.key for voter in batch.voters)
            public_of_voter += zip(keys, made.publics, strict=True)
            done(len(public_of_voter))
        escrow.close()
    files = -(-len(public_of_voter) // BATCH)
    return Made(len(public_of_voter), files, _write_lists(folder, public_of_voter))


def make_batch(batch: _Batch, folder: Path, uuid: str, words: LetterWords) -> _Done:
    """The codes of one batch, and its letters in a PDF."""
    codes = [make_credential() for _voter in batch.voters]
    publics = [str(public_of(secret_of(code, uuid))) for code in codes]
    with (folder / f"brieven-{batch.number:04}.pdf").open("wb") as file:
        letters: Iterable[tuple[Addressee, str]] = zip((voter.addressee for voter in batch.voters), codes, strict=True)
        write_letters(file, words, letters)
    return _Done(batch.number, codes, publics)


def _in_parallel(batches: Iterator[_Batch], folder: Path, order: Order) -> Iterator[tuple[_Batch, _Done]]:
    """Batches in their order, as many at once as there are processes and never more in memory than twice that."""
    processes = min(os.cpu_count() or 1, -(-order.total // BATCH))
    if processes <= 1:
        for batch in batches:
            yield batch, make_batch(batch, folder, order.uuid, order.words)
        return
    with multiprocessing.get_context("spawn").Pool(processes, _only_ours) as pool:
        waiting: deque[tuple[_Batch, multiprocessing.pool.AsyncResult[_Done]]] = deque()
        for batch in batches:
            waiting.append((batch, pool.apply_async(make_batch, (batch, folder, order.uuid, order.words))))
            if len(waiting) > 2 * processes:
                first, result = waiting.popleft()
                yield first, result.get()
        while waiting:
            first, result = waiting.popleft()
            yield first, result.get()


def _only_ours() -> None:
    """Files of a helping process are as private as those of the first."""
    os.umask(0o077)


def _batches(voters: Iterator[Voter]) -> Iterator[_Batch]:
    number = 1
    while batch := list(islice(voters, BATCH)):
        yield _Batch(number, batch)
        number += 1


def _write_print_lines(out: TextIO, batch: _Batch, codes: Sequence[str], words: LetterWords) -> None:
    """For a printer with a layout of its own; `brief` is the batch and the page in it."""
    writer = mailing.writer(out)
    for page, (voter, code) in enumerate(zip(batch.voters, codes, strict=True), start=1):
        to = voter.addressee
        address = (to.given_name, to.family_name, to.street, to.house_number, to.box, to.postcode, to.place)
        writer.writerow([f"{batch.number:04}-{page:03}", *map(safe_cell, address), code, words.scanned(code)])


def _write_lists(folder: Path, public_of_voter: list[tuple[str, str]]) -> str:
    """The public list, sorted as texts, and the map, sorted by voter: no order tells who is who. The list's hash."""
    publics = sorted(public for _voter, public in public_of_voter)
    if len(set(publics)) != len(publics):
        raise CannotMake("Two voters got the same code, which cannot be: is this machine's random generator broken?")
    digest = hashlib.sha256()
    with (folder / CODES).open("wb") as codes:
        for place, public in enumerate(publics):
            part = f'{"," if place else "["}"{public}"'.encode()
            codes.write(part)
            digest.update(part)
        codes.write(b"]")
        digest.update(b"]")
    public_of_voter.sort()
    with (folder / MAP).open("w", encoding="ascii", newline="") as file:
        writer = mailing.writer(file)
        writer.writerow(MAP_HEADER)
        writer.writerows(public_of_voter)
    return digest.hexdigest()


@contextmanager
def _folder(out: Path) -> Iterator[Path]:
    """A new folder that only we can read, and that is there whole or not at all."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CannotMake(f"{out} is there already. Codes are never made twice in one place: choose another --out.")
    half = out.with_name(f"{out.name}.half")
    shutil.rmtree(half, ignore_errors=True)  # of a run that was cut off: none of its codes were ever used
    before = os.umask(0o077)
    try:
        half.mkdir(parents=True, mode=0o700)
        yield half
        if out.exists():
            out.rmdir()
        half.rename(out)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise
    finally:
        os.umask(before)

"""May this archive be opened? A trustee's own answer, from the archive alone, before its key is touched. No keys here.

Opening part of a box, a box that is still filling, or another box than the published one would show single votes.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gmpy2 import mpz

from spreekt.modules.referendum.ballot import records
from spreekt.modules.referendum.ballot.archive import Step, read_event
from spreekt.modules.referendum.ballot.archive_reader import ArchiveReader
from spreekt.modules.referendum.ballot.decryption import Tally
from spreekt.modules.referendum.ballot.election import Election, parse_election
from spreekt.modules.referendum.ballot.tally import read_tally
from spreekt.modules.referendum.ballot.trustees import Trustees, read_trustees
from spreekt.modules.referendum.verifier.verify import verify

REHEARSAL_NAME: Final = "Repetitie: "
"""With this the name of every rehearsal begins, so that nobody takes one for the election."""
_COPIED: Final = 1 << 20


class MayNotOpen(Exception):
    """This archive is not opened; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class ClosedBox:
    """A box that is whole and closed, with what there is to open in it."""

    election: Election
    trustees: Trustees
    tally: Tally
    ballots: int
    counted: int
    board_hash: str
    decrypted_by: frozenset[int]
    """Owners whose partial decryption stands in the archive already."""

    @property
    def is_rehearsal(self) -> bool:
        return self.election.template.name.startswith(REHEARSAL_NAME)

    def owner_of(self, key: mpz) -> int:
        """The number of the trustee with this public key. Raises MayNotOpen."""
        if key not in self.trustees.public_keys:
            raise MayNotOpen("This key belongs to no trustee of this election. Is it the key file of this referendum?")
        return self.trustees.public_keys.index(key) + 1


def board_hash(path: Path) -> str:
    """SHA-256 of the archive up to and with the event that holds the encrypted tally, 64 hexadecimal digits.

    What trustees add later does not change it. Raises MayNotOpen while there is no encrypted tally.
    """
    with path.open("rb") as file:
        for record in records.scan(file):
            if record.is_event and read_event(records.body_of(file, record))["type"] == Step.ENCRYPTED_TALLY:
                return _hash_until(path, record.end)
    raise MayNotOpen("The box is not closed yet: the archive has no encrypted tally. Wait until the city published it.")


def closed_box(
    path: Path, *, published_hash: str, jobs: int = 1, watch: Callable[[int, int], None] = lambda done, total: None
) -> ClosedBox:
    """Look at everything in the archive, recompute what is to be opened, and compare with what was published.

    `published_hash`: as the trustee reads it on the board or in the minutes, in any spelling. Raises MayNotOpen, or
    OSError when the file cannot be read.
    """
    report = verify(path, jobs=jobs, so_far=True, watch=watch)
    if not report.ok:
        raise MayNotOpen(f"The archive is not whole: {report.fault}.")
    found = board_hash(path)
    if "".join(published_hash.lower().split()) != found:
        raise MayNotOpen(
            f"This is not the board that was published. The hash of this archive is {found}. Ask for the right file, "
            "and do not decrypt until the two are equal."
        )
    with ArchiveReader(path) as reader:
        text = reader.encrypted_tally()
        assert text is not None  # board_hash saw it
        election, trustees = parse_election(reader.election()), read_trustees(reader.trustees())
        done = frozenset(reader.partial_decryptions())
    return ClosedBox(election, trustees, read_tally(text), report.ballots, report.counted, found, done)


def _hash_until(path: Path, end: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while end > 0:
            part = file.read(min(_COPIED, end))
            digest.update(part)
            end -= len(part)
    return digest.hexdigest()

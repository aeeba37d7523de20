"""Ballots that were public before a backup was put back: from the archive that was kept aside into the box again.

They come back in the places they had, so that the archive goes on byte for byte where the public one was: whoever kept
its last event sees that nothing was taken away. What had not appeared on the board yet is in no archive and is lost.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from spreekt.electorate.domain import mix_rights
from spreekt.kernel import audit
from spreekt.kernel.actor import SYSTEM
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import board, box, exhibits
from spreekt.modules.referendum.ballot.acceptance import Accepted, check
from spreekt.modules.referendum.ballot.archive_reader import ArchiveReader
from spreekt.modules.referendum.ballot.canonical import hex_of
from spreekt.modules.referendum.ballot.election import parse_election
from spreekt.modules.referendum.ballot.records import BrokenArchive, CutOff
from spreekt.modules.referendum.ballot.refusals import BallotRefused
from spreekt.modules.referendum.models import Ballot, Referendum, RollEntry, State
from spreekt.modules.referendum.poll_keys import PollKey, key_of
from spreekt.modules.referendum.refusals import Refused

Told = Callable[[int], None]

_ONCE_MORE = "Put the backup back once more and take ballots back before anybody resumes."


class NotRecovered(Exception):
    """Why nothing was taken back, for the operator; the transaction is to be undone."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """How many ballots the box had already, how many came on the board again, and how many of those it lacked."""

    there: int
    on_board: int
    lacking: int


def recover(db: Session, vault: Vault, referendum: Referendum, path: Path, *, told: Told) -> Recovered:
    """Take every ballot of an archive back that the board lacks: all of them or none.

    Each is checked as if a voter sent it, but for the birth date: it was asked when the ballot was cast. Raises
    NotRecovered with the first thing that is wrong.
    """
    box.alone(db, referendum)
    db.refresh(referendum)
    if referendum.state is not State.SUSPENDED:
        raise NotRecovered("The vote must stand still (suspended) while ballots are taken back.")
    try:
        with ArchiveReader(path) as archive:
            return _from(db, key_of(vault, referendum), referendum, archive, told)
    except BrokenArchive as broken:
        raise NotRecovered(f"{path} cannot be read: {broken}.") from None


def _from(db: Session, key: PollKey, referendum: Referendum, archive: ArchiveReader, told: Told) -> Recovered:
    text, trustees = (exhibits.body(db, referendum.id, name) for name in (exhibits.ELECTION, exhibits.TRUSTEES))
    if (archive.election(), archive.trustees()) != (text, trustees):
        raise NotRecovered(f"This is not an archive of {referendum.slug}.")
    election = parse_election(text)
    there = _same_beginning(db, referendum, archive)
    batches = _Batches(board.last_batch(db, referendum))
    back = lacking = 0
    for number, ballot in enumerate(islice(_whole(archive), there, None), start=there + 1):
        try:
            accepted = check(election, ballot)
        except BallotRefused as refused:
            raise NotRecovered(f"Ballot {number} does not hold: {refused.name}.") from None
        lacking += _put_back(db, key, referendum, accepted, ballot, number, batches)
        back += 1
        told(back)
    if back and db.get_bind().dialect.name == "postgresql":
        mix_rights(db, referendum.poll)
    if back:
        reason = f"{lacking} stembiljetten uit het openbare archief"
        audit.record(db, by=SYSTEM, act="referendum.recovered", subject=f"referendum:{referendum.id}", reason=reason)
    return Recovered(there, back, lacking)


def _whole(archive: ArchiveReader) -> Iterator[str]:
    """Its ballots; one that was being written when the disk was lost was never public."""
    try:
        yield from archive.ballots()
    except CutOff:
        return


def _same_beginning(db: Session, referendum: Referendum, archive: ArchiveReader) -> int:
    """How many ballots the board has. Raises NotRecovered unless the archive begins with exactly those."""
    ours = (text for _batch, text in board.on_board(db, referendum))
    number = 0
    for number, (here, public) in enumerate(zip_longest(ours, _whole(archive)), start=1):
        if here is None:
            return number - 1
        if here != public:
            raise NotRecovered(
                f"From ballot {number} on the board is another than this archive: the vote went on since the restore. "
                f"{_ONCE_MORE}"
            )
    return number


@dataclass(slots=True)
class _Batches:
    """In which batch each ballot appeared, as far as the order tells: within one they go by number and hash."""

    number: int
    _last: tuple[int, str] | None = None

    def next(self, nth: int, sha256: str) -> int:
        if self._last is None or (nth, sha256) < self._last:
            self.number += 1
        self._last = (nth, sha256)
        return self.number


def _put_back(
    db: Session, key: PollKey, referendum: Referendum, accepted: Accepted, ballot: str, number: int, batches: _Batches
) -> bool:
    """Put one ballot on the board; whether the box lacked it."""
    of_voter = (Ballot.referendum_id == referendum.id, Ballot.credential_hash == hex_of(accepted.credential))
    this = (Ballot.referendum_id == referendum.id, Ballot.sha256 == accepted.sha)
    nth = db.scalar(select(Ballot.nth).where(*this))
    if nth is not None:  # it waited for its batch when the backup was made
        db.execute(update(Ballot).where(*this).values(batch=batches.next(nth, accepted.sha)))
        return False
    if db.scalar(select(func.count()).select_from(Ballot).where(*of_voter, Ballot.batch.is_(None))):
        raise NotRecovered(f"The voter of ballot {number} has voted again since the restore. {_ONCE_MORE}")
    voter_key = db.scalar(
        select(RollEntry.voter_key).where(
            RollEntry.referendum_id == referendum.id, RollEntry.credential_key == key.credential(accepted.credential)
        )
    )
    if voter_key is None:
        raise NotRecovered(f"Ballot {number} is of a code that is not on the roll.")
    nth = 1 + (db.scalar(select(func.max(Ballot.nth)).where(*of_voter)) or 0)
    row = {"sha256": accepted.sha, "credential_hash": hex_of(accepted.credential), "nth": nth, "body": ballot}
    try:
        box.put_back(db, referendum, voter_key, {**row, "batch": batches.next(nth, accepted.sha)})
    except Refused as refused:
        raise NotRecovered(f"Ballot {number} cannot count: {refused.reason}.") from None
    return True

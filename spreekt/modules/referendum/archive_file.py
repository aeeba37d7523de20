"""The public archive as a file: made from the database, only ever longer, the same bytes whoever makes it.

The database is what counts; the file can be thrown away and comes back identical.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy.orm import Session

from spreekt.modules.referendum import board, exhibits
from spreekt.modules.referendum.ballot.archive import Archive, Step
from spreekt.modules.referendum.models import BEFORE_OPENING, Referendum, State

BLOCK = 1 << 16
_WHOLE = frozenset({Step.SETUP, Step.BALLOT, Step.ENCRYPTED_TALLY, Step.RESULT})
"""Steps after which an archive can be shown; the others are written together with what follows them."""
SEALED = frozenset(State) - {*BEFORE_OPENING, State.OPEN, State.SUSPENDED}


@dataclass(frozen=True, slots=True)
class Written:
    """How far the file is: what a reader may send of it, and its last event."""

    ballots: int
    step: str
    size: int
    last_event: str
    codes: str
    """SHA-256 of the list of codes that it begins with: another list is another archive."""


class ArchiveFile:
    """The archive of one referendum in a folder."""

    def __init__(self, folder: Path, uuid: str) -> None:
        self.path = folder / f"{uuid}.bel"
        self._mark = folder / f"{uuid}.json"
        self._lock = folder / f"{uuid}.lock"

    def written(self) -> Written | None:
        """How far it is, or None when there is none."""
        try:
            return Written(**json.loads(self._mark.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def bring_up(self, db: Session, referendum: Referendum, now: datetime) -> Written:
        """Add what is public and not in the file yet. Several processes at once: one writes, the others wait."""
        wanted, codes = _wanted(db, referendum, now), exhibits.sha256_of(db, referendum.id, exhibits.CREDENTIALS)
        there = self._of(codes)
        if there is not None and (there.ballots, there.step) == wanted:
            return there
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():
            there = self._of(codes)
            archive = self._opened(db, referendum, there)
            with archive:
                self._add(db, referendum, archive, wanted)
                archive.sync()
                written = Written(*wanted, self.path.stat().st_size, archive.last_event or "", codes)
            self._mark.write_text(json.dumps(asdict(written)))
        return written

    def set_aside(self) -> Path | None:
        """Begin a new file, and keep this one under another name: what was public stays evidence."""
        if not self.path.exists():
            return None
        with self._alone():
            number = sum(1 for _ in self.path.parent.glob(f"{self.path.stem}.before-restore-*.bel")) + 1
            kept = self.path.with_name(f"{self.path.stem}.before-restore-{number}.bel")
            self._mark.unlink(missing_ok=True)
            self.path.rename(kept)
        return kept

    def blocks(self, size: int) -> Iterator[bytes]:
        """The first `size` bytes."""
        with self.path.open("rb") as file:
            while size > 0 and (block := file.read(min(BLOCK, size))):
                size -= len(block)
                yield block

    def _of(self, codes: str) -> Written | None:
        """How far the file of this list of codes is. One of codes that were thrown away is not gone on with."""
        there = self.written()
        return there if there is not None and there.codes == codes and self.path.exists() else None

    def _opened(self, db: Session, referendum: Referendum, there: Written | None) -> Archive:
        if there is not None:
            archive = Archive.reopen(self.path)
            if archive.step in _WHOLE:
                return archive
            archive.__exit__(None, None, None)  # it fell between two steps that belong together: made anew below
        self.path.unlink(missing_ok=True)
        archive = Archive.create(self.path, timestamp=int(referendum.poll.opens_at.timestamp()))
        archive.setup(
            election=exhibits.body(db, referendum.id, exhibits.ELECTION),
            trustees=exhibits.body(db, referendum.id, exhibits.TRUSTEES),
            credentials=json.loads(exhibits.body(db, referendum.id, exhibits.CREDENTIALS)),
        )
        return archive

    @staticmethod
    def _add(db: Session, referendum: Referendum, archive: Archive, wanted: tuple[int, str]) -> None:
        ballots, step = wanted
        if archive.step in (Step.SETUP, Step.BALLOT):
            there = archive.height - 1
            for _batch, text in islice(board.on_board(db, referendum, offset=there), ballots - there):
                archive.ballot(text)
        if step in (Step.ENCRYPTED_TALLY, Step.RESULT) and archive.step in (Step.SETUP, Step.BALLOT):
            archive.end_ballots()
            archive.encrypted_tally(
                tally=exhibits.body(db, referendum.id, exhibits.ENCRYPTED_TALLY),
                sized=exhibits.body(db, referendum.id, exhibits.SIZED_TALLY),
            )
        if step == Step.RESULT and archive.step is not Step.RESULT:
            for owner in exhibits.opened_by(db, referendum):
                body = exhibits.body(db, referendum.id, exhibits.partial_decryption(owner))
                archive.partial_decryption(owner, body)
            archive.result(exhibits.body(db, referendum.id, exhibits.RESULT))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._lock.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _wanted(db: Session, referendum: Referendum, now: datetime) -> tuple[int, str]:
    """How far the archive may be at this moment: ballots on the board, and the last step that is public."""
    ballots = board.board_count(db, referendum)
    if referendum.shows_outcome(now):
        return ballots, Step.RESULT.value
    if referendum.state in SEALED and referendum.state is not State.ANNULLED:
        return ballots, Step.ENCRYPTED_TALLY.value
    return ballots, Step.BALLOT.value

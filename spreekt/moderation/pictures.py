"""Photos that belong to a submission: drawn anew, kept under a generated name, gone when nothing refers to them."""

import os
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO, Protocol

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, SessionTransaction

from spreekt.kernel.errors import N_, Invalid
from spreekt.kernel.images import EXTENSION, MOST_BYTES, PictureRefused, Rendition, redraw
from spreekt.kernel.text import TextRefused, clean_line
from spreekt.moderation.models import Picture, Submission

MOST_PER_SUBMISSION = 5
MOST_PER_ACCOUNT = 200
LONGEST_ALT = 200
ORPHANED_AFTER = 3600
"""Seconds that a file without a row may stay: a transaction that wrote it may still be under way."""
NAME = re.compile(r"[0-9a-f]{32}")
_DRAWING = BoundedSemaphore(2)  # drawing takes up to 200 MB; the others wait


class Shelf(Protocol):
    """Somewhere the two sizes of pictures are kept, by generated name."""

    def put(self, name: str, *, large: bytes, small: bytes) -> None: ...

    def get(self, name: str, *, small: bool = False) -> bytes | None: ...

    def remove(self, name: str) -> None: ...

    def names(self, *, older_than: float) -> Iterator[str]: ...


@dataclass(frozen=True, slots=True)
class FolderShelf:
    """Pictures as files in a folder that no web server serves."""

    folder: Path

    def _path(self, name: str, *, small: bool) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError("not a generated name")
        return self.folder / name[:2] / f"{name}{'-klein' if small else ''}{EXTENSION}"

    def put(self, name: str, *, large: bytes, small: bytes) -> None:
        for content, is_small in ((large, False), (small, True)):
            path = self._path(name, small=is_small)
            path.parent.mkdir(parents=True, exist_ok=True)
            half = path.with_suffix(".part")
            with half.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            half.rename(path)

    def get(self, name: str, *, small: bool = False) -> bytes | None:
        try:
            return self._path(name, small=small).read_bytes()
        except FileNotFoundError:
            return None

    def remove(self, name: str) -> None:
        for small in (False, True):
            self._path(name, small=small).unlink(missing_ok=True)
            self._path(name, small=small).with_suffix(".part").unlink(missing_ok=True)

    def names(self, *, older_than: float) -> Iterator[str]:
        """Names of files written before this moment, in seconds since the epoch."""
        for path in self.folder.glob("??/*"):
            if NAME.fullmatch(path.name[:32]) and path.stat().st_mtime < older_than:
                yield path.name[:32]


def store(db: Session, shelf: Shelf, submission: Submission, upload: IO[bytes], *, alt: str, now: datetime) -> Picture:
    """Keep a photo with a submission. Its files go again when the transaction does not hold.

    Raises Invalid, with what to do, for anything but a JPEG, PNG or WebP of a decent size with words beside it.
    """
    words = described(alt)
    _refuse_too_many(db, submission)
    large, small = drawn(upload.read(MOST_BYTES + 1))
    name = secrets.token_hex(16)
    _unless_it_holds(db, shelf, name)
    shelf.put(name, large=large.content, small=small.content)
    picture = Picture(
        submission=submission, name=name, alt=words, width=large.width, height=large.height, stored_at=now
    )
    db.add(picture)
    db.flush()
    return picture


def drawn(upload: bytes) -> tuple[Rendition, Rendition]:
    """A photo drawn anew, large and small; a few at a time. Raises Invalid with what to do."""
    try:
        with _DRAWING:
            picture = redraw(upload)
        return picture.large, picture.small
    except PictureRefused as refusal:
        raise Invalid(str(refusal)) from None


def discard(db: Session, shelf: Shelf, picture: Picture) -> None:
    """Take a photo away: its row now, its files as soon as that holds."""
    db.delete(picture)
    db.flush()
    event.listen(db, "after_commit", lambda _session: shelf.remove(picture.name), once=True)


def described(alt: str) -> str:
    """The words beside a photo as they are stored; Invalid when there are none."""
    try:
        return clean_line(alt, most=LONGEST_ALT, least=3)
    except TextRefused:
        raise Invalid(N_("Zeg in één zin wat er op de foto staat, in hoogstens 200 tekens.")) from None


def sweep_orphans(db: Session, shelf: Shelf) -> int:
    """Remove files that no row refers to, left by a process that died. Returns how many names went."""
    old = set(shelf.names(older_than=time.time() - ORPHANED_AFTER))
    known = set(db.scalars(select(Picture.name))) if old else set()
    for name in old - known:
        shelf.remove(name)
    return len(old - known)


def _refuse_too_many(db: Session, submission: Submission) -> None:
    db.flush()
    here = select(func.count()).select_from(Picture).where(Picture.submission_id == submission.id)
    if (db.scalar(here) or 0) >= MOST_PER_SUBMISSION:
        raise Invalid(N_("Hier staan al vijf foto's. Haal er eerst een weg."))
    everywhere = select(func.count()).select_from(Picture).join(Submission)
    if (
        submission.author_id is not None
        and (db.scalar(everywhere.where(Submission.author_id == submission.author_id)) or 0) >= MOST_PER_ACCOUNT
    ):
        raise Invalid(N_("Je hebt al heel veel foto's bewaard. Haal er eerst enkele weg."))


def _unless_it_holds(db: Session, shelf: Shelf, name: str) -> None:
    """Have the files of a name removed when the transaction that is under way is undone."""
    settled: list[bool] = []

    def undone(_session: Session, transaction: SessionTransaction) -> None:
        if not transaction.nested and not settled:
            settled.append(False)
            shelf.remove(name)

    def held(_session: Session) -> None:
        settled.append(True)

    event.listen(db, "after_soft_rollback", undone)
    event.listen(db, "after_commit", held)

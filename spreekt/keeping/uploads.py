"""Uploads on their way back: written beside their name, renamed at once, taken away again when a restore fails."""

import hashlib
import os
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from spreekt.keeping import refusals
from spreekt.keeping.contents import UploadBegins, UploadBytes


class Uploads:
    """The folder of uploads while a restore runs. A file that is there with the same content stays as it is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._new: list[Path] = []
        self._changed: list[tuple[Path, Path]] = []
        self._path: Path | None = None
        self._half: BinaryIO | None = None

    def begin(self, part: UploadBegins) -> None:
        self.finish()
        inside = PurePosixPath(part.path)
        if inside.is_absolute() or ".." in inside.parts or not inside.parts:
            raise refusals.Damaged("an upload has no place in the folder of uploads")
        self._path = self._folder / inside
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._half = _beside(self._path).open("wb")

    def write(self, part: UploadBytes) -> None:
        if self._half is not None:
            self._half.write(part.text)

    def finish(self) -> None:
        """The file that was being written is whole."""
        if self._path is None or self._half is None:
            return
        path, half = self._path, _beside(self._path)
        self._half.flush()
        os.fsync(self._half.fileno())
        self._half.close()
        self._path = self._half = None
        if not path.exists():
            half.rename(path)
            self._new.append(path)
        elif _hash(path) == _hash(half):
            half.unlink()
        else:
            self._changed.append((half, path))

    def keep(self) -> None:
        """The database holds: files with another content get that of the backup."""
        for half, path in self._changed:
            half.rename(path)

    def undo(self) -> None:
        """As if nothing had been written."""
        if self._half is not None and self._path is not None:
            self._half.close()
            _beside(self._path).unlink(missing_ok=True)
        for path in (*self._new, *(half for half, _path in self._changed)):
            path.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _hash(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()

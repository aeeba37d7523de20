"""Where printed letters go until the post takes them. A folder here; another place only needs the same one method."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from config import Settings


class LetterStore(Protocol):
    """Keeps a letter under a name. The same name again is the same letter."""

    def keep(self, name: str, pdf: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class LetterFolder:
    """Letters as files that only this installation's user can read; never half a file."""

    folder: Path

    def keep(self, name: str, pdf: bytes) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = self.folder / f"{name}.part"
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(pdf)
        half.rename(self.folder / name)


def store_for(settings: Settings) -> LetterStore:
    """The store of this installation."""
    return LetterFolder(Path(settings.INSTANCE) / "letters")

"""Printing to a terminal that may know few letters, and progress on stderr for work that takes long."""

import sys
import time
from typing import Self, TextIO

_PATIENCE = 2.0
_PAUSE = 0.2


def say(text: str, *, to: TextIO) -> None:
    """Print without failing on letters that the terminal does not have."""
    encoding = to.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), file=to)


class Progress:
    """Shows the last message on one line of stderr, once work lasts two seconds and only on a terminal."""

    def __init__(self) -> None:
        self._shown_at = time.monotonic() + _PATIENCE - _PAUSE
        self._width = 0

    def __call__(self, message: str) -> None:
        now = time.monotonic()
        if sys.stderr.isatty() and now - self._shown_at >= _PAUSE:
            self._shown_at = now
            self._write(message)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._width:
            self._write("")
            sys.stderr.write("\r")

    def _write(self, message: str) -> None:
        sys.stderr.write("\r" + message.ljust(self._width))
        sys.stderr.flush()
        self._width = len(message)

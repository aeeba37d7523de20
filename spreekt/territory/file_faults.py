"""How a file with territory says what is wrong in it; the files themselves are read next door."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, in Dutch. `number` counts lines or features from 1; 0 is the file itself."""

    number: int
    message: str


class Wrong(Exception):
    """A fault on its way to the list."""

"""What changed between two texts, as pieces that a page can mark: kept, added, removed. Knows no author."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORDS = re.compile(r"\s+|[^\W\s]+|[^\w\s]")
MOST_WORDS = 4000
"""Above this, lines are compared instead of words: comparing takes time by the square."""


class Change(StrEnum):
    """What happened to a piece of text."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words and what happened to them."""

    change: Change
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The way from one text to another, in reading order; removed words come before those that replace them."""
    old, new = _cut(before), _cut(after)
    if max(len(old), len(new)) > MOST_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return [piece for piece in _steps(old, new) if piece.text]


def _cut(text: str) -> list[str]:
    return _WORDS.findall(text)


def _steps(old: list[str], new: list[str]) -> Iterator[Piece]:
    for step, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new).get_opcodes():
        if step == "equal":
            yield Piece(Change.KEPT, "".join(old[old_from:old_to]))
        else:
            yield Piece(Change.REMOVED, "".join(old[old_from:old_to]))
            yield Piece(Change.ADDED, "".join(new[new_from:new_to]))

"""What changed between two versions of a text, in words that were put in and words that were taken out."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from spreekt.moderation.models import Revision

MOST_WORDS = 3000
"""Words of one text that are compared; what comes after is shown as it is."""
_PIECE = re.compile(r"\s+|[^\s\w]|\w+")


class Change(StrEnum):
    """What happened to a piece of text."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that were kept, put in or taken out together."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version beside the one before it; `title` and `body` are whole when it is the first."""

    revision: Revision
    title: list[Piece]
    body: list[Piece]
    is_first: bool


def compared(newest_first: Sequence[Revision]) -> list[Version]:
    """Each version with what changed since the one before it."""
    found = []
    for revision, before in zip(newest_first, [*newest_first[1:], None], strict=True):
        found.append(
            Version(
                revision,
                changes(before.title if before else revision.title, revision.title),
                changes(before.body if before else revision.body, revision.body),
                before is None,
            )
        )
    return found


def changes(before: str, after: str) -> list[Piece]:
    """From one text to the other, by words and signs. Taken out stands before put in."""
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    old, old_rest = old[:MOST_WORDS], old[MOST_WORDS:]
    new, new_rest = new[:MOST_WORDS], new[MOST_WORDS:]
    pieces: list[Piece] = []
    for step, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if step == "equal":
            pieces.append(Piece(Change.KEPT, "".join(new[j1:j2])))
            continue
        if i2 > i1:
            pieces.append(Piece(Change.REMOVED, "".join(old[i1:i2])))
        if j2 > j1:
            pieces.append(Piece(Change.ADDED, "".join(new[j1:j2])))
    if old_rest != new_rest and old_rest:
        pieces.append(Piece(Change.REMOVED, "".join(old_rest)))
    if new_rest:
        pieces.append(Piece(Change.KEPT if old_rest == new_rest else Change.ADDED, "".join(new_rest)))
    return pieces

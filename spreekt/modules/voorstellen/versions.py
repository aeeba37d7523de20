"""The public versions of a proposal, each with what changed since the one before it. Shows no page itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spreekt.moderation.differences import Change, Piece, differences
from spreekt.moderation.models import Revision


@dataclass(frozen=True, slots=True)
class Version:
    """One version; `title` and `body` are whole when it is the first."""

    revision: Revision
    title: list[Piece]
    body: list[Piece]
    is_first: bool


def compared(newest_first: Sequence[Revision]) -> list[Version]:
    """Each version with what changed since the one before it."""
    return [
        Version(
            revision,
            changes(before.title if before else revision.title, revision.title),
            changes(before.body if before else revision.body, revision.body),
            before is None,
        )
        for revision, before in zip(newest_first, [*newest_first[1:], None], strict=False)
    ]


def changes(before: str, after: str) -> list[Piece]:
    """From one text to the other, in as few pieces as can be read: words changed side by side are one change."""
    pieces: list[Piece] = []
    removed = added = ""
    for piece in _with_spaces_joined(differences(before, after)):
        if piece.change is Change.KEPT:
            pieces += _change(removed, added)
            removed = added = ""
            pieces.append(piece)
        elif piece.change is Change.REMOVED:
            removed += piece.text
        else:
            added += piece.text
    return pieces + _change(removed, added)


def _with_spaces_joined(pieces: Sequence[Piece]) -> Iterable[Piece]:
    """A space that stayed between two changes belongs to both."""
    for number, piece in enumerate(pieces):
        between = 0 < number < len(pieces) - 1 and Change.KEPT not in {
            pieces[number - 1].change,
            pieces[number + 1].change,
        }
        if piece.change is Change.KEPT and not piece.text.strip() and between:
            yield Piece(Change.REMOVED, piece.text)
            yield Piece(Change.ADDED, piece.text)
        else:
            yield piece


def _change(removed: str, added: str) -> list[Piece]:
    found = [Piece(Change.REMOVED, removed), Piece(Change.ADDED, added)]
    return [piece for piece in found if piece.text]

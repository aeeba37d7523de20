"""What a trustee's page is told: how far all are, what is published, and what there is to open. Reads only."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from spreekt.modules.referendum import ceremony, exhibits, rehearsal
from spreekt.modules.referendum.archive_file import SEALED, ArchiveFile
from spreekt.modules.referendum.ballot.canonical import hex_of
from spreekt.modules.referendum.ballot.ceremony import STEPS, Step
from spreekt.modules.referendum.models import Referendum, State
from spreekt.modules.referendum.opening import board_hash
from spreekt.modules.referendum.trustee_models import Rehearsal, TrusteeSeat

OPENING = frozenset({State.CLOSED, State.RECONCILED})
"""While a referendum is in one of these, trustees open the box."""


def standing(
    db: Session, referendum: Referendum, seat: TrusteeSeat, archive: ArchiveFile, *, seen: str, now: datetime
) -> dict[str, Any]:
    """How far all is. `seen`: the mark of what the page already has; pieces are sent only when there are new ones."""
    seats, pieces = ceremony.seats_of(db, referendum), ceremony.pieces_of(db, referendum)
    complaints = ceremony.complaints_of(db, referendum)
    last = rehearsal.last_of(db, referendum)
    parts = rehearsal.parts_of(db, last) if last is not None else {}
    mark = mark_of(pieces)
    opened = exhibits.opened_by(db, referendum)
    return {
        "mark": mark,
        "phase": phase_of(referendum, seat, last),
        "annulled_because": referendum.public_reason if referendum.is_annulled else "",
        "pieces": None if seen == mark else {step.value: given for step, given in pieces.items()},
        "trustees": [
            {
                "number": each.number,
                "name": each.name,
                "steps": [each.number in pieces[step] for step in STEPS],
                "confirmed": each.confirmed_at is not None,
                "rehearsed": each.number in parts,
                "opened": each.number in opened,
            }
            for each in seats
        ],
        "complaints": [list(complaint) for complaint in complaints],
        "rehearsal": None if last is None else {"passed": last.passed_at is not None, "board_hash": last.board_hash},
        "box": box_of(db, referendum, archive, now=now),
    }


def phase_of(referendum: Referendum, seat: TrusteeSeat, last: Rehearsal | None) -> str:
    """What the page is for now: key | rehearsal | wait | open | done | annulled."""
    if referendum.is_annulled:
        return "annulled"
    if referendum.state in OPENING:
        return "open"
    if referendum.state in SEALED:
        return "done"
    if referendum.state in ceremony.MAKING_KEYS:
        if seat.confirmed_at is None:
            return "key"
        return "wait" if last is None or last.passed_at is not None else "rehearsal"
    return "wait"


def box_of(db: Session, referendum: Referendum, archive: ArchiveFile, *, now: datetime) -> dict[str, Any] | None:
    """The closed box, once there is one."""
    if not referendum.fingerprint or referendum.state not in SEALED or referendum.state is State.ANNULLED:
        return None
    written = archive.bring_up(db, referendum, now)
    return {"board_hash": published_hash(archive), "ballots": written.ballots}


def published_hash(archive: ArchiveFile) -> str:
    """The hash of the closed board, which the city publishes and every trustee compares. The archive must be there."""
    stat = archive.path.stat()
    return _hash_of(str(archive.path), stat.st_size, stat.st_mtime_ns)


def mark_of(pieces: dict[Step, dict[int, str]]) -> str:
    """Changes with every piece that comes in, and when all begin again."""
    return hex_of("\n".join(body for step in STEPS for _number, body in sorted(pieces[step].items())))[:16]


@lru_cache(maxsize=8)
def _hash_of(path: str, _size: int, _changed: int) -> str:
    return board_hash(Path(path))

"""The making of a key for trustees who use the command: their steps come in as files, those of all go out in one pack.

The form of a file is in ceremony_folder.py; what makes a step right is in ceremony.py.
"""

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from spreekt.kernel.errors import N_, Invalid
from spreekt.modules.referendum import ceremony
from spreekt.modules.referendum.ballot.canonical import compact, read_json
from spreekt.modules.referendum.ballot.ceremony import STEPS, Step
from spreekt.modules.referendum.ceremony_folder import FORMAT, NoStep, name_of, read_step, written_step
from spreekt.modules.referendum.models import Referendum
from spreekt.modules.referendum.trustee_models import TrusteeSeat

_ONE_DAY = (2000, 1, 1, 0, 0, 0)


class NotYourStep(Invalid):
    """A file that is no step of this trustee: {0} is its name, {1} that of the file that is waited for."""

    says = N_("{0} is geen stap van jouw sleutel voor dit referendum. Kies een bestand zoals {1} uit je map.")


def packed(db: Session, referendum: Referendum) -> bytes:
    """All steps that are published so far, as a zip of files for the folder of the command."""
    pieces = ceremony.pieces_of(db, referendum)
    made = ceremony.ceremony_of(referendum, pieces)
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w", zipfile.ZIP_DEFLATED) as zipped:
        for step in STEPS:
            for index, body in sorted(pieces[step].items()):
                entry = zipfile.ZipInfo(name_of(step, index), date_time=_ONE_DAY)
                zipped.writestr(entry, written_step(referendum.uuid, made, step, index, read_json(body)))
    return pack.getvalue()


def take_in(
    db: Session, referendum: Referendum, seat: TrusteeSeat, files: Iterable[tuple[str, bytes]], *, now: datetime
) -> None:
    """Publish the steps in these files, named and in any order; all of them or none.

    Raises NotYourStep and what ceremony.publish raises.
    """
    read = [_step_in(referendum, seat, name, given) for name, given in files]
    with db.begin_nested():
        for step, content in sorted(read, key=lambda each: STEPS.index(each[0])):
            ceremony.publish(db, referendum, seat, step, compact(content), now=now)


def _step_in(referendum: Referendum, seat: TrusteeSeat, name: str, given: bytes) -> tuple[Step, Any]:
    expected = {
        "format": FORMAT, "version": 1, "election": referendum.uuid, "count": referendum.trustee_count,
        "threshold": referendum.threshold, "index": seat.number,
    }  # fmt: skip
    try:
        body = read_step(given)
        if any(body[field] != value for field, value in expected.items()):
            raise NoStep("is about another key.")
        return Step(body["step"]), body["content"]
    except ValueError:
        raise NotYourStep(name, name_of(STEPS[0], seat.number)) from None

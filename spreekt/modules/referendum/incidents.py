"""When a vote stood still, when it went on, and why: written down at that moment, for everybody and for good."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from spreekt.modules.referendum import exhibits
from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.models import Exhibit, Referendum


class Kind(StrEnum):
    """What happened; also how the exhibit that tells it begins."""

    STOPPED = "opschorting"
    WENT_ON = "hervatting"


@dataclass(frozen=True, slots=True)
class Incident:
    """One such moment, with the reason that two people gave, or the house itself."""

    at: datetime
    kind: Kind
    why: str


def note(db: Session, referendum: Referendum, kind: Kind, why: str, *, now: datetime) -> None:
    """Write one down, behind those there were."""
    number = len(incidents(db, referendum)) + 1
    exhibits.keep(db, referendum, f"{kind}-{number}.json", compact({"at": now.isoformat(), "reason": why}))


def incidents(db: Session, referendum: Referendum) -> Sequence[Incident]:
    """All of them, in the order in which they happened."""
    is_one = or_(*(Exhibit.name.startswith(f"{kind}-", autoescape=True) for kind in Kind))
    rows = db.execute(select(Exhibit.name, Exhibit.body).where(Exhibit.referendum_id == referendum.id, is_one))
    return [_read(row.name, row.body) for row in sorted(rows, key=lambda row: _number_of(row.name))]


def _number_of(name: str) -> int:
    return int(name.removesuffix(".json").rpartition("-")[2])


def _read(name: str, body: str) -> Incident:
    told = json.loads(body)
    return Incident(datetime.fromisoformat(told["at"]), Kind(name.partition("-")[0]), told["reason"])

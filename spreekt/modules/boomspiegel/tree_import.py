"""Putting the city's tree file in force: new places, changed ones, vanished ones; nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from spreekt.kernel import audit
from spreekt.kernel.actor import SYSTEM, Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError
from spreekt.kernel.places import Box, Outline, Point
from spreekt.kernel.workflow import move
from spreekt.modules.boomspiegel import life, regulation
from spreekt.modules.boomspiegel.models import Adoptable, PitState, adoptable_areas
from spreekt.modules.boomspiegel.states import PLACES
from spreekt.modules.boomspiegel.tree_file import TreeEntry
from spreekt.modules.boomspiegel.yearly import resume
from spreekt.territory.models import Area
from spreekt.territory.queries import current_areas, search_key

PLACES_TABLE = cast(Table, Adoptable.__table__)
FIELDS = ("place", "species", "species_latin", "length_cm", "width_cm", "light", "near_junction", "latitude",
          "longitude", "search_key")  # fmt: skip
AT_ONCE = 1000
GONE = N_("de boom staat niet meer in het bestand van de stad")


class TooManyVanished(DomainError):
    """The arguments: how many of the places are missing, and of how many."""

    says = N_("{0} van de {1} boomspiegels staan niet in dit bestand. Is het volledig? Vink aan dat het klopt.")


@dataclass(slots=True)
class Tally:
    """What an import did, in numbers."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    returned: int = 0
    adopters_told: int = 0
    states_changed: int = 0
    held_and_unsuitable: int = 0
    """Adopted or requested places that the file calls unsuitable: staff decide those one by one."""


class Atlas:
    """Every area with its outline read once, to place many points quickly."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self._areas: list[tuple[int, Outline, Box]] = []
        for area in areas:
            outline = Outline.from_geojson(area.outline)
            self._areas.append((area.id, outline, outline.box))

    def ids_at(self, latitude: float, longitude: float) -> list[int]:
        point = Point(latitude, longitude)
        return [id for id, outline, box in self._areas if box.holds(latitude, longitude) and outline.holds(point)]


def import_trees(
    db: Session, entries: Sequence[TreeEntry], *, by: Actor, now: datetime, vanishing_is_right: bool = False
) -> Tally:
    """Put a sound file in force. Raises TooManyVanished when suspiciously much is missing from it."""
    today = now.astimezone(BRUSSELS).date()
    regulation.settle(db, by=SYSTEM)
    tally = Tally()
    known = {
        row.code: row
        for row in db.execute(
            select(PLACES_TABLE.c.id, PLACES_TABLE.c.code, PLACES_TABLE.c.state,
                   *(PLACES_TABLE.c[name] for name in FIELDS)).where(PLACES_TABLE.c.kind == "boomspiegel")
        )
    }  # fmt: skip
    codes = {entry.code for entry in entries}
    vanished = [row.id for row in known.values() if row.code not in codes and row.state != PitState.REMOVED]
    there = sum(row.state != PitState.REMOVED for row in known.values())
    most = regulation.in_force(db, "boomspiegel", on=today).vanish_percent_most
    if not vanishing_is_right and len(vanished) * 100 > there * most:
        raise TooManyVanished(len(vanished), there)
    atlas = Atlas(current_areas(db, on=today))
    _add(db, [entry for entry in entries if entry.code not in known], atlas, tally, now=now)
    _change(db, [(known[entry.code], entry) for entry in entries if entry.code in known], atlas, tally, now=now)
    for place_id in vanished:
        _remove(db, place_id, tally, today=today)
    _states(db, entries, known, tally, by=by, today=today)
    db.flush()
    audit.record(db, by=by, act="boomspiegel.imported", subject="boomspiegels", reason=str(tally))
    return tally


def _values(entry: TreeEntry) -> dict[str, Any]:
    words = search_key(f"{entry.place} {entry.species} {entry.latin} {entry.code}")
    return {
        "place": entry.place, "species": entry.species, "species_latin": entry.latin, "length_cm": entry.length_cm,
        "width_cm": entry.width_cm, "light": entry.light, "near_junction": entry.near_junction,
        "latitude": entry.point.latitude, "longitude": entry.point.longitude, "search_key": f" {words}"[:300],
    }  # fmt: skip


def _add(db: Session, entries: Sequence[TreeEntry], atlas: Atlas, tally: Tally, *, now: datetime) -> None:
    rows = [
        {**_values(entry), "kind": "boomspiegel", "code": entry.code, "state": entry.state or PitState.AVAILABLE,
         "state_reason": entry.reason, "paused_until": entry.until, "changed_at": now}
        for entry in entries
    ]  # fmt: skip
    for some in _by(rows, AT_ONCE):
        db.execute(insert(PLACES_TABLE), list(some))
    stored = db.execute(select(PLACES_TABLE.c.code, PLACES_TABLE.c.id).where(PLACES_TABLE.c.kind == "boomspiegel"))
    ids: dict[str, int] = {row.code: row.id for row in stored}
    _put_in_areas(db, [(ids[row["code"]], row) for row in rows], atlas)
    tally.new = len(rows)


def _change(db: Session, pairs: Sequence[tuple[Any, TreeEntry]], atlas: Atlas, tally: Tally, *, now: datetime) -> None:
    changed, moved = [], []
    for row, entry in pairs:
        values = _values(entry)
        if all(getattr(row, name) == values[name] for name in FIELDS):
            tally.unchanged += 1
            continue
        changed.append({"id": row.id, **values, "changed_at": now})
        if (row.latitude, row.longitude) != (values["latitude"], values["longitude"]):
            moved.append((row.id, values))
    for some in _by(changed, AT_ONCE):
        db.execute(update(Adoptable), list(some))
    for ids in _by([id for id, _values in moved], AT_ONCE):
        db.execute(delete(adoptable_areas).where(adoptable_areas.c.adoptable_id.in_(list(ids))))
    _put_in_areas(db, moved, atlas)
    tally.changed = len(changed)


def _put_in_areas(db: Session, placed: Iterable[tuple[int, dict[str, Any]]], atlas: Atlas) -> None:
    rows = [
        {"adoptable_id": id, "area_id": area_id}
        for id, values in placed
        for area_id in atlas.ids_at(values["latitude"], values["longitude"])
    ]
    for some in _by(rows, AT_ONCE):
        db.execute(insert(adoptable_areas), list(some))


def _remove(db: Session, place_id: int, tally: Tally, *, today: date) -> None:
    """Mark one place removed and end what ran or waited there; its history stays."""
    place = life.locked(db, place_id)
    place.gone_on = today
    move(db, PLACES, place, "remove", by=SYSTEM)
    tally.adopters_told += life.close_all(db, place, words=GONE, today=today)
    tally.removed += 1


def _states(
    db: Session, entries: Sequence[TreeEntry], known: dict[str, Any], tally: Tally, *, by: Actor, today: date
) -> None:
    """What the file says about places that were known: back again, paused, unsuitable, allowed."""
    for entry in entries:
        row = known.get(entry.code)
        if row is None:
            continue
        if row.state == PitState.REMOVED:
            place = life.locked(db, row.id)
            place.gone_on = None
            move(db, PLACES, place, "return", by=SYSTEM)
            tally.returned += 1
        if entry.state is None or (row.state == entry.state and row.state != PitState.REMOVED):
            continue
        held = row.state in {PitState.REQUESTED, PitState.ADOPTED}
        if entry.state is PitState.UNSUITABLE and held:
            tally.held_and_unsuitable += 1
        elif entry.state is PitState.AVAILABLE and row.state in {PitState.UNSUITABLE, PitState.PAUSED}:
            resume(db, life.locked(db, row.id), by=SYSTEM, today=today)
            tally.states_changed += 1
        elif entry.state in {PitState.UNSUITABLE, PitState.PAUSED}:
            place = life.locked(db, row.id)
            place.state_reason, place.paused_until = entry.reason, entry.until
            move(db, PLACES, place, "pause" if entry.state is PitState.PAUSED else "refuse", by=SYSTEM)
            tally.states_changed += 1


def _by(rows: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))

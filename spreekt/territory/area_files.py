"""Reads GeoJSON files with areas and tells every fault in them; storing areas is elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from spreekt.kernel.places import EARTH, Box, Outline, PlaceRefused
from spreekt.kernel.text import TextRefused, clean_line
from spreekt.territory.file_faults import Fault, Wrong

MOST_BYTES: Final = 20_000_000
LONGEST_NAME: Final = 80
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class AreaEntry:
    """One area of one partition. It holds from `valid_from` up to but not on `valid_until`."""

    code: str
    name: str
    partition: str
    valid_from: date
    valid_until: date | None
    inhabitants: int | None
    schematic: bool
    within: tuple[str, ...]
    outline: Outline

    def overlaps_in_time(self, other: AreaEntry) -> bool:
        end, other_end = self.valid_until or date.max, other.valid_until or date.max
        return self.valid_from < other_end and other.valid_from < end


@dataclass(frozen=True, slots=True)
class AreasFile:
    """All areas, or all faults."""

    areas: tuple[AreaEntry, ...]
    faults: tuple[Fault, ...]


def read_areas(content: bytes, *, box: Box = EARTH) -> AreasFile:
    """Read a GeoJSON FeatureCollection of areas.

    Properties of a feature: code, name, partition, valid_from and optionally valid_until, inhabitants,
    schematic and within (codes of areas of other partitions it lies in). Every shape must lie inside `box`.
    """
    try:
        features = _features(content)
    except Wrong as wrong:
        return AreasFile((), (Fault(0, str(wrong)),))
    areas: list[AreaEntry] = []
    faults: list[Fault] = []
    for number, feature in enumerate(features, start=1):
        try:
            area = _area(feature, box)
            _refuse_twice(area, areas)
            areas.append(area)
        except (Wrong, PlaceRefused, TextRefused) as wrong:
            faults.append(Fault(number, str(wrong)))
    return AreasFile(() if faults else tuple(areas), tuple(faults))


def _features(content: bytes) -> list[object]:
    if len(content) > MOST_BYTES:
        raise Wrong(f"Het bestand is te groot. Hou het onder {MOST_BYTES // 1_000_000} MB.")
    try:
        collection = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise Wrong("Het bestand is geen geldige GeoJSON in UTF-8. Exporteer het opnieuw.") from fault
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or collection.get("type") != "FeatureCollection" or not features:
        raise Wrong("Het bestand moet een GeoJSON FeatureCollection zijn met minstens één gebied.")
    return features


def _area(feature: object, box: Box) -> AreaEntry:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        raise Wrong("Dit is geen GeoJSON Feature met eigenschappen (properties).")
    properties: dict[str, object] = feature["properties"]
    valid_from, valid_until = _day(properties, "valid_from"), _day(properties, "valid_until")
    if valid_from is None:
        raise Wrong("De eigenschap valid_from ontbreekt. Geef een dag, geschreven als 2025-01-01.")
    if valid_until is not None and valid_until <= valid_from:
        raise Wrong("valid_until moet later zijn dan valid_from.")
    return AreaEntry(
        code=_code(properties.get("code"), "code"),
        name=clean_line(_text(properties, "name"), most=LONGEST_NAME, least=1),
        partition=_code(properties.get("partition"), "partition"),
        valid_from=valid_from,
        valid_until=valid_until,
        inhabitants=_count(properties),
        schematic=_yes_or_no(properties, "schematic"),
        within=_codes(properties),
        outline=Outline.from_geojson(feature.get("geometry"), box),
    )


def _refuse_twice(area: AreaEntry, areas: list[AreaEntry]) -> None:
    for other in areas:
        if (area.partition, area.code) == (other.partition, other.code) and area.overlaps_in_time(other):
            raise Wrong(f"De code {area.code} hoort in dezelfde periode al bij {other.name}. Geef een andere code.")


def _text(properties: Mapping[str, object], key: str) -> str:
    value = properties.get(key)
    if not isinstance(value, str):
        raise Wrong(f"De eigenschap {key} ontbreekt of is geen tekst.")
    return value


def _code(value: object, key: str) -> str:
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise Wrong(f"De eigenschap {key} moet uit kleine letters, cijfers en streepjes bestaan.")
    return value


def _codes(properties: Mapping[str, object]) -> tuple[str, ...]:
    value = properties.get("within", [])
    if not isinstance(value, list):
        raise Wrong("De eigenschap within moet een lijst met codes zijn.")
    return tuple(_code(code, "within") for code in value)


def _day(properties: Mapping[str, object], key: str) -> date | None:
    value = properties.get(key)
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError as fault:
        raise Wrong(f"De eigenschap {key} moet een bestaande dag zijn, geschreven als 2025-01-01.") from fault


def _count(properties: Mapping[str, object]) -> int | None:
    value = properties.get("inhabitants")
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10_000_000:
        raise Wrong("De eigenschap inhabitants moet een geheel getal zijn.")
    return value


def _yes_or_no(properties: Mapping[str, object], key: str) -> bool:
    value = properties.get(key, False)
    if not isinstance(value, bool):
        raise Wrong(f"De eigenschap {key} moet true of false zijn.")
    return value

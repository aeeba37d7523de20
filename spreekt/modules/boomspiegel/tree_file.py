"""Reads the city's tree file, CSV or GeoJSON, Lambert 72 or WGS84, and tells every fault by line. Stores nothing."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Final

from spreekt.kernel.delimited import cells, read_lines
from spreekt.kernel.errors import Invalid
from spreekt.kernel.lambert72 import to_wgs84
from spreekt.kernel.places import Box, Point
from spreekt.kernel.text import clean_line
from spreekt.modules.boomspiegel.models import Light, PitState
from spreekt.territory.file_faults import Fault, Wrong

MOST_BYTES: Final = 30_000_000
MOST_PLACES: Final = 100_000
NEEDED: Final = ("code", "soort", "lengte_cm", "breedte_cm", "licht", "adres")
POINTS: Final = (("lat", "lon"), ("x", "y"))
MAY: Final = ("latijn", "kruispunt", "status", "reden", "tot")
STATES: Final = {
    "": PitState.AVAILABLE, "beschikbaar": PitState.AVAILABLE, "niet geschikt": PitState.UNSUITABLE,
    "niet-geschikt": PitState.UNSUITABLE, "tijdelijk niet": PitState.PAUSED, "tijdelijk-niet": PitState.PAUSED,
}  # fmt: skip
CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")
_LAMBERT = re.compile(r"(?:^|:)(?:EPSG:+)?(?:[\w.]*:)?31370$|lambert[ _-]?72", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One place as the file has it. A state of its own stands only in what adoption does not decide."""

    line: int
    code: str
    species: str
    latin: str
    length_cm: int
    width_cm: int
    light: Light
    near_junction: bool
    place: str
    point: Point
    state: PitState | None
    """None when the file says nothing about states."""
    reason: str
    until: date | None


@dataclass(frozen=True, slots=True)
class TreesFile:
    """All places, or all faults."""

    entries: tuple[TreeEntry, ...]
    faults: tuple[Fault, ...]


def read_trees(stream: BinaryIO, *, box: Box) -> TreesFile:
    """Read a tree file: GeoJSON when it begins with a brace, else CSV with `;`.

    CSV columns: NEEDED plus lat;lon or x;y, and any of MAY. GeoJSON: Points with the same names as properties,
    in WGS84, or in Lambert 72 when `crs` names EPSG:31370. Every point must lie inside `box`.
    """
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        return TreesFile((), (Fault(0, f"Het bestand is te groot. Hou het onder {MOST_BYTES // 1_000_000} MB."),))
    start = content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    entries: list[TreeEntry] = []
    faults: list[Fault] = []
    first: dict[str, int] = {}
    try:
        for number, row in _from_geojson(content) if start == b"{" else _from_csv(content):
            try:
                entry = _entry(number, row, box)
                _refuse_twice(entry, first)
                entries.append(entry)
            except (Wrong, Invalid) as wrong:
                faults.append(Fault(number, str(wrong)))
            if len(entries) > MOST_PLACES:
                raise Wrong(f"Het bestand heeft meer dan {MOST_PLACES} plekken. Splits het.")
    except Wrong as wrong:
        faults.append(Fault(0, str(wrong)))
    if not entries and not faults:
        faults.append(Fault(0, "Het bestand heeft geen boomspiegels. Koos je het juiste bestand?"))
    return TreesFile(() if faults else tuple(entries), tuple(faults))


Row = Mapping[str, str] | Wrong
"""The cells of a line by name, or why it cannot be read."""


def _refuse_twice(entry: TreeEntry, first: dict[str, int]) -> None:
    earlier = first.setdefault(entry.code, entry.line)
    if earlier != entry.line:
        raise Wrong(f"De code {entry.code} staat al op regel {earlier}. Laat er één staan.")


def _from_csv(content: bytes) -> Iterator[tuple[int, Row]]:
    header: tuple[str, ...] = ()
    for line in read_lines(io.BytesIO(content)):
        if line.fault is not None:
            if line.number == 1:
                raise Wrong(line.fault.message)
            yield line.number, Wrong(line.fault.message)
        elif line.number == 1:
            header = _header(tuple(cell.casefold() for cell in cells(line.text)))
        elif not line.is_blank:
            yield line.number, _named(header, cells(line.text))


def _header(header: tuple[str, ...]) -> tuple[str, ...]:
    missing = [name for name in NEEDED if name not in header]
    unknown = [name for name in header if name not in {*NEEDED, *MAY, "lat", "lon", "x", "y"}]
    if missing:
        raise Wrong(f"Op de eerste regel ontbreekt: {', '.join(missing)}. Zet de namen van de kolommen met ; ertussen.")
    if unknown or len(set(header)) != len(header):
        raise Wrong(f"Deze kolommen kennen we niet of staan er twee keer: {', '.join(unknown) or 'dubbele naam'}.")
    if sum(set(pair) <= set(header) for pair in POINTS) != 1:
        raise Wrong("Geef de plaats als lat;lon (WGS84) of als x;y (Lambert 72), niet allebei.")
    return header


def _named(header: tuple[str, ...], found: list[str]) -> Row:
    if len(found) != len(header):
        return Wrong(f"Er moeten {len(header)} kolommen zijn, met ; ertussen; hier staan er {len(found)}.")
    return dict(zip(header, found, strict=True))


def _from_geojson(content: bytes) -> Iterator[tuple[int, Row]]:
    try:
        collection = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Wrong("Het bestand is geen geldige GeoJSON in UTF-8. Exporteer het opnieuw.") from None
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or collection.get("type") != "FeatureCollection":
        raise Wrong("Het bestand moet een GeoJSON FeatureCollection zijn.")
    names = ("x", "y") if _is_lambert(collection.get("crs")) else ("lon", "lat")
    for number, feature in enumerate(features, start=1):
        yield number, _feature(feature, names)


def _is_lambert(crs: object) -> bool:
    """Whether the old `crs` member names Lambert 72; without it GeoJSON is WGS84 (RFC 7946)."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return isinstance(name, str) and bool(_LAMBERT.search(name))


def _feature(feature: object, names: tuple[str, str]) -> Row:
    match feature:
        case {"properties": dict() as properties, "geometry": {"type": "Point", "coordinates": [x, y, *_]}}:
            row = {str(key).casefold(): _text(value) for key, value in properties.items()}
            return row | {names[0]: _text(x), names[1]: _text(y)}
    return Wrong("Dit is geen GeoJSON Feature met een Point en eigenschappen (properties).")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, (str, int, float)) else "?"


def _entry(number: int, row: Row, box: Box) -> TreeEntry:
    if isinstance(row, Wrong):
        raise row
    code = row.get("code", "").strip().upper()
    if not CODE.fullmatch(code) or not any(sign.isdigit() for sign in code):
        raise Wrong("De code bestaat uit letters, cijfers en streepjes, met minstens één cijfer: BS-0001.")
    status = row.get("status")
    state = None if status is None else STATES.get(status.strip().casefold())
    if status is not None and state is None:
        raise Wrong("De status is beschikbaar, niet geschikt of tijdelijk niet; adopties kent de stad zelf.")
    reason = clean_line(row.get("reden", ""), most=200)
    if state in {PitState.UNSUITABLE, PitState.PAUSED} and not reason:
        raise Wrong("Geef bij deze status een reden.")
    return TreeEntry(
        line=number, code=code, species=_line(row, "soort", 80), latin=clean_line(row.get("latijn", ""), most=80),
        length_cm=_size(row, "lengte_cm"), width_cm=_size(row, "breedte_cm"), light=_light(row.get("licht", "")),
        near_junction=_yes(row.get("kruispunt", "")), place=_line(row, "adres", 120), point=_point(row, box),
        state=state, reason=reason if state in {PitState.UNSUITABLE, PitState.PAUSED} else "",
        until=_day(row.get("tot", "")) if state is PitState.PAUSED else None,
    )  # fmt: skip


def _line(row: Mapping[str, str], name: str, most: int) -> str:
    if not row.get(name, "").strip():
        raise Wrong(f"{name} is leeg. Vul het in.")
    return clean_line(row[name], most=most, least=1)


def _size(row: Mapping[str, str], name: str) -> int:
    text = row.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= 5000):
        raise Wrong(f"{name} moet een geheel getal in centimeter zijn, van 1 tot 5000.")
    return int(text)


def _light(text: str) -> Light:
    try:
        return Light(text.strip().casefold())
    except ValueError:
        raise Wrong("licht is zon, halfschaduw of schaduw.") from None


def _yes(text: str) -> bool:
    answers = {"": False, "nee": False, "0": False, "ja": True, "1": True}
    if text.strip().casefold() not in answers:
        raise Wrong("kruispunt is ja of nee.")
    return answers[text.strip().casefold()]


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Wrong("tot moet een bestaande dag zijn, geschreven als 2026-04-30, of leeg.") from None


def _point(row: Mapping[str, str], box: Box) -> Point:
    if row.get("x") or row.get("y"):
        try:
            found = to_wgs84(*(float(row.get(name, "").strip().replace(",", ".")) for name in ("x", "y")))
        except (ValueError, OverflowError):
            raise Wrong("x en y moeten getallen zijn: Lambert 72, in meter.") from None
        point = Point.within(box, found.latitude, found.longitude)
    else:
        point = Point.parse(box, row.get("lat", ""), row.get("lon", ""))
    return point.rounded(6)

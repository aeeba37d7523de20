"""Reads CSV files with streets or addresses and tells every fault in them; storing them is elsewhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from spreekt.kernel.delimited import Line, cells, read_lines
from spreekt.kernel.places import EARTH, Box, PlaceRefused, Point
from spreekt.kernel.text import TextRefused, clean_line
from spreekt.territory.file_faults import Fault, Wrong

LONGEST_NAME: Final = 80
STREET_HEADER: Final = ("straat", "deelgemeente")
ADDRESS_HEADER: Final = ("straat", "huisnummer", "bus", "postcode", "deelgemeente")
POINT_HEADER: Final = ("lat", "lon")

_HOUSE_NUMBER = re.compile(r"[0-9]{1,4}[0-9A-Za-z/_-]{0,7}")
_POSTCODE = re.compile(r"[1-9][0-9]{3}")


@dataclass(frozen=True, slots=True)
class AddressEntry:
    """One address, or one street when `house_number` is empty."""

    line: int
    street: str
    house_number: str
    box: str
    postcode: str
    area: str
    point: Point | None


@dataclass(frozen=True, slots=True)
class AddressesFile:
    """All streets or addresses, or all faults."""

    entries: tuple[AddressEntry, ...]
    faults: tuple[Fault, ...]

    @property
    def streets(self) -> tuple[tuple[str, str], ...]:
        """(street, area) once each, in the order of the file."""
        return tuple(dict.fromkeys((entry.street, entry.area) for entry in self.entries))


def read_addresses(stream: BinaryIO, *, areas: Collection[str], box: Box = EARTH) -> AddressesFile:
    """Read streets or addresses, under the header STREET_HEADER or ADDRESS_HEADER.

    Both may end in `;lat;lon`. `areas` are the names deelgemeente may hold; points lie in `box`.
    """
    reader = _AddressReader(areas, box)
    for line in read_lines(stream):
        reader.take(line)
    if not reader.entries and not reader.faults:
        reader.faults.append(Fault(0, "Het bestand heeft geen straten. Koos je het juiste bestand?"))
    return AddressesFile(() if reader.faults else tuple(reader.entries), tuple(reader.faults))


class _AddressReader:
    def __init__(self, areas: Collection[str], box: Box) -> None:
        self.entries: list[AddressEntry] = []
        self.faults: list[Fault] = []
        self._areas = {area.casefold(): area for area in areas}
        self._box = box
        self._header: tuple[str, ...] = ()
        self._first_line: dict[tuple[str, ...], int] = {}

    def take(self, line: Line) -> None:
        try:
            if line.fault is not None:
                raise Wrong(line.fault.message)
            if line.number == 1:
                self._header = _address_header(line.text)
            elif self._header and not line.is_blank:
                self.entries.append(self._entry(line))
        except (Wrong, PlaceRefused, TextRefused) as wrong:
            self.faults.append(Fault(line.number, str(wrong)))

    def _entry(self, line: Line) -> AddressEntry:
        found = cells(line.text)
        if len(found) != len(self._header):
            raise Wrong(f"Er moeten {len(self._header)} kolommen zijn, met ; ertussen; hier staan er {len(found)}.")
        value = dict(zip(self._header, found, strict=True))
        area = self._areas.get(value["deelgemeente"].casefold())
        if area is None:
            raise Wrong(f"Deze deelgemeente kennen we niet. Kies uit: {', '.join(sorted(self._areas.values()))}.")
        entry = AddressEntry(
            line=line.number,
            street=clean_line(value["straat"], most=LONGEST_NAME, least=1),
            house_number=value.get("huisnummer", ""),
            box=clean_line(value.get("bus", ""), most=10),
            postcode=value.get("postcode", ""),
            area=area,
            point=_point(value, self._box),
        )
        if "huisnummer" in value:
            _check_address(entry)
        key = (
            entry.street.casefold(),
            entry.house_number.casefold(),
            entry.box.casefold(),
            entry.postcode,
            area,
        )
        first = self._first_line.setdefault(key, line.number)
        if first != line.number:
            raise Wrong(f"Dit staat al op regel {first}. Laat er één staan.")
        return entry


def _address_header(text: str) -> tuple[str, ...]:
    header = tuple(cells(text))
    for known in (STREET_HEADER, ADDRESS_HEADER):
        if header in (known, known + POINT_HEADER):
            return header
    choices = f"{';'.join(STREET_HEADER)} of {';'.join(ADDRESS_HEADER)}"
    raise Wrong(f"De eerste regel moet zijn: {choices}, eventueel met {';'.join(POINT_HEADER)} erachter.")


def _check_address(entry: AddressEntry) -> None:
    if not _HOUSE_NUMBER.fullmatch(entry.house_number):
        raise Wrong("Het huisnummer moet met een cijfer beginnen, bijvoorbeeld 12 of 12A.")
    if not _POSTCODE.fullmatch(entry.postcode):
        raise Wrong("De postcode moet vier cijfers hebben, bijvoorbeeld 8500.")


def _point(value: Mapping[str, str], box: Box) -> Point | None:
    latitude, longitude = value.get("lat", ""), value.get("lon", "")
    return Point.parse(box, latitude, longitude) if latitude or longitude else None

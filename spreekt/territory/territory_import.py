"""Putting the city's own files of areas and streets in force: all of it or nothing, as often as one likes.

An area that is no longer in its file ends on a day; nothing that something may lie in is deleted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.kernel.city import City
from spreekt.kernel.city import Partition as PartitionFile
from spreekt.kernel.places import Outline
from spreekt.kernel.storage import Json
from spreekt.territory.address_files import AddressEntry, read_addresses
from spreekt.territory.area_files import AreaEntry, read_areas
from spreekt.territory.models import Area, Partition, Street
from spreekt.territory.queries import current_areas, search_key, within


@dataclass(frozen=True, slots=True)
class FileFault:
    """One thing that is wrong: in which file, at which feature or line (0 is the file), in Dutch."""

    file: str
    number: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}, {self.number}: {self.message}" if self.number else f"{self.file}: {self.message}"


@dataclass(frozen=True, slots=True)
class TerritoryFiles:
    """Everything the city file names, read; or every fault in it."""

    areas: tuple[tuple[PartitionFile, tuple[AreaEntry, ...]], ...]
    streets: tuple[AddressEntry, ...]
    faults: tuple[FileFault, ...]


@dataclass(slots=True)
class Tally:
    """What an import did, in numbers."""

    new_areas: int = 0
    kept_areas: int = 0
    ended_areas: int = 0
    new_streets: int = 0
    kept_streets: int = 0
    hidden_streets: int = 0


def read_territory(city: City, *, on: date) -> TerritoryFiles:
    """Read the files of city.toml. Streets lie in the areas that the first partition has on that day, by name."""
    faults: list[FileFault] = []
    areas = []
    for partition in city.partitions:
        found = read_areas(partition.file.read_bytes(), box=city.map.box)
        faults += [FileFault(partition.file.name, fault.number, fault.message) for fault in found.faults]
        faults += [
            FileFault(partition.file.name, number, f"Dit gebied hoort niet bij {partition.code}: zet het elders.")
            for number, area in enumerate(found.areas, 1)
            if area.partition != partition.code
        ]
        areas.append((partition, found.areas))
    names = [
        area.name
        for area in areas[0][1]
        if area.valid_from <= on and (area.valid_until is None or on < area.valid_until)
    ]
    with city.streets_file.open("rb") as stream:
        streets = read_addresses(stream, areas=names, box=city.map.box)
    if names:  # without areas every street would be a fault of its own
        faults += [FileFault(city.streets_file.name, fault.number, fault.message) for fault in streets.faults]
    return TerritoryFiles(tuple(areas), streets.entries, tuple(faults))


def import_territory(db: Session, files: TerritoryFiles, *, by: Actor, on: date) -> Tally:
    """Put sound files in force on a day. Raises ValueError for files with faults."""
    if files.faults:
        raise ValueError("files with faults are not imported")
    tally = Tally()
    for partition, entries in files.areas:
        _store_partition(db, partition, entries, tally, on=on)
    db.flush()
    first = files.areas[0][0].code
    _store_streets(db, files.streets, current_areas(db, on=on), first, tally)
    db.flush()
    audit.record(db, by=by, act="territory.imported", subject="territory", reason=str(tally))
    return tally


def _store_partition(db: Session, file: PartitionFile, entries: Sequence[AreaEntry], tally: Tally, *, on: date) -> None:
    partition = db.scalars(
        select(Partition).options(selectinload(Partition.areas)).where(Partition.code == file.code)
    ).one_or_none()
    if partition is None:
        partition = Partition(code=file.code, areas=[])
        db.add(partition)
    partition.name, partition.plural = file.name, plural_of(file.name)
    known = {(area.code, area.valid_from): area for area in partition.areas}
    for entry in entries:
        area = known.pop((entry.code, entry.valid_from), None)
        if area is None:
            area = Area(code=entry.code, valid_from=entry.valid_from)
            partition.areas.append(area)
            tally.new_areas += 1
        else:
            tally.kept_areas += 1
        _write(area, entry)
    for area in known.values():
        if area.valid_until is None or area.valid_until > on:
            successors = [entry.valid_from for entry in entries if entry.code == area.code]
            later = [day for day in successors if day > area.valid_from]
            area.valid_until = min(later, default=max(on, area.valid_from + timedelta(days=1)))
            tally.ended_areas += 1


def _write(area: Area, entry: AreaEntry) -> None:
    area.name, area.valid_until = entry.name, entry.valid_until
    area.inhabitants, area.is_schematic = entry.inhabitants, entry.schematic
    area.outline = geojson_of(entry.outline)
    area.latitude, area.longitude = middle_of(entry.outline)


def _store_streets(
    db: Session, entries: Sequence[AddressEntry], areas: Sequence[Area], first: str, tally: Tally
) -> None:
    boroughs = {area.name: area for area in areas if area.partition.code == first}
    others = [area for area in areas if area.partition.code != first]
    known = {
        (street.name, street.borough_code): street
        for street in db.scalars(select(Street).options(selectinload(Street.areas)))
    }
    for entry in entries:
        borough = boroughs[entry.area]
        street = known.pop((entry.street, borough.code), None)
        if street is None:
            street = Street(name=entry.street, borough_code=borough.code)
            db.add(street)
            tally.new_streets += 1
        else:
            tally.kept_streets += 1
        street.search_key = search_key(entry.street)
        street.latitude = entry.point.latitude if entry.point else None
        street.longitude = entry.point.longitude if entry.point else None
        street.areas = [borough, *(within(others, entry.point) if entry.point else ())]
    for street in known.values():
        if street.areas:
            street.areas = []  # no longer offered; what lies there keeps its own areas
            tally.hidden_streets += 1


def geojson_of(outline: Outline) -> Json:
    """An outline as a GeoJSON geometry."""
    shapes = [[[list(corner) for corner in ring] for ring in polygon] for polygon in outline.polygons]
    if len(shapes) == 1:
        return {"type": "Polygon", "coordinates": shapes[0]}
    return {"type": "MultiPolygon", "coordinates": shapes}


def middle_of(outline: Outline) -> tuple[float, float]:
    """Latitude and longitude in the middle of the box around an outline."""
    box = outline.box
    return round((box.south + box.north) / 2, 5), round((box.west + box.east) / 2, 5)


def plural_of(name: str) -> str:
    """More than one of them, as Dutch does it for such words: deelgemeenten, gebieden, wijken."""
    return f"{name}n" if name.endswith("e") else f"{name}en"

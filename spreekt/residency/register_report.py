"""Checking or reading in a register file, and saying what came of it; the same for the page and the command."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from sqlalchemy.orm import Session

from spreekt.identity import register_import
from spreekt.identity.register_file import Fault
from spreekt.identity.register_import import Difference
from spreekt.kernel.actor import Actor
from spreekt.kernel.city import City
from spreekt.kernel.dutch import plural
from spreekt.kernel.errors import N_, DomainError
from spreekt.kernel.vault import Vault
from spreekt.territory.queries import current_areas

MOST_SHOWN = 200


class NoAreasYet(DomainError):
    """Residents live in areas; those come first."""

    says = N_("De stad heeft nog geen gebieden. Lees eerst de gebieden in: spreekt territory import.")


@dataclass(frozen=True, slots=True)
class Report:
    """Faults by line, or what changes; `is_stored` says whether it has."""

    lines: int
    faults: tuple[Fault, ...]
    difference: Difference | None
    is_stored: bool

    @property
    def shown_faults(self) -> tuple[Fault, ...]:
        return self.faults[:MOST_SHOWN]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many faults of each kind."""
        found: dict[str, int] = {}
        for fault in self.faults:
            found[fault.kind.value] = found.get(fault.kind.value, 0) + 1
        return found

    @property
    def in_words(self) -> str:
        return f"{plural(len(self.faults), 'fout', 'fouten')} in het bestand. Er is niets ingelezen."


def areas_by_name(db: Session, city: City, on: date) -> dict[str, int]:
    """The areas that the column deelgemeente may name: those of the city's first partition. Raises NoAreasYet."""
    areas = {area.name: area.id for area in current_areas(db, partition=city.partitions[0].code, on=on)}
    if not areas:
        raise NoAreasYet
    return areas


def report_on(
    db: Session,
    vault: Vault,
    city: City,
    stream: BinaryIO,
    *,
    reference_on: date,
    only_check: bool,
    by: Actor,
    now: datetime,
) -> Report:
    """Check a file and, unless that is all that was asked, put it in force.

    Raises NoAreasYet, or OlderThanTheLast when it would be put in force.
    """
    areas = areas_by_name(db, city, reference_on)
    reading = register_import.read(stream, vault, areas=areas, reference_on=reference_on)
    if reading.faults:
        return Report(reading.file.lines, reading.faults, None, is_stored=False)
    if only_check:
        would = register_import.difference(db, vault, reading, areas=areas)
        return Report(reading.file.lines, (), would, is_stored=False)
    done = register_import.import_register(db, vault, reading, areas=areas, by=by, now=now)
    return Report(reading.file.lines, (), done, is_stored=True)

"""Reads the register's roll file and tells every fault in it; what is stored of it is decided elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import BinaryIO

from spreekt.identity import national_number
from spreekt.identity.national_number import NotANationalNumber
from spreekt.kernel.delimited import Line, LineFault, cells, read_lines

HEADER = (
    "nationaal_nummer",
    "geboortedatum",
    "voornaam",
    "naam",
    "straat",
    "huisnummer",
    "bus",
    "postcode",
    "deelgemeente",
    "ingeschreven_sinds",
)
OLDEST_BIRTH = date(1900, 1, 1)
_REQUIRED = ("voornaam", "naam", "straat", "huisnummer")


class FaultKind(StrEnum):
    HEADER = "header"
    ENCODING = LineFault.ENCODING.value
    NUL = LineFault.NUL.value
    TOO_LONG = LineFault.TOO_LONG.value
    COLUMNS = "columns"
    MISSING = "missing"
    NUMBER = "number"
    DUPLICATE = "duplicate"
    DATE = "date"
    UNDER_AGE = "under-age"
    POSTCODE = "postcode"
    AREA = "area"
    TOO_LATE = "too-late"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, on which line (the header is line 1), in Dutch and without personal data."""

    line: int
    kind: FaultKind
    message: str

    def __str__(self) -> str:
        return f"Regel {self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One resident as the register knows them; the national number is already a fingerprint."""

    line: int
    fingerprint: str = field(repr=False)
    born_on: date = field(repr=False)
    given_name: str = field(repr=False)
    family_name: str = field(repr=False)
    street: str = field(repr=False)
    house_number: str = field(repr=False)
    box: str = field(repr=False)
    postcode: str = field(repr=False)
    area: str = field(repr=False)
    registered_since: date = field(repr=False)


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """All entries, or all faults: never some of both."""

    entries: tuple[RegisterEntry, ...]
    faults: tuple[Fault, ...]
    lines: int

    @property
    def is_sound(self) -> bool:
        return not self.faults

    @property
    def fault_counts(self) -> dict[FaultKind, int]:
        return dict(Counter(fault.kind for fault in self.faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRules:
    """Against what a line is held: who may be on the roll of this occasion.

    `key` makes the fingerprints; `areas` are the names the deelgemeente column may hold; a resident must be
    registered on or before `reference_on` (whenever, when that is None) and be `minimum_age` years old on `age_on`.
    """

    key: bytes = field(repr=False)
    areas: Collection[str]
    reference_on: date | None
    age_on: date
    minimum_age: int


def read_register(stream: BinaryIO, rules: RegisterRules) -> RegisterFile:
    """Read a whole roll file line by line. Faults are in the answer; only the reading itself can raise."""
    reader = Reader(rules)
    entries = tuple(reader.each(stream))
    faults = tuple(reader.faults)
    return RegisterFile(entries=() if faults else entries, faults=faults, lines=reader.lines)


def age_on(born_on: date, day: date) -> int:
    """Whole years on `day`. Who is born on 29 February grows older on 1 March in other years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


class Reader:
    """Reads one file. Whoever needs little memory takes entries from `each`, and looks at `faults` afterwards."""

    def __init__(self, rules: RegisterRules) -> None:
        self.faults: list[Fault] = []
        self.lines = 0
        self.entry_lines = 0
        self._rules = rules
        self._columns_are_known = False
        self._areas = {area.casefold(): area for area in rules.areas}
        self._first_line: dict[str, int] = {}

    def each(self, stream: BinaryIO) -> Iterator[RegisterEntry]:
        """Every sound entry in the order of the file; what is wrong with the others gathers in `faults`."""
        for line in read_lines(stream):
            self.lines = line.number
            entry = self.take(line)
            if entry is not None:
                yield entry
        if self.entry_lines == 0 and not self.faults:
            self.fault(1, FaultKind.EMPTY, "Het bestand heeft geen inwoners. Koos je het juiste bestand?")

    def fault(self, line: int, kind: FaultKind, message: str) -> None:
        self.faults.append(Fault(line, kind, message))

    def take(self, line: Line) -> RegisterEntry | None:
        """The entry of one line, or nothing: the header, an empty line, or a fault that was noted."""
        if line.fault is not None:
            self.fault(line.number, FaultKind(line.fault.value), line.fault.message)
        elif line.number == 1:
            self._check_header(line.text)
        elif self._columns_are_known and not line.is_blank:
            self.entry_lines += 1
            return self._check_entry(line.number, line.text)
        return None

    def _check_header(self, text: str) -> None:
        self._columns_are_known = text == ";".join(HEADER)
        if not self._columns_are_known:
            self.fault(1, FaultKind.HEADER, f"De eerste regel moet precies dit zijn: {';'.join(HEADER)}")

    def _check_entry(self, line: int, text: str) -> RegisterEntry | None:
        found = cells(text)
        if len(found) != len(HEADER):
            here = f"{len(found)} kolommen" if found else "een onvolledig aanhalingsteken"
            message = f"Er moeten {len(HEADER)} kolommen zijn, met ; ertussen; hier staat {here}."
            self.fault(line, FaultKind.COLUMNS, message)
            return None
        value = dict(zip(HEADER, found, strict=True))
        before = len(self.faults)
        self._check_present(line, value)
        fingerprint = self._fingerprint(line, value.pop("nationaal_nummer"))
        born_on = self._born_on(line, value["geboortedatum"])
        area = self._area(line, value["deelgemeente"])
        since = self._registered_since(line, value["ingeschreven_sinds"], born_on)
        if fingerprint is None or born_on is None or area is None or since is None:
            return None
        if len(self.faults) > before:
            return None
        return RegisterEntry(
            line=line,
            fingerprint=fingerprint,
            born_on=born_on,
            given_name=value["voornaam"],
            family_name=value["naam"],
            street=value["straat"],
            house_number=value["huisnummer"],
            box=value["bus"],
            postcode=value["postcode"],
            area=area,
            registered_since=since,
        )

    def _check_present(self, line: int, value: dict[str, str]) -> None:
        for column in _REQUIRED:
            if not value[column]:
                self.fault(line, FaultKind.MISSING, f"De kolom {column} is leeg. Vul ze aan.")
        if not (len(value["postcode"]) == 4 and value["postcode"].isascii() and value["postcode"].isdigit()):
            self.fault(line, FaultKind.POSTCODE, "De postcode moet vier cijfers hebben, bijvoorbeeld 8500.")

    def _fingerprint(self, line: int, text: str) -> str | None:
        try:
            fingerprint = national_number.parse(text).fingerprint(self._rules.key)
        except NotANationalNumber:
            message = "Het nationaal nummer klopt niet (lengte, datum of controlecijfers). Kijk het na."
            self.fault(line, FaultKind.NUMBER, message)
            return None
        first = self._first_line.setdefault(fingerprint, line)
        if first != line:
            message = f"Hetzelfde nationaal nummer staat al op regel {first}. Laat er één staan."
            self.fault(line, FaultKind.DUPLICATE, message)
            return None
        return fingerprint

    def _born_on(self, line: int, text: str) -> date | None:
        born_on = _day(text)
        if born_on is None or born_on < OLDEST_BIRTH:
            message = "De geboortedatum moet een bestaande dag zijn, geschreven als 1985-07-30."
            self.fault(line, FaultKind.DATE, message)
            return None
        if age_on(born_on, self._rules.age_on) < self._rules.minimum_age:
            message = f"Deze persoon is nog geen {self._rules.minimum_age} jaar op {self._rules.age_on:%d/%m/%Y}."
            self.fault(line, FaultKind.UNDER_AGE, message)
            return None
        return born_on

    def _area(self, line: int, text: str) -> str | None:
        area = self._areas.get(text.casefold())
        if area is None:
            known = ", ".join(sorted(self._rules.areas))
            self.fault(line, FaultKind.AREA, f"Deze deelgemeente kennen we niet. Kies uit: {known}.")
        return area

    def _registered_since(self, line: int, text: str, born_on: date | None) -> date | None:
        since = _day(text)
        if since is None:
            message = "De datum ingeschreven_sinds moet een bestaande dag zijn, geschreven als 2020-01-15."
            self.fault(line, FaultKind.DATE, message)
        elif self._rules.reference_on is not None and since > self._rules.reference_on:
            message = f"Ingeschreven na de peildatum {self._rules.reference_on:%d/%m/%Y}. Schrap deze regel."
            self.fault(line, FaultKind.TOO_LATE, message)
        elif born_on is not None and since < born_on:
            self.fault(line, FaultKind.DATE, "Ingeschreven voor de geboorte. Kijk beide datums na.")
        return since


def _day(text: str) -> date | None:
    if len(text) != 10 or not text.isascii():  # fromisoformat also takes 20200115 and 2020-W03-3
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None

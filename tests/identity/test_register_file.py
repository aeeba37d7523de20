"""The roll file: every fault is told by line, and a file with one fault gives no entries."""

import io
from datetime import date

import pytest

from spreekt.identity.national_number import parse, synthetic
from spreekt.identity.register_file import (
    HEADER,
    FaultKind,
    RegisterRules,
    age_on,
    read_register,
)
from spreekt.kernel.delimited import LONGEST_LINE

KEY = b"k" * 32
RULES = RegisterRules(
    key=KEY,
    areas=("Kortrijk", "Heule"),
    reference_on=date(2026, 9, 1),
    age_on=date(2026, 11, 22),
    minimum_age=16,
)
TITLES = ";".join(HEADER)
BORN = date(1985, 7, 30)


def a_line(**changes: str) -> str:
    cells = {
        "nationaal_nummer": synthetic(BORN).digits,
        "geboortedatum": "1985-07-30",
        "voornaam": "Noor",
        "naam": "Desmet-Proef",
        "straat": "Leiestraat",
        "huisnummer": "21",
        "bus": "",
        "postcode": "8500",
        "deelgemeente": "Kortrijk",
        "ingeschreven_sinds": "2015-03-01",
    }
    return ";".join({**cells, **changes}.values())


def read(*lines: str | bytes, bom: bytes = b"", end: bytes = b"\n"):
    raw = [line.encode() if isinstance(line, str) else line for line in lines]
    return read_register(io.BytesIO(bom + end.join(raw) + end), RULES)


def kinds(outcome):
    return [(fault.line, fault.kind) for fault in outcome.faults]


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_sound_file_gives_all_entries(bom, end):
    other = a_line(nationaal_nummer="85.07.30-000.64", deelgemeente="heule")
    other = other.replace("85.07.30-000.64", synthetic(BORN, 0).digits)

    outcome = read(TITLES, a_line(), other, bom=bom, end=end)

    assert outcome.faults == ()
    assert [(entry.line, entry.area) for entry in outcome.entries] == [(2, "Kortrijk"), (3, "Heule")]
    first = outcome.entries[0]
    assert (first.born_on, first.given_name, first.house_number) == (BORN, "Noor", "21")
    assert first.registered_since == date(2015, 3, 1)


def test_an_entry_holds_the_fingerprint_and_never_the_number():
    entry = read(TITLES, a_line(nationaal_nummer="85.07.30-999.32")).entries[0]

    assert entry.fingerprint == parse("85073099932").fingerprint(KEY)
    held = [getattr(entry, name) for name in entry.__slots__]
    assert not any("99932" in str(value) for value in held)
    assert repr(entry) == "RegisterEntry(line=2)"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"nationaal_nummer": "85073099933"}, FaultKind.NUMBER),
        ({"nationaal_nummer": ""}, FaultKind.NUMBER),
        ({"geboortedatum": "30/07/1985"}, FaultKind.DATE),
        ({"geboortedatum": "1985-02-30"}, FaultKind.DATE),
        ({"geboortedatum": "1985-W31-2"}, FaultKind.DATE),
        ({"geboortedatum": "0985-07-30"}, FaultKind.DATE),
        ({"geboortedatum": "2010-11-23"}, FaultKind.UNDER_AGE),
        ({"geboortedatum": "2030-01-01"}, FaultKind.UNDER_AGE),
        ({"deelgemeente": "Gent"}, FaultKind.AREA),
        ({"deelgemeente": ""}, FaultKind.AREA),
        ({"ingeschreven_sinds": "2026-09-02"}, FaultKind.TOO_LATE),
        ({"ingeschreven_sinds": ""}, FaultKind.DATE),
        ({"ingeschreven_sinds": "1985-07-29"}, FaultKind.DATE),
        ({"postcode": "850"}, FaultKind.POSTCODE),
        ({"postcode": "８５００"}, FaultKind.POSTCODE),
        ({"naam": "  "}, FaultKind.MISSING),
        ({"bus": "1;2"}, FaultKind.COLUMNS),
        ({"naam": '"open'}, FaultKind.COLUMNS),
        ({"naam": "De\0smet"}, FaultKind.NUL),
        ({"naam": "x" * LONGEST_LINE}, FaultKind.TOO_LONG),
    ],
)
def test_each_fault_is_told_by_line_and_nothing_is_taken(changes, kind):
    outcome = read(TITLES, a_line(nationaal_nummer=synthetic(BORN, 0).digits), a_line(**changes))

    assert kinds(outcome) == [(3, kind)]
    assert outcome.entries == ()
    assert str(outcome.faults[0]).startswith("Regel 3: ")


@pytest.mark.parametrize(
    ("changes", "day"),
    [
        ({"geboortedatum": "2010-11-22"}, "16 on the very day"),
        ({"ingeschreven_sinds": "2026-09-01"}, "same day"),
    ],
)
def test_the_bounds_themselves_are_allowed(changes, day):
    assert read(TITLES, a_line(**changes)).is_sound, day


def test_the_same_number_in_another_spelling_is_a_duplicate():
    outcome = read(TITLES, a_line(), a_line(voornaam="Bo"), a_line(nationaal_nummer="85.07.30-999.32"))

    assert kinds(outcome) == [(3, FaultKind.DUPLICATE), (4, FaultKind.DUPLICATE)]
    assert "regel 2" in outcome.faults[1].message


def test_one_line_tells_all_its_faults_and_they_are_counted_by_kind():
    bad = a_line(nationaal_nummer="1", deelgemeente="Gent", postcode="x", geboortedatum="x")

    outcome = read(TITLES, bad, bad, a_line())

    assert outcome.fault_counts == {
        FaultKind.NUMBER: 2,
        FaultKind.AREA: 2,
        FaultKind.POSTCODE: 2,
        FaultKind.DATE: 2,
    }


def test_no_fault_repeats_personal_data():
    bad = a_line(nationaal_nummer="85073099933", naam="", deelgemeente="Geheimdorp", geboortedatum="1985-02-31")

    told = " ".join(fault.message for fault in read(TITLES, bad).faults)

    assert "85073099933" not in told
    assert "Geheimdorp" not in told
    assert "1985-02" not in told


@pytest.mark.parametrize(
    "header",
    [TITLES.replace(";bus", ""), TITLES.upper(), TITLES.replace(";", ","), TITLES + ";extra", a_line()],
)
def test_the_header_must_be_exact_before_any_line_is_judged(header):
    assert kinds(read(header, a_line(), a_line(naam=""))) == [(1, FaultKind.HEADER)]


def test_another_encoding_is_told_by_line():
    outcome = read(TITLES, a_line(), a_line(naam="Désiré", nationaal_nummer="x").encode("latin-1"))

    assert kinds(outcome) == [(3, FaultKind.ENCODING)]


def test_a_utf_16_file_is_refused_as_a_whole():
    outcome = read_register(io.BytesIO(f"{TITLES}\n{a_line()}\n".encode("utf-16")), RULES)

    assert (1, FaultKind.ENCODING) in kinds(outcome)
    assert outcome.entries == ()


@pytest.mark.parametrize("content", [b"", TITLES.encode(), TITLES.encode() + b"\n\n;;;;\n"])
def test_a_file_without_residents_is_a_fault(content):
    outcome = read_register(io.BytesIO(content), RULES)

    assert set(outcome.fault_counts) == {FaultKind.EMPTY}


def test_a_line_without_end_does_not_fill_the_memory():
    class Endless(io.BytesIO):
        longest = 0

        def readline(self, size=-1):
            self.longest = max(self.longest, size)
            return super().readline(size)

    stream = Endless(f"{TITLES}\n".encode() + b"x" * 1_000_000 + f"\n{a_line()}\n".encode())

    outcome = read_register(stream, RULES)

    assert kinds(outcome) == [(2, FaultKind.TOO_LONG)]
    assert 0 < stream.longest <= 65_536


def test_quoted_cells_may_hold_a_semicolon():
    assert read(TITLES, a_line(straat='"Plein; zijde B"')).entries[0].street == "Plein; zijde B"


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2010, 4, 1), date(2026, 3, 31), 15),
        (date(2010, 4, 1), date(2026, 4, 1), 16),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age_changes_on_the_birthday(born, day, age):
    assert age_on(born, day) == age

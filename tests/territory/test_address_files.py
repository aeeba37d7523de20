"""Files with streets and addresses: each fault is told by line, and a file with one fault gives nothing."""

import io

import pytest

from spreekt.kernel.places import Box, Point
from spreekt.territory.address_files import read_addresses

CITY = Box(50.70, 3.15, 50.90, 3.40)
STREETS = "straat;deelgemeente"
ADDRESSES = "straat;huisnummer;bus;postcode;deelgemeente"


def read(*lines: str | bytes):
    raw = b"\n".join(line.encode() if isinstance(line, str) else line for line in lines)
    return read_addresses(io.BytesIO(raw), areas=("Kortrijk", "Heule"), box=CITY)


def test_a_file_with_streets_gives_streets():
    outcome = read(f"{STREETS};lat;lon", "Leiestraat;kortrijk;50.8279;3.2649", "", "Heuleplaats;Heule;;")

    assert outcome.faults == ()
    assert outcome.streets == (("Leiestraat", "Kortrijk"), ("Heuleplaats", "Heule"))
    assert [entry.point for entry in outcome.entries] == [Point(50.8279, 3.2649), None]


def test_a_file_with_addresses_gives_addresses_and_their_streets():
    outcome = read("\ufeff" + ADDRESSES, "Plein;12A;;8500;Kortrijk", "Plein;12A;3;8500;Kortrijk", "Plein;1;;8501;Heule")

    assert [(entry.house_number, entry.box) for entry in outcome.entries] == [
        ("12A", ""),
        ("12A", "3"),
        ("1", ""),
    ]
    assert outcome.streets == (("Plein", "Kortrijk"), ("Plein", "Heule"))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (";12;;8500;Kortrijk", "Vul dit veld in"),
        ("x" * 81 + ";12;;8500;Kortrijk", "te lang"),
        ("Plein;;;8500;Kortrijk", "huisnummer"),
        ("Plein;A12;;8500;Kortrijk", "huisnummer"),
        ("Plein;12;" + "9" * 11 + ";8500;Kortrijk", "te lang"),
        ("Plein;12;;850;Kortrijk", "postcode"),
        ("Plein;12;;0850;Kortrijk", "postcode"),
        ("Plein;12;;8500;Gent", "Kies uit: Heule, Kortrijk"),
        ("Plein;12;8500;Kortrijk", "5 kolommen"),
        ('"Plein;12;;8500;Kortrijk', "5 kolommen"),
        ("Leiestraat;21;;8500;kortrijk", "regel 2"),
        ("LEIESTRAAT;21;;8500;Kortrijk", "regel 2"),
        ("Ple\0in;12;;8500;Kortrijk", "NUL"),
        ("Ple\x1bin;12;;8500;Kortrijk", "niet kunnen lezen"),
        ("Pléin;12;;8500;Kortrijk".encode("latin-1"), "UTF-8"),
        ("x" * 3_000, "langer dan"),
    ],
)
def test_each_fault_is_told_by_line_and_nothing_is_taken(line, told):
    outcome = read(ADDRESSES, "Leiestraat;21;;8500;Kortrijk", line)

    assert [fault.number for fault in outcome.faults] == [3]
    assert told in outcome.faults[0].message
    assert outcome.entries == ()


@pytest.mark.parametrize("point", ["51.2;3.26", "50.83;", ";3.26", "nan;nan", "3.26;50.83"])
def test_a_point_outside_the_city_is_a_fault(point):
    assert [fault.number for fault in read(f"{STREETS};lat;lon", f"Plein;Kortrijk;{point}").faults] == [2]


@pytest.mark.parametrize("header", ["", "straat", "deelgemeente;straat", f"{STREETS};lon;lat", "Plein;Kortrijk"])
def test_the_header_must_be_known(header):
    outcome = read(header, "Plein;Kortrijk")

    assert [fault.number for fault in outcome.faults] == [1]
    assert STREETS in outcome.faults[0].message


@pytest.mark.parametrize("lines", [(), (STREETS,), (STREETS, "", ";")])
def test_a_file_without_streets_is_a_fault(lines):
    assert [fault.number for fault in read(*lines).faults] == [0]

"""Files with areas: each fault is told by feature, and a file with one fault gives no areas."""

import json
from datetime import date

import pytest

from spreekt.kernel.places import Box, Point
from spreekt.territory.area_files import MOST_BYTES, read_areas

CITY = Box(50.70, 3.15, 50.90, 3.40)
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[3.2, 50.8], [3.3, 50.8], [3.3, 50.85], [3.2, 50.85], [3.2, 50.8]]],
}


def a_feature(geometry=SQUARE, **changes):
    properties = {"code": "heule", "name": "Heule", "partition": "deelgemeente", "valid_from": "2019-01-01"}
    return {"type": "Feature", "properties": {**properties, **changes}, "geometry": geometry}


def read(*features):
    return read_areas(json.dumps({"type": "FeatureCollection", "features": features}).encode(), box=CITY)


def test_a_sound_file_gives_its_areas():
    outcome = read(
        a_feature(inhabitants=12_659, schematic=True, valid_until="2031-01-01"),
        a_feature(code="heule-sente", name="Heule Sente", partition="gebied", within=["heule"]),
    )

    heule, sente = outcome.areas
    assert outcome.faults == ()
    assert (heule.name, heule.inhabitants, heule.schematic) == ("Heule", 12_659, True)
    assert (heule.valid_from, heule.valid_until) == (date(2019, 1, 1), date(2031, 1, 1))
    assert (sente.within, sente.inhabitants, sente.schematic, sente.valid_until) == (
        ("heule",),
        None,
        False,
        None,
    )
    assert heule.outline.holds(Point(50.82, 3.25))


@pytest.mark.parametrize(
    ("feature", "told"),
    [
        (a_feature(code="Heule!"), "kleine letters"),
        (a_feature(code=None), "kleine letters"),
        (a_feature(name=""), "Vul dit veld in"),
        (a_feature(name=7), "geen tekst"),
        (a_feature(name="He\0ule"), "niet kunnen lezen"),
        (a_feature(partition=[]), "kleine letters"),
        (a_feature(valid_from=None), "valid_from"),
        (a_feature(valid_from="1/1/2019"), "bestaande dag"),
        (a_feature(valid_until="2018-12-31"), "later"),
        (a_feature(inhabitants="veel"), "geheel getal"),
        (a_feature(inhabitants=-1), "geheel getal"),
        (a_feature(inhabitants=True), "geheel getal"),
        (a_feature(schematic="ja"), "true of false"),
        (a_feature(within="heule"), "lijst"),
        (a_feature(within=["Heule"]), "kleine letters"),
        (a_feature({"type": "Point", "coordinates": [3.2, 50.8]}), "Polygon"),
        (a_feature(None), "Polygon"),
        (a_feature({"type": "Polygon", "coordinates": [[[4.3, 50.8]] * 5]}), "kaart"),
        ({"type": "Feature"}, "properties"),
        ("Heule", "properties"),
    ],
)
def test_each_fault_is_told_by_feature_and_nothing_is_taken(feature, told):
    outcome = read(a_feature(code="marke"), feature)

    assert [fault.number for fault in outcome.faults] == [2]
    assert told in outcome.faults[0].message
    assert outcome.areas == ()


def test_a_code_means_one_area_at_a_time():
    twice = read(a_feature(valid_until="2025-01-01"), a_feature(name="Groot-Heule", valid_from="2024-01-01"))
    after = read(a_feature(valid_until="2025-01-01"), a_feature(name="Groot-Heule", valid_from="2025-01-01"))
    elsewhere = read(a_feature(), a_feature(partition="gebied"))

    assert "Heule" in twice.faults[0].message
    assert len(after.areas) == 2
    assert len(elsewhere.areas) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b'{"type": "FeatureCollection", "features": []}',
        b'{"type": "FeatureCollection", "features": {}}',
        b'{"type": "Feature", "features": [1]}',
        b"\xff\xfe{",
        b"[" * 200_000,
        b" " * (MOST_BYTES + 1),
    ],
    ids=range(10),
)
def test_a_file_that_is_no_collection_is_one_fault(content):
    outcome = read_areas(content)

    assert [fault.number for fault in outcome.faults] == [0]
    assert outcome.areas == ()


def test_numbers_that_are_none_are_refused():
    feature = json.dumps(a_feature()).replace("50.85", "NaN")

    outcome = read_areas(f'{{"type": "FeatureCollection", "features": [{feature}]}}'.encode())

    assert [fault.number for fault in outcome.faults] == [1]

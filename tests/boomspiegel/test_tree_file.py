"""The city's tree file in every form it comes in, and every fault of it by line."""

import io
import json
from datetime import date

import pytest

from spreekt.kernel.lambert72 import from_wgs84
from spreekt.kernel.places import Box, Point
from spreekt.modules.boomspiegel.models import Light, PitState
from spreekt.modules.boomspiegel.tree_file import TreesFile, read_trees

BOX = Box(50.70, 3.15, 50.90, 3.40)
HEADER = "code;soort;lengte_cm;breedte_cm;licht;adres;lat;lon"
GOOD = "BS-0001;Linde;120;100;zon;Rijselsestraat 61;50,8262;3.2640"
POINT = Point(50.8262, 3.2640)
X, Y = (round(metres, 1) for metres in from_wgs84(POINT))


def read(text: str | bytes) -> TreesFile:
    return read_trees(io.BytesIO(text if isinstance(text, bytes) else text.encode()), box=BOX)


def feature(x: float, y: float, **properties: object) -> dict[str, object]:
    given = {"code": "BS-0001", "soort": "Linde", "lengte_cm": 120, "breedte_cm": 100.0, "licht": "zon",
             "adres": "Rijselsestraat 61", **properties}  # fmt: skip
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [x, y]}, "properties": given}


def geojson(*features: object, crs: str = "") -> str:
    named = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    return json.dumps({"type": "FeatureCollection", "features": list(features), **named})


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\n{GOOD}\n",
        f"\ufeff{HEADER}\r\n{GOOD}\r\n\r\n",
        f"code;soort;lengte_cm;breedte_cm;licht;adres;x;y\nbs-0001;Linde;120;100;ZON;Rijselsestraat 61;{X};{Y}\n",
        geojson(feature(3.2640, 50.8262)),
        geojson(feature(X, Y), crs="urn:ogc:def:crs:EPSG::31370"),
        geojson(feature(X, Y), crs="EPSG:31370"),
        geojson(feature(3.2640, 50.8262), crs="urn:ogc:def:crs:OGC:1.3:CRS84"),
    ],
    ids=["csv", "csv of a spreadsheet", "csv lambert", "geojson", "geojson lambert", "short name", "wgs84 named"],
)
def test_one_tree_is_the_same_tree_in_every_form(text: str) -> None:
    found = read(text)

    assert found.faults == ()
    [tree] = found.entries
    assert (tree.code, tree.species, tree.place) == ("BS-0001", "Linde", "Rijselsestraat 61")
    assert (tree.length_cm, tree.width_cm, tree.light) == (120, 100, Light.SUN)
    assert abs(tree.point.latitude - POINT.latitude) < 2e-6
    assert abs(tree.point.longitude - POINT.longitude) < 2e-6
    assert tree.state is None


def test_columns_that_may_be_there_are_read() -> None:
    header = f"{HEADER};latijn;kruispunt;status;reden;tot"
    line = f"{GOOD};Tilia;ja;tijdelijk niet;nutswerken;2027-04-30"

    [tree] = read(f"{header}\n{line}").entries

    assert (tree.latin, tree.near_junction, tree.state) == ("Tilia", True, PitState.PAUSED)
    assert (tree.reason, tree.until) == ("nutswerken", date(2027, 4, 30))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("BS-0001;Linde;120", "Er moeten 8 kolommen zijn"),
        (GOOD.replace("BS-0001", "linde"), "minstens één cijfer"),
        (GOOD.replace("BS-0001", "BS/0001"), "letters, cijfers en streepjes"),
        (GOOD.replace("Linde", ""), "soort is leeg"),
        (GOOD.replace("120", "-4"), "lengte_cm moet een geheel getal"),
        (GOOD.replace("120", "99999"), "lengte_cm moet een geheel getal"),
        (GOOD.replace("zon", "donker"), "licht is zon, halfschaduw of schaduw"),
        (GOOD.replace("50,8262", "52.1"), "ligt niet op de kaart"),
        (GOOD.replace("50,8262", "nan"), "ligt niet op de kaart"),
        (GOOD.replace("50,8262", ""), "ligt niet op de kaart"),
        (GOOD.replace("Rijselsestraat 61", ""), "adres is leeg"),
        (f'"{GOOD}', "Er moeten 8 kolommen zijn"),
    ],
)
def test_each_fault_has_its_line_and_says_what_to_do(line: str, said: str) -> None:
    found = read(f"{HEADER}\n{GOOD.replace('0001', '0009')}\n{line}\n")

    assert found.entries == ()
    [fault] = found.faults
    assert fault.number == 3
    assert said in fault.message


def test_all_faults_are_told_at_once() -> None:
    bad = [GOOD.replace("zon", "donker"), GOOD, GOOD, GOOD.replace("BS-0001", "x")]

    found = read("\n".join([HEADER, *bad]))

    assert [fault.number for fault in found.faults] == [2, 4, 5]
    assert "staat al op regel 3" in found.faults[1].message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "geen boomspiegels"),
        (HEADER, "geen boomspiegels"),
        ("code;soort\n", "ontbreekt"),
        (f"{HEADER};x;y\n", "lat;lon (WGS84) of als x;y"),
        (f"{HEADER};eigenaar\n", "eigenaar"),
        (f"{HEADER};code\n", "dubbele naam"),
        ('{"type": "Feature"}', "FeatureCollection"),
        ("{", "geen geldige GeoJSON"),
        ('{"type":"FeatureCollection","features":[' + "[" * 90_000, "geen geldige GeoJSON"),
        (b"{\xff", "geen geldige GeoJSON"),
    ],
)
def test_a_file_of_another_kind_is_refused_as_a_whole(text: str | bytes, said: str) -> None:
    [fault] = read(text).faults

    assert fault.number == 0
    assert said in fault.message


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ({"status": "geadopteerd"}, "adopties kent de stad zelf"),
        ({"status": "niet geschikt"}, "Geef bij deze status een reden"),
        ({"kruispunt": "misschien"}, "kruispunt is ja of nee"),
        ({"status": "tijdelijk niet", "reden": "werken", "tot": "30/04"}, "bestaande dag"),
        ({"adres": ["Rijselsestraat"]}, "?"),
    ],
)
def test_geojson_faults_are_counted_by_feature(properties: dict[str, object], said: str) -> None:
    found = read(geojson(feature(3.264, 50.8262), feature(3.264, 50.8262, code="BS-0002", **properties)))

    if said == "?":
        assert found.entries[1].place == "?"
        return
    [fault] = found.faults
    assert (fault.number, said in fault.message) == (2, True)


@pytest.mark.parametrize("shape", [None, {"type": "Polygon", "coordinates": []}, {"type": "Point", "coordinates": [3]}])
def test_geojson_without_a_point_is_a_fault(shape: object) -> None:
    [fault] = read(geojson({"type": "Feature", "geometry": shape, "properties": {"code": "BS-0001"}})).faults

    assert fault.number == 1


def test_lines_in_another_encoding_are_faults_of_their_own() -> None:
    found = read(HEADER.encode() + b"\n" + GOOD.encode() + b"\nBS-0002;Pr\xe9;1;1;zon;x;50.8;3.2\n")

    [fault] = found.faults
    assert (fault.number, "UTF-8" in fault.message) == (3, True)

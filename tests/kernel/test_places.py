"""Points and outlines: what is refused, what is published, what lies inside. W16 of the trust catalogue."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spreekt.kernel.places import EARTH, Box, Outline, PlaceRefused, Point, distance

CITY = Box(50.70, 3.15, 50.88, 3.40)
SQUARE = [[3.2, 50.8], [3.3, 50.8], [3.3, 50.9], [3.2, 50.9], [3.2, 50.8]]
HOLE = [[3.24, 50.84], [3.26, 50.84], [3.26, 50.86], [3.24, 50.86], [3.24, 50.84]]


def a_polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings or [SQUARE])}


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (math.nan, 3.26),
        (50.83, math.nan),
        (math.inf, 3.26),
        (50.83, -math.inf),
        (3.26, 50.83),
        (0, 0),
        (50.69, 3.26),
        (50.83, 3.41),
        (1e308, 1e308),
    ],
)
def test_a_place_outside_the_city_is_refused(latitude, longitude):
    with pytest.raises(PlaceRefused, match="Kies een plek op de kaart"):
        Point.within(CITY, latitude, longitude)


@pytest.mark.parametrize("latitude", ["", "nan", "-inf", "50.8.3", "vijftig", "0x32", "50.83" + "0" * 50, "\0"])
def test_text_that_is_no_place_is_refused(latitude):
    with pytest.raises(PlaceRefused, match="Kies een plek op de kaart"):
        Point.parse(CITY, latitude, "3.26")


def test_a_decimal_comma_is_fine():
    assert Point.parse(CITY, " 50,8279", "3.2649") == Point(50.8279, 3.2649)


def test_a_published_place_points_at_no_home():
    home = Point(50.827943, 3.264912)

    assert home.rounded() == Point(50.828, 3.265)
    assert 1 < distance(home, home.rounded()) < 70


def test_distance_is_in_metres():
    stadhuis, heule = Point(50.8279, 3.2649), Point(50.838, 3.236)

    assert distance(stadhuis, stadhuis) == 0
    assert distance(stadhuis, heule) == pytest.approx(2320, abs=20)
    assert distance(Point(50, 3), Point(51, 3)) == pytest.approx(111_195, abs=5)


def test_a_box_must_have_an_inside():
    with pytest.raises(PlaceRefused):
        Box(50.9, 3.1, 50.7, 3.4)
    with pytest.raises(PlaceRefused):
        Box(math.nan, 3.1, 50.7, 3.4)


def test_a_point_in_a_hole_lies_outside():
    outline = Outline.from_geojson(a_polygon(SQUARE, HOLE))

    assert outline.holds(Point(50.82, 3.22))
    assert not outline.holds(Point(50.85, 3.25))
    assert not outline.holds(Point(50.95, 3.25))


def test_each_part_of_a_multipolygon_counts():
    island = [[x + 1, y] for x, y in SQUARE]
    outline = Outline.from_geojson({"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE], [island]]})

    assert outline.holds(Point(50.85, 4.25))
    assert not outline.holds(Point(50.85, 3.25))
    assert outline.box == Box(50.8, 3.2, 50.9, 4.3)


def test_surface_leaves_the_holes_out():
    whole = Outline.from_geojson(a_polygon()).square_metres
    holed = Outline.from_geojson(a_polygon(SQUARE, HOLE)).square_metres

    assert whole == pytest.approx(11_119.5 * 7_027, rel=0.01)
    assert (whole - holed) / whole == pytest.approx(0.04, rel=0.01)


@given(st.floats(50.75, 50.95), st.floats(3.15, 3.35))
def test_areas_that_share_an_edge_never_both_hold_a_point(latitude, longitude):
    left = Outline.from_geojson(a_polygon([[3.2, 50.8], [3.25, 50.8], [3.25, 50.9], [3.2, 50.9], [3.2, 50.8]]))
    right = Outline.from_geojson(a_polygon([[3.25, 50.8], [3.3, 50.8], [3.3, 50.9], [3.25, 50.9], [3.25, 50.8]]))
    point = Point(latitude, longitude)

    assert left.holds(point) + right.holds(point) == Outline.from_geojson(a_polygon()).holds(point)


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        [],
        "Polygon",
        {},
        {"type": "Point", "coordinates": [3, 50]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[]]},
        {"type": "MultiPolygon", "coordinates": []},
        {"type": "MultiPolygon", "coordinates": [[]]},
        {"type": "MultiPolygon", "coordinates": [SQUARE]},
        a_polygon(SQUARE[:-1]),
        a_polygon(SQUARE[:2] + SQUARE[:1]),
        a_polygon([[3, 50], [3, 50], [3, 50], [3, 50]]),
        a_polygon([["3", "50"], *SQUARE[1:]]),
        a_polygon([[True, False], *SQUARE[1:]]),
        a_polygon([[3.2], *SQUARE[1:]]),
        a_polygon([[math.nan, 50], *SQUARE[1:-1], [math.nan, 50]]),
        a_polygon([[3, math.inf], *SQUARE[1:-1], [3, math.inf]]),
        a_polygon([[3, 91], *SQUARE[1:-1], [3, 91]]),
        a_polygon([[10**400, 50], *SQUARE[1:]]),
    ],
)
def test_a_shape_that_is_none_is_refused(geometry):
    with pytest.raises(PlaceRefused):
        Outline.from_geojson(geometry)


def test_a_shape_of_too_many_points_is_refused_before_they_are_read():
    ring = [object()] * 100_000

    with pytest.raises(PlaceRefused, match="hoogstens 10000"):
        Outline.from_geojson(a_polygon(ring))


def test_a_shape_outside_the_city_is_refused():
    with pytest.raises(PlaceRefused, match="niet op de kaart"):
        Outline.from_geojson(a_polygon(), CITY)
    assert Outline.from_geojson(a_polygon(), EARTH).polygons


def test_a_shape_survives_being_written_and_read_again():
    outline = Outline.from_geojson(a_polygon(SQUARE, HOLE))

    assert Outline.from_geojson(outline.as_geojson()) == outline

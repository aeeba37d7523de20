"""Belgian Lambert 72 against published control values and its own inverse."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spreekt.kernel.lambert72 import from_wgs84, project, to_wgs84, unproject
from spreekt.kernel.places import PlaceRefused, Point, distance

GRID = st.floats(20_000, 290_000)


def test_the_projection_gives_the_worked_example_of_iogp_guidance_note_7_2():
    latitude = math.radians(50 + 40 / 60 + 46.461 / 3600)
    longitude = math.radians(5 + 48 / 60 + 26.533 / 3600)

    assert project(latitude, longitude) == pytest.approx((251_763.20, 153_034.13), abs=0.1)


@pytest.mark.parametrize(
    ("x", "y", "latitude", "longitude"),
    [
        (103_657.0781, 194_604.1058, 51.0597328, 3.7077122),  # a surveyed point in Gent
        (235_166.0, 148_974.0, 50.6451728, 5.5729411),  # a point in Luik, by another published formula
    ],
)
def test_known_points_come_out_within_a_metre(x, y, latitude, longitude):
    assert distance(to_wgs84(x, y), Point(latitude, longitude)) < 1


@given(GRID, GRID)
def test_there_and_back_is_the_same_centimetre(x, y):
    assert from_wgs84(to_wgs84(x, y)) == pytest.approx((x, y), abs=0.01)
    assert project(*unproject(x, y)) == pytest.approx((x, y), abs=0.001)


@pytest.mark.parametrize(("x", "y"), [(math.nan, 1), (1, math.inf), (-1, 1), (50.8, -3), (1, 500_000)])
def test_what_is_not_in_belgium_is_refused(x, y):
    with pytest.raises(PlaceRefused, match="Lambert 72"):
        to_wgs84(x, y)

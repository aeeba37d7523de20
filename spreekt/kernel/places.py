"""Points and outlines on the map as plain values; which areas a city has is in territory."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from spreekt.kernel.errors import N_, Invalid

MOST_POINTS: Final = 10_000
PUBLISHED_DECIMALS: Final = 3  # some 110 m north-south and 70 m east-west: a block of houses, not a house
EARTH_RADIUS: Final = 6_371_008.8  # metres, mean

Ring = tuple[tuple[float, float], ...]


class PlaceRefused(Invalid):
    """The place cannot be used. The message is Dutch and says what to do."""


class OffTheMap(PlaceRefused):
    """No number, or outside the city."""

    says = N_("Deze plek ligt niet op de kaart van de stad. Kies een plek op de kaart.")


class TooManyPoints(PlaceRefused):
    """The argument is how many points a shape may have."""

    says = N_("De vorm heeft te veel punten. Hou er hoogstens {0} over.")


@dataclass(frozen=True, slots=True)
class Box:
    """South, west, north and east edge in degrees."""

    south: float
    west: float
    north: float
    east: float

    def __post_init__(self) -> None:
        if not (-90 <= self.south < self.north <= 90 and -180 <= self.west < self.east <= 180):
            raise PlaceRefused("De grenzen van de kaart kloppen niet: geef zuid, west, noord en oost in graden.")

    def holds(self, latitude: float, longitude: float) -> bool:
        """False for NaN and infinities too."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


EARTH: Final = Box(-90, -180, 90, 180)


@dataclass(frozen=True, slots=True)
class Point:
    """A place in WGS84 degrees that is known to be finite and inside the box it was made for."""

    latitude: float
    longitude: float

    @classmethod
    def within(cls, box: Box, latitude: float, longitude: float) -> Point:
        """Raises PlaceRefused for NaN, infinities and anything outside `box`."""
        if not box.holds(latitude, longitude):
            raise OffTheMap
        return cls(float(latitude), float(longitude))

    @classmethod
    def parse(cls, box: Box, latitude: str, longitude: str) -> Point:
        """From what a form or file holds; a decimal comma is fine. Raises PlaceRefused."""
        try:
            north, east = _number(latitude), _number(longitude)
        except ValueError as fault:
            raise OffTheMap from fault
        return cls.within(box, north, east)

    def rounded(self, decimals: int = PUBLISHED_DECIMALS) -> Point:
        """The place as it may be published: never precise enough to point at a home."""
        return Point(round(self.latitude, decimals), round(self.longitude, decimals))


def distance(one: Point, other: Point) -> float:
    """Metres along the surface between two points (haversine; within half a percent)."""
    up, over = math.radians(other.latitude - one.latitude), math.radians(other.longitude - one.longitude)
    flat = math.cos(math.radians(one.latitude)) * math.cos(math.radians(other.latitude))
    chord = math.sin(up / 2) ** 2 + flat * math.sin(over / 2) ** 2
    return 2 * EARTH_RADIUS * math.asin(min(1.0, math.sqrt(chord)))


@dataclass(frozen=True, slots=True)
class Outline:
    """One or more polygons, each an outer ring and its holes; rings are (longitude, latitude), closed."""

    polygons: tuple[tuple[Ring, ...], ...]

    @classmethod
    def from_geojson(cls, geometry: object, box: Box = EARTH, *, most_points: int = MOST_POINTS) -> Outline:
        """Read a GeoJSON Polygon or MultiPolygon.

        Raises PlaceRefused for another shape, an open or too short ring, more than `most_points` points, or a
        point that is no number or outside `box`.
        """
        if not isinstance(geometry, Mapping) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
            raise PlaceRefused(N_("De vorm moet een GeoJSON Polygon of MultiPolygon zijn."))
        coordinates = geometry.get("coordinates")
        polygons = _list(coordinates) if geometry["type"] == "MultiPolygon" else [coordinates]
        rings = [_list(polygon) for polygon in polygons]
        if sum(len(_list(ring)) for polygon in rings for ring in polygon) > most_points:
            raise TooManyPoints(most_points)
        if not rings or not all(rings):
            raise PlaceRefused(N_("De vorm is leeg. Teken minstens één veelhoek."))
        return cls(tuple(tuple(_ring(ring, box) for ring in polygon) for polygon in rings))

    @property
    def box(self) -> Box:
        """The smallest box around it."""
        points = [point for polygon in self.polygons for point in polygon[0]]
        longitudes, latitudes = zip(*points, strict=True)
        return Box(min(latitudes), min(longitudes), max(latitudes), max(longitudes))

    @property
    def square_metres(self) -> float:
        """The surface, holes left out; good to a percent for a city."""
        return sum(_surface(polygon[0]) - sum(map(_surface, polygon[1:])) for polygon in self.polygons)

    def as_geojson(self) -> dict[str, object]:
        """The same shape as a GeoJSON MultiPolygon."""
        coordinates = [[[list(corner) for corner in ring] for ring in polygon] for polygon in self.polygons]
        return {"type": "MultiPolygon", "coordinates": coordinates}

    def holds(self, point: Point) -> bool:
        """Whether the point lies inside; a point on an edge that two areas share lies in at most one."""
        return any(
            _inside(polygon[0], point) and not any(_inside(hole, point) for hole in polygon[1:])
            for polygon in self.polygons
        )


def _number(text: str) -> float:
    if len(text) > 40:
        raise ValueError("too long for a coordinate")
    return float(text.strip().replace(",", "."))


def _list(value: object) -> Sequence[object]:
    if not isinstance(value, (list, tuple)):
        raise PlaceRefused(N_("De vorm is geen geldige GeoJSON: er ontbreekt een lijst met punten."))
    return value


def _ring(value: object, box: Box) -> Ring:
    ring = tuple(_corner(corner, box) for corner in _list(value))
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise PlaceRefused("Elke ring van de vorm moet minstens vier punten hebben en eindigen waar ze begint.")
    if not _surface(ring):
        raise PlaceRefused(N_("De vorm heeft geen oppervlakte. Teken ze opnieuw."))
    return ring


def _corner(value: object, box: Box) -> tuple[float, float]:
    match value:
        case [int() | float() as longitude, int() | float() as latitude, *_] if not (
            isinstance(longitude, bool) or isinstance(latitude, bool)
        ):
            if box.holds(latitude, longitude):
                return float(longitude), float(latitude)
    raise PlaceRefused("Een punt van de vorm ligt niet op de kaart. Gebruik lengtegraad, breedtegraad in WGS84.")


def _inside(ring: Ring, point: Point) -> bool:
    """Even-odd rule: how often a line to the east crosses the ring."""
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        crosses = (y1 > point.latitude) != (y2 > point.latitude)
        if crosses and point.longitude < x1 + (x2 - x1) * (point.latitude - y1) / (y2 - y1):
            inside = not inside
    return inside


def _surface(ring: Ring) -> float:
    """Square metres within a ring, by the shoelace formula on a plane through its first point."""
    x0, y0 = ring[0]
    metre = math.radians(1) * EARTH_RADIUS
    wide = metre * math.cos(math.radians(y0))
    flat = [((x - x0) * wide, (y - y0) * metre) for x, y in ring]
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(flat))) / 2

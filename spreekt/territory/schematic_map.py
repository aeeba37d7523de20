"""A drawing of areas as SVG shapes, for who has no JavaScript and for paper. A sketch: no scale, no north arrow."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from spreekt.kernel.places import Box, Outline
from spreekt.territory.models import Area

WIDTH = 640
TONES = ("flax", "leie", "marigold", "brick", "plain")


@dataclass(frozen=True, slots=True)
class Shape:
    """One area: its path, where its number stands, and the tone that sets it apart from its neighbours."""

    name: str
    path: str
    x: float
    y: float
    tone: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All shapes and the size of the sheet."""

    width: int
    height: int
    shapes: tuple[Shape, ...]


def draw(areas: Sequence[Area]) -> Drawing | None:
    """Draw areas on one sheet; None when there are none."""
    outlines = [Outline.from_geojson(area.outline) for area in areas]
    if not outlines:
        return None
    boxes = [outline.box for outline in outlines]
    sheet = _Sheet(
        Box(
            min(box.south for box in boxes),
            min(box.west for box in boxes),
            max(box.north for box in boxes),
            max(box.east for box in boxes),
        )
    )
    shapes = tuple(
        Shape(area.name, sheet.path(outline), *sheet.at(area.longitude, area.latitude), TONES[number % len(TONES)])
        for number, (area, outline) in enumerate(zip(areas, outlines, strict=True))
    )
    return Drawing(WIDTH, sheet.height, shapes)


class _Sheet:
    def __init__(self, box: Box) -> None:
        self._box = box
        self._flat = math.cos(math.radians((box.south + box.north) / 2))
        self._scale = WIDTH / ((box.east - box.west) * self._flat)
        self.height = math.ceil((box.north - box.south) * self._scale)

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = (longitude - self._box.west) * self._flat * self._scale
        return round(x, 1), round((self._box.north - latitude) * self._scale, 1)

    def path(self, outline: Outline) -> str:
        rings = [ring for polygon in outline.polygons for ring in polygon]
        corners = [[self.at(*corner) for corner in ring[:-1]] for ring in rings]
        return "".join("M" + "L".join(f"{x} {y}" for x, y in ring) + "Z" for ring in corners)

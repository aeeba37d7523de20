"""Tree pits for the map and as one file: single points, or heaps where there are too many. Reads only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from spreekt.kernel.lambert72 import from_wgs84
from spreekt.kernel.places import Box, Point
from spreekt.modules.boomspiegel.lists import Filters, T, conditions, inside
from spreekt.modules.boomspiegel.models import PitState

SINGLES = 80
"""Up to so many pits are drawn one by one."""
CELLS = 8
"""So many heaps lie side by side over the width of the map."""
SHAPES = {
    PitState.AVAILABLE: "ring", PitState.REQUESTED: "diamond", PitState.ADOPTED: "dot", PitState.UNSUITABLE: "cross",
    PitState.PAUSED: "square", PitState.REMOVED: "cross",
}  # fmt: skip
"""The shape of each state on the map, so that colour is never alone."""


def on_the_map(db: Session, filters: Filters, box: Box, words: dict[PitState, str]) -> dict[str, Any]:
    """A FeatureCollection of what lies in a box: heaps with a count, or pits when they are few. Two statements."""
    step = max(box.east - box.west, (box.north - box.south) * 1.6) / CELLS
    column = cast(func.round(T.c.longitude / step), Integer).label("x")
    row = cast(func.round(T.c.latitude / (step / 1.6)), Integer).label("y")
    free = func.count().filter(T.c.state == PitState.AVAILABLE)
    adopted = func.count().filter(T.c.state == PitState.ADOPTED)
    here = (*conditions(filters), inside(box))
    heaps = db.execute(
        select(column, row, func.count(), free, adopted, func.avg(T.c.latitude), func.avg(T.c.longitude))
        .where(*here)
        .group_by("x", "y")
        .order_by("y", "x")
    ).all()
    if sum(heap[2] for heap in heaps) > SINGLES:
        features = [
            _feature(latitude, longitude, {"count": number, "title": f"{number} boomspiegels",
                                           "text": f"{available} vrij, {taken} geadopteerd"})
            for _x, _y, number, available, taken, latitude, longitude in heaps
        ]  # fmt: skip
        return {"type": "FeatureCollection", "clustered": True, "features": features}
    pits = db.execute(
        select(T.c.code, T.c.place, T.c.species, T.c.state, T.c.latitude, T.c.longitude)
        .where(*here)
        .order_by(T.c.code)
        .limit(SINGLES)
    )
    features = [
        _feature(latitude, longitude, {
            "title": f"{place} ({code})", "text": f"{species}: {words[state]}", "shape": SHAPES[state],
            "status": state.value, "url": f"/boomspiegels/{code}",
        })
        for code, place, species, state, latitude, longitude in pits
    ]  # fmt: skip
    return {"type": "FeatureCollection", "clustered": True, "features": features}


def all_features(db: Session, filters: Filters, *, limit: int) -> str:
    """Every pit that fits as one GeoJSON text, WGS84 with Lambert 72 beside it. One statement."""
    rows = db.execute(
        select(T.c.code, T.c.place, T.c.species, T.c.species_latin, T.c.length_cm, T.c.width_cm, T.c.light, T.c.state,
               T.c.latitude, T.c.longitude)
        .where(*conditions(filters))
        .order_by(T.c.code)
        .limit(limit)
    )  # fmt: skip
    return f'{{"type": "FeatureCollection", "features": [{",".join(_lines(rows))}]}}'


def lambert(latitude: float, longitude: float) -> tuple[float, float]:
    """x and y in Lambert 72, in metres with decimetres."""
    x, y = from_wgs84(Point(latitude, longitude))
    return round(x, 1), round(y, 1)


def _lines(rows: Any) -> Iterator[str]:
    dumps = json.JSONEncoder(ensure_ascii=False).encode
    for code, place, species, latin, length, width, light, state, latitude, longitude in rows:
        properties = {
            "code": code, "title": place, "species": species, "latin": latin, "length_cm": length, "width_cm": width,
            "light": light.value, "status": state.value, "url": f"/boomspiegels/{code}",
        }  # fmt: skip
        yield (
            f'{{"type": "Feature", "geometry": {{"type": "Point", "coordinates": [{longitude}, {latitude}]}}, '
            f'"properties": {dumps(properties)}}}'
        )


def _feature(latitude: float, longitude: float, properties: dict[str, Any]) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": [round(longitude, 6), round(latitude, 6)]}
    return {"type": "Feature", "geometry": point, "properties": properties}

"""Belgian Lambert 72 (EPSG:31370), in which Flemish registers give addresses, to and from WGS84.

Formulas: IOGP Guidance Note 7-2, Lambert Conic Conformal (2SP) and the seven-parameter shift EPSG:15929
between BD72 and WGS84, good to half a metre in Belgium. Other grids have no place here.
"""

from __future__ import annotations

import math
from typing import Final

from spreekt.kernel.errors import N_
from spreekt.kernel.places import PlaceRefused, Point

_INTERNATIONAL_1924: Final = (6_378_388.0, 1 / 297)
_WGS84: Final = (6_378_137.0, 1 / 298.257223563)
_PARALLELS: Final = (math.radians(49.8333339), math.radians(51.16666723333333))
_MERIDIAN: Final = math.radians(4.367486666666666)
_FALSE_EAST: Final = 150_000.013
_FALSE_NORTH: Final = 5_400_088.438
_SHIFT: Final = (-106.8686, 52.2978, -103.7239)  # metres, BD72 to WGS84
_TURN: Final = tuple(math.radians(seconds / 3600) for seconds in (0.3366, -0.457, 1.8422))
_SCALE: Final = 1 - 1.2747e-6
_BELGIUM: Final = (0.0, 300_000.0, 0.0, 300_000.0)  # metres: x and y of the national grid


def to_wgs84(x: float, y: float) -> Point:
    """The point in degrees of Lambert 72 metres. Raises PlaceRefused outside the Belgian grid and for NaN."""
    west, east, south, north = _BELGIUM
    if not (west <= x <= east and south <= y <= north):
        raise PlaceRefused(N_("Deze coördinaten liggen niet in België. Geef Lambert 72, in meter."))
    latitude, longitude = unproject(x, y)
    return Point(*_degrees(_moved(latitude, longitude, _INTERNATIONAL_1924, _WGS84, inverse=False)))


def from_wgs84(point: Point) -> tuple[float, float]:
    """Lambert 72 metres (x, y) of a point in degrees."""
    where = _moved(
        math.radians(point.latitude), math.radians(point.longitude), _WGS84, _INTERNATIONAL_1924, inverse=True
    )
    return project(*where)


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Metres (x, y) of a latitude and longitude in radians on the Belgian 1972 datum."""
    radius = _CONE_RADIUS * math.pow(_t(latitude), _CONE)
    turn = _CONE * (longitude - _MERIDIAN)
    return _FALSE_EAST + radius * math.sin(turn), _FALSE_NORTH - radius * math.cos(turn)


def unproject(x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude in radians on the Belgian 1972 datum."""
    east, south = x - _FALSE_EAST, _FALSE_NORTH - y
    t = (math.hypot(east, south) / _CONE_RADIUS) ** (1 / _CONE)
    latitude = math.pi / 2 - 2 * math.atan(t)
    for _ in range(6):  # each round gains more than two decimals
        sine = _ECCENTRICITY * math.sin(latitude)
        latitude = math.pi / 2 - 2 * math.atan(t * ((1 - sine) / (1 + sine)) ** (_ECCENTRICITY / 2))
    return latitude, math.atan2(east, south) / _CONE + _MERIDIAN


def _t(latitude: float) -> float:
    sine = _ECCENTRICITY * math.sin(latitude)
    return math.tan(math.pi / 4 - latitude / 2) / math.pow((1 - sine) / (1 + sine), _ECCENTRICITY / 2)


def _m(latitude: float) -> float:
    return math.cos(latitude) / math.sqrt(1 - (_ECCENTRICITY * math.sin(latitude)) ** 2)


_FLATTENING = _INTERNATIONAL_1924[1]
_ECCENTRICITY = math.sqrt(_FLATTENING * (2 - _FLATTENING))
_CONE = (math.log(_m(_PARALLELS[0])) - math.log(_m(_PARALLELS[1]))) / (
    math.log(_t(_PARALLELS[0])) - math.log(_t(_PARALLELS[1]))
)
_CONE_RADIUS = _INTERNATIONAL_1924[0] * _m(_PARALLELS[0]) / (_CONE * _t(_PARALLELS[0]) ** _CONE)


def _moved(
    latitude: float, longitude: float, of: tuple[float, float], to: tuple[float, float], *, inverse: bool
) -> tuple[float, float]:
    """The same place on another ellipsoid, through Cartesian metres from the centre of the earth."""
    x, y, z = _cartesian(latitude, longitude, *of)
    (dx, dy, dz), (rx, ry, rz) = _SHIFT, _TURN
    if inverse:
        x, y, z = (x - dx) / _SCALE, (y - dy) / _SCALE, (z - dz) / _SCALE
        moved = (x + rz * y - ry * z, -rz * x + y + rx * z, ry * x - rx * y + z)
    else:
        moved = (
            dx + _SCALE * (x - rz * y + ry * z),
            dy + _SCALE * (rz * x + y - rx * z),
            dz + _SCALE * (-ry * x + rx * y + z),
        )
    return _geographic(*moved, *to)


def _cartesian(latitude: float, longitude: float, axis: float, flattening: float) -> tuple[float, float, float]:
    squared = flattening * (2 - flattening)
    normal = axis / math.sqrt(1 - squared * math.sin(latitude) ** 2)
    flat = normal * math.cos(latitude)
    return flat * math.cos(longitude), flat * math.sin(longitude), normal * (1 - squared) * math.sin(latitude)


def _geographic(x: float, y: float, z: float, axis: float, flattening: float) -> tuple[float, float]:
    squared = flattening * (2 - flattening)
    flat = math.hypot(x, y)
    latitude = math.atan2(z, flat * (1 - squared))
    for _ in range(4):
        normal = axis / math.sqrt(1 - squared * math.sin(latitude) ** 2)
        latitude = math.atan2(z + squared * normal * math.sin(latitude), flat)
    return latitude, math.atan2(y, x)


def _degrees(radians: tuple[float, float]) -> tuple[float, float]:
    return math.degrees(radians[0]), math.degrees(radians[1])

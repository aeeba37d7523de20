"""The filters of the list as they stand in an address; one reading for page, files, feed, map and API."""

from dataclasses import replace

from werkzeug.exceptions import BadRequest

from spreekt.kernel.places import Box, PlaceRefused
from spreekt.modules.boomspiegel.lists import Filters, find_address
from spreekt.modules.boomspiegel.models import PitState
from spreekt.web.context import city, db
from spreekt.web.listing import one_word


def filters_of_request() -> Filters:
    """What this address asks for, nearness aside. A status that does not exist answers 400."""
    status = one_word("status")
    try:
        state = PitState(status) if status else None
    except ValueError:
        raise BadRequest from None
    return Filters(borough=borough(), area=one_word("deelgemeente"), state=state, words=one_word("q", most=200))


def near_of_request(filters: Filters) -> tuple[Filters, str]:
    """The filters with the place of ?bij=, and what was typed there; the place is None when nobody knows it."""
    text = one_word("bij", most=120)
    return (replace(filters, near=find_address(db(), text)), text) if text else (filters, "")


def box_of_request() -> Box:
    """The part of the map that ?kader=west,zuid,oost,noord asks for; the whole city without it. 400 for no box."""
    text = one_word("kader", most=120)
    if not text:
        return city().map.box
    try:
        west, south, east, north = (float(part) for part in text.split(","))
        return Box(max(south, -90.0), max(west, -180.0), min(north, 90.0), min(east, 180.0))
    except (ValueError, PlaceRefused):
        raise BadRequest from None


def borough() -> str:
    """The partition that residents choose from."""
    return city().partitions[0].code


def query_string() -> dict[str, str]:
    """The filters of this address, to put in another one."""
    return {name: text for name in ("deelgemeente", "status", "q", "bij") if (text := one_word(name, most=200))}

"""The city's areas on a page and a map, finding a street, and the list that administrators see."""

import json
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

from flask import Blueprint, Response
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.exceptions import BadRequest

from spreekt.identity.permissions import ADMINISTER, ANYONE
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import NotThere
from spreekt.territory import queries
from spreekt.territory.models import Partition
from spreekt.territory.schematic_map import draw
from spreekt.web.cache import public
from spreekt.web.context import Answer, db, now, page
from spreekt.web.listing import one_word
from spreekt.web.rights import allow

bp = Blueprint("territory", __name__)


@bp.get("/gebieden")
@allow(ANYONE)
@public
def overview() -> Answer:
    """How the city is divided today: a list and a schematic map of one partition."""
    partitions = queries.partitions(db())
    chosen = _chosen(partitions)
    areas = queries.current_areas(db(), chosen.code, on=_today()) if chosen else ()
    return page("territory/overview.html", partitions=partitions, chosen=chosen, areas=areas, drawing=draw(areas))


@bp.get("/gebieden.geojson")
@allow(ANYONE)
@public
def outlines() -> Answer:
    """The outlines of one partition, or of all."""
    areas = queries.current_areas(db(), one_word("partitie") or None, on=_today())
    features = [
        {
            "type": "Feature",
            "geometry": area.outline,
            "properties": {
                "code": area.code,
                "name": area.name,
                "partition": area.partition.code,
                "valid_from": area.valid_from.isoformat(),
                "inhabitants": area.inhabitants,
                "schematic": area.is_schematic,
            },
        }
        for area in areas
    ]
    collection = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    return Response(collection, mimetype="application/geo+json")


@bp.get("/adres")
@allow(ANYONE)
@public
def find_street() -> Answer:
    """Find a street by the beginning of a word; the address picker for who has no JavaScript.

    `naar` is a page of our own that gets the chosen street as ?straat=.
    """
    sought = one_word("q")
    streets = queries.streets_matching(db(), sought)
    return page("territory/find_street.html", q=sought, streets=streets, back_to=_own_page(one_word("naar", most=200)))


@bp.get("/beheer/gebieden")
@allow(ADMINISTER)
def administer() -> Answer:
    """Every partition with all its areas, also those that ended, and who is their area worker."""
    partitions = db().scalars(select(Partition).options(selectinload(Partition.areas)).order_by(Partition.id)).all()
    ids = [area.id for partition in partitions for area in partition.areas]
    workers = queries.area_workers(db(), ids)
    return page("territory/administer.html", partitions=partitions, workers=workers, today=_today())


def _today() -> date:
    return now().astimezone(BRUSSELS).date()


def _chosen(partitions: Sequence[Partition]) -> Partition | None:
    wanted = one_word("partitie")
    for partition in partitions:
        if wanted in ("", partition.code):
            return partition
    if wanted:
        raise NotThere
    return None


def _own_page(path: str) -> str:
    """A path on this platform, or nothing when none was given; anything else is refused."""
    parts = urlsplit(path)
    if path and (not path.startswith("/") or path.startswith("//") or "\\" in path or parts.netloc or parts.query):
        raise BadRequest
    return path

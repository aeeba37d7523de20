"""Open data that belongs to no module: the areas, the description of the API, the catalogue of data sets."""

import json

from flask import Blueprint, Response, current_app

from spreekt.home import open_data
from spreekt.home.queries import areas_today
from spreekt.identity.permissions import ANYONE
from spreekt.web.cache import public
from spreekt.web.context import Answer, city, db, now, services, settings
from spreekt.web.rights import allow

bp = Blueprint("api", __name__)


@bp.get("/api/v1/openapi.json")
@allow(ANYONE)
@public
def openapi() -> Answer:
    return open_data.openapi(services().modules, home_url=settings().PUBLIC_URL, brand=city().brand)


@bp.get("/api/v1/areas")
@allow(ANYONE)
@public
def areas() -> Answer:
    return {"areas": [area._asdict() for area in areas_today(db(), now())]}


@bp.get("/data/catalog.jsonld")
@allow(ANYONE)
@public
def catalogue() -> Answer:
    found = open_data.catalogue(current_app, home_url=settings().PUBLIC_URL, city=city())
    return Response(json.dumps(found, ensure_ascii=False, indent=2), mimetype="application/ld+json")

"""Streets for programs: what is granted and when, and the committees; the same rights as the pages, as JSON."""

from typing import Any

from flask import Blueprint, url_for

from spreekt.identity.permissions import ANYONE
from spreekt.modules.gezellige_wijk import committee_queries, queries
from spreekt.modules.gezellige_wijk.filters import filters_of_request
from spreekt.modules.gezellige_wijk.models import PUBLIC, StreetRequest
from spreekt.web.cache import public
from spreekt.web.context import Answer, db
from spreekt.web.listing import PER_PAGE, Page, one_word, whole_number
from spreekt.web.rights import allow

bp = Blueprint("streets_api", __name__, url_prefix="/api/v1")
Json = dict[str, Any]


def _request(row: StreetRequest) -> Json:
    return {
        "id": row.id,
        "type": row.type_code,
        "title": row.title,
        "status": row.state.value,
        "place": row.place,
        "areas": [area.name for area in row.areas],
        "first_day": row.first_on.isoformat() if row.first_on else None,
        "last_day": row.last_on.isoformat() if row.last_on else None,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "links": {"page": url_for("gezellige_wijk.show", id=row.id)},
    }


def _page(items: list[Json], found: Page[Any]) -> Json:
    links = {"next": found.next_url, "previous": found.previous_url}
    return {"items": items, "total": found.total, "page": found.number, "pages": found.pages,
            "links": {name: url for name, url in links.items() if url}}  # fmt: skip


@bp.get("/street-requests")
@allow(ANYONE)
@public
def requests() -> Answer:
    """What everybody may know of, the latest first."""
    filters, number = filters_of_request(), whole_number("pagina")
    rows = queries.public_requests(db(), filters, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    return _page([_request(row) for row in rows], Page(rows, queries.count_public(db(), filters), number))


@bp.get("/committees")
@allow(ANYONE)
@public
def committees() -> Answer:
    """Recognised committees; people only as far as they chose to be public."""
    area, words, number = one_word("deelgemeente"), one_word("q"), whole_number("pagina")
    rows = committee_queries.listed(db(), area=area, words=words, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    items = [
        {"id": row.id, "name": row.name, "status": row.state.value, "streets": [street.name for street in row.streets],
         "areas": [each.name for each in row.areas],
         "contacts": [each.name for each in row.speakers if each.may_publish],
         "links": {"page": url_for("committees.show", id=row.id)}}
        for row in rows
    ]  # fmt: skip
    return _page(items, Page(rows, committee_queries.count(db(), area=area, words=words), number))


def api_paths() -> Json:
    """The fragments of /api/v1/openapi.json under `paths` that are about streets (OpenAPI 3.1)."""
    text, whole = {"type": "string"}, {"type": "integer"}
    names = {"type": "array", "items": text}
    maybe_day = {"type": ["string", "null"], "format": "date"}
    maybe_number = {"type": ["number", "null"]}
    request = {
        "id": whole, "type": text, "title": text, "status": {"enum": sorted(state.value for state in PUBLIC)},
        "place": text, "areas": names, "first_day": maybe_day, "last_day": maybe_day, "latitude": maybe_number,
        "longitude": maybe_number, "links": {"type": "object"},
    }  # fmt: skip
    committee = {"id": whole, "name": text, "status": text, "streets": names, "areas": names, "contacts": names,
                 "links": {"type": "object"}}  # fmt: skip
    return {
        "/api/v1/street-requests": _listing(
            "Street parties, play streets and the like, twenty a page", request,
            {"deelgemeente": text, "soort": text, "status": text, "q": text},
        ),
        "/api/v1/committees": _listing(
            "Street and neighbourhood committees, twenty a page", committee, {"deelgemeente": text, "q": text}
        ),
    }  # fmt: skip


def _listing(summary: str, item: Json, asked: Json) -> Json:
    whole = {"type": "integer"}
    many = {"type": "object", "properties": {
        "items": {"type": "array", "items": {"type": "object", "properties": item}}, "total": whole, "page": whole,
        "pages": whole, "links": {"type": "object"}}}  # fmt: skip
    parameters = asked | {"pagina": {"type": "integer", "minimum": 1}}
    return {
        "get": {
            "summary": summary,
            "parameters": [{"name": name, "in": "query", "schema": schema} for name, schema in parameters.items()],
            "responses": {
                "200": {"description": "One page of the list", "content": {"application/json": {"schema": many}}},
                "400": {"description": "Unknown filter"},
            },
        }
    }

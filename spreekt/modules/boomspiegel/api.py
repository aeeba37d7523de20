"""Tree pits for programs: the same list, filters and rights as the pages, as JSON, and how OpenAPI tells it."""

from typing import Any

from flask import Blueprint, url_for

from spreekt.identity.permissions import ANYONE
from spreekt.kernel.errors import NotThere
from spreekt.modules.boomspiegel import lists, queries
from spreekt.modules.boomspiegel.filters import filters_of_request, near_of_request
from spreekt.modules.boomspiegel.lists import Listed
from spreekt.modules.boomspiegel.models import PitState
from spreekt.web.cache import public
from spreekt.web.context import Answer, db
from spreekt.web.listing import PER_PAGE, Page, whole_number
from spreekt.web.rights import allow

bp = Blueprint("tree_pits_api", __name__, url_prefix="/api/v1/tree-pits")
Json = dict[str, Any]


def _item(row: Listed) -> Json:
    return {
        "code": row.code, "place": row.place, "species": row.species, "latin": row.species_latin,
        "length_cm": row.length_cm, "width_cm": row.width_cm, "light": row.light.value, "status": row.state.value,
        "reason": row.state_reason, "areas": row.areas.split(", ") if row.areas else [], "latitude": row.latitude,
        "longitude": row.longitude,
        "links": {"self": url_for("tree_pits_api.one", code=row.code),
                  "page": url_for("boomspiegels.show", code=row.code)},
    }  # fmt: skip


@bp.get("")
@allow(ANYONE)
@public
def listing() -> Answer:
    filters, number = near_of_request(filters_of_request())[0], whole_number("pagina")
    items = lists.listed(db(), filters, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    found = Page(items, lists.count(db(), filters), number)
    links = {"next": found.next_url, "previous": found.previous_url}
    return {
        "items": [_item(row) for row in items], "total": found.total, "page": number, "pages": found.pages,
        "links": {name: url for name, url in links.items() if url},
    }  # fmt: skip


@bp.get("/<code>")
@allow(ANYONE)
@public
def one(code: str) -> Answer:
    """One pit as its page shows it. Who adopted it is not said, but for a first name that they chose to show."""
    pit = queries.pit_of(db(), code) if len(code) <= 32 else None
    if pit is None:
        raise NotThere
    found = queries.pit_page(db(), pit, reader_id=None)
    return {
        "code": pit.code, "place": pit.place, "species": pit.species, "latin": pit.species_latin,
        "length_cm": pit.length_cm, "width_cm": pit.width_cm, "light": pit.light.value, "status": pit.state.value,
        "reason": pit.state_reason, "areas": [area.name for area in pit.areas], "latitude": pit.latitude,
        "longitude": pit.longitude, "adopted_since": found.adopted_since.isoformat() if found.adopted_since else None,
        "first_name": found.first_name or None, "waiting": found.waiting, "litres": found.litres,
        "links": {"self": url_for("tree_pits_api.one", code=pit.code),
                  "page": url_for("boomspiegels.show", code=pit.code)},
    }  # fmt: skip


def api_paths() -> Json:
    """The fragments of /api/v1/openapi.json under `paths` that are about tree pits (OpenAPI 3.1)."""
    text, whole, number = {"type": "string"}, {"type": "integer"}, {"type": "number"}
    status = {"enum": [state.value for state in PitState]}
    shared: Json = {
        "code": text, "place": text, "species": text, "latin": text, "length_cm": whole, "width_cm": whole,
        "light": text, "status": status, "reason": text, "areas": {"type": "array", "items": text},
        "latitude": number, "longitude": number, "links": {"type": "object"},
    }  # fmt: skip
    single = shared | {
        "adopted_since": {"type": ["string", "null"], "format": "date"}, "first_name": {"type": ["string", "null"]},
        "waiting": whole, "litres": whole,
    }  # fmt: skip
    asked: Json = {"deelgemeente": text, "status": status, "q": text, "bij": text,
                   "pagina": {"type": "integer", "minimum": 1}}  # fmt: skip
    many = {
        "items": {"type": "array", "items": {"type": "object", "properties": shared}}, "total": whole, "page": whole,
        "pages": whole, "links": {"type": "object"},
    }  # fmt: skip
    return {
        "/api/v1/tree-pits": {
            "get": {
                "summary": "Tree pits, twenty a page",
                "parameters": [{"name": name, "in": "query", "schema": schema} for name, schema in asked.items()],
                "responses": {"200": _answer("One page of the list", many), "400": {"description": "Unknown filter"}},
            }
        },
        "/api/v1/tree-pits/{code}": {
            "get": {
                "summary": "One tree pit",
                "parameters": [{"name": "code", "in": "path", "required": True, "schema": text}],
                "responses": {"200": _answer("The tree pit", single), "404": {"description": "Not there"}},
            }
        },
    }


def _answer(description: str, properties: Json) -> Json:
    schema = {"type": "object", "properties": properties}
    return {"description": description, "content": {"application/json": {"schema": schema}}}

"""Proposals for programs: the same list, filters and rights as the pages, as JSON, and how OpenAPI tells it."""

from typing import Any

from flask import Blueprint, url_for

from spreekt.identity.permissions import ANYONE
from spreekt.kernel.errors import NotThere
from spreekt.moderation import domain as moderation
from spreekt.moderation.workflow import MODERATION
from spreekt.modules.voorstellen import lists, queries
from spreekt.modules.voorstellen.filters import filters_of_request
from spreekt.modules.voorstellen.lists import Listed, Sort
from spreekt.modules.voorstellen.models import AnswerKind, Proposal, Stage
from spreekt.web.cache import public
from spreekt.web.context import Answer, actor, db
from spreekt.web.listing import PER_PAGE, Page, whole_number
from spreekt.web.rights import allow

bp = Blueprint("proposals_api", __name__, url_prefix="/api/v1/proposals")
Json = dict[str, Any]

DOORS = {"submit": ("proposal_writing.review", "GET"), "withdraw": ("proposal_writing.withdraw", "POST")}
"""Where a step of the workflow is taken: the pages; this API reads."""


def _item(row: Listed) -> Json:
    return {
        "id": row.id,
        "title": row.title,
        "summary": row.summary,
        "theme": row.theme,
        "areas": row.areas.split(", ") if row.areas else [],
        "street": row.street,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "status": row.stage.value,
        "published_at": row.published_at.isoformat(),
        "support": row.support_count,
        "support_needed": row.support_needed,
        "answer_due_on": row.answer_due_on.isoformat() if row.answer_due_on else None,
        "answer": row.latest_answer.value if row.latest_answer else None,
        "links": {"self": url_for("proposals_api.one", id=row.id), "page": url_for("voorstellen.show", id=row.id)},
    }


@bp.get("")
@allow(ANYONE)
@public
def listing() -> Answer:
    filters, number = filters_of_request(), whole_number("pagina")
    items = lists.listed(db(), filters, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    found = Page(items, lists.count(db(), filters), number)
    links = {"next": found.next_url, "previous": found.previous_url}
    return {
        "items": [_item(row) for row in items],
        "total": found.total,
        "page": number,
        "pages": found.pages,
        "links": {name: url for name, url in links.items() if url},
    }


@bp.get("/<int(max=2147483647):id>")
@allow(ANYONE)
def one(id: int) -> Answer:
    """One proposal as its page shows it, with the steps that the one who asks may take now."""
    found = queries.proposal_page(db(), id, reader_id=actor().id)
    proposal = moderation.readable(actor(), found[0] if found else None)
    if found is None or not isinstance(proposal, Proposal):
        raise NotThere
    return {
        "id": id,
        "title": proposal.title,
        "text": proposal.body,
        "html": proposal.body_html,
        "theme": proposal.theme,
        "areas": [area.name for area in proposal.areas],
        "street": proposal.street.name if proposal.street else None,
        "latitude": proposal.latitude,
        "longitude": proposal.longitude,
        "state": proposal.state.value,
        "status": proposal.stage.value if proposal.is_public else None,
        "published_at": proposal.published_at.isoformat() if proposal.published_at else None,
        "version": proposal.version,
        "author": proposal.author.display_name if proposal.author else None,
        "support": proposal.support_count,
        "support_needed": proposal.support_needed,
        "answer_due_on": proposal.answer_due_on.isoformat() if proposal.answer_due_on else None,
        "answers": [
            {
                "answer": each.answer.value,
                "service": each.service,
                "text": each.text,
                "next_step_on": each.next_step_on.isoformat() if each.next_step_on else None,
                "answered_at": each.answered_at.isoformat(),
            }
            for each in proposal.answers
        ],
        "links": _links(proposal, supported=found[1]),
    }


def _links(proposal: Proposal, *, supported: bool) -> Json:
    """Where to read more, and under `acts` what this caller may do next, with method and address."""
    acts = {
        step.name: {
            "label": step.label,
            "method": DOORS[step.name][1],
            "href": url_for(DOORS[step.name][0], id=proposal.id),
        }
        for step in MODERATION.offered(proposal, to=actor())
        if step.name in DOORS
    }
    if proposal.takes_support and actor().is_resident:
        door = "voorstellen.take_support_back" if supported else "voorstellen.give_support"
        label = "Trek steun in" if supported else "Steun"
        name = "withdraw_support" if supported else "support"
        acts[name] = {"label": label, "method": "POST", "href": url_for(door, id=proposal.id)}
    return {
        "self": url_for("proposals_api.one", id=proposal.id),
        "page": url_for("voorstellen.show", id=proposal.id),
        "versions": url_for("voorstellen.history", id=proposal.id),
        "acts": acts,
    }


def api_paths() -> Json:
    """The fragments of /api/v1/openapi.json under `paths` that are about proposals (OpenAPI 3.1)."""
    text, whole = {"type": "string"}, {"type": "integer"}
    asked = {
        "deelgemeente": text,
        "thema": text,
        "status": {"enum": [stage.value for stage in Stage]},
        "q": text,
        "sort": {"enum": [sort.value for sort in Sort]},
        "pagina": {"type": "integer", "minimum": 1},
    }
    links = {"type": "object"}
    shared: Json = {
        "id": whole, "title": text, "theme": text, "areas": {"type": "array", "items": text},
        "street": {"type": ["string", "null"]}, "latitude": {"type": ["number", "null"]},
        "longitude": {"type": ["number", "null"]}, "support": whole, "support_needed": whole,
        "answer_due_on": {"type": ["string", "null"], "format": "date"}, "links": links,
    }  # fmt: skip
    item = {"type": "object", "properties": shared | {"summary": text, "status": asked["status"],
            "answer": {"enum": [*(kind.value for kind in AnswerKind), None]}}}  # fmt: skip
    many = {"type": "object", "properties": {"items": {"type": "array", "items": item}, "total": whole, "page": whole,
            "pages": whole, "links": links}}  # fmt: skip
    single = {"type": "object", "properties": shared | {"text": text, "html": text, "state": text, "version": whole,
              "answers": {"type": "array", "items": {"type": "object"}}}}  # fmt: skip
    return {
        "/api/v1/proposals": {
            "get": {
                "summary": "Published proposals, twenty a page",
                "parameters": [{"name": name, "in": "query", "schema": schema} for name, schema in asked.items()],
                "responses": {"200": _answer("One page of the list", many), "400": {"description": "Unknown filter"}},
            }
        },
        "/api/v1/proposals/{id}": {
            "get": {
                "summary": "One proposal, with the acts the caller may take next",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": whole}],
                "responses": {"200": _answer("The proposal", single), "404": {"description": "Not there for you"}},
            }
        },
    }


def _answer(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}

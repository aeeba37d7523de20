"""Referenda for programs: what is asked, when, and what came of it; as silent before the hour as the pages."""

from typing import Any

from flask import Blueprint, url_for

from spreekt.identity.permissions import ANYONE
from spreekt.modules.referendum import exhibits, queries
from spreekt.modules.referendum.models import Referendum, State
from spreekt.modules.referendum.results import told_result
from spreekt.web.cache import public
from spreekt.web.context import Answer, db, now
from spreekt.web.rights import allow

bp = Blueprint("referenda_api", __name__, url_prefix="/api/v1/referenda")
Json = dict[str, Any]


@bp.get("")
@allow(ANYONE)
@public
def listing() -> Answer:
    return {"items": [_item(referendum) for referendum in queries.public_referenda(db())]}


@bp.get("/<slug>")
@allow(ANYONE)
@public
def one(slug: str) -> Answer:
    return _item(queries.public_referendum(db(), slug, questions=True))


def _item(referendum: Referendum) -> Json:
    shows, slug = referendum.shows_outcome(now()), referendum.slug
    has_archive = exhibits.has_archive(db(), referendum)
    links = {
        "self": url_for("referenda_api.one", slug=slug),
        "page": url_for("referendum.show", slug=slug),
        "election": url_for("booth.election", slug=slug) if referendum.fingerprint else None,
        "archive": url_for("referendum.archive", slug=slug, uuid=referendum.uuid) if has_archive else None,
    }
    return {
        "slug": slug,
        "uuid": referendum.uuid,
        "title": referendum.title,
        "state": referendum.state.value,
        "public_reason": referendum.public_reason or None,
        "is_open": referendum.takes_votes(now()),
        "opens_at": referendum.poll.opens_at.isoformat(),
        "closes_at": referendum.poll.closes_at.isoformat(),
        "questions": [
            {"question": question.text, "answers": question.answers, "blank": question.allows_blank}
            for question in referendum.questions
        ],
        "question_sha256": referendum.frozen_sha256 or None,
        "roll": referendum.roll_count,
        "rules": referendum.rules,
        "outcome": told_result(referendum) if shows else None,
        "links": {name: url for name, url in links.items() if url},
    }


def api_paths() -> Json:
    """The fragments of /api/v1/openapi.json under `paths` that are about referenda (OpenAPI 3.1)."""
    text, moment = {"type": "string"}, {"type": "string", "format": "date-time"}
    question = {"type": "object", "properties": {"question": text, "answers": {"type": "array", "items": text},
                "blank": {"type": "boolean"}}}  # fmt: skip
    item: Json = {
        "type": "object",
        "properties": {
            "slug": text, "uuid": text, "title": text, "state": {"enum": [state.value for state in State]},
            "public_reason": {"type": ["string", "null"]}, "is_open": {"type": "boolean"},
            "opens_at": moment, "closes_at": moment,
            "questions": {"type": "array", "items": question}, "question_sha256": {"type": ["string", "null"]},
            "roll": {"type": ["integer", "null"]}, "rules": {"type": "object"},
            "outcome": {"type": ["object", "null"]}, "links": {"type": "object"},
        },
    }  # fmt: skip
    many = {"type": "object", "properties": {"items": {"type": "array", "items": item}}}
    slug = {"name": "slug", "in": "path", "required": True, "schema": text}
    return {
        "/api/v1/referenda": {
            "get": {"summary": "Every announced referendum", "responses": {"200": _answer("The list", many)}}
        },
        "/api/v1/referenda/{slug}": {
            "get": {
                "summary": "One referendum; its outcome from the hour of publication",
                "parameters": [slug],
                "responses": {"200": _answer("The referendum", item), "404": {"description": "Not announced"}},
            }
        },
    }


def _answer(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}

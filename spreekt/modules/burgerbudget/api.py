"""Budget rounds for programs: phases, projects, and the result; as silent before the hour as the pages."""

from typing import Any

from flask import Blueprint, url_for

from spreekt.identity.permissions import ANYONE
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.models import Pot, Project, Round
from spreekt.modules.burgerbudget.outcomes.results import outcome_document, published_result
from spreekt.modules.burgerbudget.outcomes.summaries import gate_json
from spreekt.modules.burgerbudget.phases import timeline
from spreekt.modules.burgerbudget.phases.models import RoundRegulation, Span
from spreekt.modules.burgerbudget.voting.game import Game, decider_of, game_of, gate_of
from spreekt.web.cache import public
from spreekt.web.context import Answer, db, now
from spreekt.web.rights import allow

bp = Blueprint("budget_api", __name__, url_prefix="/api/v1/budget-rounds")
Json = dict[str, Any]


@bp.get("")
@allow(ANYONE)
@public
def listing() -> Answer:
    rounds = queries.all_rounds(db(), pots=True)
    spans, rules = timeline.timelines(db(), rounds), queries.regulations_of(db(), rounds)
    return {"items": [_item(round, spans[round.id], rules.get(round.id)) for round in rounds]}


@bp.get("/<slug>")
@allow(ANYONE)
@public
def one(slug: str) -> Answer:
    round, rules = queries.round_and_rules(db(), slug, pots=True)
    return _item(round, timeline.timeline(db(), round), rules)


@bp.get("/<slug>/projects")
@allow(ANYONE)
@public
def projects(slug: str) -> Answer:
    round = queries.round_with(db(), slug)
    return {"items": [_project(round, project) for project in queries.projects_of(db(), round.id)]}


@bp.get("/<slug>/outcome")
@allow(ANYONE)
@public
def outcome(slug: str) -> Answer:
    """404 until the hour of publication."""
    return outcome_document(db(), published_result(db(), slug, now()))


def _item(round: Round, spans: tuple[Span, ...], rules: RoundRegulation | None) -> Json:
    shows, slug, game, gate = round.shows_outcome(now()), round.slug, game_of(round, rules), gate_of(round, rules)
    links = {
        "self": url_for("budget_api.one", slug=slug),
        "page": url_for("burgerbudget.show", slug=slug),
        "projects": url_for("budget_api.projects", slug=slug),
        "outcome": url_for("budget_api.outcome", slug=slug) if shows else None,
        "ballots": url_for("burgerbudget.outcome_file", slug=slug) if shows and not round.without_vote else None,
    }
    return {
        "slug": slug,
        "title": round.title,
        "amount_cents": round.amount_cents,
        "is_about_themes": round.is_about_themes,
        "themes_most": rules.themes_most if rules is not None else None,
        "themes_from": round.themes_from.slug if round.themes_from is not None else None,
        "pots": [_pot(pot) for pot in round.pots],
        "currency": round.currency,
        "is_open": round.takes_votes(now()),
        "opens_at": round.poll.opens_at.isoformat(),
        "closes_at": round.poll.closes_at.isoformat(),
        "publishes_at": round.publishes_at.isoformat(),
        "minimum_age": round.poll.minimum_age,
        "maximum_age": round.poll.maximum_age,
        "voting": None if round.without_vote else _voting(game),
        "rule": {"name": round.rule.value, **round.rule_options},
        "shortlist": None if gate is None else gate_json(gate),
        "decided_by": decider_of(rules).value,
        "jury": _jury(rules),
        "phases": [
            {
                "name": span.kind.value,
                "opens_at": span.opens_at.isoformat(),
                "closes_at": span.closes_at and span.closes_at.isoformat(),
            }
            for span in spans
        ],
        "links": {name: url for name, url in links.items() if url},
    }


def _pot(pot: Pot) -> Json:
    return {
        "code": pot.code,
        "name": pot.name,
        "divides": "theme" if pot.theme else "area",
        "amount_cents": pot.amount_cents,
    }


def _voting(game: Game) -> Json:
    limits = {"most": game.most, "basket_cents": game.basket_cents, "points": game.points}
    return {"method": game.method.value, **{name: number for name, number in limits.items() if number is not None}}


def _project(round: Round, project: Project) -> Json:
    return {
        "code": project.code,
        "title": project.shown_title,
        "text": project.body if project.is_public else "",
        "cost_cents": None if round.is_about_themes else project.cost_cents,
        "theme": project.theme,
        "areas": [area.code for area in project.areas],
        "latitude": project.latitude,
        "longitude": project.longitude,
        "page": url_for("burgerbudget.project_in_round", slug=round.slug, id=project.id),
    }


def _jury(rules: RoundRegulation | None) -> Json | None:
    """How large the jury is and how it is made up; None without a jury."""
    if rules is None or not rules.jury_size:
        return None
    return {"size": rules.jury_size, "formation": rules.jury_formation.value,
            "weight_percent": rules.jury_weight_percent}  # fmt: skip


def api_paths() -> Json:
    """The fragments of /api/v1/openapi.json under `paths` that are about budget rounds (OpenAPI 3.1)."""
    text, number, moment = {"type": "string"}, {"type": "integer"}, {"type": "string", "format": "date-time"}
    maybe = {"type": ["object", "null"]}
    item: Json = {
        "type": "object",
        "properties": {
            "slug": text, "title": text, "amount_cents": number, "currency": text, "is_open": {"type": "boolean"},
            "is_about_themes": {"type": "boolean"}, "themes_most": {"type": ["integer", "null"]},
            "themes_from": {"type": ["string", "null"]}, "pots": {"type": "array", "items": {"type": "object"}},
            "opens_at": moment, "closes_at": moment, "publishes_at": moment, "minimum_age": number,
            "maximum_age": {"type": ["integer", "null"]}, "voting": maybe, "rule": {"type": "object"},
            "shortlist": maybe, "decided_by": text, "jury": maybe,
            "phases": {"type": "array", "items": {"type": "object"}}, "links": {"type": "object"},
        },
    }  # fmt: skip
    project: Json = {
        "type": "object",
        "properties": {
            "code": text, "title": text, "text": text, "cost_cents": {"type": ["integer", "null"]}, "theme": text,
            "areas": {"type": "array", "items": text}, "latitude": {"type": ["number", "null"]},
            "longitude": {"type": ["number", "null"]}, "page": text,
        },
    }  # fmt: skip
    slug = {"name": "slug", "in": "path", "required": True, "schema": text}
    missing = {"404": {"description": "There is no such round"}}
    early = {"404": {"description": "No such round, or its result is not published yet"}}
    path = "/api/v1/budget-rounds"
    return {
        path: {"get": {"summary": "Every budget round", "responses": {"200": _answer("The list", _many(item))}}},
        f"{path}/{{slug}}": _get("One budget round", slug, {"200": _answer("The round", item), **missing}),
        f"{path}/{{slug}}/projects": _get(
            "The projects on its ballot", slug, {"200": _answer("The list", _many(project)), **missing}
        ),
        f"{path}/{{slug}}/outcome": _get(
            "Its result, from the hour of publication", slug,
            {"200": _answer("The result", {"type": "object"}), **early},
        ),
    }  # fmt: skip


def _get(summary: str, slug: Json, responses: Json) -> Json:
    return {"get": {"summary": summary, "parameters": [slug], "responses": responses}}


def _many(item: Json) -> Json:
    return {"type": "object", "properties": {"items": {"type": "array", "items": item}}}


def _answer(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}

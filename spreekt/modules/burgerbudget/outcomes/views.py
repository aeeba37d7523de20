"""The result of a round: the page, and the same as files. Hangs on the blueprint of ../views.py."""

from collections import Counter
from collections.abc import Iterator, Mapping

from flask import Response, jsonify, url_for

from spreekt.electorate.domain import turnout
from spreekt.identity.permissions import ANYONE
from spreekt.kernel.errors import NotThere
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.doors import figures as door_figures
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury.models import JuryReport
from spreekt.modules.burgerbudget.models import Project, PublishedOutcome, Round
from spreekt.modules.burgerbudget.outcomes.results import Result, outcome_document, published_result, result_of
from spreekt.modules.burgerbudget.themes.shares import divides, shares, shares_of
from spreekt.modules.burgerbudget.voting.views import bp
from spreekt.web.cache import public
from spreekt.web.context import Answer, db, find, now, page
from spreekt.web.listing import csv_answer, geojson_answer
from spreekt.web.rights import allow

__all__ = ["bp"]

WEIGHED = {"deel_stemming": "public", "deel_jury": "jury", "samen": "together"}
"""Columns of what public and jury gave, where they weigh together, from 0 to 1."""


@bp.get("/<slug>/uitslag")
@allow(ANYONE)
@public
def outcome(slug: str) -> Answer:
    round = queries.round_with(db(), slug, outcomes=True)
    if not round.shows_outcome(now()):
        return page("burgerbudget/waiting.html", round=round, voters=turnout(db(), round.poll), report=_report(round))
    result = result_of(db(), round)
    if round.is_about_themes:
        return _themes(result)
    winners = result.winners(db())
    return page(
        "burgerbudget/outcome.html", round=round, outcomes=round.outcomes, decision=result.decision, winners=winners,
        summaries=result.summaries, is_final=result.is_final, areas=_per_area(winners),
        weights={each.part: result.weights(each.part) for each in round.outcomes},
        has_places=any(project.latitude is not None for project, _cents in winners), report=_report(round),
        **door_figures.of_round(db(), round),
    )  # fmt: skip


def _themes(result: Result) -> Answer:
    round, rules = queries.round_and_rules(db(), result.round.slug, outcomes=True)
    return page(
        "burgerbudget/outcome_themes.html", round=round, rules=rules, outcomes=round.outcomes,
        summaries=result.summaries, shares=shares(round, rules, result.names), divides=divides(rules),
        taken_by=queries.rounds_that_took(db(), round.id), **door_figures.of_round(db(), round),
    )  # fmt: skip


@bp.get("/<slug>/uitslag.pb")
@bp.get("/<slug>/uitslag-<part>.pb")
@allow(ANYONE)
def outcome_file(slug: str, part: str = "") -> Answer:
    """The file that anyone can recount, byte for byte what its hash is about."""
    return _download(
        slug, part, "pb", find(PublishedOutcome, round_id=published_result(db(), slug, now()).round.id, part=part).file
    )


@bp.get("/<slug>/uitslag-bewijs.json")
@bp.get("/<slug>/uitslag-bewijs-<part>.json")
@allow(ANYONE)
def outcome_witness(slug: str, part: str = "") -> Answer:
    """The proof of what equal shares bought; NotThere where the rule has none."""
    return _download(
        slug,
        part,
        "json",
        find(PublishedOutcome, round_id=published_result(db(), slug, now()).round.id, part=part).witness,
    )


@bp.get("/<slug>/uitslag.csv")
@allow(ANYONE)
def outcome_csv(slug: str) -> Answer:
    result = published_result(db(), slug, now())
    if result.round.is_about_themes:
        return csv_answer(f"uitslag-{slug}", ("code", "thema", "stemmen", "punten", "gaat_door", "bedrag", "munt"),
                          _theme_rows(result))  # fmt: skip
    header = ("deel", "code", "titel", "prijs", "munt", "stemmen", "punten", "gaat_door", "gekozen", "krijgt", "reden",
              *WEIGHED)  # fmt: skip
    return csv_answer(f"uitslag-{result.round.slug}", header, _rows(result))


@bp.get("/<slug>/uitslag.json")
@allow(ANYONE)
def outcome_json(slug: str) -> Answer:
    """Everything the page says, for machines."""
    return jsonify(outcome_document(db(), published_result(db(), slug, now())))


@bp.get("/<slug>/uitslag.geojson")
@allow(ANYONE)
def outcome_geojson(slug: str) -> Answer:
    result = published_result(db(), slug, now())
    return geojson_answer(
        (
            (project.latitude, project.longitude),
            {
                "title": project.shown_title,
                "text": "",
                "url": url_for("burgerbudget.project_in_round", slug=slug, id=project.id),
            },
        )
        for project, _cents in result.winners(db())
        if project.latitude is not None and project.longitude is not None
    )


def _report(round: Round) -> JuryReport | None:
    """What the jury of a round without a vote said, once two people signed it."""
    return jury_queries.published_report(db(), round.id) if round.without_vote else None


def _rows(result: Result) -> Iterator[tuple[object, ...]]:
    gets = {project.code: cents for project, cents in result.winners(db())} if result.is_final else {}
    if result.round.without_vote:
        yield from _unvoted_rows(result.round, gets)
    for part, summary in result.summaries.items():
        for row in summary["projects"]:
            cents, weights = gets.get(row["code"]), result.weights(part).get(row["code"], {})
            yield (
                part, row["code"], row["title"], f"{row['cost_cents'] / 100:.2f}", summary["currency"],
                row["votes"], row["score"], "ja" if row.get("goes_on", True) else "nee",
                "ja" if cents is not None else "nee", f"{(cents or 0) / 100:.2f}", row["reason"],
                *(f"{weights[name]:.4f}" if weights.get(name) is not None else "" for name in WEIGHED.values()),
            )  # fmt: skip


def _theme_rows(result: Result) -> Iterator[tuple[object, ...]]:
    gets = {share.code: share.amount_cents for share in shares_of(db(), result.round)}
    for row in result.summaries[""]["projects"]:
        cents = gets.get(row["code"])
        yield (
            row["code"], row["title"], row["votes"], row["score"], "ja" if row["won"] else "nee",
            *(("", "") if cents is None else (f"{cents / 100:.2f}", result.round.currency)),
        )  # fmt: skip


def _unvoted_rows(round: Round, gets: Mapping[str, int]) -> Iterator[tuple[object, ...]]:
    """What a jury or the city chose from, with what each gets; columns about votes stay empty."""
    for project in queries.projects_of(db(), round.id, with_areas=False):
        cents = gets.get(project.code, 0)
        yield (
            "", project.code, project.shown_title, f"{project.cost_cents / 100:.2f}", round.currency, "", "", "",
            "ja" if cents else "nee", f"{cents / 100:.2f}", "", *("" for _name in WEIGHED),
        )  # fmt: skip


def _per_area(winners: list[tuple[Project, int]]) -> list[tuple[str, int, int]]:
    """Name, projects and money of each area; a project of several areas, or of none, is for the whole city."""
    count: Counter[str] = Counter()
    money: Counter[str] = Counter()
    for project, cents in winners:
        name = project.areas[0].name if len(project.areas) == 1 else ""
        count[name] += 1
        money[name] += cents
    return sorted((name, number, money[name]) for name, number in count.items())


def _download(slug: str, part: str, ending: str, text: str) -> Answer:
    if not text:
        raise NotThere
    answer = Response(text.encode(), mimetype="text/plain" if ending == "pb" else "application/json")
    name = f"{slug}-{part}" if part else slug
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return answer

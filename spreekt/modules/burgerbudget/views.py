"""The public pages of Burgerbudget: rounds and projects. Voting is in voting/, results in outcomes/."""

from flask import Blueprint, url_for
from flask_babel import gettext as _

from spreekt.electorate.domain import turnout
from spreekt.identity.permissions import ANYONE
from spreekt.kernel.errors import NotThere
from spreekt.kernel.markup import plain_excerpt
from spreekt.kernel.regulations import PhaseKind
from spreekt.moderation.domain import readable
from spreekt.moderation.embeds import comment_form, thread_of
from spreekt.moderation.models import Submission
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.follow import story
from spreekt.modules.burgerbudget.follow.models import Execution
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.models import Project, Round
from spreekt.modules.burgerbudget.outcomes.summaries import gate_json
from spreekt.modules.burgerbudget.phases import timeline
from spreekt.modules.burgerbudget.queries import Filter
from spreekt.modules.burgerbudget.themes.shares import divides, shares_of
from spreekt.modules.burgerbudget.voting.game import decider_of, game_of, gate_of
from spreekt.modules.burgerbudget.voting.own_ballot import own_progress
from spreekt.modules.burgerbudget.workflow import ON_BALLOT
from spreekt.web.cache import public
from spreekt.web.context import Answer, actor, db, find, now, page, vault
from spreekt.web.listing import (
    MAX_EXPORT,
    PER_PAGE,
    Entry,
    Page,
    atom_answer,
    csv_answer,
    geojson_answer,
    one_word,
    whole_number,
)
from spreekt.web.rights import allow

bp = Blueprint("burgerbudget", __name__, url_prefix="/burgerbudget")


@bp.get("")
@allow(ANYONE)
@public
def index() -> Answer:
    rounds = queries.all_rounds(db())
    spans = timeline.timelines(db(), rounds)
    taking = [round for round in rounds if timeline.is_open(spans[round.id], PhaseKind.SUBMISSION, now())]
    open_rounds = [round for round in rounds if round.takes_votes(now())]
    over = [round for round in rounds if round.poll.is_over(now()) or round.shows_outcome(now())]
    elsewhere = (*taking, *open_rounds, *over)
    return page(
        "burgerbudget/index.html",
        taking=taking,
        open_rounds=open_rounds,
        busy=[round for round in rounds if round not in elsewhere and not round.may_change(now()) and not round.hold],
        held=[round for round in rounds if round.hold is not None and not round.poll.is_over(now())],
        coming=[
            round for round in reversed(rounds) if round.may_change(now()) and round not in taking and not round.hold
        ],
        over=over,
    )


@bp.get("/<slug>")
@allow(ANYONE)
@public
def show(slug: str) -> Answer:
    round, rules = queries.round_and_rules(db(), slug, pots=True, outcomes=True)
    gate = gate_of(round, rules)
    voters = 0 if round.is_imported else turnout(db(), round.poll)
    number = queries.number_of_projects(db(), round.id)
    spans = timeline.timeline(db(), round)
    return page(
        "burgerbudget/show.html", round=round, rules=rules, game=game_of(round, rules), voters=voters, number=number,
        spans=spans, decider=decider_of(rules).value, gate=gate and gate_json(gate),
        phase_words=timeline.phase_words(rules),
        has_jury=jury_queries.is_planned(rules, spans), own=own_progress(db(), vault(), round, who=actor(), now=now()),
        takes_dossiers=timeline.is_open(spans, PhaseKind.SUBMISSION, now()), divides=divides(rules),
        shares=shares_of(db(), round.themes_from) if round.themes_from is not None else (),
    )  # fmt: skip


@bp.get("/<slug>/projecten")
@allow(ANYONE)
@public
def projects(slug: str) -> Answer:
    round = queries.round_with(db(), slug)
    every, wanted = queries.projects_of(db(), round.id), _filter()
    kept = [project for project in _in_order(round, every) if wanted.keeps(project)]
    number = whole_number("pagina")
    start = (number - 1) * PER_PAGE
    if start and start >= len(kept):
        raise NotThere
    return page(
        "burgerbudget/projects.html",
        round=round,
        listing=Page(kept[start : start + PER_PAGE], len(kept), number),
        wanted=wanted,
        areas=sorted({(area.code, area.name) for project in every for area in project.areas}),
        themes=sorted({project.theme for project in every if project.theme}),
        has_places=any(project.latitude is not None for project in kept),
    )


@bp.get("/<slug>/projecten.csv")
@allow(ANYONE)
def projects_csv(slug: str) -> Answer:
    round = queries.round_with(db(), slug)
    header = ("code", "titel", "prijs", "munt", "thema", "deelgemeenten", "adres")
    rows = [
        (
            project.code, project.shown_title, *_price(round, project), project.theme,
            ", ".join(area.name for area in project.areas), _address(round, project, full=True),
        )
        for project in _wanted(round)
    ]  # fmt: skip
    return csv_answer(f"projecten-{round.slug}", header, rows)


@bp.get("/<slug>/projecten.atom")
@allow(ANYONE)
def projects_atom(slug: str) -> Answer:
    round = queries.round_with(db(), slug)
    newest = sorted(_wanted(round), key=lambda project: project.published_at or now(), reverse=True)
    entries = [
        Entry(_address(round, project, full=True), project.shown_title, _excerpt(project),
              project.published_at or now())
        for project in newest[:50]
    ]  # fmt: skip
    url = url_for("burgerbudget.projects", slug=round.slug, _external=True)
    return atom_answer(_("Projecten van %(round)s", round=round.title), url, entries, updated=round.poll.opens_at)


@bp.get("/<slug>/projecten.geojson")
@allow(ANYONE)
def projects_geojson(slug: str) -> Answer:
    round = queries.round_with(db(), slug)
    return geojson_answer(
        (
            (project.latitude, project.longitude),
            {"title": project.shown_title, "text": _excerpt(project), "url": _address(round, project)},
        )
        for project in _wanted(round)
        if project.latitude is not None and project.longitude is not None
    )


@bp.get("/projecten/<int:id>")
@allow(ANYONE)
def project(id: int) -> Answer:
    """A project by its number alone, for links that know no round."""
    found = find(Project, id=id)
    return _project(queries.project_of(db(), found.round.slug, id))


@bp.get("/<slug>/projecten/<int:id>")
@allow(ANYONE)
def project_in_round(slug: str, id: int) -> Answer:
    return _project(queries.project_of(db(), slug, id))


def _project(found: Project) -> Answer:
    readable(actor(), found)
    origin = db().get(Submission, found.origin_id) if found.origin_id else None
    origin = origin if origin is not None and origin.is_public else None
    return page(
        "burgerbudget/project.html",
        project=found,
        round=found.round,
        origin=origin,
        origin_url=url_for(origin.endpoint, id=origin.id) if origin is not None else "",
        is_on_ballot=found.state in ON_BALLOT,
        story=story.steps(db(), found, now=now()) if db().get(Execution, found.id) is not None else (),
        thread=thread_of(found),
        reaction=comment_form(),
    )


def _price(round: Round, project: Project) -> tuple[str, str]:
    """Price and currency; neither for a theme."""
    return ("", "") if round.is_about_themes else (f"{project.cost_cents / 100:.2f}", round.currency)


def _filter() -> Filter:
    return Filter(area=one_word("deelgemeente"), theme=one_word("thema"), words=one_word("q"))


def _wanted(round: Round) -> list[Project]:
    wanted = _filter()
    return [project for project in queries.projects_of(db(), round.id) if wanted.keeps(project)][:MAX_EXPORT]


def _in_order(round: Round, every: list[Project]) -> list[Project]:
    """While one can vote, an order that favours nobody: fixed for a person, and for a day for visitors."""
    return queries.shuffled(every, order_seed(round)) if round.takes_votes(now()) else every


def order_seed(round: Round) -> str:
    """What the order of projects hangs on."""
    reader = f"account {actor().id}" if actor().is_signed_in else f"day {now():%Y-%m-%d}"
    return vault().fingerprint("order of projects", f"{round.id} {reader}")


def _address(round: Round, project: Project, *, full: bool = False) -> str:
    return url_for("burgerbudget.project_in_round", slug=round.slug, id=project.id, _external=full)


def _excerpt(project: Project) -> str:
    return plain_excerpt(project.body_html, 200) if project.is_public else ""

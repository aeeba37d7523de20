"""What became of the projects that won, for everybody: the list with its feeds, each story, and news with photos."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from spreekt.identity.permissions import ANYONE
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import NotThere
from spreekt.kernel.markup import plain_excerpt
from spreekt.moderation import domain as moderation
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.follow import queries as follow_queries
from spreekt.modules.burgerbudget.follow import story
from spreekt.modules.burgerbudget.follow.models import Execution, ExecutionState
from spreekt.modules.burgerbudget.follow.queries import next_day
from spreekt.modules.burgerbudget.follow.report_models import ProgressReport
from spreekt.modules.burgerbudget.follow.words import handled_by, money_said, progress_said
from spreekt.modules.burgerbudget.follow.workflow import STATE_LOOKS, STATE_WORDS
from spreekt.modules.burgerbudget.models import Project, Round
from spreekt.web.cache import public
from spreekt.web.context import Answer, actor, db, now, page
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

bp = Blueprint("budget_follow", __name__, url_prefix="/burgerbudget")
WORDS: dict[str, Any] = {
    "state_words": STATE_WORDS, "state_looks": STATE_LOOKS, "handled_by": handled_by, "money_said": money_said,
    "progress_said": progress_said, "next_day": next_day,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader wants to see. A round awards at most some dozens, so this is asked in memory."""

    area: str
    state: str
    words: str

    @property
    def is_on(self) -> bool:
        return bool(self.area or self.state or self.words)

    def keeps(self, execution: Execution) -> bool:
        text = execution.project.shown_title.casefold()
        return (
            (not self.area or any(area.code == self.area for area in execution.project.areas))
            and (not self.state or execution.state == self.state)
            and all(word in text for word in self.words.casefold().split())
        )


@bp.get("/<slug>/opvolging")
@allow(ANYONE)
@public
def index(slug: str) -> Answer:
    """Every project that won, with how it stands."""
    round, number, wanted = queries.round_with(db(), slug), whole_number("pagina"), _wanted()
    every = _awarded(round)
    kept = [execution for execution in every if wanted.keeps(execution)]
    start = (number - 1) * PER_PAGE
    if start and start >= len(kept):
        raise NotThere
    shown = kept[start : start + PER_PAGE]
    return page(
        "burgerbudget/follow/index.html",
        round=round,
        listing=Page(shown, len(kept), number),
        wanted=wanted,
        done=sum(each.state is ExecutionState.DONE for each in every),
        number=len(every),
        areas=sorted({(area.code, area.name) for each in every for area in each.project.areas}),
        states=[(state.value, _(STATE_WORDS[state])) for state in ExecutionState],
        news=follow_queries.latest_news(db(), [each.id for each in shown]),
        today=now().astimezone(BRUSSELS).date(),
        has_places=any(each.project.latitude is not None for each in kept),
        **WORDS,
    )


@bp.get("/<slug>/opvolging.csv")
@allow(ANYONE)
def csv(slug: str) -> Answer:
    header = ("code", "titel", "staat", "toegekend", "mijlpalen_klaar", "mijlpalen", "volgende_dag", "einde",
              "gebruikt", "deelgemeenten", "adres")  # fmt: skip
    rows = [
        (
            each.project.code, each.project.shown_title, _(STATE_WORDS[each.state]), _euros(each.award_cents),
            each.approved, len(each.milestones), next_day(each) or "", each.ended_on or "",
            "" if each.spent_cents is None else _euros(min(each.spent_cents, each.award_cents)),
            ", ".join(area.name for area in each.project.areas), _address(each, full=True),
        )
        for each in _kept(queries.round_with(db(), slug))
    ]  # fmt: skip
    return csv_answer(f"opvolging-{slug}", header, rows)


@bp.get("/<slug>/opvolging.atom")
@allow(ANYONE)
def atom(slug: str) -> Answer:
    """The last news of each project."""
    round = queries.round_with(db(), slug)
    kept = _kept(round)
    news = follow_queries.latest_news(db(), [each.id for each in kept])
    entries = [
        Entry(url_for("budget_follow.report", id=report.id, _external=True), report.title,
              plain_excerpt(report.body_html, 200), report.published_at or now())
        for each in kept if (report := news.get(each.id)) is not None
    ]  # fmt: skip
    url = url_for("budget_follow.index", slug=slug, _external=True)
    title = _("Opvolging van %(round)s", round=round.title)
    return atom_answer(title, url, sorted(entries, key=lambda each: each.updated, reverse=True),
                       updated=round.publishes_at)  # fmt: skip


@bp.get("/<slug>/opvolging.geojson")
@allow(ANYONE)
def geojson(slug: str) -> Answer:
    return geojson_answer(
        (
            (each.project.latitude, each.project.longitude),
            {
                "title": each.project.shown_title,
                "text": f"{_(STATE_WORDS[each.state])}. {progress_said(each)}",
                "url": _address(each),
            },
        )
        for each in _kept(queries.round_with(db(), slug))
        if each.project.latitude is not None and each.project.longitude is not None
    )


@bp.get("/<slug>/projecten/<int(max=2147483647):id>/verhaal")
@allow(ANYONE)
def tell(slug: str, id: int) -> Answer:
    """One project from idea to thing in the street."""
    found = queries.project_of(db(), slug, id)
    moderation.readable(actor(), found)
    execution = next((each for each in _awarded(found.round) if each.id == id), None)
    return page(
        "burgerbudget/follow/story.html", project=found, round=found.round, execution=execution,
        steps=story.steps(db(), found, now=now()), today=now().astimezone(BRUSSELS).date(), **WORDS,
    )  # fmt: skip


@bp.get("/nieuws/<int(max=2147483647):id>")
@allow(ANYONE)
def report(id: int) -> Answer:
    """News of a project, for whoever may read it."""
    found = moderation.readable(actor(), db().get(ProgressReport, id))
    if not isinstance(found, ProgressReport):
        raise NotThere
    return page("burgerbudget/follow/news.html", report=found, project=found.execution.project,
                round=found.execution.project.round)  # fmt: skip


def _awarded(round: Round) -> Sequence[Execution]:
    """What is carried out, once the decision is public."""
    if queries.published_decision(db(), round.id) is None:
        return ()
    return follow_queries.executions_of(db(), round.id)


def _wanted() -> Wanted:
    return Wanted(one_word("deelgemeente"), one_word("status"), one_word("q"))


def _kept(round: Round) -> list[Execution]:
    wanted = _wanted()
    return [each for each in _awarded(round) if wanted.keeps(each)][:MAX_EXPORT]


def _address(execution: Execution, *, full: bool = False) -> str:
    project: Project = execution.project
    return url_for("budget_follow.tell", slug=project.round.slug, id=project.id, _external=full)


def _euros(cents: int) -> str:
    return f"{cents / 100:.2f}"

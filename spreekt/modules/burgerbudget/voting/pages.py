"""Showing a ballot and reading what was marked on it, whoever votes and through whichever door. Decides nothing."""

import base64
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from spreekt.kernel.markup import plain_excerpt
from spreekt.kernel.regulations import VoteMethod
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.forms import BallotForm
from spreekt.modules.burgerbudget.models import Project, Round
from spreekt.modules.burgerbudget.queries import Filter
from spreekt.modules.burgerbudget.voting.game import Game, Marks, ticked, written
from spreekt.web.context import Answer, db, page

ELSEWHERE = ("_later", "_toon", "_vergelijk")
"""Buttons that keep the marks and go somewhere else than to the review."""

AROUND = ("q", "deelgemeente", "thema", "code")
"""Fields beside the marks that come back with the ballot: what of the list is shown, and the code of a receipt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Where the pages around a ballot are, for this way in. Empty: this way in does not have it.

    Without `compare`, the ballot itself answers with the comparison and the marks travel along in its form.
    """

    ballot: str
    review: str
    autosave: str = ""
    later: str = ""
    compare: str = ""
    owner: str = ""
    """Whose marks a browser keeps until the account has them, as a word that says nothing elsewhere."""
    start: str = ""
    """Where one begins anew, on a way in without an account: marks travel in forms, nothing stays in the browser."""
    is_kiosk: bool = False
    """A device that many people use, one after the other."""


def marked(game: Game, projects: Sequence[Project], sent: MultiDict[str, str] | None = None) -> Marks:
    """The marks in a request: ticks, points beside each project, or a project on each place. Nothing is judged yet."""
    form = request.form if sent is None else sent
    if game.ticks:
        return ticked(form.getlist("projects"))
    if game.method is VoteMethod.POINTS:
        given = {project.code: form.get(f"punten-{project.id}", "").strip() for project in projects}
        return {code: _whole(points) for code, points in given.items() if points not in ("", "0")}
    places = {place: form.get(f"plaats-{place}", "") for place in range(1, (game.most or 0) + 1)}
    chosen: dict[str, int] = {}
    for place, code in places.items():
        if code:
            chosen[code] = 0 if code in chosen else place  # twice is no place at all: the rule refuses it
    return chosen


def packed(game: Game, marks: Marks, codes: Collection[str]) -> str:
    """Marks as one hidden value, as long for every choice, so that the length of a request says nothing."""
    return base64.urlsafe_b64encode(written(marks).encode().ljust(game.longest(codes))).decode()


def unpacked() -> Marks:
    """The marks that the review page sends back; no marks when somebody made that value by hand."""
    try:
        found = json.loads(base64.urlsafe_b64decode(request.form.get("marks", "")))
    except ValueError:
        return {}
    if not isinstance(found, dict) or any(type(number) is not int for number in found.values()):
        return {}
    return found


def wanted() -> Filter:
    """What of the list somebody asked to see, by the form around the ballot."""
    return Filter(
        area=request.form.get("deelgemeente", "")[:60],
        theme=request.form.get("thema", "")[:60],
        words=request.form.get("q", "")[:100],
    )


def fits(only: Filter, project: Project) -> bool:
    """Whether a row is wanted, by what stands on it: title, theme, place. The script filters by the same words."""
    areas = {area.code: area.name for area in project.areas}
    words = f"{project.shown_title} {project.theme} {' '.join(areas.values())}".lower()
    return (
        (not only.area or only.area in areas)
        and only.theme in ("", project.theme)
        and all(word in words for word in only.words.lower().split())
    )


def typed(game: Game, marks: Marks, projects: Sequence[Project]) -> dict[str | int, str]:
    """What stands in each field: what was just typed, even when it is no mark, else what was kept."""
    names = _fields(game, projects)
    kept: dict[str | int, str] = {}
    if game.method is VoteMethod.POINTS:
        kept = {code: str(points) for code, points in marks.items()}
    elif game.method is VoteMethod.RANKING:
        kept = {place: code for code, place in marks.items()}
    if not any(name in request.form for name in names.values()):
        return kept
    return {key: request.form.get(name, "")[:60] for key, name in names.items()}


def show_ballot(
    round: Round, game: Game, projects: Sequence[Project], doors: Doors, *, form: BallotForm, marks: Marks,
    is_saved: bool, error: str = "", counts_at_close: bool = False, only: Filter | None = None, changes: bool = False,
    code: str = "", error_at: str = "stembiljet", saved_ms_ago: int = 0,
) -> Answer:  # fmt: skip
    """The ballot with what was marked, and the fault if there is one. `only` hides what is not asked for.

    `saved_ms_ago`: the age of the draft on the page, in milliseconds; a browser may have marks that are newer.
    """
    shown = only if only is not None and only.is_on else None
    return page(
        "burgerbudget/vote.html",
        round=round, game=game, doors=doors, form=form, marks=marks, is_saved=is_saved, error=error,
        projects=projects, counts_at_close=counts_at_close, wanted=only or Filter(), changes=changes, code=code,
        error_at=error_at, saved_ms_ago=saved_ms_ago,
        visible=[project for project in projects if shown is None or fits(shown, project)],
        typed=typed(game, marks, projects),
        areas=sorted({(area.code, area.name) for project in projects for area in project.areas}),
        themes=sorted({project.theme for project in projects if project.theme}),
        spent=_spent(marks, projects),
        status=422 if form.errors or (error and request.method == "POST") else 200,
    )  # fmt: skip


def show_comparison(round: Round, game: Game, projects: Sequence[Project], doors: Doors) -> Answer:
    """Two projects side by side, by what was just sent. The ballot travels along as it was typed, faults and all."""
    names = (*(_fields(game, projects).values() or ("projects",)), *AROUND)
    carried = [(name, value[:100]) for name in names for value in request.form.getlist(name)]
    return compare_page(round, projects, doors, request.form, carried=carried)


def compare_page(
    round: Round, projects: Sequence[Project], doors: Doors, chosen: Mapping[str, str], *,
    carried: Sequence[tuple[str, str]] | None = None,
) -> Answer:  # fmt: skip
    """The page for the projects in the fields "een" and "twee"; `carried` are fields of a ballot that is not saved."""
    pair = [project for name in ("een", "twee") for project in projects if chosen.get(name) == str(project.id)]
    told = [plain_excerpt(each.body_html, 600) if each.is_public else _("De tekst is verborgen.") for each in pair]
    return page(
        "burgerbudget/compare.html", round=round, projects=projects, doors=doors, pair=pair, chosen=chosen,
        told=[words or _("Geen beschrijving.") for words in told], carried=carried, form=BallotForm(formdata=None),
    )  # fmt: skip


def show_review(
    round: Round, game: Game, projects: Sequence[Project], doors: Doors, *, marks: Marks, code: str
) -> Answer:
    """What was marked, once more in full, and one button."""
    chosen = sorted((project for project in projects if project.code in marks), key=_order_on_review(game, marks))
    return page(
        "burgerbudget/review.html", round=round, game=game, doors=doors, chosen=chosen, marks=marks, form=BallotForm(),
        packed=packed(game, marks, [project.code for project in projects]), spent=_spent(marks, projects), code=code,
    )  # fmt: skip


def ballot_projects(round: Round, seed: str) -> list[Project]:
    """The projects of a ballot in an order that favours none and is fixed for this seed."""
    return queries.shuffled(queries.projects_of(db(), round.id), seed)


def _fields(game: Game, projects: Sequence[Project]) -> dict[str | int, str]:
    """The name of each field to fill in, by project code or by place; none where projects are ticked."""
    if game.method is VoteMethod.POINTS:
        return {project.code: f"punten-{project.id}" for project in projects}
    if game.method is VoteMethod.RANKING:
        return {place: f"plaats-{place}" for place in range(1, (game.most or 0) + 1)}
    return {}


def _order_on_review(game: Game, marks: Marks) -> Callable[[Project], int]:
    """Most points first, or by place; else as on the list."""
    factor = {VoteMethod.POINTS: -1, VoteMethod.RANKING: 1}.get(game.method, 0)
    return lambda project: factor * marks[project.code]


def _spent(marks: Mapping[str, int], projects: Sequence[Project]) -> int:
    return sum(project.cost_cents for project in projects if project.code in marks)


def _whole(text: str) -> int:
    """The points that somebody typed; what is no whole number is minus one, which no ballot may hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1

"""The pages of a dossier: what everybody reads, and writing it together, one question a screen."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from wtforms.fields.choices import SelectChoice

from spreekt.identity import limits
from spreekt.identity.permissions import ANYONE, RESIDENT, SIGNED_IN
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import DomainError, Invalid, StaleVersion
from spreekt.kernel.regulations import PhaseKind
from spreekt.moderation.domain import readable
from spreekt.moderation.embeds import comment_form, thread_of
from spreekt.modules.burgerbudget import locks, pots, queries
from spreekt.modules.burgerbudget.dossiers import advice_queries, advising, group, screening
from spreekt.modules.burgerbudget.dossiers import domain as dossiers
from spreekt.modules.burgerbudget.dossiers import queries as dossier_queries
from spreekt.modules.burgerbudget.dossiers.alike import alike
from spreekt.modules.burgerbudget.dossiers.forms import (
    COST_WORDS,
    CostForm,
    IdeaForm,
    PressForm,
    SpotForm,
    StepForm,
)
from spreekt.modules.burgerbudget.dossiers.models import Attachment, CostKind, CostLine, Dossier, PlannedStep
from spreekt.modules.burgerbudget.dossiers.plain_words import writing_help
from spreekt.modules.burgerbudget.dossiers.workflow import (
    RUNNING,
    STAGE_LOOKS,
    STAGE_WORDS,
    is_lead,
    is_member,
    may_mend_plan,
    may_screen,
    offered,
)
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.phases import regulation, timeline
from spreekt.territory.models import Area
from spreekt.web.context import Answer, actor, city, clock, db, now, page, see_other, vault
from spreekt.web.forms import Form
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("budget_dossiers", __name__, url_prefix="/burgerbudget")
ID = "/voorstellen/<int(max=2147483647):id>"
LOOKS: dict[str, Any] = {
    "stage_words": STAGE_WORDS, "stage_looks": STAGE_LOOKS, "cost_words": COST_WORDS,
    "criteria_words": screening.CRITERIA_WORDS, "subject_words": advising.SUBJECT_WORDS,
    "verdict_words": advising.VERDICT_WORDS, "act_words": screening.ACT_WORDS,
}  # fmt: skip


@bp.get(ID)
@allow(ANYONE)
def show(id: int) -> Answer:
    """One dossier: for everybody once it is admissible, before that for the group and the city."""
    dossier = dossier_queries.dossier_with(db(), id)
    mine = is_member(actor(), dossier)
    if not mine and not may_screen(actor(), dossier):
        readable(actor(), dossier)
    return page(
        "burgerbudget/dossiers/show.html",
        dossier=dossier,
        round=dossier.round,
        mine=mine,
        leads=is_lead(actor(), dossier),
        may_mend=mine and may_mend_plan(dossier),
        may_leave=mine and dossier.stage in RUNNING,
        offered=offered(dossier, to=actor()),
        screens=may_screen(actor(), dossier),
        decisions=(decisions := advice_queries.decisions_of(db(), dossier.id)),
        is_final=bool(decisions) and dossier.stage in screening.REPLIES and screening.is_final(decisions[0]),
        may_reply=screening.may_reply(dossier, decisions, by=actor(), now=now()),
        advice=advice_queries.advice_of(db(), dossier.id),
        merges=advice_queries.merges_of(db(), dossier.id) if mine else (),
        thread=thread_of(dossier) if dossier.is_public else None,
        reaction=comment_form() if dossier.is_public else None,
        today=now().astimezone(BRUSSELS).date(),
        press=PressForm(formdata=None) if mine else None,
        **LOOKS,
    )


@bp.route("/<slug>/voorstel", methods=["GET", "POST"])
@allow(RESIDENT)
def begin(slug: str) -> Answer:
    """The first question. What comes after can wait until tomorrow."""
    round = queries.round_with(db(), slug)
    rules = regulation.regulation_of(db(), round)
    if rules is None or not timeline.is_open(timeline.timeline(db(), round), PhaseKind.SUBMISSION, now()):
        return page("burgerbudget/dossiers/not_open.html", round=round, status=409)
    form = IdeaForm()
    if form.validate_on_submit() and (idea := form.idea()):
        count_one()
        try:
            dossier = dossiers.begin(
                db(), vault(), round, title=idea[0], body=idea[1], by=actor(), now=clock().database_now(db())
            )
            return see_other("budget_dossiers.show" if _later() else "budget_dossiers.place", id=dossier.id)
        except group.CannotJoin as refusal:
            form.blame("title", refusal)
    return page("burgerbudget/dossiers/idea.html", form=form, round=round, rules=rules, dossier=None, help=None)


@bp.route(f"{ID}/idee", methods=["GET", "POST"])
@allow(SIGNED_IN)
def idea(id: int) -> Answer:
    """Title and text, with help to write shorter."""
    dossier = mendable(id)
    form = IdeaForm(title=dossier.title, body=dossier.body, version=dossiers.text_mark(dossier))
    if form.validate_on_submit() and (words := form.idea()):
        title, body, seen = *words, form.version.data or ""
        if _saved(form, dossiers.text_mark, dossier, lambda: dossiers.mend(
            db(), dossier, title=title, body=body, seen=seen, by=actor(), now=now()
        )):  # fmt: skip
            if "_kort" in request.form:
                return see_other("budget_dossiers.idea", id=id)
            return _next(dossier, "place")
    return step("idea", form, dossier, help=writing_help(dossier.body), rules=group.rules_of(db(), dossier))


@bp.route(f"{ID}/plaats", methods=["GET", "POST"])
@allow(SIGNED_IN)
def place(id: int) -> Answer:
    """Where it comes."""
    dossier = mendable(id)
    areas = {area.id: area for area in queries.areas_of_call(db(), dossier.round, now())}
    form = SpotForm(
        area_id=dossier.areas[0].id if dossier.areas else 0, place=dossier.place, theme=dossier.theme,
        latitude="" if dossier.latitude is None else str(dossier.latitude),
        longitude="" if dossier.longitude is None else str(dossier.longitude), version=dossiers.place_mark(dossier),
    ).offer(dossier.round.pots, rest=pots.most(dossier.round, None))  # fmt: skip
    form.area_id.choices = area_choices(dossier.round, areas.values())
    if form.validate_on_submit():
        point, seen = form.point(city().map.box), form.version.data or ""
        chosen = [areas[form.area_id.data]] if form.area_id.data else []
        if not form.errors and _saved(form, dossiers.place_mark, dossier, lambda: dossiers.put_at(
            db(), dossier, areas=chosen, place=form.place.data, point=point, seen=seen, by=actor(),
            theme=form.theme.data if "theme" in form else "",
        )):  # fmt: skip
            return _next(dossier, "costs")
    return step("place", form, dossier)


@bp.route(f"{ID}/kosten", methods=["GET", "POST"])
@allow(SIGNED_IN)
def costs(id: int) -> Answer:
    """The cost table, line by line, so that two people can fill it in at once."""
    dossier, form = mendable(id), CostForm()
    if taken_away(dossier, CostLine):
        return see_other("budget_dossiers.costs", id=id)
    if form.validate_on_submit():
        try:
            dossiers.add_cost(db(), dossier, kind=CostKind(form.kind.data), label=form.label.data,
                              amount_cents=form.amount_cents.data or 0, by=actor())  # fmt: skip
            return see_other("budget_dossiers.costs", id=id)
        except Invalid as refusal:
            form.blame("label", refusal)
    return step("costs", form, dossier, rules=group.rules_of(db(), dossier), kinds=list(CostKind))


@bp.route(f"{ID}/planning", methods=["GET", "POST"])
@allow(SIGNED_IN)
def planning(id: int) -> Answer:
    """What happens by when, step by step."""
    dossier, form = mendable(id), StepForm()
    if taken_away(dossier, PlannedStep):
        return see_other("budget_dossiers.planning", id=id)
    if form.validate_on_submit():
        try:
            dossiers.add_step(db(), dossier, label=form.label.data, until=form.until.data, by=actor())
            return see_other("budget_dossiers.planning", id=id)
        except Invalid as refusal:
            form.blame("until", refusal)
    return step("planning", form, dossier)


@bp.route(f"{ID}/nakijken", methods=["GET", "POST"])
@allow(SIGNED_IN)
def review(id: int) -> Answer:
    """The whole dossier once more, what is missing, and what looks like it."""
    dossier, form = mendable(id), PressForm()
    refused = ""
    if form.validate_on_submit():
        try:
            locks.alone(db(), dossier.round)
            dossiers.hand_in(db(), dossier, by=actor(), now=clock().database_now(db()))
            return see_other("budget_dossiers.show", id=id)
        except dossiers.NotFinished as refusal:
            refused = str(refusal.args[0])
    others = dossier_queries.public_dossiers(db(), dossier.round_id)
    return step("review", form, dossier, missing=dossiers.missing(db(), dossier), refused=refused,
                 check=group.check(db(), dossier, now=now()), alike=alike(dossier, others),
                 status=422 if refused else 200, **LOOKS)  # fmt: skip


@bp.get(f"{ID}/versies")
@allow(SIGNED_IN)
def versions(id: int) -> Answer:
    """Every text that somebody of the group saved: nothing that was written is lost."""
    dossier = dossiers.own(dossier_queries.dossier_with(db(), id), by=actor())
    found = dossier_queries.revisions_of(db(), id)
    return page("burgerbudget/dossiers/versions.html", dossier=dossier, revisions=found)


def area_choices(round: Round, areas: Iterable[Area]) -> list[SelectChoice]:
    """What one can choose from as the area of a plan: a call for one area has that one alone."""
    whole_city = [SelectChoice(0, _("Heel de stad"))] if round.poll.area_id is None else []
    return [*whole_city, *(SelectChoice(area.id, area.name) for area in areas)]


def mendable(id: int) -> Dossier:
    return dossiers.mendable(dossier_queries.dossier_with(db(), id), by=actor())


def count_one() -> None:
    keep_even_if_refused()
    limits.count(db(), vault(), limits.WRITING, str(actor().id), now=now())


def _later() -> bool:
    return "_later" in request.form


def _next(dossier: Dossier, step: str) -> Answer:
    return see_other("budget_dossiers.show" if _later() else f"budget_dossiers.{step}", id=dossier.id)


def taken_away(dossier: Dossier, model: type[CostLine] | type[PlannedStep] | type[Attachment]) -> bool:
    """Whether this press was "Haal weg" beside a line."""
    number = request.form.get("weg", "")
    if not number:
        return False
    row: Any = db().get(model, int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
    dossiers.take_away(db(), dossier, row, by=actor())
    return True


def _saved(form: Form, mark: Callable[[Dossier], str], dossier: Dossier, change: Callable[[], None]) -> bool:
    """Save one step. When somebody of the group was quicker, the form comes back with both texts to choose from."""
    count_one()
    try:
        with db().begin_nested():
            change()
    except (StaleVersion, StaleDataError):
        db().refresh(dossier)
        form.version.data, form.version.raw_data, form.stale = mark(dossier), None, True
        return False
    except DomainError as refusal:
        form.blame("place" if "place" in form else "title", refusal)
        return False
    return True


def step(name: str, form: Form, dossier: Dossier, *, status: int = 200, **values: Any) -> Answer:
    stale = getattr(form, "stale", False)
    return page(f"burgerbudget/dossiers/{name}.html", status=409 if stale else status, form=form, dossier=dossier,
                round=dossier.round, stale=stale, **{**LOOKS, **values})  # fmt: skip

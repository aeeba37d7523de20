"""Where staff prepare rounds and publish results. What may change is decided in domain.py and outcomes/."""

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _

from spreekt.electorate.domain import turnout
from spreekt.electorate.letter_dates import LettersSayOtherDates, moving_dates
from spreekt.identity.permissions import PUBLISH, RUN_ROUNDS, SEE_ROUNDS
from spreekt.kernel.actor import Role
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.moderation.models import Submission
from spreekt.modules.burgerbudget import domain, locks, pots, project_file, queries
from spreekt.modules.burgerbudget.codes import CodeIsAWord, CodeTaken
from spreekt.modules.burgerbudget.dossiers import balloting
from spreekt.modules.burgerbudget.dossiers import queries as dossier_queries
from spreekt.modules.burgerbudget.dossiers.models import Dossier
from spreekt.modules.burgerbudget.forms import (
    FrozenProjectForm,
    ImportForm,
    ProjectForm,
    PublishForm,
    ReasonForm,
    RoundForm,
    ThemeForm,
    round_form,
)
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.models import Project, Round
from spreekt.modules.burgerbudget.officers.counting import BallotUnreadable, KeysMissing, ballots_in_box
from spreekt.modules.burgerbudget.outcomes import publication
from spreekt.modules.burgerbudget.outcomes.results import result_of
from spreekt.modules.burgerbudget.phases.regulation import LotWithoutWords, NumberStandsStill, lacks_lot
from spreekt.modules.burgerbudget.phases.timeline import PhaseInverted, PhasesOverlap, timeline
from spreekt.modules.burgerbudget.voting import holding
from spreekt.modules.burgerbudget.voting.funnel import funnel_of
from spreekt.modules.burgerbudget.voting.game import decider_of
from spreekt.web.context import Answer, actor, city, clock, db, now, page, see_other, vault
from spreekt.web.errors import words_of
from spreekt.web.listing import one_word
from spreekt.web.rights import allow

bp = Blueprint("burgerbudget_staff", __name__, url_prefix="/beheer/rondes")


@bp.get("")
@allow(SEE_ROUNDS)
def index() -> Answer:
    return page(
        "burgerbudget/staff/index.html",
        rounds=queries.all_rounds(db()),
        may_run=RUN_ROUNDS.allows(actor()),
        may_publish=actor().has(Role.PUBLISHER, module="burgerbudget"),
    )


@bp.route("/nieuw", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def create() -> Answer:
    form = round_form(queries.boroughs(db(), now()), _themes())
    if form.validate_on_submit():
        try:
            round = domain.create_round(db(), form.plan(), by=actor(), now=_database_now())
            return see_other("burgerbudget_staff.show", slug=round.slug)
        except DomainError as refusal:
            form.blame(_field_of(refusal), refusal)
    return _round_page(form, None)


@bp.get("/<slug>")
@allow(RUN_ROUNDS)
def show(slug: str) -> Answer:
    round, rules = queries.round_and_rules(db(), slug, pots=True, outcomes=True)
    projects = queries.projects_of(db(), round.id)
    return page("burgerbudget/staff/show.html", round=round, projects=projects, funnel=funnel_of(db(), round),
                waiting=dossier_queries.not_on_the_list(db(), round.id),
                rules=rules, decider=decider_of(rules).value, lacks_lot=lacks_lot(round, rules),
                has_jury=jury_queries.is_planned(rules, timeline(db(), round)))  # fmt: skip


@bp.route("/<slug>/bewerken", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def change(slug: str) -> Answer:
    round, rules = queries.round_and_rules(db(), slug, pots=True)
    _refuse_when_open(round)
    form = round_form(queries.boroughs(db(), now()), _themes(), round, rules)
    if form.validate_on_submit():
        try:
            plan = form.plan(round)
            with moving_dates(db(), round.poll, knowingly=form.knows_letters.data, by=actor()):
                domain.change_round(db(), round, plan, seen_version=form.seen_version, by=actor(), now=_database_now())
            return see_other("burgerbudget_staff.show", slug=round.slug)
        except DomainError as refusal:
            form.blame(_field_of(refusal), refusal)
    return _round_page(form, round)


@bp.route("/<slug>/project", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def add_project(slug: str) -> Answer:
    """A new project, empty or grown from a published proposal (?voorstel=)."""
    round = queries.round_with(db(), slug, pots=True)
    _refuse_when_open(round)
    origin = _proposal()
    form = _project_form(round, **(domain.plan_from(origin) if origin is not None else {}))
    if form.validate_on_submit():
        try:
            plan = form.plan(origin_id=origin.id if origin is not None else None)
            domain.add_project(db(), round, plan, by=actor(), now=_database_now())
            return see_other("burgerbudget_staff.show", slug=slug)
        except DomainError as refusal:
            form.blame(_project_field_of(refusal), refusal)
    return page("burgerbudget/staff/project_form.html", form=form, round=round, project=None, origin=origin,
                themes=pots.themes_of(round))  # fmt: skip


@bp.route("/<slug>/project/<int:id>", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def change_project(slug: str, id: int) -> Answer:
    project = queries.project_of(db(), slug, id)
    _refuse_when_open(project.round)
    frozen = domain.dossier_of(db(), project)
    if frozen is not None:
        return _change_frozen(project, frozen)
    form = _project_form(project.round, project)
    if form.validate_on_submit():
        try:
            plan = form.plan(origin_id=project.origin_id)
            domain.change_project(db(), project, plan, seen_version=form.seen_version, by=actor(), now=_database_now())
            return see_other("burgerbudget_staff.show", slug=slug)
        except DomainError as refusal:
            form.blame(_project_field_of(refusal), refusal)
    return page("burgerbudget/staff/project_form.html", form=form, round=project.round, project=project,
                origin=None, themes=pots.themes_of(project.round))  # fmt: skip


@bp.route("/<slug>/project/<int:id>/van-de-lijst", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def withdraw_project(slug: str, id: int) -> Answer:
    project = queries.project_of(db(), slug, id)
    _refuse_when_open(project.round)
    form = ReasonForm()
    if form.validate_on_submit():
        balloting.take_off_ballot(db(), project, reason=form.reason.data, by=actor(), now=_database_now())
        return see_other("burgerbudget_staff.show", slug=slug)
    return page("burgerbudget/staff/withdraw_project.html", form=form, round=project.round, project=project)


@bp.get("/<slug>/uit-voorstellen")
@allow(RUN_ROUNDS)
def pick_proposal(slug: str) -> Answer:
    """Published proposals that can become a project."""
    round, words = queries.round_with(db(), slug), one_word("q")
    _refuse_when_open(round)
    proposals = queries.proposals_to_grow(db(), round.id, words)
    return page("burgerbudget/staff/pick_proposal.html", round=round, proposals=proposals, words=words)


@bp.route("/<slug>/invoer", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def import_projects(slug: str) -> Answer:
    """Projects from a CSV file: all of them, or none and every fault by line."""
    round = queries.round_with(db(), slug, pots=True)
    _refuse_when_open(round)
    form, columns = ImportForm(), project_file.columns_of(round)
    faults: tuple[str, ...] = ()
    if form.validate_on_submit():
        try:
            plans = project_file.read(form.file.data.read(), queries.boroughs(db(), now()), columns)
            project_file.add_all(db(), round, plans, by=actor(), now=_database_now())
            return see_other("burgerbudget_staff.show", slug=slug)
        except project_file.FaultyFile as refusal:
            faults = refusal.faults
            form.blame("file", _("Er is niets ingevoerd. Verbeter de fouten hieronder en kies het bestand opnieuw."))
    return page("burgerbudget/staff/import_projects.html", form=form, round=round, faults=faults,
                columns=";".join(columns))  # fmt: skip


@bp.route("/<slug>/publiceer", methods=["GET", "POST"])
@allow(PUBLISH)
def publish(slug: str) -> Answer:
    """One publisher prepares the result, another confirms it."""
    round = queries.round_with(db(), slug, pots=True, outcomes=True)
    form = PublishForm()
    refused = ""
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                if request.form.get("stap") == "bevestig":
                    publication.confirm(db(), clock(), round, by=actor())
                else:
                    publication.prepare(db(), vault(), clock(), round, city=city().name, by=actor())
            return see_other("burgerbudget_staff.publish", slug=slug)
        except (KeysMissing, BallotUnreadable) as refusal:
            refused = words_of(refusal)
    prepared_here = any(outcome.prepared_by_id == actor().id for outcome in round.outcomes)
    return page("burgerbudget/staff/publish.html", status=409 if refused else 200, form=form, round=round,
                summaries=result_of(db(), round).summaries,
                prepared_here=prepared_here, voters=turnout(db(), round.poll), refused=refused,
                seats=queries.officers_of(db(), round.id), is_empty=not ballots_in_box(db(), round))  # fmt: skip


@bp.route("/<slug>/hervat", methods=["GET", "POST"])
@allow(PUBLISH)
def lift_hold(slug: str) -> Answer:
    """A vote that stands still: one publisher proposes to let it go on, another confirms."""
    round, form = queries.round_with(db(), slug), PublishForm()
    if form.validate_on_submit():
        if request.form.get("stap") == "bevestig":
            holding.lift(db(), round, by=actor())
        else:
            holding.ask_lift(db(), clock(), round, by=actor())
        return see_other("burgerbudget_staff.lift_hold", slug=slug)
    asked_here = round.hold is not None and round.hold.lift_asked_by_id == actor().id
    return page("burgerbudget/staff/hold.html", form=form, round=round, asked_here=asked_here,
                voters=turnout(db(), round.poll))  # fmt: skip


def _round_page(form: RoundForm, round: Round | None) -> Answer:
    if round is not None and request.method == "GET":
        form.version.data = str(round.version)
    return page("burgerbudget/staff/round_form.html", form=form, round=round)


def _themes() -> list[str]:
    return [theme.name for theme in city().themes]


def _change_frozen(project: Project, dossier: Dossier) -> Answer:
    """Code and theme of what a group handed in: the rest lies fixed with its hash."""
    form = FrozenProjectForm(obj=project, version=str(project.version))
    if form.validate_on_submit():
        try:
            plan = form.changed(domain.plan_as_is(project))
            domain.change_project(db(), project, plan, seen_version=form.seen_version, by=actor(), now=_database_now())
            return see_other("burgerbudget_staff.show", slug=project.round.slug)
        except DomainError as refusal:
            form.blame("code", refusal)
    return page("burgerbudget/staff/frozen_project.html", form=form, round=project.round, project=project,
                dossier=dossier)  # fmt: skip


def _project_form(round: Round, project: Project | None = None, **values: Any) -> ProjectForm | ThemeForm:
    if project is not None:
        values = {"area_ids": [area.id for area in project.areas], "version": str(project.version)}
    if round.is_about_themes:
        return ThemeForm(obj=project, **values)
    form = ProjectForm(obj=project, **values)
    form.area_ids.choices = [(area.id, area.name) for area in queries.boroughs(db(), now())]
    return form


def _proposal() -> Submission | None:
    number = request.args.get("voorstel", "")
    if not number:
        return None
    found = db().get(Submission, int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
    if found is None or found.kind != "voorstel" or not found.is_public:
        raise NotThere
    return found


def _refuse_when_open(round: Round) -> None:
    if request.method == "POST":
        locks.alone(db(), round)
    if not round.may_change(_database_now()):
        raise domain.VotingHasOpened


def _field_of(refusal: DomainError) -> str:
    """Where on the form of a round a refusal belongs."""
    if isinstance(refusal, domain.DatesInverted):
        return "closes_at"
    if isinstance(refusal, PhasesOverlap | PhaseInverted):
        return "opens_at"
    if isinstance(refusal, LettersSayOtherDates):
        return "knows_letters"
    if isinstance(refusal, LotWithoutWords):
        return "lot_seed"
    if isinstance(refusal, domain.AgesInverted):
        return "maximum_age"
    of_amount = (
        pots.PotsExceedAmount | pots.TwoDivisions | pots.DivisionStandsStill | pots.TooExpensive | pots.NoMoneyForTheme
        | domain.AmountIsDivided | NumberStandsStill
    )  # fmt: skip
    return "amount_cents" if isinstance(refusal, of_amount) else "title"


def _project_field_of(refusal: DomainError) -> str:
    if isinstance(refusal, CodeTaken | CodeIsAWord):
        return "code"
    if isinstance(refusal, pots.NoMoneyForTheme):
        return "theme"
    return "cost_cents" if isinstance(refusal, pots.TooExpensive) else "title"


def _database_now() -> Any:
    return clock().database_now(db())

"""The desk for dossiers: what waits, the checklist, feasibility, moving, merging, the ballot. Rules: screening.py."""

from collections.abc import Callable

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from spreekt.identity.permissions import RUN_ROUNDS, SCREEN_DOSSIERS, SIGNED_IN
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import DomainError, NotThere, StaleVersion
from spreekt.modules.burgerbudget import domain, locks, queries
from spreekt.modules.burgerbudget.dossiers import advice_queries, advising, balloting, group, leading, screening
from spreekt.modules.burgerbudget.dossiers import domain as dossiers
from spreekt.modules.burgerbudget.dossiers import queries as dossier_queries
from spreekt.modules.burgerbudget.dossiers.advice_models import DossierDecision, MergeOffer, Subject
from spreekt.modules.burgerbudget.dossiers.decision_letter import Letterhead, decision_letter
from spreekt.modules.burgerbudget.dossiers.file_views import file_answer
from spreekt.modules.burgerbudget.dossiers.forms import LeadForm
from spreekt.modules.burgerbudget.dossiers.models import Dossier
from spreekt.modules.burgerbudget.dossiers.screening_forms import (
    AskForm,
    BallotCodeForm,
    ChecklistForm,
    MergeForm,
    MoveForm,
    ReopenForm,
    ReplyForm,
    VerdictFields,
)
from spreekt.modules.burgerbudget.dossiers.views import ID, LOOKS, area_choices
from spreekt.modules.burgerbudget.dossiers.workflow import areas_screened, is_member, may_screen, offered
from spreekt.web.context import Answer, actor, city, clock, db, find, now, page, see_other
from spreekt.web.forms import Form
from spreekt.web.rights import allow

bp = Blueprint("budget_screening", __name__)
DESK = "/beheer/burgerbudget"
ONE = f"{DESK}/<int(max=2147483647):id>"


@bp.get(f"{DESK}/ronde/<slug>")
@allow(SCREEN_DOSSIERS)
def index(slug: str) -> Answer:
    """What groups handed in, in the areas of who asks."""
    round = queries.round_with(db(), slug)
    found = dossier_queries.dossiers_at_the_desk(db(), round.id, areas_screened(actor()))
    return page("burgerbudget/desk/index.html", round=round, dossiers=found, **LOOKS)


@bp.get(ONE)
@allow(SCREEN_DOSSIERS)
def show(id: int) -> Answer:
    """One dossier with everything staff may know of it, and what can be done now."""
    dossier = _at_the_desk(id)
    return page(
        "burgerbudget/desk/show.html", dossier=dossier, round=dossier.round, offered=offered(dossier, to=actor()),
        decisions=advice_queries.decisions_of(db(), id), advice=advice_queries.advice_of(db(), id),
        merges=advice_queries.merges_of(db(), id), check=group.check(db(), dossier, now=now()),
        today=now().astimezone(BRUSSELS).date(), askable=dossier.stage in advising.ASKABLE,
        mergeable=dossier.stage in advising.MERGEABLE, movable=dossier.stage in screening.MOVABLE,
        has_time=screening.group_has_time(dossier, now()),
        may_run=RUN_ROUNDS.allows(actor()),
        may_name_lead=leading.may_name_lead(actor(), dossier), **LOOKS,
    )  # fmt: skip


@bp.route(f"{ONE}/voorwaarden", methods=["GET", "POST"])
@allow(SCREEN_DOSSIERS)
def screen(id: int) -> Answer:
    """The checklist: each condition yes or no, then one decision."""
    dossier, form = _at_the_desk(id), ChecklistForm()
    if form.validate_on_submit() and _done(form, dossier, lambda: screening.screen(
        db(), dossier, request.form.get("decision", ""), failed=form.failed, words=form.words.data or "",
        remedy=form.remedy.data or "", seen_version=form.version.data or "", by=actor(), now=clock().database_now(db()),
    )):  # fmt: skip
        return see_other("budget_screening.show", id=id)
    return _page("screen", form, dossier, group=group.check(db(), dossier, now=now()))


@bp.route(f"{ONE}/haalbaarheid", methods=["GET", "POST"])
@allow(SCREEN_DOSSIERS)
def judge(id: int) -> Answer:
    """Feasible, feasible with changes, or not: with what the services said beside it."""
    dossier, form = _at_the_desk(id), VerdictFields()
    if form.validate_on_submit() and _done(form, dossier, lambda: screening.judge(
        db(), dossier, request.form.get("decision", ""), words=form.words.data or "", remedy=form.remedy.data or "",
        seen_version=form.version.data or "", by=actor(), now=clock().database_now(db()),
    )):  # fmt: skip
        return see_other("budget_screening.show", id=id)
    return _page("judge", form, dossier, advice=advice_queries.advice_of(db(), id),
                 today=now().astimezone(BRUSSELS).date())  # fmt: skip


@bp.route(f"{ONE}/advies", methods=["GET", "POST"])
@allow(SCREEN_DOSSIERS)
def ask(id: int) -> Answer:
    """Ask a service about one or more things."""
    dossier, form = _at_the_desk(id), AskForm()
    if form.validate_on_submit() and _done(form, dossier, lambda: advising.ask(
        db(), dossier, subjects=[Subject(each) for each in form.subjects.data or ()], service=form.service.data,
        question=form.question.data or "", by=actor(), now=now(),
    ), field="subjects"):  # fmt: skip
        return see_other("budget_screening.show", id=id)
    return _page("ask", form, dossier, rules=group.rules_of(db(), dossier))


@bp.route(f"{ONE}/verplaats", methods=["GET", "POST"])
@allow(SCREEN_DOSSIERS)
def move(id: int) -> Answer:
    """To another area."""
    dossier = _at_the_desk(id)
    areas = {area.id: area for area in queries.areas_of_call(db(), dossier.round, now())}
    form = MoveForm()
    form.area_id.choices = area_choices(dossier.round, areas.values())
    if form.validate_on_submit() and _done(form, dossier, lambda: screening.move_to(
        db(), dossier, areas.get(form.area_id.data), reason=form.reason.data, by=actor(),
        now=clock().database_now(db()),
    ), field="reason"):  # fmt: skip
        return see_other("budget_screening.index", slug=dossier.round.slug)
    return _page("move", form, dossier)


@bp.route(f"{ONE}/heropen", methods=["GET", "POST"])
@allow(SCREEN_DOSSIERS)
def reopen(id: int) -> Answer:
    """Take back that it is feasible."""
    dossier, form = _at_the_desk(id), ReopenForm()
    if form.validate_on_submit() and _done(form, dossier, lambda: screening.reopen(
        db(), dossier, words=form.words.data, by=actor(), now=clock().database_now(db())
    )):  # fmt: skip
        return see_other("budget_screening.show", id=id)
    return _page("reopen", form, dossier)


@bp.route(f"{ONE}/leiding", methods=["GET", "POST"])
@allow(SCREEN_DOSSIERS)
def name_lead(id: int) -> Answer:
    """Somebody of a group that nobody leads any more."""
    dossier = _at_the_desk(id)
    if not leading.may_name_lead(actor(), dossier):
        raise NotThere
    form = LeadForm().offer(leading.who_can_lead(dossier))
    if form.validate_on_submit():
        leading.name_lead(db(), dossier, form.member_id.data, by=actor())
        return see_other("budget_screening.show", id=id)
    return page("burgerbudget/dossiers/lead.html", form=form, dossier=dossier, heading=_("Kies wie de groep leidt"),
                back=url_for("budget_screening.show", id=id))  # fmt: skip


@bp.route(f"{ONE}/samen", methods=["GET", "POST"])
@allow(SCREEN_DOSSIERS)
def merge(id: int) -> Answer:
    """Ask two groups to go on as one."""
    dossier, form = _at_the_desk(id), MergeForm()
    others = [
        other for other in dossier_queries.dossiers_at_the_desk(db(), dossier.round_id, areas_screened(actor()))
        if other.id != id and other.stage in advising.MERGEABLE
    ]  # fmt: skip
    form.into_id.choices = [(other.id, other.title) for other in others]
    if form.validate_on_submit() and _done(form, dossier, lambda: advising.offer_merge(
        db(), dossier, dossier_queries.dossier_with(db(), form.into_id.data), by=actor(), now=now()
    ), field="into_id"):  # fmt: skip
        return see_other("budget_screening.show", id=id)
    return _page("merge", form, dossier, others=others)


@bp.route(f"{ONE}/op-de-lijst", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def ballot(id: int) -> Answer:
    """Freeze text and price and put it on the ballot."""
    dossier = _at_the_desk(id)
    form = BallotCodeForm().offer([theme.name for theme in city().themes], chosen=bool(dossier.theme))

    def freeze() -> None:
        locks.alone(db(), dossier.round)
        balloting.put_on_ballot(db(), dossier, code=form.code.data, by=actor(), now=clock().database_now(db()),
                                theme=form.theme.data if "theme" in form else "")  # fmt: skip

    if form.validate_on_submit() and _done(form, dossier, freeze, field="code"):
        return see_other("budget_screening.show", id=id)
    return _page("ballot", form, dossier, sealed=screening.fingerprint_of(dossier))


@bp.get("/burgerbudget/beslissingen/<int(max=2147483647):id>.pdf")
@allow(SIGNED_IN)
def letter(id: int) -> Answer:
    """The decision as a letter, for the group and for who judges."""
    decision = find(DossierDecision, id=id)
    if not is_member(actor(), decision.dossier) and not may_screen(actor(), decision.dossier):
        raise NotThere
    head = Letterhead(city().brand, city().name, city().help_line)
    return file_answer(decision_letter(decision, head), "application/pdf", f'attachment; filename="brief-{id}.pdf"')


@bp.route(f"/burgerbudget{ID}/antwoord", methods=["GET", "POST"])
@allow(SIGNED_IN)
def reply(id: int) -> Answer:
    """The right of reply: once, in time, by the lead."""
    dossier, form = dossiers.own(dossier_queries.dossier_with(db(), id), by=actor()), ReplyForm()
    if form.validate_on_submit() and _done(form, dossier, lambda: screening.reply(
        db(), dossier, form.text.data, by=actor(), now=clock().database_now(db())
    ), field="text"):  # fmt: skip
        return see_other("budget_dossiers.show", id=id)
    return page("burgerbudget/dossiers/reply.html", form=form, dossier=dossier,
                decisions=advice_queries.decisions_of(db(), id), **LOOKS)  # fmt: skip


@bp.post(f"/burgerbudget{ID}/terug-naar-de-stad")
@allow(SIGNED_IN)
def send_back(id: int) -> Answer:
    """The group did what was asked."""
    dossier = dossiers.own(dossier_queries.dossier_with(db(), id), by=actor())
    screening.send_back(db(), dossier, by=actor(), now=clock().database_now(db()))
    return see_other("budget_dossiers.show", id=id)


@bp.post("/burgerbudget/samen/<int(max=2147483647):id>")
@allow(SIGNED_IN)
def answer_merge(id: int) -> Answer:
    """A lead says yes or no to going on together."""
    offer = find(MergeOffer, id=id)
    advising.answer_merge(db(), offer, request.form.get("antwoord") == "ja", by=actor(), now=clock().database_now(db()))
    mine = offer.giving if is_member(actor(), offer.giving) else offer.taking
    return see_other("budget_dossiers.show", id=mine.id)


def _at_the_desk(id: int) -> Dossier:
    dossier = dossier_queries.dossier_with(db(), id)
    if not may_screen(actor(), dossier) or dossier.stage == "concept":
        raise NotThere
    return dossier


def _done(form: Form, dossier: Dossier, change: Callable[[], object], *, field: str = "words") -> bool:
    """Do it, or put the rule's no beside a field. Who was too late reads the new state first."""
    try:
        with db().begin_nested():
            change()
    except (StaleVersion, domain.VotingHasOpened, NotThere):
        raise
    except DomainError as refusal:
        db().refresh(dossier)
        form.blame(field, refusal)
        return False
    return True


def _page(name: str, form: Form, dossier: Dossier, **values: object) -> Answer:
    if not form.version.data:
        form.version.data = screening.plan_mark(dossier)
    return page(f"burgerbudget/desk/{name}.html", form=form, dossier=dossier, round=dossier.round,
                offered=offered(dossier, to=actor()), **{**LOOKS, **values})  # fmt: skip

"""Where staff run a jury: one screen with what is done, what is next and why not yet; the call, the list, the draw."""

from flask import Blueprint, flash, request
from flask_babel import gettext as _

from spreekt.identity.permissions import RUN_ROUNDS, SEE_ROUNDS, SIGN_FOR_JURY
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.modules.burgerbudget import shortlist
from spreekt.modules.burgerbudget.jury import call as jury_call
from spreekt.modules.burgerbudget.jury import conflicts as jury_conflicts
from spreekt.modules.burgerbudget.jury import lottery as jury_lottery
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury import readiness as jury_readiness
from spreekt.modules.burgerbudget.jury import scores as jury_scores
from spreekt.modules.burgerbudget.jury import seats as jury_seats
from spreekt.modules.burgerbudget.jury.call_models import JurySeat, SeatState
from spreekt.modules.burgerbudget.jury.forms import CallForm, CriterionForm, DrawForm, FreezeForm, WhyForm
from spreekt.modules.burgerbudget.jury.queries import SEATED
from spreekt.modules.burgerbudget.jury.views import WORDS, age_label, jury_of
from spreekt.web.context import Answer, actor, clock, db, find, now, page, see_other
from spreekt.web.rights import allow

bp = Blueprint("budget_jury_staff", __name__, url_prefix="/beheer/rondes/<slug>/jury")
SEAT = "/plaatsen/<int(max=2147483647):id>"


@bp.get("")
@allow(SEE_ROUNDS)
def show(slug: str) -> Answer:
    """The one screen. Names are for who runs the jury; others see numbers."""
    round, standing = jury_of(slug)
    seats, projects = jury_queries.seats_of(db(), round.id), shortlist.projects(db(), round, now())
    empty = jury_seats.empty_seats(db(), round.id)
    verdicts = jury_queries.verdicts_of(db(), round.id)
    return page(
        "burgerbudget/jury/staff/show.html", round=round, jury=standing, seats=seats, projects=projects,
        runs=RUN_ROUNDS.allows(actor()), may_sign=jury_lottery.is_second(actor()),
        strata=jury_queries.strata_of(db(), round.id),
        number=jury_queries.number_of_candidates(db(), round.id), bands=jury_queries.candidates_by_band(db(), round.id),
        criteria=jury_queries.criteria_of(db(), round.id), empty=empty,
        suggestions={seat.id: jury_seats.suggested(db(), seat) for seat in empty},
        seated=[seat for seat in seats if seat.state in SEATED],
        totals=jury_scores.totals(db(), round.id, projects), done=jury_scores.handed_in_by_seat(db(), round.id),
        off=jury_conflicts.conflicts(db(), round.id), verdicts={each.project_id: each for each in verdicts},
        sessions=jury_queries.sessions_of(db(), round.id), parts=jury_readiness.parts(db(), round, projects, verdicts),
        nobody=jury_queries.has_nobody(db(), standing, now()),
        obstacles=jury_readiness.obstacles(db(), standing, now()) if standing.is_open(now()) else [],
        age_label=age_label, **WORDS,
    )  # fmt: skip


@bp.route("/oproep", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def call(slug: str) -> Answer:
    """What the call says."""
    round, standing = jury_of(slug)
    form = CallForm(obj=standing.call) if standing.call else CallForm(hours=12, sessions=3, answer_days=7)
    if form.validate_on_submit():
        try:
            jury_call.change_call(
                db(), round, hours=form.hours.data or 0, sessions=form.sessions.data or 0, by=actor(),
                planning=form.planning.data or "", answer_days=form.answer_days.data or 0,
            )  # fmt: skip
            return see_other("budget_jury_staff.show", slug=slug)
        except DomainError as refusal:
            form.blame("planning", refusal)
    return page("burgerbudget/jury/staff/call.html", round=round, jury=standing, form=form)


@bp.route("/criteria", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def criteria(slug: str) -> Answer:
    """What jurors score by."""
    round, standing = jury_of(slug)
    form = CriterionForm()
    if form.validate_on_submit():
        try:
            jury_call.add_criterion(
                db(), round, title=form.title.data, explanation=form.explanation.data or "", by=actor(),
                points_most=form.points_most.data or 0,
            )  # fmt: skip
            return see_other("budget_jury_staff.criteria", slug=slug)
        except DomainError as refusal:
            form.blame("title", refusal)
    return page(
        "burgerbudget/jury/staff/criteria.html", round=round, jury=standing, form=form,
        criteria=jury_queries.criteria_of(db(), round.id), proposed=jury_call.PROPOSED_CRITERIA,
    )  # fmt: skip


@bp.post("/criteria/voorstel")
@allow(RUN_ROUNDS)
def propose_criteria(slug: str) -> Answer:
    """Take the four criteria that we propose, ten points each."""
    round, _standing = jury_of(slug)
    if not jury_queries.criteria_of(db(), round.id):
        for title, explanation in jury_call.PROPOSED_CRITERIA:
            jury_call.add_criterion(db(), round, title=_(title), explanation=_(explanation), points_most=10, by=actor())
    return see_other("budget_jury_staff.criteria", slug=slug)


@bp.post("/criteria/<int(max=2147483647):id>/weg")
@allow(RUN_ROUNDS)
def remove_criterion(slug: str, id: int) -> Answer:
    """Score by it no longer."""
    round, _standing = jury_of(slug)
    jury_call.remove_criterion(db(), round, id, by=actor())
    return see_other("budget_jury_staff.criteria", slug=slug)


@bp.route("/lijst", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def freeze(slug: str) -> Answer:
    """Fix the candidates and say where the seed will come from."""
    round, standing = jury_of(slug)
    form = FreezeForm()
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                jury_lottery.freeze(db(), round, seed_source=form.seed_source.data, seed_on=form.seed_on.data,
                                    by=actor(), now=clock().database_now(db()))  # fmt: skip
            return see_other("budget_jury_staff.show", slug=slug)
        except (jury_lottery.SeedTooEarly, jury_lottery.SeedTooLate) as refusal:
            form.blame("seed_on", refusal)
        except DomainError as refusal:
            form.blame("seed_source", refusal)
    return page("burgerbudget/jury/staff/freeze.html", round=round, jury=standing, form=form,
                number=jury_queries.number_of_candidates(db(), round.id))  # fmt: skip


@bp.route("/lijst/weg", methods=["GET", "POST"])
@allow(SIGN_FOR_JURY)
def discard(slug: str) -> Answer:
    """The second person throws a list away that was not drawn from."""
    round, standing = jury_of(slug)
    if standing.draw is None:
        raise NotThere
    form = WhyForm()
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                jury_lottery.discard(db(), round, reason=form.reason.data, by=actor(), now=clock().database_now(db()))
            return see_other("budget_jury_staff.show", slug=slug)
        except DomainError as refusal:
            form.blame("reason", refusal)
    return page("burgerbudget/jury/staff/discard.html", round=round, jury=standing, form=form)


@bp.route("/loting", methods=["GET", "POST"])
@allow(SIGN_FOR_JURY)
def draw(slug: str) -> Answer:
    """The second person enters the seed and draws."""
    round, standing = jury_of(slug)
    if standing.draw is None:
        raise NotThere
    form = DrawForm()
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                jury_lottery.draw_jury(db(), round, form.seed.data, by=actor(), now=clock().database_now(db()))
            flash(_("Er is geloot. Wie in de jury zit, krijgt nu een mail."))
            return see_other("budget_jury_staff.show", slug=slug)
        except jury_lottery.DrawnAlready:
            raise
        except DomainError as refusal:
            form.blame("seed", refusal)
    return page("burgerbudget/jury/staff/draw.html", round=round, jury=standing, form=form)


@bp.post(f"{SEAT}/vervang")
@allow(RUN_ROUNDS)
def replace(slug: str, id: int) -> Answer:
    """Ask the reserve who was suggested."""
    seat = _seat(slug, id)
    reserve = request.form.get("reserve", "")
    jury_seats.replace(db(), seat, reserve_id=int(reserve) if reserve.isdecimal() and len(reserve) < 10 else 0,
                       by=actor(), now=clock().database_now(db()))  # fmt: skip
    flash(_("De reserve kreeg een mail."))
    return see_other("budget_jury_staff.show", slug=slug)


@bp.route(f"{SEAT}/stopt", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def give_up(slug: str, id: int) -> Answer:
    """Write down that somebody said no or stops, for instance by phone."""
    seat, form = _seat(slug, id), WhyForm()
    if form.validate_on_submit():
        if seat.state is SeatState.SITS:
            jury_seats.step_down(db(), seat, by=actor(), reason=form.reason.data)
        else:
            jury_seats.answer(db(), seat, False, by=actor())
        return see_other("budget_jury_staff.show", slug=slug)
    round, standing = jury_of(slug)
    return page("burgerbudget/jury/staff/give_up.html", round=round, jury=standing, seat=seat, form=form, **WORDS)


def _seat(slug: str, id: int) -> JurySeat:
    round, _standing = jury_of(slug)
    return find(JurySeat, id=id, round_id=round.id)

"""Where staff write down what the jury decides: sessions, one project at a time, the report and its two signatures."""

from flask import Blueprint, flash, request
from flask_babel import gettext as _

from spreekt.identity.permissions import RUN_ROUNDS, SIGN_FOR_JURY
from spreekt.kernel.errors import DomainError, NotThere, StaleVersion
from spreekt.modules.burgerbudget import shortlist
from spreekt.modules.burgerbudget.jury import conflicts as jury_conflicts
from spreekt.modules.burgerbudget.jury import domain as jury
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury import readiness as jury_readiness
from spreekt.modules.burgerbudget.jury import scores as jury_scores
from spreekt.modules.burgerbudget.jury.call_models import JurySeat
from spreekt.modules.burgerbudget.jury.forms import CloseForm, NoteForm, SessionForm, VerdictForm, WhyForm
from spreekt.modules.burgerbudget.jury.models import JuryVerdict
from spreekt.modules.burgerbudget.jury.queries import SEATED
from spreekt.modules.burgerbudget.jury.views import WORDS, age_label, jury_of
from spreekt.modules.burgerbudget.models import Project, Round
from spreekt.web.context import Answer, actor, clock, db, find, now, page, see_other
from spreekt.web.rights import allow

bp = Blueprint("budget_jury_report", __name__, url_prefix="/beheer/rondes/<slug>/jury")
ONE = "/projecten/<int(max=2147483647):id>"


@bp.route("/zitting", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def session(slug: str) -> Answer:
    """A session and who was there."""
    round, standing = jury_of(slug)
    form, seats = SessionForm(), [each for each in jury_queries.seats_of(db(), round.id) if each.state in SEATED]
    form.present.choices = [(each.id, each.shown_name) for each in seats]
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                jury.hold_session(db(), standing, held_on=form.held_on.data, subject=form.subject.data, by=actor(),
                                  present=form.present.data or (), now=clock().database_now(db()))  # fmt: skip
            return see_other("budget_jury_staff.show", slug=slug)
        except DomainError as refusal:
            form.blame("held_on" if form.present.data else "present", refusal)
    return page("burgerbudget/jury/staff/session.html", round=round, jury=standing, form=form)


@bp.route(ONE, methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def project(slug: str, id: int) -> Answer:
    """One project with its points, who may speak about it, and the verdict with its reason."""
    round, standing = jury_of(slug)
    found, verdict = _on_the_list(round, id), db().get(JuryVerdict, id)
    form = VerdictForm().show(verdict, weighed=standing.is_weighed)
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                jury.decide(
                    db(), standing, id, chosen=form.is_chosen, motivation=form.motivation.data,
                    seen_version=form.seen_version, by=actor(), now=clock().database_now(db()),
                )  # fmt: skip
            return see_other("budget_jury_staff.show", slug=slug, _anchor="projecten")
        except (StaleVersion, jury_conflicts.JuryIsNotOpen):
            raise
        except DomainError as refusal:
            form.blame("motivation", refusal)
    if not form.version.data and verdict is not None:
        form.version.data = str(verdict.version)
    return page(
        "burgerbudget/jury/staff/project.html", round=round, jury=standing, project=found, verdict=verdict, form=form,
        note=jury_queries.note_of(db(), id), total=jury_scores.totals(db(), round.id, [found])[id],
        speakers=jury.deliberators(db(), round.id, id), sheets=jury_scores.handed_in_for(db(), round.id, id),
        criteria=jury_queries.criteria_of(db(), round.id), off=jury_conflicts.off_project(db(), round.id, id),
        strata=jury_queries.strata_of(db(), round.id), age_label=age_label, **WORDS,
    )  # fmt: skip


@bp.route(f"{ONE}/nota", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def note(slug: str, id: int) -> Answer:
    """What was said about a project, for inside."""
    round, standing = jury_of(slug)
    found, before = _on_the_list(round, id), jury_queries.note_of(db(), id)
    form = NoteForm(obj=before) if before else NoteForm()
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                jury.keep_note(db(), standing, id, form.text.data or "", seen_version=form.seen_version, by=actor(),
                               now=clock().database_now(db()))  # fmt: skip
            return see_other("budget_jury_report.project", slug=slug, id=id)
        except (StaleVersion, jury_conflicts.JuryIsNotOpen):
            raise
        except DomainError as refusal:
            form.blame("text", refusal)
    if request.method == "GET":
        form.version.data = str(before.version) if before else ""
    return page("burgerbudget/jury/staff/note.html", round=round, jury=standing, project=found, form=form)


@bp.post(f"{ONE}/hoger")
@allow(RUN_ROUNDS)
def move_up(slug: str, id: int) -> Answer:
    """One place higher among the chosen."""
    _round, standing = jury_of(slug)
    jury.move_up(db(), standing, id, by=actor(), now=clock().database_now(db()))
    return see_other("budget_jury_staff.show", slug=slug, _anchor="projecten")


@bp.route(f"{ONE}/betrokken/<int(max=2147483647):seat_id>", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def lift(slug: str, id: int, seat_id: int) -> Answer:
    """Put right what a juror declared by mistake."""
    round, standing = jury_of(slug)
    seat, form = find(JurySeat, id=seat_id, round_id=round.id), WhyForm()
    if form.validate_on_submit():
        jury_conflicts.lift(db(), standing, seat, id, reason=form.reason.data, by=actor())
        return see_other("budget_jury_report.project", slug=slug, id=id)
    return page("burgerbudget/jury/staff/lift.html", round=round, project=_on_the_list(round, id), seat=seat,
                form=form)  # fmt: skip


@bp.route("/verslag", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def close(slug: str) -> Answer:
    """The public account, and closing it: from then on nothing changes."""
    round, standing = jury_of(slug)
    form = CloseForm(obj=standing.report) if standing.report else CloseForm()
    reasons = jury_readiness.obstacles(db(), standing, now())
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                jury.close(db(), standing, form.minutes.data, by=actor(), now=clock().database_now(db()))
            flash(_("Het verslag is afgesloten. Iemand anders kijkt het na en publiceert."))
            return see_other("budget_jury_staff.show", slug=slug)
        except DomainError as refusal:
            form.blame("minutes", refusal)
    return page("burgerbudget/jury/staff/close.html", round=round, jury=standing, form=form, obstacles=reasons,
                nobody=jury_queries.has_nobody(db(), standing, now()))  # fmt: skip


@bp.route("/publiceren", methods=["GET", "POST"])
@allow(SIGN_FOR_JURY)
def publish(slug: str) -> Answer:
    """The second person reads the whole report and publishes it, or gives it back with a reason."""
    round, standing = jury_of(slug)
    if not standing.is_closed:
        raise NotThere
    form = WhyForm()
    if request.method == "POST" and request.form.get("decision") == "publiceer":
        jury.publish(db(), round, by=actor(), now=clock().database_now(db()))
        flash(_("Het verslag van de jury staat online."))
        return see_other("budget_jury.report", slug=slug)
    if form.validate_on_submit():
        try:
            jury.reopen(db(), standing, reason=form.reason.data, by=actor())
            return see_other("budget_jury_staff.show", slug=slug)
        except DomainError as refusal:
            form.blame("reason", refusal)
    return page("burgerbudget/jury/staff/publish.html", round=round, jury=standing, form=form,
                verdicts=jury_queries.verdicts_of(db(), round.id), report=standing.report)  # fmt: skip


def _on_the_list(round: Round, id: int) -> Project:
    found = next((project for project in shortlist.projects(db(), round, now()) if project.id == id), None)
    if found is None:
        raise NotThere
    return found

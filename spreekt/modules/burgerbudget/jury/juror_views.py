"""What a juror does: say yes or no, score projects, say that they are too close to one, stop."""

from flask import Blueprint, flash, request
from flask_babel import gettext as _

from spreekt.identity.permissions import JUDGE_AS_JUROR
from spreekt.kernel.errors import DomainError, Forbidden, NotThere
from spreekt.modules.burgerbudget import queries, shortlist
from spreekt.modules.burgerbudget.jury import conflicts as jury_conflicts
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury import scores as jury_scores
from spreekt.modules.burgerbudget.jury import seats as jury_seats
from spreekt.modules.burgerbudget.jury.call_models import JurySeat, SeatState
from spreekt.modules.burgerbudget.jury.forms import ConflictForm, sheet_form
from spreekt.modules.burgerbudget.jury.queries import Standing
from spreekt.modules.burgerbudget.jury.views import WORDS, jury_of
from spreekt.modules.burgerbudget.models import Project, Round
from spreekt.web.context import Answer, actor, clock, db, now, page, see_other
from spreekt.web.rights import allow

bp = Blueprint("budget_juror", __name__, url_prefix="/burgerbudget/<slug>/jury")
ONE = "/werk/<int(max=2147483647):id>"


@bp.route("/plaats", methods=["GET", "POST"])
@allow(JUDGE_AS_JUROR)
def answer(slug: str) -> Answer:
    """The lot chose you: yes or no."""
    round, standing, seat = _own_seat(slug)
    if seat.state is SeatState.SITS:
        return see_other("budget_juror.index", slug=slug)
    said = request.form.get("antwoord")
    if request.method == "POST" and said in {"ja", "nee"}:
        jury_seats.answer(db(), seat, said == "ja", by=actor())
        if said == "ja":
            flash(_("Welkom in de jury."))
            return see_other("budget_juror.index", slug=slug)
        return see_other("budget_jury.call", slug=slug, nee=1)
    return page("burgerbudget/jury/answer.html", round=round, jury=standing, seat=seat, **WORDS)


@bp.get("/werk")
@allow(JUDGE_AS_JUROR)
def index(slug: str) -> Answer:
    """All projects before the jury, and how far one is with each."""
    round, standing, seat = _own_seat(slug, sits=True)
    projects = shortlist.projects(db(), round, now())
    off = {project: kind for (seat_id, project), kind in jury_conflicts.conflicts(db(), round.id).items()
           if seat_id == seat.id}  # fmt: skip
    return page(
        "burgerbudget/jury/work.html", round=round, jury=standing, seat=seat,
        projects=queries.shuffled(projects, f"jury {seat.number}"), off=off, sheets=jury_scores.sheets_of(db(), seat),
        to_do=jury_scores.to_do(db(), standing, seat, now()), criteria=jury_queries.criteria_of(db(), round.id),
        sessions=jury_queries.sessions_of(db(), round.id), **WORDS,
    )  # fmt: skip


@bp.route(ONE, methods=["GET", "POST"])
@allow(JUDGE_AS_JUROR)
def sheet(slug: str, id: int) -> Answer:
    """One project with its sheet: kept at any time, handed in once; then what the others gave."""
    round, standing, seat = _own_seat(slug, sits=True)
    project, criteria = _on_the_list(round, id), jury_queries.criteria_of(db(), round.id)
    off = jury_conflicts.conflicts(db(), round.id).get((seat.id, id))
    own = jury_scores.sheets_of(db(), seat).get(id)
    form = sheet_form(criteria, own)
    later = bool(request.form.get("_later"))
    if form.is_submitted() and (form.validate() or (later and not form.errors)):
        try:
            with db().begin_nested():
                jury_scores.save_sheet(db(), standing, seat, id, points=form.points, note=form.note.data or "",
                                       hand_in=not later, by=actor(), now=clock().database_now(db()))  # fmt: skip
            flash(_("Je scoreblad is bewaard.") if later else _("Je scoreblad is doorgegeven."))
            return see_other("budget_juror.index", slug=slug)
        except jury_scores.SheetIsNotWhole as refusal:
            for criterion, field in form.rows:
                if field.data is None:
                    form.blame(f"points_{criterion.id}", refusal)
        except (jury_conflicts.JuryIsNotOpen, jury_scores.HandedIn, jury_conflicts.HasAConflict, Forbidden):
            raise
        except DomainError as refusal:
            form.blame("note", refusal)
    note = jury_queries.note_of(db(), id) if off is None else None
    return page(
        "burgerbudget/jury/sheet.html", round=round, jury=standing, seat=seat, project=project, criteria=criteria,
        off=off, own=own, form=form, note=note, others=jury_scores.sheets_of_others(db(), seat, id), **WORDS,
    )  # fmt: skip


@bp.route(f"{ONE}/betrokken", methods=["GET", "POST"])
@allow(JUDGE_AS_JUROR)
def conflict(slug: str, id: int) -> Answer:
    """Say that one is too close to a project."""
    round, standing, seat = _own_seat(slug, sits=True)
    project, form = _on_the_list(round, id), ConflictForm()
    if form.validate_on_submit():
        jury_conflicts.declare(db(), standing, seat, id, why=form.why.data or "", by=actor(),
                            now=clock().database_now(db()))  # fmt: skip
        flash(_("Genoteerd. Je geeft geen punten voor dit project."))
        return see_other("budget_juror.index", slug=slug)
    return page("burgerbudget/jury/conflict.html", round=round, project=project, form=form)


@bp.route("/stoppen", methods=["GET", "POST"])
@allow(JUDGE_AS_JUROR)
def step_down(slug: str) -> Answer:
    """Stop as a juror."""
    round, _standing, seat = _own_seat(slug, sits=True)
    form = ConflictForm()
    if form.validate_on_submit():
        jury_seats.step_down(db(), seat, by=actor())
        return see_other("budget_jury.call", slug=slug, gestopt=1)
    return page("burgerbudget/jury/step_down.html", round=round, form=form)


def _own_seat(slug: str, *, sits: bool = False) -> tuple[Round, Standing, JurySeat]:
    """The reader's own seat in this round, or NotThere."""
    round, standing = jury_of(slug)
    seat = jury_queries.seat_of(db(), round.id, actor().id)
    if seat is None or (sits and seat.state is not SeatState.SITS):
        raise NotThere
    return round, standing, seat


def _on_the_list(round: Round, id: int) -> Project:
    found = next((project for project in shortlist.projects(db(), round, now()) if project.id == id), None)
    if found is None:
        raise NotThere
    return found

"""Voting with a code, without an account: at home with the code of a letter, or on the device in a help point.

Both ways are the same pages; the kiosk starts anew by itself. Marks travel in the forms and are stored nowhere.
"""

from flask import Blueprint, request, url_for

from spreekt.electorate import passes
from spreekt.electorate.domain import AlreadyVoted
from spreekt.electorate.models import Channel
from spreekt.electorate.pass_models import VotePass
from spreekt.identity import limits
from spreekt.identity.permissions import ANYONE
from spreekt.kernel.errors import DomainError, NotThere, TooMany
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.doors import pass_session
from spreekt.modules.burgerbudget.doors.forms import CodeForm
from spreekt.modules.burgerbudget.forms import BallotForm
from spreekt.modules.burgerbudget.models import Project, Round
from spreekt.modules.burgerbudget.phases.models import RoundRegulation
from spreekt.modules.burgerbudget.voting import ballots
from spreekt.modules.burgerbudget.voting.change_codes import is_code, new_code
from spreekt.modules.burgerbudget.voting.game import Marks, NotABallot, game_of
from spreekt.modules.burgerbudget.voting.pages import (
    Doors,
    ballot_projects,
    marked,
    show_ballot,
    show_comparison,
    show_review,
    unpacked,
    wanted,
)
from spreekt.web.context import Answer, clock, db, now, page, see_other, vault
from spreekt.web.errors import words_of
from spreekt.web.once import every_time
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("budget_doors", __name__, url_prefix="/burgerbudget/<slug>/<any(code, kiosk):way>")


@bp.route("", methods=["GET", "POST"])
@allow(ANYONE)
@every_time  # a code and a birth date leave no trace, and the answer sets a cookie
def enter(slug: str, way: str) -> Answer:
    """The code, and the birth date beside a code from a letter. Opening this page ends what was open before."""
    round, form = _round(slug), CodeForm()
    if not round.takes_votes(now()):
        return _not_open(round)
    asks_birth_date = way == "code" or bool(form.born_on.raw_data)
    if form.validate_on_submit():
        keep_even_if_refused()
        network = limits.network_of(request.remote_addr)
        try:
            held = passes.redeem(
                db(), vault(), round.poll, form.code.data, born_on=form.born_on.data, network=network, now=now(),
                to_change=_allows_change(round),
            )  # fmt: skip
            to = "change" if pass_session.is_used(round, held) else "vote"
            return pass_session.begin(see_other(f"budget_doors.{to}", slug=slug, way=way), round, held)
        except TooMany:
            raise
        except (passes.BirthDateNeeded, passes.WrongBirthDate) as refusal:
            asks_birth_date = True
            form.blame("born_on", refusal)
        except AlreadyVoted as refusal:
            return page("burgerbudget/doors/again.html", round=round, way=way, reason=words_of(refusal), status=409)
        except DomainError as refusal:
            form.blame("code", refusal)
    return _entry(round, way, form, asks_birth_date=asks_birth_date)


@bp.route("/stembiljet", methods=["GET", "POST"])
@allow(ANYONE)
@every_time  # the answer shows what was marked, so it is not kept
def vote(slug: str, way: str) -> Answer:
    """The ballot; what is sent comes back as the page on which one looks it over."""
    round = _round(slug)
    if not round.takes_votes(now()):
        return _not_open(round)
    held = pass_session.held_pass(round)
    if held is None:
        return _too_late(round, way)
    if pass_session.is_used(round, held):
        return _again(round, way)
    projects, rules = _projects(round, held), db().get(RoundRegulation, round.id)
    game, form = game_of(round, rules), BallotForm()
    if request.method == "GET":
        return _ballot(round, way, projects, {}, form)
    if "_terug" in request.form:
        return _ballot(round, way, projects, game.kept(unpacked(), [project.code for project in projects]), form)
    marks = marked(game, projects)
    if "_toon" in request.form or not form.validate():
        return _ballot(round, way, projects, marks, form)
    if "_vergelijk" in request.form:
        return show_comparison(round, game, projects, _doors(round, way))
    try:
        game.check(marks, {project.code: project.cost_cents for project in projects})
    except NotABallot as refusal:
        return _ballot(round, way, projects, marks, form, error=words_of(refusal))
    code = (_sent_code() or new_code()) if _may_change(round, held) else ""
    return show_review(round, game, projects, _doors(round, way), marks=marks, code=code)


@bp.route("/nakijken", methods=["GET", "POST"])
@allow(ANYONE)
def review(slug: str, way: str) -> Answer:
    """The one button. What is cast is what stood on the page before."""
    round, form = _round(slug), BallotForm()
    held = pass_session.held_pass(round)
    if held is None:
        return _too_late(round, way)
    if request.method == "GET":
        return see_other("budget_doors.vote", slug=slug, way=way)
    if not form.validate():
        return _ballot(round, way, _projects(round, held), {}, form)
    try:
        voter = passes.bearer(round.poll, held)
        code = _sent_code() if _may_change(round, held) else ""
        ballots.cast_as(db(), clock(), round, unpacked(), voter=voter, channel=held.channel, code=code)
    except AlreadyVoted:
        return _again(round, way)
    except NotABallot as refusal:
        return _ballot(round, way, _projects(round, held), {}, form, error=words_of(refusal))
    return pass_session.end(see_other("budget_doors.voted", slug=slug, way=way), round)


@bp.get("/gestemd")
@allow(ANYONE)
def voted(slug: str, way: str) -> Answer:
    """The receipt. It knows nothing of who reads it."""
    round = _round(slug)
    answer = page("burgerbudget/doors/voted.html", round=round, way=way,
                  may_change=way == "code" and _allows_change(round) and round.takes_votes(now()))  # fmt: skip
    return pass_session.end(answer, round)


@bp.route("/veranderen", methods=["GET", "POST"])
@allow(ANYONE)
@every_time  # the answer shows what was marked and the code of the receipt, so it is not kept
def change(slug: str, way: str) -> Answer:
    """Another ballot in the place of the one that this letter cast, with the code that was shown before it went."""
    round, form = _round(slug), BallotForm()
    if not round.takes_votes(now()):
        return _not_open(round)
    held = pass_session.held_pass(round)
    if held is None:
        return _too_late(round, way)
    if not _may_change(round, held) or not pass_session.is_used(round, held):
        raise NotThere
    projects = _projects(round, held)
    if not form.validate_on_submit():
        return _ballot(round, way, projects, {}, form, changes=True)
    game = game_of(round, db().get(RoundRegulation, round.id))
    marks = marked(game, projects)
    if "_vergelijk" in request.form:
        return show_comparison(round, game, projects, _doors(round, way))
    if "_toon" in request.form:
        return _ballot(round, way, projects, marks, form, changes=True)
    try:
        voter = passes.bearer(round.poll, held)
        ballots.replace(db(), clock(), round, marks, voter=voter, code=request.form.get("code", ""))
    except NotABallot as refusal:
        return _ballot(round, way, projects, marks, form, error=words_of(refusal), changes=True)
    except ballots.NoSuchBallot as refusal:
        return _ballot(round, way, projects, marks, form, error=words_of(refusal), error_at="code", changes=True)
    return pass_session.end(see_other("budget_doors.voted", slug=slug, way=way), round)


def _allows_change(round: Round) -> bool:
    rules = db().get(RoundRegulation, round.id)
    return rules is not None and rules.may_change_vote


def _may_change(round: Round, held: VotePass) -> bool:
    """Who has a letter can come in again; a code of the desk is good for a quarter of an hour and for one ballot."""
    return held.channel is Channel.LETTER and _allows_change(round)


def _sent_code() -> str:
    """The code of the receipt as the forms around the ballot carry it; empty before it is made."""
    code = request.form.get("code", "")[:40]
    return code if is_code(code) else ""


def _round(slug: str) -> Round:
    round = queries.round_with(db(), slug)
    if round.without_vote or round.is_imported:
        raise NotThere
    return round


def _projects(round: Round, held: VotePass) -> list[Project]:
    """In an order that is fixed for this pass."""
    return ballot_projects(round, vault().fingerprint("order of projects", f"{round.id} pass {held.code_hash}"))


def _doors(round: Round, way: str) -> Doors:
    at = {name: url_for(f"budget_doors.{name}", slug=round.slug, way=way) for name in ("enter", "vote", "review")}
    return Doors(ballot=at["vote"], review=at["review"], start=at["enter"], is_kiosk=way == "kiosk")


def _ballot(
    round: Round, way: str, projects: list[Project], marks: Marks, form: BallotForm, *, error: str = "",
    error_at: str = "stembiljet", changes: bool = False,
) -> Answer:  # fmt: skip
    game = game_of(round, db().get(RoundRegulation, round.id))
    code = request.form.get("code", "")[:40] if changes else _sent_code()
    return show_ballot(round, game, projects, _doors(round, way), form=form, marks=marks, is_saved=True, error=error,
                       only=wanted(), error_at=error_at, changes=changes, code=code)  # fmt: skip


def _entry(round: Round, way: str, form: CodeForm, *, asks_birth_date: bool, is_late: bool = False) -> Answer:
    answer = page("burgerbudget/doors/enter.html", round=round, way=way, form=form, asks_birth_date=asks_birth_date,
                  is_late=is_late, status=409 if is_late else 200)  # fmt: skip
    return pass_session.end(answer, round)


def _too_late(round: Round, way: str) -> Answer:
    """The ballot was open for too long, or was never opened here: the code is asked again, and nothing was cast."""
    if request.method == "GET":
        return pass_session.end(see_other("budget_doors.enter", slug=round.slug, way=way), round)
    return _entry(round, way, CodeForm(formdata=None), asks_birth_date=way == "code", is_late=True)


def _not_open(round: Round) -> Answer:
    return pass_session.end(page("burgerbudget/not_open.html", round=round, status=409), round)


def _again(round: Round, way: str) -> Answer:
    answer = page("burgerbudget/doors/again.html", round=round, way=way, reason="", status=409)
    return pass_session.end(answer, round)

"""Voting as a resident who signed in: ballot, review, receipt, change. Hangs on the blueprint of views.py."""

from flask import request, url_for
from flask_babel import gettext as _

from spreekt.electorate.domain import AlreadyVoted, NotEligible, Voter, voter_of, why_not
from spreekt.identity.permissions import RESIDENT
from spreekt.kernel.errors import NotThere
from spreekt.kernel.markup import plain_excerpt
from spreekt.modules.burgerbudget import ballots, drafts, queries, receipts
from spreekt.modules.burgerbudget.ballot_pages import (
    ELSEWHERE,
    Doors,
    ballot_projects,
    marked,
    show_ballot,
    show_review,
    unpacked,
    wanted,
)
from spreekt.modules.burgerbudget.forms import BallotForm
from spreekt.modules.burgerbudget.game import Game, Marks, NotABallot, game_of
from spreekt.modules.burgerbudget.models import Project, Round
from spreekt.modules.burgerbudget.phase_models import RoundRegulation
from spreekt.modules.burgerbudget.views import bp, order_seed
from spreekt.web.context import Answer, actor, clock, db, now, page, see_other, vault
from spreekt.web.errors import words_of
from spreekt.web.rights import allow

__all__ = ["bp"]


@bp.route("/<slug>/stemmen", methods=["GET", "POST"])
@allow(RESIDENT)
def vote(slug: str) -> Answer:
    """The ballot: every project, in an order that is fixed for this voter."""
    round = queries.round_with(db(), slug)
    if not round.takes_votes(now()):
        return page("burgerbudget/not_open.html", round=round, status=409)
    if request.method == "POST":
        return _keep(round)
    refusal = _refusal(round)
    if refusal is not None:
        return refusal
    draft = drafts.draft_of(db(), vault(), round, by=actor())
    return _ballot(round, draft.marks if draft else {}, is_saved=draft is not None,
                   counts_at_close=draft is not None and draft.counts_at_close)  # fmt: skip


@bp.post("/<slug>/stemmen/bewaren")
@allow(RESIDENT)
def autosave(slug: str) -> Answer:
    """What the script sends from the first mark on; the first time says that the ballot was opened."""
    round = queries.round_with(db(), slug)
    game, projects = _game(round), queries.projects_of(db(), round.id, with_areas=False)
    drafts.save(db(), vault(), clock(), round, marked(game, projects), by=actor(), counts_at_close=_opts_in())
    return "", 204


@bp.get("/<slug>/stemmen/vergelijken")
@allow(RESIDENT)
def compare(slug: str) -> Answer:
    """Two projects side by side."""
    round = queries.round_with(db(), slug)
    projects = ballot_projects(round, order_seed(round))
    pair = [project for name in ("een", "twee") for project in projects if request.args.get(name) == str(project.id)]
    return page("burgerbudget/compare.html", round=round, projects=projects, pair=pair,
                excerpt=lambda project: plain_excerpt(project.body_html, 600))  # fmt: skip


@bp.route("/<slug>/stemmen/nakijken", methods=["GET", "POST"])
@allow(RESIDENT)
def review(slug: str) -> Answer:
    """What was marked, once more in full, and one button. What is cast is what stands on this page."""
    round = queries.round_with(db(), slug)
    if request.method == "POST":
        return _cast(round)
    if not round.takes_votes(now()):
        return page("burgerbudget/not_open.html", round=round, status=409)
    draft = drafts.draft_of(db(), vault(), round, by=actor())
    if draft is None or not draft.marks:
        return see_other("burgerbudget.vote", slug=slug)
    rules = db().get(RoundRegulation, round.id)
    code = receipts.code_for(round) if rules is not None and rules.may_change_vote else ""
    projects = queries.projects_of(db(), round.id, with_areas=False)
    answer = show_review(round, game_of(round, rules), projects, _doors(round), marks=draft.marks, code=code)
    return receipts.with_code(answer, round, code)


@bp.get("/<slug>/stemmen/gestemd")
@allow(RESIDENT)
def voted(slug: str) -> Answer:
    """The receipt: that this resident voted, never what."""
    round = queries.round_with(db(), slug)
    if not ballots.has_cast(db(), round, _voter(round)):
        return see_other("burgerbudget.vote", slug=slug)
    return page("burgerbudget/voted.html", round=round, again=False, code=receipts.kept_code(round))


@bp.route("/<slug>/stemmen/veranderen", methods=["GET", "POST"])
@allow(RESIDENT)
def change(slug: str) -> Answer:
    """Another ballot in the place of one's own, with the code of the receipt."""
    round = queries.round_with(db(), slug)
    rules, voter = db().get(RoundRegulation, round.id), _voter(round)
    if rules is None or not rules.may_change_vote or not ballots.has_cast(db(), round, voter):
        raise NotThere
    if not round.takes_votes(now()):
        return page("burgerbudget/not_open.html", round=round, status=409)
    form = BallotForm()
    if not form.validate_on_submit():
        return _ballot(round, {}, is_saved=True, changes=True, form=form)
    marks = marked(game_of(round, rules), queries.projects_of(db(), round.id, with_areas=False))
    try:
        ballots.replace(db(), clock(), round, marks, voter=voter, code=request.form.get("code", ""))
    except (NotABallot, ballots.NoSuchBallot) as refusal:
        return _ballot(round, marks, is_saved=True, changes=True, form=form, error=words_of(refusal))
    return see_other("burgerbudget.voted", slug=slug)


def _keep(round: Round) -> Answer:
    """Save the marks; go on to the review when they are a good ballot, or where the pressed button goes."""
    form, game = BallotForm(), _game(round)
    projects = ballot_projects(round, order_seed(round))
    marks = marked(game, projects)
    if not form.validate():
        return _ballot(round, marks, is_saved=True, form=form, projects=projects)
    if not any(button in request.form for button in ELSEWHERE):
        try:
            game.check(marks, {project.code: project.cost_cents for project in projects})
        except NotABallot as refusal:
            return _ballot(round, marks, is_saved=True, error=words_of(refusal), form=form, projects=projects)
    drafts.save(db(), vault(), clock(), round, marks, by=actor(), counts_at_close=_opts_in())
    if "_later" in request.form:
        return see_other("burgerbudget.show", slug=round.slug, bewaard=1)
    if "_vergelijk" in request.form:
        pair = {name: request.form.get(name, "")[:12] for name in ("een", "twee")}
        return see_other("burgerbudget.compare", slug=round.slug, **pair)
    if "_toon" in request.form:
        return _ballot(round, marks, is_saved=True, counts_at_close=_opts_in(), form=form, projects=projects)
    return see_other("burgerbudget.review", slug=round.slug)


def _cast(round: Round) -> Answer:
    form, marks = BallotForm(), unpacked()
    if not form.validate():
        return _ballot(round, marks, is_saved=True, form=form)
    try:
        ballots.cast(db(), vault(), clock(), round, marks, by=actor(), code=request.form.get("code", ""))
    except AlreadyVoted:
        return page("burgerbudget/voted.html", round=round, again=True, code="", status=409)
    except NotABallot as refusal:
        return _ballot(round, marks, is_saved=True, form=form, error=words_of(refusal))
    except NotEligible as refusal:
        return page("burgerbudget/not_eligible.html", round=round, reason=words_of(refusal), status=403)
    return see_other("burgerbudget.voted", slug=round.slug)


def _ballot(
    round: Round, marks: Marks, *, is_saved: bool, error: str = "", counts_at_close: bool = False,
    form: BallotForm | None = None, projects: list[Project] | None = None, changes: bool = False,
) -> Answer:  # fmt: skip
    every = ballot_projects(round, order_seed(round)) if projects is None else projects
    return show_ballot(round, _game(round), every, _doors(round), form=form or BallotForm(), marks=marks, error=error,
                       is_saved=is_saved, counts_at_close=counts_at_close, only=wanted(), changes=changes,
                       code=_typed_code(round) if changes else "")  # fmt: skip


def _typed_code(round: Round) -> str:
    """The code as it was typed, else the one that this browser keeps."""
    return request.form.get("code", "")[:40] or receipts.kept_code(round)


def _doors(round: Round) -> Doors:
    at = {name: url_for(f"burgerbudget.{name}", slug=round.slug) for name in ("vote", "review", "autosave", "compare")}
    return Doors(ballot=at["vote"], review=at["review"], autosave=at["autosave"], later="1", compare=at["compare"])


def _opts_in() -> bool:
    return "telt_mee" in request.form


def _game(round: Round) -> Game:
    return game_of(round, db().get(RoundRegulation, round.id))


def _voter(round: Round) -> Voter | None:
    return voter_of(db(), vault(), round.poll, account_id=actor().id, now=now())


def _refusal(round: Round) -> Answer | None:
    """The page for who cannot vote here, with the reason for them alone; nothing when they can."""
    voter = _voter(round)
    reason = why_not(round.poll, voter)
    if voter is None or reason:
        return page("burgerbudget/not_eligible.html", round=round, reason=_(reason), status=403)
    if ballots.has_cast(db(), round, voter):
        rules = db().get(RoundRegulation, round.id)
        return page("burgerbudget/voted.html", round=round, again=True, code=receipts.kept_code(round),
                    may_change=rules is not None and rules.may_change_vote)  # fmt: skip
    return None

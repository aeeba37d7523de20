"""Voting: the ballot, looking it over, casting, the receipt. Hangs on the blueprint of views.py."""

from flask import request
from flask_babel import gettext as _

from spreekt.electorate.domain import AlreadyVoted, NotEligible, has_voted, voter_of, why_not
from spreekt.identity.permissions import RESIDENT
from spreekt.modules.burgerbudget import ballots, queries
from spreekt.modules.burgerbudget.ballots import NotABallot
from spreekt.modules.burgerbudget.forms import BallotForm
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.views import bp, order_seed
from spreekt.web.context import Answer, actor, clock, db, now, page, see_other, vault
from spreekt.web.errors import words_of
from spreekt.web.rights import allow

__all__ = ["bp"]


@bp.route("/<slug>/stemmen", methods=["GET", "POST"])
@allow(RESIDENT)
def vote(slug: str) -> Answer:
    """The ballot: every project as a checkbox, in an order that is fixed for this voter."""
    round = queries.round_with(db(), slug)
    if not round.takes_votes(now()):
        return page("burgerbudget/not_open.html", round=round, status=409)
    if request.method == "POST":
        return _marked(round)
    refusal = _refusal(round)
    return refusal if refusal is not None else _ballot(round, BallotForm(), saved=_draft(round))


@bp.route("/<slug>/stemmen/nakijken", methods=["GET", "POST"])
@allow(RESIDENT)
def review(slug: str) -> Answer:
    """What was ticked, once more in full, and one button. What is cast is what stands on this page."""
    round = queries.round_with(db(), slug)
    if request.method == "POST":
        return _cast(round)
    if not round.takes_votes(now()):
        return page("burgerbudget/not_open.html", round=round, status=409)
    draft = _draft(round)
    if not draft:
        return see_other("burgerbudget.vote", slug=slug)
    projects = queries.projects_of(db(), round.id, with_areas=False)
    chosen = [project for project in projects if project.code in draft]
    padding = "0" * sum(len(f"projects={project.code}&") for project in projects if project not in chosen)
    return page("burgerbudget/review.html", round=round, chosen=chosen, padding=padding, form=BallotForm())


@bp.get("/<slug>/stemmen/gestemd")
@allow(RESIDENT)
def voted(slug: str) -> Answer:
    """The receipt: that this resident voted, never what."""
    round = queries.round_with(db(), slug)
    if not _has_voted(round):
        return see_other("burgerbudget.vote", slug=slug)
    return page("burgerbudget/voted.html", round=round, again=False)


def _marked(round: Round) -> Answer:
    choice = request.form.getlist("projects")
    form = BallotForm()
    if not form.validate():
        return _ballot(round, form, saved=tuple(choice))
    try:
        if "_later" not in request.form:
            ballots.checked(round, queries.project_codes(db(), round.id), choice)
    except NotABallot as refusal:
        return _ballot(round, form, saved=tuple(choice), error=words_of(refusal))
    ballots.save_draft(db(), vault(), clock(), round, choice, by=actor())
    if "_later" in request.form:
        return see_other("burgerbudget.show", slug=round.slug, bewaard=1)
    return see_other("burgerbudget.review", slug=round.slug)


def _cast(round: Round) -> Answer:
    choice = request.form.getlist("projects")
    form = BallotForm()
    if not form.validate():
        return _ballot(round, form, saved=tuple(choice))
    try:
        ballots.cast(db(), vault(), clock(), round, choice, by=actor())
    except AlreadyVoted:
        return page("burgerbudget/voted.html", round=round, again=True, status=409)
    except NotABallot as refusal:
        return _ballot(round, form, saved=tuple(choice), error=words_of(refusal))
    except NotEligible as refusal:
        return page("burgerbudget/not_eligible.html", round=round, reason=words_of(refusal), status=403)
    return see_other("burgerbudget.voted", slug=round.slug)


def _ballot(round: Round, form: BallotForm, *, saved: tuple[str, ...] | None, error: str = "") -> Answer:
    projects = queries.shuffled(queries.projects_of(db(), round.id), order_seed(round))
    return page(
        "burgerbudget/vote.html",
        round=round,
        projects=projects,
        form=form,
        chosen=frozenset(saved or ()),
        is_saved=saved is not None,
        error=error,
        status=422 if error or form.errors else 200,
    )


def _draft(round: Round) -> tuple[str, ...] | None:
    return ballots.draft_of(db(), vault(), round, by=actor())


def _refusal(round: Round) -> Answer | None:
    """The page for who cannot vote here, with the reason for them alone; nothing when they can."""
    voter = voter_of(db(), vault(), round.poll, account_id=actor().id, now=now())
    reason = why_not(round.poll, voter)
    if voter is None or reason:
        return page("burgerbudget/not_eligible.html", round=round, reason=_(reason), status=403)
    if has_voted(db(), round.poll, voter.voter_key):
        return page("burgerbudget/voted.html", round=round, again=True)
    return None


def _has_voted(round: Round) -> bool:
    voter = voter_of(db(), vault(), round.poll, account_id=actor().id, now=now())
    return voter is not None and has_voted(db(), round.poll, voter.voter_key)

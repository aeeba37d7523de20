"""Voting as a resident who signed in: ballot, review, receipt, change. Hangs on the blueprint of ../views.py."""

from dataclasses import dataclass
from datetime import timedelta

from flask import request, url_for
from flask_babel import gettext as _

from spreekt.electorate.domain import AlreadyVoted, NotEligible, Voter, voter_of, why_not
from spreekt.identity.permissions import RESIDENT
from spreekt.kernel.errors import NotThere
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.forms import BallotForm
from spreekt.modules.burgerbudget.models import Project, Round
from spreekt.modules.burgerbudget.phases.models import RoundRegulation
from spreekt.modules.burgerbudget.views import bp, order_seed
from spreekt.modules.burgerbudget.voting import ballots, drafts, receipts
from spreekt.modules.burgerbudget.voting.game import Game, Marks, NotABallot, game_of
from spreekt.modules.burgerbudget.voting.pages import (
    ELSEWHERE,
    Doors,
    ballot_projects,
    compare_page,
    marked,
    show_ballot,
    show_comparison,
    show_review,
    unpacked,
    wanted,
)
from spreekt.web.context import Answer, actor, clock, db, now, page, see_other, vault
from spreekt.web.errors import words_of
from spreekt.web.once import every_time
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

__all__ = ["bp"]


@dataclass(frozen=True, slots=True)
class Visit:
    """One resident at the ballot of one round."""

    round: Round
    rules: RoundRegulation | None

    @classmethod
    def to(cls, slug: str) -> "Visit":
        return cls(*queries.round_and_rules(db(), slug))

    @property
    def game(self) -> Game:
        return game_of(self.round, self.rules)

    @property
    def may_change(self) -> bool:
        return self.rules is not None and self.rules.may_change_vote

    @property
    def voter(self) -> Voter | None:
        return voter_of(db(), vault(), self.round.poll, account_id=actor().id, now=now())

    @property
    def draft(self) -> drafts.Draft | None:
        return drafts.draft_of(db(), vault(), self.round, by=actor())

    @property
    def projects(self) -> list[Project]:
        return ballot_projects(self.round, order_seed(self.round))

    @property
    def doors(self) -> Doors:
        names = ("vote", "review", "autosave", "compare")
        at = {name: url_for(f"burgerbudget.{name}", slug=self.round.slug) for name in names}
        owner = vault().fingerprint("marks in a browser", f"{self.round.id} {actor().id}")
        return Doors(ballot=at["vote"], review=at["review"], autosave=at["autosave"], later="1", compare=at["compare"],
                     owner=owner)  # fmt: skip

    def not_open(self) -> Answer:
        return page("burgerbudget/not_open.html", round=self.round, status=409)


@bp.route("/<slug>/stemmen", methods=["GET", "POST"])
@allow(RESIDENT)
@every_time  # the answer can show what was marked, so it is not kept
def vote(slug: str) -> Answer:
    """The ballot: every project, in an order that is fixed for this voter."""
    visit = Visit.to(slug)
    if not visit.round.takes_votes(now()):
        return visit.not_open()
    refusal = _refusal(visit)
    if refusal is not None:
        return refusal
    if request.method == "POST":
        return _keep(visit)
    draft = visit.draft
    marks = draft.marks if draft else {}
    fault = _fault(visit, marks) if "fout" in request.args else ""
    return _ballot(visit, marks, is_saved=draft is not None, error=fault,
                   counts_at_close=draft is not None and draft.counts_at_close,
                   saved_ms_ago=_age_in_ms(draft) if draft else 0)  # fmt: skip


@bp.post("/<slug>/stemmen/bewaren")
@allow(RESIDENT)
def autosave(slug: str) -> Answer:
    """What the script sends from the first mark on; the first time says that the ballot was opened."""
    visit = Visit.to(slug)
    marks = marked(visit.game, queries.projects_of(db(), visit.round.id, with_areas=False))
    drafts.save(db(), vault(), clock(), visit.round, marks, by=actor(), counts_at_close=_opts_in())
    return "", 204


@bp.get("/<slug>/stemmen/vergelijken")
@allow(RESIDENT)
def compare(slug: str) -> Answer:
    """Two projects side by side."""
    visit = Visit.to(slug)
    return compare_page(visit.round, visit.projects, visit.doors, request.args)


@bp.route("/<slug>/stemmen/nakijken", methods=["GET", "POST"])
@allow(RESIDENT)
def review(slug: str) -> Answer:
    """What was marked, once more in full, and one button. What is cast is what stands on this page."""
    visit = Visit.to(slug)
    if request.method == "POST":
        return _cast(visit)
    if not visit.round.takes_votes(now()):
        return visit.not_open()
    draft = visit.draft
    if draft is None or not draft.marks or ballots.has_cast(db(), visit.round, visit.voter):
        return see_other("burgerbudget.vote", slug=slug)
    if _fault(visit, draft.marks):
        return see_other("burgerbudget.vote", slug=slug, fout=1)
    code = receipts.code_for(visit.round) if visit.may_change else ""
    projects = queries.projects_of(db(), visit.round.id, with_areas=False)
    answer = show_review(visit.round, visit.game, projects, visit.doors, marks=draft.marks, code=code)
    return receipts.with_code(answer, visit.round, code)


@bp.get("/<slug>/stemmen/gestemd")
@allow(RESIDENT)
def voted(slug: str) -> Answer:
    """The receipt: that this resident voted, never what."""
    visit = Visit.to(slug)
    if not ballots.has_cast(db(), visit.round, visit.voter):
        return see_other("burgerbudget.vote", slug=slug)
    return _receipt(visit, again=False)


@bp.route("/<slug>/stemmen/veranderen", methods=["GET", "POST"])
@allow(RESIDENT)
@every_time  # the answer can show what was marked and the code of the receipt, so it is not kept
def change(slug: str) -> Answer:
    """Another ballot in the place of one's own, with the code of the receipt."""
    visit = Visit.to(slug)
    voter = visit.voter
    if not visit.may_change or not ballots.has_cast(db(), visit.round, voter):
        raise NotThere
    if not visit.round.takes_votes(now()):
        return visit.not_open()
    form = BallotForm()
    if not form.validate_on_submit():
        return _ballot(visit, {}, is_saved=True, changes=True, form=form)
    projects = visit.projects
    marks = marked(visit.game, projects)
    if "_vergelijk" in request.form:
        return show_comparison(visit.round, visit.game, projects, visit.doors)
    if "_toon" in request.form:
        return _ballot(visit, marks, is_saved=True, changes=True, form=form, projects=projects)
    try:
        ballots.replace(db(), clock(), visit.round, marks, voter=voter, code=request.form.get("code", ""))
    except NotABallot as refusal:
        return _ballot(visit, marks, is_saved=True, changes=True, form=form, error=words_of(refusal))
    except ballots.NoSuchBallot as refusal:
        return _ballot(visit, marks, is_saved=True, changes=True, form=form, error=words_of(refusal), error_at="code")
    return see_other("burgerbudget.voted", slug=slug)


def _keep(visit: Visit) -> Answer:
    """Save the marks, also when they are no good ballot yet; go on to the review, or where the pressed button goes."""
    form, round, projects = BallotForm(), visit.round, visit.projects
    marks = marked(visit.game, projects)
    if not form.validate():
        return _ballot(visit, marks, is_saved=False, form=form, projects=projects)
    drafts.save(db(), vault(), clock(), round, marks, by=actor(), counts_at_close=_opts_in())
    fault = "" if any(button in request.form for button in ELSEWHERE) else _fault(visit, marks)
    if fault:
        keep_even_if_refused()  # what was marked or taken back stays, else the draft of before counts at the close
        return _ballot(visit, marks, is_saved=True, error=fault, form=form, projects=projects,
                       counts_at_close=_opts_in())  # fmt: skip
    if "_later" in request.form:
        return see_other("burgerbudget.show", slug=round.slug, bewaard=1)
    if "_vergelijk" in request.form:
        pair = {name: request.form.get(name, "")[:12] for name in ("een", "twee")}
        return see_other("burgerbudget.compare", slug=round.slug, **pair)
    if "_toon" in request.form:
        return _ballot(visit, marks, is_saved=True, counts_at_close=_opts_in(), form=form, projects=projects)
    return see_other("burgerbudget.review", slug=round.slug)


def _cast(visit: Visit) -> Answer:
    form, marks = BallotForm(), unpacked()
    if not form.validate():
        return _ballot(visit, marks, is_saved=True, form=form)
    try:
        ballots.cast(db(), vault(), clock(), visit.round, marks, by=actor(), code=request.form.get("code", ""))
    except AlreadyVoted:
        return _receipt(visit, again=True, status=409)
    except NotABallot as refusal:
        return _ballot(visit, marks, is_saved=True, form=form, error=words_of(refusal))
    except NotEligible as refusal:
        return page("burgerbudget/not_eligible.html", round=visit.round, reason=words_of(refusal), status=403)
    return see_other("burgerbudget.voted", slug=visit.round.slug)


def _ballot(
    visit: Visit, marks: Marks, *, is_saved: bool, error: str = "", counts_at_close: bool = False,
    form: BallotForm | None = None, projects: list[Project] | None = None, changes: bool = False,
    error_at: str = "stembiljet", saved_ms_ago: int = 0,
) -> Answer:  # fmt: skip
    every = visit.projects if projects is None else projects
    return show_ballot(visit.round, visit.game, every, visit.doors, form=form or BallotForm(), marks=marks, error=error,
                       is_saved=is_saved, counts_at_close=counts_at_close, only=wanted(), changes=changes,
                       code=_typed_code(visit.round) if changes else "", error_at=error_at,
                       saved_ms_ago=saved_ms_ago)  # fmt: skip


def _fault(visit: Visit, marks: Marks) -> str:
    """Why these marks are no ballot yet, in words; empty when they are one."""
    try:
        visit.game.check(marks, queries.costs_on_ballot(db(), visit.round.id))
    except NotABallot as refusal:
        return words_of(refusal)
    return ""


def _receipt(visit: Visit, *, again: bool, status: int = 200) -> Answer:
    return page("burgerbudget/voted.html", round=visit.round, again=again, code=receipts.kept_code(visit.round),
                may_change=visit.may_change, status=status)  # fmt: skip


def _typed_code(round: Round) -> str:
    """The code as it was typed, else the one that this browser keeps."""
    return request.form.get("code", "")[:40] or receipts.kept_code(round)


def _age_in_ms(draft: drafts.Draft) -> int:
    """How long ago a draft was saved. An age and no moment: the clock of a browser may be wrong."""
    return (clock().database_now(db()) - draft.saved_at) // timedelta(milliseconds=1)


def _opts_in() -> bool:
    return "telt_mee" in request.form


def _refusal(visit: Visit) -> Answer | None:
    """The page for who cannot vote here, with the reason for them alone; nothing when they can."""
    voter = visit.voter
    reason = why_not(visit.round.poll, voter)
    if voter is None or reason:
        return page("burgerbudget/not_eligible.html", round=visit.round, reason=_(reason), status=403)
    if not ballots.has_cast(db(), visit.round, voter):
        return None
    return _receipt(visit, again=True, status=200 if request.method == "GET" else 409)

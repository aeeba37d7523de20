"""The desk of a referendum: how the right of the person at the counter stands, paper, and the same letter once more."""

import json

from flask import Blueprint, make_response

from spreekt.identity import limits
from spreekt.identity.permissions import DESK
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.modules.referendum import desk, queries, reissue
from spreekt.modules.referendum.desk import Visitor
from spreekt.modules.referendum.models import Referendum
from spreekt.modules.referendum.roll_forms import CardForm, VisitorForm
from spreekt.web.context import Answer, actor, clock, db, now, page, see_other, vault
from spreekt.web.forms import Form
from spreekt.web.once import every_time
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("referendum_desk", __name__, url_prefix="/loket/referendum")
AT_DESK = limits.Limit("referendum desk lookup", 60, limits.REGISTER_LOOKUP.window)
DONE = frozenset({"papier", "brief", "brief-goedgekeurd"})


@bp.get("")
@allow(DESK)
def index() -> Answer:
    """Which referenda the desk can help with."""
    return page("referendum/desk/index.html", referenda=queries.at_the_desk(db(), now()))


@bp.get("/<slug>")
@allow(DESK)
def overview(slug: str) -> Answer:
    return _overview(_referendum(slug), CardForm())


@bp.post("/<slug>/kiezer")
@allow(DESK)
@every_time  # how somebody's right stands must not be kept with the answer
def voter(slug: str) -> Answer:
    """Look one person up. POST only: the number is never part of an address."""
    referendum, form = _referendum(slug), CardForm()
    if form.validate_on_submit():
        keep_even_if_refused()  # the count and the log row stay, whatever comes of it
        limits.count(db(), vault(), AT_DESK, f"officer {actor().id}", now=now())
        return _show(referendum, desk.look_up(db(), vault(), referendum, form.number.key, by=actor()))
    return _overview(referendum, form)


@bp.post("/<slug>/papier")
@allow(DESK)
def paper(slug: str) -> Answer:
    """Use the right on paper; only the page that follows says to hand the ballot over.

    The same form again, after a second press or a lost reply, leads to that page again. A refusal shows how the right
    stands, and is not kept.
    """
    referendum, form = _referendum(slug), VisitorForm()
    key = desk.opened(vault(), referendum, form.subject.data or "", by=actor(), now=now())
    if not form.validate_on_submit():
        raise NotThere
    try:
        desk.give_paper(db(), clock(), referendum, key, by=actor())
    except DomainError as refusal:
        form.blame("subject", refusal)
        return _show(referendum, desk.visitor(db(), referendum, key), form)
    return see_other("referendum_desk.done", slug=slug, what="papier")


@bp.post("/<slug>/brief")
@allow(DESK)
def letter(slug: str) -> Answer:
    """Ask for the same letter once more; a second officer must agree."""
    referendum, form = _referendum(slug), VisitorForm()
    key = desk.opened(vault(), referendum, form.subject.data or "", by=actor(), now=now())
    if not form.validate_on_submit():
        raise NotThere
    try:
        reissue.ask(db(), referendum, key, by=actor(), now=now())
    except DomainError as refusal:
        form.blame("subject", refusal)
        return _show(referendum, desk.visitor(db(), referendum, key), form)
    return see_other("referendum_desk.done", slug=slug, what="brief")


@bp.post("/<slug>/brieven/<int:request_id>")
@allow(DESK)
def approve(slug: str, request_id: int) -> Answer:
    """The second officer agrees, with the same card looked up."""
    referendum, form = _referendum(slug), VisitorForm()
    key = desk.opened(vault(), referendum, form.subject.data or "", by=actor(), now=now())
    if not form.validate_on_submit():
        raise NotThere
    reissue.approve(db(), referendum, request_id, key, by=actor(), now=now())
    return see_other("referendum_desk.done", slug=slug, what="brief-goedgekeurd")


@bp.get("/<slug>/brieven/<int:request_id>.json")
@allow(DESK)
def slip(slug: str, request_id: int) -> Answer:
    """What the authority needs to print the letter again, once two officers agreed."""
    referendum = _referendum(slug)
    told = reissue.hand_over(db(), referendum, reissue.of(db(), referendum, request_id), by=actor())
    answer = make_response(json.dumps(told, indent=1, ensure_ascii=False))
    answer.headers["Content-Type"] = "application/json"
    answer.headers["Content-Disposition"] = f'attachment; filename="aanvraag-{request_id}.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/<slug>/gedaan/<what>")
@allow(DESK)
def done(slug: str, what: str) -> Answer:
    if what not in DONE:
        raise NotThere
    return page("referendum/desk/done.html", referendum=_referendum(slug), what=what)


def _referendum(slug: str) -> Referendum:
    return queries.public_referendum(db(), slug)


def _overview(referendum: Referendum, form: Form) -> Answer:
    return page(
        "referendum/desk/overview.html", form=form, referendum=referendum, requests=reissue.requests(db(), referendum)
    )


def _show(referendum: Referendum, visitor: Visitor, form: VisitorForm | None = None) -> Answer:
    subject = desk.sealed(vault(), referendum, visitor.voter_key, by=actor(), now=now())
    if form is None:
        form = VisitorForm(formdata=None)
    form.subject.data = subject
    return page(
        "referendum/desk/voter.html",
        form=form,
        referendum=referendum,
        visitor=visitor,
        waiting=reissue.waiting_for(db(), referendum, visitor.voter_key),
        is_open=referendum.takes_votes(now()),
        is_over=referendum.standing(now()).is_over,
        has_paper=referendum.regulation.has_paper,
        may_ask_letter=referendum.state in reissue.WITH_LETTERS and not referendum.poll.is_over(now()),
    )

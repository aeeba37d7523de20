"""The desk of a budget round: how the right of the person at the counter stands; paper, a code, or a new letter."""

from flask import Blueprint, Response

from spreekt.identity import limits
from spreekt.identity.letter_codes import in_groups
from spreekt.identity.permissions import DESK
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.doors import desk
from spreekt.modules.burgerbudget.doors.desk import Visitor
from spreekt.modules.burgerbudget.doors.forms import CardForm, VisitorForm
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.paper import ballot as paper_ballot
from spreekt.web.context import Answer, actor, clock, db, now, page, see_other, vault
from spreekt.web.once import every_time
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("budget_desk", __name__, url_prefix="/loket/burgerbudget")
AT_DESK = limits.Limit("budget desk lookup", 60, limits.REGISTER_LOOKUP.window)
DONE = frozenset({"papier", "brief"})


@bp.get("")
@allow(DESK)
def index() -> Answer:
    """Which rounds the desk can help with."""
    return page("burgerbudget/doors/desk_index.html", rounds=queries.open_rounds(db(), now()))


@bp.get("/<slug>")
@allow(DESK)
def overview(slug: str) -> Answer:
    return page("burgerbudget/doors/desk.html", form=CardForm(), round=_round(slug))


@bp.post("/<slug>/inwoner")
@allow(DESK)
@every_time  # how somebody's right stands must not be kept with the answer
def visitor(slug: str) -> Answer:
    """Look one person up. POST only: the number is never part of an address."""
    round, form = _round(slug), CardForm()
    if form.validate_on_submit():
        keep_even_if_refused()  # the count and the log row stay, whatever comes of it
        limits.count(db(), vault(), AT_DESK, f"officer {actor().id}", now=now())
        try:
            return _show(round, desk.look_up(db(), vault(), round, form.number.key, by=actor()))
        except DomainError as refusal:
            form.blame("number", refusal)
    return page("burgerbudget/doors/desk.html", form=form, round=round)


@bp.post("/<slug>/papier")
@allow(DESK)
def paper(slug: str) -> Answer:
    """Use the right on paper; only the page that follows says to hand the ballot over."""
    round, form, key = _asked(slug)
    try:
        desk.give_paper(db(), vault(), clock(), round, key, by=actor())
    except DomainError as refusal:
        return _refused(round, form, key, refusal)
    return see_other("budget_desk.done", slug=slug, what="papier")


@bp.post("/<slug>/code")
@allow(DESK)
@every_time  # a code must not be kept with the answer; a second press makes a new one
def code(slug: str) -> Answer:
    """A code for the device, on screen and to print."""
    round, form, key = _asked(slug)
    try:
        made = desk.give_code(db(), vault(), clock(), round, key, by=actor())
    except DomainError as refusal:
        return _refused(round, form, key, refusal)
    return page("burgerbudget/doors/desk_code.html", round=round, code=in_groups(made))


@bp.post("/<slug>/brief")
@allow(DESK)
@every_time  # as above
def letter(slug: str) -> Answer:
    """A new letter; the code of the old one dies."""
    round, form, key = _asked(slug)
    try:
        desk.ask_letter(db(), vault(), clock(), round, key, by=actor())
    except DomainError as refusal:
        return _refused(round, form, key, refusal)
    return see_other("budget_desk.done", slug=slug, what="brief")


@bp.get("/<slug>/gedaan/<what>")
@allow(DESK)
def done(slug: str, what: str) -> Answer:
    if what not in DONE:
        raise NotThere
    return page("burgerbudget/doors/desk_done.html", round=_round(slug), what=what)


@bp.get("/<slug>/stembiljet.pdf")
@allow(DESK)
def ballot(slug: str) -> Response:
    """The paper ballot, to print."""
    return paper_ballot.download(_round(slug))


def _round(slug: str) -> Round:
    round = queries.round_with(db(), slug)
    if round.without_vote or round.is_imported:
        raise NotThere
    return round


def _asked(slug: str) -> tuple[Round, VisitorForm, str]:
    round, form = _round(slug), VisitorForm()
    if not form.validate_on_submit():
        raise NotThere
    return round, form, desk.opened(vault(), round, form.subject.data or "", by=actor(), now=now())


def _refused(round: Round, form: VisitorForm, person_key: str, refusal: DomainError) -> Answer:
    form.blame("subject", refusal)
    return _show(round, desk.visitor(db(), vault(), round, person_key), form)


def _show(round: Round, visitor: Visitor, form: VisitorForm | None = None) -> Answer:
    if form is None:
        form = VisitorForm(formdata=None)
    form.subject.data = desk.sealed(vault(), round, visitor.person_key, by=actor(), now=now())
    return page("burgerbudget/doors/desk_visitor.html", form=form, round=round, visitor=visitor,
                is_open=round.takes_votes(now()))  # fmt: skip

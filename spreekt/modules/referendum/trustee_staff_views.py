"""Where the referendum manager invites trustees, sees how far they are, and prepares the rehearsal."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from spreekt.identity.permissions import RUN_REFERENDA, SEE_REFERENDA
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.modules.referendum import audit_pack, ceremony, exhibits, queries, rehearsal, trustee_page
from spreekt.modules.referendum.ballot.ceremony import STEPS
from spreekt.modules.referendum.models import Referendum
from spreekt.web.context import Answer, actor, db, now, page, see_other, vault
from spreekt.web.forms import Form, at_most, filled
from spreekt.web.once import every_time
from spreekt.web.rights import allow

bp = Blueprint("trustee_staff", __name__, url_prefix="/beheer/referendum/<slug>/sleutels")


class NamesForm(Form):
    """Who the trustees are."""

    names = TextAreaField(_l("Namen van de sleutelhouders"), filled(_l("Vul de namen in, één per regel.")))


class AgainForm(Form):
    """Why all begin again."""

    reason = StringField(_l("Waarom?"), [*filled(_l("Zeg waarom jullie opnieuw beginnen.")), at_most(300)])


class PressForm(Form):
    """A button and nothing else."""


@bp.get("")
@allow(SEE_REFERENDA)
def show(slug: str) -> Answer:
    """How far the trustees are."""
    return page("referendum/staff/trustees.html", **_seen(_referendum(slug)), form=NamesForm(), again=AgainForm())


@bp.post("/uitnodigen")
@allow(RUN_REFERENDA)
@every_time
def invite(slug: str) -> Answer:
    """Give every trustee a personal link, shown this once."""
    referendum, form = _referendum(slug), NamesForm()
    if form.validate_on_submit():
        try:
            names = [name for name in form.names.data.splitlines() if name.strip()]
            links = ceremony.invite(db(), vault(), referendum, names, by=actor())
            addresses = [_address(referendum, link) for link in links]
            shown = list(zip(names, addresses, strict=True))
            return page("referendum/staff/trustee_links.html", referendum=referendum, links=shown)
        except DomainError as refusal:
            form.blame("names", refusal)
    return page("referendum/staff/trustees.html", **_seen(referendum), form=form, again=AgainForm())


@bp.post("/<int:number>/link")
@allow(RUN_REFERENDA)
@every_time
def new_link(slug: str, number: int) -> Answer:
    """Another link for one trustee, shown this once; the old one is dead."""
    referendum = _referendum(slug)
    if not PressForm().validate_on_submit():
        return see_other("trustee_staff.show", slug=slug)
    link = ceremony.new_link(db(), vault(), referendum, number, by=actor())
    name = next(seat.name for seat in ceremony.seats_of(db(), referendum) if seat.number == number)
    return page(
        "referendum/staff/trustee_links.html", referendum=referendum, links=[(name, _address(referendum, link))]
    )


@bp.post("/repetitie")
@allow(RUN_REFERENDA)
def prepare_rehearsal(slug: str) -> Answer:
    """Put a box with test ballots ready."""
    referendum = _referendum(slug)
    if PressForm().validate_on_submit():
        ceremony.prepare_rehearsal(db(), referendum, by=actor(), now=now())
    return see_other("trustee_staff.show", slug=slug)


@bp.post("/opnieuw")
@allow(RUN_REFERENDA)
def begin_again(slug: str) -> Answer:
    """Throw away what was published, with a reason."""
    referendum, form = _referendum(slug), AgainForm()
    if form.validate_on_submit():
        try:
            ceremony.begin_again(db(), referendum, by=actor(), reason=form.reason.data)
            return see_other("trustee_staff.show", slug=slug)
        except DomainError as refusal:
            form.blame("reason", refusal)
    return page("referendum/staff/trustees.html", **_seen(referendum), form=NamesForm(formdata=None), again=form,
                status=422)  # fmt: skip


def _seen(referendum: Referendum) -> dict[str, Any]:
    pieces = ceremony.pieces_of(db(), referendum)
    last = rehearsal.last_of(db(), referendum)
    return {
        "referendum": referendum,
        "seats": ceremony.seats_of(db(), referendum),
        "done": {number: sum(number in pieces[step] for step in STEPS) for number in pieces[STEPS[0]]},
        "steps": len(STEPS),
        "complaints": ceremony.complaints_of(db(), referendum),
        "rehearsal": last,
        "rehearsed": set(rehearsal.parts_of(db(), last)) if last is not None else set(),
        "is_complete": ceremony.is_complete(db(), referendum),
        "box": trustee_page.box_of(db(), referendum, audit_pack.archive_of(referendum), now=now()),
        "opened": exhibits.opened_by(db(), referendum),
        "may_change": referendum.state in ceremony.MAKING_KEYS,
        "may_run": RUN_REFERENDA.allows(actor()),
    }


def _referendum(slug: str) -> Referendum:
    referendum = queries.referendum_with(db(), slug, questions=True)
    if referendum.is_imported or referendum.may_change:
        raise NotThere
    return referendum


def _address(referendum: Referendum, link: str) -> str:
    return url_for("trustees.show", slug=referendum.slug, link=link, _external=True)

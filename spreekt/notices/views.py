"""Somebody's messages and how often we may mail them."""

from flask import Blueprint, flash
from flask_babel import gettext as _

from spreekt.identity.permissions import ANYONE, SIGNED_IN
from spreekt.kernel.errors import NotThere
from spreekt.notices import domain, post, queries
from spreekt.notices.forms import FrequencyForm
from spreekt.notices.models import Frequency
from spreekt.web.context import Answer, actor, db, now, page, see_other
from spreekt.web.listing import PER_PAGE, Page, whole_number
from spreekt.web.rights import allow

bp = Blueprint("notices", __name__)


def _me() -> int:
    """The account that asks; the door lets nobody else in."""
    account_id = actor().id
    if account_id is None:
        raise NotThere
    return account_id


@bp.get("/mijn/berichten")
@allow(SIGNED_IN)
def inbox() -> Answer:
    number = whole_number("pagina")
    total, unread = queries.inbox_size(db(), _me())
    notices = queries.inbox(db(), _me(), offset=(number - 1) * PER_PAGE, limit=PER_PAGE)
    return page("notices/inbox.html", notices=notices, page=Page(notices, total, number), unread=unread)


@bp.post("/mijn/berichten/gelezen")
@allow(SIGNED_IN)
def read_all() -> Answer:
    domain.mark_read(db(), _me(), now=now())
    return see_other("notices.inbox")


@bp.route("/mijn/meldingen", methods=["GET", "POST"])
@allow(SIGNED_IN)
def preferences() -> Answer:
    form = FrequencyForm(frequency=queries.frequency_of(db(), _me()).value)
    if not form.validate_on_submit():
        return page("notices/preferences.html", form=form)
    domain.choose_frequency(db(), _me(), Frequency(form.frequency.data))
    flash(_("Je keuze is bewaard."))
    return see_other("notices.preferences")


@bp.route("/uitschrijven/<token>", methods=["GET", "POST"])
@allow(ANYONE)
def unsubscribe(token: str) -> Answer:
    """Reached from a mail, without signing in. Opening it changes nothing; choosing does."""
    account_id = post.account_of_path(token)
    if account_id is None:
        raise NotThere
    form = FrequencyForm(frequency=Frequency.NEVER.value)
    if not form.validate_on_submit():
        return page("notices/unsubscribe.html", form=form)
    domain.choose_frequency(db(), account_id, Frequency(form.frequency.data))
    flash(_("Je keuze is bewaard."))
    return see_other("notices.unsubscribe", token=token)

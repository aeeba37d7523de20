"""A resident's own pages: what I did and what came of it, my data as a file, erase my account."""

import json

from flask import Response, flash
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from spreekt.home import log_queries, own_records
from spreekt.home.log_words import words_for
from spreekt.home.views import bp
from spreekt.identity import sessions
from spreekt.identity.models import Account
from spreekt.identity.permissions import OWN_ACCOUNT, SIGNED_IN
from spreekt.kernel.errors import DomainError
from spreekt.module import Deed, Module
from spreekt.notices.queries import inbox_size
from spreekt.web.context import Answer, actor, db, find, now, page, see_other, services, vault
from spreekt.web.forms import Form, filled
from spreekt.web.rights import allow


class EraseForm(Form):
    """Erasing asks for one deliberate tick."""

    sure = BooleanField(_l("Ja, verwijder mijn account"), validators=filled(_l("Vink aan dat je het zeker weet.")))


@bp.get("/mijn")
@allow(SIGNED_IN)
def mine() -> Answer:
    modules: tuple[Module, ...] = services().modules
    deeds: list[Deed] = [deed for module in modules if module.deeds for deed in module.deeds(db(), actor())]
    deeds.sort(key=lambda deed: deed.at, reverse=True)
    _total, unread = inbox_size(db(), actor().id or 0)
    return page("home/mine.html", deeds=deeds[:100], unread=unread)


@bp.get("/mijn/gegevens")
@allow(SIGNED_IN)
def my_data() -> Answer:
    return page("home/my_data.html", acts=log_queries.acts_about(db(), actor().id or 0), words_for=words_for)


@bp.get("/mijn/gegevens.json")
@allow(SIGNED_IN)
def my_file() -> Answer:
    account = find(Account, id=actor().id)
    found = own_records.own_file(db(), vault(), services().modules, account)
    answer = Response(json.dumps(found, ensure_ascii=False, indent=2), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="mijn-gegevens.json"'
    return answer


@bp.route("/mijn/verwijderen", methods=["GET", "POST"])
@allow(OWN_ACCOUNT)
def erase() -> Answer:
    form = EraseForm()
    if not form.validate_on_submit():
        return page("home/erase.html", form=form)
    try:
        own_records.erase(db(), services().modules, find(Account, id=actor().id), by=actor(), now=now())
    except DomainError as refusal:
        db().rollback()
        form.blame("sure", refusal)
        return page("home/erase.html", form=form)
    sessions.end_this(db())
    flash(_("Je account is verwijderd. Bedankt dat je meedeed."))
    return see_other("home.index")

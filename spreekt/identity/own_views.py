"""One's own account: name, mail address, password, devices. What one did is shown by others."""

from flask import Blueprint, request
from flask_babel import gettext as _

from spreekt.identity import sessions
from spreekt.identity.accounts import email_key, email_of, end_all
from spreekt.identity.address_questions import ask
from spreekt.identity.forms import EmailForm, NameForm, NewPasswordForm
from spreekt.identity.models import Account, LinkPurpose
from spreekt.identity.moving import change_password
from spreekt.identity.names import flags_of
from spreekt.identity.permissions import ANYONE, OWN_ACCOUNT, SIGNED_IN
from spreekt.identity.queries import devices_of
from spreekt.identity.views import count_mail
from spreekt.kernel.errors import Invalid, NotThere
from spreekt.web.context import Answer, actor, db, now, page, see_other, vault
from spreekt.web.forms import Form
from spreekt.web.once import every_time
from spreekt.web.rights import allow

bp = Blueprint("own_account", __name__, url_prefix="/mijn")


def _me() -> Account:
    return db().get_one(Account, actor().id)


@bp.get("/toestellen")
@allow(SIGNED_IN)
def devices() -> Answer:
    here = sessions.current(db())
    return page("identity/devices.html", devices=devices_of(db(), actor(), now=now()), here=here, form=Form())


@bp.post("/toestellen")
@allow(SIGNED_IN)
def sign_out_device() -> Answer:
    handle = request.form.get("toestel", "")
    for device in devices_of(db(), actor(), now=now()):
        if device.handle == handle:
            db().delete(device)
            return see_other("own_account.devices")
    raise NotThere


@bp.post("/toestellen/overal")
@allow(SIGNED_IN)
@every_time
def sign_out_everywhere() -> Answer:
    sessions.end_this(db())
    end_all(db(), _me())
    return see_other("identity.sign_in")


@bp.route("/wachtwoord", methods=["GET", "POST"])
@allow(OWN_ACCOUNT)
@every_time
def password() -> Answer:
    form, me = NewPasswordForm(), _me()
    if form.validate_on_submit():
        try:
            change_password(db(), me, form.password.data, now=now())
        except Invalid as refusal:
            form.blame("password", refusal)
        else:
            sessions.start(db(), me, now=now(), second_factor=actor().has_second_factor)
            return see_other("own_account.password_changed")
    return page("identity/password.html", form=form, has_one=bool(me.password_hash))


@bp.get("/wachtwoord/bewaard")
@allow(SIGNED_IN)
def password_changed() -> Answer:
    return page("identity/password_changed.html")


@bp.route("/naam", methods=["GET", "POST"])
@allow(SIGNED_IN)
def name() -> Answer:
    me = _me()
    form = NameForm(name=me.display_name)
    if form.validate_on_submit() and (verdict := form.verdict()) is not None:
        me.display_name, me.name_flags = verdict.clean, flags_of(verdict)
        return see_other("own_account.name", bewaard=1)
    return page("identity/name.html", form=form, is_saved=request.args.get("bewaard") == "1")


@bp.route("/e-mailadres", methods=["GET", "POST"])
@allow(OWN_ACCOUNT)
@every_time
def address() -> Answer:
    form, me = EmailForm(), _me()
    if form.validate_on_submit():
        if email_key(vault(), form.email.data) != me.email_key:
            count_mail(form.email.data)
            ask(db(), vault(), LinkPurpose.MOVE, email=form.email.data, account_id=me.id, now=now())
            return see_other("identity.look_in_mail")
        form.blame("email", _("Dit is je adres al. Vul een ander in."))
    return page("identity/address.html", form=form, now_at=email_of(vault(), me))


@bp.get("/e-mailadres/bewaard")
@allow(ANYONE)
def address_moved() -> Answer:
    """Open to anybody: the link in the mail may have been opened on a device that is not signed in."""
    return page("identity/address_moved.html")

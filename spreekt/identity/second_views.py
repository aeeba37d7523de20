"""The second step of staff, setting it up, and showing again that it is you before something dangerous."""

import io

import segno
from flask import Response, request
from flask import session as browser_session
from flask_babel import gettext as _

from spreekt.identity import limits
from spreekt.identity import second_factor as factor
from spreekt.identity.accounts import email_of, password_fits
from spreekt.identity.address_questions import ask
from spreekt.identity.entering import enter, go_on, is_staff
from spreekt.identity.forms import CodeForm, PasswordAgainForm
from spreekt.identity.models import Account, LinkPurpose
from spreekt.identity.next_path import go_on_to, own_path
from spreekt.identity.permissions import SIGNED_IN
from spreekt.identity.views import bp as bp
from spreekt.identity.views import count_mail
from spreekt.kernel import audit
from spreekt.kernel.errors import NeedsFreshSignIn, NeedsSecondFactor, NotThere
from spreekt.kernel.storage import utc_now
from spreekt.web.context import Answer, actor, city, db, now, page, see_other, vault
from spreekt.web.forms import Form
from spreekt.web.once import every_time
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

PENDING = "totp"


def _where_to() -> str:
    return own_path(request.args.get("next", ""))


def _me() -> Account:
    return db().get_one(Account, actor().id)


def _code_fits(form: CodeForm, me: Account) -> bool:
    keep_even_if_refused()
    limits.count(db(), vault(), limits.SECOND_FACTOR, str(me.id), now=now())
    if factor.spend(db(), vault(), me, form.code.data, at=utc_now()):
        return True
    form.blame("code", _("Deze code klopt niet of is al gebruikt. Wacht op de volgende in je app."))
    return False


@bp.route("/aanmelden/tweede-stap", methods=["GET", "POST"])
@allow(SIGNED_IN)
@every_time
def second_factor() -> Answer:
    me = _me()
    if not is_staff(me) or actor().has_second_factor:
        return go_on(_where_to())
    if not me.has_totp:
        return see_other("identity.set_up_second_factor", next=_where_to() or None)
    form = CodeForm()
    if form.validate_on_submit() and _code_fits(form, me):
        return enter(me, _where_to(), second_factor=True)
    return page("identity/second_factor.html", form=form)


def _may_set_up(me: Account) -> None:
    if not is_staff(me):
        raise NotThere
    if me.has_totp and not actor().has_second_factor:
        raise NeedsSecondFactor
    if not actor().is_fresh:
        raise NeedsFreshSignIn


@bp.route("/aanmelden/tweede-stap/instellen", methods=["GET", "POST"])
@allow(SIGNED_IN)
@every_time
def set_up_second_factor() -> Answer:
    me = _me()
    _may_set_up(me)
    if PENDING not in browser_session:
        browser_session[PENDING] = vault().seal(factor.PURPOSE, factor.new_secret())
    secret = vault().open(factor.PURPOSE, browser_session[PENDING])
    form = CodeForm()
    step = factor.step_of(secret, form.code.data, at=utc_now()) if form.validate_on_submit() else None
    if step is None:
        if form.is_submitted() and not form.errors:
            form.blame(
                "code", _("Deze code klopt niet. Kijk of de klok van je toestel juist staat, en probeer opnieuw.")
            )
        return page("identity/set_up_second_factor.html", form=form, secret=secret)
    codes = factor.enrol(db(), vault(), me, secret, first_step=step)
    audit.record(db(), by=actor(), act="second-factor.set", subject=f"account:{me.id}", about_account_id=me.id)
    enter(me, _where_to(), second_factor=True)
    return page("identity/recovery_codes.html", codes=codes, go_on=go_on_to(_where_to()))


@bp.get("/aanmelden/tweede-stap/code.svg")
@allow(SIGNED_IN)
def second_factor_picture() -> Answer:
    """The QR code of the secret that is being set up in this browser."""
    if PENDING not in browser_session:
        raise NotThere
    me = _me()
    _may_set_up(me)
    secret = vault().open(factor.PURPOSE, browser_session[PENDING])
    address = factor.address_for_app(secret, label=email_of(vault(), me), issuer=city().brand)
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="svg", scale=6, border=4, light="white", svgclass=None,
                                        lineclass=None)  # fmt: skip
    return Response(picture.getvalue(), mimetype="image/svg+xml")


@bp.route("/aanmelden/bevestig", methods=["GET", "POST"])
@allow(SIGNED_IN)
@every_time
def confirm_again() -> Answer:
    """Step-up: staff by their code, others by their password, and whoever has neither by a link in a mail."""
    me = _me()
    code_form, password_form = CodeForm(), PasswordAgainForm()
    form: Form = code_form if me.has_totp else password_form
    if request.method == "POST" and form.validate_on_submit():
        if me.has_totp and _code_fits(code_form, me):
            return enter(me, _where_to(), second_factor=True)
        if not me.has_totp and _password_fits(password_form, me):
            return enter(me, _where_to())
    return page("identity/confirm_again.html", form=form, me=me, link_form=Form(formdata=None), next_path=_where_to())


def _password_fits(form: PasswordAgainForm, me: Account) -> bool:
    keep_even_if_refused()
    limits.count(db(), vault(), limits.SIGN_IN_ACCOUNT, me.email_key or "", now=now())
    if password_fits(me, form.password.data):
        return True
    form.blame("password", _("Dit is niet je wachtwoord. Kijk het na, of laat je een link sturen."))
    return False


@bp.post("/aanmelden/bevestig/link")
@allow(SIGNED_IN)
@every_time
def confirm_by_mail() -> Answer:
    me = _me()
    if me.has_totp:
        raise NeedsFreshSignIn
    count_mail(email_of(vault(), me))
    ask(db(), vault(), LinkPurpose.SIGN_IN, email=email_of(vault(), me), next_path=_where_to(), now=now())
    return see_other("identity.look_in_mail")

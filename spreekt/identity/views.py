"""Registering, signing in and signing out. One's own account is in own_views.py, the second step in second_views.py."""

import secrets

from flask import Blueprint, redirect, request
from flask import session as browser_session
from flask_babel import gettext as _

from spreekt.identity import limits, sessions
from spreekt.identity.accounts import account_of, email_key, password_fits
from spreekt.identity.address_questions import ask
from spreekt.identity.entering import enter, enter_by_link, go_on
from spreekt.identity.forms import EmailForm, RegisterForm, SignInForm
from spreekt.identity.models import Account, LinkPurpose
from spreekt.identity.names import flags_of
from spreekt.identity.next_path import own_path
from spreekt.identity.permissions import ANYONE
from spreekt.identity.sign_in_links import DeadLink, hash_of, living_link
from spreekt.web.context import Answer, actor, db, now, page, see_other, settings, vault
from spreekt.web.forms import Form
from spreekt.web.once import every_time
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("identity", __name__)


def _where_to() -> str:
    return own_path(request.args.get("next", ""))


def count_mail(email: str) -> None:
    """Count one mail that somebody has us send; raises TooMany."""
    keep_even_if_refused()
    network = limits.network_of(request.remote_addr)
    limits.count(db(), vault(), limits.MAIL_NETWORK, network, now=now())
    limits.count(db(), vault(), limits.MAIL_ADDRESS, email_key(vault(), email), now=now())


@bp.route("/registreren", methods=["GET", "POST"])
@allow(ANYONE)
@every_time
def register() -> Answer:
    form = RegisterForm()
    if not form.validate_on_submit():
        return page("identity/register.html", form=form)
    verdict, password_hash = form.verdict(), form.password_hash()
    if verdict is None or password_hash is None:
        return page("identity/register.html", form=form)
    count_mail(form.email.data)
    browser_session["registering"] = secrets.token_urlsafe(32)
    ask(
        db(), vault(), LinkPurpose.REGISTER, email=form.email.data, display_name=verdict.clean,
        name_flags=flags_of(verdict), password_hash=password_hash, next_path=_where_to(),
        browser_hash=hash_of(browser_session["registering"]), now=now(),
    )  # fmt: skip
    return see_other("identity.look_in_mail")


@bp.route("/aanmelden", methods=["GET", "POST"])
@allow(ANYONE)
@every_time
def sign_in() -> Answer:
    if actor().is_signed_in and request.method == "GET":
        return go_on(_where_to())
    form = SignInForm()
    if not form.validate_on_submit():
        return page("identity/sign_in.html", form=form, next_path=_where_to())
    if not form.password.data:
        return _send_link(form)
    account = _account_by_password(form)
    if account is None:
        form.blame("password", _("Dit e-mailadres en dit wachtwoord horen niet samen. Kijk ze na, of laat het "
                                 "wachtwoord leeg: dan sturen we je een link."))  # fmt: skip
        return page("identity/sign_in.html", form=form, next_path=_where_to())
    return enter(account, _where_to())


def _send_link(form: EmailForm) -> Answer:
    count_mail(form.email.data)
    ask(db(), vault(), LinkPurpose.SIGN_IN, email=form.email.data, next_path=_where_to(), now=now())
    return see_other("identity.look_in_mail")


def _account_by_password(form: SignInForm) -> Account | None:
    keep_even_if_refused()
    network = limits.network_of(request.remote_addr)
    limits.count(db(), vault(), limits.SIGN_IN_NETWORK, network, now=now())
    limits.count(db(), vault(), limits.SIGN_IN_ACCOUNT, email_key(vault(), form.email.data), now=now())
    account = account_of(db(), vault(), form.email.data)
    fits = password_fits(account, form.password.data)
    return account if fits and account is not None and account.may_sign_in else None


@bp.get("/aanmelden/kijk-in-je-mail")
@allow(ANYONE)
def look_in_mail() -> Answer:
    """The same page for whoever asked for whatever mail."""
    return page("identity/look_in_mail.html", in_demo=settings().DEMO)


@bp.route("/aanmelden/link/<token>", methods=["GET", "POST"])
@allow(ANYONE)
@every_time
def open_link(token: str) -> Answer:
    """A page with one button: programs that look into mails open addresses, but press nothing."""
    form = Form()
    try:
        link = living_link(db(), settings().SECRET_KEY, token, now=now())
        if not form.validate_on_submit():
            return page("identity/open_link.html", form=form, link=link)
        return enter_by_link(link)
    except DeadLink:
        return page("identity/dead_link.html", status=DeadLink.status)


@bp.route("/afmelden", methods=["GET", "POST"])
@allow(ANYONE)
@every_time
def sign_out() -> Answer:
    form = Form()
    if not form.validate_on_submit():
        return page("identity/sign_out.html", form=form)
    sessions.end_this(db())
    browser_session.clear()
    return redirect("/", code=303)

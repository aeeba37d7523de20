"""/beheer/accounts: who has an account, what they may do, and changing that. Shows no identity data but the name."""

from collections.abc import Callable

from flask import Blueprint
from flask_babel import gettext as _
from sqlalchemy import select

from spreekt.home.account_forms import GrantForm, ReasonForm
from spreekt.identity import grants
from spreekt.identity.accounts import account_of, email_of
from spreekt.identity.forms import EmailForm
from spreekt.identity.models import Account, RoleGrant
from spreekt.identity.permissions import ADMINISTER, GRANT_ROLES
from spreekt.identity.queries import accounts_called, count_devices
from spreekt.identity.role_names import ROLE_NAMES
from spreekt.kernel.errors import DomainError
from spreekt.module import Module
from spreekt.territory.models import Area, Partition
from spreekt.web.context import Answer, actor, db, find, now, page, see_other, services, vault
from spreekt.web.listing import PER_PAGE, Page, one_word, whole_number
from spreekt.web.once import every_time
from spreekt.web.rights import allow

bp = Blueprint("accounts", __name__, url_prefix="/beheer/accounts")


def _modules() -> list[tuple[str, str]]:
    modules: tuple[Module, ...] = services().modules
    return [(module.name, _(module.nav[0])) for module in modules if module.nav is not None]


def _areas() -> list[tuple[int, str]]:
    rows = db().execute(
        select(Area.id, Area.name, Partition.name)
        .join(Partition)
        .where(Area.valid_until.is_(None) | (Area.valid_until > now().date()))
        .order_by(Partition.name, Area.name)
    )
    return [(area_id, f"{name} ({partition.lower()})") for area_id, name, partition in rows]


@bp.route("", methods=["GET", "POST"])
@allow(ADMINISTER)
@every_time
def index() -> Answer:
    """Staff, or whoever has these letters in their name; by POST the one account of a mail address."""
    form = EmailForm()
    if form.validate_on_submit():
        found = account_of(db(), vault(), form.email.data)
        if found is not None:
            return see_other("accounts.show", account_id=found.id)
        form.blame("email", _("Met dit adres is er geen account."))
    name, number = one_word("q"), whole_number("pagina")
    rows, total = accounts_called(db(), name, page=number, per_page=PER_PAGE)
    return page(
        "beheer/accounts.html", form=form, name=name, list_page=Page(rows, total, number), role_names=ROLE_NAMES
    )


@bp.get("/<int:account_id>")
@allow(ADMINISTER)
def show(account_id: int) -> Answer:
    account = find(Account, id=account_id)
    return page(
        "beheer/account.html",
        account=account,
        devices=count_devices(db(), account, now=now()),
        role_names=ROLE_NAMES,
        areas=dict(_areas()),
        modules=dict(_modules()),
    )


@bp.route("/<int:account_id>/rol", methods=["GET", "POST"])
@allow(GRANT_ROLES)
def grant_role(account_id: int) -> Answer:
    account, form = find(Account, id=account_id), GrantForm()
    form.offer(areas=_areas(), modules=_modules())
    if form.validate_on_submit():
        try:
            grants.grant_role(db(), account, form.role.data, area_id=form.area.data or None, module=form.module.data,
                              reason=form.reason.data, by=actor(), now=now())  # fmt: skip
        except DomainError as refusal:
            form.blame("role", refusal)
        else:
            return see_other("accounts.show", account_id=account.id)
    return page("beheer/grant_role.html", form=form, account=account)


@bp.route("/<int:account_id>/rol/<int:grant_id>/weg", methods=["GET", "POST"])
@allow(GRANT_ROLES)
def take_role(account_id: int, grant_id: int) -> Answer:
    account = find(Account, id=account_id)
    grant = find(RoleGrant, id=grant_id, account_id=account_id)
    return _with_reason(
        account,
        lambda reason: grants.take_role(db(), account, grant, reason=reason, by=actor()),
        heading=_("Neem de rol %(role)s weg", role=_(ROLE_NAMES[grant.role])),
        press=_("Neem de rol weg"),
    )


@bp.route("/<int:account_id>/toegang", methods=["GET", "POST"])
@allow(GRANT_ROLES)
def switch(account_id: int) -> Answer:
    account = find(Account, id=account_id)
    if account.disabled_at is None:
        return _with_reason(
            account,
            lambda reason: grants.switch_off(db(), account, reason=reason, by=actor(), now=now()),
            heading=_("Schakel dit account uit"),
            press=_("Schakel uit"),
        )
    return _with_reason(
        account,
        lambda reason: grants.switch_on(db(), account, reason=reason, by=actor()),
        heading=_("Schakel dit account weer in"),
        press=_("Schakel in"),
    )


@bp.route("/<int:account_id>/tweede-stap", methods=["GET", "POST"])
@allow(GRANT_ROLES)
def reset_second_factor(account_id: int) -> Answer:
    account = find(Account, id=account_id)
    return _with_reason(
        account,
        lambda reason: grants.reset_second_factor(db(), account, reason=reason, by=actor()),
        heading=_("Wis de tweede stap"),
        press=_("Wis de tweede stap"),
    )


def _with_reason(account: Account, act: Callable[[str], None], *, heading: str, press: str) -> Answer:
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            act(form.reason.data)
        except DomainError as refusal:
            form.blame("reason", refusal)
        else:
            return see_other("accounts.show", account_id=account.id)
    return page("beheer/account_act.html", form=form, account=account, title=heading, press=press)


@bp.route("/<int:account_id>/e-mailadres", methods=["GET", "POST"])
@allow(ADMINISTER)
@every_time
def show_address(account_id: int) -> Answer:
    """The mail address, after a reason that is logged. The answer is not kept anywhere."""
    account, form = find(Account, id=account_id), ReasonForm()
    if form.validate_on_submit():
        grants.log_address_shown(db(), account, reason=form.reason.data, by=actor())
        return page("beheer/address.html", account=account, email=email_of(vault(), account))
    heading, press = _("Bekijk het e-mailadres"), _("Toon het adres")
    return page("beheer/account_act.html", form=form, account=account, title=heading, press=press)

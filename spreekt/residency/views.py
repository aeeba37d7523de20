"""Prove that you live here: what it is, ask a letter, type its code. Nothing here tells who is in the register."""

from flask import Blueprint, request

from spreekt.identity import code_letters, limits, residency
from spreekt.identity.permissions import ANYONE, SIGNED_IN
from spreekt.identity.residency_models import IdentityCase
from spreekt.kernel.errors import DomainError
from spreekt.residency.forms import CodeForm, LetterForm
from spreekt.web.context import Answer, actor, db, now, page, see_other, vault
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("residency", __name__, url_prefix="/verblijf")


@bp.get("")
@allow(ANYONE)
def overview() -> Answer:
    """Three doors, and where somebody stands who began."""
    mine = actor().id
    return page(
        "residency/overview.html",
        residency=residency.residency_of(db(), mine, now=now()) if mine else None,
        case=residency.open_case_of(db(), mine) if mine else None,
        letter=code_letters.live_letter(db(), mine) if mine else None,
    )


@bp.route("/brief", methods=["GET", "POST"])
@allow(SIGNED_IN)
def letter() -> Answer:
    """Ask a letter. Whether or not the register knows the person, the answer is the same."""
    if residency.residency_of(db(), actor().id, now=now()) is not None:
        return see_other("residency.overview")
    form = LetterForm()
    if not form.validate_on_submit():
        return page("residency/letter.html", form=form)
    _count(limits.REGISTER_LOOKUP)
    try:
        code_letters.ask_letter(db(), vault(), form.claim, account_id=_me(), now=now())
    except DomainError as refusal:
        form.blame("number", refusal)
        return page("residency/letter.html", form=form)
    return see_other("residency.letter_asked")


@bp.get("/brief/aangevraagd")
@allow(SIGNED_IN)
def letter_asked() -> Answer:
    return page("residency/letter_asked.html")


@bp.route("/code", methods=["GET", "POST"])
@allow(SIGNED_IN)
def code() -> Answer:
    """Type the code of the letter. A wrong try counts, also when the answer is no."""
    if residency.residency_of(db(), actor().id, now=now()) is not None:
        return see_other("residency.overview")
    form = CodeForm()
    if not form.validate_on_submit():
        return page("residency/code.html", form=form)
    _count(limits.LETTER_CODE)
    try:
        outcome = code_letters.try_code(db(), vault(), form.code.data, account_id=_me(), now=now())
    except DomainError as refusal:
        form.blame("code", refusal)
        return page("residency/code.html", form=form)
    return see_other("residency.checking" if isinstance(outcome, IdentityCase) else "residency.welcome")


@bp.get("/gelukt")
@allow(SIGNED_IN)
def welcome() -> Answer:
    return page("residency/welcome.html") if actor().is_resident else see_other("residency.overview")


@bp.get("/nagekeken")
@allow(SIGNED_IN)
def checking() -> Answer:
    return page("residency/checking.html")


def _me() -> int:
    mine = actor().id
    assert mine is not None, "@allow(SIGNED_IN) stands above"
    return mine


def _count(limit: limits.Limit) -> None:
    """One try of this account and of this network; counted even when the answer is no."""
    keep_even_if_refused()
    limits.count(db(), vault(), limit, f"account {_me()}", now=now())
    network = limits.Limit(f"{limit.name} network", 5 * limit.times, limit.window)
    limits.count(db(), vault(), network, limits.network_of(request.remote_addr), now=now())

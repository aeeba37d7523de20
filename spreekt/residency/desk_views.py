"""The desk: find one resident by the card on the counter, tie them to their account, or have a new letter sent."""

from flask import Blueprint

from spreekt.identity import code_letters, desk, limits
from spreekt.identity.permissions import DESK
from spreekt.identity.residency_models import IdentityCase
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.residency.forms import DeskForm, LookupForm, PlainForm
from spreekt.web.context import Answer, actor, db, now, page, see_other, vault
from spreekt.web.once import every_time
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("desk", __name__, url_prefix="/loket")
DONE = frozenset({"verblijf", "nazicht", "brief", "brief-goedgekeurd"})
AT_DESK = limits.Limit("desk lookup", 60, limits.REGISTER_LOOKUP.window)


@bp.get("")
@allow(DESK)
def overview() -> Answer:
    return page("desk/overview.html", form=LookupForm(), waiting=code_letters.waiting_replacements(db()))


@bp.post("/inwoner")
@allow(DESK)
@every_time  # a name and an address must not be kept with the answer
def resident() -> Answer:
    """Find one resident. POST only: the number is never part of an address."""
    form = LookupForm()
    if form.validate_on_submit():
        keep_even_if_refused()  # the count and the log row stay, also when nobody is found
        limits.count(db(), vault(), AT_DESK, f"officer {actor().id}", now=now())
        try:
            found = desk.look_up(db(), vault(), form.number.key, purpose=form.purpose.data, by=actor())
        except DomainError as refusal:
            form.blame("number", refusal)
        else:
            return _show(found)
    return page("desk/overview.html", form=form, waiting=code_letters.waiting_replacements(db()))


@bp.post("/verblijf")
@allow(DESK)
def prove() -> Answer:
    """With the card seen: tie the account to the resident, or ask for a new letter."""
    form = DeskForm()
    key = desk.opened_subject(vault(), form.subject.data or "", by=actor(), now=now())
    if form.validate_on_submit():
        try:
            return see_other("desk.done", what=_carry_out(form, key))
        except DomainError as refusal:
            form.blame("email", refusal)
    found = desk.look_up(db(), vault(), key, purpose="aan-het-loket", by=actor())
    keep_even_if_refused()  # name and address were opened again: that look stays in the log
    return _show(found, form)


@bp.post("/brieven/<int:letter_id>")
@allow(DESK)
def approve(letter_id: int) -> Answer:
    """The second officer agrees that a new letter goes out."""
    if not PlainForm().validate_on_submit():
        raise NotThere
    code_letters.approve_replacement(db(), vault(), letter_id, by=actor(), now=now())
    return see_other("desk.done", what="brief-goedgekeurd")


@bp.get("/gedaan/<what>")
@allow(DESK)
def done(what: str) -> Answer:
    if what not in DONE:
        raise NotThere
    return page("desk/done.html", what=what)


def _carry_out(form: DeskForm, key: str) -> str:
    account = desk.account_by_address(db(), vault(), form.email.data)
    if form.wants_letter:
        code_letters.ask_replacement(db(), account_id=account.id, key=key, by=actor(), now=now())
        return "brief"
    outcome = desk.prove_at_desk(db(), account, key, by=actor(), now=now())
    return "nazicht" if isinstance(outcome, IdentityCase) else "verblijf"


def _show(found: desk.Found, form: DeskForm | None = None) -> Answer:
    subject = desk.sealed_subject(vault(), found.person_key, by=actor(), now=now())
    if form is None:
        form = DeskForm(formdata=None, subject=subject)
    form.subject.data = subject
    return page("desk/resident.html", form=form, found=found)

"""Objections against the roll: the form for everybody, and the cases for who keeps the register."""

from flask import Blueprint, request

from spreekt.identity import limits
from spreekt.identity.permissions import ANYONE, KEEP_REGISTER
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.modules.referendum import movers, objections, queries, roll
from spreekt.modules.referendum.forms import PlainForm
from spreekt.modules.referendum.models import Referendum
from spreekt.modules.referendum.movers import Newcomer
from spreekt.modules.referendum.objections import Who
from spreekt.modules.referendum.poll_keys import key_of
from spreekt.modules.referendum.roll_forms import DismissalForm, ObjectionForm, UpholdingForm
from spreekt.modules.referendum.roll_models import ObjectionState, RollObjection
from spreekt.web.context import Answer, actor, city, db, now, page, see_other, vault
from spreekt.web.once import every_time
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("objections", __name__)
OBJECTING = limits.Limit("roll objection", 10, limits.REGISTER_LOOKUP.window)


@bp.route("/referendum/<slug>/lijst", methods=["GET", "POST"])
@allow(ANYONE)
def tell(slug: str) -> Answer:
    """ "Ik sta niet op de lijst": who are you, and how do we answer?"""
    referendum, form = queries.public_referendum(db(), slug), ObjectionForm()
    may_object = movers.may_mend(db(), referendum)
    if may_object and form.validate_on_submit():
        keep_even_if_refused()
        limits.count(db(), vault(), OBJECTING, limits.network_of(request.remote_addr), now=now())
        told_by = Who(
            form.name.data, form.born_on.data.isoformat(), form.street.data, form.email.data or "",
            form.phone.data or "", form.words.data or "",
        )  # fmt: skip
        objections.object_to_roll(db(), vault(), referendum, told_by, now=now())
        return see_other("objections.told", slug=slug)
    return page("referendum/objection.html", form=form, referendum=referendum, may_object=may_object)


@bp.get("/referendum/<slug>/lijst/verstuurd")
@allow(ANYONE)
def told(slug: str) -> Answer:
    referendum = queries.public_referendum(db(), slug)
    return page("referendum/objection_sent.html", referendum=referendum, days=referendum.regulation.objection_days)


@bp.get("/beheer/referendum/<slug>/bezwaren")
@allow(KEEP_REGISTER)
def cases(slug: str) -> Answer:
    referendum = queries.referendum_with(db(), slug)
    today = now().astimezone(BRUSSELS).date()
    return page("referendum/staff/objections.html", referendum=referendum, today=today,
                cases=objections.cases(db(), referendum))  # fmt: skip


@bp.route("/beheer/referendum/<slug>/bezwaren/<int:objection_id>", methods=["GET", "POST"])
@allow(KEEP_REGISTER)
def case(slug: str, objection_id: int) -> Answer:
    """One objection, and the two answers there are."""
    referendum, objection = _case(slug, objection_id)
    form = DismissalForm()
    if form.validate_on_submit():
        try:
            objections.dismiss(db(), objection, reason=form.reason.data, by=actor(), now=now())
            return see_other("objections.cases", slug=slug)
        except DomainError as refusal:
            form.blame("reason", refusal)
    return _show(referendum, objection, form)


@bp.post("/beheer/referendum/<slug>/bezwaren/<int:objection_id>/wie")
@allow(KEEP_REGISTER)
@every_time  # who objects must not be kept with the answer
def who(slug: str, objection_id: int) -> Answer:
    """Open who it is, to look them up in the register. That somebody looked is in the log."""
    if not PlainForm().validate_on_submit():
        raise NotThere
    referendum, objection = _case(slug, objection_id)
    opened = objections.open_who(db(), vault(), objection, by=actor())
    return _show(referendum, objection, DismissalForm(formdata=None), opened)


@bp.route("/beheer/referendum/<slug>/bezwaren/<int:objection_id>/op-de-lijst", methods=["GET", "POST"])
@allow(KEEP_REGISTER)
@every_time
def uphold(slug: str, objection_id: int) -> Answer:
    """Put the objector on the roll, as the register knows them; a second person confirms."""
    referendum, objection = _case(slug, objection_id)
    form = UpholdingForm()
    areas = roll.areas_of(db(), city(), referendum, on=now().astimezone(BRUSSELS).date())
    form.area.choices = [(area_id, name) for name, area_id in areas.items()]
    if form.validate_on_submit():
        newcomer = Newcomer(form.number.key, form.born_on.data, form.area.data)
        try:
            key = key_of(vault(), referendum)
            objections.uphold(db(), key, objection, newcomer, reason=form.reason.data, by=actor(), now=now())
            return see_other("objections.cases", slug=slug)
        except DomainError as refusal:
            form.blame("born_on" if isinstance(refusal, movers.TooYoung) else "number", refusal)
    return page("referendum/staff/uphold.html", referendum=referendum, objection=objection, form=form)


def _case(slug: str, objection_id: int) -> tuple[Referendum, RollObjection]:
    referendum = queries.referendum_with(db(), slug)
    objection = db().get(RollObjection, objection_id)
    if objection is None or objection.referendum_id != referendum.id:
        raise NotThere
    return referendum, objection


def _show(referendum: Referendum, objection: RollObjection, form: DismissalForm, opened: Who | None = None) -> Answer:
    return page(
        "referendum/staff/objection.html",
        referendum=referendum,
        objection=objection,
        who=opened,
        form=form,
        waits=objection.state is ObjectionState.NEW,
        may_mend=movers.may_mend(db(), referendum),
    )

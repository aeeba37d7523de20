"""Adopting a tree pit, one question a screen. Each answer is saved, so nothing typed is lost."""

from collections.abc import Callable

from flask import Blueprint, flash, request
from flask_babel import gettext as _

from spreekt.identity import limits
from spreekt.identity.permissions import SIGNED_IN
from spreekt.kernel.errors import DomainError, Invalid, NeedsResidence, NotThere
from spreekt.moderation.embeds import shelf
from spreekt.moderation.models import State
from spreekt.modules.boomspiegel import domain, photos, plants, queries
from spreekt.modules.boomspiegel.adoption_models import Adoption, AdoptionState
from spreekt.modules.boomspiegel.care_models import Moment
from spreekt.modules.boomspiegel.forms import BeforeForm, PlanForm, PressForm, RulesForm, WhereForm, WhoForm
from spreekt.modules.boomspiegel.models import Adoptable
from spreekt.modules.boomspiegel.words import ADOPTER_WORDS, NEAR_WORDS
from spreekt.web.context import Answer, actor, db, now, page, see_other, vault
from spreekt.web.errors import words_of
from spreekt.web.forms import Form
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("adopting", __name__, url_prefix="/boomspiegels/<code>/adopteren")
STEPS = ("wie", "waar", "planten", "regels", "foto", "nakijken")


def _pit(code: str) -> Adoptable:
    pit = queries.pit_of(db(), code) if len(code) <= 32 else None
    if pit is None:
        raise NotThere
    return pit


def _mine(code: str) -> Adoption:
    """The request that is being answered; NotThere when there is none or its answers stand."""
    adoption = queries.open_adoption(db(), _pit(code).id, actor().id or 0)
    if adoption is None or adoption.state not in domain.MAY_ANSWER:
        raise NotThere
    return adoption


def _count_one() -> None:
    keep_even_if_refused()
    limits.count(db(), vault(), limits.WRITING, str(actor().id), now=now())


def _saved(form: Form, field: str, change: Callable[[], object]) -> bool:
    """Save one answer; a rule's no stands beside its field."""
    _count_one()
    try:
        with db().begin_nested():
            change()
    except Invalid as refusal:
        form.blame(field, refusal)
        return False
    return True


def _next(code: str, step: str) -> Answer:
    """The question after this one; "Bewaar en ga later verder" leads back to the pit."""
    if "_later" in request.form:
        flash(_("Je antwoorden zijn bewaard. Je vindt ze terug op deze pagina en in je overzicht."))
        return see_other("boomspiegels.show", code=code)
    return see_other("adopting.ask", code=code, step=STEPS[STEPS.index(step) + 1])


@bp.route("", methods=["GET", "POST"])
@allow(SIGNED_IN)
def begin(code: str) -> Answer:
    """What adopting means; the first press makes the request."""
    pit = _pit(code)
    form = PressForm()
    open_already = queries.open_adoption(db(), pit.id, actor().id or 0)
    if open_already is not None and open_already.state not in domain.MAY_ANSWER:
        return see_other("caring.show", id=open_already.id)
    if form.validate_on_submit():
        _count_one()
        with db().begin_nested():
            domain.begin(db(), pit, by=actor(), now=now())
        return see_other("adopting.ask", code=pit.code, step=STEPS[0])
    return page("boomspiegel/begin.html", pit=pit, form=form, begun=open_already)


@bp.route("/<any(wie, waar, planten, regels, foto, nakijken):step>", methods=["GET", "POST"])
@allow(SIGNED_IN)
def ask(code: str, step: str) -> Answer:
    """One question."""
    return ASKED[step](_mine(code))


def _who(adoption: Adoption) -> Answer:
    form = WhoForm()
    if request.method == "GET":
        form.show(adoption)
    if form.validate_on_submit() and _saved(
        form, "group_name", lambda: domain.say_who(adoption, form.chosen, form.group_name.data or "", by=actor())
    ):
        return _next(adoption.adoptable.code, "wie")
    return page("boomspiegel/who.html", form=form, adoption=adoption)


def _where(adoption: Adoption) -> Answer:
    form = WhereForm()
    if request.method == "GET":
        form.show(adoption)
    if form.validate_on_submit() and _saved(
        form, "first_name", lambda: domain.say_where(adoption, form.chosen, form.first_name.data or "", by=actor())
    ):
        return _next(adoption.adoptable.code, "waar")
    return page("boomspiegel/where.html", form=form, adoption=adoption)


def _plan(adoption: Adoption) -> Answer:
    form = PlanForm().offer(adoption)
    if request.method == "GET":
        form.show(adoption)
    warned = False
    if form.validate_on_submit():
        _count_one()
        try:
            with db().begin_nested():
                domain.plan(db(), adoption, form.plan, by=actor())
            return _next(adoption.adoptable.code, "planten")
        except domain.ForbiddenInWords as refusal:
            warned = True
            form.blame("words", refusal)
        except Invalid as refusal:
            form.blame("plants", refusal)
    return page("boomspiegel/plan.html", form=form, adoption=adoption, warned=warned)


def _rules(adoption: Adoption) -> Answer:
    form = RulesForm().offer(adoption.regulation)
    if request.method == "GET":
        form.rules.data = [row.rule_code for row in adoption.accepted]
    if form.validate_on_submit() and _saved(
        form, "rules", lambda: domain.accept_rules(db(), adoption, form.codes, by=actor(), now=now())
    ):
        return _next(adoption.adoptable.code, "regels")
    return page("boomspiegel/accept.html", form=form, adoption=adoption)


def _photo(adoption: Adoption) -> Answer:
    before = queries.photo_of(db(), adoption_id=adoption.id, moment=Moment.BEFORE)
    form = BeforeForm()

    def keep() -> None:
        if before is not None and before.state == State.DRAFT:
            photos.discard(db(), shelf(), before)
        photos.attach(db(), shelf(), adoption.adoptable, form.photo.data.stream, alt=form.alt.data or "",
                      moment=Moment.BEFORE, by=actor(), now=now(), adoption=adoption)  # fmt: skip

    if form.validate_on_submit() and (not form.has_photo or _saved(form, "photo", keep)):
        return _next(adoption.adoptable.code, "foto")
    return page("boomspiegel/photo.html", form=form, adoption=adoption, before=before)


def _review(adoption: Adoption) -> Answer:
    """The last look before sending."""
    missing = domain.unanswered(adoption)
    if missing:
        return see_other("adopting.ask", code=adoption.adoptable.code, step=missing)
    form = PressForm()
    refused = ""
    if form.validate_on_submit():
        _count_one()
        try:
            with db().begin_nested():
                state = domain.submit(db(), adoption, by=actor(), now=now())
                photos.hand_in(db(), adoption, by=actor(), now=now())
            flash(_("Je staat op de wachtlijst.") if state is AdoptionState.WAITING else _("Je aanvraag is verstuurd."))
            return see_other("caring.show", id=adoption.id)
        except NeedsResidence:
            raise
        except DomainError as refusal:
            refused = words_of(refusal)
    chosen = [plants.allowed()[row.plant_code] for row in adoption.plants if row.plant_code in plants.allowed()]
    return page(
        "boomspiegel/review.html", status=422 if refused else 200, form=form, adoption=adoption, refused=refused,
        chosen=chosen, kinds=ADOPTER_WORDS, nears=NEAR_WORDS,
        before=queries.photo_of(db(), adoption_id=adoption.id, moment=Moment.BEFORE),
    )  # fmt: skip


ASKED: dict[str, Callable[[Adoption], Answer]] = {
    "wie": _who, "waar": _where, "planten": _plan, "regels": _rules, "foto": _photo, "nakijken": _review,
}  # fmt: skip


@bp.post("/verwijderen")
@allow(SIGNED_IN)
def discard(code: str) -> Answer:
    """Throw away what was not sent yet."""
    adoption = _mine(code)
    _count_one()
    before = queries.photo_of(db(), adoption_id=adoption.id, moment=Moment.BEFORE)
    with db().begin_nested():
        if before is not None:
            photos.discard(db(), shelf(), before)
        domain.discard(db(), adoption, by=actor())
    return see_other("boomspiegels.show", code=code)

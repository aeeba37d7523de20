"""What somebody does with the place they asked for or care for: their own page, log, fellow carers, stopping."""

from collections.abc import Callable

from flask import Blueprint, Response, flash
from flask_babel import gettext as _

from spreekt.identity import limits
from spreekt.identity.permissions import SIGNED_IN
from spreekt.kernel.errors import DomainError, Invalid, NotThere
from spreekt.moderation import domain as moderation
from spreekt.moderation.embeds import shelf
from spreekt.modules.boomspiegel import care, domain, handing_over, photos, plants, queries, yearly
from spreekt.modules.boomspiegel.adoption_models import Adoption, AdoptionState
from spreekt.modules.boomspiegel.agreement_pdf import AgreementWords, agreement_pdf
from spreekt.modules.boomspiegel.care_models import Moment
from spreekt.modules.boomspiegel.forms import BeforeForm, CareForm, PressForm
from spreekt.modules.boomspiegel.links import Purpose, path_of
from spreekt.modules.boomspiegel.progress import story
from spreekt.modules.boomspiegel.states import ADOPTIONS, is_adopter
from spreekt.modules.boomspiegel.views import today
from spreekt.modules.boomspiegel.words import ADOPTER_WORDS, DEED_WORDS, STATE_LOOKS, STATE_WORDS
from spreekt.notices.written import public_url
from spreekt.web.context import Answer, actor, city, db, now, page, see_other, vault
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("caring", __name__, url_prefix="/mijn/boomspiegels/<int(max=2147483647):id>")


def _cared_for(id: int) -> Adoption:
    """An adoption of which the actor is the holder or a fellow carer."""
    adoption = queries.adoption_of(db(), id)
    if adoption is None or not care.cares_for(actor(), adoption):
        raise NotThere
    return adoption


def _mine(id: int) -> Adoption:
    return domain.own(queries.adoption_of(db(), id), by=actor())


def _count_one() -> None:
    keep_even_if_refused()
    limits.count(db(), vault(), limits.WRITING, str(actor().id), now=now())


@bp.get("")
@allow(SIGNED_IN)
def show(id: int) -> Answer:
    adoption = _cared_for(id)
    if adoption.state == AdoptionState.DRAFT:
        return see_other("adopting.begin", code=adoption.adoptable.code)
    holder = is_adopter(actor(), adoption)
    door = holder and adoption.is_caring and adoption.link_nonce
    return page(
        "boomspiegel/mine.html", adoption=adoption, is_holder=holder, states=STATE_WORDS, looks=STATE_LOOKS,
        story=story(adoption, today()), entries=queries.entries_of(db(), adoption.id), deeds=DEED_WORDS,
        in_line=queries.place_in_line(db(), adoption) if adoption.state == AdoptionState.WAITING else 0,
        offered={step.name for step in ADOPTIONS.offered(adoption, to=actor())}, asked=adoption.is_asked(today()),
        join_url=public_url(path_of(Purpose.JOIN, adoption)) if door else "",
        over_url=public_url(path_of(Purpose.TAKE_OVER, adoption)) if door else "",
    )  # fmt: skip


def _act(id: int, change: Callable[[Adoption], object], said: str) -> Answer:
    """One press on the own page."""
    adoption = _mine(id)
    _count_one()
    with db().begin_nested():  # the count stays when the rule says no, and nothing else does
        change(adoption)
    flash(said)
    return see_other("caring.show", id=id)


@bp.post("/aanvaarden")
@allow(SIGNED_IN)
def accept(id: int) -> Answer:
    return _act(id, lambda one: domain.accept_offer(db(), one, by=actor(), now=now()), _("Je aanvraag is verstuurd."))


@bp.post("/intrekken")
@allow(SIGNED_IN)
def withdraw(id: int) -> Answer:
    return _act(id, lambda one: domain.withdraw(db(), one, by=actor(), now=now()), _("Je aanvraag is ingetrokken."))


@bp.post("/zorg-nog")
@allow(SIGNED_IN)
def still_caring(id: int) -> Answer:
    return _act(id, lambda one: yearly.answer_yes(db(), one, today=today()), _("Dank je wel om te blijven zorgen."))


@bp.post("/stoppen")
@allow(SIGNED_IN)
def stop(id: int) -> Answer:
    return _act(id, lambda one: yearly.give_notice(db(), one, today=today()), _("Je stopt. Bedankt voor je zorg."))


@bp.post("/toch-verder")
@allow(SIGNED_IN)
def go_on(id: int) -> Answer:
    return _act(id, lambda one: yearly.take_notice_back(db(), one), _("Fijn dat je blijft zorgen."))


@bp.post("/links")
@allow(SIGNED_IN)
def open_links(id: int) -> Answer:
    return _act(id, lambda one: handing_over.open_door(db(), one, by=actor()), _("Je links staan klaar."))


@bp.post("/links-weg")
@allow(SIGNED_IN)
def close_links(id: int) -> Answer:
    return _act(id, lambda one: handing_over.close_door(db(), one, by=actor()), _("De links werken niet meer."))


@bp.post("/verzorger-weg/<int(max=2147483647):account_id>")
@allow(SIGNED_IN)
def remove_carer(id: int, account_id: int) -> Answer:
    adoption = _cared_for(id)
    _count_one()
    with db().begin_nested():
        care.leave(db(), adoption, account_id, by=actor())
    return see_other("home.mine") if account_id == actor().id else see_other("caring.show", id=id)


@bp.route("/logboek", methods=["GET", "POST"])
@allow(SIGNED_IN)
def log(id: int) -> Answer:
    """Write down what was done."""
    adoption = _cared_for(id)
    if not adoption.is_caring:
        raise NotThere
    form = CareForm(done_on=today())
    if form.validate_on_submit():
        _count_one()
        deed, litres, done_on = form.entry
        try:
            with db().begin_nested():
                care.log(db(), adoption, deed, litres=litres, done_on=done_on, by=actor(), today=today())
            return see_other("caring.show", id=id)
        except Invalid as refusal:
            form.blame("litres" if "liter" in refusal.says else "done_on", refusal)
    return page("boomspiegel/log.html", form=form, adoption=adoption)


@bp.route("/foto", methods=["GET", "POST"])
@allow(SIGNED_IN)
def photo(id: int) -> Answer:
    """Show how it looks; a moderator sees the photo first."""
    adoption = _cared_for(id)
    if not adoption.is_caring:
        raise NotThere
    form = BeforeForm()
    if form.validate_on_submit():
        if not form.has_photo:
            form.blame("photo", _("Kies eerst een foto."))
        else:
            _count_one()
            try:
                with db().begin_nested():
                    kept = photos.attach(
                        db(), shelf(), adoption.adoptable, form.photo.data.stream, alt=form.alt.data or "",
                        moment=Moment.CARE, by=actor(), now=now(), adoption=adoption,
                    )  # fmt: skip
                    moderation.submit(db(), kept, by=actor(), now=now())
                flash(_("Bedankt. Een moderator kijkt je foto na."))
                return see_other("caring.show", id=id)
            except DomainError as refusal:
                form.blame("photo", refusal)
    return page("boomspiegel/care_photo.html", form=form, adoption=adoption)


@bp.get("/stoppen-of-doorgeven")
@allow(SIGNED_IN)
def leave(id: int) -> Answer:
    """What somebody can do who moves or stops."""
    adoption = _mine(id)
    if not adoption.is_caring:
        raise NotThere
    door = bool(adoption.link_nonce)
    return page(
        "boomspiegel/leave.html", adoption=adoption, form=PressForm(formdata=None),
        over_url=public_url(path_of(Purpose.TAKE_OVER, adoption)) if door else "",
    )  # fmt: skip


@bp.get("/overeenkomst.pdf")
@allow(SIGNED_IN)
def agreement(id: int) -> Answer:
    """The agreement on paper, for who made it."""
    adoption = _mine(id)
    if adoption.started_on is None:
        raise NotThere
    return pdf_of(adoption)


def pdf_of(adoption: Adoption) -> Response:
    """The agreement of an adoption that began."""
    names = [plants.allowed()[row.plant_code].name for row in adoption.plants if row.plant_code in plants.allowed()]
    who = adoption.group_name or (adoption.account.display_name if adoption.account else "")
    kind = str(ADOPTER_WORDS[adoption.adopter_kind]) if adoption.adopter_kind else ""
    words = AgreementWords(city().name, city().brand, city().help_line, who, kind, tuple(names))
    answer = Response(agreement_pdf(adoption, words), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="overeenkomst-{adoption.agreement_number}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer

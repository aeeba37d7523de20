"""What comes in by a link or from a passer-by: the yearly answer, caring along, taking over, a report for staff."""

from flask import Blueprint, flash, request
from flask_babel import gettext as _

from spreekt.identity import limits
from spreekt.identity.permissions import ANYONE, SIGNED_IN
from spreekt.kernel.errors import DomainError, Invalid, NotThere
from spreekt.moderation import domain as moderation
from spreekt.moderation.embeds import shelf
from spreekt.modules.boomspiegel import care, domain, handing_over, photos, queries, yearly
from spreekt.modules.boomspiegel.adoption_models import AdopterKind, Nearness
from spreekt.modules.boomspiegel.care_models import Moment, PitPhoto
from spreekt.modules.boomspiegel.forms import ConcernForm, PressForm, RulesForm, TakeOverForm
from spreekt.modules.boomspiegel.links import Purpose, adoption_of
from spreekt.modules.boomspiegel.regulation import in_force
from spreekt.modules.boomspiegel.views import today
from spreekt.web.context import Answer, actor, db, find, now, page, see_other, vault
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("pit_doors", __name__, url_prefix="/boomspiegels")
photo_bp = Blueprint("pit_photos", __name__, url_prefix="/boomspiegels/fotos")


@bp.route("/zorg/<token>", methods=["GET", "POST"])
@allow(ANYONE)
def still_caring(token: str) -> Answer:
    """One tap from the mail, without signing in. Opening it changes nothing: mail programs open links by themselves."""
    adoption = adoption_of(db(), Purpose.STILL_CARING, token)
    if not adoption.is_caring:
        raise NotThere
    form = PressForm()
    if form.validate_on_submit():
        yearly.answer_yes(db(), adoption, today=today())
        return see_other("pit_doors.still_caring", token=token)
    return page(
        "boomspiegel/still_caring.html", adoption=adoption, form=form,
        asked=adoption.is_asked(today()) or adoption.state == "bezoek",
    )  # fmt: skip


@bp.route("/samen/<token>", methods=["GET", "POST"])
@allow(SIGNED_IN)
def join(token: str) -> Answer:
    """Care along with the holder, under the same rules."""
    adoption = adoption_of(db(), Purpose.JOIN, token)
    if care.cares_for(actor(), adoption):
        return see_other("caring.show", id=adoption.id)
    form = RulesForm().offer(adoption.regulation)
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                if form.codes < {rule["code"] for rule in adoption.regulation.rules}:
                    raise domain.NotFinished(_("Vink elke regel aan. Zonder kan je niet mee zorgen."))
                care.join(db(), adoption, by=actor(), today=today())
            return see_other("caring.show", id=adoption.id)
        except (Invalid, care.PlaceFull) as refusal:
            form.blame("rules", refusal)
    return page("boomspiegel/join.html", adoption=adoption, form=form)


@bp.route("/overname/<token>", methods=["GET", "POST"])
@allow(SIGNED_IN)
def take_over(token: str) -> Answer:
    """Take a place over from who moves away."""
    adoption = adoption_of(db(), Purpose.TAKE_OVER, token)
    if adoption.account_id == actor().id:
        return see_other("caring.show", id=adoption.id)
    form = TakeOverForm().offer(in_force(db(), adoption.adoptable.kind, on=today()))
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                new = handing_over.take_over(
                    db(), adoption, codes=form.codes, kind=AdopterKind(form.kind.data),
                    nearness=Nearness(form.nearness.data), by=actor(), now=now(),
                )  # fmt: skip
            flash(_("Dank je wel. Jij zorgt nu voor deze plek."))
            return see_other("caring.show", id=new.id)
        except DomainError as refusal:
            if refusal.status == 404:
                raise
            form.blame("rules", refusal)
    return page("boomspiegel/take_over.html", adoption=adoption, form=form)


@bp.route("/<code>/melden", methods=["GET", "POST"])
@allow(SIGNED_IN)
def report(code: str) -> Answer:
    """Tell staff that something is wrong. Nobody else reads it, the adopter neither."""
    pit = queries.pit_of(db(), code) if len(code) <= 32 else None
    if pit is None:
        raise NotThere
    form = ConcernForm()
    if form.validate_on_submit():
        keep_even_if_refused()
        limits.count(db(), vault(), limits.REPORTING, str(actor().id), now=now())
        try:
            with db().begin_nested():
                said = care.report(db(), pit, form.chosen, form.words.data, by=actor(), now=now())
                if form.has_photo:
                    photos.attach(db(), shelf(), pit, form.photo.data.stream, alt=form.alt.data or "",
                                  moment=Moment.CONCERN, by=actor(), now=now(), report=said)  # fmt: skip
            flash(_("Bedankt. Een medewerker van de stad kijkt dit na."))
            return see_other("boomspiegels.show", code=pit.code)
        except Invalid as refusal:
            form.blame("photo" if form.has_photo and "foto" in str(refusal).lower() else "words", refusal)
    elif request.method == "GET" and request.args.get("over") in {"verwaarlozing", "probleem", "correctie"}:
        form.concern.data = request.args["over"]
    return page("boomspiegel/report.html", form=form, pit=pit)


@photo_bp.get("/<int(max=2147483647):id>")
@allow(ANYONE)
def show(id: int) -> Answer:
    """Where a photo hangs: the page of its place, for who may see the photo."""
    photo = moderation.readable(actor(), find(PitPhoto, id=id))
    if not isinstance(photo, PitPhoto):
        raise NotThere
    return see_other("boomspiegels.show", code=photo.adoptable.code, _anchor="fotos")

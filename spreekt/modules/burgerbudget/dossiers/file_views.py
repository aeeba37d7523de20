"""Photos and PDFs of a dossier: adding, taking away, and serving them to who may read it."""

from flask import Blueprint, Response, request

from spreekt.identity.permissions import ANYONE, SIGNED_IN
from spreekt.kernel.errors import Invalid, NotThere
from spreekt.kernel.images import MEDIA_TYPE
from spreekt.moderation import pictures
from spreekt.moderation.domain import readable
from spreekt.moderation.embeds import shelf
from spreekt.moderation.models import Picture
from spreekt.modules.burgerbudget.dossiers import domain as dossiers
from spreekt.modules.burgerbudget.dossiers import queries as dossier_queries
from spreekt.modules.burgerbudget.dossiers.forms import AttachmentForm, PicturesForm
from spreekt.modules.burgerbudget.dossiers.models import Attachment, Dossier
from spreekt.modules.burgerbudget.dossiers.views import ID, count_one, mendable, step, taken_away
from spreekt.modules.burgerbudget.dossiers.workflow import is_member, may_screen
from spreekt.web.context import Answer, actor, db, find, now, see_other
from spreekt.web.rights import allow

bp = Blueprint("budget_files", __name__, url_prefix="/burgerbudget")


@bp.route(f"{ID}/fotos", methods=["GET", "POST"])
@allow(SIGNED_IN)
def photos(id: int) -> Answer:
    """Photos with their words."""
    dossier, form = mendable(id), PicturesForm()
    if "weg" in request.form:
        gone = find(Picture, name=request.form["weg"], submission_id=dossier.id)
        pictures.discard(db(), shelf(), gone)
        return see_other("budget_files.photos", id=id)
    if form.validate_on_submit():
        if not form.has_photo:
            form.blame("photo", "Kies eerst een foto.")
        else:
            count_one()
            try:
                pictures.store(db(), shelf(), dossier, form.photo.data.stream, alt=form.alt.data or "", now=now())
                return see_other("budget_files.photos", id=id)
            except Invalid as refusal:
                form.blame("photo", refusal)
    return step("photos", form, dossier)


@bp.route(f"{ID}/bijlagen", methods=["GET", "POST"])
@allow(SIGNED_IN)
def attachments(id: int) -> Answer:
    """PDFs: an offer, a sketch, a letter of support."""
    dossier, form = mendable(id), AttachmentForm()
    if taken_away(dossier, Attachment):
        return see_other("budget_files.attachments", id=id)
    if form.validate_on_submit():
        try:
            count_one()
            if not getattr(form.file.data, "filename", ""):
                raise Invalid("Kies eerst een PDF.")
            dossiers.attach(db(), dossier, title=form.name.data, upload=form.file.data.stream, by=actor(), now=now())
            return see_other("budget_files.attachments", id=id)
        except Invalid as refusal:
            form.blame("file", refusal)
    return step("attachments", form, dossier)


@bp.get(f"{ID}/foto/<name>")
@allow(SIGNED_IN)
def photo(id: int, name: str) -> Answer:
    """A photo of a dossier that is not public yet, for its group and for the city."""
    dossier = _readable_here(id)
    picture = find(Picture, name=name, submission_id=dossier.id)
    content = shelf().get(picture.name, small=request.args.get("klein") == "1")
    if content is None:
        raise NotThere
    return file_answer(content, MEDIA_TYPE, 'inline; filename="foto.webp"')


@bp.get(f"{ID}/bijlage/<int:number>")
@allow(ANYONE)
def attachment(id: int, number: int) -> Answer:
    """A PDF, to keep; never shown inside the site."""
    dossier = _readable_here(id)
    row = find(Attachment, id=number, dossier_id=dossier.id)
    return file_answer(row.content, "application/pdf", f'attachment; filename="bijlage-{row.id}.pdf"')


def _readable_here(id: int) -> Dossier:
    dossier = dossier_queries.dossier_with(db(), id)
    if not is_member(actor(), dossier) and not may_screen(actor(), dossier):
        readable(actor(), dossier)
    return dossier


def file_answer(content: bytes, kind: str, disposition: str) -> Answer:
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = disposition
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer

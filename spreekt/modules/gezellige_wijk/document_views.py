"""Files of an organiser: handing in scanned answers, opening a file, and staff who check a scan. Never shown inline."""

from flask import Blueprint, Response, flash
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from spreekt.identity import limits
from spreekt.identity.permissions import HANDLE_STREETS, SIGNED_IN
from spreekt.kernel.errors import NotThere
from spreekt.modules.gezellige_wijk import documents, queries, surveys
from spreekt.modules.gezellige_wijk.at_hand import handled
from spreekt.modules.gezellige_wijk.forms import attempt
from spreekt.modules.gezellige_wijk.workflow import writes
from spreekt.web.context import Answer, actor, db, now, page, see_other, vault
from spreekt.web.forms import Form
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("street_documents", __name__)


class ScanForm(Form):
    """A scan or photo of answers on paper."""

    file = FileField(_l("Scan of foto van de antwoorden"), [FileRequired(_l("Kies eerst een bestand."))])


@bp.route("/gezellige-wijk/aanvragen/<int(max=2147483647):id>/antwoorden", methods=["GET", "POST"])
@allow(SIGNED_IN)
def answers(id: int) -> Answer:
    """The organiser hands in answers that came on paper; staff check and type them before they count."""
    asked, form = queries.case(db(), id), ScanForm()
    survey = surveys.survey_of(db(), id) if asked is not None and writes(actor(), asked) else None
    if survey is None:
        raise NotThere
    if form.validate_on_submit():
        keep_even_if_refused()
        limits.count(db(), vault(), limits.WRITING, str(actor().id), now=now())
        if attempt(form, "file", lambda: documents.add_answers(
            db(), survey, form.file.data.stream, by=actor(), now=now()
        )):  # fmt: skip
            flash(_("Je scan is bij de gebiedswerker. De antwoorden tellen zodra die ze nakeek."))
            return see_other("street_documents.answers", id=id)
    return page("gezellige_wijk/answers.html", form=form, asked=asked, survey=survey,
                scans=documents.of_survey(db(), survey.id))  # fmt: skip


@bp.get("/gezellige-wijk/bestanden/<name>")
@allow(SIGNED_IN)
def show(name: str) -> Answer:
    """One file as a download; 404 to whoever may not open it."""
    found = documents.document_for(db(), name, by=actor())
    answer = Response(found.content, mimetype=found.media_type)
    ending = "pdf" if found.is_pdf else "webp"
    answer.headers["Content-Disposition"] = f'attachment; filename="document-{found.id}.{ending}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/beheer/wijk/<int(max=2147483647):id>/bevraging/scan/<name>")
@allow(HANDLE_STREETS)
def check(id: int, name: str) -> Answer:
    """Every answer on this scan was typed in."""
    asked = handled(id)
    found = documents.document_for(db(), name, by=actor())
    if found.request_id != asked.id:
        raise NotThere
    documents.check(db(), found, by=actor(), now=now())
    return see_other("street_staff.paper_answer", id=id)

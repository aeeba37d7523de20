"""After the day: the report with photos, and the account of a grant. Their rules are in reports.py and grants.py."""

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from spreekt.identity.permissions import ANYONE, SIGNED_IN
from spreekt.kernel.errors import Invalid, NotThere
from spreekt.moderation import domain as moderation
from spreekt.moderation import pictures
from spreekt.moderation.embeds import shelf
from spreekt.moderation.forms import PhotoFields
from spreekt.modules.gezellige_wijk import documents, grants, queries, reports
from spreekt.modules.gezellige_wijk.forms import attempt
from spreekt.modules.gezellige_wijk.grant_models import Grant
from spreekt.modules.gezellige_wijk.grants import Line
from spreekt.modules.gezellige_wijk.models import StreetRequest
from spreekt.modules.gezellige_wijk.report_models import EventReport
from spreekt.modules.gezellige_wijk.workflow import writes
from spreekt.web.context import Answer, actor, db, now, page, see_other
from spreekt.web.forms import EuroField, Form, filled
from spreekt.web.rights import allow

bp = Blueprint("street_reports", __name__, url_prefix="/gezellige-wijk")
CASE_PATH = "/aanvragen/<int(max=2147483647):id>"


class ReportForm(PhotoFields):
    """How it was."""

    text = TextAreaField(_l("Hoe was het?"), filled(_l("Vertel hoe het was.")))
    attendance = IntegerField(_l("Hoeveel mensen waren er?"), filled(_l("Vul een getal in.")))
    rating = RadioField(
        _l("Hoe verliep het met de stad?"), filled(_l("Kies één tot vijf sterren.")),
        choices=[SelectChoice(str(stars), _l("%(n)s van de 5", n=stars)) for stars in range(5, 0, -1)],
    )  # fmt: skip


class BillForm(Form):
    """One bill."""

    what = StringField(_l("Wat kochten jullie?"), filled(_l("Vul in wat jullie kochten.")))
    amount = EuroField(_l("Voor hoeveel?"), filled(_l("Vul een bedrag in.")))
    bought_on = DateField(_l("Wanneer?"), filled(_l("Kies de dag van de rekening.")))
    file = FileField(_l("Foto of pdf van de rekening"))


class SignForm(Form):
    """The signature under an account."""

    signed = StringField(_l("Je volledige naam"), [Optional()])


def _own(id: int) -> StreetRequest:
    asked = queries.case(db(), id)
    if asked is None or not writes(actor(), asked):
        raise NotThere
    return asked


@bp.route(f"{CASE_PATH}/verslag", methods=["GET", "POST"])
@allow(SIGNED_IN)
def write(id: int) -> Answer:
    asked, form = _own(id), ReportForm()
    if form.validate_on_submit() and attempt(form, "text", lambda: _keep(asked, form)):
        return see_other("gezellige_wijk.show", id=id)
    return page("gezellige_wijk/report.html", form=form, asked=asked)


def _keep(asked: StreetRequest, form: ReportForm) -> None:
    with db().begin_nested():
        made = reports.write(
            db(), asked, text=form.text.data, attendance=form.attendance.data, rating=int(form.rating.data),
            by=actor(), now=now(),
        )  # fmt: skip
        if form.has_photo:
            try:
                pictures.store(db(), shelf(), made, form.photo.data.stream, alt=form.alt.data or "", now=now())
            except Invalid as refusal:
                form.blame("photo", refusal)


@bp.get("/verslagen/<int(max=2147483647):id>")
@allow(ANYONE)
def show(id: int) -> Answer:
    """One report, for whoever may read it."""
    found = moderation.readable(actor(), db().get(EventReport, id))
    if not isinstance(found, EventReport):
        raise NotThere
    return page("gezellige_wijk/report_page.html", report=found)


@bp.route(f"{CASE_PATH}/afrekening", methods=["GET", "POST"])
@allow(SIGNED_IN)
def account(id: int) -> Answer:
    """Bill by bill, then a signature. Each bill is kept by itself."""
    asked = _own(id)
    grant = grants.grant_of(db(), id)
    if grant is None or not grant.needs_account:
        raise NotThere
    signs = "sturen" in request.form
    form, signing = BillForm(formdata=None) if signs else BillForm(), SignForm()
    if request.method == "POST" and signs and signing.validate_on_submit():
        if attempt(signing, "signed", lambda: grants.settle(
            db(), grant, signed=signing.signed.data or "", by=actor(), now=now()
        )):  # fmt: skip
            return see_other("gezellige_wijk.show", id=id)
    elif request.method == "POST" and not signs and form.validate():
        line = Line(form.what.data, form.amount.data or 0, form.bought_on.data)
        if attempt(form, "what", lambda: _add_bill(grant, line, form)):
            return see_other("street_reports.account", id=id)
    db().refresh(grant, ["bills"])
    total = sum(bill.cents for bill in grant.bills)
    return page("gezellige_wijk/account.html", status=422 if signing.errors else 200, form=form, signing=signing,
                asked=asked, grant=grant, total=total, title=_("Je afrekening"),
                papers=documents.of_bills(db(), grant))  # fmt: skip


def _add_bill(grant: Grant, line: Line, form: BillForm) -> None:
    """The bill with its paper, or neither."""
    with db().begin_nested():
        bill = grants.add_bill(db(), grant, line, by=actor())
        upload = form.file.data
        if upload and getattr(upload, "filename", ""):
            documents.add_bill_paper(db(), grant, bill, upload.stream, by=actor(), now=now())

"""Where advisers and neighbours answer: staff on their list, others by a link or a code. No account is needed."""

from flask import Blueprint, flash, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from spreekt.identity import limits
from spreekt.identity.permissions import ADVISE_STREETS, ANYONE
from spreekt.kernel.actor import NOBODY, SYSTEM, Actor
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.modules.gezellige_wijk import advice, queries, surveys
from spreekt.modules.gezellige_wijk.at_hand import regulations, today
from spreekt.modules.gezellige_wijk.case_models import Advice, Channel, SurveyVoice, Voice
from spreekt.modules.gezellige_wijk.forms import attempt
from spreekt.web.context import Answer, actor, db, now, page, see_other, vault
from spreekt.web.forms import Form, at_most, filled
from spreekt.web.once import every_time
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("street_answers", __name__)


class AdviceForm(Form):
    """What an adviser says."""

    act = RadioField(
        _l("Wat is je advies?"), filled(_l("Kies je advies.")),
        choices=[SelectChoice("positive", _l("Gunstig")), SelectChoice("limited", _l("Gunstig met voorwaarden")),
                 SelectChoice("negative", _l("Ongunstig"))],
    )  # fmt: skip
    conditions = TextAreaField(_l("Voorwaarden (één per regel)"), [Optional()])
    words = TextAreaField(_l("Uitleg"), [Optional()])
    signed = StringField(_l("Je naam en dienst"), [*filled(_l("Vul je naam en je dienst in.")), at_most(80)])


@bp.get("/beheer/adviezen")
@allow(ADVISE_STREETS)
def index() -> Answer:
    """What waits for internal advisers, due first on top."""
    return page("gezellige_wijk/advices.html", waiting=advice.waiting_for_staff(db()), today=today())


@bp.route("/beheer/adviezen/<int(max=2147483647):id>", methods=["GET", "POST"])
@allow(ADVISE_STREETS)
def answer(id: int) -> Answer:
    found = advice.advice_for(db(), id)
    if found is None or not advice.advises(actor(), found):
        raise NotThere
    return _answer(found, actor(), done="street_answers.index")


@bp.route("/gezellige-wijk/advies/<token>", methods=["GET", "POST"])
@allow(ANYONE)
def by_link(token: str) -> Answer:
    """An adviser without account: the link opens this one advice, and only while it is asked."""
    found = advice.by_link(db(), vault(), token)
    if request.method == "POST":
        advice.note_opened(db(), found)
    return _answer(found, SYSTEM, done="")


def _answer(found: Advice, by: Actor, *, done: str) -> Answer:
    form = AdviceForm()
    if form.validate_on_submit():
        field = {"limited": "conditions", "negative": "words"}.get(form.act.data, "act")
        if attempt(form, field, lambda: advice.answer(
            db(), found, form.act.data, conditions=form.conditions.data or "", words=form.words.data or "",
            signed=form.signed.data, closed=regulations().closed, by=by, now=now(),
        )):  # fmt: skip
            if done:
                return see_other(done)
            return page("gezellige_wijk/thanks.html", title=_("Bedankt voor je advies"),
                        text=_("Je advies is bij de gebiedswerker."))  # fmt: skip
    asked = queries.case(db(), found.request_id)
    return page(
        "gezellige_wijk/answer_advice.html", form=form, found=found, asked=asked,
        kind=regulations().types[found.request.type_code], clashes=queries.clashes(db(), found.request),
    )  # fmt: skip


class CodeForm(Form):
    """The code on a card."""

    code = StringField(_l("Je code"), [*filled(_l("Vul de code in die op je kaart staat.")), at_most(40)])


class VoiceForm(CodeForm):
    """What an address says, with its code once more."""

    voice = RadioField(_l("Gaan jullie akkoord?"), filled(_l("Kies wat jullie vinden.")),
                       choices=[SelectChoice("akkoord", _l("Ja, wij gaan akkoord")),
                                SelectChoice("niet-akkoord", _l("Nee, wij gaan niet akkoord"))])  # fmt: skip
    reason = TextAreaField(_l("Waarom niet?"), [Optional(), at_most(500)])


@bp.route("/gezellige-wijk/bevraging", methods=["GET", "POST"])
@allow(ANYONE)
@every_time
def survey() -> Answer:
    """The door for neighbours: the code on the card, then one question. The code stands in no address and no log."""
    form = CodeForm() if "voice" not in request.form else VoiceForm()
    row = None
    if form.validate_on_submit():
        keep_even_if_refused()
        subject = f"consent {limits.network_of(request.remote_addr)}"
        limits.count(db(), vault(), limits.LETTER_CODE, subject, now=now())
        row = _row(form)
    elif "voice" in request.form and not form.code.errors:
        row = _row(form)
    if row is None:
        return page("gezellige_wijk/survey.html", form=form, row=None, asked=None)
    if isinstance(form, VoiceForm) and not form.errors and attempt(form, "voice", lambda: surveys.say(
        db(), vault(), row, Voice(form.voice.data), channel=Channel.CODE, reason=form.reason.data or "", by=NOBODY,
        now=now(),
    )):  # fmt: skip
        flash(_("Bedankt. Jullie antwoord telt mee. Je kan het veranderen tot de bevraging sluit."))
        return see_other("street_answers.survey")
    given = form.code.data
    if not isinstance(form, VoiceForm):
        form = VoiceForm(formdata=None, code=given)
    return page("gezellige_wijk/survey.html", form=form, row=row, asked=queries.case(db(), row.survey.request_id),
                label=surveys.label(row.address))  # fmt: skip


def _row(form: CodeForm) -> SurveyVoice | None:
    try:
        row = surveys.by_code(db(), vault(), form.code.data or "")
        surveys.refuse_when_closed(row.survey, now())
    except DomainError as refusal:
        form.blame("code", refusal)
        return None
    return row

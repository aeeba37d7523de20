"""The area worker's day: what waits, and every step on one case. The papers of a case are in paper_views.py."""

from collections.abc import Callable

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from spreekt.identity.permissions import HANDLE_STREETS
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.errors import DomainError, IllegalTransition
from spreekt.modules.gezellige_wijk import advice, decisions, documents, grants, handling, queries, surveys
from spreekt.modules.gezellige_wijk.at_hand import handled, regulations, today
from spreekt.modules.gezellige_wijk.case_models import Channel, SurveyVoice, Voice
from spreekt.modules.gezellige_wijk.decisions import Ruling
from spreekt.modules.gezellige_wijk.forms import PressForm, ReasonForm, attempt
from spreekt.modules.gezellige_wijk.models import AFTER_NOW, RequestState, StreetRequest
from spreekt.modules.gezellige_wijk.workflow import CASE, MODULE_NAME, STATE_LOOKS, STATE_WORDS
from spreekt.web.context import Answer, actor, db, now, page, see_other, vault
from spreekt.web.errors import words_of
from spreekt.web.forms import EuroField, Form, filled
from spreekt.web.listing import geojson_answer
from spreekt.web.rights import allow

bp = Blueprint("street_staff", __name__, url_prefix="/beheer/wijk")
CASE_PATH = "/<int(max=2147483647):id>"
S = RequestState
WAITS_FOR_ME = frozenset({S.SUBMITTED, S.DECIDING, S.WAITING_LIST, S.HELD, S.REPORTED})
WAITS_FOR_OTHERS = frozenset({S.INCOMPLETE, S.ADVICE, S.SURVEY, S.ON_HOLD})


def own_areas(who: Actor) -> set[int] | None:
    """The areas of an area worker; None for one of the whole city."""
    held = [grant for grant in who.grants if grant.role is Role.AREA_WORKER and grant.module in {None, MODULE_NAME}]
    if any(grant.area_id is None for grant in held):
        return None
    return {grant.area_id for grant in held if grant.area_id is not None}


@bp.get("")
@allow(HANDLE_STREETS)
def index() -> Answer:
    """What waits for me, what happens first on top; then what the others are at work with, and what comes."""
    found = queries.at_work(db(), AFTER_NOW, area_ids=own_areas(actor()))
    mine = [row for row in found if row.state in WAITS_FOR_ME]
    others = [row for row in found if row.state in WAITS_FOR_OTHERS]
    coming = [row for row in found if row not in mine and row not in others]
    heaps = (("wacht", mine), ("onderweg", others), ("komt", coming))
    return page("gezellige_wijk/work.html", heaps=heaps, kinds=regulations().types, states=STATE_WORDS,
                looks=STATE_LOOKS, today=today())  # fmt: skip


@bp.get("/wacht.geojson")
@allow(HANDLE_STREETS)
def as_geojson() -> Answer:
    """The same as the list of what waits for me, as points."""
    return geojson_answer(
        (
            (row.latitude, row.longitude),
            {"id": row.id, "title": row.title, "text": row.place, "status": row.state.value,
             "url": url_for("gezellige_wijk.show", id=row.id)},
        )
        for row in queries.at_work(db(), WAITS_FOR_ME, area_ids=own_areas(actor()))
        if row.latitude is not None and row.longitude is not None
    )  # fmt: skip


@bp.route(f"{CASE_PATH}/stap/<name>", methods=["GET", "POST"])
@allow(HANDLE_STREETS)
def step(id: int, name: str) -> Answer:
    """Ask for more, note, queue, hold, resume, prepare, end, close, cancel: each says first what it does."""
    asked, form = handled(id), ReasonForm()
    real = f"resume-{asked.held_from.value}" if name == "resume" and asked.held_from else name
    transition = CASE.check(asked, real, by=actor())
    if real not in handling.SIMPLE and name != "resume":
        raise IllegalTransition(name)
    if form.validate_on_submit() and attempt(
        form, "reason",
        lambda: handling.step(db(), asked, name, by=actor(), now=now(), reason=form.reason.data or ""),
    ):  # fmt: skip
        return see_other("gezellige_wijk.show", id=id)
    return page("gezellige_wijk/staff_step.html", form=form, asked=asked, transition=transition)


class AdviceForm(Form):
    """Whom to ask, and in which order."""

    order = RadioField(
        _l("Vraag je iedereen samen?"),
        choices=[
            SelectChoice("volgorde", _l("In de volgorde van de regels")),
            SelectChoice("samen", _l("Iedereen samen")),
        ],
        default="volgorde",
    )


@bp.route(f"{CASE_PATH}/advies", methods=["GET", "POST"])
@allow(HANDLE_STREETS)
def ask_advice(id: int) -> Answer:
    asked, form = handled(id), AdviceForm()
    rule = regulations().rule(asked.rule_code)
    chosen = request.form.getlist("adviser") if request.method == "POST" else [each.code for each in rule.advisers]
    if form.validate_on_submit() and attempt(
        form, "order",
        lambda: advice.ask(db(), asked, regulations=regulations(), codes=chosen, in_order=form.order.data == "volgorde",
                           by=actor(), now=now()),
    ):  # fmt: skip
        return see_other("gezellige_wijk.show", id=id)
    return page("gezellige_wijk/ask_advice.html", form=form, asked=asked, rule=rule, chosen=chosen)


def _press(id: int, act: Callable[[StreetRequest], object], *, title: str, text: str, button: str) -> Answer:
    """A page that says what one press does, and does it."""
    asked, form, refused = handled(id), PressForm(), ""
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                act(asked)
            return see_other("gezellige_wijk.show", id=id)
        except DomainError as refusal:
            refused = words_of(refusal)
    return page("gezellige_wijk/press.html", status=422 if refused else 200, form=form, asked=asked, refused=refused,
                title=title, text=text, button_label=button)  # fmt: skip


@bp.route(f"{CASE_PATH}/bevraging", methods=["GET", "POST"])
@allow(HANDLE_STREETS)
def start_survey(id: int) -> Answer:
    return _press(
        id, lambda asked: surveys.start(db(), vault(), asked, regulations=regulations(), by=actor(), now=now()),
        title=_("Start de bevraging"),
        text=_("Elk adres in dit stuk straat krijgt één stem en een eigen code. Daarna druk je de kaarten."),
        button=_("Start de bevraging"),
    )  # fmt: skip


@bp.route(f"{CASE_PATH}/bevraging/sluiten", methods=["GET", "POST"])
@allow(HANDLE_STREETS)
def close_survey(id: int) -> Answer:
    def close(asked: StreetRequest) -> None:
        survey, rule = surveys.survey_of(db(), asked.id), regulations().rule(asked.rule_code).consent
        if survey is None or rule is None:
            raise surveys.NoSurvey
        surveys.close(db(), survey, rule=rule, now=now())

    return _press(id, close, title=_("Sluit de bevraging"), button=_("Tel de antwoorden"),
                  text=_("We tellen de antwoorden per adres. Daarna kan niemand nog antwoorden."))  # fmt: skip


class PaperForm(Form):
    """One answer on paper."""

    address = SelectField(_l("Welk adres?"), coerce=int)
    voice = RadioField(
        _l("Wat staat er op de kaart?"), filled(_l("Kies wat er op de kaart staat.")),
        choices=[SelectChoice("akkoord", _l("Akkoord")), SelectChoice("niet-akkoord", _l("Niet akkoord"))],
    )  # fmt: skip
    reason = TextAreaField(_l("Waarom niet? (als het op de kaart staat)"), [Optional()])


@bp.route(f"{CASE_PATH}/bevraging/papier", methods=["GET", "POST"])
@allow(HANDLE_STREETS)
def paper_answer(id: int) -> Answer:
    """Type in a card that came on paper. One voice an address; what came by code stays."""
    asked, form = handled(id), PaperForm()
    survey = surveys.survey_of(db(), asked.id)
    if survey is None:
        raise IllegalTransition("paper")
    rows = surveys.voices(db(), survey)
    form.address.choices = [SelectChoice(row.address_id, surveys.label(row.address)) for row in rows]
    if form.validate_on_submit() and attempt(form, "address", lambda: _take_paper(rows, form)):
        return see_other("street_staff.paper_answer", id=id)
    return page("gezellige_wijk/paper_answer.html", form=form, asked=asked, survey=survey,
                answered=sum(row.voice is not None for row in rows), total=len(rows),
                reasons=surveys.reasons(db(), vault(), survey, by=actor()),
                scans=documents.of_survey(db(), survey.id), press=PressForm(formdata=None))  # fmt: skip


def _take_paper(rows: list[SurveyVoice], form: PaperForm) -> None:
    row = next(row for row in rows if row.address_id == form.address.data)
    surveys.say(db(), vault(), row, Voice(form.voice.data), channel=Channel.PAPER, reason=form.reason.data or "",
                by=actor(), now=now())  # fmt: skip


class DecisionForm(Form):
    """What the college decided."""

    act = RadioField(
        _l("Wat besliste het college?"), filled(_l("Kies wat er beslist is.")),
        choices=[SelectChoice("grant", _l("Toegestaan")), SelectChoice("grant-with", _l("Toegestaan met voorwaarden")),
                 SelectChoice("refuse", _l("Geweigerd"))],
    )  # fmt: skip
    college_on = DateField(_l("Op welke dag?"), filled(_l("Kies de dag van het college.")))
    uri = StringField(_l("Adres van het besluit"), [Optional()])
    conditions = TextAreaField(_l("Voorwaarden (één per regel)"), [Optional()])
    law = SelectField(_l("Op welke regel steunt de weigering?"), [Optional()], validate_choice=False)
    words = TextAreaField(_l("Uitleg aan de aanvrager"), [Optional()])
    grant = EuroField(_l("Hoeveel toelage zeg je toe?"), [Optional()])
    sure = BooleanField(
        _l("Ik heb het besluit van het college nagekeken"), filled(_l("Kruis dit aan als je het nakeek."))
    )


@bp.route(f"{CASE_PATH}/beslissing", methods=["GET", "POST"])
@allow(HANDLE_STREETS)
def decide(id: int) -> Answer:
    """The decision, with the conditions of the advisers filled in already."""
    asked, form = handled(id), DecisionForm()
    rule, grant = regulations().rule(asked.rule_code), grants.grant_of(db(), id)
    form.law.choices = [
        SelectChoice("", _("Kies een regel")), *(SelectChoice(law.code, law.words) for law in rule.laws)
    ]  # fmt: skip
    if request.method == "GET":
        form.conditions.data = advice.conditions_of(advice.advices_of(db(), id))
        form.grant.data = grant.asked_cents if grant else None
    if form.validate_on_submit():
        ruling = Ruling(form.act.data, form.college_on.data, form.uri.data or "", form.conditions.data or "",
                        form.law.data or "", form.words.data or "", form.grant.data)  # fmt: skip
        field = {"refuse": "law", "grant-with": "conditions"}.get(form.act.data, "act")
        by, at = actor(), now()
        if attempt(form, field, lambda: decisions.decide(
            db(), vault(), asked, ruling, regulations=regulations(), by=by, now=at
        )):  # fmt: skip
            return see_other("gezellige_wijk.show", id=id)
    return page(
        "gezellige_wijk/decide.html", form=form, asked=asked, grant=grant, rule=rule,
        survey=surveys.standing(db(), asked, regulations()), advices=advice.advices_of(db(), id),
        clashes=queries.clashes(db(), asked),
    )  # fmt: skip

"""Where the roll is kept: read in, agreed on by two people, and mended. Addresses and codes are in letters_views.py."""

from flask import Blueprint
from flask_babel import gettext as _

from spreekt.identity.permissions import KEEP_REGISTER, SEE_REFERENDA, TWO_PEOPLE
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.modules.referendum import movers, objections, queries, roll, roll_freeze, two_people
from spreekt.modules.referendum.forms import PlainForm
from spreekt.modules.referendum.models import Act, Referendum, State
from spreekt.modules.referendum.movers import Newcomer
from spreekt.modules.referendum.poll_keys import key_of
from spreekt.modules.referendum.roll import RollReport
from spreekt.modules.referendum.roll_forms import AdditionForm, AgreedForm, RemovalForm, RollFileForm
from spreekt.web.context import Answer, actor, city, db, now, page, see_other, vault
from spreekt.web.forms import Form
from spreekt.web.once import every_time
from spreekt.web.rights import allow

bp = Blueprint("roll", __name__, url_prefix="/beheer/referendum/<slug>")
MOST_FAULTS = 200


@bp.get("/kiezerslijst")
@allow(SEE_REFERENDA)
def overview(slug: str) -> Answer:
    """How the roll stands, and what can be done with it now."""
    referendum = _referendum(slug)
    return _overview(referendum, RollFileForm(reference_on=referendum.reference_on))


@bp.post("/kiezerslijst")
@allow(KEEP_REGISTER)
@every_time  # after faults the mended file comes with the same form; the same file twice is one roll
def read_in(slug: str) -> Answer:
    """A roll file: all its faults, or the roll and the first person's half of freezing it."""
    referendum, form = _referendum(slug), RollFileForm()
    report = None
    if form.validate_on_submit():
        try:
            areas = roll.areas_of(db(), city(), referendum, on=form.reference_on.data)
            report = roll.import_roll(
                db(), vault(), referendum, form.file.data.stream, areas=areas, reference_on=form.reference_on.data,
                by=actor(), now=now(),
            )  # fmt: skip
            if not report.faults:
                roll_freeze.propose_freeze(db(), referendum, by=actor(), now=now())
                return see_other("roll.overview", slug=slug)
            form.blame("file", report.in_words)
        except DomainError as refusal:
            form.blame("file", refusal)
    return _overview(referendum, form, report)


@bp.post("/kiezerslijst/voorstel")
@allow(TWO_PEOPLE)
def propose(slug: str) -> Answer:
    """The first half, when the roll was read in by the command."""
    referendum = _referendum(slug)
    if not PlainForm().validate_on_submit():
        raise NotThere
    roll_freeze.propose_freeze(db(), referendum, by=actor(), now=now())
    return see_other("roll.overview", slug=slug)


@bp.post("/kiezerslijst/bevestiging")
@allow(TWO_PEOPLE)
def confirm(slug: str) -> Answer:
    """The second half: exactly this count and hash."""
    referendum, form = _referendum(slug), AgreedForm()
    if not form.validate_on_submit():
        raise NotThere
    roll_freeze.confirm_freeze(db(), referendum, about=form.about.data or "", by=actor(), now=now())
    return see_other("roll.overview", slug=slug)


@bp.post("/kiezerslijst/intrekking")
@allow(TWO_PEOPLE)
def withdraw(slug: str) -> Answer:
    referendum = _referendum(slug)
    if not PlainForm().validate_on_submit():
        raise NotThere
    two_people.withdraw(db(), referendum, Act.ROLL, by=actor())
    return see_other("roll.overview", slug=slug)


@bp.route("/kiezerslijst/erbij", methods=["GET", "POST"])
@allow(KEEP_REGISTER)
@every_time  # a national number must not be kept with the answer
def add(slug: str) -> Answer:
    """Propose to put one resident on the roll."""
    referendum, form = _mendable(slug), AdditionForm()
    areas = roll.areas_of(db(), city(), referendum, on=now().astimezone(BRUSSELS).date())
    form.area.choices = [(area_id, name) for name, area_id in areas.items()]
    if form.validate_on_submit():
        newcomer = Newcomer(form.number.key, form.born_on.data, form.area.data)
        try:
            key = key_of(vault(), referendum)
            movers.add(db(), key, referendum, newcomer, reason=form.reason.data, by=actor(), now=now())
            return see_other("roll.overview", slug=slug)
        except DomainError as refusal:
            form.blame("born_on" if isinstance(refusal, movers.TooYoung) else "number", refusal)
    return page("referendum/staff/roll_change.html", form=form, referendum=referendum, adds=True)


@bp.route("/kiezerslijst/eraf", methods=["GET", "POST"])
@allow(KEEP_REGISTER)
@every_time
def remove(slug: str) -> Answer:
    """Propose to take one resident off the roll."""
    referendum, form = _mendable(slug), RemovalForm()
    if form.validate_on_submit():
        try:
            key = key_of(vault(), referendum)
            movers.remove(db(), key, referendum, form.number.key, reason=form.reason.data, by=actor(), now=now())
            return see_other("roll.overview", slug=slug)
        except DomainError as refusal:
            form.blame("number", refusal)
    return page("referendum/staff/roll_change.html", form=form, referendum=referendum, adds=False)


@bp.post("/kiezerslijst/veranderingen/<int:change_id>/<any(bevestiging, intrekking):what>")
@allow(TWO_PEOPLE)
def decide_change(slug: str, change_id: int, what: str) -> Answer:
    """The second person agrees with a mover, or somebody takes it back."""
    referendum = _referendum(slug)
    if not PlainForm().validate_on_submit():
        raise NotThere
    if what == "bevestiging":
        objections.confirm_change(db(), referendum, change_id, by=actor(), now=now())
    else:
        objections.withdraw_change(db(), referendum, change_id, by=actor())
    return see_other("roll.overview", slug=slug)


def _overview(referendum: Referendum, form: Form, report: RollReport | None = None) -> Answer:
    proposed = two_people.waiting(db(), referendum).get(Act.ROLL)
    return page(
        "referendum/staff/roll.html",
        form=form,
        referendum=referendum,
        report=report,
        shown_faults=report.faults[:MOST_FAULTS] if report else (),
        last=roll.last_import(db(), referendum),
        proposed=proposed,
        may_keep=KEEP_REGISTER.allows(actor()),
        may_be_read_in=referendum.state is State.ANNOUNCED,
        may_mend=movers.may_mend(db(), referendum),
        changes=movers.changes(db(), referendum),
        objections=objections.open_count(db(), referendum),
        fault_words=_fault_words(),
        roll_exhibit=roll_freeze.exhibit_name(movers.version(db(), referendum)),
    )


def _fault_words() -> dict[str, str]:
    """The kinds of fault as a heading says them."""
    return {
        "header": _("eerste regel"), "encoding": _("tekens"), "nul": _("tekens"), "too-long": _("te lang"),
        "columns": _("kolommen"), "missing": _("leeg veld"), "number": _("rijksregisternummer"),
        "duplicate": _("staat er twee keer"), "date": _("datum"), "under-age": _("te jong"),
        "postcode": _("postcode"), "area": _("deelgemeente"), "too-late": _("na de peildatum"),
        "empty": _("leeg bestand"),
    }  # fmt: skip


def _referendum(slug: str) -> Referendum:
    return queries.referendum_with(db(), slug)


def _mendable(slug: str) -> Referendum:
    referendum = _referendum(slug)
    movers.check_mendable(db(), referendum)
    return referendum

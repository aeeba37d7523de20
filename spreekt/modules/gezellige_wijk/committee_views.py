"""The register of committees: reading it, proposing one, contacts by their link, and the area worker's side."""

import json
from datetime import date

from flask import Blueprint, flash, request
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from spreekt.identity import limits
from spreekt.identity.permissions import ANYONE, HANDLE_STREETS, SIGNED_IN
from spreekt.kernel.errors import NotThere
from spreekt.kernel.places import Point
from spreekt.kernel.storage import Json
from spreekt.modules.gezellige_wijk import committee_models as models
from spreekt.modules.gezellige_wijk import committee_queries, committee_years, committees, queries
from spreekt.modules.gezellige_wijk.at_hand import regulations, today
from spreekt.modules.gezellige_wijk.committee_forms import (
    PEOPLE,
    STREETS,
    ContactForm,
    FoundingForm,
    LetterForm,
    SuccessorForm,
)
from spreekt.modules.gezellige_wijk.committee_models import Committee, CommitteeState
from spreekt.modules.gezellige_wijk.committees import STATE_LOOKS, STATE_WORDS, Founding, Person
from spreekt.modules.gezellige_wijk.forms import PressForm, ReasonForm, attempt
from spreekt.modules.gezellige_wijk.staff_views import own_areas
from spreekt.modules.gezellige_wijk.views import boroughs
from spreekt.modules.gezellige_wijk.workflow import STATE_LOOKS as REQUEST_LOOKS
from spreekt.modules.gezellige_wijk.workflow import STATE_WORDS as REQUEST_WORDS
from spreekt.territory.models import Area, Street
from spreekt.territory.queries import areas_of_point, areas_of_street, street_names, streets_named
from spreekt.web.cache import public
from spreekt.web.context import Answer, actor, db, now, page, see_other, vault
from spreekt.web.listing import PER_PAGE, Page, csv_answer, one_word, whole_number
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("committees", __name__)
PATH = "/gezellige-wijk/comites/<int(max=2147483647):id>"


@bp.get("/gezellige-wijk/comites")
@allow(ANYONE)
@public
def index() -> Answer:
    area, words, number = one_word("deelgemeente"), one_word("q"), whole_number("pagina")
    rows = committee_queries.listed(db(), area=area, words=words, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    total = committee_queries.count(db(), area=area, words=words)
    return page("gezellige_wijk/committees.html", listing=Page(rows, total, number), area=area, words=words,
                areas=boroughs(), states=STATE_WORDS, looks=STATE_LOOKS)  # fmt: skip


@bp.get("/gezellige-wijk/comites.csv")
@allow(ANYONE)
@public
def as_csv() -> Answer:
    """Names, streets and areas; people only as far as they chose to be public."""
    return csv_answer(
        "comites", ("id", "naam", "straten", "deelgemeente", "status", "contact"),
        (
            (row.id, row.name, "; ".join(street.name for street in row.streets),
             "; ".join(area.name for area in row.areas), row.state.value,
             "; ".join(each.name for each in row.speakers if each.may_publish))
            for row in committee_queries.listed(db(), limit=5000)
        ),
    )  # fmt: skip


@bp.route("/gezellige-wijk/comites/nieuw", methods=["GET", "POST"])
@allow(SIGNED_IN)
def propose() -> Answer:
    form = FoundingForm()
    form.area.choices = [
        SelectChoice("", _("Geen: we kozen straten")),
        *(SelectChoice(str(id), name) for id, name in committee_queries.areas_to_choose(db(), on=today())),
    ]
    if form.validate_on_submit():
        keep_even_if_refused()
        limits.count(db(), vault(), limits.WRITING, str(actor().id), now=now())
        plan = _plan(form)
        made: list[Committee] = []
        if plan is not None and attempt(form, "name", lambda: made.append(_propose(plan))):
            return see_other("committees.show", id=made[0].id)
    return page("gezellige_wijk/found.html", form=form, streets=street_names(db()))


def _propose(plan: Founding) -> Committee:
    with db().begin_nested():
        made = committees.propose(db(), vault(), plan, by=actor(), now=now())
        made.contacts[0].account_id = actor().id
        db().flush()
    return made


def _plan(form: FoundingForm) -> Founding | None:
    streets: list[Street] = []
    for number in STREETS:
        text = (form[f"street_{number}"].data or "").strip()
        found = streets_named(db(), text.partition(",")[0]) if text else []
        if text and len(found) != 1:
            form.blame(f"street_{number}", _("We vinden deze straat niet, of er zijn er twee. Kies uit de lijst."))
        streets += found[:1]
    people = [
        Person(form[f"name_{number}"].data, form[f"email_{number}"].data)
        for number in PEOPLE
        if (form[f"email_{number}"].data or "").strip()
    ]
    for number in PEOPLE:
        email = (form[f"email_{number}"].data or "").strip()
        if email and "@" not in email:
            form.blame(f"email_{number}", _("Vul een e-mailadres in, zoals naam@voorbeeld.be."))
    outline = _outline(form)
    chosen = db().get(Area, int(form.area.data)) if form.area.data else None
    if not streets and chosen is None and not form.errors:  # they say which area worker helps
        form.blame("street_1", committees.NoPlace())
    if form.errors:
        return None
    areas = {area.id: area for street in streets for area in areas_of_street(db(), street.id, on=today())}
    if chosen is not None:
        middle = Point(chosen.latitude, chosen.longitude)
        areas |= {area.id: area for area in (chosen, *areas_of_point(db(), middle, on=today()))}
    kind = models.Form(form["form"].data)
    return Founding(form["name"].data, form.about.data or "", kind, form.number.data or "", streets,
                    list(areas.values()), people, chosen, outline)  # fmt: skip


def _outline(form: FoundingForm) -> Json | None:
    text = (form.outline.data or "").strip()
    if not text:
        return None
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        form.blame("outline", _("Dit is geen GeoJSON. Laat het leeg, of plak de vorm uit je kaartprogramma."))
        return None
    return found.get("geometry", found) if isinstance(found.get("geometry", found), dict) else None


def _readable(id: int) -> Committee:
    found = committee_queries.committee(db(), id)
    who = actor()
    if found is None or not (
        found.is_public or committees.handles(who, found)
        or (who.id is not None and any(each.account_id == who.id for each in found.contacts))
    ):  # fmt: skip
        raise NotThere
    return found


@bp.get(PATH)
@allow(ANYONE)
def show(id: int) -> Answer:
    """A committee: its streets, who speaks for it as far as they want, what it does and did, with photos."""
    found, who = _readable(id), actor()
    streets = committee_queries.street_ids_of(db(), found)
    held = queries.of_streets(db(), streets)
    return page(
        "gezellige_wijk/committee.html", committee=found, states=STATE_WORDS, looks=STATE_LOOKS, held=held,
        kinds=regulations().types, request_states=REQUEST_WORDS, request_looks=REQUEST_LOOKS,
        photos=queries.photos_of_streets(db(), streets),
        speaks=committees.speaks(who, found), handles=committees.handles(who, found),
        offered={step.name for step in committees.LIFE.offered(found, to=who)}, press=PressForm(formdata=None),
    )  # fmt: skip


@bp.route("/gezellige-wijk/comite/<token>", methods=["GET", "POST"])
@allow(ANYONE)
def contact(token: str) -> Answer:
    """A contact by their own link: confirm, say that the committee still exists, agree to a change. One tap each."""
    who = committees.contact_of(db(), vault(), token)
    form = ContactForm(may_publish=who.may_publish)
    change = committees.change_of(db(), who)
    if form.validate_on_submit():
        if "leeft" in request.form:
            committee_years.still_active(db(), who.committee, now=now())
            flash(_("Bedankt. Jullie comité blijft in de lijst."))
        elif "akkoord" in request.form and change is not None:
            done = committees.agree(db(), change, who, now=now())
            if done:
                flash(_("De fakkel is doorgegeven."))
            if done and who.id == change.leaver_id:
                return see_other("committees.index")
        else:
            committees.confirm(db(), who, may_publish=form.may_publish.data, by=actor(), now=now())
            flash(_("Bedankt. Je bent contactpersoon."))
        return see_other("committees.contact", token=token)
    return page("gezellige_wijk/contact.html", form=form, who=who, change=change, token=token)


@bp.post(f"{PATH}/leeft")
@allow(SIGNED_IN)
def still_active(id: int) -> Answer:
    found = _readable(id)
    if not committees.speaks_or_handles(actor(), found):
        raise NotThere
    committee_years.still_active(db(), found, now=now())
    return see_other("committees.show", id=id)


@bp.route(f"{PATH}/doorgeven", methods=["GET", "POST"])
@allow(SIGNED_IN)
def hand_over(id: int) -> Answer:
    found, form = _readable(id), SuccessorForm()
    if not committees.speaks_or_handles(actor(), found):
        raise NotThere
    form.leaver.choices = [SelectChoice(each.id, each.name) for each in found.speakers]
    if form.validate_on_submit():
        leaver = next(each for each in found.speakers if each.id == form.leaver.data)
        person = Person(form["name"].data, form.email.data)
        if "@" not in form.email.data:
            form.blame("email", _("Vul een e-mailadres in, zoals naam@voorbeeld.be."))
        elif attempt(form, "email", lambda: committees.hand_over(
            db(), vault(), leaver, person, by=actor(), now=now()
        )):  # fmt: skip
            flash(_("Allebei krijgen ze een mail. Zodra ze ja zeggen, is het in orde."))
            return see_other("committees.show", id=id)
    return page("gezellige_wijk/hand_over.html", form=form, committee=found)


@bp.post(f"{PATH}/erkennen")
@allow(HANDLE_STREETS)
def recognise(id: int) -> Answer:
    committees.recognise(db(), _readable(id), by=actor(), now=now())
    return see_other("committees.show", id=id)


@bp.route(f"{PATH}/stoppen", methods=["GET", "POST"])
@allow(SIGNED_IN)
def stop(id: int) -> Answer:
    found, form = _readable(id), ReasonForm()
    if not committees.speaks_or_handles(actor(), found):
        raise NotThere
    if form.validate_on_submit() and attempt(
        form, "reason", lambda: committees.end(db(), found, by=actor(), now=now(), reason=form.reason.data or "")
    ):
        return see_other("committees.index")
    return page("gezellige_wijk/stop_committee.html", form=form, committee=found)


@bp.get("/beheer/comites")
@allow(HANDLE_STREETS)
def work() -> Answer:
    """Committees in my areas, those that wait for me first."""
    every = (CommitteeState.CONFIRMED, CommitteeState.PROPOSED, *committees.ALIVE)
    rows = committee_queries.listed(db(), states=every, area_ids=own_areas(actor()))
    rows.sort(key=lambda row: (every.index(row.state), row.name))
    return page("gezellige_wijk/committee_work.html", rows=rows, states=STATE_WORDS, looks=STATE_LOOKS)


@bp.route("/beheer/comites/bericht", methods=["GET", "POST"])
@allow(HANDLE_STREETS)
def letter() -> Answer:
    """One message to all committees of an area; each contact gets a mail of their own."""
    form, mine = LetterForm(), own_areas(actor())
    areas: list[Area] = [area for area in _areas(today()) if mine is None or area.id in mine]
    form.area.choices = [SelectChoice(area.id, area.name) for area in areas]
    counted: list[int] = []
    if form.validate_on_submit():
        area = next(area for area in areas if area.id == form.area.data)
        if attempt(form, "text", lambda: counted.append(committee_years.write_to_all(
            db(), area, subject=form.subject.data, text=form.text.data, by=actor()
        ))):  # fmt: skip
            flash(_("Je bericht gaat naar %(n)s mensen.", n=counted[0]))
            return see_other("committees.work")
    return page("gezellige_wijk/letter.html", form=form)


def _areas(on: date) -> list[Area]:
    return list(db().scalars(select(Area).where(Area.valid_until.is_(None) | (Area.valid_until > on))
                             .order_by(Area.partition_id, Area.name)))  # fmt: skip

"""What the green service keeps: the tree file, single places, the rules, the route of the crews, reports, drought."""

from datetime import date

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext as _

from spreekt.identity.permissions import KEEP_PITS, TEND_PITS
from spreekt.kernel.actor import Role
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.modules.boomspiegel import care, desk, mapping, places, queries, regulation, yearly
from spreekt.modules.boomspiegel.care_models import Concern, Moment, PitReport
from spreekt.modules.boomspiegel.filters import borough
from spreekt.modules.boomspiegel.staff_forms import DroughtForm, HandleForm, PlaceForm, RegulationForm, TreesForm
from spreekt.modules.boomspiegel.states import ADOPTIONS, PLACES, handles, has_role
from spreekt.modules.boomspiegel.tree_file import TreesFile, read_trees
from spreekt.modules.boomspiegel.tree_import import Tally, TooManyVanished, import_trees
from spreekt.modules.boomspiegel.views import today
from spreekt.modules.boomspiegel.words import CONCERN_WORDS, NUMBER_WORDS, PIT_LOOKS, PIT_WORDS, STATE_WORDS
from spreekt.territory.queries import current_areas
from spreekt.web.context import Answer, actor, city, db, now, page, see_other
from spreekt.web.listing import Entry, atom_answer, csv_answer, whole_number
from spreekt.web.once import every_time
from spreekt.web.rights import allow

bp = Blueprint("pit_keeping", __name__, url_prefix="/beheer/boomspiegels")
ID = "<int(max=2147483647):id>"
SHOWN_FAULTS = 200
WORKERS = (Role.SERVICE, Role.AREA_WORKER)


@bp.route("/bomen", methods=["GET", "POST"])
@allow(KEEP_PITS)
@every_time  # after a check the same file may be read in; the same file twice changes nothing
def trees() -> Answer:
    """A tree file to check or to read in: all of it or nothing, every fault by line."""
    form = TreesForm()
    found: TreesFile | None = None
    tally: Tally | None = None
    everywhere = any(grant.role is Role.SERVICE and grant.area_id is None for grant in actor().grants)
    if not everywhere:
        raise NotThere
    if form.validate_on_submit():
        found = read_trees(form.file.data.stream, box=city().map.box)
        if found.faults:
            form.blame("file", _("In dit bestand staan fouten. Verbeter ze en kies het opnieuw."))
        elif not form.only_check.data:
            try:
                with db().begin_nested():
                    tally = import_trees(
                        db(), found.entries, by=actor(), now=now(), vanishing_is_right=form.vanished.data
                    )
            except TooManyVanished as refusal:
                form.blame("vanished", refusal)
    return page("boomspiegel/staff/trees.html", form=form, found=found, tally=tally, shown=SHOWN_FAULTS)


@bp.route("/plekken/<code>", methods=["GET", "POST"])
@allow(KEEP_PITS)
def place(code: str) -> Answer:
    """One place: stand still, unsuitable, allowed again."""
    pit = queries.pit_of(db(), code) if len(code) <= 32 else None
    if pit is None or not has_role(actor(), pit, Role.SERVICE):
        raise NotThere
    form = PlaceForm()
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                places.decide(db(), pit, request.form.get("decision", ""), reason=form.reason.data or "",
                              until=form.until.data, by=actor(), today=today())  # fmt: skip
            flash(_("Bewaard. Wie het aangaat, krijgt een bericht."))
            return see_other("boomspiegels.show", code=pit.code)
        except DomainError as refusal:
            if refusal.status == 404:
                raise
            form.blame("until" if "dag" in refusal.says or "dag" in str(refusal) else "reason", refusal)
    offered = [step for step in PLACES.offered(pit, to=actor()) if step.name in places.STAFF_STEPS]
    return page(
        "boomspiegel/staff/place.html", pit=pit, form=form, held=queries.held_by(db(), pit.id), states=PIT_WORDS,
        looks=PIT_LOOKS, adoption_states=STATE_WORDS,
        offered=[{"label": _(step.label), "value": step.name, "kind": "danger" if step.is_grave else "ghost"}
                 for step in offered],
    )  # fmt: skip


@bp.get("/route")
@allow(TEND_PITS)
def route() -> Answer:
    """The list that mowing crews take along: which pits they leave alone. Prints on clean A4."""
    area_id = whole_number("gebied", default=0, least=0, most=2_147_483_647) or None
    reach = desk.areas_of(actor(), WORKERS)
    rows = desk.on_route(db(), area_id=area_id, area_ids=reach)
    return page("boomspiegel/staff/route.html", rows=rows, areas=_areas(), area_id=area_id, today=today())


@bp.get("/route.csv")
@allow(TEND_PITS)
def route_csv() -> Answer:
    area_id = whole_number("gebied", default=0, least=0, most=2_147_483_647) or None
    rows = desk.on_route(db(), area_id=area_id, area_ids=desk.areas_of(actor(), WORKERS))
    header = ("code", "adres", "soort", "vogelkastje", "lat", "lon", "x", "y")
    return csv_answer(
        "maairoute",
        header,
        (
            (row.adoptable.code, row.adoptable.place, row.adoptable.species, "ja" if row.nest_box_done_on else "nee",
             row.adoptable.latitude, row.adoptable.longitude,
             *mapping.lambert(row.adoptable.latitude, row.adoptable.longitude))
            for row in rows
        ),
    )  # fmt: skip


def _areas() -> list[tuple[int, str]]:
    """The areas residents know, as far as this member of staff works there."""
    reach = desk.areas_of(actor(), WORKERS)
    areas = current_areas(db(), borough(), on=today())
    return [(area.id, area.name) for area in areas if reach is None or area.id in reach]


@bp.route(f"/meldingen/{ID}", methods=["GET", "POST"])
@allow(TEND_PITS)
def report(id: int) -> Answer:
    """One report: look, answer, and if need be plan a visit."""
    said = queries.report_of(db(), id)
    if said is None or not handles(actor(), said):
        raise NotThere
    held = queries.held_by(db(), said.adoptable_id)
    may_visit = held is not None and any(step.name == "visit" for step in ADOPTIONS.offered(held, to=actor()))
    form = HandleForm()
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                care.handle(db(), said, form.answer.data, by=actor(), now=now())
                if held is not None and may_visit and request.form.get("decision") == "visit":
                    yearly.plan_visit(db(), held, by=actor(), today=today())
            return see_other("pit_desk.work", stapel="meldingen")
        except DomainError as refusal:
            if refusal.status == 404:
                raise
            form.blame("answer", refusal)
    photo = queries.photo_of(db(), report_id=said.id, moment=Moment.CONCERN)
    return page("boomspiegel/staff/report.html", said=said, form=form, photo=photo, held=held, may_visit=may_visit,
                concerns=CONCERN_WORDS, is_open=said.handled_on is None)  # fmt: skip


@bp.get("/correcties.csv")
@allow(TEND_PITS)
def corrections_csv() -> Answer:
    """What people say is wrong in the tree file, for the tree service."""
    header = ("id", "code", "adres", "soort", "wat_klopt_niet", "gemeld_op", "afgehandeld_op")
    return csv_answer(
        "correcties",
        header,
        (
            (one.id, one.adoptable.code, one.adoptable.place, one.adoptable.species, one.words,
             one.created_at.isoformat(timespec="seconds"), one.handled_on)
            for one in _corrections()
        ),
    )  # fmt: skip


@bp.get("/correcties.atom")
@allow(TEND_PITS)
def corrections_atom() -> Answer:
    entries = [
        Entry(url_for("pit_keeping.report", id=one.id, _external=True), f"{one.adoptable.code}, {one.adoptable.place}",
              one.words, one.created_at)
        for one in _corrections()
    ]  # fmt: skip
    where = url_for("pit_desk.work", _external=True)
    return atom_answer(f"Correcties op het bomenbestand – {city().brand}", where, entries, updated=now())


def _corrections() -> list[PitReport]:
    reach = desk.areas_of(actor(), WORKERS)
    return list(desk.reports(db(), area_ids=reach, concern=Concern.CORRECTION, is_open=False, limit=1000))


@bp.route("/droogte", methods=["GET", "POST"])
@allow(KEEP_PITS)
def drought() -> Answer:
    """Ask adopters of an area to give water."""
    everywhere = any(grant.role is Role.SERVICE and grant.area_id is None for grant in actor().grants)
    form = DroughtForm().offer(_areas(), everywhere=everywhere)
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                care.call_for_water(db(), area_id=form.area_id, words=form.words.data, by=actor(), now=now())
            flash(_("Je oproep is onderweg naar de adoptanten."))
            return see_other("pit_keeping.drought")
        except DomainError as refusal:
            if refusal.status == 404:
                raise
            form.blame("words", refusal)
    return page("boomspiegel/staff/drought.html", form=form, calls=queries.drought_calls(db()))


@bp.route("/reglement", methods=["GET", "POST"])
@allow(KEEP_PITS)
def rules() -> Answer:
    """A new version of the rules; adoptions keep the version that they accepted."""
    everywhere = any(grant.role is Role.SERVICE and grant.area_id is None for grant in actor().grants)
    if not everywhere:
        raise NotThere
    found = regulation.versions(db(), "boomspiegel")
    form = RegulationForm()
    if request.method == "GET" and found:
        form.show(found[0], today=_after(found[0].valid_from))
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                regulation.new_version(
                    db(), "boomspiegel", numbers=form.numbers, residents_only=form.residents_only.data,
                    rules=form.lines, valid_from=form.valid_from.data, source=form.source.data,
                    decision_url=form.decision_url.data or "", by=actor(), today=today(),
                )  # fmt: skip
            flash(_("De nieuwe versie is bewaard."))
            return see_other("pit_keeping.rules")
        except DomainError as refusal:
            form.blame("valid_from" if "dag" in str(refusal) or "ingaan" in str(refusal) else "rules", refusal)
    return page("boomspiegel/staff/rules.html", form=form, versions=found, numbers=NUMBER_WORDS)


def _after(day: date) -> date:
    return max(today(), day)

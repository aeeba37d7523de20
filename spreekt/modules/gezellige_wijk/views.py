"""What anybody reads: the door of Gezellige Wijk, what is asked and granted, one case. Writing has its own file."""

from datetime import timedelta

from flask import Blueprint, url_for

from spreekt.identity.permissions import ANYONE
from spreekt.modules.gezellige_wijk import queries
from spreekt.modules.gezellige_wijk.at_hand import is_inside, readable, regulations, today
from spreekt.modules.gezellige_wijk.case_page import case_page
from spreekt.modules.gezellige_wijk.filters import filters_of_request, kept_of
from spreekt.modules.gezellige_wijk.models import PUBLIC, RequestState
from spreekt.modules.gezellige_wijk.words import terms_of
from spreekt.modules.gezellige_wijk.workflow import STATE_LOOKS, STATE_WORDS
from spreekt.territory.queries import current_areas
from spreekt.web.cache import public
from spreekt.web.context import Answer, actor, city, db, now, page
from spreekt.web.listing import (
    MAX_EXPORT,
    PER_PAGE,
    Entry,
    Page,
    atom_answer,
    csv_answer,
    geojson_answer,
    whole_number,
)
from spreekt.web.rights import allow

bp = Blueprint("gezellige_wijk", __name__, url_prefix="/gezellige-wijk")
SOON_DAYS = 60
ON_DOOR = 6
CSV_HEADER = ("id", "soort", "titel", "plaats", "deelgemeente", "eerste_dag", "laatste_dag", "status", "adres")


def boroughs() -> list[tuple[str, str]]:
    """The areas that residents choose from: code and name."""
    return [(area.code, area.name) for area in current_areas(db(), city().partitions[0].code, on=today())]


@bp.get("")
@allow(ANYONE)
def index() -> Answer:
    """The door: what can be asked, what happens soon, and what is mine."""
    who = actor()
    soon = queries.calendar(db(), today(), today() + timedelta(days=SOON_DAYS), limit=40)
    first = {entry.request.id: entry for entry in reversed(soon)}
    mine = queries.of_account(db(), who.id)[:ON_DOOR] if who.id is not None else ()
    return page(
        "gezellige_wijk/index.html", kinds=regulations().types, soon=sorted(first.values(), key=_when)[:ON_DOOR],
        mine=mine, states=STATE_WORDS, looks=STATE_LOOKS,
    )  # fmt: skip


def _when(entry: queries.Entry) -> tuple[object, ...]:
    return entry.day.on_day, entry.day.starts_at, entry.request.id


@bp.get("/aanvragen")
@allow(ANYONE)
@public
def requests() -> Answer:
    filters, number = filters_of_request(), whole_number("pagina")
    rows = queries.public_requests(db(), filters, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    return page(
        "gezellige_wijk/requests.html", listing=Page(rows, queries.count_public(db(), filters), number),
        filters=filters, kept=kept_of(filters), areas=boroughs(), kinds=regulations().types, states=STATE_WORDS,
        looks=STATE_LOOKS, choices=[(state.value, STATE_WORDS[state]) for state in RequestState if state in PUBLIC],
    )  # fmt: skip


@bp.get("/aanvragen.csv")
@allow(ANYONE)
@public
def as_csv() -> Answer:
    kinds = regulations().types
    return csv_answer(
        "gezellige-wijk",
        CSV_HEADER,
        (
            (row.id, kinds[row.type_code].name, row.title, row.place, "; ".join(area.name for area in row.areas),
             row.first_on, row.last_on, STATE_WORDS[row.state],
             url_for("gezellige_wijk.show", id=row.id, _external=True))
            for row in queries.public_requests(db(), filters_of_request(), limit=MAX_EXPORT)
        ),
    )  # fmt: skip


@bp.get("/aanvragen.atom")
@allow(ANYONE)
@public
def as_atom() -> Answer:
    entries = [
        Entry(url_for("gezellige_wijk.show", id=row.id, _external=True), row.title, row.place,
              row.submitted_at or row.created_at)
        for row in queries.public_requests(db(), filters_of_request(), limit=50)
    ]  # fmt: skip
    where = url_for("gezellige_wijk.requests", _external=True, **kept_of(filters_of_request()))
    return atom_answer(f"Gezellige Wijk – {city().brand}", where, entries, updated=now())


@bp.get("/aanvragen.geojson")
@allow(ANYONE)
@public
def as_geojson() -> Answer:
    return geojson_answer(
        (
            (row.latitude, row.longitude),
            {"id": row.id, "title": row.title, "text": row.place, "status": row.state.value,
             "url": url_for("gezellige_wijk.show", id=row.id)},
        )
        for row in queries.public_requests(db(), filters_of_request(), limit=2000)
        if row.latitude is not None and row.longitude is not None
    )  # fmt: skip


@bp.get("/aanvragen/<int(max=2147483647):id>")
@allow(ANYONE)
def show(id: int) -> Answer:
    """One case: all of it for who it concerns, what is public of it for everybody else."""
    asked = readable(id)
    return case_page(asked, inside=is_inside(actor(), asked))


@bp.get("/regels")
@allow(ANYONE)
@public
def rules() -> Answer:
    """What the city asks for each kind, where that comes from, and how others do it."""
    found = regulations()
    own = [(kind, found.in_force(kind.code, today())) for kind in found.types.values()]
    return page("gezellige_wijk/rules.html", own=own, terms_of=terms_of, home=found.home,
                presets=found.presets("speelstraat"))  # fmt: skip

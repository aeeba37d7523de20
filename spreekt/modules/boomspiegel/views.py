"""Finding a tree pit: list, files, feed, map, numbers, plants, rules and the page of one pit."""

import json
from datetime import date

from flask import Blueprint, Response, url_for

from spreekt.identity.permissions import ANYONE
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import NotThere
from spreekt.modules.boomspiegel import lists, mapping, plants, queries, regulation
from spreekt.modules.boomspiegel.filters import (
    borough,
    box_of_request,
    filters_of_request,
    near_of_request,
    query_string,
)
from spreekt.modules.boomspiegel.forms import PressForm, about
from spreekt.modules.boomspiegel.models import PitState
from spreekt.modules.boomspiegel.states import PLACES
from spreekt.modules.boomspiegel.words import LIGHT_WORDS, PIT_LOOKS, PIT_WORDS, STATE_LOOKS, STATE_WORDS
from spreekt.web.cache import public, same_for_everybody
from spreekt.web.context import Answer, actor, city, db, now, page
from spreekt.web.listing import MAX_EXPORT, PER_PAGE, Entry, Page, atom_answer, csv_answer, whole_number
from spreekt.web.rights import allow

bp = Blueprint("boomspiegels", __name__)
HERE = "/boomspiegels"
IN_FEED = 50
GEOJSON = "application/geo+json"
CSV_HEADER = ("code", "adres", "deelgemeente", "soort", "latijn", "lengte_cm", "breedte_cm", "licht", "status", "reden",
              "tot", "lat", "lon", "x", "y")  # fmt: skip


def today() -> date:
    return now().astimezone(BRUSSELS).date()


@bp.get(HERE)
@allow(ANYONE)
@public
def index() -> Answer:
    filters, typed = near_of_request(filters_of_request())
    number = whole_number("pagina")
    items = lists.listed(db(), filters, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    return page(
        "boomspiegel/index.html", listing=Page(items, lists.count(db(), filters), number), filters=filters,
        typed=typed, areas=lists.boroughs(db(), borough(), on=today()), states=PIT_WORDS, looks=PIT_LOOKS,
        lights=LIGHT_WORDS, kept=query_string(),
    )  # fmt: skip


@bp.get(f"{HERE}.csv")
@allow(ANYONE)
@public
def as_csv() -> Answer:
    rows = lists.listed(db(), near_of_request(filters_of_request())[0], limit=MAX_EXPORT)
    return csv_answer(
        "boomspiegels",
        CSV_HEADER,
        (
            (row.code, row.place, row.areas, row.species, row.species_latin, row.length_cm, row.width_cm, row.light,
             row.state, row.state_reason, row.paused_until, row.latitude, row.longitude,
             *mapping.lambert(row.latitude, row.longitude))
            for row in rows
        ),
    )  # fmt: skip


@bp.get(f"{HERE}.atom")
@allow(ANYONE)
@public
def as_atom() -> Answer:
    entries = [
        Entry(url_for("boomspiegels.show", code=row.code, _external=True), f"{row.place}: {row.species}",
              str(PIT_WORDS[row.state]), row.changed_at)
        for row in lists.newest(db(), near_of_request(filters_of_request())[0], limit=IN_FEED)
    ]  # fmt: skip
    where = url_for("boomspiegels.index", _external=True, **query_string())
    return atom_answer(f"Boomspiegels – {city().brand}", where, entries, updated=now())


@bp.get(f"{HERE}.geojson")
@allow(ANYONE)
@public
def as_geojson() -> Answer:
    filters = near_of_request(filters_of_request())[0]
    return Response(mapping.all_features(db(), filters, limit=MAX_EXPORT), mimetype=GEOJSON)


@bp.get(f"{HERE}/kaart.geojson")
@allow(ANYONE)
@public
def for_map() -> Answer:
    """What lies in one part of the map: pits, or heaps of them where they are many."""
    return Response(same_for_everybody(_in_view), mimetype=GEOJSON)


def _in_view() -> str:
    """The map data of this address, of which nothing depends on who looks."""
    filters = near_of_request(filters_of_request())[0]
    said = {state: str(words) for state, words in PIT_WORDS.items()}
    return json.dumps(mapping.on_the_map(db(), filters, box_of_request(), said))


@bp.get(f"{HERE}/cijfers")
@allow(ANYONE)
@public
def numbers() -> Answer:
    areas = queries.numbers_by_area(db(), borough())
    return page("boomspiegel/numbers.html", areas=areas, species=queries.adopted_species(db()))


@bp.get(f"{HERE}/cijfers.csv")
@allow(ANYONE)
@public
def numbers_csv() -> Answer:
    header = ("deelgemeente", "boomspiegels", "vrij", "geadopteerd", "liter_water")
    rows = ((row.name, row.pits, row.free, row.adopted, row.litres) for row in queries.numbers_by_area(db(), borough()))
    return csv_answer("boomspiegels-cijfers", header, rows)


@bp.get(f"{HERE}/planten")
@allow(ANYONE)
@public
def plant_list() -> Answer:
    allowed = [(plant, about(plant)) for plant in plants.allowed().values()]
    return page("boomspiegel/plants.html", allowed=allowed, forbidden=plants.forbidden().values())


@bp.get(f"{HERE}/planten.csv")
@allow(ANYONE)
@public
def plants_csv() -> Answer:
    header = ("naam", "latijn", "synoniemen", "mag", "hoogte_cm", "licht", "inheems", "eetbaar", "reden", "bron")
    fine = [
        (one.name, one.latin, ", ".join(one.synonyms), one.verdict, one.height_cm, " ".join(sorted(one.light)),
         "ja" if one.is_native else "nee", "ja" if one.is_edible else "nee", "", one.source)
        for one in plants.allowed().values()
    ]  # fmt: skip
    banned = [
        (one.name, one.latin, ", ".join(one.synonyms), "mag niet", "", "", "", "", one.reason, one.source)
        for one in plants.forbidden().values()
    ]
    return csv_answer("planten", header, [*fine, *banned])


@bp.get(f"{HERE}/reglement")
@allow(ANYONE)
@public
def rules() -> Answer:
    found = regulation.versions(db(), "boomspiegel")
    return page("boomspiegel/rules.html", versions=found, today=today())


@bp.get(f"{HERE}/<code>")
@allow(ANYONE)
@public
def show(code: str) -> Answer:
    """The page of one pit; a first name is all it tells of who adopted it, and only when they chose so."""
    pit = queries.pit_of(db(), code) if len(code) <= 32 else None
    if pit is None:
        raise NotThere
    held = regulation.versions(db(), pit.kind)
    in_force = next((one for one in held if one.valid_from <= today()), None)
    return page(
        "boomspiegel/show.html", pit=pit, found=queries.pit_page(db(), pit, reader_id=actor().id), rules=in_force,
        limit=regulation.height_limit(in_force, pit) if in_force else None, states=PIT_WORDS, looks=PIT_LOOKS,
        lights=LIGHT_WORDS, my_states=STATE_WORDS, my_looks=STATE_LOOKS, is_gone=pit.state == PitState.REMOVED,
        offered=PLACES.offered(pit, to=actor()) if actor().is_staff else (),
        press=PressForm(formdata=None) if actor().is_signed_in else None,
    )  # fmt: skip

"""Areas and streets: imported whole, ended by date, found by the beginning of a word, shown without JavaScript."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from spreekt.kernel.actor import SYSTEM, Role
from spreekt.kernel.city import read_city
from spreekt.kernel.places import Point
from spreekt.territory import queries
from spreekt.territory.models import Area, Street
from spreekt.territory.territory_import import import_territory, read_territory
from tests.builders import a_moderator, a_street, an_area, staff

ROOT = Path(__file__).resolve().parent.parent.parent
TODAY = date(2026, 11, 23)


@pytest.fixture
def files():
    return read_territory(read_city(ROOT / "city.toml"), on=TODAY)


@pytest.fixture
def territory(db, files):
    tally = import_territory(db, files, by=SYSTEM, on=TODAY)
    db.commit()
    return tally


def test_the_citys_own_files_are_sound(files):
    assert files.faults == ()


def test_importing_twice_changes_nothing(db, files, territory):
    again = import_territory(db, files, by=SYSTEM, on=TODAY)

    assert (again.new_areas, again.ended_areas, again.new_streets, again.hidden_streets) == (0, 0, 0, 0)
    assert (again.kept_areas, again.kept_streets) == (territory.new_areas, territory.new_streets)


def test_an_area_that_left_its_file_ends_on_the_day_and_stays(db, files, territory):
    (first, entries), *others = files.areas
    fewer = tuple(entry for entry in entries if entry.code != "kooigem")
    streets = tuple(street for street in files.streets if street.area != "Kooigem")

    import_territory(db, replace(files, areas=((first, fewer), *others), streets=streets), by=SYSTEM, on=TODAY)

    kooigem = db.scalars(select(Area).where(Area.code == "kooigem", Area.valid_from == entries[0].valid_from)).one()
    assert kooigem.valid_until == TODAY
    assert "Kooigem" not in [area.name for area in queries.current_areas(db, "deelgemeente", on=TODAY)]
    assert not queries.streets_matching(db, "kooigemplaats")


def test_a_point_lies_in_areas_of_several_partitions(db, territory):
    found = queries.areas_of_point(db, Point(50.8279, 3.2649), on=TODAY)

    assert {area.partition.code for area in found} >= {"deelgemeente", "gebied"}


def test_faulty_files_are_refused_by_file_and_number(tmp_path):
    city = read_city(ROOT / "city.toml")
    broken = tmp_path / "areas.geojson"
    collection = json.loads(city.partitions[0].file.read_text("utf-8"))
    del collection["features"][1]["properties"]["name"]
    broken.write_text(json.dumps(collection), "utf-8")
    partitions = (replace(city.partitions[0], file=broken), *city.partitions[1:])

    found = read_territory(replace(city, partitions=partitions), on=TODAY)

    assert [(fault.file, fault.number) for fault in found.faults] == [("areas.geojson", 2)]


@pytest.mark.parametrize("typed", ["sint-de", "SINT DENIJSE", "denijs", "  Sínt  Dén "])
def test_a_street_is_found_by_the_beginning_of_a_word_whatever_the_accents(db, typed):
    a_street("Sint-Denijsestraat", area=an_area("Kortrijk"))
    street = db.scalars(select(Street)).one()
    street.search_key = queries.search_key(street.name)

    assert [found.name for found in queries.streets_matching(db, typed)] == ["Sint-Denijsestraat"]


@pytest.mark.parametrize("typed", ["", "s", "%", "_____", "traat", "'; --"])
def test_too_little_or_something_else_finds_nothing(db, typed):
    a_street("Sint-Denijsestraat")

    assert not queries.streets_matching(db, typed)


def test_area_workers_follow_from_their_area(db):
    heule, marke = an_area("Heule"), an_area("Marke")
    worker = staff(Role.AREA_WORKER, area=heule)

    assert queries.area_workers(db, [heule.id, marke.id]) == {heule.id: [worker]}


def test_the_public_page_says_that_the_map_is_schematic(pages, territory):
    page = pages.get("/gebieden?partitie=wijk")

    assert "schematisch" in page
    assert "Overleie" in page
    collection = pages.raw("/gebieden.geojson?partitie=wijk").get_json(force=True)
    assert len(collection["features"]) == page.html.count('class="area-shape ')
    pages.get("/gebieden?partitie=nergens", status=404)


def test_a_city_without_areas_says_so(pages):
    assert "nog geen gebieden" in pages.get("/gebieden")


def test_the_street_picker_leads_back_to_the_form_it_came_from(pages, db, territory):
    page = pages.get("/adres?q=overlei&naar=/voorstellen/nieuw")

    street = db.scalars(select(Street).where(Street.name == "Overleiestraat")).one()
    assert page.links()["Overleiestraat"] == f"/voorstellen/nieuw?straat={street.id}"
    assert "Geen straat gevonden" in pages.get("/adres?q=zzz")


@pytest.mark.parametrize("elsewhere", ["//e.example", "https://e.example", "/\\e", "/%09/e", "javascript:1", "/a?b=c"])
def test_the_street_picker_never_leads_elsewhere(pages, elsewhere):
    answer = pages.raw("/adres", query_string={"q": "", "naar": elsewhere})

    assert answer.status_code in {200, 400}
    assert 'href="//' not in answer.text
    assert "e.example" not in answer.text


def test_administrators_see_areas_and_who_works_there(pages, territory, db):
    heule = queries.current_areas(db, "gebied", on=TODAY)[5]
    staff(Role.AREA_WORKER, area=heule, name="Lena Werkt")

    assert "Lena Werkt" in pages.as_(staff(Role.ADMIN)).get("/beheer/gebieden")
    pages.as_(a_moderator()).get("/beheer/gebieden", status=404)

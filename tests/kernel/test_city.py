"""The city file: what it gives, and that each slip of the pen is told by name. The files of Kortrijk are sound."""

import itertools
from pathlib import Path

import pytest

from spreekt.kernel.city import CityFault, read_city
from spreekt.kernel.places import Point
from spreekt.kernel.regulations import Door, VoteMethod
from spreekt.territory.address_files import read_addresses
from spreekt.territory.area_files import read_areas

ROOT = Path(__file__).resolve().parents[2]
CITY_FILE = ROOT / "city.toml"


@pytest.fixture(scope="module")
def kortrijk():
    return read_city(CITY_FILE)


@pytest.fixture(scope="module")
def areas(kortrijk):
    found = {}
    for partition in kortrijk.partitions:
        outcome = read_areas(partition.file.read_bytes(), box=kortrijk.map.box)
        assert outcome.faults == ()
        found[partition.code] = outcome.areas
    return found


def a_city_file(folder: Path, old: str = "", new: str = "") -> Path:
    text = CITY_FILE.read_text("utf-8").replace('"city/', f'"{ROOT}/city/')
    assert old in text
    path = folder / "city.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


def test_the_city_tells_its_names_and_numbers(kortrijk):
    assert (kortrijk.name, kortrijk.brand, kortrijk.nis_code) == ("Kortrijk", "Kortrijk Spreekt", "34022")
    assert (kortrijk.help_line, kortrijk.contact.phone) == ("1777", "056 27 70 00")
    assert kortrijk.contact.mail.endswith(".example")
    assert (kortrijk.own_proposals.support_threshold, kortrijk.own_proposals.answer_days) == (50, 30)


def test_a_referendum_begins_with_the_numbers_of_2019(kortrijk):
    preset = kortrijk.referendum_preset

    assert (preset.minimum_age, preset.minimum_votes, preset.minimum_margin) == (16, 2_000, "2.5")
    assert preset.doors == (Door.WEB, Door.KIOSK)
    assert not preset.may_revote
    assert "1 juli 2019" in preset.source.told_by


def test_both_editions_of_the_budget_are_there(kortrijk):
    first, second = kortrijk.budget_preset("editie-1"), kortrijk.budget_preset("editie-2")

    assert (first.vote_method, first.basket_cents, first.buyers_least) == (VoteMethod.BASKET, 10_000_000, 50)
    assert (second.vote_method, second.coins, second.top) == (VoteMethod.COINS, 5, 15)
    assert (first.jury_size, second.jury_size) == (8, 16)
    assert first.source.told_by
    assert first.source.decision is None


def test_every_help_point_lies_in_a_deelgemeente_and_each_has_one(kortrijk, areas):
    assert {point.area for point in kortrijk.help_points} == {area.code for area in areas["deelgemeente"]}
    assert all(point.hours and point.hours_are_example for point in kortrijk.help_points)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "Kortrijk"', "", "name: is missing"),
        ('name = "Kortrijk"', 'name = "  "', "name: "),
        ('name = "Kortrijk"', "name = 7", "name: must be of type str, not int"),
        ('name = "Kortrijk"', 'naam = "x"\nname = "Kortrijk"', "naam: is not a setting"),
        ('name = "Kortrijk"', "name = Kortrijk", "line 3"),
        ('"34022"', '"3402"', "nis_code"),
        ('streets_file = "', 'streets_file = "/nergens', "streets_file: there is no file"),
        ("spreekt@kortrijk.example", "spreekt", "contact.mail"),
        ("#24469C", "blauw", "look.action_colour"),
        ("south = 50.70", "south = nan", "grenzen"),
        ("south = 50.70", 'south = "50"', "map.box.south: must be of type float"),
        ("latitude = 50.8279", "latitude = 0", "map.centre: lies outside the box"),
        ("zoom = 12", "zoom = 0", "map.zoom: must be at least 1"),
        ('code = "gebied"', 'code = "deelgemeente"', "partitions: a code is used twice"),
        ('code = "gebied"', 'code = "Gebied"', "partitions[2].code"),
        ("hours_are_example = true", 'hours_are_example = "ja"', "help_points[1].hours_are_example"),
        ('hours = ["maandag', 'hours = [7, "maandag', "help_points[1].hours"),
        ('minimum_margin = "2.5"', 'minimum_margin = "2,5"', "regulations.referendum.minimum_margin"),
        ('second_check = "geboortedatum"', 'second_check = "naam"', "is not one of: geboortedatum, aanmelding"),
        ('doors = ["web", "kiosk"]', 'doors = ["web", "bus"]', "is not one of: web, kiosk, papier"),
        ('doors = ["web", "kiosk"]', 'doors = ["kiosk"]', "web is always one of them"),
        ("support_threshold = 50", "support_threshold = 0", "regulations.own_proposals.support_threshold"),
        ("answer_days = 30", "answer_days = true", "must be of type int, not bool"),
        ("valid_from = 2026-01-01", "valid_from = 2026-01-01T00:00:00", "must be a day"),
        ('vote_method = "basket"', 'vote_method = "mandje"', "is not one of: basket, coins"),
        ("basket_cents = 10_000_000\n", "", "basket_cents: belongs to the method basket"),
        ("coins = 5\n", "", "coins: belongs to the method coins"),
        ("jury_size = 16\n", "jury_size = 0\n", "winners_most: belongs to an edition with a jury"),
        ('jury_formation = "appointed"', 'jury_formation = "gekozen"', "is not one of: drawn, appointed"),
        ('jury_formation = "appointed"', 'jury_formation = "appointed"\njury_reserves = 2', "members and no reserves"),
        ("votes_from = 2022-03-01", "votes_from = 2022-02-01", "proposals come before votes"),
        ("[[themes]]", "[themes]", "city.toml"),
    ],
)
def test_each_slip_of_the_pen_is_told_by_file_and_setting(tmp_path, old, new, told):
    path = a_city_file(tmp_path, old, new)

    with pytest.raises(CityFault) as caught:
        read_city(path)

    assert told in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_city_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CityFault, match="SPREEKT_CITY_FILE"):
        read_city(tmp_path / "city.toml")


def test_an_unknown_edition_is_no_edition(kortrijk):
    with pytest.raises(KeyError):
        kortrijk.budget_preset("editie-9")


def test_the_city_has_its_eight_deelgemeenten_and_fourteen_gebieden(areas):
    assert sum(area.inhabitants for area in areas["deelgemeente"]) == 81_045
    assert [len(areas[code]) for code in ("deelgemeente", "gebied")] == [8, 14]
    assert all(area.schematic for partition in areas.values() for area in partition)


@pytest.mark.parametrize(
    ("code", "latitude", "longitude"),
    [
        ("kortrijk", 50.8279, 3.2649),
        ("heule", 50.838, 3.236),
        ("marke", 50.808, 3.232),
        ("bissegem", 50.826, 3.223),
        ("bellegem", 50.778, 3.278),
        ("aalbeke", 50.777, 3.226),
        ("rollegem", 50.765, 3.262),
        ("kooigem", 50.736, 3.336),
    ],
)
def test_each_deelgemeente_holds_its_own_centre_and_no_other_does(areas, code, latitude, longitude):
    centre = Point(latitude, longitude)

    assert [area.code for area in areas["deelgemeente"] if area.outline.holds(centre)] == [code]


@pytest.mark.parametrize("partition", ["deelgemeente", "gebied"])
def test_a_partition_covers_the_city_without_overlap(kortrijk, areas, partition):
    box = kortrijk.map.box
    other = areas["deelgemeente" if partition == "gebied" else "gebied"]
    step = 0.0031
    for up, over in itertools.product(range(65), range(80)):
        point = Point(box.south + up * step, box.west + over * step)
        inside = sum(area.outline.holds(point) for area in areas[partition])
        assert inside <= 1
        assert inside == sum(area.outline.holds(point) for area in other)


def test_areas_say_truly_in_which_others_they_lie(areas):
    deelgemeenten, gebieden = ({area.code for area in areas[code]} for code in ("deelgemeente", "gebied"))

    assert all(area.within and set(area.within) <= deelgemeenten for area in areas["gebied"])
    assert all(area.within and set(area.within) <= gebieden for area in areas["wijk"])
    assert any(len(area.within) > 1 for area in areas["wijk"])


def test_every_street_lies_in_its_deelgemeente(kortrijk, areas):
    outlines = {area.name: area.outline for area in areas["deelgemeente"]}
    with kortrijk.streets_file.open("rb") as stream:
        outcome = read_addresses(stream, areas=outlines, box=kortrijk.map.box)

    assert outcome.faults == ()
    assert {entry.area for entry in outcome.entries} == set(outlines)
    assert all(entry.point and outlines[entry.area].holds(entry.point) for entry in outcome.entries)

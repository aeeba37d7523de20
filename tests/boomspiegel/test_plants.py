"""The plant list and what is forbidden: complete, sourced, and found in whatever words people use."""

import pytest

from spreekt.modules.boomspiegel.models import Light
from spreekt.modules.boomspiegel.plants import Verdict, allowed, forbidden, forbidden_in


def test_at_least_sixty_plants_are_forbidden_each_with_reason_and_source() -> None:
    assert len(forbidden()) >= 60
    assert all(plant.name and plant.latin and plant.reason and plant.source for plant in forbidden().values())


def test_every_plant_of_the_list_says_what_staff_need() -> None:
    assert len(allowed()) >= 40
    for plant in allowed().values():
        assert all((plant.latin, plant.light, plant.source))
        assert 5 <= plant.height_cm <= 60


def test_mildly_poisonous_bulbs_are_looked_at_twice() -> None:
    poisonous = {plant.name for plant in allowed().values() if plant.poison != "nee"}

    assert {"Sneeuwklokje", "Kleine maagdenpalm"} <= poisonous
    assert all(allowed()[code].verdict is Verdict.LOOK for code in ("sneeuwklokje", "maagdenpalm"))


def test_no_plant_is_allowed_and_forbidden_at_once() -> None:
    assert not set(allowed()) & set(forbidden())
    for plant in allowed().values():
        assert forbidden_in(f"{plant.name}, {plant.latin}, {', '.join(plant.synonyms)}") == []


def test_each_light_has_plants() -> None:
    for light in Light:
        assert sum(plant.likes(light) for plant in allowed().values()) >= 10


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("klimop", ["Klimop"]),
        ("KLIMOP!", ["Klimop"]),
        ("wat hedera helix en Digitalis", ["Klimop", "Vingerhoedskruid"]),
        ("rode rozen", ["Roos"]),
        ("een rozenstruikje? nee, rozenstruiken", ["Roos"]),
        ("bramen", ["Braam"]),
        ("lelietjes van dalen", ["Lelietje-van-dalen"]),
        ("Fallopia japonica", ["Japanse duizendknoop"]),
        ("bamboes en clematissen", ["Bamboe", "Bosrank"]),
        ("een kerstroos", ["Kerstroos"]),
        ("azaléa", ["Rododendron"]),
        ("lavendel, tijm en bieslook", []),
        ("een rooster in de grond", []),
        ("", []),
    ],
)
def test_forbidden_plants_are_found_in_dutch_and_latin_and_nothing_else_is(text: str, names: list[str]) -> None:
    assert [plant.name for plant in forbidden_in(text)] == names

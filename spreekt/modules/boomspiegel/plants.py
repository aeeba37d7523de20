"""The plants that fit a tree pit and those that are forbidden, from the files in presets/."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from spreekt.kernel.errors import N_, Invalid
from spreekt.modules.boomspiegel.models import Light
from spreekt.territory.queries import search_key

PRESETS: Final = Path(__file__).parent / "presets"


class Verdict(StrEnum):
    """Whether staff should look twice: some bulbs are mildly poisonous, and the rule bans poisonous plants."""

    FINE = "mag"
    LOOK = "na te kijken"


class ForbiddenPlant(Invalid):
    """A plant was chosen that may not stand here; the argument is its name."""

    says = N_("{0} mag niet in een boomspiegel. Kies een andere plant van de lijst.")


class TooHigh(Invalid):
    """Arguments: name of the plant, its height and the limit of this place in cm."""

    says = N_("{0} wordt {1} cm hoog. Hier mag hoogstens {2} cm. Kies een lagere plant.")


@dataclass(frozen=True, slots=True)
class Plant:
    """One plant of the list; `light` is where it does well."""

    code: str
    name: str
    latin: str
    synonyms: tuple[str, ...]
    height_cm: int
    light: frozenset[Light]
    form: str
    is_native: bool
    is_edible: bool
    poison: str
    verdict: Verdict
    source: str

    def likes(self, light: Light) -> bool:
        return light in self.light


@dataclass(frozen=True, slots=True)
class Forbidden:
    """One plant that may not be planted, with everything people call it."""

    code: str
    name: str
    latin: str
    synonyms: tuple[str, ...]
    reason: str
    source: str

    @property
    def all_names(self) -> tuple[str, ...]:
        return (self.name, self.latin, *self.synonyms)


@cache
def allowed() -> dict[str, Plant]:
    """The plant list by code, in the order of names."""
    found = [
        Plant(
            code=row["code"], name=row["naam"], latin=row["latijn"], synonyms=_several(row["synoniemen"]),
            height_cm=int(row["hoogte_cm"]), light=frozenset(Light(word) for word in row["licht"].split()),
            form=row["soort"], is_native=row["inheems"] == "ja", is_edible=row["eetbaar"] == "ja",
            poison=row["giftig"], verdict=Verdict(row["oordeel"]), source=row["bron"],
        )
        for row in _rows("plants.csv")
    ]  # fmt: skip
    return {plant.code: plant for plant in sorted(found, key=lambda plant: search_key(plant.name))}


@cache
def forbidden() -> dict[str, Forbidden]:
    """What may not be planted by code, in the order of names."""
    found = [
        Forbidden(row["code"], row["naam"], row["latijn"], _several(row["synoniemen"]), row["reden"], row["bron"])
        for row in _rows("forbidden_plants.csv")
    ]
    return {plant.code: plant for plant in sorted(found, key=lambda plant: search_key(plant.name))}


def forbidden_in(text: str) -> list[Forbidden]:
    """Forbidden plants named in a text, in Dutch or Latin, whatever capitals and accents; each once, by name.

    The longest name wins: "rode kerstroos" is a hellebore and not a rose.
    """
    left = f" {search_key(text)} "
    hit: set[str] = set()
    for name, code in _names():
        pattern = rf"(?<= ){re.escape(name)}(?:s|en|n|je|jes|struik|struiken|plant|planten)?(?= )"
        left, times = re.subn(pattern, "", left)
        if times and code:
            hit.add(code)
    return [plant for plant in forbidden().values() if plant.code in hit]


def chosen(codes: list[str], *, height_most_cm: int) -> list[Plant]:
    """The plants of these codes, without doubles. Raises ForbiddenPlant, TooHigh, or Invalid for one nobody knows."""
    found = []
    for code in dict.fromkeys(codes):
        plant = allowed().get(code)
        if plant is None:
            banned = forbidden().get(code)
            if banned is not None:
                raise ForbiddenPlant(banned.name)
            raise Invalid(
                N_("Kies planten van de lijst. Staat je plant er niet bij? Beschrijf ze in je eigen woorden.")
            )
        if plant.height_cm > height_most_cm:
            raise TooHigh(plant.name, plant.height_cm, height_most_cm)
        found.append(plant)
    return found


@cache
def _names() -> tuple[tuple[str, str], ...]:
    """Every name as it is searched with its code; longest first, names of allowed plants among them with no code."""
    pairs = {search_key(name): plant.code for plant in forbidden().values() for name in plant.all_names}
    for plant in allowed().values():
        for name in (plant.name, plant.latin, *plant.synonyms):
            pairs.setdefault(search_key(name), "")
    return tuple(sorted(pairs.items(), key=lambda pair: (-len(pair[0]), pair[0])))


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _rows(name: str) -> list[dict[str, str]]:
    with (PRESETS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))

"""What differs per city, read from city.toml into frozen values; the areas and streets themselves are not here."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from spreekt.kernel.places import Box, PlaceRefused, Point
from spreekt.kernel.regulations import (
    BudgetPreset,
    OwnProposals,
    ReferendumPreset,
    read_budget_preset,
    read_own_proposals,
    read_referendum_preset,
)
from spreekt.kernel.settings_file import CODE, SettingsFault, Table

_COLOUR = r"#[0-9A-Fa-f]{6}"
_MAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"


class CityFault(ValueError):
    """The city file cannot be used. The message names the file and the setting, in English."""


@dataclass(frozen=True, slots=True)
class Contact:
    help_line: str
    phone: str
    mail: str


@dataclass(frozen=True, slots=True)
class Look:
    """`logo` is a path below static/, or None for the platform's own speech bubble."""

    logo: str | None
    action_colour: str
    true_colour: str
    paper_colour: str
    ink_colour: str


@dataclass(frozen=True, slots=True)
class Map:
    """Everything on the map lies in `box`; `centre` and `zoom` are how it opens."""

    box: Box
    centre: Point
    zoom: int


@dataclass(frozen=True, slots=True)
class Partition:
    """One way to divide the city, and the GeoJSON file with its areas."""

    code: str
    name: str
    file: Path


@dataclass(frozen=True, slots=True)
class HelpPoint:
    """Where people help in person. `area` is a code of the first partition."""

    name: str
    address: str
    area: str
    hours: tuple[str, ...]
    hours_are_example: bool


@dataclass(frozen=True, slots=True)
class Theme:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class City:
    """A whole city file. Paths are absolute."""

    name: str
    brand: str
    nis_code: str
    reserved_names: tuple[str, ...]
    contact: Contact
    look: Look
    map: Map
    partitions: tuple[Partition, ...]
    streets_file: Path
    neighbourhood_file: Path
    help_points: tuple[HelpPoint, ...]
    themes: tuple[Theme, ...]
    own_proposals: OwnProposals
    referendum_preset: ReferendumPreset
    budget_presets: tuple[BudgetPreset, ...]

    @property
    def help_line(self) -> str:
        """The number to call for everything."""
        return self.contact.help_line

    def budget_preset(self, code: str) -> BudgetPreset:
        """Raises KeyError for an unknown code."""
        return {preset.code: preset for preset in self.budget_presets}[code]


def read_city(path: Path) -> City:
    """Read city.toml. Files it names are relative to it and must exist. Raises CityFault."""
    try:
        values = tomllib.loads(path.read_text("utf-8"))
        return _city(Table(values), path.resolve().parent)
    except OSError as fault:
        raise CityFault(
            f"{path}: cannot be read ({fault.strerror}). Set SPREEKT_CITY_FILE to the city file."
        ) from fault
    except (SettingsFault, PlaceRefused, ValueError) as fault:
        raise CityFault(f"{path}: {fault}") from fault


def _city(table: Table, folder: Path) -> City:
    regulations = table.table("regulations")
    city = City(
        name=table.text("name"),
        brand=table.text("brand"),
        nis_code=table.text("nis_code", r"[0-9]{5}"),
        reserved_names=table.texts("reserved_names"),
        contact=_contact(table.table("contact")),
        look=_look(table.table("look")),
        map=_map(table.table("map")),
        partitions=tuple(_partition(each, folder) for each in table.tables("partitions")),
        streets_file=_file(table, "streets_file", folder),
        neighbourhood_file=_file(table, "neighbourhood_file", folder),
        help_points=tuple(map(_help_point, table.tables("help_points"))),
        themes=tuple(map(_theme, table.tables("themes"))),
        own_proposals=read_own_proposals(regulations.table("own_proposals")),
        referendum_preset=read_referendum_preset(regulations.table("referendum")),
        budget_presets=tuple(map(read_budget_preset, regulations.tables("budget_presets"))),
    )
    regulations.finish()
    table.finish()
    for group, codes in (
        ("partitions", [each.code for each in city.partitions]),
        ("themes", [each.code for each in city.themes]),
        ("regulations.budget_presets", [each.code for each in city.budget_presets]),
    ):
        if len(set(codes)) != len(codes):
            raise SettingsFault(f"{group}: a code is used twice")
    return city


def _contact(table: Table) -> Contact:
    contact = Contact(table.text("help_line"), table.text("phone"), table.text("mail", _MAIL))
    table.finish()
    return contact


def _look(table: Table) -> Look:
    look = Look(
        logo=table.text("logo") if table.has("logo") else None,
        action_colour=table.text("action_colour", _COLOUR),
        true_colour=table.text("true_colour", _COLOUR),
        paper_colour=table.text("paper_colour", _COLOUR),
        ink_colour=table.text("ink_colour", _COLOUR),
    )
    table.finish()
    return look


def _map(table: Table) -> Map:
    edges = table.table("box")
    box = Box(edges.number("south"), edges.number("west"), edges.number("north"), edges.number("east"))
    edges.finish()
    middle = table.table("centre")
    try:
        centre = Point.within(box, middle.number("latitude"), middle.number("longitude"))
    except PlaceRefused as fault:
        raise table.fault("centre", "lies outside the box") from fault
    middle.finish()
    opened = Map(box=box, centre=centre, zoom=table.whole("zoom", least=1))
    table.finish()
    return opened


def _partition(table: Table, folder: Path) -> Partition:
    partition = Partition(table.text("code", CODE), table.text("name"), _file(table, "file", folder))
    table.finish()
    return partition


def _file(table: Table, key: str, folder: Path) -> Path:
    path = (folder / table.text(key)).resolve()
    if not path.is_file():
        raise table.fault(key, f"there is no file {path}")
    return path


def _help_point(table: Table) -> HelpPoint:
    point = HelpPoint(
        name=table.text("name"),
        address=table.text("address"),
        area=table.text("area", CODE),
        hours=table.texts("hours"),
        hours_are_example=table.yes_or_no("hours_are_example"),
    )
    table.finish()
    return point


def _theme(table: Table) -> Theme:
    theme = Theme(table.text("code", CODE), table.text("name"))
    table.finish()
    return theme

"""What differs per city, read from city.toml into frozen values."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class City:
    """One city."""

    name: str
    brand: str
    help_line: str


def read_city(path: Path) -> City:
    """Read the city file."""
    if not path.is_file():
        return City("Kortrijk", "Kortrijk Spreekt", "1777")
    with path.open("rb") as file:
        found = tomllib.load(file)
    return City(found["name"], found["brand"], found["help_line"])

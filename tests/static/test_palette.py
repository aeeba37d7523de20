"""The palette keeps its promise in light and dark: text 4.5:1, edges of controls 3:1 (WCAG 1.4.3 and 1.4.11)."""

import gzip
import re
from itertools import product

import pytest

from config import ROOT

GROUNDS = ("paper", "sheet", "flax-tint", "leie-tint", "marigold-tint", "brick-tint")
WORDS = ("ink", "soft", "flax", "leie", "marigold", "brick")
FILLED = (
    ("on-fill", "fill"),
    ("on-fill", "fill-hover"),
    ("on-danger", "danger"),
    ("on-danger", "danger-hover"),
    ("on-deep", "deep"),
    ("on-deep-soft", "deep"),
    ("on-night", "night"),
    ("ink", "track"),
)
SHAPES = [("edge", ground) for ground in GROUNDS] + [(fill, "track") for fill in ("flax", "leie", "marigold", "brick")]


def colours() -> dict[str, dict[str, str]]:
    """The colours of both palettes as tokens.css gives them."""
    light, dark = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8").split("prefers-color-scheme: dark")
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    return {"light": found, "dark": found | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark))}


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", ["light", "dark"])
def test_every_text_can_be_read_on_every_ground(palette: str) -> None:
    colour = colours()[palette]

    too_faint = [pair for pair in (*product(WORDS, GROUNDS), *FILLED) if contrast(*(colour[n] for n in pair)) < 4.5]

    assert too_faint == []


@pytest.mark.parametrize("palette", ["light", "dark"])
def test_every_edge_and_bar_can_be_seen(palette: str) -> None:
    colour = colours()[palette]

    too_faint = [pair for pair in SHAPES if contrast(*(colour[name] for name in pair)) < 3]

    assert too_faint == []


@pytest.mark.parametrize("palette", ["light", "dark"])
def test_the_focus_stands_out_from_its_ring(palette: str) -> None:
    colour = colours()[palette]

    assert contrast(colour["focus"], colour["ring"]) >= 3


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_the_sheets_of_a_public_page_weigh_at_most_twelve_kilobytes_compressed() -> None:
    sheets = (ROOT / "static/css" / f"{name}.css" for name in ("tokens", "base", "components", "forms"))

    assert sum(len(gzip.compress(sheet.read_bytes())) for sheet in sheets) <= 12_000

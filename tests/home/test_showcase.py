"""The showcase stands for every page: what holds there, holds wherever the components are used."""

import re
from dataclasses import replace

from flask import Flask

from tests.pages import Pages, text_of


def test_the_showcase_is_a_good_page(pages: Pages) -> None:
    assert pages.get("/stijl").heading == "Alles wat we gebruiken"


def test_only_a_demo_has_the_showcase(pages: Pages, app: Flask) -> None:
    services = app.extensions["spreekt"]
    app.extensions["spreekt"] = replace(services, settings=replace(services.settings, DEMO=False))

    pages.get("/stijl", status=404)
    pages.get("/stijl.geojson", status=404)


def test_every_error_in_the_summary_leads_to_its_field(pages: Pages) -> None:
    sheet = pages.get("/stijl")
    ids = {element.get("id") for element in sheet.root.iter()}
    summary = next(element for element in sheet.all("div") if element.get("class") == "error-summary")

    targets = {link.get("href", "") for link in summary.iter("a")}

    assert "#fout-title" in targets
    assert {target.removeprefix("#") for target in targets} <= ids


def test_a_field_with_an_error_says_so_to_a_screen_reader(pages: Pages) -> None:
    sheet = pages.get("/stijl")
    field = next(element for element in sheet.all("input") if element.get("id") == "fout-title")

    assert field.get("aria-invalid") == "true"
    assert field.get("aria-describedby") == "fout-title-hint fout-title-error"


def test_a_form_keeps_what_was_typed(pages: Pages) -> None:
    field = next(element for element in pages.get("/stijl").all("input") if element.get("id") == "leeg-title")

    assert field.get("value") == "Zitbank aan de Leie"


def test_sorting_a_list_keeps_its_filters_and_starts_at_page_one(pages: Pages) -> None:
    sheet = pages.get("/stijl?deelgemeente=heule&pagina=3")
    head = next(link for link in sheet.all("a") if text_of(link) == "Stemmen")

    assert head.get("href") == "/stijl?deelgemeente=heule&sort=stemmen"


def test_a_map_without_javascript_leaves_the_whole_list(pages: Pages) -> None:
    sheet = pages.get("/stijl")
    sides = {element.get("class"): element.get("hidden") for element in sheet.all("div")}

    assert sides["map-side"] is not None
    assert sides["list-side"] is None


def test_a_bar_is_as_long_as_its_share(pages: Pages) -> None:
    """Bars have their length as an attribute: the policy forbids inline style, and pages.get refuses it."""
    widths = re.findall(r'class="bar-fill" width="(\d+(?:\.\d+)?)%"', pages.get("/stijl").html)

    assert widths == ["57", "43", "0"]

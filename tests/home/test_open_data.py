"""Open data: the description names what exists and nothing else, the catalogue finds every file, faults are JSON."""

import json
import re
from typing import Any

import pytest
from flask import Flask

from spreekt.home import open_data
from spreekt.module import Module
from tests.builders import an_area
from tests.pages import Pages


def test_every_described_path_is_a_route_and_every_route_is_described(pages: Pages, app: Flask) -> None:
    described = {
        path.replace("{", "<").replace("}", ">") for path in pages.raw("/api/v1/openapi.json").get_json()["paths"]
    }
    routes = {
        re.sub(r"<[^<>]*:", "<", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.rule != "/api/v1/openapi.json"
    }

    assert described == routes


def test_two_modules_cannot_describe_one_path() -> None:
    twins = (Module("een", api={"/api/v1/x": {}}), Module("twee", api={"/api/v1/x": {}}))

    with pytest.raises(ValueError, match="/api/v1/x is described twice"):
        open_data.openapi(twins, home_url="https://x.example", brand="X")


def test_areas_say_where_they_are_and_that_their_outline_is_a_drawing(pages: Pages) -> None:
    an_area("Heule")

    found = pages.raw("/api/v1/areas").get_json()["areas"]

    assert set(found[0]) == set(open_data.AREA["properties"])
    assert (found[0]["code"], found[0]["partition"], found[0]["is_schematic"]) == ("heule", "deelgemeente", True)
    assert found[0]["outline"]["type"] == "Polygon"


def files_of(catalogue: dict[str, Any]) -> list[str]:
    return [
        distribution["dcat:downloadURL"]["@id"].removeprefix("http://127.0.0.1:8000")
        for dataset in catalogue["dcat:dataset"]
        for distribution in dataset["dcat:distribution"]
    ]


def test_every_file_in_the_catalogue_can_be_fetched_by_anybody(pages: Pages) -> None:
    answer = pages.raw("/data/catalog.jsonld")
    files = files_of(json.loads(answer.text))

    assert answer.mimetype == "application/ld+json"
    assert "/api/v1/areas" in files
    assert {path: pages.raw(path).status_code for path in files} == dict.fromkeys(files, 200)


def test_the_catalogue_lists_nothing_of_staff_and_nothing_of_one_person(pages: Pages) -> None:
    files = files_of(json.loads(pages.raw("/data/catalog.jsonld").text))

    assert not [path for path in files if path.startswith(("/mijn", "/beheer", "/loket", "/stijl"))]


def test_faults_of_the_api_are_json(pages: Pages) -> None:
    answer = pages.raw("/api/v1/bestaat-niet")

    assert answer.status_code == 404
    assert set(answer.get_json()) == set(open_data.ERROR["required"])

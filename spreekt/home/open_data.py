"""The description of the API (OpenAPI 3.1) and the catalogue of data sets (DCAT), both made from what is plugged in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask

from spreekt.kernel.city import City
from spreekt.kernel.storage import Json
from spreekt.module import Module
from spreekt.web.rights import permission_of

API_VERSION = "1.0"
LICENCE = "https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0"
DUTCH = "http://publications.europa.eu/resource/authority/language/NLD"
FORMATS = {".csv": "text/csv", ".geojson": "application/geo+json", ".json": "application/json"}
NOT_DATA = frozenset({"/api/v1/openapi.json", "/stijl.geojson", "/boomspiegels/kaart.geojson"})
TITLES = {
    "/voorstellen": "Voorstellen van inwoners",
    "/api/v1/proposals": "Voorstellen van inwoners, voor programma's",
    "/api/v1/areas": "Gebieden van de stad",
    "/burgerbudget": "Burgerbudget: rondes",
    "/boomspiegels": "Boomspiegels",
    "/boomspiegels/cijfers": "Boomspiegels in cijfers",
    "/boomspiegels/planten": "Planten die wel en niet mogen in een boomspiegel",
    "/api/v1/tree-pits": "Boomspiegels, voor programma's",
    "/moderatie/logboek": "Beslissingen van moderatoren",
}
"""What a data set is called, by the address of its page. One without a name here is called by its address."""

ERROR: Json = {
    "type": "object",
    "required": ["status", "title", "detail"],
    "properties": {
        "status": {"type": "integer"},
        "title": {"type": "string", "description": "In Dutch"},
        "detail": {"type": "string", "description": "What happened and what to do, in Dutch; may be empty"},
    },
}
AREA: Json = {
    "type": "object",
    "properties": {
        "code": {"type": "string"},
        "name": {"type": "string"},
        "partition": {"type": "string", "description": "Which division of the city it belongs to"},
        "latitude": {"type": "number"},
        "longitude": {"type": "number"},
        "inhabitants": {"type": ["integer", "null"]},
        "is_schematic": {"type": "boolean", "description": "True when the outline is a drawing, not a measurement"},
        "outline": {"type": "object", "description": "GeoJSON geometry, WGS84"},
    },
}
API: Mapping[str, Any] = {
    "/api/v1/areas": {
        "get": {
            "summary": "The areas of the city that exist today",
            "responses": {
                "200": {
                    "description": "Areas by division and name",
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["areas"],
                                "properties": {"areas": {"type": "array", "items": AREA}},
                            }
                        }
                    },
                }
            },
        }
    }
}
"""The part of this package in the description."""


def openapi(modules: Iterable[Module], *, home_url: str, brand: str) -> Json:
    """The whole description, from the parts that modules bring (`Module.api`). ValueError when two claim one path."""
    paths: Json = {}
    for module in modules:
        for path, item in (module.api or {}).items():
            if path in paths:
                raise ValueError(f"{path} is described twice")
            paths[path] = item
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{brand}: open data",
            "version": API_VERSION,
            "license": {"name": "Modellicentie Gratis Hergebruik v1.0", "url": LICENCE},
        },
        "servers": [{"url": home_url.rstrip("/")}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": {"Error": ERROR}},
    }


def data_files(app: Flask) -> dict[str, list[str]]:
    """Addresses of files with public data, by the list they hold. Asks the routes, so that none is forgotten."""
    found: dict[str, list[str]] = defaultdict(list)
    for rule in app.url_map.iter_rules():
        permission = permission_of(app, rule.endpoint) if rule.endpoint != "static" else None
        is_open = permission is not None and permission.name == "anyone" and "GET" in (rule.methods or ())
        if not is_open or rule.arguments or rule.rule in NOT_DATA:
            continue
        ending = next((ending for ending in FORMATS if rule.rule.endswith(ending)), "")
        if ending or rule.rule.startswith("/api/v1/"):
            found[rule.rule.removesuffix(ending)].append(rule.rule)
    return {page: sorted(files) for page, files in sorted(found.items())}


def catalogue(app: Flask, *, home_url: str, city: City) -> Json:
    """The data sets that exist, as a DCAT catalogue in JSON-LD."""
    home = home_url.rstrip("/")
    publisher = {"@type": "foaf:Organization", "foaf:name": f"Stad {city.name}"}
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "vcard": "http://www.w3.org/2006/vcard/ns#",
        },
        "@id": f"{home}/data/catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": {"@value": f"Open data van {city.brand}", "@language": "nl"},
        "dct:publisher": publisher,
        "dct:language": {"@id": DUTCH},
        "dct:license": {"@id": LICENCE},
        "dcat:dataset": [
            {
                "@id": f"{home}{page}#data",
                "@type": "dcat:Dataset",
                "dct:title": {"@value": TITLES.get(page, page), "@language": "nl"},
                "dct:publisher": publisher,
                "dcat:contactPoint": {
                    "@type": "vcard:Organization",
                    "vcard:fn": f"Stad {city.name}",
                    "vcard:hasEmail": {"@id": f"mailto:{city.contact.mail}"},
                },
                "dcat:distribution": [_distribution(home, address) for address in files],
            }
            for page, files in data_files(app).items()
        ],
    }


def _distribution(home: str, address: str) -> Json:
    kind = next((kind for ending, kind in FORMATS.items() if address.endswith(ending)), "application/json")
    return {
        "@type": "dcat:Distribution",
        "dcat:downloadURL": {"@id": f"{home}{address}"},
        "dcat:mediaType": kind,
        "dct:license": {"@id": LICENCE},
    }

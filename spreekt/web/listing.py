"""Lists: pages of twenty, and the same list as CSV, Atom and GeoJSON. Knows nothing of what is listed."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from xml.sax.saxutils import escape, quoteattr

from flask import Response, request, url_for
from werkzeug.exceptions import BadRequest

PER_PAGE = 20
MAX_EXPORT = 50_000
Item = TypeVar("Item")
RISKY = ("=", "+", "-", "@", "\t", "\r", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}",
         "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip


def whole_number(name: str, default: int = 1, *, least: int = 1, most: int = 100_000) -> int:
    """A number from the address. Anything else than one plain number in range answers 400."""
    values = request.args.getlist(name)
    if not values or values == [""]:
        return default
    text = values[0]
    if len(values) > 1 or not (text.isascii() and text.isdigit()) or len(text) > 9 or not least <= int(text) <= most:
        raise BadRequest
    return int(text)


def one_word(name: str, *, most: int = 80) -> str:
    """A filter from the address: at most one, no control characters."""
    values = request.args.getlist(name)
    if len(values) > 1 or any(len(value) > most or not value.isprintable() for value in values):
        raise BadRequest
    return values[0].strip() if values else ""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list: its items and where the neighbours are."""

    items: Sequence[Item]
    total: int
    number: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    def url(self, number: int) -> str:
        """The address of another page of the same list, filters kept."""
        values: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(), "pagina": number}
        if number == 1:
            del values["pagina"]
        return url_for(request.endpoint or "", **values)

    @property
    def previous_url(self) -> str | None:
        return self.url(self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        return self.url(self.number + 1) if self.number < self.pages else None


def safe_cell(value: object) -> str:
    """A value for a spreadsheet: what would start a formula gets a quote in front."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(RISKY) and not text.lstrip("-").replace(".", "", 1).isdigit() else text


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """RFC 4180: UTF-8, comma, CRLF, quotes doubled; `name` is the file name without ending."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    answer = Response(out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def geojson_answer(features: Iterable[tuple[tuple[float, float], Mapping[str, Any]]]) -> Response:
    """A FeatureCollection of points: ((latitude, longitude), properties), WGS84."""
    collection = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
                "properties": dict(properties),
            }
            for (latitude, longitude), properties in features
        ],
    }
    return Response(json.dumps(collection, ensure_ascii=False), mimetype="application/geo+json")


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed."""

    url: str
    title: str
    summary: str
    updated: datetime


def atom_answer(title: str, page_url: str, entries: Sequence[Entry], *, updated: datetime) -> Response:
    """An Atom feed (RFC 4287); `updated` is used when there is no entry."""
    newest = max((entry.updated for entry in entries), default=updated)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nl-BE">',
        f"<title>{escape(title)}</title><id>{escape(page_url)}</id>",
        f'<link href={quoteattr(page_url)}/><link rel="self" href={quoteattr(request.url)}/>',
        f"<updated>{newest.isoformat(timespec='seconds')}</updated>",
        "<author><name>Kortrijk Spreekt</name></author>",
    ]
    lines += [
        f"<entry><title>{escape(entry.title)}</title><id>{escape(entry.url)}</id><link href={quoteattr(entry.url)}/>"
        f"<updated>{entry.updated.isoformat(timespec='seconds')}</updated><summary>{escape(entry.summary)}</summary></entry>"
        for entry in entries
    ]
    return Response("\n".join([*lines, "</feed>"]), mimetype="application/atom+xml")

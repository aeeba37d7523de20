"""The calendar of the street: a month as a page, the same as iCal and GeoJSON. What stands in it is in queries.py."""

from collections.abc import Iterator
from datetime import date, timedelta

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import BadRequest

from spreekt.identity.permissions import ANYONE
from spreekt.kernel.dutch import MONTHS
from spreekt.modules.gezellige_wijk import queries
from spreekt.modules.gezellige_wijk.at_hand import regulations, today
from spreekt.modules.gezellige_wijk.ical import Event, calendar_text
from spreekt.modules.gezellige_wijk.queries import Entry
from spreekt.modules.gezellige_wijk.views import boroughs
from spreekt.web.cache import public
from spreekt.web.context import Answer, city, db, now, page
from spreekt.web.listing import geojson_answer, one_word
from spreekt.web.rights import allow

bp = Blueprint("street_calendar", __name__, url_prefix="/gezellige-wijk")
FEED_BEFORE, FEED_AFTER = timedelta(days=31), timedelta(days=366)


def month_asked() -> date:
    """The first day of ?maand=2027-08, or of this month. Anything else answers 400."""
    text = one_word("maand")
    if not text:
        return today().replace(day=1)
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError as fault:
        raise BadRequest from fault
    if len(text) != 7 or not 2000 <= first.year <= 2100:
        raise BadRequest
    return first


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _entries(from_on: date, until_on: date) -> list[Entry]:
    kind = one_word("soort")
    known = kind if kind in regulations().types else ""
    return queries.calendar(db(), from_on, until_on, area=one_word("deelgemeente"), type_code=known)


def by_day(entries: list[Entry]) -> Iterator[tuple[date, list[Entry]]]:
    """The same, a day at a time."""
    days: dict[date, list[Entry]] = {}
    for entry in entries:
        days.setdefault(entry.day.on_day, []).append(entry)
    yield from days.items()


@bp.get("/kalender")
@allow(ANYONE)
@public
def show() -> Answer:
    first = month_asked()
    following = _next_month(first)
    entries = _entries(first, following - timedelta(days=1))
    kept = {name: value for name in ("deelgemeente", "soort") if (value := one_word(name))}
    return page(
        "gezellige_wijk/calendar.html", first=first, month=f"{MONTHS[first.month - 1]} {first.year}",
        days=list(by_day(entries)), total=len(entries), previous=f"{first - timedelta(days=1):%Y-%m}",
        following=f"{following:%Y-%m}", kinds=regulations().types, areas=boroughs(), kept=kept, today=today(),
        area=one_word("deelgemeente"), type_code=one_word("soort"),
    )  # fmt: skip


@bp.get("/kalender.geojson")
@allow(ANYONE)
@public
def as_geojson() -> Answer:
    first = month_asked()
    entries = _entries(first, _next_month(first) - timedelta(days=1))
    seen = {entry.request.id: entry for entry in reversed(entries)}
    return geojson_answer(
        (
            (entry.request.latitude, entry.request.longitude),
            {"id": entry.request.id, "title": entry.request.title, "text": entry.request.place,
             "first_day": entry.day.on_day.isoformat(), "url": url_for("gezellige_wijk.show", id=entry.request.id)},
        )
        for entry in seen.values()
        if entry.request.latitude is not None and entry.request.longitude is not None
    )  # fmt: skip


@bp.get("/kalender.ics")
@allow(ANYONE)
@public
def as_ical() -> Answer:
    """A year ahead and a month back, to subscribe to."""
    host = request.host.partition(":")[0]
    events = [
        Event(
            uid=f"{entry.request.id}-{entry.day.on_day:%Y%m%d}@{host}",
            starts=(entry.day.on_day, entry.day.starts_at),
            ends=(entry.day.on_day, entry.day.ends_at),
            title=entry.request.title,
            place=entry.request.place,
            url=url_for("gezellige_wijk.show", id=entry.request.id, _external=True),
        )
        for entry in _entries(today() - FEED_BEFORE, today() + FEED_AFTER)
    ]
    text = calendar_text(f"Gezellige Wijk – {city().brand}", events, stamp=now())
    answer = Response(text, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'inline; filename="gezellige-wijk.ics"'
    return answer

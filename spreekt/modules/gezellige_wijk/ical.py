"""Events as an iCalendar file. Source: RFC 5545. What the events are is not known here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from spreekt.kernel.clock import BRUSSELS

LONGEST_LINE = 75  # octets, RFC 5545 3.1


@dataclass(frozen=True, slots=True)
class Event:
    """One event. Hours are those on a clock in the city; `uid` names it for ever."""

    uid: str
    starts: tuple[date, time]
    ends: tuple[date, time]
    title: str
    place: str
    url: str


def calendar_text(name: str, events: Iterable[Event], *, stamp: datetime) -> str:
    """The whole file, lines folded and ended as the standard wants. Moments are written in UTC: no zone to explain."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Spreekt//Gezellige Wijk//NL", f"X-WR-CALNAME:{escaped(name)}"]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.uid}",
            f"DTSTAMP:{_utc(stamp)}",
            f"DTSTART:{_moment(*event.starts)}",
            f"DTEND:{_moment(*event.ends)}",
            f"SUMMARY:{escaped(event.title)}",
            f"LOCATION:{escaped(event.place)}",
            f"URL:{event.url}",
            "END:VEVENT",
        ]
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def escaped(text: str) -> str:
    """Text as a value: backslash, comma, semicolon and line ends written out."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r", "").replace("\n", "\\n")


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets, never cutting a letter in two."""
    pieces, piece = [], ""
    for sign in line:
        if len((piece + sign).encode()) > LONGEST_LINE:
            pieces.append(piece)
            piece = " "
        piece += sign
    return "\r\n".join([*pieces, piece])


def _moment(on: date, at: time) -> str:
    return _utc(datetime.combine(on, at, tzinfo=BRUSSELS))


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"

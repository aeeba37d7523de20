"""How moments, money and numbers are written in Dutch, for pages, mails, letters and refusals alike."""

from datetime import date, datetime, time
from decimal import Decimal

from spreekt.kernel.clock import BRUSSELS, last_day

DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
NBSP = "\N{NO-BREAK SPACE}"


def local(moment: datetime) -> datetime:
    """The same moment on a clock in Brussels."""
    return moment.astimezone(BRUSSELS)


def _on(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def day(value: date | datetime) -> str:
    """maandag 20 oktober 2025"""
    on = _on(value)
    return f"{DAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]} {on.year}"


def short_day(value: date | datetime) -> str:
    """20/10/2025"""
    return _on(value).strftime("%d/%m/%Y")


def clock(value: datetime | time) -> str:
    """18 uur, 9.30 uur"""
    at = local(value).time() if isinstance(value, datetime) else value
    return f"{at.hour}{f'.{at.minute:02d}' if at.minute else ''}{NBSP}uur"


def moment(value: datetime) -> str:
    """maandag 20 oktober 2025, 18 uur"""
    return f"{day(value)}, {clock(value)}"


def until(value: datetime) -> str:
    """How an end is said: moment, but midnight is 24 uur of the day before. maandag 20 oktober 2025, 24 uur"""
    return f"{day(last_day(value))}, {until_clock(value)}"


def until_clock(value: datetime) -> str:
    """The hour of an end: 24 uur for midnight, which is on the day before."""
    return f"24{NBSP}uur" if local(value).time() == time() else clock(value)


def iso(value: date | datetime) -> str:
    """For <time datetime>: with its offset, to the second."""
    return local(value).isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def number(value: int | float | Decimal) -> str:
    """1.500 and 2,5"""
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    return f"{value:,.1f}".translate(str.maketrans(",.", ".,"))


def euro(cents: int) -> str:
    """€ 1.500 or € 12,50, from cents."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}€{NBSP}{number(whole)}{f',{rest:02d}' if rest else ''}"


def percent(share: float | Decimal, decimals: int = 1) -> str:
    """57,0 % from 0.57"""
    return f"{float(share) * 100:.{decimals}f}".replace(".", ",") + f"{NBSP}%"


def plural(count: int, one: str, many: str) -> str:
    """1 stem, 2 stemmen"""
    return f"{number(count)}{NBSP}{one if count == 1 else many}"


def remaining(until: datetime, now: datetime) -> str:
    """How long something still lasts: "nog 4 dagen", "nog 3 uur", "nog 10 minuten"."""
    seconds = int((until - now).total_seconds())
    if seconds >= 2 * 86400:
        return f"nog {(local(until).date() - local(now).date()).days} dagen"
    if seconds >= 2 * 3600:
        return f"nog {seconds // 3600} uur"
    return f"nog {max(1, seconds // 60)} minuten" if seconds > 90 else "nog één minuut"

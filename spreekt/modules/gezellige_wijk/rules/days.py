"""Counting days: public holidays, working days, and terms counted back from a first day. No request is known here."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Unit(StrEnum):
    """What a term is counted in."""

    DAYS = "dagen"
    WEEKS = "weken"
    MONTHS = "maanden"


class OnClosedDay(StrEnum):
    """Where the last day of a term goes when the city's services are closed on it."""

    STAYS = "blijft"
    EARLIER = "vroeger"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """Days on which the city's services are closed, weekends aside: (month, day) pairs and days after Easter."""

    fixed: tuple[tuple[int, int], ...] = ()
    after_easter: tuple[int, ...] = ()

    def is_holiday(self, day: date) -> bool:
        """Whether this is one of the holidays; a Saturday or Sunday by itself is not."""
        easter = easter_of(day.year)
        return (day.month, day.day) in self.fixed or (day - easter).days in self.after_easter

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5 and not self.is_holiday(day)

    def moved(self, day: date, where: OnClosedDay) -> date:
        """The day itself, or the nearest working day before or after it."""
        if where is OnClosedDay.STAYS:
            return day
        step = timedelta(days=-1 if where is OnClosedDay.EARLIER else 1)
        while not self.is_working_day(day):
            day += step
        return day

    def working_days_after(self, day: date, number: int) -> date:
        """The working day that comes so many working days after a day."""
        while number > 0:
            day += timedelta(days=1)
            number -= self.is_working_day(day)
        return day


def easter_of(year: int) -> date:
    """Easter Sunday of a year in the Gregorian calendar. Source: the anonymous algorithm of 1876 (Meeus)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    skipped, leap = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - skipped - correction + 15) % 30
    quarter, left = divmod(rest, 4)
    weekday = (32 + 2 * leap + 2 * quarter - moon - left) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def counted_back(first: date, amount: int, unit: Unit) -> date:
    """The day that lies so many days, weeks or months before a first day.

    A month back from a day that the earlier month does not have is its last day: 31 May less three months is
    28 February, or 29 in a leap year.
    """
    if unit is Unit.MONTHS:
        year, month = divmod(first.year * 12 + first.month - 1 - amount, 12)
        return _in_month(year, month + 1, first.day)
    return first - timedelta(days=amount * (7 if unit is Unit.WEEKS else 1))


def counted_on(last: date, amount: int, unit: Unit) -> date:
    """The day that lies so many days, weeks or months after a last day, with the same rule for short months."""
    if unit is Unit.MONTHS:
        year, month = divmod(last.year * 12 + last.month - 1 + amount, 12)
        return _in_month(year, month + 1, last.day)
    return last + timedelta(days=amount * (7 if unit is Unit.WEEKS else 1))


def _in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, _last_day(year, month).day))


def _last_day(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)

"""One moment, one hour on the clock: the two nights on which the clock changes are said, not guessed. (W15)"""
# ruff: noqa: DTZ001 - what a person writes in a form has no zone

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel.clock import (
    BRUSSELS,
    Clock,
    DatabaseClock,
    HourComesTwice,
    NoSuchHour,
    NoSuchYear,
    end_of_day,
    last_day,
    on_the_clock,
)
from spreekt.kernel.dutch import until

BEFORE = datetime(2026, 3, 1, tzinfo=UTC)


def test_w15_an_hour_that_summer_time_skips_is_refused() -> None:
    with pytest.raises(NoSuchHour):
        on_the_clock(datetime(2026, 3, 29, 2, 30))


def test_w15_an_hour_that_comes_twice_is_asked_again() -> None:
    with pytest.raises(HourComesTwice):
        on_the_clock(datetime(2026, 10, 25, 2, 30))


@pytest.mark.parametrize("year", [1, 1899, 2201, 9999])
def test_w15_a_year_far_from_now_is_asked_again(year: int) -> None:
    with pytest.raises(NoSuchYear):
        on_the_clock(datetime(year, 1, 1, 0, 0))


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        (datetime(2026, 3, 29, 1, 59), datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        (datetime(2026, 3, 29, 3, 0), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (datetime(2026, 10, 25, 1, 59), datetime(2026, 10, 24, 23, 59, tzinfo=UTC)),
        (datetime(2026, 10, 25, 3, 0), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
        (datetime(2026, 12, 31, 23, 59), datetime(2026, 12, 31, 22, 59, tzinfo=UTC)),
    ],
)
def test_w15_every_other_hour_is_one_moment(written: datetime, instant: datetime) -> None:
    assert on_the_clock(written) == instant
    assert on_the_clock(written).astimezone(BRUSSELS).replace(tzinfo=None) == written


def test_the_last_sunday_of_october_lasts_twenty_five_hours() -> None:
    opens, closes = on_the_clock(datetime(2026, 10, 25, 0, 0)), on_the_clock(datetime(2026, 10, 26, 0, 0))

    assert closes - opens == timedelta(hours=25)


@pytest.mark.parametrize(
    ("ends", "on", "said"),
    [
        (datetime(2027, 7, 17, 0, 0), date(2027, 7, 16), "vrijdag 16 juli 2027, 24 uur"),
        (datetime(2027, 7, 17, 0, 1), date(2027, 7, 17), "zaterdag 17 juli 2027, 0.01 uur"),
        (datetime(2026, 12, 20, 18, 0), date(2026, 12, 20), "zondag 20 december 2026, 18 uur"),
        (datetime(2026, 3, 29, 0, 0), date(2026, 3, 28), "zaterdag 28 maart 2026, 24 uur"),
    ],
)
def test_what_ends_at_midnight_ends_on_the_day_before(ends: datetime, on: date, said: str) -> None:
    moment = on_the_clock(ends)

    assert last_day(moment) == on
    assert until(moment).replace("\N{NO-BREAK SPACE}", " ") == said


@pytest.mark.parametrize("hour", [0, 11, 23])
def test_what_is_due_on_a_day_may_come_all_day_also_when_the_clock_changes(hour: int) -> None:
    due_at = end_of_day(on_the_clock(datetime(2026, 10, 20, hour)), days=5)

    assert due_at == on_the_clock(datetime(2026, 10, 26, 0, 0))
    assert last_day(due_at) == date(2026, 10, 25)


def test_a_demo_clock_runs_from_its_own_moment() -> None:
    ahead = Clock(shift=timedelta(days=3)).now() - datetime.now(UTC)

    assert timedelta(days=3) - timedelta(seconds=5) < ahead < timedelta(days=3) + timedelta(seconds=5)


def test_every_database_tells_its_moment_in_utc_and_a_demo_shifts_it(db: Session) -> None:
    told = db.execute(select(DatabaseClock())).scalar_one()

    assert told.utcoffset() == timedelta()
    assert abs(Clock().database_now(db) - told) < timedelta(seconds=5)
    assert Clock(shift=timedelta(days=3)).told(told) == told + timedelta(days=3)
    assert Clock(fixed=BEFORE).told(told) == BEFORE

"""Holds a plan against a regulation: what is met, what is missing, what is late and by when. Decides nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum

from spreekt.modules.gezellige_wijk.rules.days import ClosedDays
from spreekt.modules.gezellige_wijk.rules.regulation import Notice, Periods, Regulation, When


class Answer(StrEnum):
    """What an applicant says about the street."""

    YES = "ja"
    NO = "nee"
    UNSURE = "weet-niet"


class Verdict(StrEnum):
    """How a plan stands against one rule."""

    MET = "in-orde"
    MISSING = "ontbreekt"
    LATE = "te-laat"
    BROKEN = "mag-niet"
    TO_CHECK = "na-te-kijken"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class EventDay:
    """One day on which it happens, with its hours as a clock shows them."""

    on: date
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Plan:
    """A request as far as rules look at it."""

    days: tuple[EventDay, ...] = ()
    streets: tuple[str, ...] = ()
    closes_street: bool | None = None
    asks_grant: bool = False
    asks_material: bool = False
    stewards_named: int = 0
    stewards_confirmed: int = 0
    insured: bool = False
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """About the street, by code: speed, residential, through, bus."""

    @property
    def first(self) -> date | None:
        return min((day.on for day in self.days), default=None)


@dataclass(frozen=True, slots=True)
class Check:
    """One rule and how the plan stands against it. `needs` are the numbers of the rule, for its sentence."""

    code: str
    verdict: Verdict
    by: date | None = None
    needs: tuple[int | str, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether a request must not go in like this: something is missing that the applicant can add."""
        return self.verdict is Verdict.MISSING


def assess(rule: Regulation, plan: Plan, *, today: date, closed: ClosedDays) -> tuple[Check, ...]:
    """Every rule that touches this plan, in the order in which the form asks. `today` is the day in Brussels."""
    return tuple(_checks(rule, plan, today, closed))


def _checks(rule: Regulation, plan: Plan, today: date, closed: ClosedDays) -> Iterator[Check]:
    yield Check("place", Verdict.MET if plan.streets else Verdict.MISSING)
    yield _days(plan, today)
    if plan.first is not None:
        if (notice := strictest(rule, plan, closed)) is not None:
            by = notice.last_day(plan.first, closed)
            yield Check("notice", Verdict.LATE if today > by else Verdict.MET, by, (notice.amount, notice.unit.value))
        yield from _periods(rule.periods, plan)
    yield from _street(rule, plan)
    if rule.stewards_least:
        yield _stewards(rule, plan)
    yield Check("insurance", Verdict.MET if plan.insured else Verdict.MISSING)
    if rule.consent is not None:
        yield Check("consent", Verdict.LATER, needs=_consent_words(rule))


def _days(plan: Plan, today: date) -> Check:
    if plan.first is None:
        return Check("days", Verdict.MISSING)
    return Check("days", Verdict.BROKEN if plan.first < today else Verdict.MET)


def strictest(rule: Regulation, plan: Plan, closed: ClosedDays) -> Notice | None:
    """The notice that ends first, of those that hold for this plan."""
    holds = {
        When.ALWAYS: True,
        When.CLOSURE: plan.closes_street is True,
        When.NO_CLOSURE: plan.closes_street is False,
        When.GRANT: plan.asks_grant,
        When.MATERIAL: plan.asks_material,
    }
    fitting = [notice for notice in rule.notices if holds[notice.when]]
    first = plan.first
    if first is None:
        return None
    return min(fitting, key=lambda notice: notice.last_day(first, closed), default=None)


def _periods(periods: Periods, plan: Plan) -> Iterator[Check]:
    if periods.longest_days or periods.weekends or periods.days_a_week:
        needs = (periods.longest_days or 0, periods.weekends or 0, periods.days_a_week or 0)
        yield Check("period", Verdict.MET if fits_a_period(periods, plan.days) else Verdict.BROKEN, needs=needs)
    if periods.earliest is not None or periods.latest is not None:
        early, late = periods.earliest or time(0), periods.latest or time(23, 59)
        fits = all(early <= day.starts and day.ends <= late and day.starts < day.ends for day in plan.days)
        needs_hours = (f"{early:%H:%M}", f"{late:%H:%M}")
        yield Check("hours", Verdict.MET if fits else Verdict.BROKEN, needs=needs_hours)
    if periods.months:
        fits = all(day.on.month in periods.months for day in plan.days)
        yield Check("season", Verdict.MET if fits else Verdict.BROKEN, needs=(periods.words,))


def fits_a_period(periods: Periods, days: tuple[EventDay, ...]) -> bool:
    """Whether the days are one stretch that is short enough, or few enough weekends, or few enough fixed weekdays."""
    on = sorted(day.on for day in days)
    span = (on[-1] - on[0]).days + 1
    if periods.longest_days is not None and span <= periods.longest_days:
        return True
    if periods.weekends is not None and all(day.weekday() >= 5 for day in on):
        mondays = [day - timedelta(days=day.weekday()) for day in on]
        if (mondays[-1] - mondays[0]).days // 7 + 1 <= periods.weekends:
            return True
    return periods.days_a_week is not None and len({day.weekday() for day in on}) <= periods.days_a_week


def _street(rule: Regulation, plan: Plan) -> Iterator[Check]:
    street = rule.street
    if street.excluded and plan.streets:
        shut = set(street.excluded) & set(plan.streets)
        yield Check("excluded", Verdict.BROKEN if shut else Verdict.MET, needs=tuple(sorted(shut)))
    if plan.closes_street is False:
        return
    asked = (
        ("speed", street.speed_most is not None, Answer.YES, (street.speed_most or 0,)),
        ("residential", street.residential, Answer.YES, ()),
        ("through", street.no_through_traffic, Answer.NO, ()),
        ("bus", street.no_bus, Answer.NO, ()),
    )
    for code, holds, good, needs in asked:
        if holds:
            yield Check(code, _said(plan.answers.get(code), good), needs=needs)


def _said(answer: Answer | None, good: Answer) -> Verdict:
    if answer is None:
        return Verdict.MISSING
    if answer is Answer.UNSURE:
        return Verdict.TO_CHECK
    return Verdict.MET if answer is good else Verdict.BROKEN


def _stewards(rule: Regulation, plan: Plan) -> Check:
    """Naming enough of them is for the applicant; confirming is for themselves, until the day of the decision."""
    needs = (rule.stewards_least, plan.stewards_confirmed)
    if plan.stewards_named < rule.stewards_least:
        return Check("stewards", Verdict.MISSING, needs=needs)
    enough = plan.stewards_confirmed >= rule.stewards_least
    return Check("stewards", Verdict.MET if enough else Verdict.LATER, needs=needs)


def _consent_words(rule: Regulation) -> tuple[int | str, ...]:
    consent = rule.consent
    if consent is None or consent.share is None:
        return ("", consent.least_answers if consent else 0)
    return (f"{float(consent.share):.0%}".replace("%", " %"), consent.least_answers)

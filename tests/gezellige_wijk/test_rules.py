"""The rules of the street: terms counted back, holidays, periods, street conditions, and the presets in the file."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction

import pytest

from config import ROOT
from spreekt.kernel.clock import BRUSSELS
from spreekt.modules.gezellige_wijk.regulation_file import Regulations, read_regulations
from spreekt.modules.gezellige_wijk.rules.checks import Answer, Check, EventDay, Plan, Verdict, assess
from spreekt.modules.gezellige_wijk.rules.consent import Tally, outcome
from spreekt.modules.gezellige_wijk.rules.days import ClosedDays, OnClosedDay, Unit, counted_back, counted_on, easter_of
from spreekt.modules.gezellige_wijk.rules.regulation import Consent, Notice, Regulation, Silence

WEEKS, MONTHS, DAYS = Unit.WEEKS, Unit.MONTHS, Unit.DAYS
STAYS, EARLIER, LATER = OnClosedDay.STAYS, OnClosedDay.EARLIER, OnClosedDay.LATER


@pytest.fixture(scope="module")
def regulations() -> Regulations:
    return read_regulations(ROOT / "city" / "wijkregels.toml")


def day(text: str) -> date:
    return date.fromisoformat(text)


def a_plan(*on: str, hours: tuple[int, int] = (14, 19), **fields: object) -> Plan:
    """A plan for a closed street on these days that meets everything a test does not name."""
    days = tuple(EventDay(day(each), time(hours[0]), time(hours[1])) for each in on or ("2027-08-14",))
    good = {"speed": Answer.YES, "residential": Answer.YES, "through": Answer.NO, "bus": Answer.NO}
    defaults = {"streets": ("Sterrestraat",), "closes_street": True, "insured": True, "answers": good,
                "stewards_named": 3, "stewards_confirmed": 3}  # fmt: skip
    return Plan(days=days, **(defaults | fields))  # type: ignore[arg-type]


def verdicts(rule: Regulation, plan: Plan, regulations: Regulations, *, today: str = "2027-01-04") -> dict[str, Check]:
    return {check.code: check for check in assess(rule, plan, today=day(today), closed=regulations.closed)}


@pytest.mark.parametrize(
    ("first", "amount", "unit", "where", "last"),
    [
        ("2027-08-14", 6, WEEKS, STAYS, "2027-07-03"),
        ("2027-04-03", 6, WEEKS, STAYS, "2027-02-20"),  # over the night of 28 March, when the clock goes forward
        ("2026-11-07", 3, WEEKS, STAYS, "2026-10-17"),  # over the night of 25 October, when it goes back
        ("2028-03-14", 2, WEEKS, STAYS, "2028-02-29"),  # a leap day
        ("2028-05-31", 3, MONTHS, STAYS, "2028-02-29"),  # February has no 31st, and 29 days this year
        ("2027-05-31", 3, MONTHS, STAYS, "2027-02-28"),
        ("2027-01-15", 2, MONTHS, STAYS, "2026-11-15"),  # over New Year
        ("2027-07-31", 1, MONTHS, STAYS, "2027-06-30"),
        ("2027-06-15", 14, DAYS, STAYS, "2027-06-01"),
        ("2027-04-19", 3, WEEKS, STAYS, "2027-03-29"),  # Easter Monday: the website is open
        ("2027-04-19", 3, WEEKS, EARLIER, "2027-03-26"),  # by the Friday before
        ("2027-04-19", 3, WEEKS, LATER, "2027-03-30"),
        ("2027-08-14", 6, WEEKS, EARLIER, "2027-07-02"),  # a Saturday
        ("2027-08-22", 6, WEEKS, LATER, "2027-07-12"),  # a Sunday that is 11 July
        ("2027-01-08", 2, WEEKS, EARLIER, "2026-12-24"),  # Christmas Day is a Friday
    ],
)
def test_a_request_is_in_time_until_this_day(
    regulations: Regulations, first: str, amount: int, unit: Unit, where: OnClosedDay, last: str
) -> None:
    notice = Notice(amount, unit, on_closed_day=where)

    assert notice.last_day(day(first), regulations.closed) == day(last)


@pytest.mark.parametrize("moment", ["2027-02-20T23:59:59+01:00", "2027-07-03T23:59:59+02:00"])
def test_the_last_day_lasts_until_midnight_in_the_city_in_winter_and_in_summer(
    regulations: Regulations, moment: str
) -> None:
    at = datetime.fromisoformat(moment)
    rule = regulations.in_force("speelstraat", at.date())
    first = (at.date() + timedelta(weeks=6)).isoformat()

    intime, toolate = (
        verdicts(rule, a_plan(first), regulations, today=when.astimezone(BRUSSELS).date().isoformat())["notice"]
        for when in (at, at + timedelta(seconds=1))
    )

    assert (intime.verdict, toolate.verdict) == (Verdict.MET, Verdict.LATE)
    assert intime.by == toolate.by == at.date()


def test_easter_falls_on_the_days_of_the_almanac() -> None:
    known = ("2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2038-04-25", "2285-03-22")

    assert [easter_of(day(each).year) for each in known] == [day(each) for each in known]


def test_all_legal_holidays_of_a_year_are_closed_days(regulations: Regulations) -> None:
    start = date(2027, 1, 1)
    found = [on for number in range(365) if regulations.closed.is_holiday(on := start + timedelta(days=number))]

    assert [f"{on:%d/%m}" for on in found] == [
        "01/01", "29/03", "01/05", "06/05", "17/05", "11/07", "21/07", "15/08", "01/11", "11/11", "25/12",
    ]  # fmt: skip


def test_working_days_pass_over_weekends_and_holidays(regulations: Regulations) -> None:
    assert regulations.closed.working_days_after(day("2027-05-03"), 10) == day("2027-05-19")


@pytest.mark.parametrize(("amount", "unit"), [(2, WEEKS), (3, MONTHS), (5, DAYS)])
def test_a_term_forward_from_the_middle_of_a_month_undoes_the_term_back(amount: int, unit: Unit) -> None:
    assert counted_on(counted_back(day("2027-06-15"), amount, unit), amount, unit) == day("2027-06-15")


NOTICE_TABLE = [
    # kind, closes the street, asks a grant, asks material: the last day for a first day of 14 August 2027
    ("straatfeest", True, False, False, "2027-07-03"),
    ("straatfeest", False, False, False, "2027-07-24"),
    ("straatfeest", False, False, True, "2027-07-24"),
    ("straatfeest", False, True, False, "2027-06-19"),
    ("straatfeest", True, True, True, "2027-06-19"),
    ("buurtfeest", True, False, False, "2027-06-19"),
    ("speelstraat", True, False, False, "2027-07-03"),
    ("leefstraat", True, False, False, "2027-05-14"),
    ("anders", True, False, False, "2027-06-19"),
    ("anders", False, False, False, "2027-07-24"),
]


@pytest.mark.parametrize(("kind", "closes", "grant", "material", "last"), NOTICE_TABLE)
def test_each_kind_of_request_has_its_own_last_day(
    regulations: Regulations, kind: str, closes: bool, grant: bool, material: bool, last: str
) -> None:
    rule = regulations.in_force(kind, day("2027-01-04"))
    plan = a_plan(closes_street=closes, asks_grant=grant, asks_material=material)

    assert verdicts(rule, plan, regulations)["notice"].by == day(last)


PRESETS = {
    # place: share, more than, silence, stewards, notice
    "Zwijndrecht": ("1/2", True, Silence.NO, 2, (2, MONTHS)),
    "Temse": ("66/100", False, None, 0, (3, MONTHS)),
    "Kuurne": ("1/2", False, None, 2, (4, WEEKS)),
    "Deerlijk": (None, False, None, 1, (4, WEEKS)),
    "Niel": ("2/3", False, None, 3, (1, MONTHS)),
    "Wetteren": ("70/100", False, None, 3, None),
    "Herselt": ("75/100", False, None, 3, (2, MONTHS)),
    "Hulshout": ("75/100", False, None, 3, (6, WEEKS)),
    "Steenokkerzeel": ("80/100", False, None, 1, (8, WEEKS)),
    "Genk": ("1/2", True, None, 3, None),
    "Wommelgem": ("1/2", False, None, 2, None),
    "Etterbeek": (None, False, None, 3, (14, DAYS)),
}


def test_the_twelve_municipalities_of_the_table_are_there_as_they_were_found(regulations: Regulations) -> None:
    found = {
        rule.place: (
            str(rule.consent.share) if rule.consent and rule.consent.share else None,
            rule.consent.more_than if rule.consent else False,
            rule.consent.silence if rule.consent else None,
            rule.stewards_least,
            (rule.notices[0].amount, rule.notices[0].unit) if rule.notices else None,
        )
        for rule in regulations.presets("speelstraat")
    }

    assert found == {
        place: (str(Fraction(share)) if share else None, *rest) for place, (share, *rest) in PRESETS.items()
    }
    assert all(rule.source for rule in regulations.rules)


def test_a_newer_rule_holds_from_its_own_day_on_and_not_before(regulations: Regulations) -> None:
    old = regulations.in_force("speelstraat", day("2027-01-01"))
    new = Regulation("nieuw", "speelstraat", "Kortrijk", day("2027-03-01"), "test")
    both = replace(regulations, rules=(*regulations.rules, new))

    assert both.in_force("speelstraat", day("2027-02-28")) == old
    assert both.in_force("speelstraat", day("2027-03-01")) == new


@pytest.mark.parametrize(
    ("on", "fits"),
    [
        (["2027-08-01", "2027-08-31"], True),  # 31 days, the longest
        (["2027-08-01", "2027-08-03", "2027-09-01"], False),  # 32, and three weekdays
        (["2027-07-03", "2027-07-10", "2027-07-17", "2027-07-24", "2027-07-31", "2027-08-07"], True),  # six weekends
        ([f"2027-{on}" for on in ("07-03", "07-10", "07-17", "07-24", "07-31", "08-07", "08-14", "08-22")], True),
        ([f"2027-{on}" for on in ("06-02", "06-09", "06-16", "06-23", "06-30", "07-07", "07-14")], True),  # Wednesdays
        ([f"2027-{on}" for on in ("06-01", "06-02", "06-03", "07-10", "07-11")], False),  # five different weekdays
    ],
)
def test_a_play_street_in_the_city_fits_a_month_six_weekends_or_two_fixed_days(
    regulations: Regulations, on: list[str], fits: bool
) -> None:
    rule = regulations.in_force("speelstraat", day("2027-01-04"))

    assert (verdicts(rule, a_plan(*on), regulations)["period"].verdict is Verdict.MET) is fits


@pytest.mark.parametrize(
    ("code", "answer", "verdict"),
    [
        ("speed", Answer.YES, Verdict.MET),
        ("speed", Answer.NO, Verdict.BROKEN),
        ("residential", Answer.NO, Verdict.BROKEN),
        ("through", Answer.YES, Verdict.BROKEN),
        ("bus", Answer.YES, Verdict.BROKEN),
        ("bus", Answer.UNSURE, Verdict.TO_CHECK),
        ("bus", None, Verdict.MISSING),
    ],
)
def test_a_play_street_asks_what_the_street_is_like(
    regulations: Regulations, code: str, answer: Answer | None, verdict: Verdict
) -> None:
    rule = regulations.in_force("speelstraat", day("2027-01-04"))
    given = {key: value for key, value in {**a_plan().answers, code: answer}.items() if value is not None}

    assert verdicts(rule, a_plan(answers=given), regulations)[code].verdict is verdict


def test_hours_and_months_hold_where_a_place_has_them(regulations: Regulations) -> None:
    niel, wetteren = regulations.rule("niel-speelstraat"), regulations.rule("wetteren-speelstraat")

    assert verdicts(niel, a_plan(hours=(9, 21)), regulations)["hours"].verdict is Verdict.MET
    assert verdicts(niel, a_plan(hours=(8, 21)), regulations)["hours"].verdict is Verdict.BROKEN
    assert verdicts(wetteren, a_plan("2027-07-01"), regulations)["season"].verdict is Verdict.MET
    assert verdicts(wetteren, a_plan("2027-06-30"), regulations)["season"].verdict is Verdict.BROKEN


def test_stewards_are_missing_until_named_and_wait_until_they_confirm(regulations: Regulations) -> None:
    rule = regulations.rule("niel-speelstraat")
    found = [
        verdicts(rule, a_plan(stewards_named=named, stewards_confirmed=sure), regulations)["stewards"].verdict
        for named, sure in ((2, 2), (3, 2), (3, 3))
    ]

    assert found == [Verdict.MISSING, Verdict.LATER, Verdict.MET]


def test_a_road_that_is_excluded_is_refused_by_name(regulations: Regulations) -> None:
    from dataclasses import replace

    rule = regulations.in_force("speelstraat", day("2027-01-04"))
    shut = replace(rule, street=replace(rule.street, excluded=("Doorniksesteenweg",)))
    found = verdicts(shut, a_plan(streets=("Doorniksesteenweg",)), regulations)["excluded"]

    assert (found.verdict, found.needs) == (Verdict.BROKEN, ("Doorniksesteenweg",))


@pytest.mark.parametrize(
    ("share", "more", "silence", "least", "tally", "reached"),
    [
        ("2/3", False, Silence.NO, 0, (40, 31, 3), True),
        ("2/3", False, Silence.NO, 0, (40, 26, 0), False),  # 27 are needed
        ("2/3", False, Silence.NO, 0, (39, 26, 13), True),  # exactly two thirds
        ("1/2", True, Silence.NO, 0, (40, 20, 0), False),  # half is not a majority
        ("1/2", True, Silence.NO, 0, (40, 21, 0), True),
        ("1/2", False, None, 0, (41, 20, 0), False),  # silence is no where nobody said otherwise
        ("66/100", False, Silence.LEFT_OUT, 0, (40, 2, 1), True),
        ("66/100", False, Silence.LEFT_OUT, 0, (40, 0, 0), False),  # nobody answered
        ("1/2", False, Silence.YES, 0, (40, 0, 20), True),
        (None, False, None, 10, (40, 9, 0), False),
        (None, False, None, 10, (40, 7, 3), True),
    ],
)
def test_silence_counts_as_the_rule_says(
    share: str | None, more: bool, silence: Silence | None, least: int, tally: tuple[int, int, int], reached: bool
) -> None:
    rule = Consent(Fraction(share) if share else None, more, silence, least)

    assert outcome(rule, Tally(*tally)).reached is reached


def test_nothing_is_in_time_for_a_day_that_is_over(regulations: Regulations) -> None:
    rule = regulations.in_force("anders", day("2027-01-04"))

    assert verdicts(rule, a_plan("2027-01-03"), regulations)["days"].verdict is Verdict.BROKEN


def test_a_city_without_closed_days_moves_only_over_weekends() -> None:
    assert ClosedDays().moved(day("2027-12-25"), LATER) == day("2027-12-27")

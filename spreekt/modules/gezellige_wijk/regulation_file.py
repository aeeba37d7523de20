"""Reads the kinds of request and the regulations of the street from their TOML file. What they ask is in rules/."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from spreekt.kernel.settings_file import CODE, SettingsFault, Table
from spreekt.modules.gezellige_wijk.rules.days import ClosedDays, OnClosedDay, Unit
from spreekt.modules.gezellige_wijk.rules.regulation import (
    Adviser,
    Consent,
    GrantRule,
    Law,
    Notice,
    Periods,
    Regulation,
    Silence,
    Street,
    When,
)

STEPS = ("plaats", "wanneer", "straat", "meters", "praktisch", "materiaal", "toelage", "meer")
FIELD_KINDS = ("regel", "tekst", "getal", "ja-nee")
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class ExtraField:
    """One question that only one kind of request asks. `kind` is one of FIELD_KINDS."""

    code: str
    label: str
    kind: str
    required: bool


@dataclass(frozen=True, slots=True)
class RequestType:
    """One kind of request: its name, the screens it asks, and its own questions."""

    code: str
    name: str
    text: str
    steps: tuple[str, ...]
    fields: tuple[ExtraField, ...]

    @property
    def has_days(self) -> bool:
        return "wanneer" in self.steps


@dataclass(frozen=True, slots=True)
class Regulations:
    """Everything in the file."""

    home: str
    closed: ClosedDays
    types: Mapping[str, RequestType]
    rules: tuple[Regulation, ...]
    wipe_days: int
    """Days after the end of a request on which addresses that nobody needs any more are wiped."""

    def rule(self, code: str) -> Regulation:
        """The regulation with this code. Raises KeyError: what was ever in force stays in the file."""
        return next(rule for rule in self.rules if rule.code == code)

    def in_force(self, kind: str, on: date) -> Regulation:
        """The city's own regulation for a kind of request on a day: the newest that holds by then."""
        own = [rule for rule in self.rules if rule.place == self.home and rule.kind == kind]
        held = [rule for rule in own if rule.valid_from <= on] or own
        return max(held, key=lambda rule: rule.valid_from)

    def presets(self, kind: str) -> tuple[Regulation, ...]:
        """How this kind of request is regulated elsewhere, to start from."""
        return tuple(rule for rule in self.rules if rule.kind == kind and rule.place != self.home)


def read_regulations(path: Path) -> Regulations:
    """Read the file again when it was changed. Raises SettingsFault naming the value that is wrong."""
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Regulations:
    table = Table(tomllib.loads(path.read_text("utf-8")))
    laws = {law.code: law for law in map(_law, table.tables("laws"))}
    advisers = {adviser.code: adviser for adviser in map(_adviser, table.tables("advisers"))}
    found = Regulations(
        home=table.text("home"),
        closed=_closed_days(table.table("closed_days")),
        types={kind.code: kind for kind in map(_type, table.tables("types"))},
        rules=tuple(_rule(each, laws, advisers) for each in table.tables("rules")),
        wipe_days=table.whole("wipe_days", least=1),
    )
    table.finish()
    if len({rule.code for rule in found.rules}) != len(found.rules):
        raise SettingsFault("rules: a code is used twice")
    for kind in found.types:
        if not any(rule.place == found.home and rule.kind == kind for rule in found.rules):
            raise SettingsFault(f"rules: {found.home} has no rule for {kind}")
    return found


def _closed_days(table: Table) -> ClosedDays:
    fixed = [date.fromisoformat(f"2000-{text}") for text in table.texts("fixed")]
    closed = ClosedDays(tuple((day.month, day.day) for day in fixed), table.wholes("after_easter"))
    table.finish()
    return closed


def _law(table: Table) -> Law:
    law = Law(table.text("code", CODE), table.text("words"), table.text("source"))
    table.finish()
    return law


def _adviser(table: Table) -> Adviser:
    mail = table.text("mail") if table.has("mail") else ""
    adviser = Adviser(table.text("code", CODE), table.text("name"), 1, table.whole("days", least=1), mail)
    table.finish()
    return adviser


def _type(table: Table) -> RequestType:
    steps = table.texts("steps")
    if not set(steps) <= set(STEPS):
        raise table.fault("steps", f"known steps are: {', '.join(STEPS)}")
    fields = tuple(map(_extra, table.tables("fields"))) if table.has("fields") else ()
    kind = RequestType(table.text("code", CODE), table.text("name"), table.text("text"), steps, fields)
    table.finish()
    return kind


def _extra(table: Table) -> ExtraField:
    field = ExtraField(
        table.text("code", CODE), table.text("label"), table.text("kind"), table.yes_or_no("required")
    )  # fmt: skip
    if field.kind not in FIELD_KINDS:
        raise table.fault("kind", f"must be one of: {', '.join(FIELD_KINDS)}")
    table.finish()
    return field


def _rule(table: Table, laws: Mapping[str, Law], advisers: Mapping[str, Adviser]) -> Regulation:
    rule = Regulation(
        code=table.text("code", CODE),
        kind=table.text("kind", CODE),
        place=table.text("place"),
        valid_from=table.day("valid_from"),
        source=table.text("source"),
        notices=tuple(map(_notice, table.tables("notices"))) if table.has("notices") else (),
        consent=_part(table, "consent", _consent),
        stewards_least=_whole(table, "stewards_least") or 0,
        stewards_most=_whole(table, "stewards_most"),
        periods=_part(table, "periods", _periods) or Periods(),
        street=_part(table, "street", _street) or Street(),
        grant=_part(table, "grant", _grant),
        advisers=_turns(table, advisers) if table.has("advisers") else (),
        laws=tuple(_known(table, "laws", laws, code) for code in table.texts("laws")) if table.has("laws") else (),
    )
    table.finish()
    return rule


_Part = TypeVar("_Part")


def _part(table: Table, key: str, read: Callable[[Table], _Part]) -> _Part | None:
    if not table.has(key):
        return None
    inner = table.table(key)
    part = read(inner)
    inner.finish()
    return part


def _known(table: Table, key: str, known: Mapping[str, _Part], code: object) -> _Part:
    if code not in known:
        raise table.fault(key, f"{code!r} is not declared")
    return known[str(code)]


def _turns(table: Table, known: Mapping[str, Adviser]) -> tuple[Adviser, ...]:
    return tuple(
        replace(_known(table, "advisers", known, code), turn=number)
        for number, codes in enumerate(table.lists("advisers"), 1)
        for code in codes
    )


def _word(table: Table, key: str, kind: type[_Word], default: _Word) -> _Word:
    if not table.has(key):
        return default
    value = table.text(key)
    try:
        return kind(value)
    except ValueError as fault:
        raise table.fault(key, f"{value!r} is not one of: {', '.join(kind)}") from fault


def _whole(table: Table, key: str) -> int | None:
    return table.whole(key, least=1) if table.has(key) else None


def _notice(table: Table) -> Notice:
    notice = Notice(
        amount=table.whole("amount", least=1),
        unit=_word(table, "unit", Unit, Unit.WEEKS),
        when=_word(table, "when", When, When.ALWAYS),
        on_closed_day=_word(table, "on_closed_day", OnClosedDay, OnClosedDay.STAYS),
    )
    table.finish()
    return notice


def _consent(table: Table) -> Consent:
    share = Fraction(table.text("share", r"[1-9][0-9]*/[1-9][0-9]*")) if table.has("share") else None
    return Consent(
        share=share,
        more_than=table.yes_or_no("more_than") if table.has("more_than") else False,
        silence=_word(table, "silence", Silence, Silence.NO) if table.has("silence") else None,
        least_answers=_whole(table, "least_answers") or 0,
        days=_whole(table, "days") or 14,
    )


def _hour(table: Table, key: str) -> time | None:
    return time.fromisoformat(table.text(key, "[0-2][0-9]:[0-5][0-9]")) if table.has(key) else None


def _periods(table: Table) -> Periods:
    return Periods(
        longest_days=_whole(table, "longest_days"),
        weekends=_whole(table, "weekends"),
        days_a_week=_whole(table, "days_a_week"),
        earliest=_hour(table, "earliest"),
        latest=_hour(table, "latest"),
        months=table.wholes("months") if table.has("months") else (),
        words=table.text("words") if table.has("words") else "",
    )


def _street(table: Table) -> Street:
    def says(key: str) -> bool:
        return table.yes_or_no(key) if table.has(key) else False

    return Street(
        speed_most=_whole(table, "speed_most"),
        residential=says("residential"),
        no_through_traffic=says("no_through_traffic"),
        no_bus=says("no_bus"),
        excluded=table.texts("excluded") if table.has("excluded") else (),
    )


def _grant(table: Table) -> GrantRule:
    return GrantRule(
        name=table.text("name"),
        flat_cents=_whole(table, "flat_cents"),
        flat_below=_whole(table, "flat_below"),
        most_cents=_whole(table, "most_cents"),
        settle_months=table.whole("settle_months", least=1),
        halves=table.yes_or_no("halves"),
    )

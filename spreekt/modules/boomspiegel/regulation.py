"""Which rules hold on a day: presets to start from, versions that are never changed, and how long a year is."""

from __future__ import annotations

import calendar
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError, Invalid
from spreekt.kernel.settings_file import Table
from spreekt.kernel.text import clean_line
from spreekt.modules.boomspiegel.adoption_models import Regulation
from spreekt.modules.boomspiegel.models import Adoptable
from spreekt.modules.boomspiegel.plants import PRESETS

NUMBERS: Final = (
    "adoptions_most", "adopters_most", "waiting_most", "height_most_cm", "height_junction_cm", "junction_metres",
    "trunk_free_cm", "dig_most_cm", "raise_most_cm", "footpath_least_cm", "advice_days", "mend_days", "offer_days",
    "nest_box_days", "check_months", "check_answer_days", "misses_most", "visit_days", "warning_days", "notice_days",
    "vanish_percent_most",
)  # fmt: skip
MAY_BE_ZERO: Final = frozenset({"trunk_free_cm", "dig_most_cm", "raise_most_cm", "vanish_percent_most"})
LARGEST: Final = 10_000


class NoRegulation(DomainError):
    """No rules hold for this kind of place yet."""

    says = N_("Er is nog geen reglement voor deze plekken. Probeer het later, of bel {line}.")


def in_force(db: Session, kind: str, *, on: date) -> Regulation:
    """The rules for a kind of place on a day. Raises NoRegulation."""
    found = db.scalars(
        select(Regulation)
        .where(Regulation.kind == kind, Regulation.valid_from <= on)
        .order_by(Regulation.valid_from.desc())
        .limit(1)
    ).first()
    if found is None:
        raise NoRegulation
    return found


def versions(db: Session, kind: str) -> list[Regulation]:
    """All versions, newest first."""
    return list(db.scalars(select(Regulation).where(Regulation.kind == kind).order_by(Regulation.version.desc())))


def settle(db: Session, *, by: Actor) -> None:
    """Put the presets in force for kinds that have no rules yet. Running it again does nothing."""
    known = set(db.scalars(select(Regulation.kind).distinct()))
    tables = Table(tomllib.loads((PRESETS / "regulations.toml").read_text("utf-8"))).tables("regulations")
    for table in tables:
        regulation = _preset(table)
        if regulation.kind not in known:
            db.add(regulation)
            db.flush()
            audit.record(db, by=by, act="adoption-regulation.new", subject=f"adoption-regulation:{regulation.id}")


def new_version(
    db: Session, kind: str, *, numbers: Mapping[str, int], residents_only: bool, rules: list[tuple[str, bool, str]],
    valid_from: date, source: str, decision_url: str, by: Actor, today: date,
) -> Regulation:  # fmt: skip
    """New rules from a day that is not past; adoptions keep the version that they accepted.

    `rules` are (code, may, text). Raises Invalid with what to do.
    """
    if valid_from < today:
        raise Invalid(N_("Laat nieuwe regels ingaan vandaag of later."))
    latest = db.execute(
        select(func.max(Regulation.version), func.max(Regulation.valid_from)).where(Regulation.kind == kind)
    ).one()
    if latest[1] is not None and valid_from <= latest[1]:
        raise Invalid(N_("Er gaat al een versie in op die dag of later. Kies een latere dag."))
    if not rules:
        raise Invalid(N_("Schrijf minstens één regel."))
    for name, value in numbers.items():
        if not (0 if name in MAY_BE_ZERO else 1) <= value <= LARGEST:
            raise Invalid(N_("Kijk de getallen na: elk ligt tussen 1 en 10.000."))
    if numbers["height_junction_cm"] > numbers["height_most_cm"]:
        raise Invalid(N_("Bij een kruispunt mag de hoogte niet groter zijn dan elders."))
    regulation = Regulation(
        kind=kind, version=(latest[0] or 0) + 1, valid_from=valid_from, residents_only=residents_only,
        source=clean_line(source, most=400, least=5), decision_url=decision_url,
        rules=[{"code": code, "may": may, "text": clean_line(text, most=300, least=5)} for code, may, text in rules],
        **{name: numbers[name] for name in NUMBERS},
    )  # fmt: skip
    db.add(regulation)
    db.flush()
    audit.record(db, by=by, act="adoption-regulation.new", subject=f"adoption-regulation:{regulation.id}")
    return regulation


def height_limit(regulation: Regulation, place: Adoptable) -> int:
    """How high plants may grow at one place, in cm."""
    return regulation.height_junction_cm if place.near_junction else regulation.height_most_cm


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month when that day does not exist (29 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _preset(table: Table) -> Regulation:
    numbers = {name: table.whole(name) for name in NUMBERS}
    rules: list[dict[str, Any]] = []
    for rule in table.tables("rules"):
        text = rule.text("text").format(**numbers)
        rules.append({"code": rule.text("code"), "may": rule.yes_or_no("may"), "text": text})
        rule.finish()
    regulation = Regulation(
        kind=table.text("kind"), version=1, valid_from=table.day("valid_from"), source=table.text("source"),
        decision_url=table.text("decision_url", r".*"), residents_only=table.yes_or_no("residents_only"), rules=rules,
        **numbers,
    )  # fmt: skip
    table.finish()
    return regulation

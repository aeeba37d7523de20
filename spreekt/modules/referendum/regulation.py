"""The city's regulation as it holds for one referendum: every number and choice is a field with its source."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from spreekt.kernel.errors import N_, Invalid
from spreekt.kernel.regulations import Door, ReferendumPreset, SecondCheck


class NotARegulation(Invalid):
    """A field that is missing or out of bounds; the argument names it."""

    says = N_("Het reglement klopt niet: {0}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulation:
    """Every rule of a digital referendum that the council decides on. Source: what the city file begins with."""

    source: str
    """The decision, or where the numbers were told."""
    minimum_age: int = 16
    """In years, on the day the poll closes."""
    reference_days: int = 30
    """Who lived in the city so many days before the opening, and is old enough, may vote."""
    minimum_votes: int = 2_000
    """Valid votes needed, blank ones not counted."""
    minimum_margin: str = "2.5"
    """Percentage points between first and second, of the votes that are not blank; a decimal text."""
    may_revote: bool = False
    most_ballots: int = 10
    """How often one code may vote where a vote may be changed: every ballot stays in the archive for good."""
    second_check: SecondCheck = SecondCheck.BIRTH_DATE
    doors: tuple[Door, ...] = (Door.WEB, Door.KIOSK, Door.PAPER)
    batch_minutes: int = 15
    """How often ballots appear on the board."""
    batch_least: int = 5
    """Ballots of fewer voters wait for the next time, so that nobody can be recognised by the hour; not after closing.
    Two or more: a batch of one is somebody's."""
    small_number: int = 50
    """Below so many votes no figure of an area is published."""
    appeal_days: int = 30
    """After the proclamation; then the key between roll and credentials is thrown away."""
    notice_days: int = 30
    """Between announcement and opening, for people to read."""
    objection_days: int = 5
    """Within which somebody who objects to the voter roll has an answer."""
    argument_slack: int = 20
    """By how many percent the arguments for and against may differ in length."""

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Regulation:
        """From its stored form. Raises NotARegulation."""
        known = {field.name for field in fields(cls)}
        if unknown := set(stored) - known:
            raise NotARegulation(", ".join(sorted(unknown)))
        values = dict(stored)
        try:
            values["second_check"] = SecondCheck(values.get("second_check", SecondCheck.BIRTH_DATE))
            values["doors"] = tuple(Door(door) for door in values.get("doors", Door))
            found = cls(**values)
            margin = Decimal(found.minimum_margin)
        except (TypeError, ValueError, InvalidOperation) as fault:
            raise NotARegulation(str(fault)) from None
        _require(margin.is_finite() and 0 <= margin <= 100, "minimum_margin")
        _require(0 <= found.minimum_age <= 120, "minimum_age")
        _require(1 <= found.batch_minutes <= 24 * 60, "batch_minutes")
        _require(found.batch_least >= 2, "batch_least")
        _require(isinstance(found.most_ballots, int) and found.most_ballots >= 1, "most_ballots")
        for name in (
            "reference_days",
            "minimum_votes",
            "batch_least",
            "small_number",
            "appeal_days",
            "notice_days",
            "objection_days",
            "argument_slack",
        ):
            value = getattr(found, name)
            _require(isinstance(value, int) and value >= 0, name)
        return found

    @classmethod
    def begun_from(cls, preset: ReferendumPreset) -> Regulation:
        """What a new referendum begins with in this city. Raises NotARegulation."""
        numbers = {field.name: getattr(preset, field.name) for field in fields(cls) if field.name != "source"}
        return cls.of(numbers | {"source": preset.source.told_by})

    @property
    def stored(self) -> dict[str, Any]:
        """As it is kept and published."""
        return asdict(self) | {"doors": list(self.doors)}

    @property
    def has_paper(self) -> bool:
        """Whether one may vote on paper."""
        return Door.PAPER in self.doors

    @property
    def has_kiosk(self) -> bool:
        """Whether one may vote on a device of the city."""
        return Door.KIOSK in self.doors

    @property
    def margin(self) -> Decimal:
        """In percentage points."""
        return Decimal(self.minimum_margin)


def _require(holds: bool, name: str) -> None:
    if not holds:
        raise NotARegulation(name)

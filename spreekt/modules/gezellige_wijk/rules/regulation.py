"""What one dated regulation asks of one kind of request, as values. Nothing here looks at a request."""

from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from fractions import Fraction

from spreekt.modules.gezellige_wijk.rules.days import ClosedDays, OnClosedDay, Unit, counted_back


class When(StrEnum):
    """For which plans a notice holds."""

    ALWAYS = "altijd"
    CLOSURE = "afsluiting"
    NO_CLOSURE = "geen-afsluiting"
    GRANT = "toelage"
    MATERIAL = "materiaal"


class Silence(StrEnum):
    """How an address counts that did not answer a survey."""

    NO = "nee"
    YES = "ja"
    LEFT_OUT = "telt-niet-mee"


@dataclass(frozen=True, slots=True)
class Notice:
    """How long before the first day a request must be there, complete."""

    amount: int
    unit: Unit
    when: When = When.ALWAYS
    on_closed_day: OnClosedDay = OnClosedDay.STAYS

    def last_day(self, first: date, closed: ClosedDays) -> date:
        """The last day on which a request is in time for this first day."""
        return closed.moved(counted_back(first, self.amount, self.unit), self.on_closed_day)


@dataclass(frozen=True, slots=True)
class Consent:
    """How many addresses must agree. `silence` is None where the source does not say."""

    share: Fraction | None
    more_than: bool = False
    """More than the share, or the share itself is enough."""
    silence: Silence | None = None
    least_answers: int = 0
    days: int = 14
    """How long the survey is open, in days."""


@dataclass(frozen=True, slots=True)
class Periods:
    """When it may be held. A plan fits when it fits one of the ways that are given; all None: anything goes."""

    longest_days: int | None = None
    weekends: int | None = None
    days_a_week: int | None = None
    earliest: time | None = None
    latest: time | None = None
    months: tuple[int, ...] = ()
    words: str = ""
    """As the source says it, where that is more than numbers can hold."""


@dataclass(frozen=True, slots=True)
class Street:
    """What the street must be like."""

    speed_most: int | None = None
    residential: bool = False
    no_through_traffic: bool = False
    no_bus: bool = False
    excluded: tuple[str, ...] = ()
    """Roads on which it never may be, by name as the street list writes them."""


@dataclass(frozen=True, slots=True)
class GrantRule:
    """What the city pays. `flat_cents` is paid as it is; of more, up to `most_cents`, an account is settled."""

    name: str
    flat_cents: int | None
    flat_below: int | None
    """The flat amount is for fewer participants than this."""
    most_cents: int | None
    settle_months: int
    halves: bool
    """Half on decision, half after the report."""


@dataclass(frozen=True, slots=True)
class Adviser:
    """One who is asked for advice. Those of the same `turn` are asked together; a later turn waits."""

    code: str
    name: str
    turn: int
    days: int
    """Working days until the advice is due."""
    mail: str = ""
    """Where an adviser without an account is asked; empty for staff with a role."""


@dataclass(frozen=True, slots=True)
class Law:
    """A ground for a refusal, as it is cited to the applicant."""

    code: str
    words: str
    source: str


@dataclass(frozen=True, slots=True)
class Regulation:
    """The rules of one place for one kind of request from one day on. Never changed: a new one comes beside it."""

    code: str
    kind: str
    """Code of the request type."""
    place: str
    valid_from: date
    source: str
    notices: tuple[Notice, ...] = ()
    consent: Consent | None = None
    stewards_least: int = 0
    stewards_most: int | None = None
    periods: Periods = field(default_factory=Periods)
    street: Street = field(default_factory=Street)
    grant: GrantRule | None = None
    advisers: tuple[Adviser, ...] = ()
    survey_after_advice: bool = True
    laws: tuple[Law, ...] = ()

    def law(self, code: str) -> Law | None:
        """The ground with this code."""
        return next((law for law in self.laws if law.code == code), None)

"""Whether enough addresses agree. Counts totals only: who said what is not known here."""

from dataclasses import dataclass
from math import ceil, floor

from spreekt.modules.gezellige_wijk.rules.regulation import Consent, Silence


@dataclass(frozen=True, slots=True)
class Tally:
    """How many addresses there are, and what they said."""

    addresses: int
    yes: int
    no: int

    @property
    def silent(self) -> int:
        return self.addresses - self.yes - self.no


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a survey stands. `counted` is what the share is taken of; `needed` how many must agree."""

    agreeing: int
    counted: int
    needed: int
    reached: bool


def outcome(rule: Consent, tally: Tally) -> Outcome:
    """Count by the rule. Where the source does not say how silence counts, it counts as no."""
    silence = rule.silence or Silence.NO
    agreeing = tally.yes + (tally.silent if silence is Silence.YES else 0)
    counted = tally.yes + tally.no if silence is Silence.LEFT_OUT else tally.addresses
    needed = 0
    if rule.share is not None:
        part = rule.share * counted
        needed = floor(part) + 1 if rule.more_than else ceil(part)
    answered = tally.yes + tally.no
    reached = counted > 0 and agreeing >= needed and answered >= rule.least_answers
    return Outcome(agreeing, counted, needed, reached)

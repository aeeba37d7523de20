"""What a rule says about one project, with the figures behind it. Sentences are in templates."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Reason(StrEnum):
    """Why a project won or lost."""

    ENOUGH_VOTES = "enough_votes"
    SUPPORTERS_PAID = "supporters_paid"
    COMPLETED = "completed"
    NO_VOTES = "no_votes"
    OVER_BUDGET = "over_budget"
    DID_NOT_FIT = "did_not_fit"
    AFTER_THE_STOP = "after_the_stop"
    TOO_FEW_VOTES = "too_few_votes"
    MONEY_WENT_ELSEWHERE = "money_went_to_other_supported_projects"

    @property
    def won(self) -> bool:
        return self in (Reason.ENOUGH_VOTES, Reason.SUPPORTERS_PAID, Reason.COMPLETED)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A greedy rule came by this project. `left` is the money it found, in units; `place` counts from 1."""

    place: int
    left: int


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """The supporters of a project bought it in equal shares. Money in units.

    `price` is what one vote pays at most, `effective_votes` = cost / price.
    """

    round: int
    price: Fraction
    effective_votes: Fraction
    paid_full: int
    paid_less: int


@dataclass(frozen=True, kw_only=True)
class Shortfall:
    """The supporters of a project could not buy it in equal shares. Money in units.

    `effective_support` is the highest part of the cost that they could pay at a winner's price, always below
    1 unless a tie decided. `taken_by` are the winners that took most of their money, with the amounts.
    """

    money_at_start: Fraction
    money_left: Fraction
    missing: Fraction
    effective_support: Fraction
    taken_by: tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a project won, why, and the figures that its kind of rule has."""

    project_id: str
    reason: Reason
    votes: int
    score: int
    turn: Turn | None = None
    purchase: Purchase | None = None
    shortfall: Shortfall | None = None

    @property
    def won(self) -> bool:
        return self.reason.won

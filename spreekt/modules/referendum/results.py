"""A referendum's stored figures as the result page shows them."""

from dataclasses import dataclass

from spreekt.kernel.storage import Json
from spreekt.modules.referendum.models import Referendum
from spreekt.modules.referendum.outcome import Judged, judge


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that is told about the outcome."""

    questions: tuple[Judged, ...]
    voters: int
    channels: dict[str, int]
    roll: int | None
    areas: dict[str, int | None]
    refused: dict[str, int]
    paper_not_shown: int
    """Ballots on paper that are not in the figures: too few to stay secret, and unable to change the outcome."""

    @property
    def turnout(self) -> float | None:
        """In percent of the roll; None when the roll is not known."""
        return 100 * self.voters / self.roll if self.roll else None

    @property
    def refused_in_all(self) -> int:
        return sum(self.refused.values())


def shown_result(referendum: Referendum) -> Result:
    """The result of a referendum that was counted; judged anew from its figures and its own regulation."""
    stored = referendum.outcome or {}
    rules = referendum.regulation
    return Result(
        questions=tuple(
            judge(row["question"], row["answers"], row["counts"], row["blank"], rules)
            for row in stored.get("questions", [])
        ),
        voters=sum(stored.get("voters", {}).values()),
        channels=dict(stored.get("voters", {})),
        roll=stored.get("roll"),
        areas=dict(stored.get("areas", {})),
        refused=dict(stored.get("refused", {})),
        paper_not_shown=stored.get("paper_not_shown", 0),
    )


def told_result(referendum: Referendum) -> Json:
    """The stored figures as programs read them, with whether they hold and, if not, why."""
    why = referendum.public_reason if referendum.is_annulled else None
    return {**(referendum.outcome or {}), "annulled": referendum.is_annulled, "public_reason": why}

"""What the figures mean under the regulation: adopted, rejected, invalid or undecided, question by question. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from spreekt.modules.referendum.regulation import Regulation


class Verdict(StrEnum):
    """How a question ended."""

    ADOPTED = "aangenomen"
    REJECTED = "verworpen"
    CHOSEN = "gekozen"
    """One of the answers won, and they are not yes and no."""
    INVALID = "ongeldig"
    """Too few votes that are not blank."""
    UNDECIDED = "onbeslist"
    """The first and the second are too close."""


YES_NO = ("Ja", "Nee")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One question's figures and what follows from them. Counts are of ballots, all doors together."""

    text: str
    answers: tuple[str, ...]
    counts: tuple[int, ...]
    blank: int
    verdict: Verdict
    first: int | None
    """Index of the answer with most votes; None when two share it or nobody voted."""
    margin: Fraction
    """Percentage points between first and second, of the votes that are not blank."""
    has_enough_votes: bool
    has_enough_margin: bool

    @property
    def valid(self) -> int:
        """Votes that are not blank."""
        return sum(self.counts)

    @property
    def cast(self) -> int:
        return self.valid + self.blank

    def share(self, index: int) -> Fraction:
        """Of the votes that are not blank, in percent; 0 when there are none."""
        return Fraction(100 * self.counts[index], self.valid) if self.valid else Fraction()

    @property
    def shown_margin(self) -> str:
        """With two decimals, cut off: what is not enough never looks as if it were."""
        hundredths = int(self.margin * 100)
        return f"{hundredths // 100}.{hundredths % 100:02}"

    @property
    def stored(self) -> dict[str, Any]:
        return {
            "question": self.text,
            "answers": list(self.answers),
            "counts": list(self.counts),
            "blank": self.blank,
            "verdict": self.verdict.value,
            "margin": self.shown_margin,
        }


def judge(text: str, answers: Sequence[str], counts: Sequence[int], blank: int, rules: Regulation) -> Judged:
    """Hold one question's figures to the thresholds. Blank votes count for turnout, not for these."""
    valid = sum(counts)
    ranked = sorted(range(len(counts)), key=lambda index: -counts[index])
    lead = counts[ranked[0]] - (counts[ranked[1]] if len(ranked) > 1 else 0)
    margin = Fraction(100 * lead, valid) if valid else Fraction()
    enough_votes = valid >= rules.minimum_votes
    enough_margin = lead > 0 and margin >= Fraction(rules.margin)
    first = ranked[0] if lead > 0 else None
    if not enough_votes:
        verdict = Verdict.INVALID
    elif not enough_margin:
        verdict = Verdict.UNDECIDED
    elif tuple(answers) == YES_NO:
        verdict = Verdict.ADOPTED if first == 0 else Verdict.REJECTED
    else:
        verdict = Verdict.CHOSEN
    return Judged(
        text=text,
        answers=tuple(answers),
        counts=tuple(counts),
        blank=blank,
        verdict=verdict,
        first=first,
        margin=margin,
        has_enough_votes=enough_votes,
        has_enough_margin=enough_margin,
    )


def is_settled(judged: Judged, rules: Regulation, *, more: int) -> bool:
    """Whether so many more ballots could not change how this question ends, however they are filled in.

    Every way to fill them in lies between these: all blank, or all for one and the same answer.
    """
    extremes = [judged]
    for favourite in range(len(judged.answers)):
        counts = [count + more * (answer == favourite) for answer, count in enumerate(judged.counts)]
        extremes.append(judge(judged.text, judged.answers, counts, judged.blank, rules))
    return len({(each.verdict, each.first if each.verdict is Verdict.CHOSEN else None) for each in extremes}) == 1


def added(web: Sequence[Sequence[int]], paper: Sequence[Sequence[int]] | None) -> list[list[int]]:
    """Electronic and paper figures together, per question in the order of the result: blank first where allowed."""
    if paper is None:
        return [list(question) for question in web]
    return [[a + b for a, b in zip(one, other, strict=True)] for one, other in zip(web, paper, strict=True)]


def shown_areas(voters: Mapping[str, int], *, least: int) -> dict[str, int | None]:
    """Voters per area, None where it is not told: below `least`, and as many more as the hidden ones need for it.

    The total is public, so what all hidden areas have together follows from it: that must not be small either.
    """
    by_size = sorted(voters, key=lambda name: (voters[name], name))
    hidden = [name for name in by_size if voters[name] < least]
    for name in by_size[len(hidden) :]:
        if not hidden or sum(voters[each] for each in hidden) >= least:
            break
        hidden.append(name)
    return {name: None if name in hidden else count for name, count in voters.items()}

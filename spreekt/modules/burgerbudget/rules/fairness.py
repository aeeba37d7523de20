"""Two figures of fairness that every result page shows, for any set of winners. No rule lives here."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import lcm

from spreekt.modules.burgerbudget.rules.election import Election


@dataclass(frozen=True, kw_only=True)
class Fairness:
    """`empty_handed` voters support no winner; `complaints` are losers with a justified complaint."""

    voters: int
    empty_handed: int
    complaints: tuple[str, ...]

    @property
    def without_project(self) -> Fraction:
        """Share of the voters, blank votes included, who support no winner."""
        return Fraction(self.empty_handed, self.voters) if self.voters else Fraction(0)


def judge(election: Election, winners: Collection[str]) -> Fairness:
    """How fair these winners are to the voters of this election."""
    chosen = set(winners)
    empty_handed = sum(ballot.count for ballot in election.ballots if chosen.isdisjoint(ballot.choices))
    return Fairness(
        voters=election.voters, empty_handed=empty_handed, complaints=_justified_complaints(election, chosen)
    )


def _justified_complaints(election: Election, chosen: set[str]) -> tuple[str, ...]:
    """Losers whose supporters could have paid for them together and would all have been better off.

    EJR+ up to any project with cost utilities: a loser c complains when for some supporters of c, each with
    funded utility at most u, u + cost(c) <= their shares together. Points do not count here, only support.
    """
    funded = {name: election.project[name].cost for name in chosen}
    support: dict[str, dict[tuple[int, str], int]] = {name: {} for name in election.project if name not in chosen}
    for ballot in election.ballots:
        losers = [name for name in ballot.choices if name not in funded]
        if losers:
            alike = sum([funded[name] for name in ballot.choices if name in funded]), ballot.share_class
            for name in losers:
                voters = support[name]
                voters[alike] = voters.get(alike, 0) + ballot.count
    scale = lcm(1, *(share.denominator for share in election.shares.values()))
    whole = {area: int(share * scale) for area, share in election.shares.items()}
    complaints = []
    for project in election.projects:
        together: Counter[int] = Counter()
        for (utility, share_class), count in support.get(project.id, {}).items():
            together[utility] += count * whole[share_class]
        utilities = sorted(together)
        purses = accumulate(together[utility] for utility in utilities)
        wanted = ((utility + project.cost) * scale for utility in utilities)
        if any(price <= purse for price, purse in zip(wanted, purses, strict=True)):
            complaints.append(project.id)
    return tuple(complaints)

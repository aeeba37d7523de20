"""The jury's part in choosing winners: alone from the shortlist, or weighed with the public. No gate lives here.

Sources: Kortrijk's citizens' jury chose from the shortlist; Gent weighed the public vote 70 and experts 30.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.gates import Shortlist
from spreekt.modules.burgerbudget.rules.ties import tie_ranks


class NotAJuryChoice(ValueError):
    """What the jury says cannot be carried out; the message names every reason."""


@dataclass(frozen=True)
class Weighed:
    """A project's place when public and jury count together; every part of it between 0 and 1.

    `jury` is None where no juror could judge it: then the public counts alone. `left` is the money that it found, in
    units.
    """

    project_id: str
    public: Fraction
    jury: Fraction | None
    together: Fraction
    left: int
    won: bool


def chosen_by_jury(election: Election, shortlist: Shortlist, choice: Sequence[str]) -> tuple[str, ...]:
    """The jury's own choice, in its order. Raises NotAJuryChoice when it leaves the shortlist or the budget."""
    faults = [f"{name!r} is chosen twice" for name in dict.fromkeys(choice) if choice.count(name) > 1]
    faults += [f"{name!r} is not on the shortlist" for name in dict.fromkeys(choice) if name not in shortlist.names]
    spent = sum(election.project[name].cost for name in choice if name in election.project)
    if spent > election.budget:
        over = election.currency(spent - election.budget)
        faults.append(f"the choice costs {float(over):.2f} more than there is")
    if faults:
        raise NotAJuryChoice("; ".join(faults))
    return tuple(choice)


def weigh(
    election: Election,
    shortlist: Shortlist,
    scores: Mapping[str, Fraction | None],
    *,
    public_percent: int,
    lot_seed: str | None = None,
) -> tuple[Weighed, ...]:
    """Rank the shortlist by public and jury together, and take in that order what fits.

    On each side a project's points are divided by the most that any project on the shortlist got there, so that
    neither side weighs more because it hands out larger numbers. `scores` are the jury's, zero or more; None for a
    project that nobody on the jury could judge, which loses nothing by that: the public counts for all of it.
    Raises NotAJuryChoice when a project has no score or a negative one.
    """
    if not 0 <= public_percent <= 100:
        raise ValueError("a weight is a percentage from 0 to 100")
    faults = [f"{name!r} has no score of the jury" for name in shortlist.names if name not in scores]
    faults += [f"{name!r} is not on the shortlist" for name in scores if name not in shortlist.names]
    faults += [f"{name!r} has a score below zero" for name, score in scores.items() if score is not None and score < 0]
    if faults:
        raise NotAJuryChoice("; ".join(faults))
    public = _to_one({name: Fraction(election.score[name]) for name in shortlist.names})
    jury = _to_one({name: Fraction(score) for name, score in scores.items() if score is not None})
    together = {
        name: (public[name] * public_percent + jury.get(name, public[name]) * (100 - public_percent)) / 100
        for name in shortlist.names
    }
    ranks = tie_ranks(election, lot_seed)
    left, weighed = election.budget, []
    for name in sorted(shortlist.names, key=lambda name: (-together[name], ranks[name])):
        cost = election.project[name].cost
        won = cost <= left
        weighed.append(Weighed(name, public[name], jury.get(name), together[name], left, won))
        left -= cost if won else 0
    return tuple(weighed)


def _to_one(points: Mapping[str, Fraction]) -> Mapping[str, Fraction]:
    most = max(points.values(), default=Fraction(0))
    return {name: given / most if most else Fraction(0) for name, given in points.items()}

"""Who goes on after the vote: enough buyers, or the first so many. What a jury or a rule then does lives elsewhere.

Sources: Kortrijk's first edition (bought at least 50 times) and second edition (top 15 of the coins).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from spreekt.modules.burgerbudget.rules.election import Ballot, Election
from spreekt.modules.burgerbudget.rules.ties import tie_ranks


class AtTheEdge(StrEnum):
    """What happens to projects that stand equal where the top ends. A regulation says so in advance."""

    ALL = "all"
    NONE = "none"
    LOT = "lot"


class Passage(StrEnum):
    """Why a project goes on or not."""

    THROUGH = "through"
    DREW_THROUGH = "drew_through"
    NO_VOTES = "no_votes"
    TOO_FEW_BUYERS = "too_few_buyers"
    BELOW_THE_TOP = "below_the_top"
    EQUAL_AT_THE_EDGE = "equal_at_the_edge"

    @property
    def goes_on(self) -> bool:
        return self in (Passage.THROUGH, Passage.DREW_THROUGH)


@dataclass(frozen=True, kw_only=True)
class Gate:
    """`buyers`: at least so many voters support it. `top`: the first so many by points. None asks nothing.

    With `edge` LOT, equals go in the order of every tie: lower cost, more votes, the lot of `lot_seed` or the id.
    """

    buyers: int | None = None
    top: int | None = None
    edge: AtTheEdge = AtTheEdge.ALL
    lot_seed: str | None = None

    def __post_init__(self) -> None:
        if any(number is not None and number < 1 for number in (self.buyers, self.top)):
            raise ValueError("a gate asks for at least one buyer, and lets at least one project through")

    def parameters(self) -> dict[str, str | int | None]:
        """The gate as it stands in exported files; the seed last, because it may hold anything."""
        top = {"top": self.top, "edge": self.edge.value} if self.top is not None else {}
        return {**({"buyers": self.buyers} if self.buyers is not None else {}), **top, "lot_seed": self.lot_seed}


@dataclass(frozen=True)
class Shortlist:
    """Projects that go on, most points first, and the reason of each. `edge` is the score where the top ends."""

    names: tuple[str, ...]
    passages: Mapping[str, Passage]
    edge: int | None


def shortlist(election: Election, gate: Gate) -> Shortlist:
    """Apply a gate. A project without votes never goes on."""
    ranks, score = tie_ranks(election, gate.lot_seed), election.score
    order = sorted(election.project, key=lambda name: (-score[name], ranks[name]))
    passages = {}
    for name in order:
        if not election.votes[name]:
            passages[name] = Passage.NO_VOTES
        elif gate.buyers is not None and election.votes[name] < gate.buyers:
            passages[name] = Passage.TOO_FEW_BUYERS
        else:
            passages[name] = Passage.THROUGH
    standing = [name for name in order if passages[name] is Passage.THROUGH]
    edge = None
    if gate.top is not None and len(standing) > gate.top:
        edge = score[standing[gate.top - 1]]
        divides_equals = score[standing[gate.top]] == edge
        for place, name in enumerate(standing):
            if score[name] < edge:
                passages[name] = Passage.BELOW_THE_TOP
            elif score[name] == edge and divides_equals:
                passages[name] = _at_the_edge(gate.edge, drawn=place < gate.top)
    return Shortlist(tuple(name for name in order if passages[name].goes_on), passages, edge)


def _at_the_edge(rule: AtTheEdge, *, drawn: bool) -> Passage:
    if rule is AtTheEdge.LOT:
        return Passage.DREW_THROUGH if drawn else Passage.EQUAL_AT_THE_EDGE
    return Passage.THROUGH if rule is AtTheEdge.ALL else Passage.EQUAL_AT_THE_EDGE


def behind(election: Election, gate: Gate | None) -> Election:
    """The election that a rule sees: what the gate lets through, or everything without one."""
    return election if gate is None else among(election, shortlist(election, gate).names)


def among(election: Election, names: Collection[str]) -> Election:
    """The same votes with these projects only. Whoever chose none of them still counts as a voter."""
    kept = set(names)

    def narrowed(ballot: Ballot) -> Ballot:
        pairs = [pair for pair in zip(ballot.choices, ballot.points, strict=True) if pair[0] in kept]
        return replace(
            ballot, choices=tuple(choice for choice, _ in pairs), points=tuple(points for _, points in pairs)
        )

    return replace(
        election,
        projects=tuple(project for project in election.projects if project.id in kept),
        ballots=tuple(narrowed(ballot) for ballot in election.ballots),
    )

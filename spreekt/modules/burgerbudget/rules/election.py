"""An election as frozen values: projects, grouped ballots, money. No rule and no file format lives here."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from spreekt.modules.burgerbudget.rules.ties import natural_order


class BallotType(StrEnum):
    """How residents marked their ballot. A basket and coins are approvals with a limit."""

    APPROVAL = "approval"
    CHOOSE_ONE = "choose-1"
    CUMULATIVE = "cumulative"
    ORDINAL = "ordinal"
    SCORING = "scoring"

    @property
    def has_points(self) -> bool:
        return self in (BallotType.CUMULATIVE, BallotType.SCORING)


@dataclass(frozen=True, kw_only=True)
class Project:
    """One project on the ballot. `cost` is in the election's money units; `details` are the other columns."""

    id: str
    cost: int
    name: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ballot:
    """All voters of one share class who marked the same.

    `choices` are project ids; their order means something for ranking only. `points` stand beside them:
    1 for an approval, the points given, or the Borda points of a rank.
    """

    choices: tuple[str, ...]
    points: tuple[int, ...]
    count: int = 1
    share_class: str = ""

    @classmethod
    def approving(cls, *choices: str, count: int = 1, share_class: str = "") -> "Ballot":
        return cls(choices, (1,) * len(choices), count, share_class)

    @classmethod
    def ranking(cls, *choices: str, longest: int, count: int = 1, share_class: str = "") -> "Ballot":
        """The first choice gets as many points as the longest ranking has places, each next one less."""
        return cls(choices, tuple(range(longest, longest - len(choices), -1)), count, share_class)


class NotAnElection(ValueError):
    """The parts contradict each other; the message names every contradiction."""


@dataclass(frozen=True, kw_only=True)
class Election:
    """Everything an outcome depends on, in one canonical order.

    Money is in whole units, `units` of them to one currency unit. `pots` divides the budget over share
    classes (deelgemeenten); without pots everyone shares the whole budget. `meta` is what the file says
    about itself.
    """

    budget: int
    projects: tuple[Project, ...]
    ballots: tuple[Ballot, ...]
    ballot_type: BallotType = BallotType.APPROVAL
    units: int = 1
    pots: Mapping[str, int] = field(default_factory=dict)
    meta: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "projects", tuple(sorted(self.projects, key=lambda project: natural_order(project.id)))
        )
        faults = list(_contradictions(self))
        if faults:
            raise NotAnElection("; ".join(faults))
        names = tuple(project.id for project in self.projects)
        object.__setattr__(self, "ballots", _grouped(self.ballots, self.ballot_type, names))

    @cached_property
    def project(self) -> Mapping[str, Project]:
        return {project.id: project for project in self.projects}

    @cached_property
    def voters(self) -> int:
        """All who voted, blank votes included."""
        return sum(ballot.count for ballot in self.ballots)

    @cached_property
    def votes(self) -> Mapping[str, int]:
        """Voters who support each project."""
        tally = dict.fromkeys((project.id for project in self.projects), 0)
        for ballot in self.ballots:
            for choice in ballot.choices:
                tally[choice] += ballot.count
        return tally

    @cached_property
    def score(self) -> Mapping[str, int]:
        """Points of each project: the votes for approval, the sum of points or of Borda points otherwise."""
        tally = dict.fromkeys((project.id for project in self.projects), 0)
        for ballot in self.ballots:
            for choice, points in zip(ballot.choices, ballot.points, strict=True):
                tally[choice] += points * ballot.count
        return tally

    @cached_property
    def turnout(self) -> Mapping[str, int]:
        """Voters of each share class."""
        turnout: Counter[str] = Counter()
        for ballot in self.ballots:
            turnout[ballot.share_class] += ballot.count
        return turnout

    @cached_property
    def groups(self) -> tuple[tuple[str, int], ...]:
        """Share class and number of voters of each group of identical ballots, as in `ballots`."""
        return tuple((ballot.share_class, ballot.count) for ballot in self.ballots)

    @cached_property
    def shares(self) -> Mapping[str, Fraction]:
        """Equal share of one voter of each share class, in money units, before any raise."""
        if not self.pots:
            return {area: Fraction(self.budget, self.voters) for area in self.turnout}
        return {area: Fraction(self.pots[area], voters) for area, voters in self.turnout.items()}

    def currency(self, amount: Fraction | int) -> Fraction:
        """An amount in money units as currency units."""
        return Fraction(amount) / self.units


def _contradictions(election: Election) -> Iterable[str]:
    ids = Counter(project.id for project in election.projects)
    if election.budget <= 0 or election.units <= 0:
        yield "the budget must be above zero"
    for project in election.projects:
        if project.cost <= 0:
            yield f"project {project.id!r} must cost more than zero"
    yield from (f"project {name!r} is there {times} times" for name, times in ids.items() if times > 1)
    if election.pots and sum(election.pots.values()) != election.budget:
        yield "the pots do not add up to the budget"
    known = ids.keys()
    for ballot in election.ballots:
        choices, points = set(ballot.choices), ballot.points
        if len(choices) != len(ballot.choices):
            yield f"a ballot names a project twice: {', '.join(ballot.choices)}"
        if not choices <= known:
            yield from (f"a ballot names unknown project {name!r}" for name in ballot.choices if name not in ids)
        if ballot.count <= 0 or len(points) != len(ballot.choices) or min(points, default=1) <= 0:
            yield "a ballot needs voters, and points above zero for each choice"
        if election.pots and ballot.share_class not in election.pots:
            yield f"no pot for share class {ballot.share_class!r}"


def _grouped(ballots: Iterable[Ballot], kind: BallotType, names: tuple[str, ...]) -> tuple[Ballot, ...]:
    """Identical ballots together, in an order that depends on nothing but what they say.

    A ballot is sorted as a text with one character per project, which orders as the places of the projects do.
    """
    sign = {name: chr(place) for place, name in enumerate(names)}
    groups: Counter[tuple[str, str, tuple[int, ...]]] = Counter()
    for ballot in ballots:
        signs, points = [sign[name] for name in ballot.choices], ballot.points
        if kind is not BallotType.ORDINAL:
            if len(set(points)) > 1:
                pairs = sorted(zip(signs, points, strict=True))
                signs, points = [pair[0] for pair in pairs], tuple([pair[1] for pair in pairs])
            else:
                signs.sort()
        groups[ballot.share_class, "".join(signs), points] += ballot.count
    named = dict(zip(sign.values(), names, strict=True))
    return tuple(
        [
            Ballot(tuple([named[one] for one in signs]), points, groups[share_class, signs, points], share_class)
            for share_class, signs, points in sorted(groups)
        ]
    )

"""Small invented elections for tests of the rules. No test lives here."""

from collections.abc import Iterable, Mapping
from random import Random

from spreekt.modules.burgerbudget.rules.election import Ballot, BallotType, Election, Project

META = {
    "description": "Burgerbudget van Voorbeeldstad",
    "country": "Belgium",
    "unit": "Voorbeeldstad",
    "instance": "2026",
    "rule": "unknown",
    "date_begin": "01.03.2026",
    "date_end": "31.03.2026",
    "language": "nl",
    "currency": "EUR",
}


def an_election(
    budget: int,
    costs: Mapping[str, int],
    ballots: Iterable[Ballot],
    *,
    ballot_type: BallotType = BallotType.APPROVAL,
    pots: Mapping[str, int] | None = None,
    units: int = 1,
) -> Election:
    """An election with these costs; money in whole units."""
    projects = tuple(Project(id=name, cost=cost, name=f"Project {name}") for name, cost in costs.items())
    return Election(
        budget=budget,
        projects=projects,
        ballots=tuple(ballots),
        ballot_type=ballot_type,
        pots=pots or {},
        units=units,
        meta=META,
    )


def a_tie_heavy_election(seed: int) -> Election:
    """Few projects, prices and voters, so that merits are often equal; every ballot type in turn."""
    chance = Random(seed)
    kind = list(BallotType)[seed % len(BallotType)]
    costs = {str(number): chance.choice((1, 2, 2, 3, 4, 6)) for number in range(1, chance.randint(2, 7))}
    ballots = []
    for _ in range(chance.randint(1, 8)):
        most = 1 if kind is BallotType.CHOOSE_ONE else len(costs)
        choices = tuple(chance.sample(sorted(costs), chance.randint(0, most)))
        if kind is BallotType.ORDINAL:
            ballots.append(Ballot.ranking(*choices, longest=len(costs)))
        elif kind.has_points:
            ballots.append(Ballot(choices, tuple(chance.randint(1, 3) for _ in choices)))
        else:
            ballots.append(Ballot.approving(*choices))
    return an_election(chance.randint(1, sum(costs.values()) + 2), costs, ballots, ballot_type=kind)


def a_busy_election(seed: int) -> Election:
    """Enough voters and odd prices for many rounds with poor supporters, and few exact ties."""
    chance = Random(seed)
    costs = {str(number): chance.randint(5, 60) for number in range(1, chance.randint(4, 9))}
    names = sorted(costs)
    kind = chance.choice((BallotType.APPROVAL, BallotType.CUMULATIVE))
    ballots = []
    for _ in range(chance.randint(5, 25)):
        choices = tuple(chance.sample(names, chance.randint(1, len(names))))
        most = 1 if kind is BallotType.APPROVAL else 5
        ballots.append(Ballot(choices, tuple(chance.randint(1, most) for _ in choices), chance.randint(1, 3)))
    return an_election(chance.randint(20, 120), costs, ballots, ballot_type=kind)

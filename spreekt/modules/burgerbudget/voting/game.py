"""The budget game of a round: the way of voting with its limits, and what a good ballot is. Asks no database.

Marks are the project codes on one ballot, each with a number: 1 when it was chosen, its points, or its place.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from spreekt.kernel.dutch import euro
from spreekt.kernel.errors import N_, Invalid
from spreekt.kernel.regulations import VoteMethod
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.phases.models import RoundRegulation
from spreekt.modules.burgerbudget.rules.election import Ballot, BallotType
from spreekt.modules.burgerbudget.rules.gates import Gate

Marks = Mapping[str, int]


class Decider(StrEnum):
    """Who chooses the winners once the game is over."""

    RULE = "rule"
    JURY = "jury"
    WEIGHED = "weighed"  # public and jury together, by the weight in the regulation


class NotABallot(Invalid):
    """These marks are not a ballot of this round; the argument says what to do."""


class TooManyProjects(NotABallot):
    """The argument is how many one may choose."""

    says = N_("Je koos er te veel. Haal er enkele weg: je mag er hoogstens {0} kiezen.")


class TooManyCoins(NotABallot):
    """The argument is how many coins there are."""

    says = N_("Je koos er te veel: je hebt {0} munten. Neem er een terug.")


class BasketTooFull(NotABallot):
    """The argument is how much the basket costs too much."""

    says = N_("Je mandje kost {0} te veel. Haal er een project uit.")


class TooManyPoints(NotABallot):
    """The arguments are how many points too many, and how many there are."""

    says = N_("Je gaf {0} te veel. Je hebt samen {1} punten. Geef er enkele minder.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Game:
    """How one votes: `most` projects (coins, favourites, places), a basket in cents, or points to divide."""

    method: VoteMethod = VoteMethod.APPROVAL
    most: int | None = None
    basket_cents: int | None = None
    points: int | None = None

    @property
    def ticks(self) -> bool:
        """A project is chosen or not; there are no numbers to fill in."""
        return self.method in (VoteMethod.APPROVAL, VoteMethod.COINS, VoteMethod.BASKET)

    @property
    def ballot_type(self) -> BallotType:
        if self.method is VoteMethod.POINTS:
            return BallotType.CUMULATIVE
        return BallotType.ORDINAL if self.method is VoteMethod.RANKING else BallotType.APPROVAL

    def ballot(self, marks: Marks, among: Collection[str]) -> Ballot:
        """One voter's marks as the engine counts them, as far as they are about these projects."""
        here = {code: number for code, number in marks.items() if code in among}
        if self.method is VoteMethod.POINTS:
            return Ballot(tuple(here), tuple(here.values()))
        if self.method is VoteMethod.RANKING:
            return Ballot.ranking(*sorted(here, key=here.__getitem__), longest=self.most or len(marks))
        return Ballot.approving(*here)

    def limits(self) -> dict[str, str]:
        """What Pabulib says about the ballot."""
        found = {} if self.most is None else {"max_length": str(self.most)}
        if self.basket_cents is not None:
            found["max_sum_cost"] = f"{self.basket_cents / 100:.2f}"
        if self.points is not None:
            found["max_sum_points"] = str(self.points)
        return found

    def longest(self, codes: Collection[str]) -> int:
        """Bytes of the longest text that a ballot over these projects can have; every ballot is padded to it."""
        return len(written(dict.fromkeys(codes, self.points or self.most or 1)).encode())

    def kept(self, marks: Marks, codes: Collection[str]) -> Marks:
        """What a draft keeps: too much or too little is allowed, what no ballot could ever hold is left out."""
        highest = self.points or self.most or 1
        return {code: number for code, number in marks.items() if code in codes and 0 < number <= max(highest, 1)}

    def check(self, marks: Marks, costs: Mapping[str, int]) -> Marks:
        """The marks if they are a ballot over these projects (code: cents). Raises NotABallot."""
        if not marks:
            raise NotABallot(N_("Kies er minstens één."))
        if not marks.keys() <= costs.keys():
            raise NotABallot(N_("Op je stembiljet staat iets dat niet bij deze ronde hoort. Kies opnieuw."))
        if self.ticks and set(marks.values()) != {1}:
            raise NotABallot(N_("Iets staat twee keer op je stembiljet. Kies opnieuw."))
        if self.most is not None and len(marks) > self.most:
            raise (TooManyCoins if self.method is VoteMethod.COINS else TooManyProjects)(self.most)
        if self.method is VoteMethod.BASKET:
            over = sum(costs[code] for code in marks) - (self.basket_cents or 0)
            if over > 0:
                raise BasketTooFull(euro(over))
        if self.method is VoteMethod.POINTS:
            self._check_points(marks)
        if self.method is VoteMethod.RANKING and sorted(marks.values()) != list(range(1, len(marks) + 1)):
            raise NotABallot(N_("Vul je keuzes in van 1 naar beneden, zonder een plaats over te slaan."))
        return marks

    def _check_points(self, marks: Marks) -> None:
        if min(marks.values()) < 1:
            raise NotABallot(N_("Geef hele punten boven nul, of laat het vak leeg."))
        over = sum(marks.values()) - (self.points or 0)
        if over > 0:
            raise TooManyPoints(over, self.points)


def game_of(round: Round, rules: RoundRegulation | None) -> Game:
    """The way of voting that the regulation says; without one, any favourites up to the round's number."""
    if rules is None or rules.vote_method is None:
        return Game(most=round.max_approvals)
    most = {
        VoteMethod.COINS: rules.coins,
        VoteMethod.RANKING: rules.ranks,
        VoteMethod.APPROVAL: rules.favourites,
    }.get(rules.vote_method)
    return Game(method=rules.vote_method, most=most, basket_cents=rules.basket_cents, points=rules.points)


def gate_of(round: Round, rules: RoundRegulation | None) -> Gate | None:
    """What a project must reach in the game to go on; None when nothing is asked."""
    if rules is None or (rules.buyers_least is None and rules.top is None):
        return None
    lot_seed = round.rule_options.get("lot_seed")
    return Gate(buyers=rules.buyers_least, top=rules.top, edge=rules.top_edge, lot_seed=lot_seed)


def decider_of(rules: RoundRegulation | None) -> Decider:
    """Who chooses the winners, as the regulation says."""
    if rules is None or not rules.jury_size:
        return Decider.RULE
    return Decider.JURY if rules.jury_weight_percent is None else Decider.WEIGHED


def ticked(codes: Iterable[str]) -> Marks:
    """Marks of a ballot on which these projects were ticked; one that is named twice is no good ballot."""
    return Counter(codes)


def written(marks: Marks) -> str:
    """Marks in the one form they have at rest, whatever the order in which they were made."""
    return json.dumps(dict(sorted(marks.items())), ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> Marks:
    """Marks from their form at rest."""
    marks: dict[str, int] = json.loads(text)
    return marks

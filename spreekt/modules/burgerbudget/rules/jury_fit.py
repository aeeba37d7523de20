"""How well a group of people mirrors the city: wanted seats per age band and area, and men and women in each age band.

Nothing is drawn here. "Misfit" counts the seats that stand in a stratum beyond what it should have.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from spreekt.modules.burgerbudget.rules.least_cost import Network

WOMAN, MAN = "vrouw", "man"
BALANCED = (WOMAN, MAN)
"""Genders of which no age band has more than half its seats, rounded up. Who says neither never counts against it."""


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """One candidate as everybody may see them: a number and strata. `gender` is empty when it was not said."""

    number: int
    age: str
    area: str
    gender: str = ""

    @property
    def cell(self) -> tuple[str, str, str]:
        """Candidates of one cell are alike to the draw, but for their place in the lot."""
        return self.age, self.area, self.gender if self.gender in BALANCED else ""


@dataclass(frozen=True, slots=True)
class Target:
    """How many seats a stratum should have: the share of its people in the city."""

    stratum: str
    people: int
    seats: int


Cells = Counter[tuple[str, str, str]]


def apportion(seats: int, people: Mapping[str, int]) -> dict[str, int]:
    """Divide seats by numbers of people: whole shares first, what is left to the largest remainders.

    Equal remainders: the larger stratum first, then by name. Without any people no stratum gets a seat.
    """
    total = sum(people.values())
    if not total:
        return dict.fromkeys(people, 0)
    exact = {name: Fraction(seats * number, total) for name, number in people.items()}
    found = {name: int(share) for name, share in exact.items()}
    by_remainder = sorted(people, key=lambda name: (found[name] - exact[name], -people[name], name))
    for name in by_remainder[: seats - sum(found.values())]:
        found[name] += 1
    return found


def targets(seats: int, people: Mapping[str, int]) -> tuple[Target, ...]:
    """The wanted seats of each stratum, in the order given."""
    wanted = apportion(seats, people)
    return tuple(Target(name, number, wanted[name]) for name, number in people.items())


def half(seats: int) -> int:
    """Half of the seats, rounded up."""
    return -(-seats // 2)


@dataclass(frozen=True)
class Mirror:
    """The wanted seats of a group of `size`, and what is wrong with one."""

    size: int
    ages: Mapping[str, int]
    areas: Mapping[str, int]

    @classmethod
    def of(cls, size: int, ages: Sequence[Target], areas: Sequence[Target]) -> "Mirror":
        return cls(size, {each.stratum: each.seats for each in ages}, {each.stratum: each.seats for each in areas})

    @property
    def _weight(self) -> int:
        """One seat in the wrong age band or area weighs more than all genders together."""
        return self.size + 1

    def misfit(self, people: Iterable[Candidate]) -> tuple[int, int]:
        """Seats beyond the wanted number by age band and area, and by gender within an age band."""
        return divmod(self._cost(Counter(each.cell for each in people)), self._weight)

    def least(self, chosen: Cells, pool: Cells) -> int:
        """The least misfit of a whole group that holds the chosen and fills up from the pool, as one number."""
        ages, areas, genders = _sums(chosen)
        net, many = Network(), self.size + sum(pool.values())
        for age in {cell[0] for cell in pool}:
            wanted = self.ages.get(age, 0)
            net.arc("from", ("age", age), room=wanted - ages[age])
            net.arc("from", ("age", age), room=many, cost=self._weight)
            for gender in {cell[2] for cell in pool if cell[0] == age}:
                node = ("gender", age, gender)
                if gender:
                    net.arc(("age", age), node, room=half(wanted) - genders[age, gender])
                net.arc(("age", age), node, room=many, cost=1 if gender else 0)
        for (age, area, gender), number in pool.items():
            net.arc(("gender", age, gender), ("area", area), room=number)
        for area in {cell[1] for cell in pool}:
            net.arc(("area", area), "to", room=self.areas.get(area, 0) - areas[area])
            net.arc(("area", area), "to", room=many, cost=self._weight)
        return self._cost(chosen) + net.least_cost("from", "to", self.size - sum(chosen.values()))

    def _cost(self, cells: Cells) -> int:
        ages, areas, genders = _sums(cells)
        wrong = sum(max(0, number - self.ages.get(age, 0)) for age, number in ages.items())
        wrong += sum(max(0, number - self.areas.get(area, 0)) for area, number in areas.items())
        uneven = sum(
            max(0, number - half(self.ages.get(age, 0))) for (age, gender), number in genders.items() if gender
        )
        return wrong * self._weight + uneven


def _sums(cells: Cells) -> tuple[Counter[str], Counter[str], Counter[tuple[str, str]]]:
    ages: Counter[str] = Counter()
    areas: Counter[str] = Counter()
    genders: Counter[tuple[str, str]] = Counter()
    for (age, area, gender), number in cells.items():
        ages[age] += number
        areas[area] += number
        genders[age, gender] += number
    return ages, areas, genders

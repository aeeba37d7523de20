"""Drawing a jury by lot that mirrors the city, from a published list and a published seed. Anyone can do it again.

The algorithm, "spreekt-jury-draw" version 1:

1. The order of the lot. For each candidate take SHA-256 of the seed, a colon and the candidate's number (UTF-8). Sort
   by the hexadecimal digest. Nobody can steer this order, because the list is frozen before the seed is known.
2. The jury. Each age band and each area should have as many seats as its share of the people who live in the city
   (largest remainders). Within an age band, at most half of the seats, rounded up, are for women and at most half for
   men. First we compute how well that can be met at all with these candidates: the least number of seats in an age
   band or area beyond its target, and with that the least number beyond a half. Then we walk through the order of the
   lot. A candidate gets a seat if, with them, a jury that is as good as that can still be made. So everybody keeps
   the chance that the lot gives them, as far as the jury stays a mirror.
3. The reserves. The same once more among who is left, for as many seats as there are reserves.
4. A reserve takes the seat of the juror they are most alike: the same age band and area first, then the same age
   band, then the same gender, then their place in the lot.

With fewer candidates than seats everybody is in the jury. How well targets can be met is computed exactly, as a
cheapest flow (jury_fit.py); there is no rounding and no chance besides the seed.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spreekt.modules.burgerbudget.rules.jury_fit import Candidate, Mirror, Target, targets

ALGORITHM, VERSION = "spreekt-jury-draw", 1


@dataclass(frozen=True, kw_only=True)
class JuryList:
    """Everything that is fixed and published before the seed is known."""

    round: str
    size: int
    reserves: int
    ages: tuple[Target, ...]
    areas: tuple[Target, ...]
    candidates: tuple[Candidate, ...]
    seed_source: str
    """Where the seed will come from, in words: "de trekking van de Lotto op zaterdag 28 november 2026"."""


@dataclass(frozen=True)
class Drawn:
    """The numbers of the jury and of the reserves, each in the order of the lot."""

    jury: tuple[int, ...]
    reserves: tuple[int, ...]


def lot_order(candidates: Iterable[Candidate], seed: str) -> list[Candidate]:
    """Candidates in the order of the lot."""

    def digest(candidate: Candidate) -> str:
        return hashlib.sha256(f"{seed}:{candidate.number}".encode()).hexdigest()

    return sorted(candidates, key=lambda candidate: (digest(candidate), candidate.number))


def draw(listed: JuryList, seed: str) -> Drawn:
    """Draw the jury and its reserves. The order in which candidates are listed makes no difference."""
    order = lot_order(listed.candidates, seed)
    jury = pick(order, Mirror.of(min(listed.size, len(order)), listed.ages, listed.areas))
    seated = set(jury)
    rest = [candidate for candidate in order if candidate not in seated]
    number = min(listed.reserves, len(rest))
    ages = targets(number, {each.stratum: each.people for each in listed.ages})
    areas = targets(number, {each.stratum: each.people for each in listed.areas})
    reserves = pick(rest, Mirror.of(number, ages, areas))
    return Drawn(tuple(each.number for each in jury), tuple(each.number for each in reserves))


def pick(order: Sequence[Candidate], mirror: Mirror) -> list[Candidate]:
    """The first in this order who together make a group that mirrors as well as is possible at all."""
    chosen, pool = Counter[tuple[str, str, str]](), Counter(candidate.cell for candidate in order)
    best, refused = mirror.least(chosen, pool), set[tuple[str, str, str]]()
    picked: list[Candidate] = []
    for candidate in order:
        if len(picked) == mirror.size:
            break
        pool -= Counter([candidate.cell])
        if candidate.cell in refused:
            continue  # who was turned down once is turned down always: the seats only get fewer
        tried = chosen + Counter([candidate.cell])
        if mirror.least(tried, pool) > best:
            refused.add(candidate.cell)
            continue
        chosen = tried
        picked.append(candidate)
    return picked


def replacement(leaving: Candidate, reserves: Sequence[Candidate]) -> Candidate | None:
    """Which reserve takes the seat of who leaves; `reserves` are in the order of the lot."""

    def unlike(reserve: Candidate) -> tuple[int, bool, bool]:
        other_age, other_area = reserve.age != leaving.age, reserve.area != leaving.area
        return other_age + other_area, other_age, reserve.gender != leaving.gender

    return min(reserves, key=unlike, default=None)

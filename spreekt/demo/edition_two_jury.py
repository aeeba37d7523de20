"""The jury of an edition in the demo: call, draw, points, verdicts, report. What comes next: edition_two_after.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from spreekt.demo.edition_two_texts import BOTH, CHOSEN, NOT_CHOSEN, WORDS
from spreekt.identity.models import Account
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget import shortlist
from spreekt.modules.burgerbudget.jury import call as jury_call
from spreekt.modules.burgerbudget.jury import conflicts as jury_conflicts
from spreekt.modules.burgerbudget.jury import domain as jury
from spreekt.modules.burgerbudget.jury import lottery as jury_lottery
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury import scores as jury_scores
from spreekt.modules.burgerbudget.jury import seats as jury_seats
from spreekt.modules.burgerbudget.jury.call_models import Gender, JurySeat, SeatState
from spreekt.modules.burgerbudget.models import Project
from spreekt.modules.burgerbudget.rules.jury_draw import draw
from spreekt.modules.burgerbudget.rules.jury_file import read_list

if TYPE_CHECKING:
    from spreekt.demo.edition_two import EditionTwo

CANDIDATES = 52
SOURCE = "De trekking van de Lotto op de dag hieronder: de zes getallen, van klein naar groot"


class JuryOfEdition:
    """Each step stands by itself, like those of EditionTwo."""

    def __init__(self, edition: EditionTwo) -> None:
        self.edition, self.town, self.round = edition, edition.town, edition.round
        self.db = edition.town.db

    def call(self, candidates: int = CANDIDATES, *, also: Sequence[Account] = (), days: float = -40) -> None:
        """The open call: residents stand for the jury before it begins."""
        now = self.edition.at(PhaseKind.JURY, 0) + timedelta(days=days)
        organiser, dice = self.edition.staff("beheer"), self.town.dice
        jury_call.change_call(self.db, self.round, hours=20, sessions=4, answer_days=14, by=organiser,
                              planning="We komen op vier avonden samen in het stadhuis.")  # fmt: skip
        for title, explanation in jury_call.PROPOSED_CRITERIA:
            jury_call.add_criterion(self.db, self.round, title=title, explanation=explanation, points_most=10,
                                    by=organiser)  # fmt: skip
        known = self.town.residents[7:]
        people = [*dice.sample(known, min(candidates - len(also), len(known))), *also]
        numbers = dice.sample(range(10_000, 100_000), len(people))
        for place, (account, number) in enumerate(zip(people, numbers, strict=True)):
            gender = dice.choice([None, None, Gender.WOMAN, Gender.MAN, Gender.X if place % 9 == 0 else Gender.WOMAN])
            try:
                candidate = jury_call.sign_up(self.db, self.town.vault, self.round, gender=gender,
                                              by=Actor(id=account.id), now=now + timedelta(hours=place))  # fmt: skip
            except jury_call.CannotBeCandidate:  # too young
                continue
            candidate.number = number
        self.db.flush()

    def draw(self, *, seating: Account | None = None, days: float = -20) -> None:
        """One person freezes the list, another draws with a seed that was not known then. Everybody drawn answers."""
        now = self.edition.at(PhaseKind.JURY, 0) + timedelta(days=days)
        jury_lottery.freeze(self.db, self.round, seed_source=SOURCE, seed_on=(now + timedelta(days=3)).date(),
                            by=self.edition.staff("beheer"), now=now)  # fmt: skip
        seed = self._lotto(seating)
        jury_lottery.draw_jury(self.db, self.round, seed, by=self.edition.staff("publicatie"),
                               now=now + timedelta(days=4))  # fmt: skip
        for place, seat in enumerate(self.seats(SeatState.ASKED)):
            jury_seats.answer(self.db, seat, place != 2, by=Actor(id=seat.account_id))
        self._ask_a_reserve(now + timedelta(days=6))

    def _lotto(self, seating: Account | None) -> str:
        """Six numbers; in the demo they let a given account on the jury."""
        frozen = jury_queries.standing(self.db, self.round).draw
        assert frozen is not None
        mine = jury_queries.candidate_of(self.db, self.round.id, seating.id) if seating else None
        while True:
            seed = " ".join(f"{number}" for number in sorted(self.town.dice.sample(range(1, 46), 6)))
            jury_drawn = draw(read_list(frozen.list_file), seed).jury
            if mine is None or mine.number in (*jury_drawn[:2], *jury_drawn[3:]):
                return seed

    def _ask_a_reserve(self, now: datetime) -> None:
        for seat in jury_seats.empty_seats(self.db, self.round.id):
            reserve = jury_seats.suggested(self.db, seat)
            if reserve is not None:
                asked = jury_seats.replace(self.db, seat, reserve_id=reserve.id, by=self.edition.staff("beheer"),
                                           now=now)  # fmt: skip
                jury_seats.answer(self.db, asked, True, by=Actor(id=asked.account_id))

    def seats(self, state: SeatState = SeatState.SITS) -> list[JurySeat]:
        return [seat for seat in jury_queries.seats_of(self.db, self.round.id) if seat.state is state]

    @property
    def projects(self) -> list[Project]:
        """What is before the jury."""
        return shortlist.projects(self.db, self.round, self.round.publishes_at)

    def score(self, *, but: Account | None = None, days: float = 10) -> None:
        """One juror is too close to a project and says so; all others give points to each, `but` one juror.

        What somebody handed in by hand before stays as it is.
        """
        now, standing, projects = self.edition.at(PhaseKind.JURY, days), self._standing(), self.projects
        seats = [seat for seat in self.seats() if but is None or seat.account_id != but.id]
        far = next(each for each in projects if (seats[0].id, each.id) not in self.off())
        jury_conflicts.declare(self.db, standing, seats[0], far.id, why="Mijn zus woont naast de plek.",
                               by=Actor(id=seats[0].account_id), now=now)  # fmt: skip
        off, criteria = self.off(), jury_queries.criteria_of(self.db, self.round.id)
        liking = {project.id: self.town.dice.randint(4, 8) for project in projects}
        for seat in seats:
            done = {each for each, sheet in jury_scores.sheets_of(self.db, seat).items() if sheet.handed_in_at}
            for project in projects:
                if (seat.id, project.id) not in off and project.id not in done:
                    points = {each.id: liking[project.id] + self.town.dice.randint(-2, 2) for each in criteria}
                    jury_scores.save_sheet(self.db, standing, seat, project.id, points=dict(points), hand_in=True,
                                           note="", by=Actor(id=seat.account_id), now=now)  # fmt: skip

    def meet(self, subject: str = "Kennismaken en de projecten overlopen", days: float = 20) -> None:
        """A session with everybody who sits."""
        now = self.edition.at(PhaseKind.JURY, days)
        present = [seat.id for seat in self.seats()]
        jury.hold_session(self.db, self._standing(), held_on=now.astimezone(BRUSSELS).date(), subject=subject,
                          present=present, by=self.edition.staff("beheer"), now=now)  # fmt: skip

    def decide(self, days: float = 45) -> None:
        """A verdict with its reason for each: the best scored as long as the money and the regulation allow."""
        now, standing, projects = self.edition.at(PhaseKind.JURY, days), self._standing(), self.projects
        totals = jury_scores.totals(self.db, self.round.id, projects)
        ordered = sorted(projects, key=lambda each: -(totals[each.id].share or 0))
        chosen = chosen_of(ordered, self.round.amount_cents, standing.rules.winners_most if standing.rules else None)
        themes = {theme.name: theme.code for theme in self.town.city.themes}
        for place, project in enumerate(ordered):
            wins = project in chosen
            total = totals[project.id]
            about = (CHOSEN if wins else NOT_CHOSEN)[themes.get(project.theme, "samenleven")]
            why = (
                f"{about} {BOTH[wins][place % len(BOTH[wins])]} De jury gaf {total.points} van de {total.most} punten."
            )
            jury.decide(self.db, standing, project.id, chosen=wins, motivation=why, seen_version=None,
                        by=self.edition.staff("beheer"), now=now)  # fmt: skip

    def report(self, days: float = 48) -> None:
        """One closes the report, another publishes it."""
        now = self.edition.at(PhaseKind.JURY, days)
        jury.close(self.db, self._standing(), WORDS, by=self.edition.staff("beheer"), now=now)
        jury.publish(self.db, self.round, by=self.edition.staff("publicatie"), now=now + timedelta(days=2))

    def _standing(self) -> jury_queries.Standing:
        return jury_queries.standing(self.db, self.round)

    def off(self) -> set[tuple[int, int]]:
        """Which seats have no say about which projects."""
        return set(jury_conflicts.conflicts(self.db, self.round.id))


def chosen_of(ordered: Sequence[Project], money: int, most: int | None) -> list[Project]:
    """The best for so much money, and as many as the regulation allows: none that leaves too little for the others."""
    chosen: list[Project] = []
    for place, project in enumerate(ordered):
        wanted = len(ordered) if most is None else most - len(chosen)
        others = sorted(each.cost_cents for each in ordered[place + 1 :])[: max(0, wanted - 1)] if most else []
        if wanted > 0 and project.cost_cents + sum(others) <= money:
            chosen.append(project)
            money -= project.cost_cents
    return chosen

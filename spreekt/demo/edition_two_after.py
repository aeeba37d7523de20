"""What came after the count of an edition: the jury, the decision, carrying out and what people thought of it.

The way to the count is in edition_two.py; what was written on the way in edition_two_texts.py.
"""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from spreekt.demo.edition_two_texts import BILLS, BOTH, CHOSEN, NOT_CHOSEN, STEP_DONE, STOPPED, WORDS
from spreekt.demo.people import actor_of
from spreekt.identity.models import Account
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import BRUSSELS, Clock
from spreekt.kernel.regulations import PhaseKind
from spreekt.moderation import domain as moderation
from spreekt.moderation import pictures
from spreekt.moderation.domain import Reasons
from spreekt.moderation.embeds import shelf
from spreekt.modules.burgerbudget import (
    agreements,
    awards,
    ending,
    follow_queries,
    jury,
    jury_call,
    jury_conflicts,
    jury_lottery,
    jury_queries,
    jury_scores,
    jury_seats,
    paying,
    progress,
    shortlist,
    survey,
)
from spreekt.modules.burgerbudget.follow_models import Execution, Milestone
from spreekt.modules.burgerbudget.follow_workflow import follows
from spreekt.modules.burgerbudget.jury_call_models import Gender, JurySeat, SeatState
from spreekt.modules.burgerbudget.models import Project
from spreekt.modules.burgerbudget.rules.jury_draw import draw
from spreekt.modules.burgerbudget.rules.jury_file import read_list

if TYPE_CHECKING:
    from spreekt.demo.edition_two import EditionTwo

CANDIDATES = 52
ANSWERS = 38
DECISION = "https://kortrijk.example/besluiten/toekenning-burgerbudget-editie-2"
SOURCE = "De trekking van de Lotto op de dag hieronder: de zes getallen, van klein naar groot"
PAPER = b"%PDF-1.4\n1 0 obj\nendobj\ntrailer\n%%EOF\n"
PLACE_STOPPED, PLACE_LATE = 5, 7
"""Places among the projects that won: the one that stopped, and the one that still runs."""


class After:
    """An edition from its count on. Each step stands by itself, like those of EditionTwo."""

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
                                    by=organiser, now=now)  # fmt: skip
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
        return shortlist.projects(self.db, self.round)

    def score(self, *, but: Account | None = None, days: float = 10) -> None:
        """One juror is too close to a project and says so; all others give points to each, `but` one juror."""
        now, standing, projects = self.edition.at(PhaseKind.JURY, days), self._standing(), self.projects
        seats = [seat for seat in self.seats() if but is None or seat.account_id != but.id]
        far = next(each for each in projects if (seats[0].id, each.id) not in self._off())
        jury_conflicts.declare(self.db, standing, seats[0], far.id, why="Mijn zus woont naast de plek.",
                               by=Actor(id=seats[0].account_id), now=now)  # fmt: skip
        off, criteria = self._off(), jury_queries.criteria_of(self.db, self.round.id)
        liking = {project.id: self.town.dice.randint(4, 8) for project in projects}
        for seat in seats:
            for project in projects:
                if (seat.id, project.id) not in off:
                    points = {each.id: liking[project.id] + self.town.dice.randint(-2, 2) for each in criteria}
                    jury_scores.save_sheet(self.db, standing, seat, project.id, points=dict(points), hand_in=True,
                                           note="", by=Actor(id=seat.account_id), now=now)  # fmt: skip

    def meet(self, subject: str = "Kennismaken en de projecten overlopen", days: float = 20) -> None:
        """A session with everybody who sits."""
        now = self.edition.at(PhaseKind.JURY, days)
        present = [seat.id for seat in self.seats()]
        jury.hold_session(self.db, self._standing(), held_on=_day(now), subject=subject, present=present,
                          by=self.edition.staff("beheer"), now=now)  # fmt: skip

    def decide(self, days: float = 45) -> None:
        """A verdict with its reason for each: the best scored as long as the money and the regulation allow."""
        now, standing, projects = self.edition.at(PhaseKind.JURY, days), self._standing(), self.projects
        totals = jury_scores.totals(self.db, self.round.id, projects)
        left, most = self.round.amount_cents, standing.rules.winners_most if standing.rules else None
        themes = {theme.name: theme.code for theme in self.town.city.themes}
        chosen = 0
        for place, project in enumerate(sorted(projects, key=lambda each: -(totals[each.id].share or 0))):
            wins = project.cost_cents <= left and (most is None or chosen < most)
            if wins:
                chosen, left = chosen + 1, left - project.cost_cents
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

    def award(self) -> None:
        """The college follows the jury; two publishers enter and publish that."""
        now = self.edition.at(PhaseKind.AWARD, 3)
        proposed = awards.proposal(self.db, self.round)
        amounts = {project.id: project.cost_cents for project in proposed.projects}
        decision = awards.Decision(decided_on=_day(now), decision_uri=DECISION, amounts=amounts)
        awards.prepare(self.db, Clock(fixed=now), self.round, decision, by=self.edition.staff("publicatie"))
        awards.publish(self.db, Clock(fixed=now + timedelta(days=2)), self.round, by=self.edition.staff("publicatie2"))

    @property
    def executions(self) -> list[Execution]:
        """What won, in the order of the award."""
        found = follow_queries.executions_of(self.db, self.round.id)
        return [follow_queries.execution_with(self.db, each.project_id) for each in found]

    def carry_out(self) -> None:
        """Signed and paid, milestone after milestone; one stops, one still runs and is late."""
        for place, execution in enumerate(self.executions):
            self.sign(execution, self.edition.at(PhaseKind.EXECUTION, 10 + place))
            self.pay(execution, self.edition.at(PhaseKind.EXECUTION, 25 + place))
            first, last = execution.milestones[0], execution.milestones[-1]
            self.milestone(execution, first, self.edition.at(PhaseKind.EXECUTION, 110 + place), place, photo=place < 3)
            if place == PLACE_STOPPED:
                self._stop(execution, self.edition.at(PhaseKind.EXECUTION, 260))
            elif place != PLACE_LATE:
                self.milestone(
                    execution, last, self.edition.at(PhaseKind.EXECUTION, 380 + 20 * place), place, photo=True
                )
                self._deliver(execution, self.edition.at(PhaseKind.EXECUTION, 420 + 20 * place), place)
        progress.tell_late(self.db, self.town.now)

    def sign(self, execution: Execution, now: datetime) -> None:
        """The lead signs and says where the money goes; the area worker signs for the city."""
        lead, name = self._lead(execution)
        agreements.sign(self.db, execution, name=name, by=lead, now=now,
                        seen=agreements.mark_of(agreements.plan_of(self.db, execution)))  # fmt: skip
        paying.give_account(self.db, self.town.vault, execution, iban=an_iban(self.town.dice), holder=name, by=lead)
        agreements.countersign(self.db, execution, by=self._follower(execution), now=now + timedelta(days=3))

    def pay(self, execution: Execution, now: datetime) -> None:
        """Finance pays all that may be paid of this project."""
        for number, part in enumerate(execution.instalments, start=1):
            if part.payment is None and part.is_due:
                paying.pay(self.db, part, paid_on=_day(now), reference=f"BB2-{execution.id}-{number}", now=now,
                           by=self.edition.staff("financien"))  # fmt: skip

    def milestone(self, execution: Execution, milestone: Milestone, now: datetime, place: int, *, photo: bool) -> None:
        """The group tells that it is done, a moderator lets it through, the area worker approves; bills are in."""
        told = STEP_DONE[(place + (milestone is not execution.milestones[0])) % len(STEP_DONE)]
        self._tell(execution, milestone, told, now, photo=photo)
        progress.approve(self.db, milestone, by=self._follower(execution), now=now + timedelta(days=4))
        self._spend(execution, milestone.amount_cents, now, place)
        self.db.expire(execution, ["instalments", "milestones"])
        self.pay(execution, now + timedelta(days=14))

    def _tell(
        self, execution: Execution, milestone: Milestone | None, text: str, now: datetime, *, photo: bool
    ) -> None:
        made = progress.report(self.db, execution, milestone, text=text, by=self._lead(execution)[0], now=now)
        if photo:
            pictures.store(self.db, shelf(), made, drawing(self.town.dice), now=now,
                           alt=f"Tekening van {execution.project.title}")  # fmt: skip
        moderation.decide(self.db, made, "publish", reasons=Reasons(), seen_version=None,
                          by=self.edition.staff("moderator"), now=now + timedelta(days=1))  # fmt: skip

    def _spend(self, execution: Execution, cents: int, now: datetime, place: int) -> None:
        """Two bills, a little under what the milestone brings."""
        for number, part in enumerate((60, 36)):
            progress.add_expense(
                self.db, execution, what=BILLS[(place + number) % len(BILLS)], cents=max(1, cents * part // 100),
                spent_on=_day(now - timedelta(days=3 + number)), proof=io.BytesIO(PAPER),
                by=self._lead(execution)[0], now=now,
            )  # fmt: skip

    def _deliver(self, execution: Execution, now: datetime, place: int) -> None:
        first = execution.award_cents - sum(each.amount_cents for each in execution.milestones)
        self._spend(execution, first, now - timedelta(days=5), place + 2)
        self._tell(execution, None, STEP_DONE[-1 - place % 3], now, photo=place % 2 == 0)
        ending.deliver(self.db, execution, by=self._follower(execution), now=now + timedelta(days=5))
        self.db.expire(execution, ["instalments"])
        self.pay(execution, now + timedelta(days=20))
        if execution.to_return_cents:
            self._take_back(execution, now + timedelta(days=40))

    def _stop(self, execution: Execution, now: datetime) -> None:
        ending.stop(self.db, execution, reason=STOPPED, by=self._follower(execution), now=now)
        self.db.expire(execution, ["instalments"])
        self._take_back(execution, now + timedelta(days=30))

    def _take_back(self, execution: Execution, now: datetime) -> None:
        if execution.to_return_cents:
            paying.take_back(self.db, execution, returned_on=_day(now), by=self.edition.staff("financien"), now=now)

    def ask(self, answers: int = ANSWERS) -> None:
        """People say what they thought of it; afterwards nobody can say whose answer is whose."""
        now, dice = self.edition.at(PhaseKind.EVALUATION, 6), self.town.dice
        for place, account in enumerate(dice.sample(list(self.town.residents), answers)):
            who = Actor(id=account.id)
            asked = [*survey.QUESTIONS, *(survey.FOR_GROUPS if survey.in_group(self.db, self.round, who) else ())]
            said = "Fijn dat we zelf mochten kiezen." if place % 5 == 0 else ""
            survey.answer(self.db, self.town.vault, self.round, scores={name: dice.choice([2, 3, 4, 4, 5, 5])
                          for name in asked}, words=said, by=who, now=now + timedelta(hours=place))  # fmt: skip

    def clear_up(self) -> None:
        """What the platform does by itself in time: candidates, accounts and the keys of answers are forgotten."""
        jury_seats.sweep(self.db, self.town.now)
        paying.forget_accounts(self.db, self.town.now)
        survey.loosen(self.db, self.town.now)

    def _standing(self) -> jury_queries.Standing:
        return jury_queries.standing(self.db, self.round)

    def _off(self) -> set[tuple[int, int]]:
        return set(jury_conflicts.conflicts(self.db, self.round.id))

    def _lead(self, execution: Execution) -> tuple[Actor, str]:
        assert execution.dossier is not None
        member = next(each for each in execution.dossier.active_members if each.is_lead)
        return Actor(id=member.account_id), member.account.display_name if member.account else "De groep"

    def _follower(self, execution: Execution) -> Actor:
        worker = self.edition.staff("gebiedswerker")
        return worker if follows(worker, execution) else actor_of(self.db, self.town.staff["beheer"])


def an_iban(dice: random.Random) -> str:
    """A Belgian number that is right by its check digits, of a bank that does not exist (000)."""
    digits = f"000{dice.randrange(10**7):07d}"
    domestic = f"{digits}{int(digits) % 97 or 97:02d}"
    return f"BE{98 - int(domestic + '111400') % 97:02d}{domestic}"


def drawing(dice: random.Random) -> io.BytesIO:
    """A picture that shows nobody: something new in a street."""
    sheet = Image.new("RGB", (640, 420), "#DCE6F2")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 300, 640, 420), fill="#B9B2A5")
    for left in range(20, 620, 100):
        top = 60 + dice.randint(0, 70)
        pen.rectangle((left, top, left + 90, 300), fill=dice.choice(["#A8321B", "#FBE3DC", "#2F6B4F"]))
    pen.polygon((120, 400, 520, 400, 460, 320, 180, 320), fill="#FBF8F1")
    content = io.BytesIO()
    sheet.save(content, "JPEG")
    content.seek(0)
    return content


def _day(moment: datetime) -> date:
    return moment.astimezone(BRUSSELS).date()


def tell(edition: EditionTwo) -> None:
    """From the count to what people thought of it."""
    after = After(edition)
    after.call()
    after.draw()
    after.score()
    after.meet()
    after.meet("Kiezen en zeggen waarom", 44)
    after.decide()
    after.report()
    after.award()
    after.carry_out()
    after.ask()
    after.clear_up()

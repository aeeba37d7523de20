"""What came after the jury of an edition: the decision, carrying out and what people thought of it.

The way to the count is in edition_two.py, the jury in edition_two_jury.py, what was written in edition_two_texts.py.
"""

from __future__ import annotations

import io
import random
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from spreekt.demo.edition_two_jury import JuryOfEdition
from spreekt.demo.edition_two_texts import BILLS, STEP_DONE, STOPPED
from spreekt.demo.people import actor_of
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import BRUSSELS, Clock
from spreekt.kernel.regulations import PhaseKind
from spreekt.moderation import domain as moderation
from spreekt.moderation import pictures
from spreekt.moderation.domain import Reasons
from spreekt.moderation.embeds import shelf
from spreekt.modules.burgerbudget.awards import domain as awards
from spreekt.modules.burgerbudget.follow import agreements, ending, paying, progress, survey
from spreekt.modules.burgerbudget.follow import queries as follow_queries
from spreekt.modules.burgerbudget.follow.models import Execution, Milestone
from spreekt.modules.burgerbudget.follow.workflow import follows
from spreekt.modules.burgerbudget.jury import seats as jury_seats

if TYPE_CHECKING:
    from spreekt.demo.edition_two import EditionTwo

ANSWERS = 38
DECISION = "https://kortrijk.example/besluiten/toekenning-burgerbudget-editie-2"
PAPER = b"%PDF-1.4\n1 0 obj\nendobj\ntrailer\n%%EOF\n"
PLACE_STOPPED, PLACE_LATE = 5, 7
"""Places among the projects that won: the one that stopped, and the one that still runs."""


class After(JuryOfEdition):
    """An edition from its count on: its jury, and then what became of its projects."""

    def award(self) -> None:
        """The college follows the jury; two publishers enter and publish that."""
        now = self.edition.at(PhaseKind.AWARD, 3)
        proposed = awards.proposal(self.db, self.round)
        amounts = {project.id: project.cost_cents for project in proposed.projects}
        decision = awards.Decision(decided_on=_day(now), decision_uri=DECISION, amounts=amounts)
        made = awards.prepare(self.db, Clock(fixed=now), self.round, decision, by=self.edition.staff("publicatie"))
        awards.publish(self.db, Clock(fixed=now + timedelta(days=2)), self.round, seen=awards.mark_of(made),
                       by=self.edition.staff("publicatie2"))  # fmt: skip

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

"""How a request of the demo city is told: filled in, advised, surveyed and decided by the rules that all go through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from spreekt.demo.neighbourhood_texts import ITEMS
from spreekt.demo.people import actor_of
from spreekt.kernel.actor import NOBODY, SYSTEM, Actor
from spreekt.modules.gezellige_wijk import (
    advice,
    decisions,
    domain,
    grants,
    handling,
    loans,
    stewards,
    surveys,
)
from spreekt.modules.gezellige_wijk.case_models import Channel, Voice
from spreekt.modules.gezellige_wijk.decisions import Ruling
from spreekt.modules.gezellige_wijk.domain import Piece, Recurrence
from spreekt.modules.gezellige_wijk.loan_models import LoanItem, Transport
from spreekt.modules.gezellige_wijk.models import StreetRequest
from spreekt.modules.gezellige_wijk.regulation_file import Regulations, read_regulations
from spreekt.modules.gezellige_wijk.rules.checks import Answer
from spreekt.territory.models import Address, Street
from spreekt.territory.queries import areas_of_street

if TYPE_CHECKING:
    from spreekt.demo.story import Town

GOOD = {"speed": Answer.YES, "residential": Answer.YES, "through": Answer.NO, "bus": Answer.NO}
URI = "https://besluiten.kortrijk.example/college/2026"


@dataclass(frozen=True, slots=True)
class Wish:
    """One request as somebody has it in mind."""

    kind: str
    street: str
    first: date | None = None
    last: date | None = None
    weekdays: frozenset[int] = frozenset()
    hours: tuple[int, int] = (14, 19)
    closes: bool = True
    expected: int = 40
    to_number: int | None = None
    stewards: tuple[str, ...] = ("Lieve", "Bart", "Noor")
    bus: Answer = Answer.NO
    title: str = ""
    text: str = ""
    lends: tuple[tuple[str, int], ...] = ()
    grant_cents: int | None = None


class Streets:
    """Tells the story, request by request, through the rules that everybody goes through."""

    def __init__(self, town: "Town") -> None:
        self.town, self.db = town, town.db
        self.rules: Regulations = read_regulations(town.city.neighbourhood_file)
        self.worker = actor_of(town.db, town.staff["gebiedswerker"])
        self.items: dict[str, LoanItem] = {}

    def street(self, name: str) -> Street:
        return self.db.scalars(select(Street).where(Street.name == name).order_by(Street.id)).first() or self.street(
            "Heuleplaats"
        )  # fmt: skip

    def days_ago(self, days: float) -> datetime:
        return self.town.now - timedelta(days=days)

    def stock(self) -> None:
        """What the city lends."""
        for code, name, number, other in ITEMS:
            item = LoanItem(code=code, name=name, stock=number, alternative=self.items.get(other))
            self.db.add(item)
            self.items[code] = item
        self.db.flush()

    def addresses(self, street: Street, numbers: int) -> list[Address]:
        """So many houses, every sixth with two boxes."""
        made = []
        for number in range(1, numbers + 1):
            for box in ("0101", "0201") if number % 6 == 0 else ("",):
                made.append(Address(street_id=street.id, street=street, house_number=str(number), box=box,
                                    postcode="8500"))  # fmt: skip
        self.db.add_all(made)
        self.db.flush()
        return made

    def draft(self, wish: Wish, by: int, *, days_ago: float) -> StreetRequest:
        """Fill everything in, as inhabitant number `by`."""
        at, kind = self.days_ago(days_ago), self.rules.types[wish.kind]
        who = Actor(id=self.town.residents[by].id)
        made = domain.begin(self.db, kind, regulations=self.rules, by=who, now=at)
        street = self.street(wish.street)
        areas = list(areas_of_street(self.db, street.id, on=at.date()))
        domain.put_place(made, [Piece(street, 1 if wish.to_number else None, wish.to_number)], areas,
                         type_name=kind.name)  # fmt: skip
        if wish.first is not None:
            when = Recurrence(wish.first, wish.last or wish.first, wish.weekdays)
            domain.put_days(made, when, time(wish.hours[0]), time(wish.hours[1]))
        if "straat" in kind.steps:
            domain.put_street(made, closes=wish.closes, said=GOOD | {"bus": wish.bus} if wish.closes else {})
        if "praktisch" in kind.steps:
            domain.put_practical(made, expected=wish.expected, music=False, food=True, insurance="gvvw",
                                 description=wish.text)  # fmt: skip
        if kind.fields:
            given = {field.code: {"ja-nee": "ja", "getal": "5"}.get(field.kind, wish.text) for field in kind.fields}
            domain.put_more(made, kind, given)
        if wish.title:
            made.title = wish.title
        for name in wish.stewards if "meters" in kind.steps else ():
            domain.name_steward(self.db, self.town.vault, made, name=name, email=f"{name.lower()}@demo.example")
        for code, number in wish.lends:
            loans.reserve(self.db, made, self.items[code], number, transport=Transport.DELIVERY)
        if wish.grant_cents:
            grants.put(self.db, self.town.vault, made, self.rules.rule(made.rule_code), asks=True,
                       cents=wish.grant_cents, iban="BE68 5390 0754 7034")  # fmt: skip
        self.db.flush()
        return made

    def ask(self, wish: Wish, by: int, *, days_ago: float, confirm: bool = True) -> StreetRequest:
        """Fill it in and hand it in; stewards say yes a day later."""
        made = self.draft(wish, by, days_ago=days_ago)
        at = self.days_ago(days_ago)
        domain.hand_in(self.db, made, regulations=self.rules, by=Actor(id=made.account_id), now=at,
                       asks_material=bool(wish.lends))  # fmt: skip
        for steward in made.stewards if confirm else ():
            stewards.confirm(self.db, steward, is_adult=True, lives_there=True, now=at + timedelta(hours=20))
        return made

    def advise(self, asked: StreetRequest, *, days_ago: float, limits: str = "", leave: Sequence[str] = ()) -> None:
        """Everybody is asked at once and answers a few days later, but for those in `leave`."""
        at = self.days_ago(days_ago)
        made = advice.ask(self.db, asked, regulations=self.rules, codes=None, in_order=bool(leave), by=self.worker,
                          now=at)  # fmt: skip
        staff = actor_of(self.db, self.town.staff["adviseur"])
        for number, one in enumerate(made):
            if one.adviser in leave or one.asked_at is None:
                continue
            act = "limited" if limits and number == 0 else "positive"
            advice.answer(self.db, one, act, conditions=limits, words="", signed=f"Iemand van {one.name}",
                          closed=self.rules.closed, by=SYSTEM if one.mail else staff,
                          now=at + timedelta(days=4))  # fmt: skip

    def survey(self, asked: StreetRequest, *, days_ago: float, yes: int, no: int, close: bool) -> None:
        """The neighbours answer by code."""
        at = self.days_ago(days_ago)
        survey = surveys.start(self.db, self.town.vault, asked, regulations=self.rules, by=self.worker, now=at)
        rows = surveys.voices(self.db, survey)
        for number, row in enumerate(rows[: yes + no]):
            said, why = (Voice.YES, "") if number < yes else (Voice.NO, "Ik moet er elke dag met de wagen door.")
            surveys.say(self.db, self.town.vault, row, said, channel=Channel.CODE, reason=why, by=NOBODY,
                        now=at + timedelta(days=3))  # fmt: skip
        rule = self.rules.rule(asked.rule_code).consent
        if close and rule is not None:
            surveys.close(self.db, survey, rule=rule, now=at + timedelta(days=rule.days + 1))

    def step(
        self, asked: StreetRequest, name: str, *, days_ago: float, reason: str = "", by: Actor | None = None
    ) -> None:
        handling.step(self.db, asked, name, by=by or self.worker, now=self.days_ago(days_ago), reason=reason)

    def decide(self, asked: StreetRequest, act: str, *, days_ago: float, **more: str | int) -> None:
        """The college decides, with the conditions of the advisers."""
        at = self.days_ago(days_ago)
        wanted = advice.conditions_of(advice.advices_of(self.db, asked.id))
        ruling = Ruling(act, at.date(), URI, str(more.get("conditions", "")) or wanted, str(more.get("law", "")),
                        str(more.get("words", "")), int(more["cents"]) if "cents" in more else None)  # fmt: skip
        decisions.decide(self.db, self.town.vault, asked, ruling, regulations=self.rules, by=self.worker, now=at)

    def to_college(self, asked: StreetRequest, *, days_ago: float) -> None:
        self.step(asked, "to-college", days_ago=days_ago)

"""Kortrijk's second edition, told once more with invented people: 36 groups, services, five coins, a count.

Each step is a function of its own, so that a test can do some turns by hand in between. Jury and carrying out are in
edition_two_after.py. Source of the numbers: the preset of the edition in city.toml.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from nacl.public import PrivateKey
from sqlalchemy import select

from spreekt.demo import edition_two_after
from spreekt.demo.people import actor_of
from spreekt.demo.texts import IDEAS, MORE_PROJECTS
from spreekt.demo.texts import Idea as Told
from spreekt.electorate.domain import voter_key
from spreekt.electorate.models import Channel, UsedRight
from spreekt.identity.models import Account
from spreekt.identity.residency_models import RegisterEntry, Residency
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import BRUSSELS, Clock
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget.dossiers import advising, balloting, group, screening
from spreekt.modules.burgerbudget.dossiers import domain as dossiers
from spreekt.modules.burgerbudget.dossiers.advice_models import Criterion, Subject, Verdict
from spreekt.modules.burgerbudget.dossiers.models import CostKind, Dossier, Stage
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.officers import domain as officers
from spreekt.modules.burgerbudget.outcomes import publication
from spreekt.modules.burgerbudget.phases.regulation import at_midnight, regulation_of, start_from
from spreekt.modules.burgerbudget.phases.timeline import phase, timeline
from spreekt.modules.burgerbudget.queries import costs_on_ballot
from spreekt.modules.burgerbudget.voting import ballots
from spreekt.modules.burgerbudget.voting.game import game_of, ticked

if TYPE_CHECKING:
    from spreekt.demo.story import Town

NUMBERS = {"jury_reserves": 8, "first_instalment_percent": 60}
"""What the preset of the edition does not say."""
PROJECTS: tuple[Told, ...] = (*IDEAS, *MORE_PROJECTS)
VOTERS = 1_028
OFFICERS = ("publicatie", "publicatie2", "auditor")
STARTS_ON = datetime(2023, 4, 12, tzinfo=BRUSSELS)
CARE = "We doen dit samen met de buren en dragen er zelf zorg voor."
SLUG = "burgerbudget-editie-2"
REFUSED, REPLIED, COMPLETED, CHANGED = 33, 4, 9, 15
"""Places of the dossiers with a turn: refused for good, admitted after a reply, completed, changed by the dialogue."""


@dataclass
class EditionTwo:
    """The round and everybody in it. `skip` leaves out the dossiers that somebody else hands in by hand."""

    town: Town
    round: Round
    keys: dict[str, PrivateKey] = field(default_factory=dict)
    dossiers: list[Dossier] = field(default_factory=list)
    projects: tuple[Told, ...] = PROJECTS

    @classmethod
    def begin(
        cls, town: Town, *, slug: str = SLUG, title: str = "Burgerbudget editie 2", starts_at: datetime = STARTS_ON,
        amount_cents: int = 10_000_000, numbers: Mapping[str, int] = NUMBERS,
    ) -> EditionTwo:  # fmt: skip
        """The regulation of the edition and its phases, from this day on."""
        admin = actor_of(town.db, town.staff["beheer"])
        round = start_from(
            town.db, town.city.budget_preset("editie-2"), slug=slug, title=title,
            amount_cents=amount_cents, starts_at=at_midnight(starts_at.date()), area_id=None, by=admin,
            now=starts_at - timedelta(days=20),
        )  # fmt: skip
        round.intro = "Groepen van vier buren dienden projecten in. Vijf munten per inwoner, en een jury van inwoners."
        round.decision_uri = "https://kortrijk.example/besluiten/reglement-burgerbudget"
        round.decided_on = (starts_at - timedelta(days=30)).date()
        round.publishes_at = round.poll.closes_at + timedelta(days=1)
        rules = regulation_of(town.db, round)
        assert rules is not None
        for name, number in numbers.items():
            setattr(rules, name, number)
        return cls(town, round)

    def appoint(self) -> None:
        """The counting officers with their keys, before the vote opens."""
        self.keys = keys_of(self.town, self.round, self.at(PhaseKind.DIALOGUE, 5))

    def at(self, kind: PhaseKind, days: float) -> datetime:
        """A moment so many days into a phase; below zero, before its end."""
        span = phase(timeline(self.town.db, self.round), kind)
        assert span is not None, kind
        from_where = span.opens_at if days >= 0 or span.closes_at is None else span.closes_at
        return (from_where + timedelta(days=days)).astimezone(UTC)

    def hand_in(self, *, skip: Collection[int] = (), after_days: int = 40) -> None:
        """Groups of four, each of another address, write and hand in."""
        groups = groups_of_four(self.town, on=self.at(PhaseKind.SUBMISSION, 1))
        now = self.at(PhaseKind.SUBMISSION, after_days)
        for place, told in enumerate(self.projects):
            if place not in skip:
                people = groups[place % len(groups)]
                self.dossiers.append(self.one(told, people, now=now + timedelta(days=place)))
        self.town.db.flush()

    def one(self, told: Told, people: Sequence[Account], *, now: datetime) -> Dossier:
        """One dossier from the first line to the city's letterbox."""
        db, town = self.town.db, self.town
        lead = Actor(id=people[0].id)
        dossier = dossiers.begin(
            db, town.vault, self.round, title=told.title, body=f"{told.text} {CARE}", by=lead, now=now
        )
        for other in people[1:]:
            group.add_member(db, town.vault, dossier, who=Actor(id=other.id), now=now)
        area = town.areas.get(told.area)
        place = ", ".join(word for word in (told.street, area.name if area else "Heel de stad") if word)
        dossiers.put_at(db, dossier, areas=[area] if area else [], place=place, point=None,
                        seen=dossiers.place_mark(dossier), by=lead)  # fmt: skip
        dossier.latitude, dossier.longitude = (area.latitude, area.longitude) if area else (None, None)
        material = told.euros * 100 * 3 // 4
        dossiers.add_cost(db, dossier, kind=CostKind.INVESTMENT, label="Materiaal", amount_cents=material, by=lead)
        dossiers.add_cost(db, dossier, kind=CostKind.INVESTMENT, label="Plaatsing en afwerking",
                          amount_cents=told.euros * 100 - material, by=lead)  # fmt: skip
        award = phase(timeline(db, self.round), PhaseKind.EXECUTION)
        assert award is not None
        for label, days in (("Alles besteld en afgesproken", 120), ("Klaar en in gebruik", 420)):
            until = (award.opens_at + timedelta(days=days)).date()
            dossiers.add_step(db, dossier, label=label, until=until, by=lead)
        dossiers.hand_in(db, dossier, by=lead, now=now)
        return dossier

    def screen(self) -> None:
        """The area worker looks at the conditions: one refused, one admitted after its reply, one completed."""
        now, worker = self.at(PhaseKind.ADMISSIBILITY, 2), self.staff("gebiedswerker")
        for place, dossier in enumerate(self.dossiers):
            if dossier.stage is not Stage.SUBMITTED:
                continue
            title = dossier.title
            if title == PROJECTS[REFUSED].title:
                self._refuse(dossier, Criterion.NO_DOUBLE_GRANT, "Hiervoor kregen jullie al een buurtpremie.", now)
            elif title == PROJECTS[REPLIED].title:
                self._refuse(dossier, Criterion.NON_COMMERCIAL, "Er staat een verkooppunt in het plan.", now)
                screening.reply(self.town.db, dossier, "Er wordt niets verkocht: wat er groeit, is voor iedereen.",
                                by=self.lead(dossier), now=now + timedelta(days=2))  # fmt: skip
                self._admit(dossier, worker, now + timedelta(days=4))
            elif title == PROJECTS[COMPLETED].title:
                screening.screen(self.town.db, dossier, "ask_completion", words="De plaats is nog niet duidelijk.",
                                 failed={}, remedy="Zeg in welke straten het komt.", seen_version=None, by=worker,
                                 now=now)  # fmt: skip
                screening.send_back(self.town.db, dossier, by=self.lead(dossier), now=now)
                self._admit(dossier, worker, now + timedelta(days=5))
            else:
                self._admit(dossier, worker, now + timedelta(hours=place))

    def discuss(self) -> None:
        """Services advise on every tenth plan; one is mended for it; all that were admitted can be done."""
        now, worker, service = self.at(PhaseKind.DIALOGUE, 3), self.staff("gebiedswerker"), self.staff("dienst")
        db = self.town.db
        for place, dossier in enumerate(self.dossiers):
            if dossier.stage is not Stage.ADMISSIBLE:
                continue
            if place % 10 == 0:
                asked = advising.ask(db, dossier, subjects=[Subject.TECHNICAL, Subject.UPKEEP],
                                     service="Dienst openbaar domein", question="Kan dit op deze plaats?", by=worker,
                                     now=now)  # fmt: skip
                for request in asked:
                    advising.give(db, request, verdict=Verdict.POSITIVE, by=service, now=now + timedelta(days=6),
                                  public_summary="Dit kan op deze plaats. De groep zorgt zelf voor het onderhoud.",
                                  internal_note="Nutsleidingen nagekeken.")  # fmt: skip
            if dossier.title == PROJECTS[CHANGED].title:
                self._decide(dossier, "deem_feasible_if", now, "De leiding ligt aan de overkant.",
                             "Zet het fonteintje aan de overkant van de straat.")  # fmt: skip
                screening.send_back(db, dossier, by=self.lead(dossier), now=now)
            self._decide(dossier, "deem_feasible", now + timedelta(days=20), "", "")

    def freeze(self) -> None:
        """Everything that can be done goes on the list, with its text and price as they are."""
        now, admin = self.at(PhaseKind.DIALOGUE, -2), self.staff("beheer")
        themes = {theme.code: theme.name for theme in self.town.city.themes}
        of = {told.title: themes[told.theme] for told in PROJECTS}
        feasible = [dossier for dossier in self.dossiers if dossier.stage is Stage.FEASIBLE]
        for number, dossier in enumerate(feasible, start=1):
            balloting.put_on_ballot(self.town.db, dossier, code=f"{number}", theme=of.get(dossier.title, ""), by=admin,
                                    now=now)  # fmt: skip

    def vote(self, voters: int = VOTERS, *, but: Collection[str] = ()) -> None:
        """So many residents give their five coins, some of them at a desk; not those with these person keys."""
        db, town = self.town.db, self.town
        game, costs = game_of(self.round, regulation_of(db, self.round)), costs_on_ballot(db, self.round.id)
        liking = {code: town.dice.uniform(0.3, 3.0) for code in costs}
        now = self.at(PhaseKind.GAME, 5).date()
        old_enough = [row.person_key for row in db.execute(
            select(RegisterEntry.person_key, RegisterEntry.born_on).where(RegisterEntry.gone_on.is_(None))
            .order_by(RegisterEntry.person_key)
        ) if (now - row.born_on).days > 16 * 366 and row.person_key not in but]  # fmt: skip
        for place, person_key in enumerate(town.dice.sample(old_enough, min(voters, len(old_enough)))):
            chosen: set[str] = set()
            while len(chosen) < min(game.most or 5, town.dice.randint(2, 6)):
                chosen.update(town.dice.choices(list(liking), list(liking.values())))
            db.add(UsedRight(poll_id=self.round.poll_id, channel=Channel.DESK if place % 15 == 0 else Channel.WEB,
                             voter_key=voter_key(town.vault, self.round.poll, person_key)))  # fmt: skip
            db.add(ballots.sealed_ballot(self.round, game, ticked(chosen), costs))
        db.flush()

    def count(self) -> None:
        """Two officers give their keys, one publisher counts and another publishes."""
        clock = Clock(fixed=self.round.poll.closes_at + timedelta(hours=14))
        give_keys(self.town, self.round, self.keys, clock)
        db, first, second = self.town.db, self.staff("publicatie"), self.staff("publicatie2")
        publication.prepare(db, self.town.vault, clock, self.round, city=self.town.city.name, by=first)
        publication.confirm(db, clock, self.round, by=second)

    def staff(self, name: str) -> Actor:
        return actor_of(self.town.db, self.town.staff[name])

    def lead(self, dossier: Dossier) -> Actor:
        return Actor(id=next(member.account_id for member in dossier.active_members if member.is_lead))

    def _admit(self, dossier: Dossier, worker: Actor, now: datetime) -> None:
        screening.screen(self.town.db, dossier, "admit", failed={}, words="", remedy="", seen_version=None, by=worker,
                         now=now)  # fmt: skip

    def _refuse(self, dossier: Dossier, criterion: Criterion, why: str, now: datetime) -> None:
        screening.screen(self.town.db, dossier, "refuse", failed={criterion: why}, words=why, seen_version=None,
                         remedy="Jullie kunnen antwoorden met nieuwe uitleg.", by=self.staff("gebiedswerker"),
                         now=now)  # fmt: skip

    def _decide(self, dossier: Dossier, act: str, now: datetime, words: str, remedy: str) -> None:
        screening.judge(self.town.db, dossier, act, words=words, remedy=remedy, seen_version=None,
                        by=self.staff("gebiedswerker"), now=now)  # fmt: skip


def keys_of(town: Town, round: Round, at: datetime) -> dict[str, PrivateKey]:
    """Three members of staff make a key each and show that they hold it; any two of them open the ballots."""
    clock, admin = Clock(fixed=at), actor_of(town.db, town.staff["beheer"])
    officers.appoint(town.db, clock, round, [town.staff[name] for name in OFFICERS], needed=2, by=admin)
    keys = {name: PrivateKey(town.dice.randbytes(32)) for name in OFFICERS}
    for name, key in keys.items():
        who, public = actor_of(town.db, town.staff[name]), bytes(key.public_key).hex()
        officers.register_key(town.db, clock, round, public, by=who)
        asked = officers.challenge(town.vault, officers.seat_of(town.db, round, by=who))
        officers.prove(town.db, town.vault, clock, round, officers.answer(key, asked, public), by=who)
    return keys


def give_keys(town: Town, round: Round, keys: dict[str, PrivateKey], clock: Clock) -> None:
    """Two of the three give their key after the close."""
    for name in OFFICERS[:2]:
        who = actor_of(town.db, town.staff[name])
        officers.give(town.db, town.vault, clock, round, bytes(keys[name]), by=who)


def groups_of_four(town: Town, *, on: datetime) -> list[list[Account]]:
    """Residents with an account in groups of four, of four addresses, all old enough and the first one grown up."""
    rows = town.db.execute(
        select(Residency.account_id, RegisterEntry.household_key, RegisterEntry.born_on)
        .join(RegisterEntry, RegisterEntry.person_key == Residency.person_key)
        .where(Residency.ended_at.is_(None))
        .order_by(Residency.account_id)
    ).all()
    accounts = {account.id: account for account in town.residents}
    old = [row for row in rows if row.account_id in accounts and (on.date() - row.born_on).days > 19 * 366]
    groups: list[list[Account]] = []
    waiting = list(old)
    while len(waiting) >= 4:
        chosen: list[Account] = []
        homes: set[str] = set()
        for row in list(waiting):
            if row.household_key not in homes and len(chosen) < 4:
                chosen.append(accounts[row.account_id])
                homes.add(row.household_key)
                waiting.remove(row)
        if len(chosen) < 4:
            break
        groups.append(chosen)
    return groups


def tell(town: Town) -> None:
    """The whole edition, until now."""
    edition = EditionTwo.begin(town)
    edition.appoint()
    edition.hand_in()
    edition.screen()
    edition.discuss()
    edition.freeze()
    edition.vote()
    edition.count()
    edition_two_after.tell(edition)

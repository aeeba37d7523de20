"""Budget rounds in the demo city: one that was won and lost, one that is open now, one that is being prepared."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from nacl.public import PrivateKey

from spreekt.demo.edition_two import give_keys, keys_of
from spreekt.demo.people import actor_of
from spreekt.demo.texts import IDEAS, MORE_PROJECTS
from spreekt.demo.texts import Idea as Told
from spreekt.electorate.domain import voter_key
from spreekt.electorate.models import Channel, UsedRight
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import BRUSSELS, Clock
from spreekt.modules.burgerbudget import domain
from spreekt.modules.burgerbudget.domain import ProjectPlan, RoundPlan
from spreekt.modules.burgerbudget.models import Round, Rule
from spreekt.modules.burgerbudget.officers.keys import ROWS, card_rows
from spreekt.modules.burgerbudget.outcomes import publication
from spreekt.modules.burgerbudget.phases.regulation import regulation_of
from spreekt.modules.burgerbudget.queries import costs_on_ballot
from spreekt.modules.burgerbudget.voting import ballots, drafts
from spreekt.modules.burgerbudget.voting.game import game_of, ticked
from spreekt.modules.voorstellen.models import Proposal

if TYPE_CHECKING:
    from spreekt.demo.story import Town

VOTERS_OF_THE_FINISHED_ROUND = 640
VOTERS_SO_FAR = 74


def tell(town: Town, published: list[Proposal], *, folder: Path) -> None:
    """The four rounds, oldest first."""
    _finished(town)
    _counted(town)
    _open(town, published, folder)
    _coming(town)


def _at(year: int, month: int, day: int, hour: int) -> datetime:
    return datetime(year, month, day, hour, tzinfo=BRUSSELS).astimezone(UTC)


def _plan(town: Town, told: Told, number: int, origin_id: int | None = None) -> ProjectPlan:
    area = town.areas.get(told.area)
    return ProjectPlan(
        code=f"{number}", title=told.title, body=told.text, cost_cents=told.euros * 100,
        theme=next(theme.name for theme in town.city.themes if theme.code == told.theme),
        area_ids=frozenset({area.id}) if area else frozenset(), origin_id=origin_id,
        latitude=area.latitude if area else None, longitude=area.longitude if area else None,
    )  # fmt: skip


def _finished(town: Town) -> None:
    """Voted in spring, counted, published by two people; the money is being spent."""
    before = _at(2026, 2, 1, 9)
    admin = actor_of(town.db, town.staff["beheer"])
    round = domain.create_round(
        town.db,
        RoundPlan(
            slug="burgerbudget-2026-voorjaar", title="Burgerbudget voorjaar 2026",
            intro="Bewoners verdeelden 60.000 euro over ideeën van bewoners.",
            amount_cents=6_000_000, opens_at=_at(2026, 3, 2, 9), closes_at=_at(2026, 3, 31, 18),
            publishes_at=_at(2026, 4, 2, 12), minimum_age=16, rule=Rule.GREEDY, max_approvals=5,
            decided_on=date(2025, 12, 8),
        ),
        by=admin, now=before,
    )  # fmt: skip
    plans = [_plan(town, told, number) for number, told in enumerate((*MORE_PROJECTS[:14], *IDEAS[12:]), start=1)]
    for plan in plans:
        domain.add_project(town.db, round, plan, by=admin, now=before)
    liking = {plan.code: town.dice.uniform(0.4, 3.0) for plan in plans}
    keys = keys_of(town, round, before)
    codes = list(liking)
    _fill_the_box(town, round, codes, [liking[code] for code in codes], voters=VOTERS_OF_THE_FINISHED_ROUND, most=5)
    counted = Clock(fixed=_at(2026, 4, 1, 10))
    give_keys(town, round, keys, counted)
    first, second = (actor_of(town.db, town.staff[name]) for name in ("publicatie", "publicatie2"))
    publication.prepare(town.db, town.vault, counted, round, city=town.city.name, by=first)
    publication.confirm(town.db, counted, round, by=second)


def _counted(town: Town) -> None:
    """Closed last week and counted by one publisher; a second one has not looked at it yet."""
    admin = actor_of(town.db, town.staff["beheer"])
    before = _at(2026, 9, 1, 9)
    round = domain.create_round(
        town.db,
        RoundPlan(
            slug="jongerenbudget-2026", title="Jongerenbudget 2026",
            intro="Jongeren vanaf 14 jaar verdelen 15.000 euro.", amount_cents=1_500_000,
            opens_at=_at(2026, 10, 19, 9), closes_at=_at(2026, 11, 22, 18), publishes_at=_at(2026, 11, 30, 12),
            minimum_age=14, rule=Rule.GREEDY_PER_COST, max_approvals=3, decided_on=date(2026, 6, 8),
        ),
        by=admin, now=before,
    )  # fmt: skip
    youth = [told for told in (*IDEAS, *MORE_PROJECTS) if told.theme in {"spelen", "cultuur"} and told.euros < 13_000]
    for number, told in enumerate(youth, start=1):
        domain.add_project(town.db, round, _plan(town, told, number), by=admin, now=before)
    keys = keys_of(town, round, before)
    codes = [str(number) for number in range(1, len(youth) + 1)]
    _fill_the_box(town, round, codes, [1.0] * len(codes), voters=120, most=3)
    publisher, counted = actor_of(town.db, town.staff["publicatie"]), Clock(fixed=_at(2026, 11, 23, 9))
    give_keys(town, round, keys, counted)
    publication.prepare(town.db, town.vault, counted, round, city=town.city.name, by=publisher)


def _fill_the_box(town: Town, round: Round, codes: list[str], weights: list[float], *, voters: int, most: int) -> None:
    game, costs = game_of(round, regulation_of(town.db, round)), costs_on_ballot(town.db, round.id)
    for place, person_key in enumerate(town.dice.sample(list(town.everybody), voters)):
        chosen = _choice(town, codes, weights, most=most)
        town.db.add(UsedRight(poll_id=round.poll_id, voter_key=voter_key(town.vault, round.poll, person_key),
                              channel=Channel.DESK if place % 12 == 0 else Channel.WEB))  # fmt: skip
        town.db.add(ballots.sealed_ballot(round, game, ticked(chosen), costs))
    town.db.flush()


def _open(town: Town, published: list[Proposal], folder: Path) -> None:
    """Open now: projects that grew from proposals and others, some votes cast, one resident halfway."""
    admin = actor_of(town.db, town.staff["beheer"])
    before = town.now - timedelta(days=30)
    round = domain.create_round(
        town.db,
        RoundPlan(
            slug="burgerbudget-2026", title="Burgerbudget 2026",
            intro="Verdeel mee 100.000 euro. Kies de projecten die jij belangrijk vindt: zoveel als je wil.",
            amount_cents=10_000_000, opens_at=_at(2026, 11, 16, 9), closes_at=_at(2026, 12, 20, 18),
            publishes_at=_at(2026, 12, 22, 12), minimum_age=16, rule=Rule.GREEDY, decided_on=date(2026, 6, 8),
        ),
        by=admin, now=before,
    )  # fmt: skip
    grown = {proposal.title: proposal.id for proposal in published}
    for number, told in enumerate((*IDEAS[:12], *MORE_PROJECTS[14:]), start=1):
        domain.add_project(town.db, round, _plan(town, told, number, grown.get(told.title)), by=admin, now=before)
    _write_keys(keys_of(town, round, before), folder / "letters" / f"telploeg-{round.slug}.csv")
    codes = [str(number) for number in range(1, 12 + len(MORE_PROJECTS[14:]) + 1)]
    voting = Clock(fixed=town.now - timedelta(days=2))
    for account in town.residents[20 : 20 + VOTERS_SO_FAR]:
        chosen = _choice(town, codes, [1.0] * len(codes), most=8)
        ballots.cast(town.db, town.vault, voting, round, ticked(chosen), by=Actor(id=account.id))
    halfway = Actor(id=town.residents[1].id)
    just_now = Clock(fixed=town.now - timedelta(hours=3))
    drafts.save(town.db, town.vault, just_now, round, ticked(["1", "4", "9"]), by=halfway)


def _write_keys(keys: dict[str, PrivateKey], path: Path) -> None:
    """The cards of the open round, which in a real city each officer keeps on paper."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter=";", lineterminator="\n")
        rows.writerow(["teller", *(f"rij {row}" for row in range(1, ROWS + 1))])
        rows.writerows([f"{name}@demo.example", *card_rows(bytes(key))] for name, key in keys.items())


def _coming(town: Town) -> None:
    """Announced, with a part for each of two villages; projects follow."""
    admin = actor_of(town.db, town.staff["beheer"])
    pots = {town.areas["kooigem"].id: 500_000, town.areas["rollegem"].id: 900_000}
    domain.create_round(
        town.db,
        RoundPlan(
            slug="dorpsbudget-2027", title="Dorpsbudget Kooigem en Rollegem 2027",
            intro="Elk dorp verdeelt zijn eigen bedrag.", amount_cents=1_400_000, opens_at=_at(2027, 2, 1, 9),
            closes_at=_at(2027, 2, 28, 18), publishes_at=_at(2027, 3, 2, 12), minimum_age=14, rule=Rule.GREEDY,
            pots=pots,
        ),
        by=admin, now=town.now - timedelta(days=5),
    )  # fmt: skip


def _choice(town: Town, codes: list[str], weights: list[float], *, most: int) -> list[str]:
    wanted = town.dice.randint(1, most)
    chosen: set[str] = set()
    while len(chosen) < wanted:
        chosen.update(town.dice.choices(codes, weights))
    return sorted(chosen)

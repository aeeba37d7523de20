"""Themes first in the demo city: residents divided money over themes in autumn; next year they hand in per theme."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from spreekt.demo.edition_two import give_keys, keys_of
from spreekt.demo.people import actor_of
from spreekt.electorate.domain import voter_key
from spreekt.electorate.models import Channel, UsedRight
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import BRUSSELS, Clock
from spreekt.modules.burgerbudget import domain
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.outcomes import publication
from spreekt.modules.burgerbudget.phases.regulation import change_numbers, regulation_of, start_from
from spreekt.modules.burgerbudget.queries import costs_on_ballot
from spreekt.modules.burgerbudget.themes import domain as themes
from spreekt.modules.burgerbudget.voting import ballots
from spreekt.modules.burgerbudget.voting.game import game_of

if TYPE_CHECKING:
    from spreekt.demo.story import Town

VOTERS, GO_ON, AMOUNT_CENTS = 90, 5, 12_000_000
LIKING = (9.0, 7.5, 6.0, 5.0, 3.5, 2.5, 1.5, 1.0)
"""How much people like each theme of the city, in its order."""


def tell(town: Town) -> None:
    """A round about themes that was counted, and the round about projects that took its amounts."""
    town = replace(town, dice=Random("themes"))  # noqa: S311 - a story; the rest of it stays as it is
    admin = actor_of(town.db, town.staff["beheer"])
    earlier = _decided(town, admin)
    round = start_from(
        town.db, town.city.budget_preset("antwerpen"), slug="themabudget-2027", title="Themabudget 2027",
        amount_cents=AMOUNT_CENTS, starts_at=datetime(2027, 1, 11, tzinfo=BRUSSELS), area_id=None, by=admin,
        now=town.now - timedelta(days=4),
    )  # fmt: skip
    round.intro = "Inwoners verdeelden eerst het geld over thema's. Nu kan je per thema een project indienen."
    themes.take(town.db, round, earlier, by=admin, now=town.now - timedelta(days=3))


def _decided(town: Town, admin: Actor) -> Round:
    before = town.now - timedelta(days=80)
    round = start_from(
        town.db, town.city.budget_preset("antwerpen-geld"), slug="themas-2027", title="Welke thema's in 2027?",
        amount_cents=AMOUNT_CENTS, starts_at=datetime(2026, 10, 12, tzinfo=BRUSSELS), area_id=None, by=admin,
        now=before,
    )  # fmt: skip
    round.intro = "Waar moet het geld naartoe? Verdeel je punten over de thema's die jij belangrijk vindt."
    change_numbers(town.db, round, {"themes_most": GO_ON}, by=admin, now=before)
    for number, theme in enumerate(town.city.themes, start=1):
        domain.add_project(town.db, round, domain.theme_plan(f"t{number}", theme.name), by=admin, now=before)
    keys = keys_of(town, round, before)
    _vote(town, round)
    counted = Clock(fixed=round.poll.closes_at + timedelta(days=1))
    give_keys(town, round, keys, counted)
    first, second = (actor_of(town.db, town.staff[name]) for name in ("publicatie", "publicatie2"))
    publication.prepare(town.db, town.vault, counted, round, city=town.city.name, by=first)
    publication.confirm(town.db, counted, round, by=second)
    return round


def _vote(town: Town, round: Round) -> None:
    game, costs = game_of(round, regulation_of(town.db, round)), costs_on_ballot(town.db, round.id)
    codes = sorted(costs)
    for person_key in town.dice.sample(list(town.everybody), VOTERS):
        town.db.add(UsedRight(poll_id=round.poll_id, channel=Channel.WEB,
                              voter_key=voter_key(town.vault, round.poll, person_key)))  # fmt: skip
        marks: dict[str, int] = {}
        for code in town.dice.choices(codes, LIKING[: len(codes)], k=game.points or 0):
            marks[code] = marks.get(code, 0) + 1
        town.db.add(ballots.sealed_ballot(round, game, marks, costs))
    town.db.flush()

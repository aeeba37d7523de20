"""What happened in the demo city until now, told through the same rules that residents and staff go through."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.demo import (
    budget,
    edition_two,
    later_editions,
    neighbourhood,
    people,
    proposals,
    referenda,
    themes,
    trees,
)
from spreekt.demo.people import Inhabitant
from spreekt.identity import code_letters, register_import, residency
from spreekt.identity.models import Account
from spreekt.identity.residency_models import ProofMethod
from spreekt.kernel.actor import SYSTEM
from spreekt.kernel.city import City
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.vault import Vault
from spreekt.territory.models import Area, Partition
from spreekt.territory.territory_import import import_territory, read_territory
from spreekt.web.context import Services
from spreekt.web.transaction import transaction

SEED = 2026
SETTLED = datetime(2023, 3, 1, 9, tzinfo=BRUSSELS)
"""Since when the demo city uses the platform: before the oldest round that it tells of."""
ACCOUNTS = 150
"""Residents who made an account; the rest of the register never looked."""


@dataclass(frozen=True, slots=True)
class Town:
    """Everybody and everything the story is about."""

    db: Session
    vault: Vault
    city: City
    dice: random.Random
    now: datetime
    areas: dict[str, Area]
    staff: dict[str, Account]
    accounts: Sequence[Account]
    """Of residents, also of who still has to show that they live here."""
    residents: Sequence[Account]
    """Accounts of proven residents, the nine of the contract first."""
    everybody: Sequence[str]
    """Person keys of all who are in the register."""


def tell(services: Services, *, folder: Path, now: datetime) -> None:
    """Fill an empty, migrated database."""
    vault, city = services.vault, services.city
    with transaction(services.sessions) as db:
        settled_on = (SETTLED - timedelta(days=60)).date()
        import_territory(db, read_territory(city, on=settled_on), by=SYSTEM, on=settled_on)
    with transaction(services.sessions) as db:
        town, grown = settle(db, vault, city, folder=folder, now=now)
        _ask_for_a_letter(db, vault, town.accounts[people.WAITS_FOR_LETTER], grown[people.WAITS_FOR_LETTER], now=now)
        second = residency.person_key(vault, grown[60].number)
        residency.prove(db, account_id=town.accounts[people.CAME_TWICE].id, key=second, method=ProofMethod.DESK,
                        now=now - timedelta(days=2))  # fmt: skip
        told = proposals.tell(town)
        edition_two.tell(town)
        later_editions.tell(town, town.everybody[ACCOUNTS + 1])
        budget.tell(town, told, folder=folder)
        themes.tell(town)
        neighbourhood.tell(town)
        referenda.tell(town, grown, folder=folder, public_url=services.settings.PUBLIC_URL)
        trees.tell(town)


def settle(
    db: Session, vault: Vault, city: City, *, folder: Path, now: datetime, since: datetime = SETTLED
) -> tuple[Town, list[Inhabitant]]:
    """People a city whose territory is known: register, staff, accounts. Also gives who in the register is grown."""
    dice = random.Random(SEED)  # noqa: S311 - a story, not a secret
    areas = {area.code: area for area in db.scalars(
        select(Area).join(Partition).where(Partition.code == city.partitions[0].code)
    )}  # fmt: skip
    register = people.draw_inhabitants(dice, people.street_pairs(db), now.astimezone(BRUSSELS).date())
    path = folder / "bevolkingsregister.csv"
    people.write_register(path, register)
    _import_register(db, vault, path, areas, now=since)
    staff = people.make_staff(db, vault, areas=list(areas.values()), now=since)
    grown = [one for one in register if (now.date() - one.born_on).days > 17 * 366]
    accounts = people.make_residents(db, vault, grown[:ACCOUNTS], now=since)
    proven = [account for place, account in enumerate(accounts) if place not in people.UNPROVEN]
    for account, one in zip(accounts, grown, strict=False):
        if account in proven:
            key = residency.person_key(vault, one.number)
            residency.prove(db, account_id=account.id, key=key, method=ProofMethod.LETTER, now=since)
    everybody = [residency.person_key(vault, one.number) for one in grown]
    town = Town(db=db, vault=vault, city=city, dice=dice, now=now, areas=areas, staff=staff, accounts=accounts,
                residents=proven, everybody=everybody)  # fmt: skip
    return town, grown


def _import_register(db: Session, vault: Vault, path: Path, areas: dict[str, Area], *, now: datetime) -> None:
    by_name = {area.name: area.id for area in areas.values()}
    with path.open("rb") as stream:
        reading = register_import.read(stream, vault, areas=by_name, reference_on=now.astimezone(BRUSSELS).date())
    register_import.import_register(db, vault, reading, areas=by_name, by=SYSTEM, now=now)
    db.flush()


def _ask_for_a_letter(db: Session, vault: Vault, account: Account, one: Inhabitant, *, now: datetime) -> None:
    """One resident waits for the letter that lies in the folder letters/."""
    claim = code_letters.Claim(residency.person_key(vault, one.number), one.born_on)
    code_letters.ask_letter(db, vault, claim, account_id=account.id, now=now - timedelta(days=3))
    db.flush()

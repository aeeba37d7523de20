"""The people of the demo city: a synthetic population register, residents with an account, and staff."""

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.demo.texts import FIRST_NAMES, LAST_NAMES
from spreekt.identity import national_number
from spreekt.identity.accounts import create_account, set_password
from spreekt.identity.models import Account, RoleGrant
from spreekt.kernel.actor import Actor, Grant, Level, Role
from spreekt.kernel.vault import Vault
from spreekt.notices.domain import choose_frequency
from spreekt.notices.models import Frequency
from spreekt.territory.models import Area, Street

PASSWORD = "kortrijk-demo-2026"  # noqa: S105 - the demo's, printed in the README
TOTP_SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105 - the demo's, printed in the README
RESIDENTS = 1_400
WAITS_FOR_LETTER, NEVER_ASKED, CAME_TWICE = 7, 8, 149
UNPROVEN = frozenset({WAITS_FOR_LETTER, NEVER_ASKED, CAME_TWICE})
"""Places of inwoner8, whose letter is on its way, of inwoner9, who still has to show where they live, and of somebody
who made a second account."""
HEADER = ("nationaal_nummer", "geboortedatum", "voornaam", "naam", "straat", "huisnummer", "bus", "postcode",
          "deelgemeente", "ingeschreven_sinds")  # fmt: skip
POSTCODES = {"kortrijk": "8500", "heule": "8501", "bissegem": "8501", "marke": "8510", "bellegem": "8510",
             "rollegem": "8510", "kooigem": "8510", "aalbeke": "8511"}  # fmt: skip
STAFF: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("moderator", (Role.MODERATOR,)),
    ("moderator2", (Role.MODERATOR,)),
    ("beroep", (Role.APPEAL,)),
    ("gebiedswerker", (Role.AREA_WORKER,)),
    ("dienst", (Role.SERVICE,)),
    ("adviseur", (Role.ADVISER,)),
    ("loket", (Role.DESK,)),
    ("register", (Role.REGISTER,)),
    ("referendum", (Role.REFERENDUM,)),
    ("publicatie", (Role.PUBLISHER,)),
    ("publicatie2", (Role.PUBLISHER,)),
    ("jurylid", (Role.JUROR,)),
    ("financien", (Role.FINANCE,)),
    ("auditor", (Role.AUDITOR,)),
    ("beheer", (Role.ADMIN,)),
)
DEMO_RESIDENTS = ("inwoner", *(f"inwoner{number}" for number in range(2, 10)))


@dataclass(frozen=True, slots=True)
class Inhabitant:
    """One line of the demo's population register."""

    number: str
    born_on: date
    first_name: str
    last_name: str
    street: str
    house_number: str
    box: str
    area: str
    since: date


def draw_inhabitants(dice: random.Random, streets: Sequence[tuple[str, str]], today: date) -> list[Inhabitant]:
    """The whole register: some live together, some are children, some are very old; every area has people.

    `streets` are (street, area code) pairs. Numbers use serials 000 and 999, which no real person has.
    """
    areas = sorted({area for _street, area in streets})
    weights = [8 if area == "kortrijk" else 3 if area in {"heule", "marke", "bissegem"} else 1 for area in areas]
    taken: set[str] = set()
    found: list[Inhabitant] = []
    while len(found) < RESIDENTS:
        area = dice.choices(areas, weights)[0]
        street = dice.choice([name for name, where in streets if where == area])
        house, box = str(dice.randint(1, 120)), dice.choice(["", "", "", "0101", "0201"])
        last_name = dice.choice(LAST_NAMES)
        for _housemate in range(dice.choice([1, 1, 2, 2, 3, 4])):
            born_on = today - timedelta(days=dice.randint(9 * 365, 92 * 365))
            number = national_number.synthetic(born_on, dice.choice([0, 999])).digits
            if number in taken:
                continue
            taken.add(number)
            since = max(born_on, date(dice.randint(1990, 2022), dice.randint(1, 12), 1))
            found.append(
                Inhabitant(number, born_on, dice.choice(FIRST_NAMES), last_name, street, house, box, area, since)
            )
    return found[:RESIDENTS]


def write_register(path: Path, inhabitants: Sequence[Inhabitant]) -> None:
    """The register as the city would hand it over."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(HEADER)
        for one in inhabitants:
            writer.writerow([one.number, one.born_on, one.first_name, one.last_name, one.street, one.house_number,
                             one.box, POSTCODES[one.area], one.area, one.since])  # fmt: skip


def make_staff(db: Session, vault: Vault, *, areas: Sequence[Area], now: datetime) -> dict[str, Account]:
    """Everybody who works for the demo city, with a password and a second factor."""
    first = _with_password(db, vault, "beheer", "Beheer", now=now)
    accounts = {"beheer": first}
    for name, roles in STAFF:
        account = accounts.get(name) or _with_password(db, vault, name, name.capitalize(), now=now, like=first)
        accounts[name] = account
        account.sealed_totp = vault.seal("totp", TOTP_SECRET)
        scopes: Sequence[Area | None] = areas if Role.AREA_WORKER in roles else (None,)
        for role in roles:
            for area in scopes:
                db.add(RoleGrant(account_id=account.id, role=role, area_id=area.id if area else None, granted_at=now,
                                 granted_by_id=first.id))  # fmt: skip
    db.flush()
    return accounts


def make_residents(db: Session, vault: Vault, people: Sequence[Inhabitant], *, now: datetime) -> list[Account]:
    """The nine residents of the contract (with a password) and a crowd that signs in by mail link."""
    accounts: list[Account] = []
    for place, one in enumerate(people):
        shown = f"{one.first_name} {one.last_name}"
        if place < len(DEMO_RESIDENTS):
            like = accounts[0] if accounts else None
            accounts.append(_with_password(db, vault, DEMO_RESIDENTS[place], shown, now=now, like=like))
        else:
            account = create_account(db, vault, email=f"bewoner{place}@demo.example", display_name=shown, now=now)
            account.confirmed_at = now
            accounts.append(account)
            choose_frequency(db, account.id, Frequency.NEVER)
    db.flush()
    return accounts


def _with_password(
    db: Session, vault: Vault, name: str, shown: str, *, now: datetime, like: Account | None = None
) -> Account:
    account = create_account(db, vault, email=f"{name}@demo.example", display_name=shown, now=now)
    account.confirmed_at = now
    if like is None:
        set_password(account, PASSWORD)
    else:
        account.password_hash = like.password_hash
    return account


def actor_of(db: Session, account: Account, *, is_resident: bool = False) -> Actor:
    """The actor behind a demo account, freshly signed in with every factor."""
    grants = db.scalars(select(RoleGrant).where(RoleGrant.account_id == account.id)).all()
    return Actor(
        id=account.id,
        display_name=account.display_name,
        level=Level.RESIDENT if is_resident else Level.CONFIRMED,
        grants=frozenset(Grant(grant.role, grant.area_id, grant.module or None) for grant in grants),
        has_second_factor=bool(grants),
        is_fresh=True,
    )


def street_pairs(db: Session) -> list[tuple[str, str]]:
    """Every street with the code of its deelgemeente."""
    return [(name, code) for name, code in db.execute(select(Street.name, Street.borough_code).order_by(Street.id))]

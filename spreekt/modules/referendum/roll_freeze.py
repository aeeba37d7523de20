"""The roll is agreed on by two people, published as a count and a hash, and frozen. Reading it in is in roll.py."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError
from spreekt.kernel.workflow import move
from spreekt.modules.referendum import exhibits, two_people
from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.life import LIFE
from spreekt.modules.referendum.models import Act, Referendum, RollEntry
from spreekt.modules.referendum.roll import agreed_text, hash_of, last_import
from spreekt.territory.models import Area


class NoRoll(DomainError):
    """Nothing was read in yet."""

    says = N_("Er is nog geen kiezerslijst ingelezen.")


class RollChanged(DomainError):
    """What is in the table is not what the first person saw."""

    says = N_("De kiezerslijst is intussen veranderd. Laad de pagina opnieuw en kijk aantal en hash na.")


def propose_freeze(db: Session, referendum: Referendum, *, by: Actor, now: datetime) -> None:
    """The first person says that this is the roll. Raises NoRoll, AlreadyProposed, IllegalTransition."""
    LIFE.check(referendum, "freeze-roll", by=by)
    last = last_import(db, referendum)
    if last is None:
        raise NoRoll
    about = agreed_text(last.entries, last.roll_sha256)
    two_people.propose(db, referendum, Act.ROLL, about=about, by=by, now=now)


def confirm_freeze(db: Session, referendum: Referendum, *, about: str, by: Actor, now: datetime) -> None:
    """The second person says so too, of exactly this count and hash: from now on the roll stands still.

    Raises NotProposed, SamePerson, AboutSomethingElse, RollChanged, IllegalTransition.
    """
    LIFE.check(referendum, "freeze-roll", by=by)
    two_people.confirm(db, referendum, Act.ROLL, about=about, by=by, now=now)
    fix_roll(db, referendum, about)
    move(db, LIFE, referendum, "freeze-roll", by=by, reason=about)


def fix_roll(db: Session, referendum: Referendum, about: str) -> None:
    """Write down and publish what two people agreed on, counted once more from the table. Raises RollChanged."""
    keys = _voter_keys(db, referendum)
    sha256 = hash_of(keys)
    if agreed_text(len(keys), sha256) != about:
        raise RollChanged
    last = last_import(db, referendum)
    if last is None:
        raise NoRoll
    referendum.roll_count, referendum.roll_sha256 = len(keys), sha256
    published = _published(referendum, 1, last.reference_on) | _areas(db, referendum)
    exhibits.keep(db, referendum, exhibits.ROLL, compact(published))


def publish_again(db: Session, referendum: Referendum, reference_on: date, version: int) -> None:
    """Count and hash after a mover. No figures of areas: the difference would tell where one person lives."""
    keys = _voter_keys(db, referendum)
    before = exhibits.hashes(db, referendum.id)[exhibit_name(version - 1)]
    referendum.roll_count, referendum.roll_sha256 = len(keys), hash_of(keys)
    published = _published(referendum, version, reference_on) | {"previous_sha256": before}
    exhibits.keep(db, referendum, exhibit_name(version), compact(published))


def exhibit_name(version: int) -> str:
    """Under which name a version of the published roll is kept; the first one is 1."""
    return exhibits.ROLL if version == 1 else exhibits.ROLL.replace(".json", f"-{version}.json")


def _voter_keys(db: Session, referendum: Referendum) -> list[str]:
    return list(db.scalars(select(RollEntry.voter_key).where(RollEntry.referendum_id == referendum.id)))


def _published(referendum: Referendum, version: int, reference_on: date) -> dict[str, Any]:
    return {
        "referendum": referendum.slug,
        "uuid": referendum.uuid,
        "version": version,
        "reference_date": reference_on.isoformat(),
        "count": referendum.roll_count,
        "sha256": referendum.roll_sha256,
    }


def _areas(db: Session, referendum: Referendum) -> dict[str, Any]:
    """Voters per area where there are many; small ones together, so that no small number can be worked out."""
    rows = db.execute(
        select(Area.name, func.count())
        .join(RollEntry, RollEntry.area_id == Area.id)
        .where(RollEntry.referendum_id == referendum.id)
        .group_by(Area.name)
        .order_by(func.count(), Area.name)
    ).all()
    least = referendum.regulation.small_number
    together, shown = 0, []
    for name, count in rows:  # smallest first: what is hidden must itself be enough people
        if count < least or 0 < together < least:
            together += count
        else:
            shown.append({"area": name, "count": count})
    areas: dict[str, Any] = {"areas": sorted(shown, key=lambda area: area["area"])}
    return areas | ({"other_areas": together} if together >= least else {})

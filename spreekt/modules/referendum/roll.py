"""The voter roll is read in whole or not at all. Freezing it is in roll_freeze.py, movers are in movers.py.

Names and addresses pass through on their way to the mailing file; of them nothing is stored.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO, TextIO

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from spreekt.identity.register_file import Fault, Reader, RegisterEntry, RegisterRules
from spreekt.identity.residency import PERSON_PURPOSE
from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.kernel.city import City
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.dutch import plural
from spreekt.kernel.errors import N_, DomainError
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import mailing, two_people
from spreekt.modules.referendum.models import Act, Referendum, RollEntry, State
from spreekt.modules.referendum.poll_keys import PollKey, key_of
from spreekt.modules.referendum.roll_models import RollImport
from spreekt.territory.queries import current_areas

AT_ONCE = 1_000  # rows in one statement
Told = Callable[[int], None]
"""Hears how many voters were read so far."""


class RollFrozen(DomainError):
    """Two people agreed on it, or it is too early: the question must be announced first."""

    says = N_("De kiezerslijst kan nu niet ingelezen worden. Dat kan alleen na de aankondiging en voor ze vastligt.")


class AnotherDay(DomainError):
    """A file of another day than the one that was announced."""

    status = 422
    says = N_("De peildatum van dit referendum is {0}. Vraag een bestand zoals het register op die dag was.")


class DayToCome(DomainError):
    """The register of a day that has not been."""

    says = N_("De peildatum is {0}. Lees het bestand in als die dag voorbij is.")


class AnotherRoll(DomainError):
    """A sound file, but not of the people on the frozen roll."""

    status = 422
    says = N_(
        "Dit bestand heeft niet dezelfde kiezers als de kiezerslijst. Kwam er iemand bij of ging er iemand af? "
        "Neem dan een nieuw bestand, met precies de kiezers van nu."
    )


class NoAreasYet(DomainError):
    """Voters live in areas; those come first."""

    says = N_("De stad heeft op die dag nog geen gebieden. Lees eerst de gebieden in: spreekt territory import.")


@dataclass(frozen=True, slots=True)
class RollReport:
    """What came of a roll file: all its faults, or how many voters and their hash."""

    faults: tuple[Fault, ...]
    lines: int
    entries: int = 0
    sha256: str = ""

    @property
    def counts(self) -> Mapping[str, int]:
        """How many faults of each kind, most first."""
        found: dict[str, int] = {}
        for fault in self.faults:
            found[fault.kind.value] = found.get(fault.kind.value, 0) + 1
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))

    @property
    def in_words(self) -> str:
        return f"{plural(len(self.faults), 'fout', 'fouten')} in het bestand. Er is niets ingelezen."


def hash_of(voter_keys: list[str]) -> str:
    """SHA-256 over the voter keys, sorted, each followed by a line feed: 64 hexadecimal characters."""
    digest = hashlib.sha256()
    for key in sorted(voter_keys):
        digest.update(f"{key}\n".encode())
    return digest.hexdigest()


def agreed_text(count: int, sha256: str) -> str:
    """What two people agree on, word for word."""
    return f"{count} kiezers, sha256 {sha256}"


def last_import(db: Session, referendum: Referendum) -> RollImport | None:
    """The file that made the roll."""
    newest = select(RollImport).where(RollImport.referendum_id == referendum.id).order_by(RollImport.id.desc())
    return db.scalars(newest.limit(1)).first()


def import_roll(
    db: Session, vault: Vault, referendum: Referendum, stream: BinaryIO, *, areas: Mapping[str, int],
    reference_on: date, by: Actor, now: datetime, mailing_out: TextIO | None = None, told: Told | None = None,
) -> RollReport:  # fmt: skip
    """Read a roll file in, in place of the one before; with any fault nothing is stored.

    `areas`: id by name of each deelgemeente; `reference_on`: the day of which the file says it is, which must be the
    day that was announced. `mailing_out` gets the mailing file; `told` hears how far it is.
    Raises RollFrozen, AnotherDay, DayToCome.
    """
    _may_be_read_in(referendum, reference_on, now)
    key = key_of(vault, referendum)
    reader = Reader(_rules(vault, referendum, areas, reference_on))
    file_sha256 = _hash_of_file(stream)
    voter_keys, rows = list[str](), list[dict[str, Any]]()
    writer = mailing.writer(mailing_out) if mailing_out is not None else None
    if writer is not None:
        writer.writerow(mailing.HEADER)
    with db.begin_nested() as all_or_nothing:
        db.execute(delete(RollEntry).where(RollEntry.referendum_id == referendum.id))
        for entry in reader.each(stream):
            voter_key = key.voter(entry.fingerprint)
            voter_keys.append(voter_key)
            rows.append(_row(referendum, key, voter_key, entry, areas))
            if len(rows) == AT_ONCE and not reader.faults:
                db.execute(insert(RollEntry), rows)
            if len(rows) == AT_ONCE:
                rows.clear()
                if told is not None:
                    told(len(voter_keys))
            if writer is not None:
                writer.writerow(mailing.row(voter_key, entry))
        if reader.faults:
            all_or_nothing.rollback()
            return RollReport(tuple(reader.faults), reader.lines)
        if rows:
            db.execute(insert(RollEntry), rows)
    roll_sha256 = hash_of(voter_keys)
    db.add(
        RollImport(
            referendum_id=referendum.id, file_sha256=file_sha256, entries=len(voter_keys),
            roll_sha256=roll_sha256, reference_on=reference_on, imported_at=now, imported_by_id=by.id,
        )
    )  # fmt: skip
    if Act.ROLL in two_people.waiting(db, referendum):
        two_people.withdraw(db, referendum, Act.ROLL, by=by)  # it was about the roll before this one
    audit.record(
        db, by=by, act="referendum.roll-imported", subject=f"referendum:{referendum.id}",
        reason=f"{agreed_text(len(voter_keys), roll_sha256)}; file sha256 {file_sha256}",
    )  # fmt: skip
    return RollReport((), reader.lines, len(voter_keys), roll_sha256)


def write_mailing(
    vault: Vault, referendum: Referendum, stream: BinaryIO, out: TextIO, *, areas: Mapping[str, int]
) -> RollReport:
    """The mailing of the frozen roll, from a file of precisely its voters. Faults are in the answer.

    Whoever was added later may have been registered later: that the hash is the roll's is all that counts.
    Raises AnotherRoll.
    """
    key = key_of(vault, referendum)
    reader = Reader(_rules(vault, referendum, areas, None))
    voter_keys = []
    writer = mailing.writer(out)
    writer.writerow(mailing.HEADER)
    for entry in reader.each(stream):
        voter_key = key.voter(entry.fingerprint)
        voter_keys.append(voter_key)
        writer.writerow(mailing.row(voter_key, entry))
    if reader.faults:
        return RollReport(tuple(reader.faults), reader.lines)
    if hash_of(voter_keys) != referendum.roll_sha256:
        raise AnotherRoll
    return RollReport((), reader.lines, len(voter_keys), referendum.roll_sha256)


def areas_of(db: Session, city: City, referendum: Referendum, *, on: date) -> dict[str, int]:
    """The areas in which a voter may live, by name: the column deelgemeente names one of these. Raises NoAreasYet."""
    only = referendum.poll.area_id
    every = current_areas(db, partition=city.partitions[0].code, on=on)
    areas = {area.name: area.id for area in every if only is None or area.id == only}
    if not areas:
        raise NoAreasYet
    return areas


def _may_be_read_in(referendum: Referendum, reference_on: date, now: datetime) -> None:
    if referendum.state is not State.ANNOUNCED:
        raise RollFrozen
    announced = referendum.reference_on
    if reference_on != announced:
        raise AnotherDay(f"{announced:%d/%m/%Y}")
    if announced > now.astimezone(BRUSSELS).date():
        raise DayToCome(f"{announced:%d/%m/%Y}")


def _rules(vault: Vault, referendum: Referendum, areas: Mapping[str, int], reference_on: date | None) -> RegisterRules:
    return RegisterRules(
        key=vault.raw_key(PERSON_PURPOSE), areas=areas, reference_on=reference_on,
        age_on=referendum.poll.age_on, minimum_age=referendum.poll.minimum_age,
    )  # fmt: skip


def _row(
    referendum: Referendum, key: PollKey, voter_key: str, entry: RegisterEntry, areas: Mapping[str, int]
) -> dict[str, Any]:
    return {
        "referendum_id": referendum.id,
        "voter_key": voter_key,
        "area_id": areas[entry.area],
        "birth_key": key.birth(voter_key, entry.born_on),
    }


def _hash_of_file(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := stream.read(65_536):
        digest.update(block)
    stream.seek(0)
    return digest.hexdigest()

"""Storing a whole register file: who is new, changed or gone; all of it or nothing. Reading it is elsewhere."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from spreekt.identity.addressee import Addressee, opened
from spreekt.identity.register_file import Fault, RegisterFile, RegisterRules, read_register
from spreekt.identity.register_file import RegisterEntry as Line
from spreekt.identity.residency import PERSON_PURPOSE
from spreekt.identity.residency_models import RegisterEntry, RegisterImport
from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError
from spreekt.kernel.vault import Vault

AT_ONCE = 1_000  # rows in one statement


class OlderThanTheLast(DomainError):
    """A file from before the one that is in force."""

    says = N_("De peildatum ligt voor die van het vorige bestand ({0}). Vraag een nieuwer bestand.")


class HasFaults(DomainError):
    """The file is not sound; nothing of it is stored."""

    status = 422
    says = N_("In het bestand staan fouten. Er is niets ingelezen.")


@dataclass(frozen=True, slots=True)
class Difference:
    """What a file changes, in numbers of residents."""

    new: int
    changed: int
    unchanged: int
    gone: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was read: its lines or its faults, and its SHA-256."""

    file: RegisterFile
    sha256: str
    reference_on: date

    @property
    def faults(self) -> tuple[Fault, ...]:
        return self.file.faults


def read(stream: BinaryIO, vault: Vault, *, areas: Mapping[str, int], reference_on: date) -> Reading:
    """Read a register file. `areas` gives the id of each deelgemeente by its name; everybody of any age is in it."""
    rules = RegisterRules(
        key=vault.raw_key(PERSON_PURPOSE), areas=areas, reference_on=reference_on, age_on=reference_on, minimum_age=0
    )
    file = read_register(stream, rules)
    stream.seek(0)
    digest = hashlib.sha256()
    while block := stream.read(65_536):
        digest.update(block)
    return Reading(file, digest.hexdigest(), reference_on)


def last_import(db: Session) -> RegisterImport | None:
    """The import that is in force."""
    return db.scalars(select(RegisterImport).order_by(RegisterImport.id.desc()).limit(1)).first()


def difference(db: Session, vault: Vault, reading: Reading, *, areas: Mapping[str, int]) -> Difference:
    """What the file would change; nothing is written."""
    return _compare(db, vault, reading, areas).in_numbers


def import_register(
    db: Session, vault: Vault, reading: Reading, *, areas: Mapping[str, int], by: Actor, now: datetime
) -> Difference:
    """Put the file in force in place of the one before. Who is not in it any more is gone on its reference date.

    Raises HasFaults or OlderThanTheLast, and then nothing is stored.
    """
    if reading.faults:
        raise HasFaults
    last = last_import(db)
    if last is not None and reading.reference_on < last.reference_on:
        raise OlderThanTheLast(f"{last.reference_on:%d/%m/%Y}")
    plan = _compare(db, vault, reading, areas)
    same = last is not None and (last.file_sha256, last.reference_on) == (reading.sha256, reading.reference_on)
    if same and not plan.changes_anything:
        return plan.in_numbers  # the very same file again, from a double click or a retry
    batch = RegisterImport(
        file_sha256=reading.sha256,
        entries=len(reading.file.entries),
        reference_on=reading.reference_on,
        imported_at=now,
        imported_by_id=by.id,
    )
    db.add(batch)
    db.flush()
    _store(db, plan, batch)
    audit.record(
        db, by=by, act="register.imported", subject=f"register-import:{batch.id}",
        reason=f"sha256 {reading.sha256}; {plan.in_numbers}",
    )  # fmt: skip
    outbox.record(db, "register.imported", import_id=batch.id)
    return plan.in_numbers


@dataclass(slots=True)
class _Plan:
    fresh: list[dict[str, Any]]
    changed: list[dict[str, Any]]
    unchanged: int
    gone: list[str]

    @property
    def changes_anything(self) -> bool:
        return bool(self.fresh or self.changed or self.gone)

    @property
    def in_numbers(self) -> Difference:
        return Difference(len(self.fresh), len(self.changed), self.unchanged, len(self.gone))


def _compare(db: Session, vault: Vault, reading: Reading, areas: Mapping[str, int]) -> _Plan:
    columns = (
        RegisterEntry.person_key, RegisterEntry.born_on, RegisterEntry.area_id, RegisterEntry.registered_since,
        RegisterEntry.gone_on, RegisterEntry.sealed_addressee,
    )  # fmt: skip
    known = {row.person_key: row for row in db.execute(select(*columns))}
    plan = _Plan([], [], 0, [])
    for line in reading.file.entries:
        addressee = _addressee(line)
        old = known.pop(line.fingerprint, None)
        facts = (line.born_on, areas[line.area], line.registered_since, None)
        if old is None:
            plan.fresh.append(_row(vault, line, addressee, areas))
        elif (old.born_on, old.area_id, old.registered_since, old.gone_on) != facts or (
            opened(vault, old.sealed_addressee) != addressee
        ):
            plan.changed.append(_row(vault, line, addressee, areas))
        else:
            plan.unchanged += 1
    plan.gone = [key for key, row in known.items() if row.gone_on is None]
    return plan


def _addressee(line: Line) -> Addressee:
    return Addressee(
        given_name=line.given_name, family_name=line.family_name, street=line.street, house_number=line.house_number,
        box=line.box, postcode=line.postcode, place=line.area,
    )  # fmt: skip


def _row(vault: Vault, line: Line, addressee: Addressee, areas: Mapping[str, int]) -> dict[str, Any]:
    return {
        "person_key": line.fingerprint,
        "born_on": line.born_on,
        "area_id": areas[line.area],
        "household_key": addressee.household_key(vault),
        "sealed_addressee": addressee.sealed(vault),
        "registered_since": line.registered_since,
        "gone_on": None,
    }


def _store(db: Session, plan: _Plan, batch: RegisterImport) -> None:
    gone = [{"person_key": key, "gone_on": batch.reference_on} for key in plan.gone]
    for start in range(0, len(gone), AT_ONCE):
        db.execute(update(RegisterEntry), gone[start : start + AT_ONCE])
    for start in range(0, len(plan.changed), AT_ONCE):
        db.execute(update(RegisterEntry), plan.changed[start : start + AT_ONCE])
    db.execute(update(RegisterEntry).where(RegisterEntry.gone_on.is_(None)).values(import_id=batch.id))
    for start in range(0, len(plan.fresh), AT_ONCE):
        rows = [{**row, "import_id": batch.id} for row in plan.fresh[start : start + AT_ONCE]]
        db.execute(insert(RegisterEntry), rows)
    db.expire_all()

"""What was frozen and is published byte for byte: kept once, never changed, always under its own hash.

Only codes for which no letter has gone out are withdrawn: see codes.discard.
"""

import hashlib
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.kernel.errors import N_, DomainError, NotThere
from spreekt.modules.referendum.models import Exhibit, Referendum

QUESTION = "vraag.json"
ROLL = "kiezerslijst.json"
ELECTION = "verkiezing.json"
TRUSTEES = "sleutelhouders.json"
CREDENTIALS = "publieke-codes.json"
ZERO_REPORT = "nulverslag.json"
ENCRYPTED_TALLY = "versleutelde-telling.json"
SIZED_TALLY = "telling-en-aantal.json"
RESULT = "uitslag.json"
MINUTES = "verslag.txt"
DESTRUCTION = "verslag-wissen.txt"


def partial_decryption(owner: int) -> str:
    """Name of what trustee `owner` (from 1) decrypted."""
    return f"ontsleuteling-{owner}.json"


def is_told_later(name: str) -> bool:
    """Whether anyone could work out the result from this one: not shown before the hour of publication."""
    return name == RESULT or name.startswith("ontsleuteling-")


class AlreadyFrozen(DomainError):
    """There is one of this name, and it says something else."""

    says = N_("Dit ligt al vast en kan niet meer veranderen.")


def keep(db: Session, referendum: Referendum, name: str, body: str) -> Exhibit:
    """Freeze a text under a name. The same text again does no harm. Raises AlreadyFrozen for another one."""
    sha256 = hashlib.sha256(body.encode()).hexdigest()
    there = db.get(Exhibit, (referendum.id, name))
    if there is not None:
        if there.sha256 != sha256:
            raise AlreadyFrozen
        return there
    exhibit = Exhibit(referendum_id=referendum.id, name=name, sha256=sha256, body=body)
    db.add(exhibit)
    db.flush()
    return exhibit


def withdraw(db: Session, referendum: Referendum, name: str) -> None:
    """Take one back. Raises NotThere."""
    there = db.get(Exhibit, (referendum.id, name))
    if there is None:
        raise NotThere
    db.delete(there)
    db.flush()


def body(db: Session, referendum_id: int, name: str) -> str:
    """The text. Raises NotThere."""
    found = db.scalar(select(Exhibit.body).where(Exhibit.referendum_id == referendum_id, Exhibit.name == name))
    if found is None:
        raise NotThere
    return found


def sha256_of(db: Session, referendum_id: int, name: str) -> str:
    """Its hash. Raises NotThere."""
    found = db.scalar(select(Exhibit.sha256).where(Exhibit.referendum_id == referendum_id, Exhibit.name == name))
    if found is None:
        raise NotThere
    return found


def listed_codes(db: Session, referendum_id: int) -> int:
    """How many codes the published list has. The database counts them, for the list itself is 40 MB in a city."""
    quotes = func.length(Exhibit.body) - func.length(func.replace(Exhibit.body, '"', ""))
    is_list = (Exhibit.referendum_id == referendum_id, Exhibit.name == CREDENTIALS)
    return (db.scalar(select(quotes).where(*is_list)) or 0) // 2


def hashes(db: Session, referendum_id: int) -> dict[str, str]:
    """SHA-256 of every exhibit, by name."""
    rows = db.execute(select(Exhibit.name, Exhibit.sha256).where(Exhibit.referendum_id == referendum_id))
    return {row.name: row.sha256 for row in rows}


def told_hashes(db: Session, referendum: Referendum, now: datetime) -> dict[str, str]:
    """As `hashes`, without what would tell the result before its hour: figures are few, so a hash is easily guessed."""
    return {
        name: sha256
        for name, sha256 in hashes(db, referendum.id).items()
        if referendum.shows_outcome(now) or not is_told_later(name)
    }


def has_archive(db: Session, referendum: Referendum) -> bool:
    """Whether there is anything to check yet: an archive begins with the election, its trustees and its codes."""
    return bool(referendum.fingerprint) and CREDENTIALS in hashes(db, referendum.id)


def opened_by(db: Session, referendum: Referendum) -> list[int]:
    """The trustees (from 1) whose part of the decryption is here."""
    there = hashes(db, referendum.id)
    return [owner for owner in range(1, referendum.trustee_count + 1) if partial_decryption(owner) in there]

"""Refused attempts: counted per reason and hour, and limited per code and network. Who tried is not kept."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from spreekt.identity import limits
from spreekt.identity.limits import Limit
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum.models import RefusedAttempts

PER_CODE = Limit("refused ballot, code", 10, timedelta(hours=1))
PER_NETWORK = Limit("refused ballot, network", 60, timedelta(hours=1))
TESTS_PER_NETWORK = Limit("tested ballot, network", 60, timedelta(hours=1))


GUESSES = frozenset({"unknown-code", "wrong-birth-date", "not-your-code", "bad-signature"})
"""Reasons that a guesser meets; these count towards the limits, so that a closed box locks nobody out."""
IN_VAIN = frozenset({"already-voted", "too-many-changes", "not-signed-in", "no-residence"})
"""Each costs the check of a whole ballot, so these count too, against the network alone: nobody guesses."""
WITH_THE_CODE = frozenset({"wrong-birth-date", "not-your-code"})
"""Guesses of who signed with the code; only these count against it. Public codes are public: anybody can name one."""


def count_refused(db: Session, referendum_id: int, reason: str, *, now: datetime) -> None:
    """One more refused for this reason in this hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    insert: Any = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(RefusedAttempts).values(referendum_id=referendum_id, reason=reason[:40], hour=hour, times=1)
    keys = [RefusedAttempts.referendum_id, RefusedAttempts.reason, RefusedAttempts.hour]
    db.execute(row.on_conflict_do_update(index_elements=keys, set_={"times": RefusedAttempts.times + 1}))


def counters(vault: Vault, *, credential: str, network: str, now: datetime) -> dict[str, str]:
    """The keys of both counters, as the statement at the door (box_statements.py) binds them."""
    return {
        "code_counter": limits.key_of(vault, PER_CODE, credential, now),
        "network_counter": limits.key_of(vault, PER_NETWORK, network, now),
    }


def must_be_left(*, of_code: int | None, of_network: int | None, now: datetime) -> None:
    """Raises TooMany when this code or this network was refused too often in this hour."""
    limits.must_be_left(PER_CODE, of_code, now=now)
    limits.must_be_left(PER_NETWORK, of_network, now=now)


def spend(db: Session, vault: Vault, reason: str, *, credential: str, network: str, now: datetime) -> None:
    """Count a guess or a try in vain against its network, and a guess also against the code that signed it."""
    if reason in WITH_THE_CODE:
        limits.add(db, vault, PER_CODE, credential, now=now)
    if reason in GUESSES | IN_VAIN:
        limits.add(db, vault, PER_NETWORK, network, now=now)

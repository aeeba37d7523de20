"""How often something may be tried, counted in the database: restarts and other processes make no difference."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ScalarSelect, Table, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from spreekt.identity.models import AttemptCounter
from spreekt.kernel.dutch import plural
from spreekt.kernel.errors import TooMany
from spreekt.kernel.vault import Vault


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` in one `window` for one subject."""

    name: str
    times: int
    window: timedelta


SIGN_IN_ACCOUNT = Limit("sign-in account", 10, timedelta(minutes=15))
SIGN_IN_NETWORK = Limit("sign-in network", 60, timedelta(minutes=15))
MAIL_ADDRESS = Limit("mail address", 5, timedelta(hours=1))
MAIL_NETWORK = Limit("mail network", 40, timedelta(hours=1))
SECOND_FACTOR = Limit("second factor", 8, timedelta(minutes=15))
LETTER_CODE = Limit("letter code", 20, timedelta(hours=1))
REGISTER_LOOKUP = Limit("register lookup", 10, timedelta(hours=1))
WRITING = Limit("writing", 40, timedelta(hours=1))
REPORTING = Limit("reporting", 20, timedelta(hours=1))


_COUNTERS = cast(Table, AttemptCounter.__table__).c


def network_of(address: str | None) -> str:
    """The part of a network address that one household shares: IPv4 /32, IPv6 /64."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ipaddress.ip_network(f"{ip}/{32 if ip.version == 4 else 64}", strict=False))


def count(db: Session, vault: Vault, limit: Limit, subject: str, *, now: datetime) -> None:
    """Count one attempt and refuse when it is one too many. The caller keeps the count even when it refuses.

    Raises TooMany with the seconds until the window ends.
    """
    if add(db, vault, limit, subject, now=now) > limit.times:
        raise _too_many(limit, now)


def add(db: Session, vault: Vault, limit: Limit, subject: str, *, now: datetime) -> int:
    """Count one attempt; how many there were in this window, this one included."""
    insert: Any = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(AttemptCounter).values(
        key=key_of(vault, limit, subject, now), count=1, expires_at=now + limit.window
    )
    statement = statement.on_conflict_do_update(
        index_elements=[AttemptCounter.key], set_={"count": AttemptCounter.count + 1}
    ).returning(AttemptCounter.count)
    counted: int = db.execute(statement).scalar_one()
    return counted


def used(name: str) -> ScalarSelect[int]:
    """How many attempts are counted under a key (of `key_of`, bound as `name`): a column for another statement."""
    return select(_COUNTERS.count).where(_COUNTERS.key == bindparam(name)).scalar_subquery()


def must_be_left(limit: Limit, used: int | None, *, now: datetime) -> None:
    """Refuse when this many attempts of the window leave none. Raises TooMany."""
    if used is not None and used >= limit.times:
        raise _too_many(limit, now)


def must_not_be_spent(db: Session, vault: Vault, limit: Limit, subject: str, *, now: datetime) -> None:
    """Refuse when all attempts of this window are used, without counting this one. Raises TooMany."""
    counted = db.scalar(select(AttemptCounter.count).where(AttemptCounter.key == key_of(vault, limit, subject, now)))
    must_be_left(limit, counted, now=now)


def key_of(vault: Vault, limit: Limit, subject: str, now: datetime) -> str:
    """Under which an attempt of this subject is counted at this moment; tells nothing of the subject."""
    return vault.fingerprint("attempts", f"{limit.name}\n{subject}\n{_window(limit, now)[0]}")


def _window(limit: Limit, now: datetime) -> tuple[int, int]:
    seconds = int(limit.window.total_seconds())
    return int(now.timestamp()) // seconds, seconds


def _too_many(limit: Limit, now: datetime) -> TooMany:
    window, seconds = _window(limit, now)
    wait = max(1, (window + 1) * seconds - int(now.timestamp()))
    return TooMany(plural(-(-wait // 60), "minuut", "minuten"), retry_after=wait)


def forget_expired(db: Session, *, now: datetime) -> None:
    """Counters of windows that are over."""
    db.execute(delete(AttemptCounter).where(AttemptCounter.expires_at < now))

"""What a command of `spreekt` has at hand: the database in one transaction, the vault, the city and the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from spreekt.kernel.city import City, read_city
from spreekt.kernel.storage import utc_now
from spreekt.kernel.vault import Vault
from spreekt.web.engine import make_engine
from spreekt.web.transaction import transaction


@dataclass(frozen=True, slots=True)
class Bench:
    """The surroundings of one command."""

    db: Session
    vault: Vault
    city: City
    now: datetime


@contextmanager
def at_work() -> Iterator[Bench]:
    """One command is one transaction: stored when it ends well, undone when anything is raised."""
    settings = Settings.from_environment()
    engine = make_engine(settings.DATABASE_URL)
    try:
        with transaction(sessionmaker(engine, expire_on_commit=False)) as db:
            yield Bench(db, Vault(settings.identity_key), read_city(Path(settings.CITY_FILE)), utc_now())
    finally:
        engine.dispose()

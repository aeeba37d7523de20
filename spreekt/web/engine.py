"""How we talk to the database: durable, strict and without surprises on SQLite and PostgreSQL alike."""

from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

READ_ONLY: ContextVar[bool] = ContextVar("READ_ONLY", default=False)
"""True while a request cannot change anything, so that SQLite readers do not queue for the write lock."""


POSTGRES_OPTIONS = r"-c timezone=UTC -c lock_timeout=8000 -c default_transaction_isolation=read\ committed"
"""Rules that wait for a lock and then read count on it that a statement sees what was committed before it."""


def make_engine(url: str, **options: Any) -> Engine:
    """An engine whose commits survive a crash. `options` go to SQLAlchemy's create_engine."""
    if not url.startswith("sqlite"):
        defaults: dict[str, Any] = {
            "pool_pre_ping": True,
            "pool_size": 8,
            "max_overflow": 4,
            "pool_timeout": 5,
            "connect_args": {"options": POSTGRES_OPTIONS, "connect_timeout": 5},
        }
        return create_engine(url, **(defaults | options))
    engine = create_engine(url, **({"connect_args": {"timeout": 15}} | options))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "cache_size=-16000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN" if READ_ONLY.get() else "BEGIN IMMEDIATE")


def durability_faults(connection: Connection) -> list[str]:
    """Which settings of this database could lose an acknowledged vote, in plain words."""
    if connection.dialect.name == "sqlite":
        wanted = {"synchronous": (2, 3), "foreign_keys": (1,)}
        return [
            f"SQLite must run with PRAGMA {name} = {values[0]}."
            for name, values in wanted.items()
            if connection.exec_driver_sql(f"PRAGMA {name}").scalar() not in values
        ]
    return [
        f"PostgreSQL must run with {name} = on."
        for name in ("fsync", "synchronous_commit", "full_page_writes")
        if connection.exec_driver_sql(f"SHOW {name}").scalar() == "off"
    ]

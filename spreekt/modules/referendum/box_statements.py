"""What a ballot asks of the database on its way into the box: statements that are built once, on plain tables.

Building a statement and loading whole rows for it took longer than running it. The rules are in box.py.
"""

from typing import Final, cast

from sqlalchemy import Column, Insert, Table, and_, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from spreekt.electorate.models import Poll, UsedRight
from spreekt.identity import limits
from spreekt.kernel.clock import DatabaseClock
from spreekt.modules.referendum.models import Ballot, Referendum, RollEntry

_REFERENDA, _ROLL, _BALLOTS, _POLLS, _RIGHTS = (
    cast(Table, model.__table__) for model in (Referendum, RollEntry, Ballot, Poll, UsedRight)
)
_REFERENDUM, _ENTRY, _BALLOT, _RIGHT = _REFERENDA.c, _ROLL.c, _BALLOTS.c, _RIGHTS.c

_this_referendum = _REFERENDUM.id == bindparam("referendum_id")
_this_ballot = and_(_BALLOT.referendum_id == bindparam("referendum_id"), _BALLOT.sha256 == bindparam("sha256"))
_this_code = and_(
    _ENTRY.referendum_id == bindparam("referendum_id"), _ENTRY.credential_key == bindparam("credential_key")
)
_this_right = and_(_RIGHT.poll_id == bindparam("poll_id"), _RIGHT.voter_key == bindparam("voter_key"))

AT_THE_DOOR: Final = select(
    _REFERENDUM.sealed_key, _REFERENDUM.rules, _REFERENDUM.poll_id,
    limits.used("code_counter").label("tries_of_code"), limits.used("network_counter").label("tries_of_network"),
).where(_this_referendum)  # fmt: skip
"""What does not change while the box is open, and how often this code and this network were refused."""

ON_ROLL: Final = select(_ENTRY.voter_key).where(_this_code)

STANDING: Final = (
    select(
        _REFERENDUM.state, _REFERENDUM.rules, _POLLS.c.opens_at, _POLLS.c.closes_at, DatabaseClock().label("told_at"),
        _REFERENDUM.public_reason, _ENTRY.voter_key, _ENTRY.birth_key, _BALLOT.kind, _BALLOT.nth,
    )
    .select_from(
        _REFERENDA.join(_POLLS, _POLLS.c.id == _REFERENDUM.poll_id)
        .outerjoin(_ROLL, _this_code)
        .outerjoin(_BALLOTS, _this_ballot)
    )
    .where(_this_referendum)
)  # fmt: skip
"""Everything that decides, in one look: phase, database clock, whose code it is, and whether this ballot is there."""

THERE: Final = select(_BALLOT.kind, _BALLOT.nth).where(_this_ballot)

LAST_NTH: Final = select(func.max(_BALLOT.nth)).where(
    _BALLOT.referendum_id == bindparam("referendum_id"), _BALLOT.credential_hash == bindparam("credential_hash")
)

CHANNEL: Final = select(_RIGHT.channel).where(_this_right)
CHANNEL_LOCKED: Final = CHANNEL.with_for_update()

BESIDE_OTHERS: Final = (
    select(_POLLS.c.id).where(_POLLS.c.id == bindparam("poll_id")).with_for_update(read=True, key_share=True)
)
ALONE: Final = select(_POLLS.c.id).where(_POLLS.c.id == bindparam("poll_id")).with_for_update()


def _unless_there(table: Table, returning: Column[str]) -> dict[str, Insert]:
    """A row, unless the database has one like it; gives `returning` only when it is new. By kind of database."""
    return {
        "sqlite": sqlite.insert(table).on_conflict_do_nothing().returning(returning),
        "postgresql": postgresql.insert(table).on_conflict_do_nothing().returning(returning),
    }


TAKE_RIGHT: Final = _unless_there(_RIGHTS, _RIGHT.voter_key)
PUT_IN: Final = _unless_there(_BALLOTS, _BALLOT.sha256)


def dialect_of(db: Session) -> str:
    """Which kind of database this is: `sqlite` or `postgresql`."""
    return db.get_bind().dialect.name

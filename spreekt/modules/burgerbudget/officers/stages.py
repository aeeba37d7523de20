"""Where a counting officer stands: what they do next, and whom a round waits for. Reads only."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from spreekt.identity.models import Account, RoleGrant
from spreekt.kernel.actor import Actor
from spreekt.modules.burgerbudget.models import PublishedOutcome, Round
from spreekt.modules.burgerbudget.officers.domain import MAY_COUNT, SETTLED, may_count
from spreekt.modules.burgerbudget.officers.models import CountingOfficer

SOON = timedelta(days=7)
"""So long before the vote opens, a missing key is late."""


class Stage(StrEnum):
    """The one thing that an officer does now."""

    MAKE = "make"
    PROVE = "prove"
    KEEP = "keep"
    GIVE = "give"
    GIVEN = "given"
    ENOUGH = "enough"
    """Others gave theirs; this key is not needed any more."""
    PUBLISHED = "published"
    NONE = "none"
    """Voting is over and this seat never had a key."""


def stage_of(officer: CountingOfficer, round: Round, now: datetime, *, published: bool, given: int) -> Stage:
    """What this officer does now. `given` is how many officers of the round gave their key."""
    if published:
        return Stage.PUBLISHED
    if officer.given_at is not None:
        return Stage.GIVEN
    if round.poll.is_over(now):
        if officer.proven_at is None or not round.has_box:
            return Stage.NONE
        return Stage.ENOUGH if given >= round.officers_needed else Stage.GIVE
    if officer.proven_at is not None:
        return Stage.KEEP
    return Stage.PROVE if officer.public_key else Stage.MAKE


def may_still_change(round: Round, now: datetime) -> bool:
    """Officers and keys can be chosen: the vote has not opened, or opened without keys and is not over."""
    return not round.without_vote and (now + SETTLED < round.poll.opens_at or not round.has_box) and (
        not round.poll.is_over(now)
    )  # fmt: skip


def waits_for_keys(round: Round, now: datetime) -> bool:
    """Nobody can vote in this round yet, for lack of keys."""
    return not (round.without_vote or round.is_imported or round.has_box or round.poll.is_over(now))


def given_by(officers: Sequence[CountingOfficer]) -> list[CountingOfficer]:
    """Who gave their key."""
    return [officer for officer in officers if officer.given_at is not None]


def people_who_may_count(db: Session, *, by: Actor) -> list[Account]:
    """Accounts that can be appointed, by name; who appoints is not among them."""
    query = (
        select(Account)
        .where(Account.id.in_(select(RoleGrant.account_id).where(RoleGrant.role.in_(MAY_COUNT))))
        .options(selectinload(Account.grants))
        .order_by(Account.display_name, Account.id)
    )
    return [account for account in db.scalars(query) if may_count(account) and account.id != by.id]


def seats_of(db: Session, account_id: int, now: datetime) -> list[tuple[Round, Stage]]:
    """Every round in which somebody holds a seat, with what they do there now."""
    query = select(CountingOfficer, Round).join(Round, Round.id == CountingOfficer.round_id)
    mine = db.execute(query.where(CountingOfficer.account_id == account_id)).all()
    if not mine:
        return []
    ids = [round.id for _officer, round in mine]
    published = set(db.scalars(select(PublishedOutcome.round_id).where(
        PublishedOutcome.round_id.in_(ids), PublishedOutcome.published_at.is_not(None))))  # fmt: skip
    given = list(db.scalars(select(CountingOfficer.round_id).where(
        CountingOfficer.round_id.in_(ids), CountingOfficer.given_at.is_not(None))))  # fmt: skip
    return [
        (round, stage_of(officer, round, now, published=round.id in published, given=given.count(round.id)))
        for officer, round in mine
    ]

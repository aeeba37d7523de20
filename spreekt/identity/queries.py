"""What is asked of accounts, sessions and roles. Reads only."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from spreekt.identity.models import Account, RoleGrant, SignInSession
from spreekt.kernel.actor import Actor


def devices_of(db: Session, who: Actor, *, now: datetime) -> Sequence[SignInSession]:
    """Where somebody is signed in, the newest first."""
    living = (
        select(SignInSession)
        .join(Account, Account.id == SignInSession.account_id)
        .where(Account.id == who.id, SignInSession.epoch == Account.epoch, SignInSession.expires_at > now)
        .order_by(SignInSession.created_at.desc(), SignInSession.token_hash)
        .limit(100)
    )
    return db.scalars(living).all()


def count_devices(db: Session, account: Account, *, now: datetime) -> int:
    """On how many devices an account is signed in."""
    living = (
        select(func.count())
        .select_from(SignInSession)
        .where(SignInSession.account_id == account.id, SignInSession.epoch == account.epoch)
        .where(SignInSession.expires_at > now)
    )
    return db.scalars(living).one()


def accounts_called(db: Session, name: str, *, page: int, per_page: int) -> tuple[Sequence[Account], int]:
    """Accounts whose name holds these letters, with their roles, and how many there are; no name: all staff."""
    wanted = select(Account).where(Account.erased_at.is_(None))
    if name:
        wanted = wanted.where(Account.display_name.icontains(name, autoescape=True))
    else:
        wanted = wanted.where(select(RoleGrant.id).where(RoleGrant.account_id == Account.id).exists())
    total = db.scalars(select(func.count()).select_from(wanted.subquery())).one()
    rows = db.scalars(
        wanted.options(selectinload(Account.grants))
        .order_by(func.lower(Account.display_name), Account.id)
        .offset((page - 1) * per_page)
        .limit(per_page)
    ).all()
    return rows, total

"""What administrators do with somebody's account: roles, on and off, a lost second step. All of it is logged."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.identity import second_factor, sign_in_links
from spreekt.identity.accounts import end_all
from spreekt.identity.models import Account, RoleGrant
from spreekt.kernel import audit
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.errors import N_, DomainError


class OwnAccount(DomainError):
    """Nobody decides about their own account."""

    says = N_("Je kan dit niet doen met je eigen account. Vraag het aan een andere beheerder.")


class LastAdministrator(DomainError):
    """Without an administrator nobody could mend anything."""

    says = N_("Dit is de laatste beheerder. Maak eerst iemand anders beheerder.")


class AlreadyGranted(DomainError):
    """The same role, in the same area and module."""

    says = N_("Deze rol is al gegeven. Kies een andere rol, een ander gebied of een ander onderdeel.")


def grant_role(
    db: Session,
    account: Account,
    role: Role,
    *,
    area_id: int | None,
    module: str,
    reason: str,
    by: Actor,
    now: datetime,
) -> RoleGrant:
    """Give a role, everywhere or in one area or module. Their sessions end, so that the next has the new rights."""
    _not_oneself(account, by)
    same = select(RoleGrant.id).where(
        RoleGrant.account_id == account.id,
        RoleGrant.role == role,
        RoleGrant.area_id == area_id if area_id else RoleGrant.area_id.is_(None),
        RoleGrant.module == module,
    )
    if db.scalar(same) is not None:
        raise AlreadyGranted
    grant = RoleGrant(
        account_id=account.id, role=role, area_id=area_id, module=module, granted_by_id=by.id, granted_at=now
    )
    db.add(grant)
    end_all(db, account)
    _log(db, account, "role.granted", by=by, reason=reason, what=_words(grant))
    return grant


def take_role(db: Session, account: Account, grant: RoleGrant, *, reason: str, by: Actor) -> None:
    """Take a role away; their sessions end."""
    _not_oneself(account, by)
    if _reaches_everything(grant) and _administrators(db) == {account.id}:
        raise LastAdministrator
    what = _words(grant)
    db.delete(grant)
    end_all(db, account)
    _log(db, account, "role.taken", by=by, reason=reason, what=what)


def switch_off(db: Session, account: Account, *, reason: str, by: Actor, now: datetime) -> None:
    """Let nobody in with this account any more: sessions and links die at once."""
    _not_oneself(account, by)
    if account.disabled_at is not None:
        return
    if _administrators(db) == {account.id}:
        raise LastAdministrator
    account.disabled_at = now
    end_all(db, account)
    sign_in_links.withdraw(db, account.id, now=now)
    _log(db, account, "account.disabled", by=by, reason=reason)


def switch_on(db: Session, account: Account, *, reason: str, by: Actor) -> None:
    """Let its owner in again."""
    _not_oneself(account, by)
    account.disabled_at = None
    _log(db, account, "account.enabled", by=by, reason=reason)


def reset_second_factor(db: Session, account: Account, *, reason: str, by: Actor) -> None:
    """For somebody who lost phone and recovery codes: at the next sign-in they set it up anew."""
    _not_oneself(account, by)
    second_factor.take_away(db, account)
    end_all(db, account)
    _log(db, account, "second-factor.reset", by=by, reason=reason)


def log_address_shown(db: Session, account: Account, *, reason: str, by: Actor) -> None:
    """Somebody on the staff is about to see a mail address."""
    _log(db, account, "address.shown", by=by, reason=reason)


def _not_oneself(account: Account, by: Actor) -> None:
    if by.id is not None and by.id == account.id:
        raise OwnAccount


def _reaches_everything(grant: RoleGrant) -> bool:
    return grant.role is Role.ADMIN and grant.area_id is None and not grant.module


def _administrators(db: Session) -> set[int]:
    """Who can administer everything. Locked, so that two administrators cannot remove each other at once."""
    able = (
        select(Account.id)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(RoleGrant.role == Role.ADMIN, RoleGrant.area_id.is_(None), RoleGrant.module == "")
        .where(Account.confirmed_at.is_not(None), Account.disabled_at.is_(None), Account.erased_at.is_(None))
        .order_by(Account.id)
        .with_for_update()
    )
    return set(db.scalars(able))


def _words(grant: RoleGrant) -> str:
    area = f" area:{grant.area_id}" if grant.area_id else ""
    return f" role:{grant.role.value}{area}{f' module:{grant.module}' if grant.module else ''}"


def _log(db: Session, account: Account, act: str, *, by: Actor, reason: str, what: str = "") -> None:
    subject = f"account:{account.id}{what}"
    audit.record(db, by=by, act=act, subject=subject, reason=reason, about_account_id=account.id)

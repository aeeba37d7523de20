"""How somebody who showed who they are gets in: a new session, the second step for staff, and where they were going."""

from flask import redirect
from flask import session as browser_session

from spreekt.identity import sessions
from spreekt.identity.models import Account, LinkPurpose, SignInLink
from spreekt.identity.moving import move_address
from spreekt.identity.next_path import go_on_to, own_path
from spreekt.identity.sign_in_links import DeadLink, hash_of, spend_link
from spreekt.kernel.actor import NEEDS_NO_SECOND_FACTOR
from spreekt.web.context import Answer, db, now, see_other, vault


def is_staff(account: Account) -> bool:
    return any(grant.role not in NEEDS_NO_SECOND_FACTOR for grant in account.grants)


def go_on(next_path: str) -> Answer:
    """To where they were going, or home."""
    return redirect(go_on_to(next_path), code=303)


def enter(account: Account, next_path: str, *, second_factor: bool = False) -> Answer:
    """Sign in on this device and go on; staff go past their second step, unless this session had it already."""
    had_it = sessions.current(db())
    second_factor = second_factor or bool(
        had_it and had_it.account_id == account.id and had_it.epoch == account.epoch and had_it.second_factor_at
        and had_it.expires_at > now()
    )  # fmt: skip
    sessions.start(db(), account, now=now(), second_factor=second_factor)
    if is_staff(account) and not second_factor:
        return see_other("identity.second_factor", **({"next": own_path(next_path)} if own_path(next_path) else {}))
    return go_on(next_path)


def enter_by_link(link: SignInLink) -> Answer:
    """What the button behind a link in a mail does. Raises DeadLink, for a closed account as well."""
    account = db().get_one(Account, link.account_id)
    if account.disabled_at is not None or account.erased_at is not None:
        raise DeadLink
    spend_link(db(), link, now=now())
    if link.purpose is LinkPurpose.MOVE:
        move_address(db(), vault(), account, link, now=now())
        return see_other("own_account.address_moved")
    if account.confirmed_at is None:
        account.confirmed_at = now()
        here = browser_session.get("registering", "")
        if not (link.browser_hash and hash_of(here) == link.browser_hash):
            account.password_hash = ""  # typed in another browser, perhaps by somebody else than the mailbox's owner
    return enter(account, link.next_path)

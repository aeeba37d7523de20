"""Who is behind a request: sessions in the database, one query for all of it. The only user of flask-login."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, g, request
from flask import session as browser_session
from flask_login import LoginManager, UserMixin
from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from spreekt.identity.accounts import end_all as end_all
from spreekt.identity.models import Account, RoleGrant, SignInSession
from spreekt.identity.residency_models import RegisterEntry, Residency
from spreekt.kernel.actor import NOBODY, Actor, Grant, Level
from spreekt.web.context import clock, settings

LIFETIME = timedelta(days=30)
STAFF_LIFETIME = timedelta(hours=10)
FRESH = timedelta(minutes=15)
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac", "Mac"),
           ("Linux", "Linux"))  # fmt: skip


def cookie_name() -> str:
    """`__Host-` needs TLS; on http://127.0.0.1 a plain name, so that every browser takes it."""
    return "__Host-spreekt" if settings().has_tls else "spreekt"


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def device_name(user_agent: str) -> str:
    """ "Firefox op Android": enough to recognise one's own phone in a list, and no more."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "Browser")
    system = next((name for mark, name in SYSTEMS if re.search(mark, user_agent)), "")
    return f"{browser} op {system}" if system else browser


BEHIND_TOKEN = (
    select(
        Account.id,
        Account.display_name,
        SignInSession.fresh_at,
        SignInSession.second_factor_at,
        RoleGrant.role,
        RoleGrant.area_id,
        RoleGrant.module,
        Residency.id.label("residency_id"),
        Residency.expires_at,
    )
    .join(Account, Account.id == SignInSession.account_id)
    .outerjoin(RoleGrant, RoleGrant.account_id == Account.id)
    .outerjoin(
        Residency,
        (Residency.account_id == Account.id)
        & Residency.ended_at.is_(None)
        & Residency.entry.has(RegisterEntry.gone_on.is_(None)),
    )
    .where(
        SignInSession.token_hash == bindparam("token_hash"),
        SignInSession.expires_at > bindparam("now"),
        SignInSession.epoch == Account.epoch,
        Account.disabled_at.is_(None),
        Account.erased_at.is_(None),
    )
)
"""One row for each role of whoever has this token. Built once: building it costs more than running it."""


def recognise(db: Session) -> Actor:
    """The actor behind the session cookie of this request, or nobody. One statement."""
    token = request.cookies.get(cookie_name(), "")
    if not token or len(token) > 100:
        return NOBODY
    now = clock().now()
    rows = db.execute(BEHIND_TOKEN, {"token_hash": hash_of(token), "now": now}).all()
    if not rows:
        return NOBODY
    first = rows[0]
    is_resident = first.residency_id is not None and (first.expires_at is None or first.expires_at > now)
    return Actor(
        id=first.id,
        display_name=first.display_name,
        level=Level.RESIDENT if is_resident else Level.CONFIRMED,
        grants=frozenset(Grant(row.role, row.area_id, row.module or None) for row in rows if row.role is not None),
        has_second_factor=first.second_factor_at is not None,
        is_fresh=now - first.fresh_at < FRESH,
    )


def start(db: Session, account: Account, *, now: datetime, second_factor: bool = False) -> None:
    """Sign an account in on this device: a new session, a new cookie, nothing of the old one."""
    end_this(db)
    browser_session.clear()
    token = secrets.token_urlsafe(32)
    lifetime = STAFF_LIFETIME if account.grants else LIFETIME
    db.add(
        SignInSession(
            token_hash=hash_of(token),
            account_id=account.id,
            epoch=account.epoch,
            device=device_name(request.user_agent.string),
            created_at=now,
            expires_at=now + lifetime,
            fresh_at=now,
            second_factor_at=now if second_factor else None,
        )
    )
    g.new_session_token, g.new_session_seconds = token, int(lifetime.total_seconds())


def current(db: Session) -> SignInSession | None:
    """The session row of this request."""
    token = request.cookies.get(cookie_name(), "")
    return db.get(SignInSession, hash_of(token)) if token else None


def end_this(db: Session) -> None:
    """Sign out on this device."""
    token = request.cookies.get(cookie_name(), "")
    if token:
        db.execute(delete(SignInSession).where(SignInSession.token_hash == hash_of(token)))
        g.new_session_token = ""


class _SignedIn(UserMixin):  # type: ignore[misc]
    """What flask-login asks of a user; the platform itself uses Actor."""

    def __init__(self, actor: Actor) -> None:
        self.id = actor.id


def init_app(app: Flask) -> None:
    """Give flask-login our sessions, and send the cookie that `start` or `end_this` decided on."""
    manager = LoginManager(app)
    manager.session_protection = None

    @manager.request_loader  # type: ignore[untyped-decorator]
    def load(_request: object) -> _SignedIn | None:
        from spreekt.web.context import actor

        who = actor()
        return _SignedIn(who) if who.is_signed_in else None

    @app.after_request
    def send_cookie(response: Response) -> Response:
        token = g.get("new_session_token")
        if token is None or response.status_code >= 400:
            return response
        keep: dict[str, Any] = {"httponly": True, "secure": settings().has_tls, "samesite": "Lax", "path": "/"}
        if token:
            response.set_cookie(cookie_name(), token, max_age=g.new_session_seconds, **keep)
        else:
            response.delete_cookie(cookie_name(), **keep)
        return response

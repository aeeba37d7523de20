"""The composition root: the only file that names every module."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.middleware.proxy_fix import ProxyFix

from config import ROOT, Settings
from spreekt.core import CORE
from spreekt.home import shell
from spreekt.identity import sessions as sign_in_sessions
from spreekt.kernel.city import read_city
from spreekt.kernel.clock import Clock
from spreekt.kernel.vault import Vault
from spreekt.module import Module
from spreekt.modules.boomspiegel.module import MODULE as BOOMSPIEGEL
from spreekt.modules.burgerbudget.module import MODULE as BURGERBUDGET
from spreekt.modules.gezellige_wijk.module import MODULE as GEZELLIGE_WIJK
from spreekt.modules.referendum.module import MODULE as REFERENDUM
from spreekt.modules.voorstellen.module import MODULE as VOORSTELLEN
from spreekt.notices.mail import mailer_for
from spreekt.web import cache, context, errors, format, headers, limits, logs, once, quick, rights, signed, transaction
from spreekt.web.engine import make_engine

MODULES: tuple[Module, ...] = (*CORE, BURGERBUDGET, REFERENDUM, VOORSTELLEN, GEZELLIGE_WIJK, BOOMSPIEGEL)
"""Everything that is plugged in, in the order of the header."""


def clock_of(settings: Settings) -> Clock:
    """Real time; in a demo shifted so that the city's story stays where it was when it was built."""
    if not (settings.DEMO and settings.DEMO_NOW):
        return Clock()
    built = datetime.fromisoformat(settings.DEMO_BUILT_AT) if settings.DEMO_BUILT_AT else datetime.now(UTC)
    return Clock(shift=datetime.fromisoformat(settings.DEMO_NOW) - built)


def nothing_to_nudge() -> None:
    """For commands and tests: nobody waits for the outbox."""


def create_app(
    settings: Settings,
    *,
    engine: Engine | None = None,
    clock: Clock | None = None,
    nudge: Callable[[], None] = nothing_to_nudge,
    sessions: sessionmaker[Session] | None = None,
) -> Flask:
    """Put the platform together. Refuses to start while one view has no permission.

    `engine`, `clock` and `sessions` replace those of the settings, for tests and commands.
    """
    app = Flask("spreekt", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config.update(
        SECRET_KEY=settings.SECRET_KEY,
        SESSION_COOKIE_NAME="__Host-spreekt-form" if settings.has_tls else "spreekt-form",
        SESSION_COOKIE_SECURE=settings.has_tls,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        BABEL_DEFAULT_LOCALE="nl",
        BABEL_DEFAULT_TIMEZONE="Europe/Brussels",
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
        TESTING=False,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    engine = engine or make_engine(settings.DATABASE_URL)
    app.extensions["spreekt"] = context.Services(
        settings=settings,
        engine=engine,
        sessions=sessions or sessionmaker(engine, expire_on_commit=False),
        vault=Vault(settings.identity_key),
        clock=clock or clock_of(settings),
        city=read_city(Path(settings.CITY_FILE)),
        modules=MODULES,
        mailer=mailer_for(settings.SMTP_URL, instance=Path(settings.INSTANCE), sender=settings.MAIL_FROM),
        recognise=sign_in_sessions.recognise,
        nudge=nudge,
    )
    Babel(app)
    quick.init_app(app)
    logs.init_app(app)
    headers.init_app(app)
    transaction.init_app(app)
    limits.init_app(app, max_body=settings.MAX_BODY_BYTES, hosts=settings.ALLOWED_HOSTS.split(","))
    csrf = CSRFProtect(app)
    sign_in_sessions.init_app(app)
    errors.init_app(app)
    format.init_app(app)
    shell.init_app(app)
    for module in MODULES:
        for blueprint in module.blueprints:
            app.register_blueprint(blueprint)
    rights.guard_all(app)
    signed.init_app(app, csrf)
    once.init_app(app)
    if settings.PROXY_HOPS:
        hops = settings.PROXY_HOPS
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    if settings.PUBLIC_CACHE_SECONDS:
        app.wsgi_app = cache.PublicCache(app, settings.PUBLIC_CACHE_SECONDS)  # type: ignore[method-assign]
    return app

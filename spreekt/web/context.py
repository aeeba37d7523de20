"""What a view has at hand: the database session, who asks, what time it is, the city, and how to answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from spreekt.kernel.actor import NOBODY, Actor
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import NotThere
from spreekt.kernel.storage import Base
from spreekt.kernel.vault import Vault

if TYPE_CHECKING:
    from spreekt.kernel.city import City

Answer = ResponseReturnValue
Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the application was put together with."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    vault: Vault
    clock: Clock
    city: City
    modules: tuple[Any, ...]
    """The plugged-in modules (spreekt.module.Module), which this package does not know."""
    mailer: Any
    recognise: Callable[[Session], Actor]
    nudge: Callable[[], None]


def services() -> Services:
    """The services of the running application."""
    found: Services = current_app.extensions["spreekt"]
    return found


def db() -> Session:
    """The one session of this request. It is committed or rolled back when the answer is known."""
    if "db" not in g:
        g.db = services().sessions()
    session: Session = g.db
    return session


def now() -> datetime:
    """The moment of this request, the same however often it is asked."""
    if "now" not in g:
        g.now = services().clock.now()
    moment: datetime = g.now
    return moment


def clock() -> Clock:
    return services().clock


def vault() -> Vault:
    return services().vault


def city() -> City:
    return services().city


def settings() -> Settings:
    return services().settings


def actor() -> Actor:
    """Who asks. Looked up once a request, and not at all for a visitor without a session cookie."""
    if "actor" not in g:
        g.actor = NOBODY
        g.actor = services().recognise(db()) if request.cookies else NOBODY
    who: Actor = g.actor
    return who


def find(model: type[Row], **criteria: Any) -> Row:
    """The one row that fits, or NotThere."""
    row = db().scalars(select(model).filter_by(**criteria)).one_or_none()
    if row is None:
        raise NotThere
    return row


def page(template: str, *, status: int = 200, **values: Any) -> Answer:
    """Render a template. A form that was sent back with faults answers 422, so that nothing is stored."""
    form = values.get("form")
    if status == 200 and request.method == "POST" and form is not None and form.errors:
        status = 422
    return render_template(template, **values), status


def part(template: str, **values: Any) -> str:
    """Render a part of a page that knows nothing of who reads it: the surroundings of a page are not there."""
    return current_app.jinja_env.get_template(template).render(**values)


def see_other(endpoint: str, **values: Any) -> Answer:
    """Send the browser on after a change (303, so that reloading does not send it again)."""
    return redirect(url_for(endpoint, **values), code=303)

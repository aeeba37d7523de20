"""What surrounds every page: the city, who reads, the menu, and the bar for what somebody began and did not finish."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import gettext as _

from spreekt.kernel.actor import NOBODY
from spreekt.module import Module, Reminder
from spreekt.web.context import actor, city, db, now, services


@dataclass(frozen=True, slots=True)
class NavLink:
    """One word in the header."""

    label: str
    url: str
    current: bool


def nav() -> list[NavLink]:
    """The words in the header, in the order of the modules."""
    modules: tuple[Module, ...] = services().modules
    links = []
    for module in modules:
        if module.nav is not None:
            label, endpoint = module.nav
            url = url_for(endpoint)
            links.append(NavLink(_(label), url, request.path.startswith(url)))
    return links


def pending_drafts() -> list[Reminder]:
    """What the reader began and did not finish, over all modules."""
    if not actor().is_signed_in:
        return []
    modules: tuple[Module, ...] = services().modules
    return [
        reminder
        for module in modules
        if module.reminders is not None
        for reminder in module.reminders(db(), actor(), now())
    ]


def init_app(app: Flask) -> None:
    """Give every template of this app its surroundings. An error page asks nothing of the database."""

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        steady = {"city": city(), "demo": services().settings.DEMO, "nav": nav(), "now": now()}
        if g.get("failed"):
            return steady | {"actor": NOBODY}
        return steady | {"actor": actor(), "pending_drafts": pending_drafts()}

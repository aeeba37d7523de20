"""What surrounds every page: the city, who reads, the menu, and the bar for what somebody began and did not finish."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, has_request_context, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from spreekt.kernel.actor import NOBODY
from spreekt.kernel.errors import N_
from spreekt.module import Module, Reminder
from spreekt.web.context import actor, city, db, now, services
from spreekt.web.rights import permission_of

STAFF_DOORS = (
    (N_("Werk"), "/beheer"),
    (N_("Moderatie"), "/moderatie"),
    (N_("Antwoorden"), "/beheer/voorstellen"),
    (N_("Straten"), "/beheer/wijk"),
    (N_("Comités"), "/beheer/comites"),
    (N_("Adviezen"), "/beheer/adviezen"),
    (N_("Uitleen"), "/beheer/uitleen"),
    (N_("Toelagen"), "/beheer/toelagen"),
    (N_("Boomspiegels"), "/beheer/boomspiegels"),
    (N_("Loket"), "/loket"),
    (N_("Budgetloket"), "/loket/burgerbudget"),
    (N_("Referendumloket"), "/loket/referendum"),
    (N_("Register"), "/beheer/register"),
    (N_("Rondes"), "/beheer/rondes"),
    (N_("Referenda"), "/beheer/referendum"),
    (N_("Accounts"), "/beheer/accounts"),
    (N_("Gebieden"), "/beheer/gebieden"),
    (N_("Mislukte berichten"), "/beheer/berichten"),
    (N_("Logboek"), "/beheer/logboek"),
)
"""The words in the bar of staff, by address; a door that this platform does not have is left out."""


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


def staff_nav() -> list[NavLink]:
    """The doors that this member of staff may open now. Asks the map of routes and nothing of the database."""
    if not actor().is_staff:
        return []
    open_doors = [(label, path) for label, path in STAFF_DOORS if _may_open(path)]
    here = max((path for _label, path in open_doors if f"{request.path}/".startswith(f"{path}/")), key=len, default="")
    return [NavLink(_(label), path, path == here) for label, path in open_doors]


def _may_open(path: str) -> bool:
    try:
        endpoint, _values = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    permission = permission_of(current_app, endpoint)
    return permission is not None and permission.allows(actor())


def init_app(app: Flask) -> None:
    """Give every page of this app its surroundings. An error page asks nothing of the database; a mail has none."""

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        if not has_request_context():
            return {}
        steady = {"city": city(), "demo": services().settings.DEMO, "nav": nav(), "now": now()}
        if g.get("failed"):
            return steady | {"actor": NOBODY}
        return steady | {"actor": actor(), "pending_drafts": pending_drafts(), "staff_nav": staff_nav()}

"""Statements and help as pages, and the two small files that machines ask a site for. Their words are templates."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Response

from spreekt.home.queries import current_areas
from spreekt.identity.permissions import ANYONE
from spreekt.web.cache import public
from spreekt.web.context import Answer, city, db, now, page, settings
from spreekt.web.rights import allow

bp = Blueprint("statements", __name__)
NOT_FOR_ROBOTS = ("/mijn", "/beheer", "/loket", "/moderatie", "/aanmelden", "/registreren", "/verblijf", "/uitschrijven")
SECURITY_TXT_HOLDS = timedelta(days=180)


@bp.get("/toegankelijkheid")
@allow(ANYONE)
@public
def accessibility() -> Answer:
    return page("statements/accessibility.html", home=urlsplit(settings().PUBLIC_URL).netloc)


@bp.get("/privacy")
@allow(ANYONE)
@public
def privacy() -> Answer:
    return page("statements/privacy.html")


@bp.get("/hulp")
@allow(ANYONE)
@public
def help_page() -> Answer:
    names = {area.code: area.name for area in current_areas(db(), city().partitions[0].code, now())}
    return page("statements/help.html", area_names=names)


@bp.get("/robots.txt")
@allow(ANYONE)
@public
def robots() -> Answer:
    """A demo is not for search engines; of a real city everything public is."""
    if settings().DEMO:
        return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS), "Allow: /moderatie/logboek"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@bp.get("/.well-known/security.txt")
@allow(ANYONE)
@public
def security() -> Answer:
    """Where to report a weakness (RFC 9116)."""
    home = settings().PUBLIC_URL.rstrip("/")
    expires = (now() + SECURITY_TXT_HOLDS).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: mailto:{city().contact.mail}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
        f"Canonical: {home}/.well-known/security.txt",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")

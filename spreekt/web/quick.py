"""What a page does dozens of times, done once: addresses of static files, and the translations of this request."""

from functools import lru_cache
from typing import Any

from flask import Flask, g, url_for
from flask_babel import get_translations


@lru_cache(maxsize=256)
def static_address(filename: str) -> str:
    """The address of a file in static/; it is the same on every page."""
    return f"/static/{filename}"


def address(endpoint: str, **values: Any) -> str:
    """`url_for` for templates."""
    if endpoint == "static" and values.keys() == {"filename"}:
        return static_address(values["filename"])
    return url_for(endpoint, **values)


def _translations() -> Any:
    if "translations" not in g:
        g.translations = get_translations()
    return g.translations


def _gettext(text: str) -> str:
    said: str = _translations().ugettext(text)
    return said


def _ngettext(one: str, many: str, count: int) -> str:
    said: str = _translations().ungettext(one, many, count)
    return said


def init_app(app: Flask) -> None:
    """Give the templates of this app the quick ones. Comes after Babel, whose own it replaces."""
    app.add_template_global(address, "url_for")
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]

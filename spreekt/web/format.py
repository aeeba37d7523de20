"""The filters of every template and mail: Dutch words from kernel.dutch, and a resident's text as HTML."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from markupsafe import Markup

from spreekt.kernel.clock import last_day
from spreekt.kernel.dutch import (
    clock,
    day,
    euro,
    iso,
    moment,
    number,
    percent,
    plural,
    remaining,
    short_day,
    until,
    until_clock,
)


def rendered(html: str) -> Markup:
    """HTML that kernel.markup made from a resident's text when it was saved, shown as it is. For nothing else."""
    return Markup(html)  # noqa: S704  # cleaned when it was saved


FILTERS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        day,
        short_day,
        last_day,
        clock,
        moment,
        until,
        until_clock,
        iso,
        number,
        euro,
        percent,
        plural,
        remaining,
        rendered,
    )
}


def init_app(app: Flask) -> None:
    """Give the filters to all templates of this app."""
    app.jinja_env.filters.update(FILTERS)

"""Requests that carry their own proof of who sent them, and so need no token of a form."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask
from flask_wtf.csrf import CSRFProtect

View = TypeVar("View", bound=Callable[..., Any])


def needs_no_form_token(view: View) -> View:
    """Mark a view that no session decides on: what it is sent is signed by itself, so forging the sender is no use."""
    view.__dict__["is_signed_by_itself"] = True
    return view


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Exempt the marked views, once all are registered."""
    for view in app.view_functions.values():
        if view.__dict__.get("is_signed_by_itself"):
            csrf.exempt(view)

"""The door of every view: `@allow(PERMISSION)` above it, or the application does not start. Names no role itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, request

from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import DomainError
from spreekt.web.context import actor

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may do one thing. `refusal` gives the reason why not, or nothing when it is allowed."""

    name: str
    reads: str
    refusal: Callable[[Actor], DomainError | None]

    def allows(self, who: Actor) -> bool:
        return self.refusal(who) is None


class UnguardedView(RuntimeError):
    """A view has no `@allow`: nobody decided who may come in."""


def allow(permission: Permission) -> Callable[[View], View]:
    """Say who may use a view. Stands right above it, under the route."""

    def mark(view: View) -> View:
        view.__dict__["permission"] = permission
        return view

    return mark


def permission_of(app: Flask, endpoint: str) -> Permission | None:
    """What a view asks for; Flask's own static files ask nothing."""
    return app.view_functions[endpoint].__dict__.get("permission")


def unguarded(app: Flask) -> list[str]:
    """Endpoints without a permission, in alphabetical order."""
    return sorted(name for name in app.view_functions if name != "static" and permission_of(app, name) is None)


def guard_all(app: Flask) -> None:
    """Refuse to start with an unguarded view, and ask at the door of each request."""
    missing = unguarded(app)
    if missing:
        raise UnguardedView(f"Put @allow above: {', '.join(missing)}")

    @app.before_request
    def ask() -> None:
        if request.endpoint is None or request.endpoint == "static":
            return
        permission = permission_of(current_app, request.endpoint)
        if permission is not None and permission.name != "anyone":
            refusal = permission.refusal(actor())
            if refusal is not None:
                raise refusal

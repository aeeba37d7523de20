"""Double click, F5, back and retry do their work once: the hidden `_once` field of every form, at the door."""

import hashlib
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, make_response, redirect, request
from markupsafe import Markup

from spreekt.kernel import idempotency
from spreekt.kernel.idempotency import StoredAnswer
from spreekt.web.context import actor, db, vault
from spreekt.web.transaction import SAFE_METHODS

View = TypeVar("View", bound=Callable[..., Any])
NOT_CONTENT = frozenset({"_once", "csrf_token"})
MAX_BODY_KEPT = 20_000


def every_time(view: View) -> View:
    """Mark a view whose answer is not kept: it sets a cookie or shows a secret, and twice does no harm."""
    view.__dict__["is_done_every_time"] = True
    return view


def once_field() -> Markup:
    """A hidden field with a fresh key; a form keeps its key when it comes back with faults.

    What a view that is done every time was sent with is no key: a form on its answer is another form.
    """
    key = ("" if _is_done_every_time() else request.form.get("_once")) or secrets.token_urlsafe(18)
    return Markup('<input type="hidden" name="_once" value="{}">').format(key[:64])


def _is_done_every_time() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return view is not None and "is_done_every_time" in view.__dict__


def _fingerprint(given: str) -> str:
    """Recognises contents beside their own key only. Keyed, so that neither a code nor a ballot is guessed from it."""
    digest = hashlib.sha256(given.encode())
    for name in sorted(request.form):
        if name not in NOT_CONTENT:
            for value in request.form.getlist(name):
                digest.update(f"{len(name)}:{name}{len(value)}:{value}".encode())
    for name in sorted(request.files):
        for upload in request.files.getlist(name):
            digest.update(hashlib.sha256(upload.stream.read()).digest())
            upload.stream.seek(0)
    if not request.form:
        digest.update(request.get_data())
    return vault().fingerprint("form", digest.digest())


def init_app(app: Flask) -> None:
    """Take the key before the view runs and keep the answer after it."""
    app.add_template_global(once_field)

    @app.before_request
    def claim() -> Response | None:
        if request.method in SAFE_METHODS or request.endpoint is None or _is_done_every_time():
            return None
        given = request.form.get("_once") or request.headers.get("Idempotency-Key")
        if not given:
            return None
        scope = f"{actor().id}\n{request.method}\n{request.path}\n{given[:200]}"
        key = hashlib.sha256(scope.encode()).hexdigest()
        answer = idempotency.claim(db(), key, fingerprint=_fingerprint(given))
        if answer is None:
            g.once_key = g.claimed_key = key
            return None
        if answer.location:
            return make_response(redirect(answer.location, code=answer.status))
        return make_response(answer.body, answer.status)

    @app.after_request
    def settle(response: Response) -> Response:
        if "once_key" in g and response.status_code < 400:
            body = response.get_data(as_text=True) if response.status_code < 300 else ""
            location = response.headers.get("Location", "")
            idempotency.settle(db(), g.once_key, StoredAnswer(response.status_code, location, body[:MAX_BODY_KEPT]))
        elif "claimed_key" in g and g.get("keep"):
            idempotency.release(db(), g.claimed_key)  # only a counter of attempts stays: the form may come again
        return response

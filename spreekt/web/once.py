"""Double click, F5, back and retry do their work once: the hidden `_once` field of every form, at the door."""

import hashlib
import secrets

from flask import Flask, Response, g, make_response, redirect, request
from markupsafe import Markup

from spreekt.kernel import idempotency
from spreekt.kernel.idempotency import StoredAnswer
from spreekt.web.context import actor, db, vault
from spreekt.web.transaction import SAFE_METHODS

NOT_CONTENT = frozenset({"_once", "csrf_token"})
MAX_BODY_KEPT = 20_000


def once_field() -> Markup:
    """A hidden field with a fresh key; a form keeps its key when it comes back with faults."""
    key = request.form.get("_once") or secrets.token_urlsafe(18)
    return Markup('<input type="hidden" name="_once" value="{}">').format(key[:64])


def may_come_again() -> None:
    """Keep neither the key nor the answer of this form: it shows what must not be kept, and nothing was made."""
    g.once_again = True


def _fingerprint() -> str:
    digest = hashlib.sha256()
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
    # Keyed: a form may hold a national number, and a plain hash of one is soon guessed.
    return vault().fingerprint("form", digest.digest())


def init_app(app: Flask) -> None:
    """Take the key before the view runs and keep the answer after it."""
    app.add_template_global(once_field)

    @app.before_request
    def claim() -> Response | None:
        given = request.form.get("_once") or request.headers.get("Idempotency-Key")
        if request.method in SAFE_METHODS or not given or request.endpoint is None:
            return None
        scope = f"{actor().id}\n{request.method}\n{request.path}\n{given[:200]}"
        key = hashlib.sha256(scope.encode()).hexdigest()
        answer = idempotency.claim(db(), key, fingerprint=_fingerprint())
        if answer is None:
            g.once_key = g.once_claimed = key
            return None
        if answer.location:
            return make_response(redirect(answer.location, code=answer.status))
        return make_response(answer.body, answer.status)

    @app.after_request
    def settle(response: Response) -> Response:
        refused_but_kept = response.status_code >= 400 and g.get("keep")
        if "once_claimed" in g and (refused_but_kept or g.get("once_again")):
            idempotency.release(db(), g.once_claimed)
        elif "once_key" in g and response.status_code < 400:
            body = response.get_data(as_text=True) if response.status_code < 300 else ""
            location = response.headers.get("Location", "")
            idempotency.settle(db(), g.once_key, StoredAnswer(response.status_code, location, body[:MAX_BODY_KEPT]))
        return response

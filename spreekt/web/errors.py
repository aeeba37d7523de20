"""From refusal to page: a rule's no becomes a status, a sentence and a way out. These pages cannot fail themselves."""

from collections.abc import Sequence
from urllib.parse import quote

import structlog
from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from spreekt.kernel.errors import (
    DomainError,
    NeedsFreshSignIn,
    NeedsResidence,
    NeedsSecondFactor,
    NeedsSignIn,
    StaleVersion,
    TooMany,
)
from spreekt.web.context import city

log = structlog.get_logger()

DETOURS: dict[type[DomainError], str] = {
    NeedsSignIn: "identity.sign_in",
    NeedsSecondFactor: "identity.second_factor",
    NeedsFreshSignIn: "identity.confirm_again",
    NeedsResidence: "residency.overview",
}

HEADINGS = {
    400: "De pagina kreeg iets onverwachts",
    404: "Deze pagina bestaat niet",
    405: "Dit kan hier niet",
    409: "Iemand was je net voor",
    413: "Je bestand is te groot",
    422: "Dit kan nu niet",
    429: "Even wachten",
    500: "Er ging iets mis bij ons",
    503: "We zijn even niet bereikbaar",
}
PAGES = frozenset(HEADINGS) - {405}


def wants_json() -> bool:
    """The API and whoever asks for JSON get their errors as JSON."""
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def error_page(status: int, message: str = "") -> Response:
    """The page for a status, or plain HTML when even the template fails. `message` says what the rule said."""
    g.failed = True
    heading = HEADINGS.get(status, "Dit kan nu niet")
    if wants_json():
        return make_response({"status": status, "title": heading, "detail": message}, status)
    try:
        template = f"errors/{status if status in PAGES else 422}.html"
        body = render_template(template, status=status, message=message)
    except Exception:
        log.exception("error_page_failed", status=status)
        body = (
            f'<!doctype html><html lang="nl-BE"><meta charset="utf-8"><title>{escape(heading)}</title>'
            f"<h1>{escape(heading)}</h1><p>{escape(message)}</p>"
            f"<p>Hulp nodig? Bel {escape(city().help_line)}.</p></html>"
        )
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def words_of(refusal: DomainError) -> str:
    """The sentence of a refusal, translated, with its arguments and the help line of the city filled in."""
    said: str = _(refusal.says).format(*(_(str(argument)) for argument in refusal.args), line=city().help_line)
    return said


def _detour(refusal: DomainError) -> Response | None:
    for kind, endpoint in DETOURS.items():
        if isinstance(refusal, kind) and not wants_json():
            target = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else request.path
            return make_response(redirect(f"{url_for(endpoint)}?next={quote(target)}", code=303))
    return None


def refuse(refusal: DomainError) -> Response:
    """Answer a rule's no."""
    g.pop("once_key", None)
    detour = _detour(refusal)
    if detour is not None:
        g.refused = True  # a redirect, but nothing was done: the transaction must not commit
        return detour
    if refusal.status == 404:
        return error_page(404)
    response = error_page(refusal.status, words_of(refusal))
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def init_app(app: Flask) -> None:
    """Register one answer for each kind of no."""
    app.register_error_handler(DomainError, refuse)

    @app.errorhandler(StaleDataError)
    def stale(_error: StaleDataError) -> Response:
        return refuse(StaleVersion())

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> Response:
        message = _("Dit formulier is te oud. Ga terug, laad de pagina opnieuw en verstuur nog eens.")
        return error_page(400, message)

    @app.errorhandler(IntegrityError)
    def twice(error: IntegrityError) -> Response:
        log.warning("constraint_refused", error=type(error.orig).__name__)
        return error_page(409)

    @app.errorhandler(OperationalError)
    @app.errorhandler(PoolTimeout)
    def busy(error: OperationalError | PoolTimeout) -> Response:
        log.error("database_unavailable", error=type(error).__name__)
        response = error_page(503)
        response.headers["Retry-After"] = "5"
        return response

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400:
            return make_response(error.get_response())
        if status == 403:
            status = 404
        response = error_page(status)
        allowed: Sequence[str] | None = getattr(error, "valid_methods", None)
        if allowed:
            response.headers["Allow"] = ", ".join(allowed)
        return response

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Response:
        log.exception("unforeseen", error=type(error).__name__, endpoint=request.endpoint)  # a path may hold a link
        return error_page(500)

"""Public pages for visitors without a cookie, kept for a few seconds in front of the application.

A page is kept only when the view was marked `@public`, the visitor sent no cookie and the answer sets none.
The nonce in a kept page is replaced by a fresh one each time, so no two answers share it.
"""

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request, session

from spreekt.web.context import services
from spreekt.web.headers import POLICY

View = TypeVar("View", bound=Callable[..., Any])
StartResponse = Callable[..., Any]
MAX_PAGES = 512


class KeptPage:
    """One page, cut where its nonce stood."""

    __slots__ = ("body", "etag", "headers", "pieces", "until")

    def __init__(self, body: bytes, nonce: str, headers: list[tuple[str, str]], until: float) -> None:
        self.pieces = body.split(nonce.encode()) if nonce else [body]
        self.etag = f'W/"{hashlib.sha256(b"".join(self.pieces)).hexdigest()[:32]}"'
        dropped = {"content-security-policy", "content-length", "etag"}
        self.headers = [
            *((name, value) for name, value in headers if name.lower() not in dropped),
            ("ETag", self.etag),
        ]
        self.until = until


def public(view: View) -> View:
    """Mark a view whose answer to a visitor without cookies depends on the address only."""
    view.__dict__["is_public"] = True
    return view


class PublicCache:
    """WSGI middleware: answers from memory when it can, asks the application when it must."""

    def __init__(self, app: Flask, seconds: int) -> None:
        self.app, self.inner, self.seconds = app, app.wsgi_app, seconds
        self.pages: OrderedDict[str, KeptPage] = OrderedDict()
        self.lock = Lock()
        app.after_request(self._consider)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if "HTTP_COOKIE" in environ or environ["REQUEST_METHOD"] != "GET":
            return self.inner(environ, start_response)
        key = f"{environ.get('HTTP_HOST')} {environ.get('PATH_INFO')}?{environ.get('QUERY_STRING', '')}"
        kept = self.pages.get(key)
        if kept is None or kept.until < time.monotonic():
            environ["spreekt.cache_key"] = key
            return self.inner(environ, start_response)
        if environ.get("HTTP_IF_NONE_MATCH") == kept.etag:
            # No policy on a 304: the browser keeps the one that goes with the nonce in its stored page.
            start_response("304 Not Modified", [("ETag", kept.etag), ("Vary", "Cookie")])
            return [b""]
        nonce = secrets.token_urlsafe(16)
        body = nonce.encode().join(kept.pieces)
        headers = [
            *kept.headers,
            ("Content-Security-Policy", POLICY.format(nonce=nonce)),
            ("Content-Length", str(len(body))),
        ]
        start_response("200 OK", headers)
        return [body]

    def _consider(self, response: Response) -> Response:
        key = request.environ.get("spreekt.cache_key")
        view = self.app.view_functions.get(request.endpoint or "")
        if (
            key is None
            or not getattr(view, "is_public", False)
            or response.status_code != 200
            or response.is_streamed
            or "Set-Cookie" in response.headers
            or session.modified
        ):
            return response
        response.headers["Cache-Control"] = f"public, max-age={self.seconds}"
        kept = KeptPage(
            response.get_data(), g.get("nonce", ""), list(response.headers), time.monotonic() + self.seconds
        )
        with self.lock:
            self.pages[key] = kept
            self.pages.move_to_end(key)
            while len(self.pages) > MAX_PAGES:
                self.pages.popitem(last=False)
        response.headers["ETag"] = kept.etag
        return response


class Fragments:
    """Parts of pages that are the same for every reader, kept as long as public pages are; the oldest go first."""

    def __init__(self) -> None:
        self.kept: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self.lock = Lock()

    def get(self, key: str, seconds: int, make: Callable[[], str]) -> str:
        """The part under this key, made again when it is older than so many seconds."""
        until, html = self.kept.get(key, (0.0, ""))
        if until >= time.monotonic():
            return html
        html = make()
        with self.lock:
            self.kept[key] = (time.monotonic() + seconds, html)
            self.kept.move_to_end(key)
            while len(self.kept) > MAX_PAGES:
                self.kept.popitem(last=False)
        return html


def same_for_everybody(make: Callable[[], str]) -> str:
    """The part of this page that depends on nothing but its address, from memory when it was made just now."""
    seconds = services().settings.PUBLIC_CACHE_SECONDS
    if not seconds:
        return make()
    fragments: Fragments = current_app.extensions.setdefault("spreekt.fragments", Fragments())
    return fragments.get(request.full_path, seconds, make)

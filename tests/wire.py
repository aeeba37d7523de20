"""HTTP as it goes over the wire: raw requests that a test holds back, releases together, or never hears back from.

Browsers that look at pages are in pages.py; the processes that answer are in live.py.
"""

import socket
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlencode

import html5lib

from tests.pages import values_of

TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, or none: status 0 when the connection broke before it was whole."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    seconds: float = 0.0

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def location(self) -> str:
        return self.header("location")

    def header(self, name: str) -> str:
        """The first header of this name, in lower case, or nothing."""
        return next((value for key, value in self.headers if key == name), "")


UNKNOWN = Reply(0)


class Visitor:
    """A browser without eyes: it keeps cookies and knows how to fill in a form."""

    def __init__(self, port: int, token: str = "") -> None:
        self.port = port
        self.cookies = {"spreekt": token} if token else {}

    def get(self, path: str) -> Reply:
        return self.send(self.request("GET", path))

    def post(self, path: str, values: Sequence[tuple[str, str]]) -> Reply:
        return self.send(self.request("POST", path, values))

    def form(self, path: str, *names: str) -> list[tuple[str, str]]:
        """What a browser would send for the first form on a page that has these fields."""
        reply = self.get(path)
        assert reply.status == 200, f"{path} answered {reply.status} {reply.location}"
        return form_in(reply, *names)

    def filled(self, path: str, **fields: str | list[str]) -> list[tuple[str, str]]:
        """Open a page and fill in its form with these fields."""
        left = [pair for pair in self.form(path, *fields) if pair[0] not in fields]
        return left + [
            (name, value) for name, given in fields.items() for value in (given if isinstance(given, list) else [given])
        ]

    def fill(self, path: str, *, to: str = "", **fields: str | list[str]) -> Reply:
        """Fill in the form on a page and send it, to the same address unless it goes elsewhere."""
        return self.post(to or path, self.filled(path, **fields))

    def request(self, method: str, path: str, values: Sequence[tuple[str, str]] = ()) -> bytes:
        """One whole request, byte for byte."""
        body = urlencode(values).encode()
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Connection: close"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method == "POST":
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def send(self, request: bytes, *, port: int = 0) -> Reply:
        """Send a request and wait for the answer; a broken connection is an unknown answer."""
        began = time.monotonic()
        try:
            with closing(socket.create_connection(("127.0.0.1", port or self.port), TIMEOUT_SECONDS)) as link:
                link.sendall(request)
                reply = read_reply(link, began)
        except OSError:
            return UNKNOWN
        self._keep_cookies(reply)
        return reply

    def _keep_cookies(self, reply: Reply) -> None:
        for name, value in reply.headers:
            if name == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key.strip()] = rest.partition(";")[0]


def form_in(reply: Reply, *names: str) -> list[tuple[str, str]]:
    """What a browser would send for the first form in an answer that has these fields."""
    root = html5lib.parse(reply.text, namespaceHTMLElements=False)
    for form in root.iter("form"):
        if set(names) <= {field.get("name") for field in form.iter()}:
            return [(name, value) for name, value in values_of(form).items(multi=True)]
    raise AssertionError(f"no form with {names} in an answer {reply.status}: {reply.text[:300]}")


def read_reply(link: socket.socket, began: float) -> Reply:
    """Read to the end of the connection."""
    raw = b""
    while piece := link.recv(65536):
        raw += piece
    head, found, body = raw.partition(b"\r\n\r\n")
    if not found:
        return UNKNOWN
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = tuple((name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines))
    length = dict(headers).get("content-length")
    if length is not None and int(length) != len(body):
        return UNKNOWN
    return Reply(int(first.split()[1]), headers, body, time.monotonic() - began)


def released_together(requests: Sequence[tuple[int, bytes]], *, held_seconds: float = 0.05) -> list[Reply]:
    """Send these requests (port, bytes), each but for its last byte; then, after a while, that of all at once."""
    links = [socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS) for port, _ in requests]
    replies: list[Reply] = [UNKNOWN] * len(links)
    try:
        for link, (_, request) in zip(links, requests, strict=True):
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link.sendall(request[:-1])
        time.sleep(held_seconds)  # so that all of it lies at the server
        began = time.monotonic()
        for link, (_, request) in zip(links, requests, strict=True):
            link.sendall(request[-1:])
        for number, link in enumerate(links):
            try:
                replies[number] = read_reply(link, began)
            except OSError:
                replies[number] = UNKNOWN
    finally:
        for link in links:
            link.close()
    return replies


class SwallowingProxy:
    """Passes one request on to a server, waits for the whole answer, and hangs up without giving it back."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.swallowed: list[bytes] = []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.door.getsockname()[1]
        threading.Thread(target=self._run, daemon=True).start()

    def __enter__(self) -> "SwallowingProxy":
        return self

    def __exit__(self, *_: object) -> None:
        self.door.close()

    def _run(self) -> None:
        while True:
            try:
                caller, _ = self.door.accept()
            except OSError:
                return
            with caller, socket.create_connection(("127.0.0.1", self.target), TIMEOUT_SECONDS) as server:
                request = caller.recv(65536)
                while not _is_whole(request):
                    request += caller.recv(65536)
                server.sendall(request)
                answer = b""
                while piece := server.recv(65536):
                    answer += piece
                self.swallowed.append(answer)


def _is_whole(request: bytes) -> bool:
    head, found, body = request.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(found) and len(body) >= int(lengths[0].split(b":")[1] if lengths else 0)

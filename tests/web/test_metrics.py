"""Counters stay on this machine: a private port when asked for, nothing on the public one."""

import socket
from urllib.request import urlopen

from spreekt.web import metrics
from tests.pages import Pages


def a_free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def test_counters_are_served_on_the_private_port_only(pages: Pages) -> None:
    port = a_free_port()

    assert metrics.start(port)

    pages.get("/")
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        assert b'spreekt_requests_total{endpoint="home.index"' in answer.read()
    assert pages.raw("/metrics").status_code == 404


def test_without_a_port_nothing_listens() -> None:
    assert metrics.start(0) is False


def test_a_port_that_is_taken_does_not_stop_the_server() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        assert metrics.start(taken.getsockname()[1]) is False

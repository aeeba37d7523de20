"""What pages and votes cost beside a Flask hello under the same server: `python3 dev.py bench`. Seeds its own city.

What counting a burgerbudget costs is in bench_budget.py.

Each row is measured several times, in turn with the others; the best time counts. "cpu" is what the server processes
(without the database's) used, "time" what somebody waits; both as a multiple of the hello.
"""

import argparse
import gc
import json
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Thread

import psutil
from sqlalchemy import event

from spreekt.app import create_app
from tests import bench_box, bench_budget, bench_verify
from tests.bench_city import add_proposals, add_street_events, add_voters, form_keys
from tests.bench_trees import PITS, TREE_PAGES, add_pits
from tests.faults.election import CODES, Election, marks_for
from tests.live import Platform, free_port, migrated, platform
from tests.servers import Server, postgres
from tests.wire import Visitor

AIMS = {"list, kept": 2.0, "proposal, kept": 2.0, "list, signed in": 5.0, "proposal, signed in": 5.0, "vote": 10.0}
CONNECTIONS = 2


@dataclass(slots=True)
class Row:
    """One thing that is measured: where it is asked, what is sent each time, and what came out."""

    database: str
    name: str
    server: Server
    port: int
    requests: Callable[[], bytes]
    times: int
    expected: int = 200
    seconds: float = field(default=9e9)
    cpu_seconds: float = field(default=9e9)
    statements: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it is printed. Seconds are for one request; ratios are to the hello."""

    database: str
    name: str
    milliseconds: float
    time_ratio: float
    cpu_ratio: float
    aim: float | None
    statements_at_100: int | None
    statements_at_10_000: int | None


def ask(link: socket.socket, request: bytes, expected: int) -> None:
    """One request on an open connection. Raises RuntimeError when the answer is another than expected."""
    link.sendall(request)
    raw = link.recv(65536)
    while b"\r\n\r\n" not in raw:
        raw += link.recv(65536)
    head, _, body = raw.partition(b"\r\n\r\n")
    if int(head.split(b" ", 2)[1]) != expected:
        raise RuntimeError(f"{request[:80]!r} was answered with {head[:300]!r}")
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    missing = length - len(body)
    while missing > 0:
        missing -= len(link.recv(65536))


def measure(row: Row) -> None:
    """Send all requests of a row over a few connections; keep the best."""
    requests = [row.requests().replace(b"Connection: close\r\n", b"") for _ in range(row.times)]
    family = [psutil.Process(row.server.pid), *psutil.Process(row.server.pid).children(recursive=True)]

    def share(part: int) -> None:
        with closing(socket.create_connection(("127.0.0.1", row.port), 30)) as link:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for request in requests[part::CONNECTIONS]:
                ask(link, request, row.expected)

    threads = [Thread(target=share, args=(part,)) for part in range(CONNECTIONS)]
    gc.collect()
    used, began = cpu_of(family), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    row.seconds = min(row.seconds, (time.perf_counter() - began) / row.times)
    row.cpu_seconds = min(row.cpu_seconds, (cpu_of(family) - used) / row.times)


def cpu_of(family: list[psutil.Process]) -> float:
    """Seconds of processor that these processes used so far."""
    return sum(sum(process.cpu_times()[:2]) for process in family)


@contextmanager
def hello_server(folder: Path) -> Iterator[tuple[Server, int]]:
    """The hello under the same server, with the same settings."""
    port = free_port()
    options = ("--interface", "wsgi", "--port", str(port), "--blocking-threads", "1", "--log-level", "warning")
    command = [sys.executable, "-m", "granian", *options, "tests.hello:app"]

    def answers() -> bool:
        return Visitor(port).get("/").status == 200

    folder.mkdir(parents=True)
    environment = Platform(folder, "sqlite://").environment()
    server = Server(command, url="", folder=folder, answers=answers, environment=environment)
    server.start()
    try:
        yield server, port
    finally:
        server.kill()


def statements(made: Platform, path: str, token: str) -> int:
    """How many SQL statements a page takes, counted in this process."""
    app = create_app(made.settings(), engine=made.engine)
    counted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        counted.append(statement)

    client = app.test_client()
    if token:
        client.set_cookie("spreekt", token, domain="127.0.0.1")
    event.listen(made.engine, "before_cursor_execute", note)
    try:
        answer = client.get(path, base_url="http://127.0.0.1")
    finally:
        event.remove(made.engine, "before_cursor_execute", note)
    assert answer.status_code == 200, f"{path} answered {answer.status_code}"
    return len([statement for statement in counted if not statement.startswith(("BEGIN", "COMMIT", "PRAGMA"))])


def rows_on(made: Platform, database: str, *, quick: bool) -> list[Row]:
    """Seed one city and say what is measured on it."""
    times = 60 if quick else 200
    voters = (20 if quick else 150) * (2 if quick else 4)
    election = Election(made, "bench")
    with made.building() as db:
        few = add_proposals(db, 100)
        tokens = add_voters(db, made.vault, voters + 1)
        reader = next(tokens)
        calendar = "/gezellige-wijk/kalender?maand=2027-08"
        pages = {"list": "/voorstellen", "proposal": f"/voorstellen/{few}", "calendar": calendar}
        add_street_events(db, 20)
        add_pits(db, 100)
        seen = {**pages, **TREE_PAGES}
        counts = {(name, who): statements(made, path, who) for name, path in seen.items() for who in ("", reader)}
        add_proposals(db, 900 if quick else 9_900)
        add_street_events(db, 80 if quick else 480)
        add_pits(db, (2_500 if quick else PITS) - 100)
    kept, fresh = made.serve(wait=False), made.serve(wait=False, PUBLIC_CACHE_SECONDS="0")
    kept.server.await_answer()
    fresh.server.await_answer()
    cookie, forms = form_keys(made)

    def vote() -> bytes:
        visitor = kept.visitor(next(tokens))
        visitor.cookies["spreekt-form"] = cookie
        marks = [("marks", marks_for([CODES[0], CODES[2]]))]
        return visitor.request("POST", election.review_url, next(forms) + marks)

    rows = []
    for name, path in pages.items():
        for way, web, token in (("kept", kept, ""), ("not kept", fresh, ""), ("signed in", fresh, reader)):
            request = web.visitor(token).request("GET", path)
            after = statements(made, path, token)
            row = Row(database, f"{name}, {way}", web.server, web.port, lambda request=request: request, times)  # type: ignore[misc]
            row.statements = None if way == "kept" else (counts[name, token], after)
            rows.append(row)
    for name, path in TREE_PAGES.items():
        for way, web in (("kept", kept), ("not kept", fresh)):
            request = web.visitor().request("GET", path)
            row = Row(database, f"{name}, {way}", web.server, web.port, lambda request=request: request, times // 2)  # type: ignore[misc]
            row.statements = None if way == "kept" else (counts[name, ""], statements(made, path, ""))
            rows.append(row)
    rows.append(Row(database, "vote", kept.server, kept.port, vote, 20 if quick else 150, expected=303))
    return rows


def lines_of(rows: list[Row]) -> list[Line]:
    """Everything as multiples of the hello."""
    hello = next(row for row in rows if row.name == "hello")
    return [
        Line(
            row.database, row.name, round(row.seconds * 1000, 3), round(row.seconds / hello.seconds, 1),
            round(row.cpu_seconds / hello.cpu_seconds, 1), AIMS.get(row.name), *(row.statements or (None, None)),
        )
        for row in rows
    ]  # fmt: skip


def table(lines: list[Line]) -> str:
    """For people."""
    head = f"{'':10} {'':24} {'ms':>8} {'time':>7} {'cpu':>7} {'aim':>6} {'statements':>12}"
    out = [head]
    for line in lines:
        aim = f"{line.aim:.0f}×" if line.aim else ""
        counted = "" if line.statements_at_100 is None else f"{line.statements_at_100} → {line.statements_at_10_000}"
        out.append(
            f"{line.database:10} {line.name:24} {line.milliseconds:8.2f} {line.time_ratio:6.1f}× {line.cpu_ratio:6.1f}×"
            f" {aim:>6} {counted:>12}"
        )
    return "\n".join(out)


def run(*, quick: bool, databases: list[str]) -> list[Line]:
    """The whole benchmark. Leaves nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="spreekt-bench-"))
    try:
        with ExitStack() as stack:
            hello, port = stack.enter_context(hello_server(folder / "hello"))
            request = Visitor(port).request("GET", "/")
            rows = [Row("", "hello", hello, port, lambda: request, 300 if quick else 1000)]
            for database in databases:
                url = f"sqlite:///{folder / 'spreekt.sqlite3'}"
                if database == "postgres":
                    url = stack.enter_context(postgres(fsync=True)).url
                made = stack.enter_context(platform(folder / database, migrated(url)))
                rows += rows_on(made, database, quick=quick)
            for _turn in range(2 if quick else 4):
                for row in rows:
                    measure(row)
            return lines_of(rows)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="python3 dev.py bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 proposals and few requests: to see that it runs")
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.add_argument("--database", choices=("sqlite", "postgres"), action="append", help="only this one")
    parser.add_argument("--only", choices=("pages", "verify", "box", "budget"), help="only this part")
    options = parser.parse_args()
    wanted = {options.only} if options.only else {"pages", "verify", "box", "budget"}
    parts: dict[str, object] = {}
    texts = []
    if "budget" in wanted:
        text, parts["budget"] = bench_budget.report(quick=options.quick)
        texts.append(text)
    if "pages" in wanted:
        lines = run(quick=options.quick, databases=options.database or ["sqlite", "postgres"])
        parts["pages"] = [asdict(line) for line in lines]
        texts.append(table(lines))
    if "box" in wanted:
        accepted = bench_box.run(quick=options.quick, databases=options.database or ["sqlite", "postgres"])
        parts["box"] = [asdict(row) for row in accepted]
        texts.append(bench_box.table(accepted))
    if "verify" in wanted:
        timings = bench_verify.run(quick=options.quick)
        parts["verify"] = [asdict(timing) for timing in timings]
        texts.append(bench_verify.table(timings))
    print(json.dumps(parts, indent=2) if options.json else "\n\n".join(texts))


if __name__ == "__main__":
    main()

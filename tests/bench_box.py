"""What accepting a ballot over HTTP costs beside checking it bare: part of `python3 dev.py bench`.

Every ballot goes through the door of a real server, with its proofs, its right and a durable commit; the same ballots
are then checked by the same function in this process. With 1,000 and with 50,000 ballots in the box. Both processes
are warm: they have seen a ballot of this election before. What counts is the processor's time of the server (without
the database's own processes), in rounds of which the middle one is told; what one voter waits stands beside it.
"""

import secrets
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
from sqlalchemy import insert

from spreekt.modules.referendum.ballot.acceptance import check
from spreekt.modules.referendum.models import Ballot, BallotKind
from tests.builders import NOON
from tests.faults.test_referendum_box import sending
from tests.live import Platform, Web, migrated, platform
from tests.referendum.builders import Held, a_referendum
from tests.servers import postgres
from tests.wire import Visitor

AIM = 1.5
SIZES = (1_000, 50_000)
ROUNDS, PER_ROUND = 4, 40


@dataclass(frozen=True, slots=True)
class Accepted:
    """One box of one size: milliseconds of processor for one ballot, over HTTP and bare, and their ratio.

    `waited_ms` is what somebody waits for the answer, disk included.
    """

    database: str
    in_box: int
    accepted_ms: float
    bare_ms: float
    ratio: float
    waited_ms: float


def run(*, quick: bool, databases: list[str]) -> list[Accepted]:
    """The whole measurement. Leaves nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="spreekt-box-"))
    found = []
    try:
        for database in databases:
            if database == "postgres":
                with postgres(fsync=True) as server:
                    found += _on(folder / database, migrated(server.url), database, quick=quick)
            else:
                (folder / database).mkdir()
                url = f"sqlite:///{folder / database / 'spreekt.sqlite3'}"
                found += _on(folder / f"{database}-files", migrated(url), database, quick=quick)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return found


def table(rows: list[Accepted]) -> str:
    """For people."""
    lines = [f"{'':10} {'in the box':>12} {'accepted':>10} {'bare':>10} {'ratio':>7} {'waited':>10}   aim {AIM}×"]
    for row in rows:
        lines.append(
            f"{row.database:10} {row.in_box:12,} {row.accepted_ms:7.2f} ms {row.bare_ms:7.2f} ms {row.ratio:6.2f}×"
            f" {row.waited_ms:7.2f} ms"
        )
    return "\n".join(lines)


def _on(folder: Path, url: str, database: str, *, quick: bool) -> list[Accepted]:
    rounds = 1 if quick else ROUNDS
    voters = 1 + rounds * PER_ROUND
    with platform(folder, url) as made:
        with made.building() as db:
            # No batch falls due meanwhile: putting ballots on the board is paid for by the batch.
            rules = {"batch_minutes": 24 * 60}
            held = a_referendum(db, made.vault, voters=voters * len(SIZES), rules=rules, opens_at=NOON)
        web = made.serve()
        there, found = 0, []
        for turn, size in enumerate(SIZES):
            _fill(made, held, size - there)
            there = size
            warm, *ballots = [held.ballot(voter) for voter in range(turn * voters, (turn + 1) * voters)]
            _measured(held, web, [warm])
            measured = [_measured(held, web, ballots[first::rounds]) for first in range(rounds)]
            accepted, bare, waited = (1000 * median(part) for part in zip(*measured, strict=True))
            found.append(Accepted(database, size, accepted, bare, accepted / bare, waited))
    return found


def _measured(held: Held, web: Web, ballots: list[str]) -> tuple[float, float, float]:
    """Seconds for one ballot: of the server's processor, of this one's when it only checks, and of somebody's time."""
    family = [psutil.Process(web.server.pid), *psutil.Process(web.server.pid).children(recursive=True)]
    requests, visitor = [sending(held, ballot) for ballot in ballots], Visitor(web.port)
    used, began = _cpu_of(family), time.perf_counter()
    for request in requests:
        reply = visitor.send(request)
        if reply.status != 200:
            raise RuntimeError(f"a ballot was answered with {reply.status}: {reply.text[:200]}")
    accepted, waited = _cpu_of(family) - used, time.perf_counter() - began
    began = time.process_time()
    for ballot in ballots:
        check(held.election, ballot)
    bare = time.process_time() - began
    return accepted / len(ballots), bare / len(ballots), waited / len(ballots)


def _cpu_of(family: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in family)


def _fill(made: Platform, held: Held, count: int) -> None:
    """So many ballots of voters who voted before; nobody opens them here."""
    body = "x" * 6_800
    with made.sessions() as db:
        for start in range(0, count, 1_000):
            rows = [
                {
                    "sha256": secrets.token_hex(32), "referendum_id": held.referendum.id, "kind": BallotKind.CAST,
                    "credential_hash": secrets.token_hex(32), "nth": 1, "batch": 1, "cast_key": secrets.token_hex(16),
                    "body": body,
                }
                for _ in range(min(1_000, count - start))
            ]  # fmt: skip
            db.execute(insert(Ballot), rows)
        db.commit()

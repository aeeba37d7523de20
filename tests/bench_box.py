"""What accepting a ballot over HTTP costs beside checking it bare: part of `python3 dev.py bench`.

Every ballot goes through the door of a real server, with its proofs, its right and a durable commit; the same ballots
are then checked by the same function in this process. With 1,000 and with 50,000 ballots in the box.
"""

import secrets
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import insert

from spreekt.modules.referendum.ballot.acceptance import check
from spreekt.modules.referendum.models import Ballot, BallotKind
from tests.faults.test_referendum_box import sending
from tests.live import Platform, migrated, platform
from tests.referendum.builders import Held, a_referendum
from tests.servers import postgres
from tests.wire import Visitor

AIM = 1.5
SIZES = (1_000, 50_000)


@dataclass(frozen=True, slots=True)
class Accepted:
    """One box of one size: milliseconds of processor for one ballot, over HTTP and bare, and their ratio."""

    database: str
    in_box: int
    accepted_ms: float
    bare_ms: float
    ratio: float


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
    lines = [f"{'':10} {'in the box':>12} {'accepted':>10} {'bare':>10} {'ratio':>7}   aim {AIM}×"]
    for row in rows:
        lines.append(
            f"{row.database:10} {row.in_box:12,} {row.accepted_ms:7.2f} ms {row.bare_ms:7.2f} ms {row.ratio:6.2f}×"
        )
    return "\n".join(lines)


def _on(folder: Path, url: str, database: str, *, quick: bool) -> list[Accepted]:
    turns, found = 30 if quick else 120, []
    with platform(folder, url) as made:
        with made.building() as db:
            held = a_referendum(db, made.vault, voters=turns * len(SIZES))
        web = made.serve()
        family = [psutil.Process(web.server.pid), *psutil.Process(web.server.pid).children(recursive=True)]
        there = 0
        for turn, size in enumerate(SIZES):
            _fill(made, held, size - there)
            there = size
            ballots = [held.ballot(voter) for voter in range(turn * turns, (turn + 1) * turns)]
            requests, visitor = [sending(held, ballot) for ballot in ballots], Visitor(web.port)
            visitor.get(f"/referendum/{held.slug}")
            used = _cpu_of(family)
            for request in requests:
                reply = visitor.send(request)
                if reply.status != 200:
                    raise RuntimeError(f"a ballot was answered with {reply.status}: {reply.text[:200]}")
            accepted = (_cpu_of(family) - used) / turns
            began = time.process_time()
            for ballot in ballots:
                check(held.election, ballot)
            bare = (time.process_time() - began) / turns
            found.append(Accepted(database, size, 1000 * accepted, 1000 * bare, accepted / bare))
    return found


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

"""What verifying an archive costs beside `belenios-tool election verify`: part of `python3 dev.py bench`.

One question, Ja, Nee or blank; the same archive, on the same machine, in turn. The best run of each program counts.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import psutil
from gmpy2 import mpz

from spreekt.modules.referendum.ballot.election import parse_election
from spreekt.modules.referendum.ballot.encryption import encrypt
from tests.referendum.ballot.elections import YES_NO, a_draw, an_archive, an_election

TOOL = "belenios-tool"
AIM = 0.5
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(slots=True)
class Timing:
    """One program on one archive."""

    program: str
    ballots: int
    cores: int
    seconds: float = 9e9
    cpu_seconds: float = 9e9
    """Of all its processes together; unlike the seconds, hardly changed by what else the machine does."""
    megabytes: float = 0.0
    """The most that all its processes held at once."""

    def ratio(self, other: "Timing", name: str) -> float:
        """How many times the other's time a ballot, in `seconds` or `cpu_seconds`."""
        return float(getattr(self, name) / self.ballots * other.ballots / getattr(other, name))


def some_ballots(text: str, voters: Sequence[int]) -> list[str]:
    """Valid ballots of an election, for one process. Credentials are drawn plainly, to spare the slow derivation."""
    election = parse_election(text)
    dice = random.Random(voters[0])
    choices = [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
    return [encrypt(election, mpz(voter + 2), [dice.choice(choices)], a_draw(voter)) for voter in voters]


def make_archive(folder: Path, ballots: int) -> Path:
    """A published archive in which everybody voted once."""
    election = an_election(YES_NO)
    parts = [range(start, min(start + 50, ballots)) for start in range(0, ballots, 50)]
    with ProcessPoolExecutor(CORES) as pool:
        made = [ballot for part in pool.map(partial(some_ballots, election.text), parts) for ballot in part]
    folder.mkdir()
    return an_archive(folder, election, made)


def measure(timing: Timing, command: list[str], folder: Path) -> None:
    """Run a program once; keep the best. Raises RuntimeError when it refuses the archive."""
    environment = {**os.environ, "BELENIOS_USE_URANDOM": "1"}
    began = time.perf_counter()
    process = psutil.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most, usage = 0, None
    while usage is None:
        most = max(most, memory_of(process))
        time.sleep(0.02)
        done, status, counted = os.wait4(process.pid, os.WNOHANG)
        usage = counted if done else None
    seconds = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"{' '.join(command)} refuses the archive")
    timing.seconds = min(timing.seconds, seconds)
    timing.cpu_seconds = min(timing.cpu_seconds, usage.ru_utime + usage.ru_stime)
    timing.megabytes = max(timing.megabytes, most / 1e6)


def memory_of(process: psutil.Process) -> int:
    """Bytes of memory of a process and its workers, what they share counted once for each."""
    with suppress(psutil.Error):
        return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))
    return 0


def run(*, quick: bool) -> list[Timing]:
    """All programs on a small and on a larger archive; the independent one on the small one only."""
    sizes = (50, 200) if quick else (1000, 4000)
    folder = Path(tempfile.mkdtemp(prefix="spreekt-bench-"))
    os.environ.setdefault("PYTHONPATH", str(Path(__file__).parent.parent))
    found = []
    try:
        for place, ballots in enumerate(sizes):
            archive = make_archive(folder / str(ballots), ballots)
            ours = [sys.executable, "-m", "spreekt", "verify", str(archive), "--jobs"]
            commands = {("spreekt verify", jobs): [*ours, str(jobs)] for jobs in sorted({1, CORES})}
            if place == 0 and shutil.which(TOOL):
                commands["belenios-tool", 1] = [TOOL, "election", "verify"]
            timings = {key: Timing(key[0], ballots, key[1]) for key in commands}
            for _turn in range(2 if place == 0 else 1):
                for key, command in commands.items():
                    measure(timings[key], command, archive.parent)
            found += timings.values()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return found


def table(timings: list[Timing]) -> str:
    """For people. `time` and `cpu` are multiples of what the independent program takes for a ballot."""
    tool = next((timing for timing in timings if timing.program == TOOL), None)
    lines = [f"{'':16} {'ballots':>8} {'cores':>6} {'s':>8} {'ms each':>8} {'time':>7} {'cpu':>7} {'aim':>6} {'MB':>6}"]
    for timing in timings:
        ratios = [f"{timing.ratio(tool, name):.2f}×" if tool else "-" for name in ("seconds", "cpu_seconds")]
        aim = f"{AIM}×" if timing.program != TOOL and timing.cores == 1 else ""
        each = 1000 * timing.seconds / timing.ballots
        lines.append(
            f"{timing.program:16} {timing.ballots:8} {timing.cores:6} {timing.seconds:8.2f} {each:8.2f}"
            f" {ratios[0]:>7} {ratios[1]:>7} {aim:>6} {timing.megabytes:6.0f}"
        )
    if tool is None:
        lines.append("belenios-tool is not installed: no ratio")
    return "\n".join(lines)


def main() -> None:
    """`python -m tests.bench_verify [--quick] [--json]`."""
    timings = run(quick="--quick" in sys.argv)
    print(json.dumps([asdict(timing) for timing in timings], indent=2) if "--json" in sys.argv else table(timings))


if __name__ == "__main__":
    main()

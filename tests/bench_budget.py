"""What counting a burgerbudget costs: beside pabutools on real votes, and on 1,000 to 100,000 invented ballots.

pabutools lives in an environment of its own under .venv, made here at pinned versions; without a network, or without
the files of ../shared, its rows are left out with the reason. Nothing of the pages is measured here.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

REAL = Path(__file__).resolve().parents[2] / "shared" / "pabulib"
FILES = ("Netherlands_Amsterdam_285.pb", "Poland_Wieliczka_2023_Green_Budget.pb")
ORACLE = Path(sys.prefix) / "pabutools"
PINNED = (
    "pabutools==1.2.3",
    "gmpy2==2.3.2",
    "gurobipy==13.0.3",
    "natsort==8.4.0",
    "numpy==2.4.6",
    "preflibtools==2.0.33",
    "prefsampling==0.1.24",
    "PuLP==3.3.2",
)
AIM_TIMES_FASTER, AIM_SECONDS, AIM_MEGABYTES = 10.0, 10.0, 1000.0

# Both ways in which pabutools can hold the ballots are tried; the faster one counts.
_THEIRS = """
import json, sys, time
from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import method_of_equal_shares
instance, profile = parse_pabulib(sys.argv[1])
best = None
for ballots in (profile, profile.as_multiprofile()):
    began = time.perf_counter()
    winners = method_of_equal_shares(instance, ballots, sat_class=Cost_Sat, voter_budget_increment=1)
    took = time.perf_counter() - began
    best = took if best is None else min(best, took)
print(json.dumps({"seconds": best, "winners": [project.name for project in winners]}))
"""
_OURS = """
import json, sys, time
from fractions import Fraction
from pathlib import Path
from spreekt.modules.burgerbudget.rules.outcome import decide
from spreekt.modules.burgerbudget.rules.pabulib import load_pb
from spreekt.modules.burgerbudget.rules.rule import Method, Rule
election = load_pb(Path(sys.argv[1]))
began = time.perf_counter()
outcome = decide(election, Rule(method=Method.EQUAL_SHARES, add1_step=Fraction(1)))
took = time.perf_counter() - began
print(json.dumps({"seconds": took, "winners": list(outcome.winners)}))
"""


class NoOracle(Exception):
    """pabutools cannot be compared with; holds the reason."""


@dataclass(frozen=True, slots=True)
class Beside:
    """One real election: seconds of pabutools and of ours (explanations included), for equal shares with Add1."""

    file: str
    theirs: float
    ours: float
    same_winners: bool

    @property
    def times_faster(self) -> float:
        return round(self.theirs / self.ours, 1)


@dataclass(frozen=True, slots=True)
class Growth:
    """The whole command on invented ballots: from starting Python to the printed outcome."""

    ballots: int
    step: str
    seconds: float
    cpu_seconds: float
    megabytes: float
    winners: int


def beside_pabutools() -> Iterator[Beside]:
    """Each real election under both, one after the other. Raises NoOracle."""
    if not REAL.is_dir():
        raise NoOracle(f"the real elections are not in {REAL.parent.name}/{REAL.name}")
    python = _oracle()
    for file in FILES:
        theirs = _answer([str(python), "-c", _THEIRS, str(REAL / file)])
        ours = min((_answer([sys.executable, "-c", _OURS, str(REAL / file)]) for _ in range(3)), key=_seconds)
        yield Beside(file, _seconds(theirs), _seconds(ours), theirs["winners"] == ours["winners"])


def growth(*, quick: bool) -> Iterator[Growth]:
    """1,000, 10,000 and 100,000 approval ballots over 150 projects, € 40 a voter."""
    with tempfile.TemporaryDirectory(prefix="spreekt-bench-") as folder:
        for ballots in (1_000, 10_000) if quick else (1_000, 10_000, 100_000):
            path = Path(folder) / f"{ballots}.pb"
            path.write_text(invented(ballots), encoding="utf-8")
            for step in ("1", "0.10"):
                yield _measured(path, ballots, step)


def invented(ballots: int, seed: int = 2026) -> str:
    """A .pb file in which a few projects are popular and most are not; the same for the same seed."""
    chance = Random(seed)
    projects, budget = range(1, 151), 40 * ballots
    popularity = [(rank + 1) ** -0.8 for rank in range(150)]
    chance.shuffle(popularity)
    costs = [f"{number};{round(budget * chance.uniform(0.001, 0.05))};Project {number}" for number in projects]
    votes = []
    for voter in range(1, ballots + 1):
        choices = sorted(set(chance.choices(projects, popularity, k=chance.randint(1, 12))))
        votes.append(f"{voter};{','.join(map(str, choices))}")
    meta = ["key;value", "description;Invented", f"num_projects;{len(costs)}", f"num_votes;{ballots}"]
    meta += [f"budget;{budget}", "vote_type;approval"]
    tables = ["META", *meta, "PROJECTS", "project_id;cost;name", *costs, "VOTES", "voter_id;vote", *votes]
    return "\n".join([*tables, ""])


def _measured(path: Path, ballots: int, step: str) -> Growth:
    options = ["outcome", str(path), "--rule", "equal-shares", "--add1", step, "--json"]
    command = [sys.executable, "-m", "spreekt.modules.burgerbudget.budget_commands", *options]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    kilobytes = used.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    cpu, winners = used.ru_utime + used.ru_stime, json.loads(said)["winners"]
    return Growth(ballots, step, round(seconds, 2), round(cpu, 2), round(kilobytes / 1024, 1), len(winners))


def _oracle() -> Path:
    """The Python of the environment with pabutools. Raises NoOracle."""
    python = ORACLE / "bin" / "python"
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(ORACLE)], check=True, capture_output=True)
        if subprocess.run([python, "-c", "import pabutools"], capture_output=True).returncode:
            install = [python, "-m", "pip", "install", "--quiet", *PINNED]
            subprocess.run(install, check=True, capture_output=True, timeout=600)
    except (OSError, subprocess.SubprocessError) as reason:
        raise NoOracle(f"pabutools could not be installed beside this project ({type(reason).__name__})") from reason
    return python


def _answer(command: list[str]) -> dict[str, object]:
    answer: dict[str, object] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return answer


def _seconds(answer: dict[str, object]) -> float:
    return float(str(answer["seconds"]))


def report(*, quick: bool) -> tuple[str, dict[str, object]]:
    """Everything, as a table for people and as values for machines."""
    out, values = [], {}
    try:
        rows = list(beside_pabutools())
        out.append(f"{'equal shares, Add1':42} {'pabutools':>10} {'ours':>8} {'faster':>8} {'aim':>5}  winners")
        out += [
            f"{row.file:42} {row.theirs:9.2f}s {row.ours:7.3f}s {row.times_faster:7.1f}× {AIM_TIMES_FASTER:4.0f}×"
            f"  {'the same' if row.same_winners else 'OTHERS'}"
            for row in rows
        ]
        values["beside_pabutools"] = [
            {"file": row.file, "theirs": row.theirs, "ours": row.ours, "times_faster": row.times_faster,
             "same_winners": row.same_winners} for row in rows
        ]  # fmt: skip
    except NoOracle as reason:
        out.append(f"Beside pabutools: left out, {reason}.")
        values["beside_pabutools"] = str(reason)
    grown = list(growth(quick=quick))
    out += ["", f"{'invented ballots, 150 projects':42} {'step':>10} {'time':>8} {'cpu':>8} {'memory':>8}  winners"]
    out += [
        f"{row.ballots:42} {row.step:>10} {row.seconds:7.2f}s {row.cpu_seconds:7.2f}s {row.megabytes:5.0f} MB"
        f"  {row.winners:7}"
        + (f"  (aim {AIM_SECONDS:.0f} s, {AIM_MEGABYTES:.0f} MB)" if row.ballots == 100_000 else "")
        for row in grown
    ]
    values["growth"] = [asdict(row) for row in grown]
    return "\n".join(out), values


if __name__ == "__main__":
    print(report(quick="--quick" in sys.argv)[0])

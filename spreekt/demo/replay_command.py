"""`spreekt referendum replay`: a whole referendum on invented residents, through the door of a real one."""

import argparse
import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from spreekt.app import create_app
from spreekt.demo.replay import OPENS, Plan, Replayed, replay, settings_for
from spreekt.kernel.clock import Clock
from spreekt.web.engine import make_engine
from spreekt.web.migrate import migrate
from spreekt.web.terminal import Progress, say

DONE, NO, WRONG = 0, 1, 2
MOST_ON_ROLL = 2 * 36_525
"""Two people for each birth date of a century: more invented numbers there are not."""
DURING = Clock(fixed=OPENS.replace(hour=12))


def register(commands: Any) -> None:
    """Add `referendum` to the subparsers of `spreekt`."""
    group = commands.add_parser("referendum", help="referenda").add_subparsers(required=True, metavar="COMMAND")
    words = "a whole referendum on invented residents: roll, letters, trustees, ballots, count, archive"
    command = group.add_parser("replay", help=words, description=words)
    command.add_argument("--roll", type=int, required=True, metavar="N", help="residents on the roll")
    command.add_argument("--ballots", type=int, required=True, metavar="M", help="how many of them vote")
    command.add_argument("--yes-share", type=float, required=True, metavar="X", help="of the votes not blank, 0 to 1")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder for everything")
    command.add_argument("--questions", type=int, default=1, metavar="N", help="1 to 5 (default 1)")
    command.add_argument("--blank-share", type=float, default=0.0, metavar="X", help="of all votes, 0 to 1 (default 0)")
    command.add_argument("--revotes", type=int, default=0, metavar="N", help="how many vote twice (default 0)")
    command.add_argument("--json", action="store_true", help="one JSON object on stdout")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit 0 when the count equals a recount of the votes in the clear, 1 when not, 2 for numbers that cannot be."""
    if (fault := _fault(args)) is not None:
        say(fault, to=sys.stderr)
        return WRONG
    args.out.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    plan = Plan(
        roll=args.roll, ballots=args.ballots, yes_share=args.yes_share, questions=args.questions,
        blank_share=args.blank_share, revotes=args.revotes,
    )  # fmt: skip
    settings = settings_for(args.out)
    engine = make_engine(settings.DATABASE_URL)
    try:
        migrate(engine)
        app = create_app(settings, engine=engine, clock=DURING)
        with Progress() as progress:
            replayed = replay(app, plan, args.out, progress=progress)
    finally:
        engine.dispose()
    said = _said(args, replayed, time.perf_counter() - began)
    (args.out / "result.json").write_text(json.dumps(said, indent=1) + "\n")
    say(json.dumps(said) if args.json else _in_words(replayed, said), to=sys.stdout)
    if not replayed.agrees:
        say("The count differs from a recount of the votes in the clear.", to=sys.stderr)
    return DONE if replayed.agrees else NO


def _fault(args: argparse.Namespace) -> str | None:
    if not 1 <= args.roll <= MOST_ON_ROLL:
        return f"--roll must be from 1 to {MOST_ON_ROLL}."
    if not 0 <= args.ballots <= args.roll:
        return "--ballots must be from 0 to the number on the roll."
    if not (0 <= args.yes_share <= 1 and 0 <= args.blank_share <= 1):
        return "Shares must be from 0 to 1."
    if not 1 <= args.questions <= 5:
        return "--questions must be from 1 to 5."
    if not 0 <= args.revotes <= args.ballots:
        return "--revotes must be from 0 to the number of ballots."
    if args.out.exists() and any(args.out.iterdir()):
        return f"{args.out} is not empty. Give a new folder."
    if shutil.disk_usage(args.out.parent if args.out.parent.exists() else Path.cwd()).free < args.ballots * 40_000:
        return "There is not enough room on this disk."
    return None


def _said(args: argparse.Namespace, replayed: Replayed, seconds: float) -> dict[str, Any]:
    return {
        "ok": replayed.agrees,
        "archive": replayed.archive.name,
        "roll": args.roll,
        "ballots": replayed.ballots,
        "counted": args.ballots,
        "result": replayed.result,
        "recount": replayed.recount,
        "seconds": replayed.seconds | {"all": round(seconds, 3)},
    }


def _in_words(replayed: Replayed, said: dict[str, Any]) -> str:
    lines = [f"{replayed.archive.name}: {said['counted']} voters of {said['roll']}"]
    for place, (blank, yes, no) in enumerate(replayed.result, 1):
        lines.append(f"question {place}: yes {yes}, no {no}, blank {blank}")
    lines += [f"{name}: {seconds} s" for name, seconds in said["seconds"].items()]
    return "\n".join(lines)

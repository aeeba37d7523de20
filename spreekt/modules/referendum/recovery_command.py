"""`spreekt ballots recover`: what stood on the public board before a backup was put back, into the box again."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from spreekt.kernel.errors import NotThere
from spreekt.modules.referendum.queries import referendum_with
from spreekt.modules.referendum.recovery import NotRecovered, Recovered, recover
from spreekt.web.command import at_work
from spreekt.web.terminal import Progress, say

DONE, NO = 0, 1


def register(commands: Any) -> None:
    """Add `ballots` to the subparsers of `spreekt`."""
    group = commands.add_parser("ballots", help="the box of a referendum after a restore")
    words = "take ballots back from the public archive that a restore kept aside: all of them or none"
    command = group.add_subparsers(required=True, metavar="COMMAND").add_parser(
        "recover", help=words, description=words
    )
    command.add_argument("--referendum", required=True, metavar="SLUG")
    command.add_argument("--archive", type=Path, required=True, metavar="….before-restore-1.bel")
    command.add_argument("--json", action="store_true", help="one JSON object on stdout")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit 1 with the first thing that is wrong; nothing is stored then."""
    if not args.archive.is_file():
        return _no(args, f"There is no file {args.archive}.")
    with at_work() as bench, Progress() as shown:
        try:
            referendum = referendum_with(bench.db, args.referendum)
        except NotThere:
            return _no(args, f"There is no referendum called {args.referendum}.")
        try:
            done = recover(
                bench.db, bench.vault, referendum, args.archive,
                told=lambda count: shown(f"{count:,} ballots checked and taken back"),
            )  # fmt: skip
        except NotRecovered as refusal:
            bench.db.rollback()
            return _no(args, str(refusal))
    say(json.dumps({"ok": True, **asdict(done)}) if args.json else _as_text(done), to=sys.stdout)
    return DONE


def _as_text(done: Recovered) -> str:
    if not done.on_board:
        return f"The archive has no ballot that the board lacks; {done.there} are there."
    return (
        f"{done.on_board} ballots are on the board again behind the {done.there} that were there; the box lacked "
        f"{done.lacking} of them. Two people can let the vote go on."
    )


def _no(args: argparse.Namespace, reason: str) -> int:
    say(reason, to=sys.stderr)
    if args.json:
        say(json.dumps({"ok": False, "faults": [reason]}), to=sys.stdout)
    return NO

"""The command `spreekt trees import FILE`: put the city's tree file in force, or say everything that is wrong in it."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from spreekt.kernel.actor import SYSTEM
from spreekt.modules.boomspiegel.tree_file import read_trees
from spreekt.modules.boomspiegel.tree_import import TooManyVanished, import_trees
from spreekt.web.command import at_work

DONE, NO, WRONG = 0, 1, 2


def register(commands: Any) -> None:
    """Add `trees import` to the subparsers of `spreekt`."""
    group = commands.add_parser("trees", help="tree pits").add_subparsers(required=True, metavar="COMMAND")
    words = "read a tree file (CSV or GeoJSON, Lambert 72 or WGS84)"
    command = group.add_parser("import", help=words, description=words)
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("--check", action="store_true", help="say what is wrong and store nothing")
    command.add_argument(
        "--vanished", action="store_true", help="it is right that many trees are no longer in the file"
    )
    command.add_argument("--json", action="store_true", help="one JSON object on stdout")
    command.set_defaults(run=run_import)


def run_import(args: argparse.Namespace) -> int:
    """All of it or nothing. Exit 1 with every fault by line on stderr, 2 when the file cannot be opened."""
    faults: list[str] = []
    done: dict[str, int] | None = None
    number = 0
    try:
        with at_work() as bench:
            with args.file.open("rb") as stream:
                found = read_trees(stream, box=bench.city.map.box)
            faults = [f"{fault.number}: {fault.message}" if fault.number else fault.message for fault in found.faults]
            number = len(found.entries)
            if not faults and not args.check:
                tally = import_trees(
                    bench.db, found.entries, by=SYSTEM, now=bench.now, vanishing_is_right=args.vanished
                )
                done = asdict(tally)
    except OSError as refusal:
        print(f"{args.file}: cannot be read: {refusal.strerror}", file=sys.stderr)
        return WRONG
    except TooManyVanished as refusal:
        missing, of = refusal.args
        faults = [f"{missing} of the {of} tree pits are not in this file. Is it whole? Then add --vanished."]
    for fault in faults:
        print(f"{args.file}, {fault}", file=sys.stderr)
    if args.json:
        print(json.dumps({"ok": not faults, "faults": faults, "done": done}))
    elif faults:
        print(f"{len(faults)} fault(s); nothing was imported.", file=sys.stderr)
    elif done is None:
        print(f"Sound: {number} tree pits. Nothing was imported.")
    else:
        print("; ".join(f"{name.replace('_', ' ')}: {count}" for name, count in done.items()))
    return NO if faults else DONE

"""The command `spreekt territory import`: put the files of city.toml in force, or say everything that is wrong."""

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from spreekt.kernel.actor import SYSTEM
from spreekt.kernel.clock import BRUSSELS
from spreekt.territory.territory_import import import_territory, read_territory
from spreekt.web.command import at_work


def register(commands: Any) -> None:
    """Add `territory import` to the subparsers of `spreekt`."""
    group = commands.add_parser("territory", help="areas and streets").add_subparsers(required=True, metavar="COMMAND")
    words = "read the areas and streets that city.toml names"
    command = group.add_parser("import", help=words, description=words)
    command.add_argument("--check", action="store_true", help="say what is wrong and store nothing")
    command.add_argument("--json", action="store_true", help="one JSON object on stdout")
    command.set_defaults(run=run_import)


def run_import(args: argparse.Namespace) -> int:
    """All of it or nothing. Exit 1 when a file has faults, each on stderr with its line or feature."""
    with at_work() as bench:
        on = bench.now.astimezone(BRUSSELS).date()
        files = read_territory(bench.city, on=on)
        for fault in files.faults:
            print(fault, file=sys.stderr)
        done = None
        if not files.faults and not args.check:
            done = asdict(import_territory(bench.db, files, by=SYSTEM, on=on))
    if args.json:
        print(json.dumps({"ok": not files.faults, "faults": [str(fault) for fault in files.faults], "done": done}))
    elif files.faults:
        print(f"{len(files.faults)} fault(s); nothing was imported.", file=sys.stderr)
    elif done is None:
        areas = sum(len(entries) for _partition, entries in files.areas)
        print(f"Sound: {areas} areas and {len(files.streets)} streets. Nothing was imported.")
    else:
        print("; ".join(f"{name.replace('_', ' ')}: {count}" for name, count in done.items()))
    return 1 if files.faults else 0

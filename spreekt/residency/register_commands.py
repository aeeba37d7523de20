"""The command `spreekt register import`: put a file of the population register in force, or say all that is wrong."""

import argparse
import json
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from spreekt.kernel.actor import SYSTEM
from spreekt.residency.register_report import Report, report_on
from spreekt.web.command import at_work


def register(commands: Any) -> None:
    """Add `register import` to the subparsers of `spreekt`."""
    group = commands.add_parser("register", help="the population register")
    words = "read a register file: all of it or nothing, replacing the one before"
    command = group.add_subparsers(required=True, metavar="COMMAND").add_parser("import", help=words, description=words)
    command.add_argument("file", type=Path, metavar="FILE.csv")
    command.add_argument("--reference-date", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD",
                         help="the day on which the register was so")  # fmt: skip
    command.add_argument("--check", action="store_true", help="say what would change and store nothing")
    command.add_argument("--json", action="store_true", help="one JSON object on stdout")
    command.set_defaults(run=run_import)


def run_import(args: argparse.Namespace) -> int:
    """Exit 1 when the file has faults: each on stderr with its line, and how many of each kind."""
    with args.file.open("rb") as stream, at_work() as bench:
        report = report_on(
            bench.db, bench.vault, bench.city, stream, reference_on=args.reference_date, only_check=args.check,
            by=SYSTEM, now=bench.now,
        )  # fmt: skip
    print(json.dumps(_as_json(report)) if args.json else _as_text(report))
    for fault in report.faults:
        print(fault, file=sys.stderr)
    return 1 if report.faults else 0


def _as_json(report: Report) -> dict[str, object]:
    return {
        "ok": not report.faults,
        "stored": report.is_stored,
        "faults": [{"line": fault.line, "kind": fault.kind.value, "message": fault.message} for fault in report.faults],
        "fault_counts": dict(report.counts),
        "difference": asdict(report.difference) if report.difference else None,
    }


def _as_text(report: Report) -> str:
    if report.difference is None:
        kinds = ", ".join(f"{kind}: {count}" for kind, count in sorted(report.counts.items()))
        return f"{len(report.faults)} fault(s) ({kinds}); nothing was imported."
    numbers = ", ".join(f"{name} {count}" for name, count in asdict(report.difference).items())
    return f"{'Imported' if report.is_stored else 'Would import'}: {numbers}."

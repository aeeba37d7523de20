"""`spreekt roll import` and `spreekt credentials import`: the roll and its codes on the server's own machine."""

import argparse
import json
import os
import sys
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from spreekt.kernel.actor import SYSTEM
from spreekt.modules.referendum import authority_commands, codes, roll
from spreekt.modules.referendum.codes import CodesRefused
from spreekt.modules.referendum.letter_words import LetterWords, words_for
from spreekt.modules.referendum.models import Referendum
from spreekt.modules.referendum.roll import RollReport
from spreekt.web.command import Bench, at_work
from spreekt.web.terminal import Progress, say

DONE, NO, WRONG = 0, 1, 2


def register(commands: Any) -> None:
    """Add `roll` and `credentials` to the subparsers of `spreekt`."""
    group = commands.add_parser("roll", help="the voter roll of a referendum")
    words = "check every line of a roll file and read it in: all of it or nothing"
    command = group.add_subparsers(required=True, metavar="COMMAND").add_parser("import", help=words, description=words)
    command.add_argument("file", type=Path, metavar="FILE.csv")
    command.add_argument("--referendum", required=True, metavar="SLUG")
    command.add_argument("--reference-date", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD",
                         help="the day on which the register was so")  # fmt: skip
    command.add_argument("--mailing", type=Path, metavar="OUT.csv",
                         help="also write the mailing for the credential authority; none of it is stored")  # fmt: skip
    command.add_argument("--json", action="store_true", help="one JSON object on stdout")
    command.set_defaults(run=run_import)

    group = commands.add_parser("credentials", help="codes and letters of a referendum")
    group = group.add_subparsers(required=True, metavar="COMMAND")
    authority_commands.register(group)
    words = "take over the public codes: two files of the credential authority, checked whole"
    command = group.add_parser("import", help=words, description=words)
    command.add_argument("--referendum", required=True, metavar="SLUG")
    command.add_argument("--codes", type=Path, required=True, metavar="publieke-codes.json")
    command.add_argument("--map", type=Path, required=True, metavar="koppeling.csv")
    command.set_defaults(run=run_take_over)


def run_import(args: argparse.Namespace) -> int:
    """Exit 1 when the file has faults: each on stderr with its line, and how many of each kind."""
    half = args.mailing.with_suffix(".half") if args.mailing else None
    try:
        with at_work() as bench, args.file.open("rb") as stream:
            referendum = _referendum(bench.db, args.referendum)
            if referendum is None:
                return _no(f"There is no referendum called {args.referendum}.")
            report = _read_in(bench, referendum, stream, args.reference_date, half)
            words = words_for(referendum, bench.city, public_url=Settings.from_environment().PUBLIC_URL, now=bench.now)
        if half is not None and not report.faults:  # only now: the roll is stored
            _keep_mailing(half, args.mailing, words)
    finally:
        if half is not None:
            half.unlink(missing_ok=True)
    say(json.dumps(_as_json(report)) if args.json else _as_text(report), to=sys.stdout)
    for fault in report.faults:
        say(str(fault), to=sys.stderr)
    return NO if report.faults else DONE


def run_take_over(args: argparse.Namespace) -> int:
    """Exit 1 with the first thing that is wrong; nothing is stored then."""
    with at_work() as bench, args.codes.open("rb") as codes_file, args.map.open("rb") as map_file, Progress() as shown:
        referendum = _referendum(bench.db, args.referendum)
        if referendum is None:
            return _no(f"There is no referendum called {args.referendum}.")
        try:
            fingerprint = codes.take_over(
                bench.db, bench.vault, referendum, codes_file, map_file, by=SYSTEM,
                told=lambda count, total: shown(f"{count:,} of {total:,} codes checked"),
            )  # fmt: skip
        except CodesRefused as refusal:
            bench.db.rollback()
            return _no(str(refusal))
        count = referendum.roll_count
    say(f"{count} codes taken over. Fingerprint: {fingerprint}\nA referendum manager now confirms them on the page of "
        "the referendum.", to=sys.stdout)  # fmt: skip
    return DONE


def _read_in(bench: Bench, referendum: Referendum, stream: Any, reference_on: date, mailing: Path | None) -> RollReport:
    areas = roll.areas_of(bench.db, bench.city, referendum, on=reference_on)
    with _private(mailing) if mailing is not None else nullcontext() as out, Progress() as shown:
        return roll.import_roll(
            bench.db, bench.vault, referendum, stream, areas=areas, reference_on=reference_on, by=SYSTEM,
            now=bench.now, mailing_out=out, told=lambda count: shown(f"{count:,} voters read"),
        )  # fmt: skip


def _private(path: Path) -> TextIO:
    """A new file that nobody else on this machine can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline="")


def _keep_mailing(half: Path, mailing: Path, words: LetterWords) -> None:
    mailing.with_suffix(".brief.json").write_text(json.dumps(words.stored, ensure_ascii=False, indent=1), "utf-8")
    half.replace(mailing)


def _referendum(db: Session, slug: str) -> Referendum | None:
    return db.scalars(select(Referendum).where(Referendum.slug == slug)).one_or_none()


def _as_json(report: RollReport) -> dict[str, object]:
    return {
        "ok": not report.faults,
        "voters": report.entries,
        "sha256": report.sha256,
        "faults": [{"line": fault.line, "kind": fault.kind.value, "message": fault.message} for fault in report.faults],
        "fault_counts": dict(report.counts),
    }


def _as_text(report: RollReport) -> str:
    if report.faults:
        kinds = ", ".join(f"{kind}: {count}" for kind, count in report.counts.items())
        return f"{len(report.faults)} fault(s) ({kinds}); nothing was imported."
    return f"{report.entries} voters, sha256 {report.sha256}.\nTwo people now confirm this on the page of the roll."


def _no(reason: str) -> int:
    say(reason, to=sys.stderr)
    return NO

"""`spreekt backup FILE` and `spreekt restore FILE`. How an application is put together comes from whoever adds them."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import Flask

from config import Settings
from spreekt.keeping import backup, notes
from spreekt.keeping.refusals import Refusal
from spreekt.keeping.restore import Wishes, restore
from spreekt.web.context import Services
from spreekt.web.terminal import Progress, say

LONGEST_REASON = 500
MakeApp = Callable[[Settings], Flask]


def add_commands(commands: Any, create_app: MakeApp) -> None:
    """Add both commands to the argparse subparsers of `spreekt`."""
    words = "write everything but the keys to one encrypted file"
    command = commands.add_parser("backup", help=words, description=words)
    command.add_argument("file", type=Path, metavar="FILE", help="a new file; an existing one is never overwritten")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=_answering(lambda args: _back_up(args, create_app)))
    words = "put a backup back into an empty database, and erase again who erased their account since"
    command = commands.add_parser("restore", help=words, description=words)
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("--replace", action="store_true", help="throw away all that is in the database now")
    command.add_argument(
        "--erasures", type=Path, metavar="JOURNAL", action="append", default=[],
        help="a copy of erasures.jsonl, besides the one in the instance folder; may be given more than once",
    )  # fmt: skip
    command.add_argument(
        "--hold-votes", metavar="REASON", type=_reason, help="stop votes that would lose ballots; everybody reads this"
    )
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=_answering(lambda args: _restore(args, create_app)))


def _reason(words: str) -> str:
    """What residents read: something, in no more than fits."""
    if not 0 < len(words.strip()) <= LONGEST_REASON:
        raise argparse.ArgumentTypeError(f"write a reason of at most {LONGEST_REASON} characters")
    return words.strip()


def _answering(run: Callable[[argparse.Namespace], dict[str, Any]]) -> Callable[[argparse.Namespace], int]:
    """Exit codes and output, the same for both."""

    def answer(args: argparse.Namespace) -> int:
        try:
            done = run(args)
        except Refusal as refusal:
            say(str(refusal), to=sys.stderr)
            if args.json:
                print(json.dumps({"ok": False, "faults": [str(refusal)]}))
            return 1
        for line in done.pop("warnings"):
            say(line, to=sys.stderr)
        words = done.pop("words")
        if args.json:
            print(json.dumps({"ok": True, **done}, ensure_ascii=True))
        else:
            say(words, to=sys.stdout)
        return 0

    return answer


def _services(create_app: MakeApp) -> tuple[Flask, Services]:
    settings = Settings.from_environment()
    weak = [fault for fault in settings.faults() if fault.startswith("SPREEKT_IDENTITY_KEY")]
    if weak:
        raise Refusal(weak[0])
    if settings.is_sqlite:
        Path(settings.DATABASE_URL.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    Path(settings.INSTANCE).mkdir(parents=True, exist_ok=True)
    app = create_app(settings)
    services: Services = app.extensions["spreekt"]
    return app, services


def _back_up(args: argparse.Namespace, create_app: MakeApp) -> dict[str, Any]:
    _app, services = _services(create_app)
    with Progress() as tell:
        made = backup.back_up(
            args.file, services.engine, services.vault, services.clock, city=services.city.name,
            uploads=services.settings.uploads, tell=tell,
        )  # fmt: skip
    warning = notes.remember_backup(Path(services.settings.INSTANCE), at=made.at, size=made.bytes)
    words = f"{made.rows} rows and {made.uploads} uploads, as they were at {made.at}: {made.bytes} bytes in {args.file}"
    return {"file": str(args.file), **asdict(made), "warnings": [warning] if warning else [], "words": words}


def _restore(args: argparse.Namespace, create_app: MakeApp) -> dict[str, Any]:
    missing = [str(path) for path in (args.file, *args.erasures) if not path.is_file()]
    if missing:
        raise Refusal(f"There is no file {', '.join(missing)}.")
    wishes = Wishes(replace=args.replace, hold_votes=args.hold_votes or "", erasures=args.erasures)
    app, _services_of_app = _services(create_app)
    with Progress() as tell, args.file.open("rb") as file:
        done = restore(file, app, wishes, tell=tell)
    words = [f"{done.rows} rows and {done.uploads} uploads are back, as they were at {done.made_at}."]
    words.append(f"{done.erased_again} account(s) erased again.")
    words += [f"Held until two people let it go on: {title}" for title in done.held]
    if done.held:
        words.append("Before they do, docs/running.md says how ballots that were public come back.")
    if done.mails_given_up:
        words.append(f"{done.mails_given_up} mail(s) that waited then stand with the failed messages.")
    warnings = [f"Warning: not an erasure that can be read, {place}" for place in done.unreadable]
    return {**asdict(done), "warnings": warnings, "words": "\n".join(words)}

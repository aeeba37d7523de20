"""`spreekt jury draw`: do a published draw again. Exit 0: it holds; 1: it does not; 2: the file cannot be taken."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from spreekt.modules.burgerbudget.budget_commands import DONE, NO, WRONG
from spreekt.modules.burgerbudget.rules.jury_draw import Drawn, draw
from spreekt.modules.burgerbudget.rules.jury_file import DrawFile, NotADraw, list_file, read_draw, sha256
from spreekt.web.terminal import Progress, say


def register(subparsers: Any) -> None:
    """Add `spreekt jury draw`."""
    jury = subparsers.add_parser("jury", help="the draw of a citizens' jury").add_subparsers(
        required=True, metavar="COMMAND"
    )
    parser = jury.add_parser("draw", help="draw again from a published file and compare")
    parser.add_argument("file", type=Path, metavar="FILE.json")
    parser.add_argument("--check", action="store_true", help="the file must hold a result, and it must be this one")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(run=run_draw)


def run_draw(args: argparse.Namespace) -> int:
    """Draw again; say what comes out, and what in the file differs from it."""
    try:
        found = read_draw(args.file.read_bytes().decode("utf-8-sig"))
        if args.check and found.drawn is None:
            raise NotADraw(["the file holds no result to check"])
    except OSError as refusal:
        return _bad(args, [f"cannot be read: {refusal.strerror}"])
    except UnicodeDecodeError:
        return _bad(args, ["not UTF-8"])
    except NotADraw as refusal:
        return _bad(args, refusal.faults)
    with Progress() as progress:
        progress(f"drawing {found.listed.size} from {len(found.listed.candidates)} candidates …")
        drawn = draw(found.listed, found.seed)
    faults = _differences(found, drawn)
    if args.json:
        say(json.dumps({"ok": not faults, "candidates": len(found.listed.candidates), "jury": list(drawn.jury),
                        "reserves": list(drawn.reserves), "list_sha256": sha256(list_file(found.listed)),
                        "faults": faults}), to=sys.stdout)  # fmt: skip
    elif not faults:
        kept = "the draw holds: " if found.drawn else ""
        say(f"{kept}{len(drawn.jury)} jurors from {len(found.listed.candidates)} candidates", to=sys.stdout)
        say(f"jury: {_said(drawn.jury)}\nreserves: {_said(drawn.reserves)}", to=sys.stdout)
    for fault in faults:
        say(f"{args.file}: {fault}", to=sys.stderr)
    return NO if faults else DONE


def _differences(found: DrawFile, drawn: Drawn) -> list[str]:
    faults = []
    if sha256(list_file(found.listed)) != found.list_sha256:
        faults.append("the list is not the one that was frozen: its SHA-256 differs")
    for name in ("jury", "reserves") if found.drawn else ():
        told, real = getattr(found.drawn, name), getattr(drawn, name)
        if told != real:
            faults.append(f"{name}: the file says {_said(told)}, the draw gives {_said(real)}")
    return faults


def _said(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers)) or "nobody"


def _bad(args: argparse.Namespace, faults: list[str]) -> int:
    if args.json:
        say(json.dumps({"ok": False, "faults": faults}), to=sys.stdout)
    for fault in faults:
        say(f"{args.file}: {fault}", to=sys.stderr)
    return WRONG

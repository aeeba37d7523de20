"""`spreekt budget …`: outcome, compare, import, officer. Exit 0: done; 1: it cannot be; 2: wrong arguments."""

import argparse
import sys
from pathlib import Path
from typing import Any

from sqlalchemy.orm import sessionmaker

from config import Settings
from spreekt.kernel.storage import utc_now
from spreekt.modules.burgerbudget import budget_commands
from spreekt.modules.burgerbudget.budget_commands import DONE, NO, WRONG
from spreekt.modules.burgerbudget.officers import commands as officer_commands
from spreekt.modules.burgerbudget.outcomes.pb_import import SlugTaken, import_round
from spreekt.modules.burgerbudget.rules.pb_tables import NotAPbFile
from spreekt.modules.burgerbudget.rules.rule import Method
from spreekt.web.engine import make_engine
from spreekt.web.terminal import say
from spreekt.web.transaction import transaction


def register(subparsers: Any) -> None:
    """Add the commands of this module to those of `spreekt`."""
    budget = subparsers.add_parser("budget", help="outcomes of participatory budgets").add_subparsers(
        required=True, metavar="COMMAND"
    )
    budget_commands.register(budget)
    officer_commands.register(budget)
    parser = budget.add_parser("import", help="a Pabulib file as a finished round with its result page")
    parser.add_argument("file", type=Path, metavar="FILE.pb")
    parser.add_argument("--slug", default="", help="the word in the address; made from the file when absent")
    parser.add_argument("--title", default="", help="the name of the round; the file's description when absent")
    parser.add_argument(
        "--rule",
        type=Method,
        choices=[rule.method for rule in budget_commands.COMPARED.values()],
        default=Method.GREEDY,
        help="how winners are chosen on the result page (default: greedy)",
    )
    parser.set_defaults(run=run_import)


def run_import(args: argparse.Namespace) -> int:
    """Read a file and make a finished round of it, all or nothing."""
    try:
        text = args.file.read_bytes().decode("utf-8-sig")
    except OSError as refusal:
        say(f"{args.file}: cannot be read: {refusal.strerror}", to=sys.stderr)
        return WRONG
    except UnicodeDecodeError:
        say(f"{args.file}: not UTF-8; save the file as UTF-8", to=sys.stderr)
        return NO
    settings = Settings.from_environment()
    sessions = sessionmaker(make_engine(settings.DATABASE_URL), expire_on_commit=False)
    try:
        with transaction(sessions) as db:
            round = import_round(
                db, text, rule=args.rule, now=utc_now(),
                slug=args.slug, title=args.title, name=args.file.stem,
            )  # fmt: skip
            slug = round.slug
    except NotAPbFile as refusal:
        say("\n".join(f"{args.file}: {fault}" for fault in refusal.faults), to=sys.stderr)
        return NO
    except SlugTaken as refusal:
        say(f"spreekt budget import: {refusal}", to=sys.stderr)
        return NO
    say(f"imported: {settings.PUBLIC_URL}/burgerbudget/{slug}/uitslag", to=sys.stdout)
    return DONE

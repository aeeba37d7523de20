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
from spreekt.modules.burgerbudget.rules.gates import Gate
from spreekt.modules.burgerbudget.rules.pb_tables import NotAPbFile
from spreekt.modules.burgerbudget.rules.rule import Method, Rule
from spreekt.web.engine import make_engine
from spreekt.web.terminal import Progress, say
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
    budget_commands.take_rule(parser, required=False)
    parser.epilog = "Without --rule: the rule that the file itself says, where it is one of ours; else greedy."
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
    try:
        rule, gate = _decree(args)
    except ValueError as refusal:
        say(f"spreekt budget import: {refusal}", to=sys.stderr)
        return WRONG
    settings = Settings.from_environment()
    sessions = sessionmaker(make_engine(settings.DATABASE_URL), expire_on_commit=False)
    try:
        with Progress() as progress, transaction(sessions) as db:
            round = import_round(
                db, text, rule=rule, gate=gate, now=utc_now(),
                slug=args.slug, title=args.title, name=args.file.stem, progress=progress,
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


def _decree(args: argparse.Namespace) -> tuple[Rule | None, Gate | None]:
    """Rule and gate of the arguments; no rule when none of its options is there, so that the file may say it."""
    gate = budget_commands.gate_in(args)
    if args.rule is not None:
        return budget_commands.rule_in(args), gate
    plain = budget_commands.rule_in(argparse.Namespace(**vars(args) | {"rule": Method.GREEDY}))
    if gate is not None or plain != Rule(method=Method.GREEDY):
        raise ValueError("say the rule with --rule when you give it options")
    return None, None

"""The commands `spreekt budget outcome`, `compare` and `check`: read, decide, print. No rule lives here.

Exit 0: done; 1: the file cannot be counted, with every fault by line on stderr; 2: wrong arguments.
"""

import argparse
import json
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from spreekt.modules.burgerbudget.budget_tables import (
    comparison_table,
    outcome_json,
    outcome_table,
    shortlist_table,
)
from spreekt.modules.burgerbudget.rules.amounts import NotAnAmount, parse_amount, write_amount
from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.gates import AtTheEdge, Gate, behind, shortlist
from spreekt.modules.burgerbudget.rules.outcome import decide, decide_each
from spreekt.modules.burgerbudget.rules.pabulib import load_pb
from spreekt.modules.burgerbudget.rules.pabulib_writer import IncompleteMeta
from spreekt.modules.burgerbudget.rules.pb_tables import NotAPbFile
from spreekt.modules.burgerbudget.rules.rule import Add1Stop, Completion, Method, Rule
from spreekt.modules.burgerbudget.rules.witness import write_witness
from spreekt.modules.burgerbudget.rules.witness_check import FalseWitness, NotAWitness, check_witness
from spreekt.web.terminal import Progress, say

DONE, NO, WRONG = 0, 1, 2

_EQUAL_SHARES = Rule(method=Method.EQUAL_SHARES)
_RAISED = replace(_EQUAL_SHARES, add1_step=Fraction("0.1"))
COMPARED = {
    "greedy": Rule(method=Method.GREEDY),
    "greedy-no-skip": Rule(method=Method.GREEDY_NO_SKIP),
    "greedy-per-cost": Rule(method=Method.GREEDY_PER_COST),
    "equal-shares": _EQUAL_SHARES,
    "+add1": _RAISED,
    "+add1+greedy": replace(_RAISED, complete=Completion.GREEDY),
}
"""The rules that `compare` and a result page set side by side, by the name of their column."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `outcome`, `compare` and `check`; each parser has its command as default `run`."""
    parser = subparsers.add_parser("outcome", help="the outcome of a Pabulib file under one rule")
    _file_and_json(parser)
    take_rule(parser, required=True)
    parser.add_argument("--witness", type=Path, metavar="FILE", help="write what `budget check` can check")
    parser.set_defaults(run=outcome)

    parser = subparsers.add_parser("shortlist", help="who goes on after a budget game, to a rule or a jury")
    _file_and_json(parser)
    parser.add_argument("--lot-seed", metavar="WORDS", help="the public seed of the lot, with --edge lot")
    _gate(parser)
    parser.set_defaults(run=passed)

    parser = subparsers.add_parser("compare", help="all rules side by side for a Pabulib file")
    _file_and_json(parser)
    parser.set_defaults(run=compare)

    parser = subparsers.add_parser("check", help="check the witness of an equal-shares outcome, without computing it")
    parser.add_argument("file", type=Path, metavar="WITNESS")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(run=check)


def take_rule(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """The options that make a rule and the gate before it; `rule_in` and `gate_in` read them."""
    parser.add_argument("--rule", required=required, type=Method, choices=list(Method), help="how winners are chosen")
    parser.add_argument("--add1", type=_step, metavar="STEP", help="raise every share by STEP currency units")
    parser.add_argument("--add1-stop", type=Add1Stop, choices=list(Add1Stop), default=Add1Stop.EXHAUSTIVE)
    parser.add_argument("--floor-share", action="store_true", help="begin at a whole number of currency units")
    parser.add_argument("--complete", type=Completion, choices=list(Completion), default=Completion.NONE)
    parser.add_argument("--lot-seed", metavar="WORDS", help="the public seed of the lot that breaks the last ties")
    _gate(parser)


def rule_in(args: argparse.Namespace) -> Rule:
    """The rule of the arguments. Raises ValueError when they do not go together."""
    return Rule(
        method=args.rule,
        add1_step=args.add1,
        add1_stop=args.add1_stop,
        floor_share=args.floor_share,
        complete=args.complete,
        lot_seed=args.lot_seed,
    )


def options_of(rule: Rule) -> str:
    """The options of `outcome` that stand for this rule."""
    said = ["--rule", rule.method.value]
    if rule.add1_step is not None:
        said += ["--add1", write_amount(rule.add1_step), "--add1-stop", rule.add1_stop.value]
    if rule.floor_share:
        said.append("--floor-share")
    if rule.complete is not Completion.NONE:
        said += ["--complete", rule.complete.value]
    if rule.lot_seed is not None:
        said += ["--lot-seed", rule.lot_seed]
    return shlex.join(said)


def options_of_gate(gate: Gate | None, *, alone: bool = False) -> str:
    """The options that stand for what a game asks; `alone`: of `shortlist`, which has no rule beside it."""
    if gate is None:
        return ""
    said = [] if gate.buyers is None else ["--buyers", str(gate.buyers)]
    if gate.top is not None:
        said += ["--top", str(gate.top), "--edge", gate.edge.value]
        said += ["--lot-seed", gate.lot_seed] if alone and gate.lot_seed is not None else []
    return shlex.join(said)


def passed(args: argparse.Namespace) -> int:
    """Print which projects of a file go on, and why the others do not."""
    gate = gate_in(args) or Gate()

    def show(election: Election) -> str:
        found = shortlist(election, gate)
        if args.json:
            passages = {name: passage.value for name, passage in found.passages.items()}
            return json.dumps({"shortlist": list(found.names), "projects": passages})
        return shortlist_table(election, found)

    return _about(args.file, show)


def outcome(args: argparse.Namespace) -> int:
    """Print the outcome of a file under the rule of the arguments."""
    try:
        rule = rule_in(args)
    except ValueError as refusal:
        say(f"spreekt budget outcome: {refusal}", to=sys.stderr)
        return WRONG

    if args.witness and rule.method is not Method.EQUAL_SHARES:
        say("spreekt budget outcome: only equal shares has a witness", to=sys.stderr)
        return WRONG

    gate = gate_in(args)

    def show(whole: Election) -> str:
        election = behind(whole, gate)
        with Progress() as progress:
            decided = decide(election, rule, progress=progress)
        if args.witness:
            args.witness.write_text(write_witness(whole, decided, gate=gate), encoding="utf-8")
        return json.dumps(outcome_json(election, decided)) if args.json else outcome_table(election, decided)

    return _about(args.file, show)


def compare(args: argparse.Namespace) -> int:
    """Print what each rule makes of a file."""

    def show(election: Election) -> str:
        with Progress() as progress:
            decided = decide_each(election, COMPARED, progress=progress)
        if args.json:
            return json.dumps({"rules": {name: outcome_json(election, each) for name, each in decided.items()}})
        return comparison_table(election, decided)

    return _about(args.file, show)


def check(args: argparse.Namespace) -> int:
    """Say whether a witness holds; when it does not, what is false in it."""
    try:
        election, winners, file_sha256 = check_witness(args.file.read_text(encoding="utf-8"))
    except OSError as refusal:
        say(f"{args.file}: cannot be read: {refusal.strerror}", to=sys.stderr)
        return WRONG
    except UnicodeDecodeError:
        say(f"{args.file}: not UTF-8", to=sys.stderr)
        return NO
    except (NotAWitness, NotAPbFile, FalseWitness) as refusal:
        if args.json:
            say(json.dumps({"ok": False, "winners": [], "file_sha256": None, "fault": str(refusal)}), to=sys.stdout)
        say(f"{args.file}: {refusal}", to=sys.stderr)
        return NO
    if args.json:
        proven = {"ok": True, "winners": list(winners), "file_sha256": file_sha256, "fault": None}
        say(json.dumps(proven), to=sys.stdout)
    else:
        of = f"of {len(election.projects)} projects, {election.voters} voters"
        say(f"the witness holds: {len(winners)} winners {of}: {', '.join(winners)}", to=sys.stdout)
        say(f"SHA-256 of the file that it proves: {file_sha256}", to=sys.stdout)
    return DONE


def main(argv: Sequence[str] | None = None) -> int:
    """These commands on their own, without the rest of `spreekt`."""
    parser = argparse.ArgumentParser(prog="spreekt budget")
    register(parser.add_subparsers(required=True))
    args = parser.parse_args(argv)
    code: int = args.run(args)
    return code


def _file_and_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.pb")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def _gate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--buyers", type=_number, metavar="N", help="only projects that at least N voters chose")
    parser.add_argument("--top", type=_number, metavar="N", help="only the first N projects")
    parser.add_argument("--edge", type=AtTheEdge, choices=list(AtTheEdge), default=AtTheEdge.ALL,
                        help="what happens to equals where the top ends (default: all go on)")  # fmt: skip


def gate_in(args: argparse.Namespace) -> Gate | None:
    """The gate of the arguments; None when they ask nothing."""
    if args.buyers is None and args.top is None:
        return None
    return Gate(buyers=args.buyers, top=args.top, edge=args.edge, lot_seed=args.lot_seed)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above zero")
    return int(text)


def _step(text: str) -> Fraction:
    try:
        step = parse_amount(text)
    except NotAnAmount as refusal:
        raise argparse.ArgumentTypeError(str(refusal)) from None
    if not step:
        raise argparse.ArgumentTypeError("the step must be above zero")
    return step


def _about(path: Path, show: Callable[[Election], str]) -> int:
    try:
        with Progress() as progress:
            election = load_pb(path, progress=progress)
    except OSError as refusal:
        say(f"{path}: cannot be read: {refusal.strerror}", to=sys.stderr)
        return WRONG
    except NotAPbFile as refusal:
        say("\n".join(f"{path}: {fault}" for fault in refusal.faults), to=sys.stderr)
        return NO
    try:
        say(show(election), to=sys.stdout)
    except IncompleteMeta as refusal:
        say(f"{path}: {refusal}", to=sys.stderr)
        return NO
    except BrokenPipeError:
        raise
    except OSError as refusal:
        say(f"{refusal.filename}: cannot be written: {refusal.strerror}", to=sys.stderr)
        return WRONG
    return DONE


if __name__ == "__main__":
    sys.exit(main())

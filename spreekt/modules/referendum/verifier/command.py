"""`spreekt verify ARCHIVE.bel`: the verifier on the command line. Needs no settings, no database and no network."""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from spreekt.modules.referendum.verifier.faults import Report
from spreekt.modules.referendum.verifier.verify import verify

_WORDS = "check everything in the archive of a referendum, offline"
_WIDTH = 40
_PAUSE = 0.2


def run(args: argparse.Namespace) -> int:
    """0: all of it holds. 1: it does not, or there is no result yet. 2: there is no such file."""
    bar = ProgressBar()
    try:
        report = verify(args.archive, jobs=args.jobs, so_far=args.so_far, watch=bar.show)
    except OSError as error:
        bar.clear()
        report = Report(False, 0, 0, None, f"{args.archive} cannot be read: {error.strerror or error}")
        _say(report, as_json=args.json)
        return 2
    except BrokenProcessPool:
        bar.clear()
        report = Report(False, 0, 0, None, "a worker process was stopped from outside: try again with --jobs 1")
        _say(report, as_json=args.json)
        return 1
    bar.clear()
    _say(report, as_json=args.json)
    return 0 if report.ok else 1


def _say(report: Report, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    elif report.ok:
        print(f"All holds. {report.ballots} ballots, {report.counted} of them count.")
        print("There is no result yet." if report.result is None else f"Result: {json.dumps(report.result)}")
    if report.fault:
        print(report.fault, file=sys.stderr)


class ProgressBar:
    """One line on stderr that is written again and again; nothing when stderr is no terminal."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._shown_at = 0.0
        self._began_at = time.monotonic()

    def show(self, done: int, total: int) -> None:
        """Say how many of how many ballots are checked, and about how long the others take."""
        now = time.monotonic()
        if not self._is_terminal or (now - self._shown_at < _PAUSE and done < total):
            return
        self._shown_at = now
        filled = _WIDTH * done // total
        rest = (now - self._began_at) * (total - done) / done
        bar = "#" * filled + "." * (_WIDTH - filled)
        print(f"\r[{bar}] {done} of {total} ballots, {rest:.0f} s left \033[K", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._shown_at:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def _jobs(text: str) -> int:
    jobs = int(text)
    if jobs < 1:
        raise ValueError
    return jobs


_jobs.__name__ = "number of jobs"  # how argparse calls a wrong value


def add_command(commands: Any) -> None:
    """Add `verify` to the subparsers of `spreekt`."""
    _describe(commands.add_parser("verify", help=_WORDS, description=_WORDS))


def main(arguments: Sequence[str]) -> int:
    """The command by itself, for those who want nothing else of the platform."""
    parser = argparse.ArgumentParser(prog="spreekt verify", description=_WORDS)
    _describe(parser)
    try:
        return run(parser.parse_args(arguments))
    except KeyboardInterrupt:
        return 130


def _describe(command: argparse.ArgumentParser) -> None:
    command.add_argument("archive", type=Path, metavar="ARCHIVE.bel", help="as published, byte for byte")
    command.add_argument("--json", action="store_true", help="one JSON object on stdout")
    command.add_argument("--jobs", type=_jobs, default=_cores(), metavar="N", help="processes; normally all cores")
    command.add_argument("--so-far", action="store_true", help="accept an archive that has no result yet")
    command.set_defaults(run=run)


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

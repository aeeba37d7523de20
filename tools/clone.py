"""Where things lie in this clone and how a command runs in it. Knows nothing of what the commands do."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SPREEKT = VENV / "bin" / "spreekt"


class Stop(Exception):
    """Why this run cannot go on, and what to do about it."""


class Failed(Exception):
    """A command ended with an error; holds the last lines it wrote."""


def say(text: str) -> None:
    """Tell whoever waits what happens now."""
    print(text, file=sys.stderr, flush=True)


def call(*command: str | Path, cwd: Path = ROOT, **environment: str) -> None:
    """Run a command quietly. Raises Failed with its last lines."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as reason:
        raise Failed(f"  {command[0]}: {reason.strerror}") from reason
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        raise Failed("\n".join(f"  {line:.200}" for line in lines[-5:]))


def become(environment: dict[str, str], *command: str | Path) -> NoReturn:
    """Replace this process by the command, so that signals and the exit status are its own."""
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execve(command[0], [str(part) for part in command], environment)


def fingerprint(*paths: Path) -> str:
    """One word that changes when the content of these files or the place of this clone does."""
    total = hashlib.sha256(str(ROOT).encode())
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()

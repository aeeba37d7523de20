"""Exactly the locked Python packages in .venv, and the locks themselves. Browser assets are in assets.py."""

from __future__ import annotations

import importlib.util
import sys
import venv
from pathlib import Path

from tools.clone import PYTHON, ROOT, VENV, Failed, Stop, call, fingerprint, say

UV = VENV / "bin" / "uv"
STAMP = VENV / ".prepared"
LOCKS = {
    "requirements.lock": ("--no-default-groups",),
    "requirements-dev.lock": ("--group", "dev"),
    "bootstrap.lock": ("--only-group", "bootstrap"),
    "assets.lock": ("--only-group", "assets"),
}


def make_venv() -> None:
    """An empty .venv for this Python, unless one that works stands here already."""
    moved = STAMP.exists() and not STAMP.read_text().startswith(f"{ROOT}\n")
    try:
        if moved or not _runs():
            venv.create(VENV, clear=True, symlinks=True)
        if not STAMP.exists():
            STAMP.write_text(f"{ROOT}\n")
    except OSError as reason:
        raise Stop(f"Cannot make {VENV}: {reason.strerror}. May you write in this folder?") from reason


def _runs() -> bool:
    """Whether .venv has a Python that is new enough."""
    try:
        call(PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))")
    except Failed:
        return False
    return True


def install_packages() -> None:
    """The locked packages and this project in .venv; takes no time when they are there. Raises Stop."""
    make_venv()
    wanted = fingerprint(*(ROOT / name for name in ("bootstrap.lock", "requirements-dev.lock", "pyproject.toml")))
    if STAMP.read_text() == f"{ROOT}\n{wanted}":
        return
    say("Installing the packages in .venv…")
    try:
        _install_with_uv()
    except Failed:
        say("That did not work with uv. Going on with pip, which takes longer…")
        _install_with_pip()
    STAMP.write_text(f"{ROOT}\n{wanted}")


def pip(command: str, *arguments: str | Path) -> None:
    """Run the pip of this Python on .venv, or else the one that Python brings along. Raises Failed."""
    runner: list[str | Path] = [sys.executable, "-m", "pip", "--python", PYTHON]
    if not importlib.util.find_spec("pip"):
        try:
            call(PYTHON, "-m", "ensurepip")
        except Failed as reason:
            raise Stop("This Python has no pip. Install it (Debian: apt install python3-pip), then again.") from reason
        runner = [PYTHON, "-m", "pip"]
    call(*runner, "--quiet", "--retries", "2", command, *arguments, PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0")


def _install_uv() -> None:
    pip("install", "--no-deps", "--require-hashes", "-r", "bootstrap.lock")


def _install_with_uv() -> None:
    _install_uv()
    options = ("--quiet", "--python", PYTHON)
    # Compiled now: where Python may not write its own caches, each start would compile every package again.
    locks = ("--require-hashes", "bootstrap.lock", "requirements-dev.lock")
    call(UV, "pip", "sync", *options, "--compile-bytecode", *locks)
    call(UV, "pip", "install", *options, "--no-deps", "--no-build-isolation", "--editable", ROOT)


def _install_with_pip() -> None:
    try:
        pip("install", "--require-hashes", "-r", "requirements-dev.lock")
        pip("install", "--no-deps", "--no-build-isolation", "--editable", ROOT)
    except Failed as reason:
        raise Stop(
            f"The packages could not be installed:\n{reason}\n"
            "Is there a network? Behind a proxy, set HTTPS_PROXY; for a package index of your own, "
            "set PIP_INDEX_URL.\nThen run the same command again."
        ) from reason


def compile_sources() -> None:
    """Our own code, compiled as the packages are: a run of the tests starts some hundred processes. Raises Failed."""
    call(PYTHON, "-m", "compileall", "-q", "spreekt", "migrations", "config.py", "wsgi.py")


def renew_locks() -> None:
    """The newest versions that pyproject.toml allows: hashes of every platform, no host. Raises Failed."""
    make_venv()
    _install_uv()
    say("Looking for the newest versions…")
    call(UV, "lock", "--quiet", "--upgrade")
    shape = ("--no-emit-project", "--no-header", "--no-annotate", "--format", "requirements-txt")
    for name, groups in LOCKS.items():
        call(UV, "export", "--quiet", "--frozen", *shape, *groups, "--output-file", name)
    (ROOT / "uv.lock").unlink()

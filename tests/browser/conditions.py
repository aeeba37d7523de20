"""What the browser tests need on this machine, and what happens without it. Nothing about pages."""

import os
import shutil
from typing import NoReturn

import pytest

CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "/usr/bin/chromium")
"""The one without a window first: it draws no toolbar for every visitor, which costs more than most pages do."""
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def must_run(reason: str) -> NoReturn:
    """Skip with the reason; where CI=true nothing may be skipped."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason)
    pytest.skip(reason)


def chromium_path() -> str:
    """Where Chromium is on this machine."""
    for name in CHROMIUM:
        if found := shutil.which(name):
            return found
    must_run("Chromium is not installed: apt-get install chromium-headless-shell")

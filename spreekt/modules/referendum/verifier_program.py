"""Our verifier as one file to take along: the source of the verifier, what it shares, and nothing else.

Python runs the file as it is; it is a zip, so who wants to read it opens it. The same bytes for everybody.
"""

import hashlib
import io
import zipfile
from functools import lru_cache
from pathlib import Path

NAME = "spreekt-verify.pyz"
_ROOT = Path(__file__).parents[3]
_REFERENDUM = "spreekt/modules/referendum"
_PACKAGES = ("spreekt", "spreekt/modules", _REFERENDUM, f"{_REFERENDUM}/ballot")
"""Packages on the way to the verifier, of which nothing but their first lines is needed."""
_MAIN = """\
import sys

from spreekt.modules.referendum.verifier.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
"""


@lru_cache(maxsize=1)
def program() -> bytes:
    """The file: about 70 kB. Stored and not packed, in one order and under one date, so that it never differs."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_STORED) as packed:
        for name in _sources():
            packed.writestr(zipfile.ZipInfo(name), (_ROOT / name).read_bytes())
        packed.writestr(zipfile.ZipInfo("__main__.py"), _MAIN)
    return found.getvalue()


@lru_cache(maxsize=1)
def sha256() -> str:
    """Of the file, in 64 hexadecimal characters."""
    return hashlib.sha256(program()).hexdigest()


def _sources() -> list[str]:
    verifier = sorted((_ROOT / _REFERENDUM / "verifier").glob("*.py"))
    shared = [*(f"{package}/__init__.py" for package in _PACKAGES), f"{_REFERENDUM}/ballot/group.py"]
    return [*shared, *(path.relative_to(_ROOT).as_posix() for path in verifier)]

"""What the booth is made of, for whoever serves it: published hashes, content policies, parts of the saved copy.

No view, no database. The booth itself is static/js/booth.js; its pages are templates/referendum/booth*.html.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from config import ROOT

STATIC = ROOT / "static"
SHEETS = ("tokens", "base", "components", "forms", "booth")
"""The sheets of the saved copy, in the order in which the online page links them."""

_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_PAGE_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; worker-src blob:; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'"
)
_SAVED_POLICY = (
    "default-src 'none'; script-src '{script}'; style-src '{style}'; worker-src blob:; img-src data:; "
    "form-action 'none'; base-uri 'none'"
)


def page_policy(nonce: str) -> str:
    """The content policy of the booth online: the script with this nonce, a worker made of it, requests to this site.

    It replaces the policy of the other pages, which knows no worker and lets forms go somewhere.
    """
    return _PAGE_POLICY.format(nonce=nonce)


@lru_cache
def integrity(script: str) -> str:
    """`sha256-…` of static/js/<script>.js, as the integrity attribute and the published list write it."""
    return _hash_of((STATIC / "js" / f"{script}.js").read_bytes())


@dataclass(frozen=True)
class SavedParts:
    """What a saved booth holds inside: `policy` allows exactly this script and this style, and no request at all."""

    script: str
    style: str
    policy: str


@lru_cache
def saved_parts() -> SavedParts:
    """The parts of templates/referendum/booth_saved.html. Its script is the online one, byte for byte."""
    script = _text(STATIC / "js" / "booth.js")
    style = _FONT_FACE.sub("", "\n".join(_text(STATIC / "css" / f"{sheet}.css") for sheet in SHEETS))
    style += "\n@media print {\n" + _text(STATIC / "css" / "print.css") + "\n}"
    policy = _SAVED_POLICY.format(script=_hash_of(script.encode()), style=_hash_of(style.encode()))
    return SavedParts(script, style, policy)


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def _hash_of(content: bytes) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode()

"""Where somebody goes after signing in: only ever a path on our own origin (A14)."""

import re
from urllib.parse import quote, unquote

PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
LONGEST = 200
HOME = "/mijn"


def own_path(text: str) -> str:
    """The path as given when it stays here, else nothing. What a browser or a proxy might decode counts too."""
    if len(text) > LONGEST or not PATH.fullmatch(text):
        return ""
    seen = text
    for _round in range(3):
        seen = unquote(seen)
        if seen.startswith(("//", "/\\")) or "\\" in seen or not seen.isprintable():
            return ""
    return text


def go_on_to(text: str) -> str:
    """Where to go after signing in."""
    return own_path(text) or HOME


def with_next(path: str, next_path: str) -> str:
    """An address that remembers where somebody was going."""
    return f"{path}?next={quote(next_path)}" if own_path(next_path) else path

"""Which plans of a round look alike, by the words they share. Compares letters; understands nothing."""

import re
import unicodedata
from collections.abc import Sequence

from spreekt.modules.burgerbudget.dossiers.models import Dossier

ALIKE = 0.3
"""From this likeness on, 0 to 1, a plan is shown."""
STEM = 7
"""Letters that must be the same, so that "boekenhuisjes" finds "boekenhuisje"."""
SHORTEST = 4


def likeness(title: str, body: str, other_title: str, other_body: str) -> float:
    """How much two plans look alike, 0 to 1: words of the titles weigh twice."""
    ours, theirs = stems(title), stems(other_title)
    return (2 * _overlap(ours, theirs) + _overlap(ours | stems(body), theirs | stems(other_body))) / 3


def alike(dossier: Dossier, others: Sequence[Dossier], *, most: int = 5) -> list[Dossier]:
    """The plans that look most like this one, the most alike first."""
    found = [
        (likeness(dossier.title, dossier.body, other.title, other.body), other)
        for other in others
        if other.id != dossier.id
    ]
    ranked = sorted(found, key=lambda pair: (-pair[0], pair[1].id))
    return [other for like, other in ranked[:most] if like >= ALIKE]


def stems(text: str) -> set[str]:
    """The telling words of a text: without accents and capitals, cut to what they share with their plural."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return {word[:STEM] for word in re.findall(r"\w+", plain) if len(word) >= SHORTEST}


def _overlap(ours: set[str], theirs: set[str]) -> float:
    return 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours and theirs else 0.0

"""Codes: those of projects on a ballot, which ones a round can have on screen and on paper, and words for addresses."""

import re
import unicodedata

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.kernel.errors import N_, Invalid
from spreekt.modules.burgerbudget.models import Project

SHEET_WORDS = frozenset({"blanco", "ongeldig"})
"""What typists write for a sheet without a choice (paper/sheets.py)."""


class CodeTaken(Invalid):
    """Two projects of a round cannot share a code. Capitals make no difference: on paper they are not read."""

    says = N_("Er is al een project met deze code in deze ronde. Kies een andere code. Hoofdletters maken niet uit.")


class CodeIsAWord(Invalid):
    """The argument is a code that says something else on a sheet of paper."""

    says = N_("“{0}” betekent al iets op een stembiljet van papier. Kies een andere code.")


def check_code(db: Session, round_id: int, code: str, *, but: int | None) -> None:
    """Refuse a code that a sheet of paper could not tell from that of another project than `but`, or from no choice.

    Raises CodeTaken, CodeIsAWord.
    """
    if code.lower() in SHEET_WORDS:
        raise CodeIsAWord(code)
    taken = select(Project.id).where(Project.round_id == round_id, func.lower(Project.code) == code.lower())
    if db.scalar(taken.where(Project.id.is_distinct_from(but)).limit(1)) is not None:
        raise CodeTaken


def slug_of(words: str) -> str:
    """A word for an address from any text."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")

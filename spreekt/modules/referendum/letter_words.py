"""What every letter of a referendum says beside the name and the code: where, when, how. It travels as a small file.

The server writes it next to the mailing file; the credential authority needs nothing else to print.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Self

from spreekt.kernel.city import City
from spreekt.kernel.dutch import NBSP, day, moment, until
from spreekt.kernel.regulations import SecondCheck
from spreekt.kernel.storage import Json
from spreekt.modules.referendum.models import Referendum


class NotLetterWords(Exception):
    """A file that is not what the platform wrote. In English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWords:
    """Facts for the letter, already in words where they are words."""

    brand: str
    city: str
    help_line: str
    booth_url: str
    """Where one votes; the code comes behind it, after a # that browsers send to nobody."""
    title: str = ""
    election: str = ""
    """The uuid of the referendum, so that no letter of one is printed with the codes of another."""
    opens: str = ""
    closes: str = ""
    written_on: str = ""
    asks_birth_date: bool = True
    may_revote: bool = False
    has_paper: bool = True

    @property
    def shown_url(self) -> str:
        """As people type it; in words where the address is not known."""
        typed = self.booth_url.removeprefix("https://").removeprefix("http://")
        return typed or f"de website van {self.city}"

    def scanned(self, code: str) -> str:
        """What the square holds: the address with the code in its fragment, which never travels."""
        return f"{self.booth_url}#{code}" if self.booth_url else code

    @property
    def stored(self) -> Json:
        return asdict(self)

    @classmethod
    def of(cls, stored: object) -> Self:
        """Raises NotLetterWords."""
        try:
            if not isinstance(stored, dict):
                raise TypeError
            found = cls(**stored)
        except TypeError:
            raise NotLetterWords("The file with the words of the letter is not one that Spreekt wrote.") from None
        if not all(_fits(name, value) for name, value in asdict(found).items()):
            raise NotLetterWords("The file with the words of the letter holds texts that fit no letter.")
        return found

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises NotLetterWords."""
        try:
            return cls.of(json.loads(text))
        except ValueError:
            raise NotLetterWords("The file with the words of the letter is not JSON.") from None


def _fits(name: str, value: object) -> bool:
    """A text of one line and some length, or yes or no where that is asked."""
    if name in ("asks_birth_date", "may_revote", "has_paper"):
        return isinstance(value, bool)
    return isinstance(value, str) and len(value) <= 300 and value.replace(NBSP, " ").isprintable()


def words_for(referendum: Referendum, city: City, *, public_url: str, now: datetime) -> LetterWords:
    """What the letters of this referendum say."""
    return LetterWords(
        brand=city.brand,
        city=city.name,
        help_line=city.help_line,
        booth_url=f"{public_url.rstrip('/')}/referendum/{referendum.slug}/stemmen",
        title=referendum.title,
        election=referendum.uuid,
        opens=moment(referendum.poll.opens_at),
        closes=until(referendum.poll.closes_at),
        written_on=day(now),
        asks_birth_date=referendum.regulation.second_check is SecondCheck.BIRTH_DATE,
        may_revote=referendum.regulation.may_revote,
        has_paper=referendum.regulation.has_paper,
    )

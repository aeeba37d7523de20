"""Rolls for tests: small roll files, a referendum that waits for one, and what the credential authority makes of it."""

import io
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from spreekt.electorate.models import Poll
from spreekt.identity.national_number import synthetic
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import credentials, poll_keys, roll
from spreekt.modules.referendum.ballot.election import new_uuid
from spreekt.modules.referendum.credentials import Order
from spreekt.modules.referendum.escrow import Cost
from spreekt.modules.referendum.letter_words import LetterWords
from spreekt.modules.referendum.models import Referendum, State
from spreekt.modules.referendum.regulation import Regulation
from tests.builders import DAY, NOON, an_area, kept
from tests.identity.register_files import ANNA, LUKASZ, NOEMIE, a_file

REFERENCE = date(2026, 11, 1)
"""With REFERENCE_DAYS, the day that is announced for a box that opens thirty days after NOON."""
REFERENCE_DAYS = 52
NUMBER = "85073099932"
"""Noémie's."""
PASSPHRASES = ("de drukker weet dit", "de notaris weet dat")
CHEAP = Cost(operations=1, memory=8)
_numbers = iter(range(1, 10_000))


def a_coming_referendum(
    vault: Vault, *, state: State = State.ANNOUNCED, rules: dict[str, Any] | None = None, **fields: Any
) -> Referendum:
    """Announced, opens in a month: it waits for its roll."""
    opens_at = fields.pop("opens_at", NOON + 30 * DAY)
    closes_at = fields.pop("closes_at", NOON + 37 * DAY)
    poll = kept(
        Poll(module="referendum", opens_at=opens_at, closes_at=closes_at, minimum_age=16, age_on=closes_at.date())
    )
    regulation = Regulation.of({"source": "proef", "reference_days": REFERENCE_DAYS, **(rules or {})})
    referendum = Referendum(
        slug=f"lijst-{next(_numbers)}", uuid=new_uuid(), title="Autovrije zondag", state=state, poll_id=poll.id,
        rules=regulation.stored, **fields,
    )  # fmt: skip
    poll_keys.give_key(vault, referendum)
    for name in ("Kortrijk", "Heule"):
        an_area(name)
    return kept(referendum)


def areas() -> dict[str, int]:
    return {name: an_area(name).id for name in ("Kortrijk", "Heule")}


def read_in(
    db: Session, vault: Vault, referendum: Referendum, content: bytes, *, by: Any, on: date = REFERENCE, **more: Any
) -> Any:
    """A roll file into the roll."""
    report = roll.import_roll(
        db, vault, referendum, io.BytesIO(content), areas=areas(), reference_on=on, by=by, now=NOON, **more
    )
    db.commit()
    return report


def many_lines(count: int) -> list[str]:
    """Residents of fifty different birth years and more; serial 999 belongs to nobody."""
    lines = []
    for number in range(count):
        born_on = date(1940 + number % 60, 1 + number // 60 % 12, 1 + number // 720 % 28)
        digits = synthetic(born_on).digits
        area = "Heule" if number % 3 else "Kortrijk"
        lines.append(f"{digits};{born_on};Inwoner {number};Proef;Heuleplaats;{number};;8501;{area};2015-01-01")
    return lines


WORDS = LetterWords(
    brand="Kortrijk Spreekt", city="Kortrijk", help_line="1777", title="Een autovrije zondag per maand?",
    booth_url="https://spreekt.example/referendum/autovrije-zondag/stemmen", election="TestVector1111",
    opens="maandag 18 oktober 2027, 9 uur", closes="zondag 24 oktober 2027, 18 uur", written_on="20 september 2027",
)  # fmt: skip


def made(mailing: Path, out: Path, uuid: str = "TestVector1111") -> credentials.Made:
    """What the authority makes of a mailing, with passphrases that are cheap to try."""
    order = Order(uuid, WORDS, PASSPHRASES, credentials.count_voters(mailing), CHEAP)
    return credentials.make(mailing, out, order, done=lambda _count: None)


__all__ = ["ANNA", "LUKASZ", "NOEMIE", "a_file"]

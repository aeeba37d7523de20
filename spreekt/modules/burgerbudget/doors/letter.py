"""The letter with which one votes in a budget round: A4 for a window envelope, and the same as a file for a printer.

Who gets one and which code is whose: spreekt.electorate.letter_runs.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO, TextIO

import segno

from spreekt.identity.addressee import Addressee
from spreekt.identity.letter_codes import in_groups
from spreekt.kernel.city import City
from spreekt.kernel.dutch import euro, moment, until
from spreekt.modules.burgerbudget.models import Round
from spreekt.notices.lines import LINE, WIDTH, fitting, write
from spreekt.notices.paper import MARGIN, WINDOW_LEFT, WINDOW_TOP, WINDOW_WIDTH, printable
from spreekt.notices.sheets import Font, Ink, Sheets
from spreekt.web.listing import safe_cell

_QR_SIDE = 30.0
_CODE_TOP = 120.0
_CODE_HEIGHT = _QR_SIDE + 10
CSV_HEADER = ("naam", "straat", "gemeente", "voornaam", "code", "adres")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWords:
    """What every letter of a round says."""

    brand: str
    city: str
    help_line: str
    title: str
    amount: str
    opens: str
    closes: str
    url: str

    @property
    def shown_url(self) -> str:
        """As people type it."""
        return self.url.removeprefix("https://").removeprefix("http://")


def words_for(round: Round, city: City, *, public_url: str) -> LetterWords:
    """What the letters of this round say."""
    return LetterWords(
        brand=city.brand, city=city.name, help_line=city.help_line, title=round.title, amount=euro(round.amount_cents),
        opens=moment(round.poll.opens_at), closes=until(round.poll.closes_at),
        url=f"{public_url.rstrip('/')}/burgerbudget/{round.slug}/code",
    )  # fmt: skip


def write_letters(out: BinaryIO, words: LetterWords, letters: Iterable[tuple[Addressee, str]]) -> None:
    """A PDF with one page for each addressee and code."""
    sheets = Sheets(out, _shared(words), title=printable(f"{words.brand}: {words.title}"))
    for addressee, code in letters:
        sheets.page(_own(addressee, code))
    sheets.close()


def write_rows(out: TextIO, words: LetterWords, letters: Iterable[tuple[Addressee, str]]) -> None:
    """The same for a printer who lays out the letters: one line each, safe to open in a spreadsheet."""
    rows = csv.writer(out, delimiter=";", lineterminator="\r\n")
    rows.writerow(CSV_HEADER)
    for to, code in letters:
        rows.writerow(safe_cell(cell) for cell in (*to.lines, to.given_name, in_groups(code), words.url))


def _own(to: Addressee, code: str) -> Ink:
    """What differs from letter to letter."""
    ink, y = Ink(), WINDOW_TOP + 4
    for line in map(printable, to.lines):
        ink.line(WINDOW_LEFT, y, fitting(line, 11, WINDOW_WIDTH - 2), Font.PLAIN, line)
        y += 5.5
    greeting = printable(f"Dag {to.given_name},")
    ink.line(MARGIN, 103, fitting(greeting, 11, WIDTH), Font.PLAIN, greeting)
    ink.line(MARGIN + 6, _CODE_TOP + 22, 20, Font.CODE, in_groups(code))
    return ink


def _shared(words: LetterWords) -> Ink:
    """What stands in every letter. The square holds the address of the page, never the code."""
    ink = Ink()
    ink.line(MARGIN, 27, 16, Font.BOLD, printable(words.brand))
    title = printable(f"Stem mee: {words.title}")
    ink.line(MARGIN, 94, fitting(title, 15, WIDTH, Font.BOLD), Font.BOLD, title)
    write(ink, 110, f"Jij kiest mee wat er in {words.city} komt met {words.amount}. Met de code hieronder stem je, ook "
                    "zonder account. Niemand ziet wat je kiest, ook de stad niet.")  # fmt: skip
    ink.box(MARGIN, _CODE_TOP, WIDTH, _CODE_HEIGHT)
    ink.line(MARGIN + 6, _CODE_TOP + 11, 11, Font.PLAIN, "Jouw code om te stemmen")
    ink.line(MARGIN + 6, _CODE_TOP + 31, 9, Font.PLAIN, "De letters I, L, O en U komen niet voor. 0 en 1 zijn cijfers.")
    square = segno.make(words.url, error="m", micro=False).matrix
    ink.squares(MARGIN + WIDTH - _QR_SIDE - 5, _CODE_TOP + 5, _QR_SIDE, square)
    y = _CODE_TOP + _CODE_HEIGHT + 10
    for heading, *lines in _paragraphs(words):
        ink.line(MARGIN, y, 11, Font.BOLD, heading)
        y += LINE
        for line in lines:
            y = write(ink, y, line)
        y += 2.8
    return ink


def _paragraphs(words: LetterWords) -> Iterable[tuple[str, ...]]:
    yield "Wanneer?", f"Van {words.opens} tot {words.closes}."
    yield (
        "Hoe?",
        f"1. Ga naar {words.shown_url}, of scan het vierkantje met je telefoon.",
        "2. Vul je code en je geboortedatum in.",
        "3. Maak je keuze, kijk ze na en bevestig. Je stemt één keer.",
    )
    yield (
        "Hulp nodig?",
        f"Bel gratis {words.help_line}, of kom langs in het stadhuis, de bib of een ontmoetingscentrum. Daar kan je "
        "ook op een toestel of op papier stemmen. Breng je identiteitskaart mee.",
        "Brief kwijt? Aan het loket vraag je een nieuwe. De oude code werkt dan niet meer.",
    )
    yield (
        "Deze code is alleen voor jou.",
        "Geef ze aan niemand. Ook een huisgenoot mag jouw code niet gebruiken, en jij niet die van een huisgenoot.",
        "De stad belt of mailt nooit om je code te vragen.",
    )

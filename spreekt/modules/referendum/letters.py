"""The letter with which one votes: A4 for a window envelope, code in groups and as a square, what, when, how and help.

How pages get in a file is in sheets.py; which code is whose is in credentials.py.
"""

from collections.abc import Iterable
from typing import BinaryIO

import segno

from spreekt.identity.addressee import Addressee
from spreekt.modules.referendum.letter_words import LetterWords
from spreekt.notices.lines import LINE, WIDTH, fitting, write
from spreekt.notices.paper import MARGIN, WINDOW_LEFT, WINDOW_TOP, WINDOW_WIDTH, printable
from spreekt.notices.sheets import Font, Ink, Sheets

_QR_SIDE = 34.0
_CODE_TOP = 122.0
_CODE_HEIGHT = _QR_SIDE + 10
_MASK = 3  # any of the eight reads as well; looking for the prettiest takes most of the time


def write_letters(out: BinaryIO, words: LetterWords, letters: Iterable[tuple[Addressee, str]]) -> int:
    """A PDF with one page for each addressee and code; how many there are."""
    sheets = Sheets(out, _shared(words), title=printable(f"{words.brand}: {words.title}".rstrip(": ")))
    count = 0
    for addressee, code in letters:
        sheets.page(_own(addressee, code, words))
        count += 1
    sheets.close()
    return count


def _own(to: Addressee, code: str, words: LetterWords) -> Ink:
    """What differs from letter to letter."""
    ink = Ink()
    y = WINDOW_TOP + 4
    for line in map(printable, to.lines):
        ink.line(WINDOW_LEFT, y, fitting(line, 11, WINDOW_WIDTH - 2), Font.PLAIN, line)
        y += 5.5
    greeting = printable(f"Dag {to.given_name},")
    ink.line(MARGIN, 103, fitting(greeting, 11, WIDTH), Font.PLAIN, greeting)
    ink.line(MARGIN + 6, _CODE_TOP + 22, 17, Font.CODE, code)
    square = segno.make(words.scanned(code), error="m", micro=False, mode="byte", mask=_MASK, boost_error=False)
    ink.squares(MARGIN + WIDTH - _QR_SIDE - 5, _CODE_TOP + 5, _QR_SIDE, square.matrix)
    return ink


def _shared(words: LetterWords) -> Ink:
    """What stands in every letter."""
    ink = Ink()
    ink.line(MARGIN, 27, 16, Font.BOLD, printable(words.brand))
    if words.written_on:
        ink.line(MARGIN, 84, 11, Font.PLAIN, printable(f"{words.city}, {words.written_on}"))
    title = printable(words.title or f"Stem mee in {words.city}")
    ink.line(MARGIN, 94, fitting(title, 15, WIDTH, Font.BOLD), Font.BOLD, title)
    y = write(ink, 110, "Jij kan stemmen in dit digitaal referendum. Daarvoor heb je de code in deze brief nodig. "
                         "Je stem is geheim: niemand kan zien wat je kiest, ook de stad niet.")  # fmt: skip
    ink.box(MARGIN, _CODE_TOP, WIDTH, _CODE_HEIGHT)
    ink.line(MARGIN + 6, _CODE_TOP + 11, 11, Font.PLAIN, "Jouw code om te stemmen")
    typing = ("Let op hoofdletters en kleine letters.", "De tekens 0, O, I en l staan in geen enkele code.")
    for below, hint in enumerate(typing):
        ink.line(MARGIN + 6, _CODE_TOP + 31 + 5 * below, 9, Font.PLAIN, hint)
    y = _CODE_TOP + _CODE_HEIGHT + 10
    for heading, *lines in _paragraphs(words):
        ink.line(MARGIN, y, 11, Font.BOLD, heading)
        y += LINE
        for line in lines:
            y = write(ink, y, line)
        y += 2.8
    return ink


def _paragraphs(words: LetterWords) -> Iterable[tuple[str, ...]]:
    if words.opens:
        yield "Wanneer?", f"Van {words.opens} tot {words.closes}."
    account = "Meld je aan met een account dat toont dat je in de stad woont; regel dat enkele dagen vooraf. "
    beside = "Vul je code en je geboortedatum in." if words.asks_birth_date else f"{account}Vul je code in."
    changed, once = "Je kan je stem later nog veranderen: de laatste telt.", "Je kan maar één keer stemmen."
    yield (
        "Hoe?",
        f"1. Ga naar {words.shown_url}, of scan het vierkantje met je telefoon.",
        f"2. {beside}",
        "3. Kies je antwoord, kijk het na en bevestig.",
        f"4. Bewaar je ontvangstbewijs. Daarmee kijk je na of je stem in de stembus zit. "
        f"{changed if words.may_revote else once}",
    )
    paper = "Stem je liever op papier? Dat kan aan het loket, met je identiteitskaart. " if words.has_paper else ""
    yield (
        "Hulp nodig?",
        f"Bel gratis {words.help_line}, of kom langs in het stadhuis, de bib of een ontmoetingscentrum. {paper}"
        "Brief kwijt? Kom met je identiteitskaart naar het loket: je krijgt dezelfde code opnieuw.",
    )
    warning = "De stad belt of mailt nooit om je code te vragen."
    if words.asks_birth_date:
        warning += " Wie je code en je geboortedatum kent, kan in jouw plaats stemmen."
    yield "Geef je code aan niemand.", warning

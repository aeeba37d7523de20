"""The letter on paper: one A4 page for a window envelope, with the code in groups and a way to the page for it.

Who gets one and which code stands in it is decided elsewhere.
"""

from dataclasses import dataclass
from datetime import date

import segno
from fpdf import FPDF

from spreekt.identity.addressee import Addressee
from spreekt.kernel.dutch import day
from spreekt.notices.paper import MARGIN, WINDOW_LEFT, WINDOW_TOP, WINDOW_WIDTH, printable

QR_SIDE = 32.0


@dataclass(frozen=True, slots=True)
class LetterWords:
    """What differs per city and per letter."""

    brand: str
    city: str
    help_line: str
    code: str
    """In groups, as it is printed."""
    code_url: str
    sent_on: date
    valid_until: date


def letter_pdf(addressee: Addressee, words: LetterWords) -> bytes:
    """The page as PDF."""
    sheet = _Sheet(words)
    sheet.address(addressee)
    sheet.write(f"{words.city}, {day(words.sent_on)}", gap=8)
    sheet.write("Jouw code om mee te doen", style="B", size=15, gap=5)
    sheet.write(f"Dag {addressee.given_name},", gap=4)
    sheet.write(
        f"Je vroeg op {words.brand} een code aan. Daarmee toon je dat je in {words.city} woont. "
        "Daarna kan je stemmen en voorstellen steunen.",
        gap=5,
    )
    sheet.code()
    sheet.write("Zo gebruik je de code", style="B", gap=1)
    sheet.write(f"1. Ga naar {words.code_url}, of scan het vierkantje met je telefoon.", gap=0)
    sheet.write("2. Meld je aan met het account waarmee je deze brief vroeg.", gap=0)
    sheet.write(f"3. Vul de code in. Dat kan tot en met {day(words.valid_until)}.", gap=5)
    sheet.write("Waarom een brief?", style="B", gap=1)
    sheet.write(
        "Zo weten we zeker dat je op dit adres woont. Elke inwoner heeft hoogstens één account. "
        "We bewaren je rijksregisternummer niet.",
        gap=5,
    )
    sheet.write("Vroeg jij deze brief niet?", style="B", gap=1)
    sheet.write("Gooi hem dan weg. Zonder de code kan niemand in jouw plaats meedoen. Geef de code aan niemand.", gap=5)
    sheet.write("Hulp nodig?", style="B", gap=1)
    sheet.write(
        f"Bel gratis {words.help_line}, of kom langs in het stadhuis, de bib of een ontmoetingscentrum. "
        "Breng je identiteitskaart en deze brief mee.",
        gap=0,
    )
    return bytes(sheet.pdf.output())


class _Sheet:
    def __init__(self, words: LetterWords) -> None:
        self.words = words
        self.pdf = FPDF(format="A4")
        self.pdf.set_title(printable(f"{words.brand}: je code"))
        self.pdf.set_lang("nl-BE")
        self.pdf.set_auto_page_break(False)
        self.pdf.set_margins(MARGIN, 20, MARGIN)
        self.pdf.add_page()
        self.pdf.set_font("helvetica", "B", 16)
        self.pdf.text(x=MARGIN, y=27, text=printable(words.brand))

    def address(self, addressee: Addressee) -> None:
        self.pdf.set_font("helvetica", "", 11)
        self.pdf.set_y(WINDOW_TOP)
        for line in addressee.lines:
            self.pdf.set_x(WINDOW_LEFT)
            self._fit(printable(line))
            self.pdf.cell(WINDOW_WIDTH, 5.5, printable(line), new_x="LMARGIN", new_y="NEXT")
            self.pdf.set_font_size(11)
        self.pdf.set_y(95)

    def _fit(self, line: str) -> None:
        """A long name gets smaller letters, so that all of it stays inside the window."""
        size = 11.0
        while self.pdf.get_string_width(line) > WINDOW_WIDTH - 2 and size > 6:
            size -= 0.5
            self.pdf.set_font_size(size)

    def write(self, text: str, *, style: str = "", size: int = 11, gap: float = 0) -> None:
        self.pdf.set_font("helvetica", style, size)
        self.pdf.multi_cell(0, size * 0.5, printable(text), align="L", new_x="LMARGIN", new_y="NEXT")
        self.pdf.ln(gap)

    def code(self) -> None:
        top = self.pdf.get_y()
        self.pdf.set_draw_color(90)
        self.pdf.rect(MARGIN, top, 160, QR_SIDE + 8)
        self.pdf.set_font("helvetica", "", 10)
        self.pdf.text(x=MARGIN + 6, y=top + 12, text="Jouw code")
        self.pdf.set_font("courier", "B", 22)
        self.pdf.text(x=MARGIN + 6, y=top + 24, text=self.words.code)
        self.pdf.set_font("helvetica", "", 9)
        self.pdf.text(x=MARGIN + 6, y=top + 33, text="De letters I, L, O en U komen niet voor. 0 en 1 zijn cijfers.")
        self._qr(MARGIN + 160 - QR_SIDE - 4, top + 4)
        self.pdf.set_y(top + QR_SIDE + 14)

    def _qr(self, left: float, top: float) -> None:
        """The address of the page, never the code itself: who reads along on the way learns nothing."""
        rows = [list(row) for row in segno.make(self.words.code_url, error="m", micro=False).matrix]
        side = QR_SIDE / (len(rows) + 2)
        self.pdf.set_fill_color(0)
        for y, row in enumerate(rows, 1):
            for x, dark in enumerate(row, 1):
                if dark:
                    self.pdf.rect(left + x * side, top + y * side, side, side, style="F")

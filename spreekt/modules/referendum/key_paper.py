"""The paper backup of a trustee's key: one A4 page, rows to type back and a square to scan."""

import segno
from fpdf import FPDF

from spreekt.modules.referendum.key_files import KeyFile, paper_rows

MARGIN = 25.0
QR_SIDE = 45.0


def paper_pdf(key: KeyFile, *, title: str) -> bytes:
    """The page as PDF. `key` must be finished; `title` is the name of the referendum."""
    assert key.decryption_key is not None
    rows = paper_rows(key.decryption_key, election=key.election, index=key.index)
    pdf = FPDF(format="A4")
    pdf.set_title("Reservekopie van je sleutel")
    pdf.set_lang("nl-BE")
    pdf.set_auto_page_break(False)
    pdf.set_margins(MARGIN, 25, MARGIN)
    pdf.add_page()
    _write(pdf, "Reservekopie van je sleutel", style="B", size=20, gap=4)
    _write(pdf, title, style="B", size=13, gap=2)
    _write(pdf, f"Sleutelhouder {key.index} van {key.count}: {key.name or 'zonder naam'}", gap=1)
    _write(pdf, f"Nummer van het referendum: {key.election}", gap=5)
    _write(
        pdf, "Wie dit blad heeft, heeft jouw sleutel. Leg het in een kluis. Maak er geen foto van.", style="B", gap=6
    )
    top = pdf.get_y()
    for number, row in enumerate(rows, 1):
        pdf.set_font("courier", "", 11)
        pdf.text(x=MARGIN, y=top + 8 + 11 * (number - 1), text=f"Rij {number}")
        pdf.set_font("courier", "B", 16)
        pdf.text(x=MARGIN + 18, y=top + 8 + 11 * (number - 1), text=row)
    _qr(pdf, " ".join(["SPREEKT", key.election, str(key.index), *rows]), 210 - MARGIN - QR_SIDE, top)
    pdf.set_y(top + QR_SIDE + 6)
    _write(pdf, "De letters I, L, O en U komen niet voor. 0 en 1 zijn cijfers.", size=10, gap=6)
    _write(pdf, "Wanneer heb je dit blad nodig?", style="B", gap=1)
    _write(
        pdf,
        f"Alleen als je sleutelbestand weg of stuk is. {key.threshold} van de {key.count} sleutelhouders zijn nodig om "
        "te tellen. Neem dit blad mee naar de telling.",
        gap=5,
    )
    _write(pdf, "Zo gebruik je het", style="B", gap=1)
    _write(
        pdf,
        "Kies op je eigen pagina 'Ik heb alleen mijn blad papier' en typ de vier rijen over. Klopt een rij niet, dan "
        "zegt de pagina welke. Of gebruik op een computer zonder internet: spreekt trustee restore.",
        gap=5,
    )
    _write(pdf, "Wanneer mag het weg?", style="B", gap=1)
    _write(pdf, "Na de beroepstermijn vraagt de stad je om dit blad en je sleutelbestand te vernietigen.", gap=0)
    return bytes(pdf.output())


def _write(pdf: FPDF, text: str, *, style: str = "", size: int = 11, gap: float = 0) -> None:
    pdf.set_font("helvetica", style, size)
    printable = text.encode("latin-1", "replace").decode("latin-1")
    pdf.multi_cell(0, size * 0.5, printable, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(gap)


def _qr(pdf: FPDF, text: str, left: float, top: float) -> None:
    matrix = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    side = QR_SIDE / len(matrix)
    pdf.set_fill_color(0)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                pdf.rect(left + x * side, top + y * side, side, side, style="F")

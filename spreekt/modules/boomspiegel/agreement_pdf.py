"""The agreement on paper: one adoption, its place, its plants and the rules that were accepted. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass

from fpdf import FPDF

from spreekt.kernel.dutch import day
from spreekt.modules.boomspiegel.adoption_models import Adoption

MARGIN = 22.0  # mm
_APART = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "€": "EUR",
                        "\N{NO-BREAK SPACE}": " "})  # fmt: skip


@dataclass(frozen=True, slots=True)
class AgreementWords:
    """What does not stand in the adoption itself."""

    city: str
    brand: str
    help_line: str
    adopter: str
    adopter_kind: str
    plants: tuple[str, ...]


def agreement_pdf(adoption: Adoption, words: AgreementWords) -> bytes:
    """The agreement as PDF. The adoption must have started."""
    place, rules = adoption.adoptable, adoption.regulation
    sheet = _Sheet(words, number=adoption.agreement_number)
    sheet.title("Overeenkomst: ik zorg voor een boomspiegel")
    sheet.pair("Nummer", adoption.agreement_number)
    sheet.pair("Adoptant", f"{words.adopter} ({words.adopter_kind.lower()})")
    sheet.pair("Plek", f"{place.code}, {place.place}")
    sheet.pair("Boom", f"{place.species}, boomspiegel van {place.size}")
    sheet.pair("Begint op", day(adoption.started_on) if adoption.started_on else "")
    if adoption.decided_on is not None:
        sheet.pair("Beslist door het college", f"{day(adoption.decided_on)}, {adoption.decision_url}")
    sheet.head("Wat er groeit")
    sheet.say(", ".join(words.plants) + "." if words.plants else "Geen planten van de lijst gekozen.")
    if adoption.plan_words:
        sheet.say(adoption.plan_words)
    if adoption.advice_words:
        sheet.head("Voorwaarden van Net en Groen")
        sheet.say(adoption.advice_words)
    sheet.head(f"Afspraken: reglement versie {rules.version}, geldig vanaf {day(rules.valid_from)}")
    for number, rule in enumerate(rules.rules, start=1):
        sheet.say(f"{number}. {rule['text']}")
    sheet.head("Hoe lang")
    sheet.say(
        f"Deze overeenkomst loopt zonder einddatum. Om de {rules.check_months} maanden vraagt de stad of je nog zorgt. "
        f"Je kan altijd stoppen, met {rules.notice_days} dagen vooraf. Wordt de plek verwaarloosd, dan krijg je eerst "
        f"een verwittiging en {rules.warning_days} dagen tijd."
    )
    sheet.say(f"Vragen? Bel gratis {words.help_line}.")
    return bytes(sheet.pdf.output())


def _printable(text: str) -> str:
    """Western European letters as they are; a sign the printer's own fonts miss becomes "?"."""
    return text.translate(_APART).encode("latin-1", "replace").decode("latin-1")


class _Sheet:
    def __init__(self, words: AgreementWords, *, number: str) -> None:
        self.pdf = FPDF(format="A4")
        self.pdf.set_title(_printable(f"{words.brand}: overeenkomst {number}"))
        self.pdf.set_lang("nl-BE")
        self.pdf.set_margins(MARGIN, 20, MARGIN)
        self.pdf.set_auto_page_break(True, margin=18)
        self.pdf.add_page()
        self._write(f"{words.brand} - Stad {words.city}", "B", 12, gap=6)

    def title(self, text: str) -> None:
        self._write(text, "B", 17, gap=4)

    def head(self, text: str) -> None:
        self.pdf.ln(2)
        self._write(text, "B", 12, gap=1)

    def say(self, text: str) -> None:
        self._write(text, "", 11, gap=1.5)

    def pair(self, term: str, value: str) -> None:
        self.pdf.set_font("helvetica", "B", 11)
        self.pdf.cell(48, 6, _printable(term))
        self.pdf.set_font("helvetica", "", 11)
        self.pdf.multi_cell(0, 6, _printable(value), align="L", new_x="LMARGIN", new_y="NEXT")

    def _write(self, text: str, style: str, size: int, *, gap: float) -> None:
        self.pdf.set_font("helvetica", style, size)
        self.pdf.multi_cell(0, size * 0.5, _printable(text), align="L", new_x="LMARGIN", new_y="NEXT")
        self.pdf.ln(gap)

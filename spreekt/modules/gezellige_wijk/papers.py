"""Papers of a case as PDF: decision, letter to the neighbours, traffic order, door cards, the sheet of the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import segno
from fpdf import FPDF

from spreekt.kernel.dutch import clock, day
from spreekt.modules.gezellige_wijk.case_models import CaseDecision
from spreekt.modules.gezellige_wijk.loan_models import Loan
from spreekt.modules.gezellige_wijk.models import StreetRequest
from spreekt.modules.gezellige_wijk.regulation_file import RequestType
from spreekt.modules.gezellige_wijk.surveys import Card
from spreekt.notices.paper import printable

MARGIN, CARD_HEIGHT, QR_SIDE = 25.0, 64.0, 34.0


PAPER_QUESTIONS = {
    "plaats": ("Straat, van huisnummer tot huisnummer",),
    "wanneer": ("Eerste en laatste dag", "Van hoe laat tot hoe laat"),
    "straat": ("Sluiten jullie de straat af? Rijdt er een bus?",),
    "meters": ("Peters en meters: naam en e-mailadres",),
    "praktisch": ("Hoeveel mensen? Muziek? Eten en drinken?", "Hoe zijn jullie verzekerd?"),
    "materiaal": ("Wat wil je lenen, en hoeveel?",),
    "toelage": ("Vraag je een toelage? Hoeveel?",),
}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What differs per city."""

    brand: str
    city: str
    help_line: str
    sent_on: date


def _made_on(head: Letterhead) -> datetime:
    """Midnight of the day on the paper."""
    return datetime.combine(head.sent_on, time(), tzinfo=UTC)


class Paper:
    """A4 pages with headings, lines and lists, in the printer's own letters."""

    def __init__(self, head: Letterhead, title: str) -> None:
        self.head = head
        self.pdf = FPDF(format="A4")
        self.pdf.set_title(printable(f"{head.brand}: {title}"))
        self.pdf.set_lang("nl-BE")
        self.pdf.set_creation_date(_made_on(head))  # a paper of one day is one file, whoever asks when
        self.pdf.set_margins(MARGIN, 20, MARGIN)
        self.pdf.set_auto_page_break(True, 20)
        self.pdf.add_page()
        self.write(head.brand, style="B", size=14, gap=6)
        self.write(f"{head.city}, {day(head.sent_on)}", gap=6)
        self.write(title, style="B", size=16, gap=4)

    def write(self, text: str, *, style: str = "", size: int = 11, gap: float = 2) -> None:
        self.pdf.set_font("helvetica", style, size)
        self.pdf.multi_cell(0, size * 0.5, printable(text), align="L", new_x="LMARGIN", new_y="NEXT")
        self.pdf.ln(gap)

    def heading(self, text: str) -> None:
        self.write(text, style="B", size=12, gap=1)

    def points(self, lines: Sequence[str]) -> None:
        for line in lines:
            self.write(f"- {line}", gap=0.5)
        self.pdf.ln(3)

    def content(self) -> bytes:
        self.write(f"Vragen? Bel gratis {self.head.help_line}.", gap=0)
        return bytes(self.pdf.output())


def days_in_words(request: StreetRequest) -> list[str]:
    """Each day with its hours; a long row of days as from-to."""
    days = request.days
    if len(days) > 12 and request.first_on and request.last_on:
        hours = f"{clock(days[0].starts_at)} tot {clock(days[0].ends_at)}"
        return [f"{day(request.first_on)} tot en met {day(request.last_on)}, {len(days)} dagen, {hours}"]
    return [f"{day(each.on_day)}, {clock(each.starts_at)} tot {clock(each.ends_at)}" for each in days]


def signs_of(request: StreetRequest, *, is_play_street: bool) -> list[str]:
    """What must stand at the ends of each closed piece: barrier, C3 and its sub-sign with the hours."""
    if not request.closes_street or not request.days:
        return []
    first = request.days[0]
    hours = f"{clock(first.starts_at)} - {clock(first.ends_at)}"
    under = f"Speelstraat, {hours}" if is_play_street else hours
    found = []
    for segment in request.segments:
        ends = [f"nr. {number}" for number in (segment.from_number, segment.to_number) if number]
        for end in ends or ["begin van de straat", "einde van de straat"]:
            found.append(f"{segment.street.name}, {end}: nadar met bord C3 en onderbord “{under}”")
    return found


def decision_letter(request: StreetRequest, decision: CaseDecision, head: Letterhead) -> bytes:
    """What the college decided, for the applicant."""
    paper = Paper(head, f"Beslissing over: {request.title}")
    said = {
        "toegestaan": "Het college geeft toelating.",
        "toegestaan-voorwaarden": "Het college geeft toelating, met voorwaarden.",
        "geweigerd": "Het college geeft geen toelating.",
    }[decision.outcome]
    paper.write(f"{said} Het besliste dit op {day(decision.college_on)}.", gap=3)
    paper.heading("Waar en wanneer")
    paper.points([request.place, *days_in_words(request)])
    if decision.conditions:
        paper.heading("Voorwaarden")
        paper.points([line for line in decision.conditions.splitlines() if line.strip()])
    if decision.law_words:
        paper.heading("Op welke regel dit steunt")
        paper.write(decision.law_words)
    if decision.words:
        paper.heading("Uitleg")
        paper.write(decision.words)
    if decision.decision_uri:
        paper.write(f"Het besluit staat op {decision.decision_uri}")
    if decision.outcome == "geweigerd":
        paper.write("Ben je het niet eens? Bel ons. Je kan ook binnen 60 dagen naar de Raad van State gaan.")
    return paper.content()


def neighbours_letter(request: StreetRequest, decision: CaseDecision, head: Letterhead) -> bytes:
    """What the applicant puts in the letter boxes."""
    paper = Paper(head, request.title)
    paper.write("Beste buur,", gap=3)
    closed = "De straat is dan dicht voor auto's. " if request.closes_street else ""
    paper.write(f"In jouw straat is er binnenkort iets te doen. {closed}Iedereen uit de straat is welkom.", gap=3)
    paper.points([request.place, *days_in_words(request)])
    if request.closes_street:
        paper.write("Woon je in de straat of heb je er een garage? Dan mag je stapvoets door als het echt moet. "
                    "Hulpdiensten kunnen altijd door. Zet je auto op tijd elders.", gap=3)  # fmt: skip
    if decision.conditions:
        paper.heading("Afspraken")
        paper.points([line for line in decision.conditions.splitlines() if line.strip()])
    return paper.content()


def traffic_order(request: StreetRequest, decision: CaseDecision, head: Letterhead, *, is_play_street: bool) -> bytes:
    """The text of the temporary order, to be put before the college, with the list of signs."""
    paper = Paper(head, f"Tijdelijk verkeersreglement: {request.title}")
    legal = "artikel 22septies van het KB van 1 december 1975, " if is_play_street else ""
    paper.write(f"Gelet op {legal}het decreet van 16 mei 2008 over de aanvullende reglementen, "
                f"en de beslissing van het college van {day(decision.college_on)}:", gap=3)  # fmt: skip
    paper.heading("Artikel 1")
    kind = "is een speelstraat" if is_play_street else "is afgesloten voor alle voertuigen"
    paper.write(f"{request.place} {kind} op:")
    paper.points(days_in_words(request))
    paper.heading("Artikel 2. Borden")
    paper.points(signs_of(request, is_play_street=is_play_street) or ["Er zijn geen borden nodig."])
    paper.heading("Artikel 3")
    paper.write("Bewoners, wie er een garage heeft en voertuigen van de hulpdiensten rijden stapvoets door. "
                "Er blijft altijd vier meter vrij.")  # fmt: skip
    if decision.conditions:
        paper.heading("Artikel 4. Voorwaarden")
        paper.points([line for line in decision.conditions.splitlines() if line.strip()])
    return paper.content()


def day_sheet(
    request: StreetRequest, decision: CaseDecision | None, loans: Sequence[Loan], head: Letterhead, *,
    is_play_street: bool,
) -> bytes:  # fmt: skip
    """One sheet for the peters and meters on the day itself."""
    paper = Paper(head, f"Op de dag zelf: {request.title}")
    paper.points([request.place, *days_in_words(request)])
    paper.heading("Peters en meters")
    paper.points([each.name for each in request.stewards if each.confirmed_at] or ["Nog niemand bevestigde."])
    paper.heading("Borden en hekken")
    paper.points(signs_of(request, is_play_street=is_play_street) or ["De straat blijft open."])
    paper.heading("Materiaal")
    paper.points([f"{loan.number} x {loan.item.name} ({loan.transport.value})" for loan in loans] or ["Geen."])
    paper.heading("Voorwaarden")
    conditions = decision.conditions.splitlines() if decision else []
    paper.points([line for line in conditions if line.strip()] or ["Geen bijzondere voorwaarden."])
    paper.heading("Altijd")
    paper.points(["Hou vier meter vrij voor de brandweer.", "Bij gevaar: bel 112.",
                  "Zet de hekken weg op het einduur.", "Laat de straat proper achter."])  # fmt: skip
    return paper.content()


def blank_form(kind: RequestType, head: Letterhead) -> bytes:
    """An empty form on paper, with the questions that the screens ask; staff type it in afterwards."""
    paper = Paper(head, f"Aanvraag: {kind.name}")
    paper.write("Vul in wat je weet en geef het af in het stadhuis of een wijkcentrum. We helpen je verder.", gap=4)
    asked = ["Je naam en telefoon", *(line for step in kind.steps for line in PAPER_QUESTIONS.get(step, ()))]
    for question in [*asked, *(field.label for field in kind.fields)]:
        paper.write(question, style="B", gap=0)
        paper.write("." * 110, gap=3)
    return paper.content()


def survey_cards(request: StreetRequest, cards: Sequence[Card], head: Letterhead, *, url: str, until: date) -> bytes:
    """Door cards, four a page: what is asked, the code of this address, and a way to the page. The QR holds no code."""
    pdf = FPDF(format="A4")
    pdf.set_title(printable(f"{head.brand}: {request.title}"))
    pdf.set_lang("nl-BE")
    pdf.set_creation_date(_made_on(head))
    pdf.set_auto_page_break(False)
    rows = [list(row) for row in segno.make(url, error="m", micro=False).matrix]
    for number, card in enumerate(cards):
        if number % 4 == 0:
            pdf.add_page()
        _card(pdf, 12 + (number % 4) * (CARD_HEIGHT + 4), request, card, url=url, until=until, rows=rows)
    return bytes(pdf.output())


def _card(
    pdf: FPDF, top: float, request: StreetRequest, card: Card, *, url: str, until: date, rows: list[list[int]]
) -> None:
    pdf.set_draw_color(90)
    pdf.rect(15, top, 180, CARD_HEIGHT)
    lines = (
        ("B", 12, f"Aan de bewoners van {card.address}"),
        ("B", 13, request.title),
        ("", 10, "; ".join(days_in_words(request)[:2])),
        ("", 10, f"Ga je akkoord? Antwoord tot en met {day(until)} op"),
        ("B", 10, url),
        ("", 10, "met deze code. Elk adres heeft één stem. De aanvrager ziet niet wat jij antwoordt."),
        ("B", 16, card.code),
        ("", 9, "Liever op papier?  [  ] akkoord   [  ] niet akkoord   Geef deze kaart af in het stadhuis."),
    )
    pdf.set_y(top + 3)
    for style, size, text in lines:
        pdf.set_font("courier" if size == 16 else "helvetica", style, size)
        pdf.set_x(19)
        pdf.cell(135, size * 0.52, printable(text)[:95], new_x="LMARGIN", new_y="NEXT")
    side = QR_SIDE / (len(rows) + 2)
    pdf.set_fill_color(0)
    for y, row in enumerate(rows, 1):
        for x, dark in enumerate(row, 1):
            if dark:
                pdf.rect(157 + x * side, top + 14 + y * side, side, side, style="F")

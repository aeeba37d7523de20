"""The letter with a decision on a dossier as PDF: what was decided, why, what the group can do and until when."""

from dataclasses import dataclass

from flask_babel import gettext as _
from fpdf import FPDF

from spreekt.kernel.dutch import day, euro, until
from spreekt.modules.burgerbudget.dossiers.advice_models import DossierDecision
from spreekt.modules.burgerbudget.dossiers.screening import ACT_WORDS, CRITERIA_WORDS, is_final
from spreekt.notices.paper import printable

MARGIN = 25.0


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What differs per city."""

    brand: str
    city: str
    help_line: str


def decision_letter(decision: DossierDecision, head: Letterhead) -> bytes:
    """The letter as PDF. Holds no name, no address and nothing internal: only what the group may read anyway."""
    dossier, round = decision.dossier, decision.dossier.round
    title = _(ACT_WORDS[decision.act])
    pdf = FPDF(format="A4")
    pdf.set_title(printable(f"{head.brand}: {title}"))
    pdf.set_lang("nl-BE")
    pdf.set_creation_date(decision.decided_at)  # one file, whoever asks when
    pdf.set_margins(MARGIN, 20, MARGIN)
    pdf.set_auto_page_break(True, 20)
    pdf.add_page()

    def write(text: str, *, style: str = "", size: int = 11, gap: float = 4) -> None:
        pdf.set_font("helvetica", style, size)
        pdf.multi_cell(0, size * 0.5, printable(text), align="L", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(gap)

    write(head.brand, style="B", size=14, gap=6)
    write(f"{head.city}, {day(decision.decided_at)}", gap=6)
    write(title, style="B", size=16)
    write(f"{dossier.title} ({round.title}). " + _("Gevraagd bedrag: %(amount)s.", amount=euro(dossier.asked_cents)))
    failed = [finding for finding in decision.findings if not finding.passed]
    if decision.findings:
        write(_("Wat we nakeken"), style="B", size=12, gap=1)
        for finding in sorted(decision.findings, key=lambda each: list(CRITERIA_WORDS).index(each.criterion)):
            said = _("in orde") if finding.passed else _("niet in orde. %(reason)s", reason=finding.reason)
            write(f"- {_(CRITERIA_WORDS[finding.criterion])}: {said}", gap=0.5)
        pdf.ln(3)
    if decision.words:
        write(_("Waarom"), style="B", size=12, gap=1)
        write(decision.words)
    if decision.remedy:
        write(_("Wat jullie kunnen doen"), style="B", size=12, gap=1)
        write(decision.remedy)
    if decision.due_at is not None:
        last = until(decision.due_at)
        asks = decision.act in {"ask_completion", "deem_feasible_if"}
        write(_("Doe dit ten laatste %(moment)s.", moment=last) if asks
              else _("Niet akkoord? Jullie kunnen één keer antwoorden, ten laatste %(moment)s. Dan kijken we opnieuw.",
                     moment=last))  # fmt: skip
    if is_final(decision):
        write(_("Niet akkoord? Antwoorden kan één keer, en dat deden jullie al. Jullie kunnen nog een klacht indienen "
                "bij de stad: bel gratis %(line)s. Helpt dat niet? Dan kunnen jullie gratis naar de Vlaamse "
                "Ombudsdienst: bel gratis 1700.", line=head.help_line))  # fmt: skip
    if round.decision_uri or round.decided_on:
        decided = _(" van %(day)s", day=day(round.decided_on)) if round.decided_on else ""
        write(_("We beslissen volgens het reglement") + f"{decided}. {round.decision_uri}".rstrip())
    if not failed and decision.act == "admit":
        write(_("Nu volgt het gesprek met de diensten van de stad over kost en haalbaarheid."))
    write(_("Controlegetal van de tekst die we beoordeelden (SHA-256): %(hash)s", hash=decision.text_sha256), size=8)
    write(_("Vragen? Bel gratis %(line)s.", line=head.help_line), gap=0)
    return bytes(pdf.output())

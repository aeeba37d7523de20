"""The agreement about a project as PDF: amounts, days, milestones, what is agreed, and both signatures."""

from datetime import date

from flask_babel import gettext as _
from fpdf import FPDF

from spreekt.kernel.dutch import day, euro
from spreekt.kernel.storage import Json
from spreekt.modules.burgerbudget.dossiers.decision_letter import MARGIN, Letterhead
from spreekt.modules.burgerbudget.follow.models import Agreement
from spreekt.notices.paper import printable


def as_read(plan: Json) -> Json:
    """A plan with days as days, for pages and papers; JSON keeps them as words."""
    milestones = [{**each, "due_on": date.fromisoformat(each["due_on"])} for each in plan["milestones"]]
    days = {name: date.fromisoformat(plan[name]) if plan[name] else None for name in ("due_on", "decided_on")}
    return {**plan, **days, "milestones": milestones}


def terms(plan: Json) -> list[str]:
    """What both sides promise, in sentences; the page and the paper say the same. Takes what `as_read` gives."""
    said = [
        _("De groep voert het project zelf uit, zoals het op de lijst stond waarover gekozen is."),
        _("Na elke mijlpaal vertelt de groep wat er gebeurde, met foto's. Een moderator kijkt dat na. "
          "Daarna staat het op de site."),
        _("De groep houdt elke rekening bij en zet er een bewijs van in het dossier. Bewijzen zijn niet openbaar."),
        _("De gebiedswerker keurt een mijlpaal goed of vraagt meer, met de reden. Na de goedkeuring betaalt de stad "
          "het deel dat bij die mijlpaal hoort."),
        _("Loopt het anders? Laat het de gebiedswerker weten. Wie %(days)s dagen na de dag van een mijlpaal niets "
          "liet horen, krijgt een bericht.", days=plan["late_days"]),
        _("Stopt het project, dan staat de reden op de site. De stad betaalt wat met bewijzen is uitgegeven, nooit "
          "meer dan het toegekende bedrag. Wat te veel betaald is, stort de groep terug."),
        _("Op het einde maken we de rekening. Is er minder uitgegeven dan betaald, dan stort de groep het verschil "
          "terug."),
    ]  # fmt: skip
    if plan["due_on"]:
        said.insert(1, _("Alles is klaar ten laatste op %(day)s.", day=day(plan["due_on"])))
    return said


def agreement_letter(agreement: Agreement, head: Letterhead) -> bytes:
    """The agreement as both signed it, or as far as it is signed. Holds no bank account."""
    plan = as_read(agreement.content)
    pdf = FPDF(format="A4")
    pdf.set_title(printable(f"{head.brand}: {plan['project']}"))
    pdf.set_lang("nl-BE")
    pdf.set_creation_date(agreement.approved_at or agreement.signed_at)  # one file, whoever asks when
    pdf.set_margins(MARGIN, 20, MARGIN)
    pdf.set_auto_page_break(True, 20)
    pdf.add_page()

    def write(text: str, *, style: str = "", size: int = 11, gap: float = 4) -> None:
        pdf.set_font("helvetica", style, size)
        pdf.multi_cell(0, size * 0.5, printable(text), align="L", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(gap)

    write(head.brand, style="B", size=14, gap=6)
    write(_("Afspraak over “%(title)s”", title=plan["project"]), style="B", size=16, gap=2)
    write(f"{plan['round']}. " + _("Versie %(number)s.", number=agreement.number))
    if plan["decided_on"]:
        write(
            _("De stad kende het geld toe op %(day)s.", day=day(plan["decided_on"]))
            + f" {plan['decision_uri']}".rstrip()
        )
    write(_("Het geld"), style="B", size=12, gap=1)
    write("- " + _("Toegekend: %(amount)s", amount=euro(plan["award_cents"])), gap=0.5)
    if plan["first_cents"]:
        write("- " + _("Na het tekenen: %(amount)s", amount=euro(plan["first_cents"])), gap=0.5)
    pdf.ln(3)
    write(_("De mijlpalen"), style="B", size=12, gap=1)
    for each in plan["milestones"]:
        part = f", {euro(each['amount_cents'])}" if each["amount_cents"] else ""
        write(f"- {each['title']}: {_('tegen')} {day(each['due_on'])}{part}", gap=0.5)
    pdf.ln(3)
    write(_("Wat we afspreken"), style="B", size=12, gap=1)
    for sentence in terms(plan):
        write(f"- {sentence}", gap=0.5)
    pdf.ln(3)
    write(_("Getekend"), style="B", size=12, gap=1)
    write(_("Voor wie het uitvoert: %(name)s, op %(day)s", name=agreement.signed_name, day=day(agreement.signed_at)),
          gap=0.5)  # fmt: skip
    if agreement.approved_at is not None:
        write(_("Voor %(city)s: %(name)s, op %(day)s", city=head.city, name=agreement.approved_name,
                day=day(agreement.approved_at)))  # fmt: skip
    else:
        write(_("Voor %(city)s: nog niet getekend", city=head.city))
    write(_("Controlegetal van dit plan (SHA-256): %(hash)s", hash=agreement.content_sha256), size=8)
    write(_("Vragen? Bel gratis %(line)s.", line=head.help_line), gap=0)
    return bytes(pdf.output())

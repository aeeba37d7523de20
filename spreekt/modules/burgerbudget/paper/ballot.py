"""The paper ballot of a round as a PDF: projects with code, price and a box, in an order by lot, and how to fill it in.

Every copy is the same: no number, no mark, so that nothing tells whose it was.
"""

from flask import Response
from fpdf import FPDF

from spreekt.kernel.dutch import euro
from spreekt.kernel.regulations import VoteMethod
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.models import Project, Round
from spreekt.modules.burgerbudget.phases.models import RoundRegulation
from spreekt.modules.burgerbudget.voting.game import Game, game_of
from spreekt.notices.paper import printable
from spreekt.web.context import city, db

_MARGIN, _WIDTH, _BOX, _FOOT = 18.0, 174.0, 6.5, 20.0
_ROW = 10.5


def download(round: Round) -> Response:
    """The ballot as a file to print."""
    projects = in_order(round, queries.projects_of(db(), round.id))
    pdf = ballot_pdf(round, game_of(round, db().get(RoundRegulation, round.id)), projects, help_line=city().help_line)
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="stembiljet-{round.slug}.pdf"'
    return answer


def in_order(round: Round, projects: list[Project]) -> list[Project]:
    """One order for all paper, by a lot that anyone can draw again: SHA-256 of "papier", the round and the code."""
    return queries.shuffled(projects, f"papier {round.slug}")


def how_to(game: Game, *, one: str = "project", more: str = "projecten") -> str:
    """How the paper is filled in; `one` and `more` say what stands on it."""
    if game.method is VoteMethod.POINTS:
        return (
            f"Verdeel hoogstens {game.points} punten. Schrijf in het vakje hoeveel punten een {one} krijgt. Meer "
            "punten in totaal is ongeldig."
        )
    if game.method is VoteMethod.RANKING:
        return (
            f"Kies hoogstens {game.most} {more}. Schrijf 1 in het vakje van wat je het liefst hebt, dan 2, en zo "
            "verder. Sla geen cijfer over en gebruik geen cijfer twee keer: dat is ongeldig."
        )
    cross = f"Zet een kruisje in het vakje van elk {one} dat je kiest."
    if game.method is VoteMethod.BASKET:
        most = euro(game.basket_cents or 0)
        return f"{cross} Samen mogen ze hoogstens {most} kosten. Kosten ze meer, dan is je biljet ongeldig."
    if game.most == 1:
        return f"Zet één kruisje, bij het {one} dat je kiest. Meer kruisjes is ongeldig."
    if game.most is not None:
        return f"{cross} Kies er hoogstens {game.most}. Meer kruisjes is ongeldig."
    return f"{cross} Je mag er zoveel kiezen als je wil."


def ballot_pdf(round: Round, game: Game, projects: list[Project], *, help_line: str) -> bytes:
    """The sheets of one ballot."""
    pdf = _Ballot(round.title, help_line)
    pdf.set_creation_date(round.poll.opens_at)  # one file, whoever asks when
    pdf.add_page()
    pdf.say(f"Stembiljet: {round.title}", size=15, style="B", gap=2)
    says = how_to(game, one="thema", more="thema's") if round.is_about_themes else how_to(game)
    pdf.say(says, size=11, style="B", gap=1)
    pdf.say(
        "Vul in met pen en schrijf niets anders op dit blad: geen naam, geen teken. Je stem is geheim. Vouw het "
        "blad dicht en steek het in de bus. Vergist? Ruil je blad aan het loket om voor een nieuw. Een leeg blad telt "
        "als blanco.",
        size=9.5, gap=3,
    )  # fmt: skip
    for project in projects:
        pdf.row(project, "" if round.is_about_themes else priced(project, round.currency))
    return bytes(pdf.output())


def priced(project: Project, currency: str) -> str:
    """A price as it is printed."""
    return euro(project.cost_cents) if currency == "EUR" else euro(project.cost_cents).replace("€", currency)


class _Ballot(FPDF):
    def __init__(self, title: str, help_line: str) -> None:
        super().__init__(format="A4")
        self.title_words, self.help_line = title, help_line
        self.set_title(printable(f"Stembiljet {title}"))
        self.set_lang("nl-BE")
        self.set_margins(_MARGIN, 16, _MARGIN)
        self.set_auto_page_break(False)

    def footer(self) -> None:
        self.set_y(-13)
        self.set_font("helvetica", "", 8)
        words = f"{self.title_words} - blad {self.page_no()} - de volgorde is door loting bepaald - "
        self.cell(0, 5, printable(f"{words}hulp: bel gratis {self.help_line}"), align="C")

    def say(self, text: str, *, size: float, style: str = "", gap: float = 0) -> None:
        self.set_font("helvetica", style, size)
        self.multi_cell(_WIDTH, size * 0.48, printable(text), align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(gap)

    def row(self, project: Project, price: str) -> None:
        if self.get_y() + _ROW > self.h - _FOOT:
            self.add_page()
        top = self.get_y()
        self.set_draw_color(120)
        self.line(_MARGIN, top, _MARGIN + _WIDTH, top)
        self.set_draw_color(0)
        self.set_line_width(0.5)
        self.rect(_MARGIN + 1, top + (_ROW - _BOX) / 2, _BOX, _BOX)
        self.set_line_width(0.2)
        self.set_xy(_MARGIN + 11, top)
        self.set_font("helvetica", "B", 11)
        self.cell(22, _ROW, printable(project.code))
        self._fitted(printable(project.shown_title), 108)
        self.set_font("helvetica", "", 10)
        self.cell(_WIDTH - 11 - 22 - 108, _ROW, printable(price), align="R")
        self.set_xy(_MARGIN, top + _ROW)

    def _fitted(self, words: str, width: float) -> None:
        """A title on one line; a long one gets smaller letters."""
        size = 11.0
        self.set_font("helvetica", "", size)
        while self.get_string_width(words) > width - 2 and size > 5:
            size -= 0.5
            self.set_font_size(size)
        self.cell(width, _ROW, words)

"""Papers of one case, printed when asked: letters, order, cards, the sheet of the day. Their words are in papers.py."""

from flask import Blueprint, Response

from spreekt.identity.permissions import ANYONE, HANDLE_STREETS, SIGNED_IN
from spreekt.kernel.errors import NotThere
from spreekt.modules.gezellige_wijk import decisions, loans, papers, surveys
from spreekt.modules.gezellige_wijk.at_hand import handled, is_inside, readable, regulations, today
from spreekt.modules.gezellige_wijk.case_models import CaseDecision
from spreekt.modules.gezellige_wijk.loan_models import LoanState
from spreekt.modules.gezellige_wijk.models import StreetRequest
from spreekt.modules.gezellige_wijk.papers import Letterhead
from spreekt.notices.written import public_url
from spreekt.web.context import Answer, actor, city, db, vault
from spreekt.web.listing import one_word
from spreekt.web.once import every_time
from spreekt.web.rights import allow

bp = Blueprint("street_papers", __name__, url_prefix="/gezellige-wijk")
CASE_PATH = "/aanvragen/<int(max=2147483647):id>"


def _head() -> Letterhead:
    return Letterhead(city().brand, city().name, city().help_line, today())


def _pdf(name: str, content: bytes) -> Answer:
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _inside(id: int) -> StreetRequest:
    asked = readable(id)
    if not is_inside(actor(), asked):
        raise NotThere
    return asked


def _decided(asked: StreetRequest, *, granted: bool = False) -> CaseDecision:
    decision = decisions.decision_of(db(), asked.id)
    if decision is None or (granted and decision.outcome == "geweigerd"):
        raise NotThere
    return decision


@bp.get("/formulier.pdf")
@allow(ANYONE)
def blank() -> Answer:
    """An empty form on paper: of ?soort=, or of a street party."""
    kinds = regulations().types
    kind = kinds.get(one_word("soort")) or next(iter(kinds.values()))
    return _pdf(f"formulier-{kind.code}", papers.blank_form(kind, _head()))


@bp.get(f"{CASE_PATH}/beslissing.pdf")
@allow(SIGNED_IN)
def decision(id: int) -> Answer:
    asked = _inside(id)
    return _pdf("beslissing", papers.decision_letter(asked, _decided(asked), _head()))


@bp.get(f"{CASE_PATH}/burenbrief.pdf")
@allow(SIGNED_IN)
def neighbours(id: int) -> Answer:
    asked = _inside(id)
    return _pdf("burenbrief", papers.neighbours_letter(asked, _decided(asked, granted=True), _head()))


@bp.get(f"{CASE_PATH}/verkeersreglement.pdf")
@allow(HANDLE_STREETS)
def order(id: int) -> Answer:
    asked = handled(id)
    plays = asked.type_code == "speelstraat"
    return _pdf("verkeersreglement", papers.traffic_order(asked, _decided(asked, granted=True), _head(),
                                                          is_play_street=plays))  # fmt: skip


@bp.get(f"{CASE_PATH}/draaiboek.pdf")
@allow(SIGNED_IN)
def day_sheet(id: int) -> Answer:
    asked = _inside(id)
    lent = [loan for loan in loans.loans_of(db(), id) if loan.state is not LoanState.RELEASED]
    plays = asked.type_code == "speelstraat"
    return _pdf("draaiboek", papers.day_sheet(asked, decisions.decision_of(db(), id), lent, _head(),
                                              is_play_street=plays))  # fmt: skip


@bp.post(f"{CASE_PATH}/kaarten.pdf")
@allow(HANDLE_STREETS)
@every_time
def cards(id: int) -> Answer:
    """The door cards. A POST: printing them stands in the log, because whoever has the codes has the voices."""
    asked = handled(id)
    survey = surveys.survey_of(db(), id)
    if survey is None:
        raise NotThere
    made = surveys.cards(db(), vault(), survey, by=actor())
    url = public_url("/gezellige-wijk/bevraging")
    return _pdf("kaarten", papers.survey_cards(asked, made, _head(), url=url, until=survey.closes_on))

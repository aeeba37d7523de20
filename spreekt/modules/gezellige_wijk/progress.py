"""How far a request is, for residents: its timeline, who is at work with it, what comes next. Changes nothing."""

from datetime import date

from flask_babel import gettext as _

from spreekt.kernel.dutch import day
from spreekt.modules.gezellige_wijk.case_models import CaseDecision
from spreekt.modules.gezellige_wijk.models import RequestState, StreetRequest

S = RequestState
ORDER = (S.SUBMITTED, S.ADVICE, S.SURVEY, S.DECIDING, S.GRANTED, S.PREPARED, S.HELD, S.REPORTED)
TITLES = {
    S.SUBMITTED: "Ingediend",
    S.ADVICE: "Advies van politie en diensten",
    S.SURVEY: "De buren zeggen wat ze ervan vinden",
    S.DECIDING: "Beslissing van het college",
    S.GRANTED: "Toegestaan",
    S.PREPARED: "Borden en materiaal staan klaar",
    S.HELD: "De dag zelf",
    S.REPORTED: "Verslag",
}
PLACE_OF = {
    S.INCOMPLETE: S.SUBMITTED, S.WAITING_LIST: S.DECIDING, S.CONDITIONAL: S.GRANTED, S.NOTED: S.GRANTED,
    S.CLOSED: S.REPORTED,
}  # fmt: skip
STOPPED = {
    S.REFUSED: "Geweigerd", S.WITHDRAWN: "Ingetrokken", S.CANCELLED: "Stopgezet", S.EXPIRED: "Vervallen",
}  # fmt: skip


def story(request: StreetRequest, decision: CaseDecision | None) -> list[dict[str, str]]:
    """The timeline: what happened, what happens now, what comes."""
    state = request.held_from or request.state
    if state is S.DRAFT:
        return []
    handed_in = [_entry(_(TITLES[S.SUBMITTED]), "done", day(request.submitted_at) if request.submitted_at else "")]
    if state in STOPPED:
        when = day(decision.college_on) if decision and state is S.REFUSED else ""
        return [*handed_in, _entry(_(STOPPED[state]), "stopped", when)]
    here = PLACE_OF.get(state, state)
    found = []
    for place in ORDER:
        if place is S.SURVEY and here is not S.SURVEY:
            continue
        if request.first_on is None and place in {S.PREPARED, S.HELD, S.REPORTED}:
            continue
        done = ORDER.index(place) < ORDER.index(here) or (state is S.CLOSED)
        stands = "done" if done else "now" if place is here else "next"
        found.append(_entry(_(TITLES[place]), stands, _when(place, request, decision)))
    return found


def _entry(title: str, state: str, when: str = "") -> dict[str, str]:
    return {"title": title, "state": state, "when": when}


def _when(place: RequestState, request: StreetRequest, decision: CaseDecision | None) -> str:
    on: date | None = None
    if place is S.SUBMITTED and request.submitted_at is not None:
        return day(request.submitted_at)
    if place is S.GRANTED and decision is not None:
        on = decision.college_on
    if place is S.HELD:
        on = request.first_on
    return day(on) if on else ""


def who_handles(request: StreetRequest) -> str:
    """Who is at work with it now, in words."""
    state = request.held_from or request.state
    if state in {S.DRAFT, S.INCOMPLETE}:
        return str(_("De aanvrager"))
    if state is S.ADVICE:
        return str(_("De adviseurs"))
    if state is S.SURVEY:
        return str(_("De buren"))
    if state is S.DECIDING:
        return str(_("Het college"))
    if state in {S.REFUSED, S.WITHDRAWN, S.CANCELLED, S.EXPIRED, S.CLOSED}:
        return str(_("Niemand meer: dit is afgelopen"))
    return str(_("De gebiedswerker"))


def next_step(request: StreetRequest) -> str:
    """What the applicant should know or do next; nothing when there is nothing."""
    if request.state is S.DRAFT:
        return str(_("Alleen jij ziet dit. Werk het af en verstuur het."))
    if request.state is S.INCOMPLETE:
        return str(_("Pas je aanvraag aan en verstuur ze opnieuw."))
    if request.state is S.HELD:
        return str(_("Vertel ons hoe het was: stuur een verslag."))
    if request.first_on is not None and request.state in {S.NOTED, S.GRANTED, S.CONDITIONAL, S.PREPARED}:
        return str(_("Het begint op %(day)s.", day=day(request.first_on)))
    return ""

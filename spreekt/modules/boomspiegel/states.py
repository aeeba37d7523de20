"""The lives of a place and of an adoption, declared once: pages, API, database and tests all ask these tables."""

from spreekt.kernel.actor import SYSTEM, Actor, Role
from spreekt.kernel.errors import N_
from spreekt.kernel.workflow import Transition, Workflow
from spreekt.modules.boomspiegel.adoption_models import ASKING, CARING, HOLDING, Adoption, AdoptionState
from spreekt.modules.boomspiegel.care_models import PitReport, PitReportState
from spreekt.modules.boomspiegel.models import Adoptable, PitState


def follows(_actor: Actor, _subject: object) -> bool:
    """The step follows from another that was allowed, or from a date in the regulation: nobody chooses it."""
    return True


def is_adopter(actor: Actor, adoption: Adoption) -> bool:
    """Whether it is the actor's own."""
    return actor.id is not None and adoption.account_id == actor.id


def has_role(actor: Actor, place: Adoptable, *roles: Role) -> bool:
    """Whether one of these roles was granted where this place lies."""
    return actor.has_second_factor and actor.has(*roles, area_ids=place.area_ids, module=place.kind)


def tends(actor: Actor, adoption: Adoption) -> bool:
    """The green service and the area worker, never for what is their own."""
    return not is_adopter(actor, adoption) and has_role(actor, adoption.adoptable, Role.SERVICE, Role.AREA_WORKER)


def advises(actor: Actor, adoption: Adoption) -> bool:
    """The green service."""
    return not is_adopter(actor, adoption) and has_role(actor, adoption.adoptable, Role.SERVICE)


def records_college(actor: Actor, adoption: Adoption) -> bool:
    """Who publishes decisions writes down what the college decided: another person than the adviser, by role."""
    return not is_adopter(actor, adoption) and has_role(actor, adoption.adoptable, Role.PUBLISHER)


def keeps_file(actor: Actor, place: Adoptable) -> bool:
    """The green service keeps the places themselves, by hand or with its file; a pause may end by its date."""
    return actor == SYSTEM or has_role(actor, place, Role.SERVICE)


def handles(actor: Actor, report: PitReport) -> bool:
    return has_role(actor, report.adoptable, Role.SERVICE, Role.AREA_WORKER)


P = PitState
PLACES = Workflow(
    initial=P.AVAILABLE,
    transitions=(
        Transition("request", frozenset({P.AVAILABLE}), P.REQUESTED, follows),
        Transition("adopt", frozenset({P.REQUESTED, P.ADOPTED}), P.ADOPTED, follows),
        Transition("free", frozenset({P.REQUESTED, P.ADOPTED}), P.AVAILABLE, follows),
        Transition("pause", frozenset({P.AVAILABLE, P.REQUESTED, P.ADOPTED}), P.PAUSED, keeps_file,
                   N_("Zet tijdelijk stil"), asks_reason=True),
        Transition("refuse", frozenset({P.AVAILABLE, P.REQUESTED, P.ADOPTED, P.PAUSED}), P.UNSUITABLE, keeps_file,
                   N_("Niet geschikt"), asks_reason=True, is_grave=True),
        Transition("allow", frozenset({P.UNSUITABLE, P.PAUSED}), P.AVAILABLE, keeps_file, N_("Weer beschikbaar")),
        Transition("back_in_request", frozenset({P.AVAILABLE, P.PAUSED}), P.REQUESTED, follows),
        Transition("back_in_care", frozenset({P.AVAILABLE, P.PAUSED}), P.ADOPTED, follows),
        Transition("remove", frozenset(P) - {P.REMOVED}, P.REMOVED, follows),
        Transition("return", frozenset({P.REMOVED}), P.AVAILABLE, follows),
    ),
)  # fmt: skip

A = AdoptionState
ADOPTIONS = Workflow(
    initial=A.DRAFT,
    transitions=(
        Transition("submit", frozenset({A.DRAFT}), A.REQUESTED, is_adopter, N_("Verstuur aanvraag")),
        Transition("queue", frozenset({A.DRAFT}), A.WAITING, is_adopter, N_("Zet me op de wachtlijst")),
        Transition("offer", frozenset({A.WAITING}), A.OFFERED, follows),
        Transition("accept", frozenset({A.OFFERED}), A.REQUESTED, is_adopter, N_("Ja, ik wil deze plek nog")),
        Transition("expire", frozenset({A.OFFERED}), A.EXPIRED, follows),
        Transition("withdraw", frozenset({A.WAITING, *ASKING}), A.WITHDRAWN, is_adopter, N_("Trek mijn aanvraag in")),
        Transition("ask_changes", frozenset({A.REQUESTED}), A.CHANGES_ASKED, advises, N_("Vraag een ander plan"),
                   asks_reason=True),
        Transition("mend", frozenset({A.CHANGES_ASKED}), A.REQUESTED, is_adopter, N_("Verstuur opnieuw")),
        Transition("advise", frozenset({A.REQUESTED}), A.ADVISED, advises, N_("Geef advies"), asks_reason=True),
        Transition("approve", frozenset({A.ADVISED}), A.ACTIVE, records_college, N_("Goedgekeurd")),
        Transition("refuse", frozenset({A.ADVISED}), A.REFUSED, records_college, N_("Geweigerd"), asks_reason=True,
                   is_grave=True),
        Transition("take_over", frozenset({A.DRAFT}), A.ACTIVE, is_adopter, N_("Ik neem het over")),
        Transition("missed", frozenset({A.ACTIVE}), A.VISIT, follows),
        Transition("visit", frozenset({A.ACTIVE}), A.VISIT, tends, N_("Plan een bezoek")),
        Transition("keep", frozenset({A.VISIT, A.WARNED}), A.ACTIVE, tends, N_("Ziet er goed uit")),
        Transition("answer", frozenset({A.VISIT}), A.ACTIVE, is_adopter, N_("Ja, ik zorg nog")),
        Transition("warn", frozenset({A.VISIT}), A.WARNED, tends, N_("Verwittig"), asks_reason=True),
        Transition("lapse", frozenset({A.WARNED}), A.LAPSED, tends, N_("Beëindig: de termijn is om"), is_grave=True),
        Transition("end_by_city", frozenset(CARING), A.ENDED_BY_CITY, tends, N_("Beëindig"), asks_reason=True,
                   is_grave=True),
        Transition("hand_over", frozenset(CARING), A.TRANSFERRED, follows),
        Transition("end", frozenset(CARING), A.ENDED_BY_ADOPTER, follows),
        Transition("end_by_works", HOLDING | {A.WAITING}, A.ENDED_BY_WORKS, follows),
    ),
)  # fmt: skip

REPORTS = Workflow(
    initial=PitReportState.OPEN,
    transitions=(
        Transition("handle", frozenset({PitReportState.OPEN}), PitReportState.DONE, handles, N_("Handel af")),
    ),
)

"""The life of a request, declared once: pages, mails, the area worker's day and tests all ask this table."""

from spreekt.kernel.actor import SYSTEM, Actor, Role
from spreekt.kernel.errors import N_
from spreekt.kernel.workflow import Transition, Workflow
from spreekt.modules.gezellige_wijk.models import RequestState, StreetRequest

MODULE_NAME = "gezellige_wijk"
S = RequestState


def is_applicant(actor: Actor, request: StreetRequest) -> bool:
    """Whether this is the actor's own request."""
    return actor.id is not None and request.account_id == actor.id


def handles(actor: Actor, request: StreetRequest) -> bool:
    """Area workers handle what lies in their areas; nobody handles their own request."""
    return not is_applicant(actor, request) and actor.has(
        Role.AREA_WORKER, area_ids=request.area_ids, module=MODULE_NAME
    )


def writes(actor: Actor, request: StreetRequest) -> bool:
    """The applicant, or the member of staff who fills it in for somebody without an account."""
    if is_applicant(actor, request):
        return True
    return request.account_id is None and actor.id is not None and (
        request.prepared_by_id == actor.id or handles(actor, request)
    )  # fmt: skip


def writes_or_handles(actor: Actor, request: StreetRequest) -> bool:
    return writes(actor, request) or handles(actor, request)


def is_rule(actor: Actor, _request: StreetRequest) -> bool:
    """A date passed; no person decided."""
    return actor == SYSTEM


def handles_or_rule(actor: Actor, request: StreetRequest) -> bool:
    return is_rule(actor, request) or handles(actor, request)


BEFORE_DECISION = frozenset({S.SUBMITTED, S.INCOMPLETE, S.ADVICE, S.SURVEY, S.DECIDING, S.WAITING_LIST})
HOLDABLE = BEFORE_DECISION - {S.INCOMPLETE}
AFTER_GRANT = frozenset({S.NOTED, S.GRANTED, S.CONDITIONAL, S.PREPARED})


def _resuming(source: RequestState) -> Transition:
    def may(actor: Actor, request: StreetRequest) -> bool:
        # None: the step itself empties it in the same breath, so that the table never sees half of it.
        return request.held_from in {source, None} and handles(actor, request)

    return Transition(f"resume-{source.value}", frozenset({S.ON_HOLD}), source, may, N_("Neem weer op"))


CASE = Workflow(
    initial=S.DRAFT,
    transitions=(
        Transition("submit", frozenset({S.DRAFT, S.INCOMPLETE}), S.SUBMITTED, writes, N_("Verstuur aanvraag")),
        Transition("ask-more", frozenset({S.SUBMITTED, S.ADVICE, S.SURVEY, S.DECIDING}), S.INCOMPLETE, handles,
                   N_("Vraag een aanpassing"), asks_reason=True),
        Transition("note", frozenset({S.SUBMITTED}), S.NOTED, handles, N_("Neem kennis: geen toelating nodig")),
        Transition("ask-advice", frozenset({S.SUBMITTED}), S.ADVICE, handles, N_("Vraag advies")),
        Transition("survey", frozenset({S.SUBMITTED, S.ADVICE}), S.SURVEY, handles, N_("Start de bevraging")),
        Transition("to-college", frozenset({S.SUBMITTED, S.ADVICE, S.SURVEY, S.WAITING_LIST}), S.DECIDING, handles,
                   N_("Leg voor aan het college")),
        Transition("queue", frozenset({S.SUBMITTED, S.ADVICE, S.DECIDING}), S.WAITING_LIST, handles,
                   N_("Zet op de wachtlijst"), asks_reason=True),
        Transition("grant", frozenset({S.DECIDING}), S.GRANTED, handles, N_("Toegestaan")),
        Transition("grant-with", frozenset({S.DECIDING}), S.CONDITIONAL, handles, N_("Toegestaan met voorwaarden")),
        Transition("refuse", frozenset({S.DECIDING}), S.REFUSED, handles, N_("Geweigerd"), asks_reason=True,
                   is_grave=True),
        Transition("prepare", frozenset({S.GRANTED, S.CONDITIONAL}), S.PREPARED, handles,
                   N_("Alles staat klaar")),
        Transition("hold", frozenset(HOLDABLE), S.ON_HOLD, handles, N_("Zet in wacht"), asks_reason=True),
        *(_resuming(source) for source in sorted(HOLDABLE)),
        Transition("end", AFTER_GRANT, S.HELD, handles_or_rule, N_("Het is voorbij")),
        Transition("report", frozenset({S.HELD}), S.REPORTED, writes_or_handles, N_("Verstuur verslag")),
        Transition("close", frozenset({S.HELD, S.REPORTED}), S.CLOSED, handles, N_("Sluit af")),
        Transition("withdraw", BEFORE_DECISION | {S.DRAFT, S.ON_HOLD}, S.WITHDRAWN, writes, N_("Trek in")),
        Transition("cancel", AFTER_GRANT, S.CANCELLED, writes_or_handles, N_("Zet stop"), asks_reason=True,
                   is_grave=True),
        Transition("expire", BEFORE_DECISION | {S.DRAFT, S.ON_HOLD}, S.EXPIRED, is_rule),
    ),
)  # fmt: skip

STATE_WORDS = {
    S.DRAFT: N_("Nog niet verstuurd"),
    S.SUBMITTED: N_("Ingediend"),
    S.INCOMPLETE: N_("Aan te vullen"),
    S.ADVICE: N_("In advies"),
    S.SURVEY: N_("De buren worden gevraagd"),
    S.DECIDING: N_("Wacht op het college"),
    S.WAITING_LIST: N_("Op de wachtlijst"),
    S.NOTED: N_("Gemeld"),
    S.GRANTED: N_("Toegestaan"),
    S.CONDITIONAL: N_("Toegestaan met voorwaarden"),
    S.REFUSED: N_("Geweigerd"),
    S.PREPARED: N_("Alles staat klaar"),
    S.HELD: N_("Voorbij"),
    S.REPORTED: N_("Verslag binnen"),
    S.CLOSED: N_("Afgesloten"),
    S.ON_HOLD: N_("In wacht"),
    S.WITHDRAWN: N_("Ingetrokken"),
    S.CANCELLED: N_("Stopgezet"),
    S.EXPIRED: N_("Vervallen"),
}
"""A state in the words of residents."""
STATE_LOOKS = {
    **dict.fromkeys((S.DRAFT, S.INCOMPLETE), "draft"),
    **dict.fromkeys((S.SUBMITTED, S.ADVICE, S.SURVEY, S.DECIDING, S.WAITING_LIST, S.ON_HOLD), "waiting"),
    **dict.fromkeys((S.NOTED, S.GRANTED, S.CONDITIONAL, S.PREPARED), "done"),
    **dict.fromkeys((S.HELD, S.REPORTED, S.CLOSED), "closed"),
    **dict.fromkeys((S.REFUSED, S.CANCELLED, S.WITHDRAWN, S.EXPIRED), "refused"),
}

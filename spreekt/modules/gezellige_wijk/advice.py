"""Asking advice, together or in order, and taking what advisers say, also by a link that opens one advice only."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import SYSTEM, Actor, Role
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid, NotThere
from spreekt.kernel.text import clean_line, clean_text
from spreekt.kernel.vault import Vault
from spreekt.kernel.workflow import Transition, Workflow, move
from spreekt.modules.gezellige_wijk.case_models import Advice, AdviceState
from spreekt.modules.gezellige_wijk.links import new_nonce, nonce_of
from spreekt.modules.gezellige_wijk.models import RequestState, StreetRequest
from spreekt.modules.gezellige_wijk.regulation_file import Regulations
from spreekt.modules.gezellige_wijk.rules.days import ClosedDays
from spreekt.modules.gezellige_wijk.workflow import CASE, MODULE_NAME, handles
from spreekt.territory.models import Area

PURPOSE = "advice"
A = AdviceState
SETTLED = frozenset({A.POSITIVE, A.LIMITED, A.NEGATIVE, A.SILENT, A.DROPPED})


class NobodyAdvises(Invalid):
    says = N_("Voor deze aanvraag staat geen adviseur in de regels. Leg ze voor aan het college.")


class AdviceIsOver(DomainError):
    """The link was for an advice that is not asked any more."""

    status = 404
    says = N_("Dit advies wordt niet meer gevraagd. De aanvraag is veranderd, beslist of ingetrokken.")


def advises(actor: Actor, advice: Advice) -> bool:
    """Staff who were asked: internal advisers. External ones come by their own link."""
    return not advice.mail and actor.has(Role.ADVISER, Role.SERVICE, module=MODULE_NAME)


def asks(actor: Actor, advice: Advice) -> bool:
    """The area worker, or the order of turns itself."""
    return actor == SYSTEM or handles(actor, advice.request)


def by_link_or_staff(actor: Actor, advice: Advice) -> bool:
    """Who holds the link is the adviser: the view looked at it, and acts as the system."""
    return actor == SYSTEM or advises(actor, advice)


def is_rule(actor: Actor, _advice: Advice) -> bool:
    return actor == SYSTEM


ADVISING = Workflow(
    initial=A.WAITING,
    transitions=(
        Transition("ask", frozenset({A.WAITING}), A.ASKED, asks),
        Transition("positive", frozenset({A.ASKED, A.SILENT}), A.POSITIVE, by_link_or_staff, N_("Gunstig")),
        Transition("limited", frozenset({A.ASKED, A.SILENT}), A.LIMITED, by_link_or_staff,
                   N_("Gunstig met voorwaarden")),
        Transition("negative", frozenset({A.ASKED, A.SILENT}), A.NEGATIVE, by_link_or_staff, N_("Ongunstig"),
                   asks_reason=True),
        Transition("pass-by", frozenset({A.ASKED}), A.SILENT, is_rule),
        Transition("drop", frozenset({A.WAITING, A.ASKED}), A.DROPPED, asks),
    ),
)  # fmt: skip


def advices_of(db: Session, request_id: int) -> Sequence[Advice]:
    """Every advice on a request, the newest round first, in the order in which they are asked."""
    return db.scalars(
        select(Advice).where(Advice.request_id == request_id).order_by(Advice.round.desc(), Advice.turn, Advice.id)
    ).all()


def newest(advices: Sequence[Advice]) -> list[Advice]:
    """Those of the last round only."""
    last = max((advice.round for advice in advices), default=0)
    return [advice for advice in advices if advice.round == last]


def ask(
    db: Session, request: StreetRequest, *, regulations: Regulations, codes: Sequence[str] | None, in_order: bool,
    by: Actor, now: datetime,
) -> list[Advice]:  # fmt: skip
    """Ask the advisers of the rule, or those of `codes`: in the turns of the rule, or all together."""
    rule = regulations.rule(request.rule_code)
    asked = [adviser for adviser in rule.advisers if codes is None or adviser.code in codes]
    if not asked:
        raise NobodyAdvises
    round = (db.scalar(select(func.max(Advice.round)).where(Advice.request_id == request.id)) or 0) + 1
    first = min(adviser.turn for adviser in asked)
    made = [
        Advice(request_id=request.id, request=request, round=round, adviser=adviser.code, name=adviser.name,
               turn=adviser.turn - first + 1 if in_order else 1, working_days=adviser.days, mail=adviser.mail,
               nonce=new_nonce())
        for adviser in asked
    ]  # fmt: skip
    db.add_all(made)
    move(db, CASE, request, "ask-advice", by=by)
    _ask_turn(db, made, 1, regulations.closed, now=now)
    outbox.record(db, "street-request.moved", request_id=request.id, act="ask-advice")
    return made


def _ask_turn(db: Session, advices: Sequence[Advice], turn: int, closed: ClosedDays, *, now: datetime) -> None:
    today = now.astimezone(BRUSSELS).date()
    for advice in advices:
        if advice.turn == turn and advice.state is A.WAITING:
            advice.asked_at = now
            advice.due_on = closed.working_days_after(today, advice.working_days)
            move(db, ADVISING, advice, "ask", by=SYSTEM)
            outbox.record(db, "street-advice.asked", advice_id=advice.id)


def answer(
    db: Session, advice: Advice, act: str, *, conditions: str, words: str, signed: str, closed: ClosedDays, by: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """An adviser says positive, limited or negative. Late is still taken, until the decision."""
    if advice.request.state is not RequestState.ADVICE:
        raise AdviceIsOver
    if by == SYSTEM and not advice.mail:
        raise Forbidden
    advice.conditions = clean_text(conditions, most=2000).strip() if act == "limited" else ""
    advice.words = clean_text(words, most=2000).strip()
    if act == "limited" and not advice.conditions:
        raise Invalid(N_("Schrijf de voorwaarden: één per regel."))
    if act == "negative" and len(advice.words) < 5:
        raise Invalid(N_("Schrijf waarom het advies ongunstig is. De aanvrager leest dit."))
    advice.signed = clean_line(signed, most=80, least=2)
    advice.answered_at, advice.answered_by_id = now, by.id
    move(db, ADVISING, advice, act, by=by)
    outbox.record(db, "street-advice.answered", advice_id=advice.id)
    _next_turn(db, advice.request_id, closed, now=now)


def _next_turn(db: Session, request_id: int, closed: ClosedDays, *, now: datetime) -> None:
    """When a whole turn has spoken and nobody said no, the next is asked."""
    here = newest(advices_of(db, request_id))
    waiting = [advice.turn for advice in here if advice.state is A.WAITING]
    if not waiting or any(advice.state is A.NEGATIVE for advice in here):
        return
    if all(advice.state in SETTLED for advice in here if advice.turn < min(waiting)):
        _ask_turn(db, here, min(waiting), closed, now=now)


def pass_dates(db: Session, closed: ClosedDays, now: datetime) -> None:
    """Who said nothing by the due date is silent, and the next turn is asked. Running it again does nothing."""
    today = now.astimezone(BRUSSELS).date()
    late = db.scalars(
        select(Advice).where(Advice.state == A.ASKED, Advice.due_on < today).options(joinedload(Advice.request))
    ).all()
    for advice in late:
        move(db, ADVISING, advice, "pass-by", by=SYSTEM)
        outbox.record(db, "street-advice.answered", advice_id=advice.id)
        _next_turn(db, advice.request_id, closed, now=now)


def by_link(db: Session, vault: Vault, token: str) -> Advice:
    """The one advice that a link opens, until the request moves on. Raises NotThere or AdviceIsOver."""
    nonce = nonce_of(vault, PURPOSE, token)
    advice = db.scalars(
        select(Advice).where(Advice.nonce == (nonce or "-")).options(joinedload(Advice.request))
    ).one_or_none()
    if nonce is None or advice is None or not advice.mail:
        raise NotThere
    if advice.request.state is not RequestState.ADVICE or advice not in newest(advices_of(db, advice.request_id)):
        raise AdviceIsOver
    return advice


def note_opened(db: Session, advice: Advice) -> None:
    """An answer came by link: the log says which link, and that nobody was signed in."""
    audit.record(db, by=SYSTEM, act="street-advice.link-used", subject=f"street-advice:{advice.id}")


def conditions_of(advices: Sequence[Advice]) -> str:
    """The conditions of all advisers of the last round, one a line, each with who asks it."""
    return "\n".join(
        f"{line.strip()} ({advice.name})"
        for advice in newest(advices)
        if advice.state is A.LIMITED
        for line in advice.conditions.splitlines()
        if line.strip()
    )


def waiting_for_staff(db: Session) -> Sequence[Advice]:
    """What internal advisers still have to say, what is due first on top."""
    return db.scalars(
        select(Advice)
        .join(StreetRequest)
        .where(Advice.state.in_([A.ASKED, A.SILENT]), Advice.mail == "", StreetRequest.state == RequestState.ADVICE)
        .options(
            joinedload(Advice.request).selectinload(StreetRequest.areas).defer(Area.outline),
            joinedload(Advice.request).selectinload(StreetRequest.segments),
        )
        .order_by(Advice.due_on, Advice.id)
        .limit(200)
    ).all()


def advice_for(db: Session, id: int) -> Advice | None:
    """One advice with its request."""
    return db.scalars(select(Advice).where(Advice.id == id).options(selectinload(Advice.request))).one_or_none()

"""The city's answer: who may give it, when it is late, and what comes with it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, Forbidden, Invalid, NotThere
from spreekt.kernel.markup import render_markdown
from spreekt.kernel.text import clean_line, clean_text
from spreekt.moderation.workflow import is_author
from spreekt.modules.voorstellen.models import PROPOSALS, AnswerKind, OfficialAnswer, Proposal

ANSWERERS = (Role.SERVICE, Role.AREA_WORKER)
WARN_BEFORE = timedelta(days=5)
WARN_AGAIN = timedelta(days=7)
LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Reply:
    """What the city says; `next_step_on` is when something happens next, where a date is known."""

    kind: AnswerKind
    service: str
    text: str
    next_step_on: date | None


def may_answer(actor: Actor, proposal: Proposal) -> bool:
    """Services everywhere or where they were asked to, area workers in their areas; nobody their own proposal."""
    area_ids = [area.id for area in proposal.areas]
    return (
        actor.has_second_factor
        and not is_author(actor, proposal)
        and actor.has(*ANSWERERS, area_ids=area_ids, module=proposal.kind)
    )


def areas_answered_by(actor: Actor) -> Collection[int] | None:
    """The areas whose proposals this actor answers; None: all of the city."""
    grants = [
        grant
        for grant in actor.grants
        if grant.role in ANSWERERS and grant.module in {None, Proposal.__mapper__.polymorphic_identity}
    ]
    if any(grant.area_id is None for grant in grants):
        return None
    return {grant.area_id for grant in grants if grant.area_id is not None}


def answer(db: Session, proposal: Proposal, reply: Reply, *, by: Actor, now: datetime) -> OfficialAnswer:
    """Answer in the city's name. Earlier answers stay; this one stops the clock.

    Raises NotThere, Forbidden or Invalid.
    """
    if not proposal.is_public:
        raise NotThere
    if not may_answer(by, proposal) or by.id is None:
        raise Forbidden
    if reply.next_step_on is not None and reply.next_step_on < now.astimezone(BRUSSELS).date():
        raise Invalid(N_("Kies voor de volgende stap een dag die nog komt, of laat dit leeg."))
    text = clean_text(reply.text, most=LONGEST, least=20)
    given = OfficialAnswer(
        proposal_id=proposal.id,
        answer=reply.kind,
        service=clean_line(reply.service, most=80, least=2),
        text=text,
        text_html=render_markdown(text),
        next_step_on=reply.next_step_on,
        answered_by_id=by.id,
        answered_at=now,
    )
    db.add(given)
    db.execute(update(PROPOSALS).where(PROPOSALS.c.id == proposal.id).values(answered_at=now, latest_answer=reply.kind))
    db.flush()
    db.expire(proposal, ["answered_at", "latest_answer", "answers"])
    audit.record(db, by=by, act="voorstel.answer", subject=f"voorstel:{proposal.id}", reason=reply.kind.value)
    outbox.record(db, "proposal.answered", answer_id=given.id, proposal_id=proposal.id)
    return given


def remind_of_due_answers(db: Session, now: datetime) -> None:
    """Five days before an answer is due, and each week after it, those who answer are told. Twice a day tells once."""
    today = now.astimezone(BRUSSELS).date()
    reminded = db.scalars(
        update(PROPOSALS)
        .where(
            PROPOSALS.c.answered_at.is_(None),
            PROPOSALS.c.answer_due_on <= today + WARN_BEFORE,
            or_(PROPOSALS.c.reminded_on.is_(None), PROPOSALS.c.reminded_on <= today - WARN_AGAIN),
        )
        .values(reminded_on=today)
        .returning(PROPOSALS.c.id)
    ).all()
    for proposal_id in reminded:
        outbox.record(db, "proposal.answer-due", proposal_id=proposal_id)

"""The city judges a dossier: conditions, feasibility, the group's answer. Advice: advising.py; list: balloting.py."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel import audit, outbox, workflow
from spreekt.kernel.actor import SYSTEM, Actor
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid, NotThere, StaleVersion
from spreekt.kernel.text import clean_text
from spreekt.moderation.domain import keep_revision
from spreekt.moderation.models import State
from spreekt.modules.burgerbudget.domain import VotingHasOpened
from spreekt.modules.burgerbudget.dossiers import group
from spreekt.modules.burgerbudget.dossiers.advice_models import Criterion, DossierDecision, Finding
from spreekt.modules.burgerbudget.dossiers.domain import OutsideCall, amount_fault, mark
from spreekt.modules.burgerbudget.dossiers.models import GROUP_ACTS, CostKind, Dossier, Stage
from spreekt.modules.burgerbudget.dossiers.opening import ListIsFixed, due_after
from spreekt.modules.burgerbudget.dossiers.workflow import TEXTS, is_lead, is_member, may_screen, move
from spreekt.territory.models import Area

CRITERIA_WORDS = {
    Criterion.TERRITORY: N_("Het project ligt in de stad"),
    Criterion.GENERAL_INTEREST: N_("Het is goed voor meer mensen dan de groep"),
    Criterion.NON_COMMERCIAL: N_("Het is niet commercieel en niet privé"),
    Criterion.NEUTRAL: N_("Het is niet godsdienstig, levensbeschouwelijk of partijpolitiek"),
    Criterion.AMOUNT: N_("Het bedrag past in het reglement"),
    Criterion.COMPLETE: N_("Het dossier is volledig"),
    Criterion.NO_DOUBLE_GRANT: N_("Er is geen andere subsidie van de stad voor"),
}
SCREENINGS = ("admit", "refuse", "ask_completion")
EXPLAINED = frozenset({"refuse", "ask_completion", "deem_feasible_if", "deem_not_feasible"})
FEASIBILITIES = ("deem_feasible", "deem_feasible_if", "deem_not_feasible")
REPLIES = {Stage.INADMISSIBLE: ("refuse", "reply"), Stage.NOT_FEASIBLE: ("deem_not_feasible", "object")}
"""In these stages a group may answer once: on which decision, and by which step."""
MOVABLE = frozenset({
    Stage.SUBMITTED, Stage.COMPLETION, Stage.INADMISSIBLE, Stage.ADMISSIBLE, Stage.CHANGES, Stage.FEASIBLE,
    Stage.NOT_FEASIBLE,
})  # fmt: skip
"""While the city judges it, a dossier can go to another area."""
ANSWERABLE = frozenset(act for act, _step in REPLIES.values())
LONGEST = 3000
ACT_WORDS = {
    "admit": N_("Het voorstel voldoet aan de voorwaarden"),
    "refuse": N_("Het voorstel voldoet niet aan de voorwaarden"),
    "ask_completion": N_("De stad vraagt om het dossier aan te vullen"),
    "deem_feasible": N_("Het voorstel is haalbaar"),
    "deem_feasible_if": N_("Het voorstel is haalbaar met een aanpassing"),
    "deem_not_feasible": N_("Het voorstel is niet haalbaar"),
    "reopen": N_("De stad bekijkt het voorstel opnieuw met de groep"),
    "take_off": N_("Het voorstel gaat van de lijst; de stad bekijkt het opnieuw met de groep"),
}


class NeedsReason(Invalid):
    """A decision that is not plain yes says why, and what can be done about it."""

    says = N_("Schrijf waarom, en wat de groep eraan kan doen.")


class ChecklistContradicts(Invalid):
    """The checklist says something else than the decision."""

    says = N_("Je beslissing past niet bij de lijst. Voldoet het, dan is alles in orde; voldoet het niet, dan niet.")


class GroupHasTime(DomainError):
    """What was asked may still come in."""

    says = N_("De groep heeft nog tijd om aan te vullen of aan te passen. Beslis als de termijn voorbij is.")


class AmountOutOfBounds(Invalid):
    """What the group asks does not fit the regulation."""

    says = N_("Het bedrag past niet in het reglement. Vraag de groep om het plan aan te passen.")


class NoReplyLeft(DomainError):
    """Answered before, or too late."""

    says = N_("Jullie kunnen op deze beslissing niet meer antwoorden: dat kan één keer, binnen de termijn.")


def fingerprint_of(dossier: Dossier) -> str:
    """SHA-256 of title, text, place, price and areas, as canonical JSON: what was judged and what was voted on.

    With the theme where it asks for a theme's money.
    """
    content = [dossier.title, dossier.body, dossier.place, dossier.asked_cents, dossier.total(CostKind.UPKEEP),
               sorted(area.code for area in dossier.areas), *filter(None, [dossier.theme])]  # fmt: skip
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def plan_mark(dossier: Dossier) -> str:
    """Recognises all that a page of the desk showed: also lines, planning, PDFs and photos, which have rows apart."""
    rows = (
        [(line.kind, line.label, line.amount_cents) for line in dossier.costs],
        [(step.label, step.until) for step in dossier.steps],
        [attached.id for attached in dossier.attachments],
        [picture.id for picture in dossier.pictures],
    )
    return mark(dossier.version, fingerprint_of(dossier), *rows)


def screen(
    db: Session, dossier: Dossier, act: str, *, failed: Mapping[Criterion, str], words: str, remedy: str,
    seen_version: str | None, by: Actor, now: datetime,
) -> DossierDecision:  # fmt: skip
    """Decide on the conditions; `failed` gives a reason for each that is not met. `now` is the database's clock.

    `seen_version` is the `plan_mark` of what the judge read. What was to be completed and did not come back in time is
    decided as it is. Raises StaleVersion, GroupHasTime, ChecklistContradicts, NeedsReason, VotingHasOpened.
    """
    if act not in SCREENINGS:
        raise NotThere
    _guard(dossier, seen_version, by=by, now=now)
    if group_has_time(dossier, now):
        raise GroupHasTime
    if (act == "admit") == bool(failed) and act != "ask_completion":
        raise ChecklistContradicts
    if any(not reason.strip() for reason in failed.values()):
        raise NeedsReason
    rules = group.rules_of(db, dossier)
    days = {"refuse": _reply_days(db, dossier, act), "ask_completion": rules.mend_days}.get(act)
    decision = decide(db, dossier, act, words=words, remedy=remedy, days=days, by=by, now=now)
    decision.findings = [
        Finding(criterion=each, passed=each not in failed, reason=failed.get(each, "").strip()) for each in Criterion
    ]
    if act == "admit" and dossier.state == State.DRAFT:
        dossier.published_at = now  # before the state: the table asks for both at once
        workflow.move(db, TEXTS, dossier, "publish", by=by)
        keep_revision(db, dossier, now=now)
    db.flush()
    return decision


def judge(
    db: Session, dossier: Dossier, act: str, *, words: str, remedy: str, seen_version: str | None, by: Actor,
    now: datetime,
) -> DossierDecision:  # fmt: skip
    """Decide whether it can be done: yes, yes with changes, no. Anything but yes is explained.

    `seen_version` is the `plan_mark` of what the judge read. What was to be changed and did not come back in time is
    decided as it is. Raises StaleVersion, GroupHasTime, NeedsReason, AmountOutOfBounds, VotingHasOpened.
    """
    if act not in FEASIBILITIES:
        raise NotThere
    _guard(dossier, seen_version, by=by, now=now)
    if group_has_time(dossier, now):
        raise GroupHasTime
    rules = group.rules_of(db, dossier)
    if act == "deem_feasible" and amount_fault(dossier, rules):
        raise AmountOutOfBounds
    days = {"deem_not_feasible": _reply_days(db, dossier, act), "deem_feasible_if": rules.mend_days}.get(act)
    return decide(db, dossier, act, words=words, remedy=remedy, days=days, by=by, now=now)


def reopen(db: Session, dossier: Dossier, *, words: str, by: Actor, now: datetime) -> DossierDecision:
    """Take "feasible" back before the plan is on the list; the group reads why. Raises Invalid, VotingHasOpened."""
    _guard(dossier, None, by=by, now=now)
    if not words.strip():
        raise Invalid(N_("Schrijf waarom de stad dit voorstel opnieuw bekijkt."))
    return decide(db, dossier, "reopen", words=words, remedy="", days=None, by=by, now=now)


def reply(db: Session, dossier: Dossier, text: str, *, by: Actor, now: datetime) -> None:
    """The group answers a refusal, once and in time; the city looks again. Raises ListIsFixed, NoReplyLeft."""
    if not is_member(by, dossier) or dossier.stage not in REPLIES:
        raise NotThere
    if not is_lead(by, dossier):
        raise Forbidden
    if not dossier.round.may_change(now):
        raise ListIsFixed
    act, step = REPLIES[dossier.stage]
    of_this = select(DossierDecision).where(DossierDecision.dossier_id == dossier.id, DossierDecision.act == act)
    found = db.scalars(of_this.order_by(DossierDecision.id.desc())).all()
    if not found or any(each.replied_at is not None for each in found) or not _in_time(found[0], now):
        raise NoReplyLeft
    words = clean_text(text, most=LONGEST, least=10)
    found[0].reply, found[0].replied_at = words, now
    move(db, dossier, step, by=by)
    outbox.record(db, "dossier.replied", decision_id=found[0].id)


def group_has_time(dossier: Dossier, now: datetime) -> bool:
    """Whether a group that was asked to complete or change its dossier is within its days."""
    return dossier.stage in GROUP_ACTS and dossier.due_at is not None and now < dossier.due_at


def is_final(decision: DossierDecision) -> bool:
    """A refusal after the group's one answer: the platform takes no second one."""
    return decision.act in ANSWERABLE and decision.due_at is None


def may_reply(dossier: Dossier, decisions: Sequence[DossierDecision], *, by: Actor, now: datetime) -> bool:
    """Whether the button to answer makes sense for this reader."""
    if not is_lead(by, dossier) or dossier.stage not in REPLIES or not dossier.round.may_change(now):
        return False
    found = [each for each in decisions if each.act == REPLIES[dossier.stage][0]]
    return bool(found) and all(each.replied_at is None for each in found) and _in_time(found[0], now)


def send_back(db: Session, dossier: Dossier, *, by: Actor, now: datetime) -> None:
    """The group completed what was asked, or made the change: the city looks again. Raises ListIsFixed."""
    if not is_member(by, dossier):
        raise NotThere
    if not dossier.round.may_change(now):
        raise ListIsFixed
    move(db, dossier, "changed" if dossier.stage is Stage.CHANGES else "complete", by=by)
    outbox.record(db, "dossier.sent-back", dossier_id=dossier.id)


def move_to(db: Session, dossier: Dossier, area: Area | None, *, reason: str, by: Actor, now: datetime) -> None:
    """Put a dossier in another area, or in the whole city. Who may judge it here and there may move it.

    What was feasible is judged anew: place and pot are part of the plan. Raises Invalid, OutsideCall.
    """
    _guard(dossier, None, by=by, now=now)
    if dossier.stage not in MOVABLE:
        raise Invalid(N_("Dit voorstel kan je nu niet verplaatsen."))
    if not reason.strip():
        raise Invalid(N_("Schrijf waarom dit voorstel naar een andere deelgemeente gaat."))
    areas = [area] if area is not None else []
    if not dossier.may_lie_in(areas):
        raise OutsideCall
    dossier.areas = areas
    if dossier.stage is Stage.FEASIBLE:
        move(db, dossier, "reopen", by=SYSTEM)
    db.flush()
    audit.record(db, by=by, act="dossier.move-area", subject=f"dossier:{dossier.id}", reason=reason.strip()[:300])
    outbox.record(db, "dossier.moved", dossier_id=dossier.id)


def _guard(dossier: Dossier, seen_version: str | None, *, by: Actor, now: datetime) -> None:
    if not may_screen(by, dossier):
        raise Forbidden
    if not dossier.round.may_change(now):
        raise VotingHasOpened
    if seen_version is not None and seen_version != plan_mark(dossier):
        raise StaleVersion


def decide(
    db: Session, dossier: Dossier, act: str, *, words: str, remedy: str, days: int | None, by: Actor, now: datetime
) -> DossierDecision:
    """Take a step and keep why, with the fingerprint of what was judged. Raises NeedsReason, IllegalTransition."""
    why, way = clean_text(words, most=LONGEST), clean_text(remedy, most=LONGEST)
    if act in EXPLAINED and not (why and way):
        raise NeedsReason
    if by.id is None:
        raise Forbidden
    judged = fingerprint_of(dossier)
    move(db, dossier, act, by=by)
    decision = DossierDecision(
        dossier_id=dossier.id, act=act, words=why, remedy=way, text_sha256=judged, decided_at=now,
        decided_by_id=by.id, due_at=due_after(dossier, now, days=days) if days is not None else None,
    )  # fmt: skip
    dossier.due_at = decision.due_at
    db.add(decision)
    db.flush()
    outbox.record(db, "dossier.decided", decision_id=decision.id)
    return decision


def _reply_days(db: Session, dossier: Dossier, act: str) -> int | None:
    """The days a group has to answer this refusal; None once it answered one like it."""
    answered = select(DossierDecision.id).where(
        DossierDecision.dossier_id == dossier.id, DossierDecision.act == act, DossierDecision.replied_at.is_not(None)
    )
    return None if db.scalar(answered.limit(1)) is not None else group.rules_of(db, dossier).reply_days


def _in_time(decision: DossierDecision, now: datetime) -> bool:
    return decision.due_at is not None and now < decision.due_at

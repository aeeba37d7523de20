"""The city judges a dossier: conditions, feasibility, the group's answer. Advice and merging are in advising.py."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel import audit, outbox, workflow
from spreekt.kernel.actor import SYSTEM, Actor
from spreekt.kernel.clock import end_of_day
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid, NotThere, StaleVersion
from spreekt.kernel.text import clean_text
from spreekt.moderation.domain import keep_revision
from spreekt.moderation.models import State
from spreekt.modules.burgerbudget.domain import (
    ProjectPlan,
    VotingHasOpened,
    add_project,
    dossier_of,
    withdraw_project,
)
from spreekt.modules.burgerbudget.dossiers import group
from spreekt.modules.burgerbudget.dossiers.advice_models import Criterion, DossierDecision, Finding
from spreekt.modules.burgerbudget.dossiers.domain import amount_fault
from spreekt.modules.burgerbudget.dossiers.models import CostKind, Dossier, Stage
from spreekt.modules.burgerbudget.dossiers.workflow import TEXTS, is_lead, is_member, may_screen, move
from spreekt.modules.burgerbudget.models import Project
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
FEASIBILITIES = ("deem_feasible", "deem_feasible_if", "deem_not_feasible")
REPLIES = {Stage.INADMISSIBLE: ("refuse", "reply"), Stage.NOT_FEASIBLE: ("deem_not_feasible", "object")}
"""In these stages a group may answer once: on which decision, and by which step."""
MOVABLE = frozenset({
    Stage.SUBMITTED, Stage.COMPLETION, Stage.INADMISSIBLE, Stage.ADMISSIBLE, Stage.CHANGES, Stage.FEASIBLE,
    Stage.NOT_FEASIBLE,
})  # fmt: skip
"""While the city judges it, a dossier can go to another area."""
LONGEST = 3000
ACT_WORDS = {
    "admit": N_("Het voorstel voldoet aan de voorwaarden"),
    "refuse": N_("Het voorstel voldoet niet aan de voorwaarden"),
    "ask_completion": N_("De stad vraagt om het dossier aan te vullen"),
    "deem_feasible": N_("Het voorstel is haalbaar"),
    "deem_feasible_if": N_("Het voorstel is haalbaar met een aanpassing"),
    "deem_not_feasible": N_("Het voorstel is niet haalbaar"),
    "take_off": N_("Het voorstel gaat van de lijst; de stad bekijkt het opnieuw met de groep"),
}


class NeedsReason(Invalid):
    """A decision that is not plain yes says why, and what can be done about it."""

    says = N_("Schrijf waarom, en wat de groep eraan kan doen.")


class ChecklistContradicts(Invalid):
    """The checklist says something else than the decision."""

    says = N_("Je beslissing past niet bij de lijst. Voldoet het, dan is alles in orde; voldoet het niet, dan niet.")


class AmountOutOfBounds(Invalid):
    """What the group asks does not fit the regulation."""

    says = N_("Het bedrag past niet in het reglement. Vraag de groep om het plan aan te passen.")


class NotJudged(DomainError):
    """The plan is another one than the city found feasible."""

    says = N_("Tekst of prijs is anders dan wat de stad haalbaar vond. Zo komt het voorstel niet op de lijst.")


class NoReplyLeft(DomainError):
    """Answered before, or too late."""

    says = N_("Jullie kunnen op deze beslissing niet meer antwoorden: dat kan één keer, binnen de termijn.")


def fingerprint_of(dossier: Dossier) -> str:
    """SHA-256 of title, text, place, price and areas, as canonical JSON: what was judged and what was voted on."""
    content = [dossier.title, dossier.body, dossier.place, dossier.asked_cents, dossier.total(CostKind.UPKEEP),
               sorted(area.code for area in dossier.areas)]  # fmt: skip
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def screen(
    db: Session, dossier: Dossier, act: str, *, failed: Mapping[Criterion, str], words: str, remedy: str,
    seen_version: int | None, by: Actor, now: datetime,
) -> DossierDecision:  # fmt: skip
    """Decide on the conditions; `failed` gives a reason for each that is not met. `now` is the database's clock.

    Raises StaleVersion, ChecklistContradicts, NeedsReason, VotingHasOpened.
    """
    if act not in SCREENINGS:
        raise NotThere
    _guard(dossier, seen_version, by=by, now=now)
    if (act == "admit") == bool(failed) and act != "ask_completion":
        raise ChecklistContradicts
    if any(not reason.strip() for reason in failed.values()):
        raise NeedsReason
    rules = group.rules_of(db, dossier)
    days = {"refuse": rules.reply_days, "ask_completion": rules.mend_days}.get(act)
    decision = _decide(db, dossier, act, words=words, remedy=remedy, days=days, by=by, now=now)
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
    db: Session, dossier: Dossier, act: str, *, words: str, remedy: str, seen_version: int | None, by: Actor,
    now: datetime,
) -> DossierDecision:  # fmt: skip
    """Decide whether it can be done: yes, yes with changes, no. Anything but yes is explained.

    Raises StaleVersion, NeedsReason, AmountOutOfBounds, VotingHasOpened.
    """
    if act not in FEASIBILITIES:
        raise NotThere
    _guard(dossier, seen_version, by=by, now=now)
    rules = group.rules_of(db, dossier)
    if act == "deem_feasible" and amount_fault(dossier, rules):
        raise AmountOutOfBounds
    days = {"deem_not_feasible": rules.reply_days, "deem_feasible_if": rules.mend_days}.get(act)
    return _decide(db, dossier, act, words=words, remedy=remedy, days=days, by=by, now=now)


def reply(db: Session, dossier: Dossier, text: str, *, by: Actor, now: datetime) -> None:
    """The group answers a refusal, once and in time; the city looks again. Raises NoReplyLeft."""
    if not is_member(by, dossier) or dossier.stage not in REPLIES:
        raise NotThere
    if not is_lead(by, dossier):
        raise Forbidden
    act, step = REPLIES[dossier.stage]
    of_this = select(DossierDecision).where(DossierDecision.dossier_id == dossier.id, DossierDecision.act == act)
    found = db.scalars(of_this.order_by(DossierDecision.id.desc())).all()
    if not found or any(each.replied_at is not None for each in found) or not _in_time(found[0], now):
        raise NoReplyLeft
    words = clean_text(text, most=LONGEST, least=10)
    found[0].reply, found[0].replied_at = words, now
    move(db, dossier, step, by=by)
    outbox.record(db, "dossier.replied", decision_id=found[0].id)


def may_reply(dossier: Dossier, decisions: Sequence[DossierDecision], *, by: Actor, now: datetime) -> bool:
    """Whether the button to answer makes sense for this reader."""
    if not is_lead(by, dossier) or dossier.stage not in REPLIES:
        return False
    found = [each for each in decisions if each.act == REPLIES[dossier.stage][0]]
    return bool(found) and all(each.replied_at is None for each in found) and _in_time(found[0], now)


def send_back(db: Session, dossier: Dossier, *, by: Actor) -> None:
    """The group completed what was asked, or made the change: the city looks again."""
    if not is_member(by, dossier):
        raise NotThere
    move(db, dossier, "changed" if dossier.stage is Stage.CHANGES else "complete", by=by)
    outbox.record(db, "dossier.sent-back", dossier_id=dossier.id)


def move_to(db: Session, dossier: Dossier, area: Area | None, *, reason: str, by: Actor, now: datetime) -> None:
    """Put a dossier in another area, or in the whole city. Who may judge it here and there may move it.

    What was feasible is judged anew: place and pot are part of the plan.
    """
    _guard(dossier, None, by=by, now=now)
    if dossier.stage not in MOVABLE:
        raise Invalid(N_("Dit voorstel kan je nu niet verplaatsen."))
    if not reason.strip():
        raise Invalid(N_("Schrijf waarom dit voorstel naar een andere deelgemeente gaat."))
    dossier.areas = [area] if area is not None else []
    if dossier.stage is Stage.FEASIBLE:
        move(db, dossier, "reopen", by=SYSTEM)
    db.flush()
    audit.record(db, by=by, act="dossier.move-area", subject=f"dossier:{dossier.id}", reason=reason.strip()[:300])
    outbox.record(db, "dossier.moved", dossier_id=dossier.id)


def put_on_ballot(db: Session, dossier: Dossier, *, code: str, by: Actor, now: datetime, theme: str = "") -> None:
    """Freeze text and price, with their hash, and put them on the ballot as a project of the round.

    `theme` is the city's word for it, by which voters filter.

    Raises VotingHasOpened, NotJudged, AmountOutOfBounds, TooExpensive, CodeTaken, IllegalTransition.
    """
    sealed = fingerprint_of(dossier)
    if dossier.stage is Stage.FEASIBLE and sealed != _judged_feasible(db, dossier):
        raise NotJudged
    if amount_fault(dossier, group.rules_of(db, dossier)):
        raise AmountOutOfBounds
    areas = frozenset(area.id for area in dossier.areas)
    plan = ProjectPlan(code=code, title=dossier.title, body=dossier.body, cost_cents=dossier.asked_cents,
                       area_ids=areas, theme=theme, origin_id=dossier.id, latitude=dossier.latitude,
                       longitude=dossier.longitude)  # fmt: skip
    project = add_project(db, dossier.round, plan, by=by, now=now)
    with db.no_autoflush:
        dossier.project_id, dossier.frozen_sha256 = project.id, sealed
        move(db, dossier, "put_on_ballot", by=by, reason=sealed)
    outbox.record(db, "dossier.on-ballot", dossier_id=dossier.id)


def take_off_ballot(db: Session, project: Project, *, reason: str, by: Actor, now: datetime) -> None:
    """Take a project off the list. The group behind it reads why, and the city judges their dossier anew.

    Raises VotingHasOpened, Invalid without a reason.
    """
    dossier = dossier_of(db, project)
    withdraw_project(db, project, reason=reason, by=by, now=now)
    if dossier is None:
        return
    with db.no_autoflush:  # stage, project and hash together: the table asks for all three at once
        dossier.project_id, dossier.frozen_sha256 = None, ""
        _decide(db, dossier, "take_off", words=reason, remedy="", days=None, by=by, now=now)


def _guard(dossier: Dossier, seen_version: int | None, *, by: Actor, now: datetime) -> None:
    if not may_screen(by, dossier):
        raise Forbidden
    if not dossier.round.may_change(now):
        raise VotingHasOpened
    if seen_version is not None and seen_version != dossier.version:
        raise StaleVersion


def _decide(
    db: Session, dossier: Dossier, act: str, *, words: str, remedy: str, days: int | None, by: Actor, now: datetime
) -> DossierDecision:
    why, way = clean_text(words, most=LONGEST), clean_text(remedy, most=LONGEST)
    if days is not None and not (why and way):
        raise NeedsReason
    if by.id is None:
        raise Forbidden
    judged = fingerprint_of(dossier)
    move(db, dossier, act, by=by)
    decision = DossierDecision(
        dossier_id=dossier.id, act=act, words=why, remedy=way, text_sha256=judged, decided_at=now,
        decided_by_id=by.id, due_at=end_of_day(now, days=days) if days is not None else None,
    )  # fmt: skip
    dossier.due_at = decision.due_at
    db.add(decision)
    db.flush()
    outbox.record(db, "dossier.decided", decision_id=decision.id)
    return decision


def _judged_feasible(db: Session, dossier: Dossier) -> str | None:
    """The fingerprint of the plan that was last found feasible."""
    query = select(DossierDecision.text_sha256).where(
        DossierDecision.dossier_id == dossier.id, DossierDecision.act == "deem_feasible"
    )
    return db.scalars(query.order_by(DossierDecision.id.desc()).limit(1)).one_or_none()


def _in_time(decision: DossierDecision, now: datetime) -> bool:
    return decision.due_at is not None and now < decision.due_at

"""Services asked for advice, several at once, each by a day; and merging two dossiers when both groups agree."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import SYSTEM, Actor, Role
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid, NotThere
from spreekt.kernel.text import clean_line, clean_text
from spreekt.modules.burgerbudget.dossiers import group
from spreekt.modules.burgerbudget.dossiers.advice_models import AdviceRequest, MergeOffer, Subject, Verdict
from spreekt.modules.burgerbudget.dossiers.models import Dossier, DossierMember, Stage
from spreekt.modules.burgerbudget.dossiers.workflow import MODULE_NAME, is_lead, is_member, may_screen, move

SUBJECT_WORDS = {
    Subject.LEGAL: N_("Juridisch"), Subject.TECHNICAL: N_("Technisch"), Subject.COST: N_("Kost"),
    Subject.UPKEEP: N_("Onderhoud"), Subject.SAFETY: N_("Veiligheid"), Subject.OWNERSHIP: N_("Eigendom van de grond"),
    Subject.PERMITS: N_("Vergunningen"),
}  # fmt: skip
VERDICT_WORDS = {
    Verdict.POSITIVE: N_("Gunstig"), Verdict.LIMITS: N_("Gunstig met voorwaarden"), Verdict.NEGATIVE: N_("Ongunstig"),
}  # fmt: skip
ADVISERS = (Role.SERVICE, Role.ADVISER)
ASKABLE = frozenset({Stage.SUBMITTED, Stage.COMPLETION, Stage.ADMISSIBLE, Stage.CHANGES})
MERGEABLE = frozenset({Stage.ADMISSIBLE, Stage.CHANGES, Stage.FEASIBLE})


class AskedAlready(Invalid):
    """The same service was asked about the same thing."""

    says = N_("Deze dienst kreeg deze vraag al. Kies een andere dienst of een ander onderwerp.")


class AnsweredAlready(DomainError):
    """Advice is given once."""

    says = N_("Dit advies is al gegeven. Vraag een nieuw advies als er iets veranderde.")


class CannotMerge(DomainError):
    """Only two dossiers of one round that the city is discussing with their groups."""

    says = N_("Deze twee voorstellen kunnen niet samen: ze moeten in dezelfde ronde zitten en voldoen.")


def may_advise(actor: Actor, dossier: Dossier) -> bool:
    """Services and advisers, everywhere or in the areas they were granted; never on the plan of their own group."""
    area_ids = [area.id for area in dossier.areas]
    return (
        actor.has_second_factor
        and not is_member(actor, dossier)
        and actor.has(*ADVISERS, area_ids=area_ids or None, module=MODULE_NAME)
    )


def ask(
    db: Session, dossier: Dossier, *, subjects: Collection[Subject], service: str, question: str, by: Actor,
    now: datetime,
) -> list[AdviceRequest]:  # fmt: skip
    """Ask one service about one or more things at once. Who is asked has the days that the regulation gives."""
    if not may_screen(by, dossier) or by.id is None:
        raise Forbidden
    if dossier.stage not in ASKABLE:
        raise Invalid(N_("Over dit voorstel kan je nu geen advies vragen."))
    if not subjects:
        raise Invalid(N_("Kies waarover je advies vraagt."))
    name, words = clean_line(service, most=80, least=2), clean_text(question, most=2000)
    due_on = now.astimezone(BRUSSELS).date() + timedelta(days=group.rules_of(db, dossier).advice_days)
    before = set(db.scalars(
        select(AdviceRequest.subject).where(AdviceRequest.dossier_id == dossier.id, AdviceRequest.service == name)
    ))  # fmt: skip
    if before & set(subjects):
        raise AskedAlready
    asked = [
        AdviceRequest(dossier_id=dossier.id, subject=subject, service=name, question=words, due_on=due_on,
                      asked_at=now, asked_by_id=by.id)
        for subject in Subject if subject in subjects
    ]  # fmt: skip
    db.add_all(asked)
    db.flush()
    audit.record(db, by=by, act="dossier.ask-advice", subject=f"dossier:{dossier.id}")
    outbox.record(db, "dossier.advice-asked", dossier_id=dossier.id)
    return asked


def give(
    db: Session, request: AdviceRequest, *, verdict: Verdict, public_summary: str, internal_note: str, by: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """A service answers: a summary that everybody will read, and apart from it a note for colleagues."""
    if not may_advise(by, request.dossier) or by.id is None:
        raise Forbidden
    if request.answered_at is not None:
        raise AnsweredAlready
    request.public_summary = clean_text(public_summary, most=2000, least=10)
    request.internal_note = clean_text(internal_note, most=4000)
    request.verdict, request.answered_at, request.answered_by_id = verdict, now, by.id
    db.flush()
    audit.record(db, by=by, act="dossier.give-advice", subject=f"dossier:{request.dossier_id}")
    outbox.record(db, "dossier.advice-given", request_id=request.id)


def late(requests: Collection[AdviceRequest], today: date) -> int:
    """How many services are silent after their day."""
    return sum(request.is_silent(today) for request in requests)


def offer_merge(db: Session, giving: Dossier, taking: Dossier, *, by: Actor, now: datetime) -> MergeOffer:
    """Ask two groups whether they go on as one, under the text of `taking`. Raises CannotMerge."""
    if not may_screen(by, giving) or not may_screen(by, taking) or by.id is None:
        raise Forbidden
    if giving.id == taking.id or giving.round_id != taking.round_id or not {giving.stage, taking.stage} <= MERGEABLE:
        raise CannotMerge
    pair = {giving.id, taking.id}
    known = db.scalars(select(MergeOffer).where(MergeOffer.from_id.in_(pair), MergeOffer.into_id.in_(pair))).first()
    if known is not None:
        raise Invalid(N_("Deze twee groepen kregen deze vraag al."))
    offer = MergeOffer(from_id=giving.id, into_id=taking.id, asked_at=now, asked_by_id=by.id)
    db.add(offer)
    db.flush()
    audit.record(db, by=by, act="dossier.offer-merge", subject=f"dossier:{giving.id}")
    outbox.record(db, "dossier.merge-offered", offer_id=offer.id)
    return offer


def answer_merge(db: Session, offer: MergeOffer, agrees: bool, *, by: Actor, now: datetime) -> None:
    """A lead answers for their group. With the second yes the two become one, and both groups are in it.

    The offer is held meanwhile, so that of two leads who say yes at once the second sees the yes of the first.
    """
    db.refresh(offer, with_for_update=True)
    gives, takes = is_lead(by, offer.giving), is_lead(by, offer.taking)
    if not (gives or takes) or not offer.is_open:
        raise NotThere
    if not agrees:
        offer.declined_at = now
    offer.from_agreed_at = now if gives and agrees else offer.from_agreed_at
    offer.into_agreed_at = now if takes and agrees else offer.into_agreed_at
    db.flush()
    audit.record(db, by=by, act="dossier.answer-merge", subject=f"merge:{offer.id}", reason="ja" if agrees else "nee")
    if offer.from_agreed_at is not None and offer.into_agreed_at is not None:
        _merge(db, offer, now=now)
    outbox.record(db, "dossier.merge-answered", offer_id=offer.id)


def _merge(db: Session, offer: MergeOffer, *, now: datetime) -> None:
    giving, taking = offer.giving, offer.taking
    if not {giving.stage, taking.stage} <= MERGEABLE or not taking.round.may_change(now):
        raise CannotMerge
    inside = {member.applicant_key for member in taking.active_members}
    for member in giving.active_members:
        if member.applicant_key not in inside:
            taking.members.append(
                DossierMember(account_id=member.account_id, applicant_key=member.applicant_key, joined_at=now)
            )
    if taking.stage is Stage.FEASIBLE:
        move(db, taking, "reopen", by=SYSTEM)
    with db.no_autoflush:
        giving.merged_into_id = taking.id
        move(db, giving, "merge", by=SYSTEM)

"""Decisions, advice and offers to merge, as pages of dossiers and the desk read them. Reads only."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from spreekt.modules.burgerbudget.dossiers.advice_models import AdviceRequest, DossierDecision, MergeOffer
from spreekt.modules.burgerbudget.dossiers.advising import ASKABLE
from spreekt.modules.burgerbudget.dossiers.models import Dossier


def decisions_of(db: Session, dossier_id: int) -> Sequence[DossierDecision]:
    """Every decision with its checklist, newest first."""
    query = (
        select(DossierDecision)
        .where(DossierDecision.dossier_id == dossier_id)
        .options(joinedload(DossierDecision.findings))
        .order_by(DossierDecision.id.desc())
    )
    return db.scalars(query).unique().all()


def advice_of(db: Session, dossier_id: int) -> Sequence[AdviceRequest]:
    """Who was asked what, in the order of the days by which they answer."""
    return db.scalars(
        select(AdviceRequest)
        .where(AdviceRequest.dossier_id == dossier_id)
        .order_by(AdviceRequest.due_on, AdviceRequest.id)
    ).all()


def advice_to_give(db: Session, *, limit: int = 200) -> Sequence[AdviceRequest]:
    """What services still have to answer about dossiers that are being judged, the longest overdue first."""
    return db.scalars(
        select(AdviceRequest)
        .join(Dossier, Dossier.id == AdviceRequest.dossier_id)
        .where(AdviceRequest.answered_at.is_(None), Dossier.stage.in_(ASKABLE))
        .options(contains_eager(AdviceRequest.dossier))
        .order_by(AdviceRequest.due_on, AdviceRequest.id)
        .limit(limit)
    ).all()


def merges_of(db: Session, dossier_id: int) -> Sequence[MergeOffer]:
    """Open offers to merge this dossier with another."""
    found = db.scalars(
        select(MergeOffer)
        .where(or_(MergeOffer.from_id == dossier_id, MergeOffer.into_id == dossier_id))
        .options(joinedload(MergeOffer.giving), joinedload(MergeOffer.taking))
        .order_by(MergeOffer.id)
    ).all()
    return [offer for offer in found if offer.is_open]

"""What dossiers ask of the database: one with all of its page, lists for the public and for staff. Reads only."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import NotThere
from spreekt.moderation.models import Revision, State, submission_areas
from spreekt.modules.burgerbudget.dossiers.advice_models import AdviceRequest
from spreekt.modules.burgerbudget.dossiers.models import Dossier, DossierMember, Invitation, Stage
from spreekt.modules.burgerbudget.models import Round
from spreekt.territory.models import Area


def dossier_with(db: Session, id: int) -> Dossier:
    """One dossier with its round, group, costs and planning, or NotThere.

    Areas, photos and attachments are few, so the rows they multiply to are cheaper than three statements more.
    """
    found = (
        db.scalars(
            select(Dossier)
            .where(Dossier.id == id)
            .options(
                joinedload(Dossier.round),
                selectinload(Dossier.members).joinedload(DossierMember.account),
                selectinload(Dossier.costs),
                selectinload(Dossier.steps),
                joinedload(Dossier.areas).defer(Area.outline),
                joinedload(Dossier.pictures),
                joinedload(Dossier.attachments),
            )
        )
        .unique()
        .one_or_none()
    )
    if found is None:
        raise NotThere
    return found


def public_dossiers(db: Session, round_id: int) -> Sequence[Dossier]:
    """Everything of a round that everybody may read, by title."""
    query = (
        select(Dossier)
        .where(Dossier.round_id == round_id, Dossier.state == State.PUBLISHED)
        .options(selectinload(Dossier.areas), selectinload(Dossier.costs))
        .order_by(Dossier.title, Dossier.id)
    )
    return db.scalars(query).all()


def dossiers_at_the_desk(db: Session, round_id: int, area_ids: Collection[int] | None) -> Sequence[Dossier]:
    """What staff of these areas (None: all) see of a round: all but drafts, the longest waiting first."""
    query = (
        select(Dossier)
        .where(Dossier.round_id == round_id, Dossier.stage != Stage.DRAFT)
        .options(selectinload(Dossier.areas), selectinload(Dossier.costs))
        .order_by(Dossier.submitted_at, Dossier.id)
    )
    return db.scalars(query.where(_lies_in(area_ids))).all()


class Waiting(NamedTuple):
    """What waits at the desk: dossiers to judge since when and in which round, and services that are silent."""

    number: int
    oldest_at: datetime | None
    slug: str | None
    silent: int


def waiting_at_the_desk(db: Session, area_ids: Collection[int] | None, *, but: int | None, now: datetime) -> Waiting:
    """What waits in these areas (None: all), in one statement.

    What a group did not complete in time waits too. `but` is the account that looks: it does not judge its own groups.
    """
    today = now.astimezone(BRUSSELS).date()
    to_judge = (Dossier.stage == Stage.SUBMITTED) | ((Dossier.stage == Stage.COMPLETION) & (Dossier.due_at <= now))
    own = exists().where(
        DossierMember.dossier_id == Dossier.id, DossierMember.account_id == but, DossierMember.left_at.is_(None)
    )
    here = (to_judge, _lies_in(area_ids), ~own)
    slug = select(Round.slug).join(Dossier).where(*here).order_by(Dossier.submitted_at).limit(1).scalar_subquery()
    late = (AdviceRequest.answered_at.is_(None), AdviceRequest.due_on < today)
    silent = select(func.count()).select_from(AdviceRequest).where(*late).scalar_subquery()
    row = db.execute(select(func.count(Dossier.id), func.min(Dossier.submitted_at), slug, silent).where(*here)).one()
    return Waiting(*row)


def _lies_in(area_ids: Collection[int] | None) -> ColumnElement[bool]:
    """In one of these areas, or in none: what is for the whole city is for everybody."""
    if area_ids is None:
        return true()
    any_area = exists().where(submission_areas.c.submission_id == Dossier.id)
    return or_(any_area.where(submission_areas.c.area_id.in_(area_ids)), ~any_area)


def groups_of(db: Session, account_id: int) -> Sequence[Dossier]:
    """The dossiers of the groups an account is in now, newest first."""
    query = (
        select(Dossier)
        .join(DossierMember, DossierMember.dossier_id == Dossier.id)
        .where(DossierMember.account_id == account_id, DossierMember.left_at.is_(None))
        .options(joinedload(Dossier.round))
        .order_by(Dossier.id.desc())
    )
    return db.scalars(query).all()


def invitations_of(db: Session, dossier_id: int) -> Sequence[Invitation]:
    query = select(Invitation).where(Invitation.dossier_id == dossier_id).order_by(Invitation.id)
    return db.scalars(query).all()


def revisions_of(db: Session, dossier_id: int) -> Sequence[Revision]:
    """Every text that was ever saved, newest first."""
    query = select(Revision).where(Revision.submission_id == dossier_id).order_by(Revision.number.desc()).limit(50)
    return db.scalars(query).all()

"""What dossiers ask of the database: one with all of its page, lists for the public and for staff. Reads only."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from spreekt.electorate.models import Poll
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import NotThere
from spreekt.moderation.models import Revision, State, submission_areas
from spreekt.modules.burgerbudget.dossiers.advice_models import AdviceRequest
from spreekt.modules.burgerbudget.dossiers.advising import ASKABLE
from spreekt.modules.burgerbudget.dossiers.models import GROUP_ACTS, Dossier, DossierMember, Invitation, Stage
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


WARNED_BEFORE = timedelta(days=7)
"""So long before the vote opens, administrators are told of what can be done and is not on the list."""
TO_JUDGE = (Stage.SUBMITTED, Stage.ADMISSIBLE)


def not_on_the_list(db: Session, round_id: int) -> Sequence[Dossier]:
    """What was found feasible and nobody put on the list yet, by title."""
    query = select(Dossier).where(Dossier.round_id == round_id, Dossier.stage == Stage.FEASIBLE)
    return db.scalars(query.order_by(Dossier.title, Dossier.id)).all()


def forgotten(db: Session, now: datetime) -> list[tuple[str, int]]:
    """Rounds whose vote opens soon, each with how many feasible dossiers are not on its list."""
    query = (
        select(Round.slug, func.count(Dossier.id))
        .join(Poll, Poll.id == Round.poll_id)
        .join(Dossier, Dossier.round_id == Round.id)
        .where(Dossier.stage == Stage.FEASIBLE, Poll.opens_at > now, Poll.opens_at <= now + WARNED_BEFORE)
        .group_by(Round.id, Round.slug, Poll.opens_at)
        .order_by(Poll.opens_at, Round.id)
    )
    return [(slug, number) for slug, number in db.execute(query)]


class Waiting(NamedTuple):
    """What waits at the desk: dossiers to judge since when, services that are silent, and a round of each."""

    number: int
    oldest_at: datetime | None
    slug: str | None
    silent: int
    silent_slug: str | None


def waiting_at_the_desk(db: Session, area_ids: Collection[int] | None, *, but: int | None, now: datetime) -> Waiting:
    """What waits in these areas (None: all), in one statement.

    What a group did not complete or change in time waits too; once the vote opened nothing does. `but` is the account
    that looks: it does not judge its own groups.
    """
    today = now.astimezone(BRUSSELS).date()
    to_judge = Dossier.stage.in_(TO_JUDGE) | (Dossier.stage.in_(GROUP_ACTS) & (Dossier.due_at <= now))
    own = exists().where(
        DossierMember.dossier_id == Dossier.id, DossierMember.account_id == but, DossierMember.left_at.is_(None)
    )
    here = (_lies_in(area_ids), ~own, Poll.opens_at > now)
    asked = (Dossier.stage.in_(ASKABLE), AdviceRequest.answered_at.is_(None), AdviceRequest.due_on < today)

    def of_dossiers(query: Select[Any]) -> Select[Any]:
        whole = query.select_from(Dossier).join(Round, Round.id == Dossier.round_id)
        return whole.join(Poll, Poll.id == Round.poll_id).where(*here)

    def of_advice(query: Select[Any]) -> Select[Any]:
        return of_dossiers(query).join(AdviceRequest, AdviceRequest.dossier_id == Dossier.id).where(*asked)

    oldest = of_dossiers(select(Round.slug)).where(to_judge).order_by(Dossier.submitted_at, Dossier.id).limit(1)
    silent = of_advice(select(func.count(AdviceRequest.id)))
    longest = of_advice(select(Round.slug)).order_by(AdviceRequest.due_on, AdviceRequest.id).limit(1)
    parts = [each.correlate(None).scalar_subquery() for each in (oldest, silent, longest)]
    whole = of_dossiers(select(func.count(Dossier.id), func.min(Dossier.submitted_at), *parts)).where(to_judge)
    return Waiting(*db.execute(whole).one())


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

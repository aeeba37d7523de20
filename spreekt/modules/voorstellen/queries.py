"""What proposals ask of the database beside lists: one page, versions, places, what one account did. Reads only."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, exists, false, func, select
from sqlalchemy.orm import Session, joinedload, load_only, selectinload

from spreekt.moderation.models import Revision, State, Submission
from spreekt.modules.voorstellen.models import (
    PROPOSALS,
    OfficialAnswer,
    Proposal,
    Support,
)
from spreekt.territory.models import Area, Partition, Street

P = PROPOSALS
S = cast(Table, Submission.__table__)


def boroughs(db: Session, partition: str, *, on: date) -> list[Area]:
    """The areas that residents choose from, by name."""
    return list(
        db.scalars(
            select(Area)
            .join(Partition)
            .where(Partition.code == partition, Area.valid_from <= on)
            .where(Area.valid_until.is_(None) | (Area.valid_until > on))
            .order_by(Area.name)
            .options(load_only(Area.code, Area.name))
        )
    )


def streets(db: Session, partition: str) -> Sequence[tuple[int, str, str]]:
    """Every street with its deelgemeente: id, name, area; one row a street and area, by name."""
    rows = db.execute(
        select(Street.id, Street.name, Area.name)
        .select_from(Street)
        .outerjoin(Partition, Partition.code == partition)
        .outerjoin(Area, (Area.partition_id == Partition.id) & (Area.code == Street.borough_code))
        .order_by(Street.name, Area.name)
    )
    return [(street_id, name, area or "") for street_id, name, area in rows]


def proposal_page(db: Session, id: int, *, reader_id: int | None) -> tuple[Proposal, bool, int] | None:
    """One proposal with everything its page shows, whether the reader supports it, and its number of public versions.

    Two statements; the few rows that pictures and answers multiply to are cheaper than two more. Areas come apart:
    SQLite would lay out all areas of all submissions to join them.
    """
    supported = exists().where(Support.proposal_id == id, Support.account_id == reader_id)
    versions = select(func.count()).where(Revision.submission_id == id, Revision.is_public).scalar_subquery()
    row = (
        db.execute(
            select(Proposal, supported if reader_id is not None else false(), versions)
            .where(Proposal.id == id)
            .options(
                joinedload(Proposal.author),
                joinedload(Proposal.street),
                selectinload(Proposal.areas).defer(Area.outline),
                joinedload(Proposal.pictures),
                joinedload(Proposal.answers),
            )
        )
        .unique()
        .first()
    )
    return (row[0], bool(row[1]), int(row[2])) if row is not None else None


def public_versions(db: Session, id: int) -> Sequence[Revision]:
    """What was ever published, newest first."""
    return db.scalars(
        select(Revision)
        .where(Revision.submission_id == id, Revision.is_public)
        .order_by(Revision.number.desc())
        .limit(200)
    ).all()


def newest_answers(db: Session, *, limit: int) -> Sequence[Any]:
    """The latest answers to public proposals: id, title, answer, service, next_step_on, answered_at, support_count."""
    return db.execute(
        select(
            S.c.id,
            S.c.title,
            P.c.support_count,
            OfficialAnswer.answer,
            OfficialAnswer.service,
            OfficialAnswer.next_step_on,
            OfficialAnswer.answered_at,
        )
        .select_from(S.join(P, P.c.id == S.c.id))
        .join(OfficialAnswer, OfficialAnswer.proposal_id == S.c.id)
        .where(S.c.kind == "voorstel", S.c.state == State.PUBLISHED, OfficialAnswer.answered_at == P.c.answered_at)
        .order_by(OfficialAnswer.answered_at.desc(), OfficialAnswer.id.desc())
        .limit(limit)
    ).all()


def written_by(db: Session, account_id: int) -> Sequence[Proposal]:
    """All proposals of one account, newest first."""
    return db.scalars(
        select(Proposal).where(Proposal.author_id == account_id).order_by(Proposal.id.desc()).limit(200)
    ).all()


def supported_by(db: Session, account_id: int) -> Sequence[tuple[Proposal, date]]:
    """What one account supports and may still read, newest first."""
    rows = db.execute(
        select(Proposal, Support.supported_on)
        .join(Support, Support.proposal_id == Proposal.id)
        .where(Support.account_id == account_id, Proposal.state == State.PUBLISHED)
        .order_by(Support.supported_on.desc(), Proposal.id.desc())
        .limit(500)
    )
    return [(proposal, on) for proposal, on in rows]


# Built once: this is asked on every page of everybody who signed in.
NEWEST_DRAFT = (
    select(S.c.id, S.c.title)
    .where(
        S.c.author_id == bindparam("account_id"),
        S.c.kind == "voorstel",
        S.c.state == State.DRAFT,
        S.c.created_at < bindparam("begun_before"),
    )
    .order_by(S.c.id.desc())
    .limit(1)
)


def newest_draft(db: Session, account_id: int, *, begun_before: datetime) -> tuple[int, str] | None:
    """Id and title of the last draft that somebody left lying."""
    row = db.execute(NEWEST_DRAFT, {"account_id": account_id, "begun_before": begun_before}).first()
    return (row[0], row[1]) if row is not None else None

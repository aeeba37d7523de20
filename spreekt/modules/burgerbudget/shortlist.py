"""Which projects go on after the vote. One place, so that jury, award and pages never disagree."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.models import Project, PublishedOutcome, Round
from spreekt.modules.burgerbudget.rules.ties import natural_order


def projects(db: Session, round: Round, now: datetime) -> list[Project]:
    """The projects that a jury judges, by code: those that the vote let through, or all of a round without a vote.

    None before two people agreed on the result of the vote and its hour has come.
    """
    if round.without_vote:
        return queries.projects_of(db, round.id)
    if now < round.publishes_at:
        return []
    published = (PublishedOutcome.round_id == round.id, PublishedOutcome.published_at.is_not(None))
    summaries = db.scalars(select(PublishedOutcome.summary).where(*published))
    codes = {
        row["code"] for summary in summaries for row in summary.get("projects", ()) if row.get("goes_on", row["won"])
    }
    query = select(Project).where(Project.round_id == round.id, Project.code.in_(codes))
    found = db.scalars(query.options(selectinload(Project.areas))).all() if codes else ()
    return sorted(found, key=lambda project: natural_order(project.code))

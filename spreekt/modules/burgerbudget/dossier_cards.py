"""What dossiers show elsewhere in the house: one's own groups, work that waits; and how a member is forgotten."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import BRUSSELS
from spreekt.module import Deed, Work
from spreekt.modules.burgerbudget import advice_queries, advising, group
from spreekt.modules.burgerbudget.advice_models import AdviceRequest
from spreekt.modules.burgerbudget.dossier_models import Dossier, DossierMember, Stage
from spreekt.modules.burgerbudget.dossier_queries import groups_of
from spreekt.modules.burgerbudget.dossier_workflow import MODULE_NAME, RUNNING, STAGE_WORDS, may_screen
from spreekt.modules.burgerbudget.models import Round
from spreekt.web.format import day


def deeds(db: Session, who: Actor) -> Sequence[Deed]:
    """The groups somebody is in, and where each stands."""
    return [
        Deed(
            at=dossier.submitted_at or dossier.created_at,
            title=_("Je dient mee in: %(title)s", title=dossier.title),
            url=f"/burgerbudget/voorstellen/{dossier.id}",
            state=_(STAGE_WORDS[dossier.stage]),
            next_step=_("Doe dit ten laatste %(day)s.", day=day(dossier.due_at)) if dossier.due_at else "",
        )
        for dossier in (groups_of(db, who.id) if who.id is not None else ())
    ]


def work(db: Session, who: Actor, now: datetime) -> Sequence[Work]:
    """Dossiers to judge in one's areas, and advice that is asked; silent advice counts as overdue."""
    found, today = [], now.astimezone(BRUSSELS).date()
    if who.has(Role.AREA_WORKER, Role.ADMIN, module=MODULE_NAME):
        waiting = db.scalars(
            select(Dossier).where(Dossier.stage == Stage.SUBMITTED)
            .options(selectinload(Dossier.areas), selectinload(Dossier.members))
        )  # fmt: skip
        mine = [dossier for dossier in waiting if may_screen(who, dossier)]
        late = db.scalar(
            select(func.count()).select_from(AdviceRequest)
            .where(AdviceRequest.answered_at.is_(None), AdviceRequest.due_on < today)
        ) or 0  # fmt: skip
        slug = db.scalar(select(Round.slug).join(Dossier).where(Dossier.id == mine[0].id)) if mine else ""
        url = f"/beheer/burgerbudget/ronde/{slug}" if slug else "/burgerbudget"
        oldest = min((dossier.submitted_at for dossier in mine if dossier.submitted_at), default=None)
        found.append(Work(_("dossiers van groepen om na te kijken"), len(mine), url, oldest_at=oldest))
        if late:
            found.append(Work(_("adviezen waar een dienst op zwijgt"), late, url, late))
    if who.has(*advising.ADVISERS, module=MODULE_NAME):
        asked = [each for each in advice_queries.advice_to_give(db) if advising.may_advise(who, each.dossier)]
        found.append(Work(_("adviezen voor het burgerbudget"), len(asked), "/beheer/adviezen-burgerbudget",
                          advising.late(asked, today)))  # fmt: skip
    return found


def erase(db: Session, account_id: int, now: datetime) -> None:
    """Step out of every group, so that the others can go on or make it whole again."""
    query = select(Dossier).join(DossierMember, DossierMember.dossier_id == Dossier.id)
    for dossier in db.scalars(query.where(DossierMember.account_id == account_id, DossierMember.left_at.is_(None))):
        if dossier.stage in RUNNING:
            group.leave(db, dossier, by=Actor(id=account_id), now=now, lead_too=True)
        elif dossier.author_id == account_id:
            dossier.author_id = next(
                (each.account_id for each in dossier.active_members if each.account_id != account_id), account_id
            )
    db.flush()

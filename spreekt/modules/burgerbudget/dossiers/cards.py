"""What dossiers show elsewhere in the house: one's own groups, work that waits; and how a member is forgotten."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.dutch import until
from spreekt.module import Deed, Work
from spreekt.modules.burgerbudget.dossiers import advice_queries, advising, group, leading
from spreekt.modules.burgerbudget.dossiers.models import Dossier, DossierMember
from spreekt.modules.burgerbudget.dossiers.queries import forgotten, groups_of, waiting_at_the_desk
from spreekt.modules.burgerbudget.dossiers.workflow import MODULE_NAME, RUNNING, STAGE_WORDS, areas_screened


def deeds(db: Session, who: Actor) -> Sequence[Deed]:
    """The groups somebody is in, and where each stands."""
    return [
        Deed(
            at=dossier.submitted_at or dossier.created_at,
            title=_("Je dient mee in: %(title)s", title=dossier.title),
            url=f"/burgerbudget/voorstellen/{dossier.id}",
            state=_(STAGE_WORDS[dossier.stage]),
            next_step=_("Doe dit ten laatste %(moment)s.", moment=until(dossier.due_at)) if dossier.due_at else "",
        )
        for dossier in (groups_of(db, who.id) if who.id is not None else ())
    ]


def work(db: Session, who: Actor, now: datetime) -> Sequence[Work]:
    """Dossiers to judge in one's areas, and advice that is asked; silent advice counts as overdue."""
    found, today = [], now.astimezone(BRUSSELS).date()
    if who.has(Role.AREA_WORKER, Role.ADMIN, module=MODULE_NAME):
        waiting = waiting_at_the_desk(db, areas_screened(who), but=who.id, now=now)
        url = f"/beheer/burgerbudget/ronde/{waiting.slug}" if waiting.slug else "/burgerbudget"
        words = _("dossiers van groepen om na te kijken")
        found.append(Work(words, waiting.number, url, oldest_at=waiting.oldest_at))
        if waiting.silent:
            there = f"/beheer/burgerbudget/ronde/{waiting.silent_slug}"
            found.append(Work(_("adviezen waar een dienst op zwijgt"), waiting.silent, there, waiting.silent))
    if who.has(Role.ADMIN, module=MODULE_NAME):
        words = _("haalbare voorstellen die nog niet op de lijst staan")
        found += [Work(words, number, f"/beheer/rondes/{slug}", number) for slug, number in forgotten(db, now)]
    if who.has(*advising.ADVISERS, module=MODULE_NAME):
        asked = [each for each in advice_queries.advice_to_give(db) if advising.may_advise(who, each.dossier)]
        found.append(Work(_("adviezen voor het burgerbudget"), len(asked), "/beheer/adviezen-burgerbudget",
                          advising.late(asked, today)))  # fmt: skip
    return found


def erase(db: Session, account_id: int, now: datetime) -> None:
    """Step out of every group, so that the others can go on, sign for it, or make it whole again."""
    query = select(Dossier).join(DossierMember, DossierMember.dossier_id == Dossier.id)
    for dossier in db.scalars(query.where(DossierMember.account_id == account_id, DossierMember.left_at.is_(None))):
        if dossier.stage in RUNNING:
            group.leave(db, dossier, by=Actor(id=account_id), now=now, lead_too=True)
            continue
        for mine in [member for member in dossier.active_members if member.account_id == account_id]:
            leading.step_out(db, dossier, mine, by=Actor(id=account_id), now=now)
    db.flush()

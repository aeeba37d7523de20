"""What carrying out shows elsewhere in the house (own projects, work that waits), and what it forgets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.identity.models import ERASED_NAME
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.dutch import day
from spreekt.kernel.vault import Vault
from spreekt.module import Deed, Work
from spreekt.modules.burgerbudget.dossiers.workflow import MODULE_NAME, areas_screened
from spreekt.modules.burgerbudget.follow import paying, progress, survey
from spreekt.modules.burgerbudget.follow import queries as follow_queries
from spreekt.modules.burgerbudget.follow.models import Agreement, Execution
from spreekt.modules.burgerbudget.follow.queries import next_day
from spreekt.modules.burgerbudget.follow.workflow import STATE_WORDS, follows
from spreekt.payouts import accounts


def deeds(db: Session, who: Actor) -> Sequence[Deed]:
    """The projects that somebody's groups carry out."""
    return [
        Deed(
            at=execution.began_at,
            title=_("Jullie voeren uit: %(title)s", title=execution.project.title),
            url=url_for("budget_carrying.show", id=execution.id),
            state=_(STATE_WORDS[execution.state]),
            next_step=_("Het volgende: %(day)s.", day=day(coming)) if (coming := next_day(execution)) else "",
        )
        for execution in (follow_queries.carried_by(db, who.id) if who.id is not None else ())
    ]


def work(db: Session, who: Actor, now: datetime) -> Sequence[Work]:
    """Late milestones first; then signatures and reports; for finance what is to pay and what comes back."""
    found = []
    if who.has(Role.AREA_WORKER, Role.ADMIN, module=MODULE_NAME):
        url, today = url_for("budget_follow_desk.waiting"), now.astimezone(BRUSSELS).date()
        late = sum(follows(who, milestone) for milestone in progress.late_milestones(db, today))
        if late:
            found.append(Work(_("mijlpalen die te laat zijn"), late, url, late))
        waits = follow_queries.at_the_desk(db, areas_screened(who), but=who.id)
        found.append(Work(_("afspraken en mijlpalen om te bekijken"), waits.number, url))
    if accounts.pays(who, MODULE_NAME):
        url = url_for("budget_paying.index")
        found.append(Work(_("betalingen van het burgerbudget"), paying.number_to_pay(db), url))
        back = paying.to_come_back(db)
        if back:
            found.append(Work(_("projecten die geld terugstorten"), len(back), url))
    return found


def export(db: Session, account_id: int) -> Mapping[str, Any]:
    """What somebody's groups carry out. Reports and expenses are in the file of the house."""
    return {
        "projecten_in_uitvoering": [
            {"titel": each.project.title, "staat": _(STATE_WORDS[each.state])}
            for each in follow_queries.carried_by(db, account_id)
        ]
    }


def erase(db: Session, vault: Vault, account_id: int) -> None:
    """The name under an agreement goes when the project is over, and else at its end; answers go while they can."""
    for agreement in db.scalars(select(Agreement).where(Agreement.account_id == account_id)):
        agreement.account_id = None
        if agreement.execution.has_ended:
            agreement.signed_name = ERASED_NAME
    survey.erase(db, vault, account_id)
    db.flush()


def sweep(db: Session, now: datetime) -> None:
    """Days that passed: late milestones, surveys that closed, bank accounts and names that nobody needs any more."""
    progress.tell_late(db, now)
    survey.loosen(db, now)
    paying.forget_accounts(db, now)
    left = (Agreement.account_id.is_(None), Agreement.signed_name != ERASED_NAME, Execution.ended_on.is_not(None))
    for agreement in db.scalars(select(Agreement).join(Execution).where(*left)):
        agreement.signed_name = ERASED_NAME
    db.flush()

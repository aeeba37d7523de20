"""Who is told what while a project is carried out: its group, area workers, finance. Each message tells once."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from spreekt.identity.models import RoleGrant
from spreekt.kernel.actor import Role
from spreekt.kernel.dutch import day, euro
from spreekt.kernel.outbox import Message
from spreekt.modules.burgerbudget.dossiers.models import Dossier, DossierMember
from spreekt.modules.burgerbudget.dossiers.workflow import MODULE_NAME
from spreekt.modules.burgerbudget.follow.models import Agreement, Execution, Instalment, Milestone
from spreekt.modules.burgerbudget.follow.report_models import Expense, ProgressReport
from spreekt.modules.burgerbudget.follow.words import money_said
from spreekt.notices.domain import Words, tell_all
from spreekt.web.context import now


def begun(db: Session, message: Message) -> None:
    """The group hears that it won, and what comes first."""
    execution = _execution(db, message)
    if execution is not None:
        text = _("“%(title)s” krijgt %(amount)s. Kijk het plan na, teken de afspraak en vul het rekeningnummer in.",
                 title=execution.project.title, amount=euro(execution.award_cents))  # fmt: skip
        _tell_group(db, message, execution, "execution.begun", _("Jullie project komt er"), text)


def signed(db: Session, message: Message) -> None:
    """Area workers hear that a group signed."""
    _tell_desk(db, message, _execution(db, message), "execution.signed", _("Een groep tekende haar afspraak"))


def sent_back(db: Session, message: Message) -> None:
    """The group hears that the plan must change before the city signs."""
    agreement = db.get(Agreement, message.payload["agreement_id"])
    if agreement is not None:
        text = _("De stad tekende nog niet voor “%(title)s”. Lees waarom, pas het plan aan en teken opnieuw.",
                 title=agreement.execution.project.title)  # fmt: skip
        _tell_group(db, message, agreement.execution, "execution.sent-back", _("Kijk jullie plan nog eens na"), text)


def started(db: Session, message: Message) -> None:
    """Both signed: the group may begin; finance hears when there is something to pay."""
    execution = _execution(db, message)
    if execution is None:
        return
    text = _("Voor “%(title)s” is alles getekend. Jullie kunnen beginnen.", title=execution.project.title)
    _tell_group(db, message, execution, "execution.started", _("De afspraak is getekend"), text)
    if any(each.is_due for each in execution.instalments):
        _tell_finance(db, message, execution)


def reported(db: Session, message: Message) -> None:
    """Area workers hear that a milestone was reported."""
    report = db.get(ProgressReport, message.payload["report_id"])
    if report is not None:
        _tell_desk(db, message, report.execution, "milestone.reported", _("Een groep meldde een mijlpaal"))


def asked(db: Session, message: Message) -> None:
    """The group hears that more is asked."""
    milestone = db.get(Milestone, message.payload["milestone_id"])
    if milestone is not None:
        text = _("Over “%(milestone)s” vraagt de stad nog iets. Lees wat er ontbreekt en meld opnieuw.",
                 milestone=milestone.title)  # fmt: skip
        _tell_group(db, message, milestone.execution, "milestone.asked", _("De stad vraagt nog iets"), text)


def approved(db: Session, message: Message) -> None:
    """The group hears that a milestone is done; finance when there is something to pay."""
    milestone = db.get(Milestone, message.payload["milestone_id"])
    if milestone is None:
        return
    text = _("“%(milestone)s” is goedgekeurd. Goed gedaan.", milestone=milestone.title)
    _tell_group(db, message, milestone.execution, "milestone.approved", _("Een mijlpaal is klaar"), text)
    if milestone.amount_cents:
        _tell_finance(db, message, milestone.execution)


def postponed(db: Session, message: Message) -> None:
    """The group hears the new day."""
    milestone = db.get(Milestone, message.payload["milestone_id"])
    if milestone is not None:
        text = _("Voor “%(milestone)s” hebben jullie tijd tot %(day)s.", milestone=milestone.title,
                 day=day(milestone.due_on))  # fmt: skip
        _tell_group(db, message, milestone.execution, "milestone.postponed", _("Jullie krijgen meer tijd"), text)


def extended(db: Session, message: Message) -> None:
    """The group hears the new last day."""
    execution = _execution(db, message)
    if execution is not None and execution.due_on is not None:
        text = _("“%(title)s” moet klaar zijn tegen %(day)s. Vraag de gebiedswerker welke mijlpalen mee opschuiven.",
                 title=execution.project.title, day=day(execution.due_on))  # fmt: skip
        _tell_group(db, message, execution, "execution.extended", _("Jullie project krijgt meer tijd"), text)


def late(db: Session, message: Message) -> None:
    """The group hears once that a day passed."""
    milestone = db.get(Milestone, message.payload["milestone_id"])
    if milestone is not None:
        text = _("“%(milestone)s” was gepland tegen %(day)s. Vertel hoe het staat, of vraag meer tijd aan de "
                 "gebiedswerker.", milestone=milestone.title, day=day(milestone.due_on))  # fmt: skip
        _tell_group(db, message, milestone.execution, "milestone.late", _("Hoe staat het met jullie project?"), text)


def paid(db: Session, message: Message) -> None:
    """The group hears that money is on its way."""
    instalment = db.get(Instalment, message.payload["instalment_id"])
    if instalment is not None:
        text = _("De stad betaalde %(amount)s voor “%(title)s”.", amount=euro(instalment.payable_cents),
                 title=instalment.execution.project.title)  # fmt: skip
        _tell_group(db, message, instalment.execution, "instalment.paid", _("Er is geld onderweg"), text)


def judged(db: Session, message: Message) -> None:
    """The group hears that a bill does not count, or counts after all."""
    expense = db.get(Expense, message.payload["expense_id"])
    if expense is not None:
        said = (
            _("“%(what)s” telt niet mee. In jullie dossier lees je waarom.")
            if expense.refusal
            else _("“%(what)s” telt weer mee.")
        )
        _tell_group(db, message, expense.execution, "expense.judged", _("Over een uitgave van jullie project"),
                    said % {"what": expense.what})  # fmt: skip


def delivered(db: Session, message: Message) -> None:
    """The group hears that the account is made up."""
    execution = _execution(db, message)
    if execution is not None:
        text = _("“%(title)s” is afgerond.", title=execution.project.title) + " " + money_said(execution)
        _tell_group(db, message, execution, "execution.delivered", _("Jullie project is klaar"), text)
        _money_moves(db, message, execution)


def stopped(db: Session, message: Message) -> None:
    """The group hears that it stops and what happens with the money."""
    execution = _execution(db, message)
    if execution is not None:
        text = _("“%(title)s” is stopgezet.", title=execution.project.title) + " " + money_said(execution)
        _tell_group(db, message, execution, "execution.stopped", _("Jullie project is gestopt"), text)
        _money_moves(db, message, execution)


def _money_moves(db: Session, message: Message, execution: Execution) -> None:
    if execution.to_return_cents or any(each.is_due for each in execution.instalments):
        _tell_finance(db, message, execution)


def _execution(db: Session, message: Message) -> Execution | None:
    return db.get(Execution, message.payload["project_id"])


def _tell_group(db: Session, message: Message, execution: Execution, kind: str, title: str, text: str) -> None:
    inside = (
        select(DossierMember.account_id)
        .join(Dossier, Dossier.id == DossierMember.dossier_id)
        .where(Dossier.project_id == execution.id, DossierMember.left_at.is_(None),
               DossierMember.account_id.is_not(None))
    )  # fmt: skip
    words = Words(title, text, f"/burgerbudget/uitvoering/{execution.id}", _("Bekijk jullie project"))
    tell_all(db, message, inside, kind=kind, words=words, now=now())


def _tell_desk(db: Session, message: Message, execution: Execution | None, kind: str, title: str) -> None:
    if execution is not None:
        project = execution.project
        url = f"/beheer/rondes/{project.round.slug}/uitvoering/{project.id}"
        words = Words(title, f"“{project.title}”", url, _("Bekijk het project"))
        areas = [area.id for area in project.areas]
        tell_all(db, message, _staff(areas, Role.AREA_WORKER), kind=kind, words=words, now=now())


def _tell_finance(db: Session, message: Message, execution: Execution) -> None:
    words = Words(_("Er is een betaling van het burgerbudget"), f"“{execution.project.title}”",
                  "/beheer/burgerbudget/betalingen", _("Bekijk de betalingen"))  # fmt: skip
    tell_all(db, message, _staff([], Role.FINANCE), kind="execution.to-pay", words=words, now=now())


def _staff(areas: list[int], *roles: Role) -> Select[Any]:
    here = RoleGrant.area_id.is_(None) | RoleGrant.area_id.in_(areas) if areas else RoleGrant.role.in_(roles)
    return select(RoleGrant.account_id).where(RoleGrant.role.in_(roles), RoleGrant.module.in_(["", MODULE_NAME]), here)


SUBSCRIBERS = {
    "execution.begun": (begun,), "execution.signed": (signed,), "execution.sent-back": (sent_back,),
    "execution.started": (started,), "execution.delivered": (delivered,), "execution.stopped": (stopped,),
    "milestone.reported": (reported,), "milestone.asked": (asked,), "milestone.approved": (approved,),
    "milestone.postponed": (postponed,), "milestone.late": (late,), "instalment.paid": (paid,),
    "expense.judged": (judged,), "execution.extended": (extended,),
}  # fmt: skip

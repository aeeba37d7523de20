"""How a project that is carried out is spoken of: who has it in hands, how far it is, what became of the money."""

from flask_babel import gettext as _

from spreekt.kernel.dutch import euro, number
from spreekt.modules.burgerbudget.follow.models import Execution, ExecutionState, MilestoneState


def handled_by(execution: Execution) -> str:
    """Who has it in hands now, in words that say nobody's name."""
    coming = execution.next_milestone
    checked = execution.state is ExecutionState.RUNNING and (coming is None or coming.state is MilestoneState.REPORTED)
    signed = execution.state is ExecutionState.TO_START and execution.agreement is not None
    if execution.has_ended:
        said = _("Niemand meer, het is afgerond")
    elif signed:
        said = _("De gebiedswerker, die de afspraak tekent")
    elif checked:
        said = _("De gebiedswerker, die het nakijkt")
    elif execution.dossier is not None:
        said = _("De groep die het voorstelde")
    else:
        said = _("Een dienst van de stad")
    return str(said)


def money_said(execution: Execution) -> str:
    """What became of the money, in one or two sentences; empty while the project runs."""
    if execution.spent_cents is None:
        return ""
    borne = min(execution.spent_cents, execution.award_cents)
    award = euro(execution.award_cents)
    said = _("Van de %(award)s is %(spent)s gebruikt.", award=award, spent=euro(borne))
    if not borne:
        said = _("Van de %(award)s is niets gebruikt.", award=award)
    if execution.to_return_cents and execution.returned_on is not None:
        said += " " + _("%(amount)s kwam terug bij de stad.", amount=euro(execution.to_return_cents))
    elif execution.to_return_cents:
        said += " " + _("%(amount)s gaat terug naar de stad.", amount=euro(execution.to_return_cents))
    elif execution.award_cents > borne:
        said += " " + _("De rest blijft bij de stad.")
    return str(said)


def progress_said(execution: Execution) -> str:
    """2 van de 3 mijlpalen klaar"""
    done, every = number(execution.approved), number(len(execution.milestones))
    return str(_("%(done)s van de %(all)s mijlpalen klaar", done=done, all=every))

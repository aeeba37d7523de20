"""The pages of who carries a project out: plan, agreement, account, news and expenses. It holds no rules."""

from collections.abc import Callable

from flask import Blueprint, request

from spreekt.identity import limits
from spreekt.identity.permissions import SIGNED_IN
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import DomainError, Invalid, NotThere
from spreekt.moderation import pictures
from spreekt.moderation.embeds import shelf
from spreekt.modules.burgerbudget.dossiers.decision_letter import Letterhead
from spreekt.modules.burgerbudget.dossiers.file_views import file_answer
from spreekt.modules.burgerbudget.follow import agreements, ending, paying, progress
from spreekt.modules.burgerbudget.follow import domain as follow
from spreekt.modules.burgerbudget.follow import queries as follow_queries
from spreekt.modules.burgerbudget.follow.agreement_letter import agreement_letter, as_read, terms
from spreekt.modules.burgerbudget.follow.forms import AccountForm, ExpenseForm, MilestoneForm, ReportForm, SignForm
from spreekt.modules.burgerbudget.follow.models import Agreement, Execution, ExecutionState, Milestone
from spreekt.modules.burgerbudget.follow.report_models import Expense
from spreekt.modules.burgerbudget.follow.views import WORDS
from spreekt.modules.burgerbudget.follow.workflow import (
    MILESTONE_LOOKS,
    MILESTONE_WORDS,
    acts_for,
    follows,
    may_see_inside,
    signs_for,
)
from spreekt.payouts.proofs import PDF
from spreekt.web.context import Answer, actor, city, db, find, now, page, see_other, vault
from spreekt.web.forms import Form
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("budget_carrying", __name__, url_prefix="/burgerbudget/uitvoering")
ONE = "/<int(max=2147483647):id>"
INSIDE = {**WORDS, "milestone_words": MILESTONE_WORDS, "milestone_looks": MILESTONE_LOOKS}


@bp.get(ONE)
@allow(SIGNED_IN)
def show(id: int) -> Answer:
    """Everything about one's own project, and what comes next."""
    execution = own(id)
    return page(
        "burgerbudget/follow/own.html", execution=execution, project=execution.project, round=execution.project.round,
        signs=signs_for(actor(), execution), may_plan=follow.may_plan(actor(), execution),
        reports=progress.reports_of(db(), id), expenses=progress.expenses_of(db(), id),
        settlement=ending.settlement(db(), execution), today=now().astimezone(BRUSSELS).date(),
        late_days=follow.numbers_of(db(), execution.project.round).late_days, is_late=progress.is_late,
        has_final=progress.has_final_report(db(), id), **INSIDE,
    )  # fmt: skip


@bp.get(f"{ONE}/plan")
@allow(SIGNED_IN)
def plan(id: int) -> Answer:
    """The milestones, as long as nobody signed."""
    execution = planned(id)
    content = agreements.plan_of(db(), execution)
    return page("burgerbudget/follow/plan.html", execution=execution, project=execution.project, plan=content,
                left=agreements.left_to_divide(content), by_city=follows(actor(), execution), **INSIDE)  # fmt: skip


@bp.route(f"{ONE}/plan/nieuw", methods=["GET", "POST"], defaults={"number": 0})
@bp.route(f"{ONE}/plan/<int(max=2147483647):number>", methods=["GET", "POST"])
@allow(SIGNED_IN)
def milestone(id: int, number: int) -> Answer:
    """Add a milestone, change one, or take it out."""
    execution = planned(id)
    found = find(Milestone, id=number, project_id=id) if number else None
    form = MilestoneForm(obj=found)
    if found is not None and "weg" in request.form and done(
        form, "title", lambda: follow.drop_milestone(db(), execution, found, by=actor())
    ):  # fmt: skip
        return see_other("budget_carrying.plan", id=id)
    if "weg" not in request.form and form.validate_on_submit() and done(form, "due_on", lambda: follow.put_milestone(
        db(), execution, found, title=form.title.data, due_on=form.due_on.data,
        amount_cents=form.amount_cents.data or 0, by=actor(), now=now(),
    )):  # fmt: skip
        return see_other("budget_carrying.plan", id=id)
    return page("burgerbudget/follow/milestone.html", form=form, execution=execution, project=execution.project,
                milestone=found)  # fmt: skip


@bp.route(f"{ONE}/afspraak", methods=["GET", "POST"])
@allow(SIGNED_IN)
def sign(id: int) -> Answer:
    """Read the agreement, and sign it as the lead."""
    execution = own(id)
    content = agreements.plan_of(db(), execution)
    form = SignForm(seen=agreements.mark_of(content))
    signable = execution.state is ExecutionState.TO_START and execution.agreement is None
    if signable and signs_for(actor(), execution) and form.validate_on_submit():
        if done(form, "name", lambda: agreements.sign(
            db(), execution, name=form.name.data, seen=form.seen.data or "", by=actor(), now=now()
        )):  # fmt: skip
            return see_other("budget_carrying.show", id=id)
        form.seen.data, form.seen.raw_data = agreements.mark_of(content), None
    agreement = execution.agreement
    shown = as_read(agreement.content if agreement is not None else content)
    return page("burgerbudget/follow/agreement.html", form=form, execution=execution, project=execution.project,
                plan=shown, terms=terms(shown), agreement=agreement, signs=signs_for(actor(), execution),
                signable=signable, left=agreements.left_to_divide(content), back=_lapsed(execution))  # fmt: skip


@bp.get(f"{ONE}/afspraak-<int(max=9999):number>.pdf")
@allow(SIGNED_IN)
def letter(id: int, number: int) -> Answer:
    """One version of the agreement on paper."""
    execution = follow_queries.execution_with(db(), id)
    if not may_see_inside(actor(), execution):
        raise NotThere
    found = find(Agreement, project_id=id, number=number)
    head = Letterhead(city().brand, city().name, city().help_line)
    return file_answer(agreement_letter(found, head), PDF, f'attachment; filename="afspraak-{id}-{number}.pdf"')


@bp.route(f"{ONE}/rekening", methods=["GET", "POST"])
@allow(SIGNED_IN)
def account(id: int) -> Answer:
    """Say once where the money goes. What was filled in never comes back to this page."""
    execution, form = own(id), AccountForm()
    if not signs_for(actor(), execution):
        raise NotThere
    if form.validate_on_submit() and done(form, "iban", lambda: paying.give_account(
        db(), vault(), execution, iban=form.iban.data, holder=form.holder.data, by=actor()
    )):  # fmt: skip
        return see_other("budget_carrying.show", id=id)
    return page("burgerbudget/follow/account.html", form=form, execution=execution, project=execution.project,
                kept_days=follow.numbers_of(db(), execution.project.round).account_days)  # fmt: skip


@bp.route(f"{ONE}/eindverslag", methods=["GET", "POST"], defaults={"number": 0})
@bp.route(f"{ONE}/mijlpaal/<int(max=2147483647):number>", methods=["GET", "POST"])
@allow(SIGNED_IN)
def report(id: int, number: int) -> Answer:
    """Tell that a milestone is done, or how it all went."""
    execution, form = own(id), ReportForm()
    found = find(Milestone, id=number, project_id=id) if number else None
    if form.validate_on_submit():
        _count_one()
        if done(form, "text", lambda: _tell(execution, found, form)):
            return see_other("budget_carrying.show", id=id)
    return page("burgerbudget/follow/report.html", form=form, execution=execution, project=execution.project,
                milestone=found)  # fmt: skip


def _tell(execution: Execution, milestone: Milestone | None, form: ReportForm) -> None:
    """The news with its photos, or neither."""
    made = progress.report(db(), execution, milestone, text=form.text.data, by=actor(), now=now())
    for name, file, words in form.photos:
        try:
            pictures.store(db(), shelf(), made, file, alt=words, now=now())
        except Invalid as refusal:
            form.blame(name, refusal)
            raise


@bp.route(f"{ONE}/uitgaven", methods=["GET", "POST"])
@allow(SIGNED_IN)
def expenses(id: int) -> Answer:
    """The bills, one by one, each with its proof."""
    execution, form = own(id), ExpenseForm()
    if "weg" in request.form:
        gone = find(Expense, name=request.form["weg"], project_id=id)
        progress.drop_expense(db(), gone, by=actor())
        return see_other("budget_carrying.expenses", id=id)
    if form.validate_on_submit():
        if not getattr(form.file.data, "filename", ""):
            form.blame("file", "Kies de foto of pdf van de rekening.")
        else:
            _count_one()
            if done(form, "file", lambda: progress.add_expense(
                db(), execution, what=form.what.data, cents=form.amount_cents.data or 0, spent_on=form.spent_on.data,
                proof=form.file.data.stream, by=actor(), now=now(),
            )):  # fmt: skip
                return see_other("budget_carrying.expenses", id=id)
    return page("burgerbudget/follow/expenses.html", form=form, execution=execution, project=execution.project,
                expenses=progress.expenses_of(db(), id), settlement=ending.settlement(db(), execution))  # fmt: skip


@bp.get("/bewijs/<name>")
@allow(SIGNED_IN)
def proof(name: str) -> Answer:
    """A proof, as a download, for who may see inside."""
    found = progress.proof_for(db(), name, by=actor())
    ending_of_name = "pdf" if found.media_type == PDF else "webp"
    return file_answer(found.content, found.media_type, f'attachment; filename="bewijs-{found.id}.{ending_of_name}"')


def own(id: int) -> Execution:
    """The project if the actor carries it out, or NotThere as if it did not exist."""
    execution = follow_queries.execution_with(db(), id)
    if not acts_for(actor(), execution):
        raise NotThere
    return execution


def planned(id: int) -> Execution:
    """The project if the actor may change its plan now."""
    execution = follow_queries.execution_with(db(), id)
    if not acts_for(actor(), execution) and not follows(actor(), execution):
        raise NotThere
    if not follow.may_plan(actor(), execution):
        raise follow.PlanStandsStill
    return execution


def done(form: Form, field: str, change: Callable[[], object]) -> bool:
    """Do it, or put the rule's no beside a field, with all that was typed still there."""
    try:
        with db().begin_nested():
            change()
    except NotThere:
        raise
    except DomainError as refusal:
        db().expire_all()
        if not form.errors:
            form.blame(field, refusal)
        return False
    return True


def _lapsed(execution: Execution) -> Agreement | None:
    """The last version that came back, while no other is on the table."""
    return execution.agreements[-1] if execution.agreements and execution.agreement is None else None


def _count_one() -> None:
    keep_even_if_refused()
    limits.count(db(), vault(), limits.WRITING, str(actor().id), now=now())

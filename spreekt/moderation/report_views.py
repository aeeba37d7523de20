"""Reporting what should not be here, and the desk where reports are handled."""

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest

from spreekt.identity import limits
from spreekt.identity.permissions import JUDGE, SIGNED_IN
from spreekt.kernel.errors import DomainError, IllegalTransition
from spreekt.moderation import domain, report_queries, reports
from spreekt.moderation.forms import ReportDecisionForm, ReportForm
from spreekt.moderation.house_rules import BY_CODE
from spreekt.moderation.models import Report, ReportState, Submission
from spreekt.moderation.relations import is_too_close
from spreekt.moderation.reports import REPORT_WORDS, REPORTS
from spreekt.web.context import Answer, actor, db, now, page, see_other, vault
from spreekt.web.listing import Page, one_word, whole_number
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("reports", __name__, url_prefix="/moderatie/meldingen")


@bp.route("/nieuw/<int:submission_id>", methods=["GET", "POST"])
@allow(SIGNED_IN)
def report(submission_id: int) -> Answer:
    """Meld dit: on everything that is public."""
    submission = domain.readable(actor(), db().get(Submission, submission_id))
    form = ReportForm()
    if form.validate_on_submit():
        keep_even_if_refused()
        limits.count(db(), vault(), limits.REPORTING, str(actor().id), now=now())
        try:
            reports.report_item(
                db(), submission, reason_code=form.reason.data, words=form.words.data or "", by=actor(), now=now()
            )
            return page("moderation/reported.html", submission=submission)
        except DomainError as refusal:
            form.blame("reason", refusal)
    return page("moderation/report.html", submission=submission, form=form)


@bp.get("")
@allow(JUDGE)
def desk() -> Answer:
    wanted, number = one_word("status"), whole_number("pagina")
    if wanted not in {"", *ReportState}:
        raise BadRequest
    state = ReportState(wanted) if wanted else None
    lines, total = report_queries.reported(db(), actor(), state=state, number=number)
    return page(
        "moderation/reports.html",
        page=Page(lines, total, number, report_queries.PER_PAGE),
        wanted=wanted,
        reasons=BY_CODE,
        report_words=REPORT_WORDS,
    )


@bp.route("/<int:id>", methods=["GET", "POST"])
@allow(JUDGE)
def item(id: int) -> Answer:
    report = report_queries.report_at(db(), actor(), id)
    too_close = is_too_close(db(), actor(), report.submission)
    steps = () if too_close else REPORTS.offered(report, to=actor())
    form = ReportDecisionForm()
    act = request.form.get("decision", "")
    if request.method == "POST":
        if act not in {step.name for step in steps}:
            raise IllegalTransition(act)
        if act in {"assign", "release"}:
            (reports.assign if act == "assign" else reports.release)(db(), report, by=actor())
            return see_other("reports.item", id=id)
        if form.validate():
            _decide(report, act, form.words.data or "")
            return see_other("reports.desk")
    return page(
        "moderation/report_item.html", report=report, item=report.submission, steps=steps, form=form,
        reasons=BY_CODE, report_words=REPORT_WORDS, too_close=too_close,
    )  # fmt: skip


def _decide(report: Report, act: str, words: str) -> None:
    reason = BY_CODE[report.reason_code]
    reasons = domain.Reasons(code=reason.code, rule=reason.rule, words=words)
    settle = reports.uphold if act == "uphold" else reports.dismiss
    settle(db(), report, reasons=reasons, by=actor(), now=now())

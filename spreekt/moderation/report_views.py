"""Reporting what should not be here, and the desk where reports are handled."""

from flask import Blueprint

from spreekt.identity import limits
from spreekt.identity.permissions import SIGNED_IN
from spreekt.kernel.errors import DomainError
from spreekt.moderation import domain, reports
from spreekt.moderation.forms import ReportForm
from spreekt.moderation.models import Submission
from spreekt.web.context import Answer, actor, db, now, page, vault
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

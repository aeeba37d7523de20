"""Letters with a code for a round: one person asks, the register keeper has them made, everybody sees how far it is."""

from flask import Blueprint

from spreekt.electorate import letter_runs
from spreekt.identity.permissions import VOTE_LETTERS
from spreekt.kernel.actor import Role
from spreekt.kernel.errors import NotThere
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.doors import letter_jobs as vote_letter_jobs
from spreekt.modules.burgerbudget.forms import PublishForm
from spreekt.modules.burgerbudget.models import Round
from spreekt.web.context import Answer, actor, clock, db, now, page, see_other
from spreekt.web.rights import allow

bp = Blueprint("budget_letters", __name__, url_prefix="/beheer/rondes/<slug>/brieven")


@bp.get("")
@allow(VOTE_LETTERS)
def overview(slug: str) -> Answer:
    round = _round(slug)
    return page(
        "burgerbudget/doors/letters.html", round=round, form=PublishForm(), runs=letter_runs.runs_of(db(), round.poll),
        waiting=letter_runs.unfinished(db(), round.poll), may_ask=actor().has(Role.ADMIN, module=round.poll.module),
        may_make=actor().has(Role.REGISTER, module=round.poll.module), is_over=round.poll.is_over(now()),
    )  # fmt: skip


@bp.post("/vraag")
@allow(VOTE_LETTERS)
def ask(slug: str) -> Answer:
    round = _confirmed(slug)
    letter_runs.ask(db(), round.poll, by=actor(), now=clock().database_now(db()))
    return see_other("budget_letters.overview", slug=slug)


@bp.post("/maak")
@allow(VOTE_LETTERS)
def make(slug: str) -> Answer:
    """The second person; from here on the outbox makes them, part by part."""
    round = _confirmed(slug)
    run = letter_runs.approve(db(), round.poll, by=actor(), now=clock().database_now(db()))
    vote_letter_jobs.next_part(db(), run)
    return see_other("budget_letters.overview", slug=slug)


def _confirmed(slug: str) -> Round:
    if not PublishForm().validate_on_submit():
        raise NotThere
    return _round(slug)


def _round(slug: str) -> Round:
    round = queries.round_with(db(), slug)
    if round.without_vote or round.is_imported:
        raise NotThere
    return round

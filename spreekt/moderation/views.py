"""The desk of moderators and area workers: what waits, and everything for one decision on one page."""

from collections.abc import Sequence

from flask import Blueprint, request
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadRequest

from spreekt.identity.permissions import JUDGE
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import IllegalTransition, Invalid, StaleVersion
from spreekt.kernel.workflow import Transition
from spreekt.moderation import desk, queries
from spreekt.moderation.differences import differences
from spreekt.moderation.flags import explained
from spreekt.moderation.forms import DecisionForm
from spreekt.moderation.house_rules import BY_CODE
from spreekt.moderation.models import State
from spreekt.moderation.queries import Docket, Filters
from spreekt.moderation.relations import offered
from spreekt.moderation.reports import REPORT_WORDS
from spreekt.moderation.workflow import ACT_WORDS, STATE_WORDS, is_own_or_related
from spreekt.web.context import Answer, actor, db, now, page, see_other
from spreekt.web.listing import Page, one_word, whole_number
from spreekt.web.rights import allow

bp = Blueprint("moderation", __name__, url_prefix="/moderatie")


def _filters() -> Filters:
    state = one_word("status") or State.PENDING.value
    kind, assignee = one_word("soort"), one_word("wie")
    if (
        state not in set(queries.AT_THE_DESK)
        or (kind and kind not in queries.kind_names())
        or assignee not in {"", queries.MINE, queries.NOBODY_YET}
    ):
        raise BadRequest
    return Filters(state=State(state), kind=kind, area=one_word("deelgemeente"), assignee=assignee)


@bp.get("")
@allow(JUDGE)
def queue() -> Answer:
    filters, number = _filters(), whole_number("pagina")
    lines, total = queries.queue(db(), actor(), filters, number=number)
    return page(
        "moderation/queue.html",
        page=Page(lines, total, number, queries.PER_PAGE),
        filters=filters,
        counts=queries.counts(db(), actor(), now=now()),
        kinds=queries.kind_names(),
        areas=queries.areas_to_choose(db()),
        states=[(state, STATE_WORDS[state]) for state in queries.AT_THE_DESK],
    )


@bp.route("/<int:id>", methods=["GET", "POST"])
@allow(JUDGE)
def item(id: int) -> Answer:
    docket = queries.docket(db(), actor(), id)
    steps, form = _steps(docket), DecisionForm()
    form.offer(steps)
    if request.method == "GET":
        return _show(docket, steps, form)
    if not steps:
        raise IllegalTransition
    step = next((step for step in steps if step.name == request.form.get("decision")), None)
    if form.seen_version != docket.submission.version or step is None:
        return _second(id, form)
    if form.validate() and form.is_whole_for(step, today=now().astimezone(BRUSSELS).date()):
        try:
            with db().begin_nested():
                desk.judge(
                    db(), docket.submission, step.name, reason_code=form.reason.data, words=form.words.data or "",
                    due_on=form.due_on.data, seen_version=form.seen_version, by=actor(), now=now(),
                )  # fmt: skip
        except (StaleVersion, StaleDataError):
            return _second(id, form)
        except Invalid as refusal:
            form.blame("reason", refusal)
        else:
            following = queries.next_waiting(db(), actor(), after=id)
            return see_other("moderation.item", id=following, na=id) if following else see_other("moderation.queue")
    return _show(docket, steps, form)


@bp.post("/<int:id>/opnemen")
@allow(JUDGE)
def take_on(id: int) -> Answer:
    desk.take_on(db(), queries.docket(db(), actor(), id).submission, by=actor())
    return see_other("moderation.item", id=id)


@bp.post("/<int:id>/teruggeven")
@allow(JUDGE)
def give_back(id: int) -> Answer:
    desk.give_back(db(), queries.docket(db(), actor(), id).submission, by=actor())
    return see_other("moderation.item", id=id)


def _steps(docket: Docket) -> Sequence[Transition]:
    return offered(docket.submission, to=actor(), too_close=_is_too_close(docket))


def _is_too_close(docket: Docket) -> bool:
    return docket.lives_with_author or is_own_or_related(actor(), docket.submission)


def _second(id: int, form: DecisionForm) -> Answer:
    """Somebody decided or changed the text first: the item as it is now, with the words that were typed."""
    docket = queries.docket(db(), actor(), id)
    steps = _steps(docket)
    form.offer(steps)
    return _show(docket, steps, form, is_second=True)


def _show(docket: Docket, steps: Sequence[Transition], form: DecisionForm, *, is_second: bool = False) -> Answer:
    submission = docket.submission
    form.version.data = form.version.raw_data = None  # what counts is what this page shows
    form.version.data = str(submission.version)
    too_close = _is_too_close(docket)
    if too_close:
        return page("moderation/too_close.html", item=submission)
    before = queries.text_before(db(), submission)
    judged = queries.judged(db(), submission)
    return page(
        "moderation/item.html",
        status=409 if is_second else 200,
        item=submission,
        steps=steps,
        form=form,
        is_second=is_second,
        state_words=STATE_WORDS,
        flags=explained(submission.flags),
        before=before,
        changes=differences(before.body, submission.body) if before else (),
        decisions=[decision for decision in judged if decision.submission_id == submission.id],
        elsewhere=[decision for decision in judged if decision.submission_id != submission.id],
        history=queries.history(db(), submission.author_id),
        reports=queries.reports_on(db(), submission),
        reasons=BY_CODE,
        act_words=ACT_WORDS,
        report_words=REPORT_WORDS,
    )

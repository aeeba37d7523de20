"""The public pages of a jury: the call, standing for it, the draw with its file, and the report."""

from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from spreekt.identity.permissions import ANYONE, RESIDENT, SIGNED_IN
from spreekt.kernel.clock import last_day
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.jury import call as jury_call
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury import seats as jury_seats
from spreekt.modules.burgerbudget.jury.call import AGE_SHORT, AGE_WORDS, GENDER_WORDS
from spreekt.modules.burgerbudget.jury.call_models import AgeBand
from spreekt.modules.burgerbudget.jury.forms import CandidateForm
from spreekt.modules.burgerbudget.jury.queries import SEATED, Standing
from spreekt.modules.burgerbudget.models import Round
from spreekt.web.cache import public
from spreekt.web.context import Answer, actor, clock, db, now, page, see_other, vault
from spreekt.web.rights import allow

bp = Blueprint("budget_jury", __name__, url_prefix="/burgerbudget/<slug>/jury")
WORDS: dict[str, Any] = {"age_words": AGE_WORDS, "gender_words": GENDER_WORDS, "seat_words": jury_seats.SEAT_WORDS,
         "seat_looks": jury_seats.SEAT_LOOKS, "last_day": last_day}  # fmt: skip


def jury_of(slug: str) -> tuple[Round, Standing]:
    """A round with its jury, or NotThere when it has none."""
    round = queries.round_with(db(), slug)
    standing = jury_queries.standing(db(), round)
    if not standing.is_planned:
        raise NotThere
    return round, standing


@bp.get("")
@allow(ANYONE)
@public
def call(slug: str) -> Answer:
    """What the jury does, who may stand and how the lot decides or whom the city appointed, and where it stands now."""
    round, standing = jury_of(slug)
    account_id = actor().id
    template = "experts" if standing.is_appointed else "call"
    return page(
        f"burgerbudget/jury/{template}.html", round=round, jury=standing,
        criteria=jury_queries.criteria_of(db(), round.id),
        candidate=jury_queries.candidate_of(db(), round.id, account_id) if account_id else None,
        seat=jury_queries.seat_of(db(), round.id, account_id), **WORDS,
    )  # fmt: skip


@bp.route("/kandidaat", methods=["GET", "POST"])
@allow(RESIDENT)
def stand(slug: str) -> Answer:
    """Stand for the jury on one short page; afterwards the same address shows one's candidacy."""
    round, standing = jury_of(slug)
    candidate = jury_queries.candidate_of(db(), round.id, actor().id)
    if candidate is not None and request.method == "POST":
        return see_other("budget_jury.stand", slug=slug)
    if candidate is not None:
        seat = jury_queries.seat_of(db(), round.id, actor().id)
        return page("burgerbudget/jury/candidate.html", round=round, jury=standing, candidate=candidate, seat=seat,
                    **WORDS)  # fmt: skip
    form = CandidateForm()
    if standing.takes_candidates(now()) and form.validate_on_submit():
        try:
            jury_call.sign_up(db(), vault(), round, gender=form.said, by=actor(), now=clock().database_now(db()))
            return see_other("budget_jury.stand", slug=slug)
        except jury_call.AlreadyCandidate:
            return see_other("budget_jury.stand", slug=slug)
        except DomainError as refusal:
            form.blame("agrees", refusal)
    return page("burgerbudget/jury/stand.html", round=round, jury=standing, form=form)


@bp.post("/kandidaat/zonder-gender")
@allow(SIGNED_IN)
def forget_gender(slug: str) -> Answer:
    """Take back what one said."""
    jury_call.forget_gender(db(), queries.round_with(db(), slug), by=actor())
    return see_other("budget_jury.stand", slug=slug)


@bp.route("/kandidaat/stoppen", methods=["GET", "POST"])
@allow(SIGNED_IN)
def withdraw(slug: str) -> Answer:
    """Stop being a candidate, after one question."""
    round, standing = jury_of(slug)
    if jury_queries.candidate_of(db(), round.id, actor().id) is None:
        return see_other("budget_jury.call", slug=slug)
    form = CandidateForm(agrees=True)
    if form.is_submitted():
        jury_call.withdraw(db(), round, by=actor())
        return see_other("budget_jury.call", slug=slug)
    return page("burgerbudget/jury/withdraw.html", round=round, jury=standing, form=form)


@bp.get("/loting")
@allow(ANYONE)
@public
def draw(slug: str) -> Answer:
    """The draw in words, the frozen list with its hash, and what came out."""
    round, standing = jury_of(slug)
    listed = jury_queries.frozen_list(db(), round.id)
    by_number = {each.number: each for each in listed.candidates} if listed else {}
    jury, reserves = jury_queries.drawn_numbers(db(), round.id)
    return page(
        "burgerbudget/jury/draw.html", round=round, jury=standing, listed=listed, area_words=_area_words(),
        chosen=[by_number[number] for number in jury], reserves=[by_number[number] for number in reserves],
        age_label=age_label, **WORDS,
    )  # fmt: skip


@bp.get("/loting.json")
@allow(ANYONE)
def draw_file(slug: str) -> Answer:
    """The draw as a file for `spreekt jury draw`; the frozen list as long as nothing is drawn."""
    round, _standing = jury_of(slug)
    found = jury_queries.published_file(db(), round.id)
    if found is None:
        raise NotThere
    return _json(found[0], f"{found[1]}-{round.slug}")


@bp.get("/kandidatenlijst.json")
@allow(ANYONE)
def list_file(slug: str) -> Answer:
    """The frozen list itself: the bytes whose hash was published before the draw."""
    round, _standing = jury_of(slug)
    text = jury_queries.frozen_text(db(), round.id)
    if not text:
        raise NotThere
    return _json(text, f"kandidatenlijst-{round.slug}")


@bp.get("/verslag")
@allow(ANYONE)
@public
def report(slug: str) -> Answer:
    """What the jury decided about each project and why; before that, where it stands."""
    round, standing = jury_of(slug)
    found = jury_queries.published_report(db(), round.id)
    if found is None:
        return page("burgerbudget/jury/no_report.html", round=round, jury=standing)
    verdicts = jury_queries.verdicts_of(db(), round.id)
    strata = jury_queries.strata_of(db(), round.id)
    seats = jury_queries.seats_of(db(), round.id)
    seated = [strata[seat.number] for seat in seats if seat.state in SEATED and seat.expert is None]
    off = jury_queries.jurors_off(db(), round.id)
    return page(
        "burgerbudget/jury/report.html", round=round, jury=standing, report=found, verdicts=verdicts, seated=seated,
        off=off, sessions=jury_queries.sessions_of(db(), round.id), area_words=_area_words(), age_label=age_label,
        criteria=jury_queries.criteria_of(db(), round.id), **WORDS,
    )  # fmt: skip


def age_label(band: str) -> str:
    """An age band of a published file in words."""
    return _(AGE_SHORT[AgeBand(band)]) if band in set(AgeBand) else band


def _area_words() -> dict[str, str]:
    return {area.code: area.name for area in queries.boroughs(db(), now())}


def _json(text: str, name: str) -> Answer:
    answer = Response(text, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer

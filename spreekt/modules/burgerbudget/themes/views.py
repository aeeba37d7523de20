"""Where staff take over what residents decided about themes: shown first, with the numbers, then confirmed."""

from flask import Blueprint, request

from spreekt.identity.permissions import RUN_ROUNDS
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.modules.burgerbudget import locks, queries
from spreekt.modules.burgerbudget.forms import PublishForm
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.themes import domain
from spreekt.modules.burgerbudget.themes.shares import shares_of
from spreekt.web.context import Answer, actor, clock, db, now, page, see_other
from spreekt.web.errors import words_of
from spreekt.web.listing import one_word
from spreekt.web.rights import allow

bp = Blueprint("budget_themes", __name__, url_prefix="/beheer/rondes")


@bp.get("/<slug>/themas")
@allow(RUN_ROUNDS)
def show(slug: str) -> Answer:
    """What was taken over, or the rounds it can come from; with ?uit= what would be taken, before anything happens."""
    return _page(queries.round_with(db(), slug, pots=True), one_word("uit"))


@bp.post("/<slug>/themas")
@allow(RUN_ROUNDS)
def take(slug: str) -> Answer:
    round = _alone(slug)
    if not PublishForm().validate_on_submit():
        return _page(round, request.form.get("uit", ""))
    try:
        with db().begin_nested():
            earlier = queries.round_with(db(), request.form.get("uit", ""), outcomes=True)
            domain.take(db(), round, earlier, by=actor(), now=clock().database_now(db()))
    except DomainError as refusal:
        return _page(round, request.form.get("uit", ""), refused=words_of(refusal))
    return see_other("budget_themes.show", slug=slug)


@bp.post("/<slug>/themas/los")
@allow(RUN_ROUNDS)
def let_go(slug: str) -> Answer:
    round = _alone(slug)
    if not PublishForm().validate_on_submit():
        return _page(round, "")
    try:
        domain.let_go(db(), round, by=actor(), now=clock().database_now(db()))
    except DomainError as refusal:
        return _page(round, "", refused=words_of(refusal))
    return see_other("budget_themes.show", slug=slug)


def _alone(slug: str) -> Round:
    """The round, for one writer at a time."""
    round = queries.round_with(db(), slug, pots=True)
    locks.alone(db(), round)
    return round


def _page(round: Round, wanted: str, *, refused: str = "") -> Answer:
    sources = domain.rounds_to_take_from(db(), round, now())
    earlier = next((each for each in sources if each.slug == wanted), None)
    if wanted and earlier is None and not refused:
        raise NotThere
    chosen = round.themes_from or earlier
    return page("burgerbudget/staff/themes.html", status=409 if refused else 200, form=PublishForm(), round=round,
                sources=sources, earlier=earlier, refused=refused,
                shares=shares_of(db(), chosen) if chosen is not None else ())  # fmt: skip

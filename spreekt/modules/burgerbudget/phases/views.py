"""Where staff plan a round: start it from an edition, copy it, move its phases, set its numbers."""

from flask import Blueprint, request
from flask_babel import gettext as _

from spreekt.electorate.letter_dates import LettersSayOtherDates, moving_dates
from spreekt.identity.permissions import RUN_ROUNDS
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget import locks, queries
from spreekt.modules.burgerbudget.phases import regulation, timeline
from spreekt.modules.burgerbudget.phases.forms import NewRoundForm, NumbersForm, PhaseForm
from spreekt.modules.burgerbudget.phases.models import ORDER
from spreekt.modules.burgerbudget.phases.regulation import (
    USED_FROM,
    JuryHasNoPhase,
    LotWithoutWords,
    NumberStandsStill,
    SlugIsTaken,
    ThemesContradict,
    VoteNeedsMethod,
    at_midnight,
)
from spreekt.web.context import Answer, actor, city, clock, db, now, page, see_other
from spreekt.web.rights import allow

bp = Blueprint("budget_phases", __name__, url_prefix="/beheer/rondes")


@bp.route("/uit-voorbeeld", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def start() -> Answer:
    """A new round with the numbers and lengths of a known edition."""
    presets, areas = [preset for preset in city().budget_presets if preset.phase_days], queries.boroughs(db(), now())
    form = NewRoundForm().offer(presets, areas)
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                round = regulation.start_from(
                    db(), city().budget_preset(form.preset.data), slug=form.slug.data, title=form.title.data.strip(),
                    amount_cents=form.amount_cents.data or 0, starts_at=at_midnight(form.starts_on.data),
                    area_id=form.area_id.data or None, by=actor(), now=clock().database_now(db()),
                )  # fmt: skip
            return see_other("budget_phases.phases", slug=round.slug)
        except DomainError as refusal:
            form.blame(_field_of(refusal), refusal)
    return page("burgerbudget/staff/start.html", form=form, presets=presets)


@bp.route("/<slug>/kopie", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def clone(slug: str) -> Answer:
    """The same round once more, on later days."""
    old = queries.round_with(db(), slug)
    form = NewRoundForm().like_an_earlier_one()
    if form.validate_on_submit():
        try:
            with db().begin_nested():
                round = regulation.clone(
                    db(), old, slug=form.slug.data, title=form.title.data.strip(), by=actor(),
                    starts_at=at_midnight(form.starts_on.data), now=clock().database_now(db()),
                )  # fmt: skip
            return see_other("budget_phases.phases", slug=round.slug)
        except DomainError as refusal:
            form.blame("slug" if isinstance(refusal, SlugIsTaken) else "starts_on", refusal)
    return page("burgerbudget/staff/clone.html", form=form, round=old)


@bp.get("/<slug>/fasen")
@allow(RUN_ROUNDS)
def phases(slug: str) -> Answer:
    """All phases of a round, those that are left out too."""
    round = queries.round_with(db(), slug)
    spans, planned = timeline.timeline(db(), round), timeline.with_the_vote(db(), round)
    return page(
        "burgerbudget/staff/phases.html", round=round, spans=spans,
        phase_words=timeline.phase_words(regulation.regulation_of(db(), round)),
        left_out=[kind for kind in ORDER if timeline.phase(planned, kind) is None
                  and (kind in timeline.THEME_PHASES or not round.is_about_themes)],
    )  # fmt: skip


@bp.route("/<slug>/fasen/<kind>", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def phase(slug: str, kind: str) -> Answer:
    """Put one phase in the round, move it, or leave it out."""
    round, which = queries.round_with(db(), slug), _kind(kind)
    if request.method == "POST":
        locks.alone(db(), round)
    span = timeline.phase(timeline.timeline(db(), round), which)
    form = PhaseForm()
    if request.method == "GET":
        form.show(span)
    if "weg" in request.form:
        timeline.leave_out(db(), round, which, by=actor(), now=clock().database_now(db()))
        return see_other("budget_phases.phases", slug=slug)
    if form.validate_on_submit():
        try:
            with db().begin_nested(), moving_dates(db(), round.poll, knowingly=form.knows_letters.data, by=actor()):
                timeline.set_phase(db(), round, which, *form.dates, by=actor(), now=clock().database_now(db()))
            return see_other("budget_phases.phases", slug=slug)
        except LettersSayOtherDates as refusal:
            form.blame("knows_letters", refusal)
        except DomainError as refusal:
            form.blame("opens_at" if isinstance(refusal, timeline.PhaseInThePast) else "closes_at", refusal)
    words = timeline.phase_words(regulation.regulation_of(db(), round))
    return page("burgerbudget/staff/phase.html", form=form, round=round, span=span, name=_(words[which]),
                ends_jury=which is PhaseKind.JURY and timeline.jury_size_of(db(), round) > 0)  # fmt: skip


@bp.route("/<slug>/reglement", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def numbers(slug: str) -> Answer:
    """The numbers of the regulation; those in use are shown and stand still."""
    round = queries.round_with(db(), slug)
    rules, moment = regulation.regulation_of(db(), round), clock().database_now(db())
    still = regulation.standing_still(round, timeline.timeline(db(), round), moment)
    hidden = regulation.not_asked(round)
    form = NumbersForm()
    if request.method == "GET":
        form.show(rules)
    form.hold(still | hidden, rules)
    if form.validate_on_submit():
        try:
            regulation.change_numbers(db(), round, form.values(still | hidden), by=actor(), now=moment)
            return see_other("budget_phases.phases", slug=slug)
        except DomainError as refusal:
            form.blame(_number_of(refusal), refusal)
    words = timeline.phase_words(rules)
    asked = {name: kind for name, kind in USED_FROM.items() if name not in hidden}
    groups = [(words[kind], [form[name] for name, used in asked.items() if used is kind], kind)
              for kind in dict.fromkeys(asked.values())]  # fmt: skip
    return page("burgerbudget/staff/numbers.html", form=form, round=round, rules=rules, groups=groups, still=still)


def _kind(word: str) -> PhaseKind:
    try:
        return PhaseKind(word)
    except ValueError:
        raise NotThere from None


def _number_of(refusal: DomainError) -> str:
    """Which number of a regulation a refusal is about; the first one when it is about several."""
    if isinstance(refusal, NumberStandsStill | LotWithoutWords | ThemesContradict):
        return refusal.field
    if isinstance(refusal, JuryHasNoPhase):
        return "jury_size"
    return "vote_method" if isinstance(refusal, VoteNeedsMethod) else "applicants_least"


def _field_of(refusal: DomainError) -> str:
    if isinstance(refusal, SlugIsTaken):
        return "slug"
    return "starts_on" if isinstance(refusal, timeline.PhaseInThePast) else "area_id"

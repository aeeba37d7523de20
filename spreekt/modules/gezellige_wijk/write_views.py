"""Asking something for the street: one question a screen, each saved by itself; the rules come last."""

from flask import Blueprint, flash, request
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from wtforms.fields.choices import SelectChoice

from spreekt.identity import limits
from spreekt.identity.permissions import ANYONE, HELP_STREETS, SIGNED_IN
from spreekt.kernel.errors import DomainError, NotThere, StaleVersion
from spreekt.modules.gezellige_wijk import domain, grants, handling, loans, queries, stewards
from spreekt.modules.gezellige_wijk.at_hand import desk, readable, regulations, today
from spreekt.modules.gezellige_wijk.forms import HelpedForm, KindForm, PressForm, ReasonForm, StepForm, attempt
from spreekt.modules.gezellige_wijk.loan_models import LoanState
from spreekt.modules.gezellige_wijk.models import StreetRequest
from spreekt.modules.gezellige_wijk.step_forms import form_for
from spreekt.modules.gezellige_wijk.words import (
    STEP_OF_CHECK,
    VERDICT_LOOKS,
    VERDICT_WORDS,
    sentence,
    step_titles_of,
    step_words_of,
)
from spreekt.territory.queries import street_names
from spreekt.web.context import Answer, actor, db, now, page, see_other, vault
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("street_asking", __name__, url_prefix="/gezellige-wijk")
ID = "/aanvragen/<int(max=2147483647):id>"


def own(id: int) -> StreetRequest:
    return domain.own(queries.case(db(), id), by=actor())


def _count_one() -> None:
    keep_even_if_refused()
    limits.count(db(), vault(), limits.WRITING, str(actor().id), now=now())


def _offer_kinds(form: KindForm) -> KindForm:
    form.kind.choices = [SelectChoice(kind.code, kind.name) for kind in regulations().types.values()]
    return form


@bp.route("/aanvragen/nieuw", methods=["GET", "POST"])
@allow(SIGNED_IN)
def new() -> Answer:
    form = _offer_kinds(KindForm(kind=request.args.get("soort")))
    if form.validate_on_submit():
        _count_one()
        kind = regulations().types[form.kind.data]
        made = domain.begin(db(), kind, regulations=regulations(), by=actor(), now=now())
        return see_other("street_asking.step", id=made.id, step=kind.steps[0])
    return page("gezellige_wijk/new.html", form=form, kinds=regulations().types, helped=False)


@bp.route("/aanvragen/voor-iemand", methods=["GET", "POST"])
@allow(HELP_STREETS)
def new_for_somebody() -> Answer:
    form = HelpedForm()
    _offer_kinds(form)
    if form.validate_on_submit():
        kind = regulations().types[form.kind.data]
        made = domain.begin(
            db(), kind, regulations=regulations(), by=actor(), now=now(), helped_at=form.place.data[:80],
            sealed_contact=vault().seal("street contact", form.contact.data[:200], padded_to=256),
        )  # fmt: skip
        return see_other("street_asking.step", id=made.id, step=kind.steps[0])
    return page("gezellige_wijk/new.html", form=form, kinds=regulations().types, helped=True)


@bp.route(f"{ID}/stap/<step>", methods=["GET", "POST"])
@allow(SIGNED_IN)
def step(id: int, step: str) -> Answer:
    """One screen. When somebody saved in another window, it comes back with what was typed and says so."""
    asked, at = own(id), desk()
    steps = at.kind(asked).steps
    if step not in steps:
        raise NotThere
    try:
        form = form_for(step, asked, at)
    except loans.NoDays:
        flash(_("Kies eerst wanneer het is. Dan zien we wat er die dagen vrij is."))
        return see_other("street_asking.step", id=id, step="wanneer")
    if request.method == "GET":
        form.show(asked, at)
    stale = False
    if form.validate_on_submit():
        try:
            if _put(form, asked):
                return _onward(asked, step, form)
        except (StaleVersion, StaleDataError):
            stale = True
            asked = own(id)
            form.version.raw_data, form.version.data = None, str(asked.version)
    rule = at.regulations.rule(asked.rule_code)
    return page(
        "gezellige_wijk/step.html", status=409 if stale else 200, form=form, asked=asked, step=step, steps=steps,
        step_words=step_words_of(asked), titles=step_titles_of(asked), stale=stale, rule=rule, kind=at.kind(asked),
        streets=street_names(db()) if step == "plaats" else (),
    )  # fmt: skip


def _put(form: StepForm, asked: StreetRequest) -> bool:
    def act() -> None:
        domain.seen(asked, form.seen_version)
        with db().begin_nested():
            form.put(asked, desk())
            db().flush()

    try:
        return attempt(form, form.main, act)
    except StaleDataError as fault:
        raise StaleVersion from fault


def _onward(asked: StreetRequest, step: str, form: StepForm) -> Answer:
    """To the next screen; back to the case for who goes on later; the same again for who names another steward."""
    for name in getattr(form, "lost", ()):
        flash(_("“%(name)s” is op de nieuwe dagen niet meer vrij. Kies het materiaal opnieuw.", name=name))
    if "_later" in request.form:
        return see_other("gezellige_wijk.show", id=asked.id)
    steps = regulations().types[asked.type_code].steps
    if step == "meters" and (form["name"].data or "").strip():
        return see_other("street_asking.step", id=asked.id, step=step)
    place = steps.index(step) + 1
    if place < len(steps):
        return see_other("street_asking.step", id=asked.id, step=steps[place])
    return see_other("street_asking.review", id=asked.id)


@bp.post(f"{ID}/meter-weg")
@allow(SIGNED_IN)
def drop_steward(id: int) -> Answer:
    asked, chosen = own(id), request.form.get("steward", "")
    domain.drop_steward(db(), asked, int(chosen) if chosen.isascii() and chosen.isdigit() else 0)
    return see_other("street_asking.step", id=id, step="meters")


@bp.route(f"{ID}/nakijken", methods=["GET", "POST"])
@allow(SIGNED_IN)
def review(id: int) -> Answer:
    """The last look: what is met, what is missing and by when; then it goes to the city."""
    asked, form = own(id), PressForm()
    lent = [loan for loan in loans.loans_of(db(), id) if loan.state is LoanState.RESERVED]
    refused: tuple[str, ...] = ()
    if form.validate_on_submit():
        try:
            _count_one()
            domain.seen(asked, form.seen_version)
            domain.hand_in(
                db(), asked, regulations=regulations(), by=actor(), now=now(), asks_material=bool(lent)
            )  # fmt: skip
            return see_other("gezellige_wijk.show", id=id)
        except domain.NotWhole as refusal:
            refused = tuple(str(argument) for argument in refusal.args)
    found = domain.checks(asked, regulations(), today=today(), asks_material=bool(lent))
    return page(
        "gezellige_wijk/review.html", status=422 if refused else 200, form=form, asked=asked, refused=refused,
        checks=found, sentence=sentence, step_of=STEP_OF_CHECK, verdicts=VERDICT_WORDS, looks=VERDICT_LOOKS,
        kind=regulations().types[asked.type_code], rule=regulations().rule(asked.rule_code), loans=lent,
        grant=grants.grant_of(db(), id), step_words=step_words_of(asked),
        may_send=not any(check.stops for check in found),
    )  # fmt: skip


@bp.post(f"{ID}/weg")
@allow(SIGNED_IN)
def discard(id: int) -> Answer:
    asked = own(id)
    loans.release(db(), asked)
    domain.discard(db(), asked, by=actor())
    return see_other("gezellige_wijk.index")


@bp.route(f"{ID}/stop", methods=["GET", "POST"])
@allow(SIGNED_IN)
def stop(id: int) -> Answer:
    """Withdraw before the decision, or call it off after; what was reserved is free again."""
    asked, form = readable(id), ReasonForm()
    cancels = asked.is_public
    if form.validate_on_submit() and attempt(
        form, "reason",
        lambda: handling.step(db(), asked, "cancel" if cancels else "withdraw", by=actor(), now=now(),
                              reason=form.reason.data or ""),
    ):  # fmt: skip
        return see_other("gezellige_wijk.show" if cancels else "gezellige_wijk.index", id=id)
    return page("gezellige_wijk/stop.html", form=form, asked=asked, cancels=cancels)


@bp.route("/meter/<token>", methods=["GET", "POST"])
@allow(ANYONE)
def steward(token: str) -> Answer:
    """By their own link: yes or no."""
    who, form = stewards.steward_of(db(), vault(), token), PressForm()
    refused = ""
    if form.validate_on_submit():
        try:
            if "ja" in request.form:
                stewards.confirm(db(), who, is_adult="adult" in request.form, lives_there="here" in request.form,
                                 now=now())  # fmt: skip
            else:
                stewards.decline(db(), who, now=now())
            return see_other("street_asking.steward", token=token)
        except DomainError as refusal:
            refused = str(refusal)
    asked = queries.case(db(), who.request_id)
    return page("gezellige_wijk/steward.html", status=422 if refused else 200, form=form, who=who, asked=asked,
                refused=refused, token=token)  # fmt: skip

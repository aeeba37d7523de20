"""Counting officers on screen: who runs the round appoints them, and each of them makes, proves and gives a key."""

from flask import Blueprint, flash, request
from flask_babel import gettext as _

from spreekt.identity.permissions import COUNT_BUDGET, RUN_ROUNDS
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.officers import domain as officers
from spreekt.modules.burgerbudget.officers import stages as officer_stages
from spreekt.modules.burgerbudget.officers.counting import StillSecret
from spreekt.modules.burgerbudget.officers.forms import AppointForm, CardForm, ProofForm, PublicKeyForm, tasks_of
from spreekt.modules.burgerbudget.officers.stages import Stage
from spreekt.web.context import Answer, actor, clock, db, page, see_other, vault
from spreekt.web.once import every_time
from spreekt.web.rights import allow

bp = Blueprint("budget_officers", __name__, url_prefix="/beheer/rondes")


@bp.route("/<slug>/tellers", methods=["GET", "POST"])
@allow(RUN_ROUNDS)
def appoint(slug: str) -> Answer:
    """Who counts, how many of them are needed, and how far each of them is."""
    round, moment = queries.round_with(db(), slug), clock().database_now(db())
    people = officer_stages.people_who_may_count(db(), by=actor())
    form = AppointForm().offer(people)
    if form.validate_on_submit():
        chosen = [account for account in people if account.id in form.people.data]
        try:
            officers.appoint(db(), clock(), round, chosen, needed=form.needed.data, by=actor())
            flash(_("De tellers zijn gekozen. Vraag hen om hun sleutel te maken."))
            return see_other("budget_officers.appoint", slug=slug)
        except officers.NotEnoughOfficers as refusal:
            form.blame("people", refusal)
    seats = queries.officers_of(db(), round.id)
    if request.method == "GET":
        form.people.data = [seat.account_id for seat in seats]
        form.needed.data = round.officers_needed
    return page(
        "burgerbudget/staff/officers.html", round=round, seats=seats, form=form, tasks=tasks_of(people),
        may_change=officer_stages.may_still_change(round, moment),
        waits=officer_stages.waits_for_keys(round, moment),
        given=officer_stages.given_by(seats), is_over=round.poll.is_over(moment),
    )  # fmt: skip


@bp.route("/<slug>/mijn-sleutel", methods=["GET", "POST"])
@allow(COUNT_BUDGET)
@every_time  # a secret key must not be kept with the answer; each step done twice is done once
def own_key(slug: str) -> Answer:
    """One officer: make a key, show that it is kept, and give it after the close."""
    round = queries.round_with(db(), slug)
    officers.seat_of(db(), round, by=actor())
    forms = {"sleutel": PublicKeyForm(), "bewijs": ProofForm(), "geven": CardForm()}
    step = request.form.get("stap", "")
    if request.method == "POST" and step in forms and _done(round, step, forms[step]):
        return see_other("budget_officers.own_key", slug=slug)
    return _own_page(round, forms)


def _done(round: Round, step: str, form: PublicKeyForm | ProofForm | CardForm) -> bool:
    """Carry out one step; when it is refused the form says why."""
    is_over = round.poll.is_over(clock().database_now(db()))
    if isinstance(form, CardForm) and not is_over:
        raise StillSecret  # before anything that was sent is read
    if not form.validate_on_submit():
        return False
    try:
        if isinstance(form, PublicKeyForm):
            officers.register_key(db(), clock(), round, form.public_key.data, by=actor())
        elif isinstance(form, ProofForm):
            officers.prove(db(), vault(), clock(), round, form.answer.data, by=actor())
            flash(_("Je sleutel klopt. Berg je kaart veilig op."))
        else:
            secret = form.secret()
            if secret is None:
                return False
            officers.give(db(), vault(), clock(), round, secret, by=actor())
            flash(_("Bedankt. Je sleutel is aangekomen."))
    except (officers.NotAKey, officers.KeyUsedBefore, officers.WrongKey) as refusal:
        form.blame({"sleutel": "public_key", "bewijs": "answer", "geven": "card"}[step], refusal)
        return False
    return True


def _own_page(round: Round, forms: dict[str, PublicKeyForm | ProofForm | CardForm]) -> Answer:
    moment = clock().database_now(db())
    seats = queries.officers_of(db(), round.id)
    seat = officers.seat_of(db(), round, by=actor())
    given = officer_stages.given_by(seats)
    stage = officer_stages.stage_of(
        seat, round, moment, published=officers.is_published(db(), round), given=len(given)
    )  # fmt: skip
    may_change = officer_stages.may_still_change(round, moment)
    challenge = officers.challenge(vault(), seat).hex() if seat.public_key else ""
    return page(
        "burgerbudget/staff/own_key.html", round=round, seat=seat, seats=seats, stage=stage, forms=forms,
        form=next((form for form in forms.values() if form.errors), None),
        given=given, challenge=challenge, may_change=may_change,
        wants_new="nieuw" in request.args and may_change and stage in {Stage.PROVE, Stage.KEEP},
    )  # fmt: skip

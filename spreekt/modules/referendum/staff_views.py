"""Where staff run a referendum: one screen that says what is done, what is next, who does it and why not yet."""

from flask import Blueprint, flash, request
from flask_babel import gettext as _

from spreekt.identity.permissions import COUNT_PAPER, RUN_REFERENDA, SEE_REFERENDA, TWO_PEOPLE
from spreekt.kernel.clock import on_the_clock
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.modules.referendum import audit_pack, drafts, paper, queries, screen, steps, trustee_page, two_people
from spreekt.modules.referendum.forms import (
    WHOLE_NUMBERS,
    HourForm,
    MinutesForm,
    PlaceForm,
    PlainForm,
    ReasonForm,
    head_form,
    paper_counts,
    paper_form,
    question_form,
    rules_form,
)
from spreekt.modules.referendum.models import Act, Referendum
from spreekt.modules.referendum.regulation import Regulation
from spreekt.territory.queries import current_areas
from spreekt.web.context import Answer, actor, city, clock, db, now, page, see_other, vault
from spreekt.web.forms import Form
from spreekt.web.rights import allow

bp = Blueprint("referendum_staff", __name__, url_prefix="/beheer/referendum")


@bp.get("")
@allow(SEE_REFERENDA)
def index() -> Answer:
    every, may_run = queries.every_referendum(db()), RUN_REFERENDA.allows(actor())
    return page("referendum/staff/index.html", referenda=every, may_run=may_run)


@bp.route("/nieuw", methods=["GET", "POST"])
@allow(RUN_REFERENDA)
def create() -> Answer:
    form = head_form()
    if form.validate_on_submit():
        try:
            rules = Regulation.begun_from(city().referendum_preset)
            referendum = drafts.create(db(), vault(), slug=form.slug.data, draft=form.draft(), rules=rules, by=actor())
            return _back(referendum)
        except DomainError as refusal:
            form.blame("slug" if isinstance(refusal, drafts.SlugTaken) else "closes_at", refusal)
    return page("referendum/staff/head.html", form=form, referendum=None)


@bp.get("/<slug>")
@allow(SEE_REFERENDA)
def show(slug: str) -> Answer:
    referendum = _referendum(slug)
    return page("referendum/staff/show.html", **screen.of(db(), clock(), referendum, actor()))


@bp.route("/<slug>/bewerken", methods=["GET", "POST"])
@allow(RUN_REFERENDA)
def change(slug: str) -> Answer:
    referendum = _still_changing(slug)
    form = head_form(referendum)
    if form.validate_on_submit():
        try:
            drafts.change(db(), referendum, form.draft(), by=actor())
            return _back(referendum)
        except DomainError as refusal:
            form.blame("closes_at", refusal)
    return page("referendum/staff/head.html", form=form, referendum=referendum)


@bp.route("/<slug>/regels", methods=["GET", "POST"])
@allow(RUN_REFERENDA)
def rules(slug: str) -> Answer:
    referendum = _still_changing(slug)
    form = rules_form(referendum.regulation)
    if form.validate_on_submit():
        try:
            drafts.set_rules(db(), referendum, form.rules(), by=actor())
            return _back(referendum)
        except DomainError as refusal:
            form.blame("source", refusal)
    return page("referendum/staff/rules.html", form=form, referendum=referendum, numbers=list(WHOLE_NUMBERS))


@bp.route("/<slug>/kaart", methods=["GET", "POST"])
@allow(RUN_REFERENDA)
def place(slug: str) -> Answer:
    """Where the question applies, on a map that is frozen with it."""
    referendum = _still_changing(slug)
    there = {f"{area.partition.code}-{area.code}": area for area in current_areas(db(), on=now().date())}
    form = PlaceForm(data={"name": (referendum.place or {}).get("name", "")})
    form.area.choices = [
        ("", _("Kies een gebied")), *((key, f"{area.name} ({area.partition.name})") for key, area in there.items())
    ]  # fmt: skip
    if form.validate_on_submit():
        try:
            outlines = {key: area.outline for key, area in there.items()}
            drafts.set_place(db(), referendum, form.name.data.strip(), form.outline(outlines), by=actor())
            return _back(referendum)
        except DomainError as refusal:
            form.blame("shape", refusal)
    return page("referendum/staff/place.html", form=form, referendum=referendum)


@bp.route("/<slug>/vraag/<int:position>", methods=["GET", "POST"])
@allow(RUN_REFERENDA)
def question(slug: str, position: int) -> Answer:
    """One question; the number after the last is a new one."""
    referendum = _still_changing(slug)
    there = {each.position: each for each in referendum.questions}
    if position not in there and position != len(there) + 1:
        raise NotThere
    form = question_form(there.get(position))
    if form.validate_on_submit():
        try:
            drafts.write_question(db(), referendum, position, form.asked(), by=actor())
            return _back(referendum)
        except DomainError as refusal:
            form.blame("text", refusal)
    return page(
        "referendum/staff/question.html",
        form=form,
        referendum=referendum,
        position=position,
        is_new=position not in there,
    )


@bp.post("/<slug>/vraag/<int:position>/weg")
@allow(RUN_REFERENDA)
def drop_question(slug: str, position: int) -> Answer:
    referendum = _still_changing(slug)
    drafts.drop_question(db(), referendum, position, by=actor())
    return _back(referendum)


@bp.post("/<slug>/stap/<step>")
@allow(RUN_REFERENDA)
def take_step(slug: str, step: str) -> Answer:
    """A step that one person takes."""
    referendum = _referendum(slug)
    form = ReasonForm()
    if step not in screen.PLAIN_STEPS:
        raise NotThere
    if not form.validate_on_submit():
        return page("referendum/staff/show.html", **screen.of(db(), clock(), referendum, actor(), form=form))
    screen.PLAIN_STEPS[step](db(), clock(), referendum, by=actor(), reason=form.reason.data)
    return _back(referendum)


@bp.route("/<slug>/samen/<act>", methods=["GET", "POST"])
@allow(TWO_PEOPLE)
def together(slug: str, act: str) -> Answer:
    """A step of two people: the first proposes on this page, the second confirms exactly that."""
    referendum, what = _referendum(slug), _act(act)
    if what is Act.ROLL:  # about a count and a hash, which stand on the page of the roll
        return see_other("roll.overview", slug=slug)
    waiting = two_people.waiting(db(), referendum).get(what)
    confirms = "about" in request.form  # what stood on this person's screen, even if it was taken back meanwhile
    form: Form = HourForm() if what is Act.PROCLAIM and waiting is None and not confirms else ReasonForm()
    if form.validate_on_submit():
        try:
            if confirms:
                about = request.form["about"]
                steps.confirm(db(), clock(), referendum, what, by=actor(), about=about, now=now())
            else:
                about = _about(form, referendum)
                steps.propose(db(), clock(), referendum, what, by=actor(), about=about, now=now())
            return _back(referendum)
        except DomainError as refusal:
            form.blame("publishes_at" if isinstance(form, HourForm) else "reason", refusal)
    return page("referendum/staff/together.html", **screen.of_act(db(), clock(), referendum, what, actor()), form=form)


@bp.post("/<slug>/samen/<act>/intrekken")
@allow(TWO_PEOPLE)
def withdraw(slug: str, act: str) -> Answer:
    referendum = _referendum(slug)
    if PlainForm().validate_on_submit():
        steps.withdraw(db(), referendum, _act(act), by=actor())
    return _back(referendum)


@bp.route("/<slug>/papier", methods=["GET", "POST"])
@allow(COUNT_PAPER)
def count_paper(slug: str) -> Answer:
    """What one person counted by hand. Nobody sees the other's figures before both have entered theirs."""
    referendum = _referendum(slug)
    form = paper_form(referendum)
    if form.validate_on_submit():
        try:
            paper.enter(db(), referendum, paper_counts(form, referendum), by=actor(), now=now())
            flash(_("Je telling is bewaard. Vond iemand anders hetzelfde? Dan klopt ze."))
            return see_other("referendum_staff.count_paper", slug=slug)
        except DomainError as refusal:
            form.blame(next(iter(form._fields)), refusal)
    used = queries.rights_used(db(), referendum)
    return page("referendum/staff/paper.html", form=form, referendum=referendum, used=used)


@bp.route("/<slug>/verslag", methods=["GET", "POST"])
@allow(RUN_REFERENDA)
def minutes(slug: str) -> Answer:
    """The minutes that say whether rights and ballots agree."""
    referendum = _referendum(slug)
    form = MinutesForm()
    if form.validate_on_submit():
        try:
            steps.reconcile(db(), clock(), referendum, form.minutes.data, by=actor())
            return _back(referendum)
        except DomainError as refusal:
            form.blame("minutes", refusal)
    box = trustee_page.box_of(db(), referendum, audit_pack.archive_of(referendum), now=now())
    return page("referendum/staff/minutes.html", form=form, box=box, **screen.of_reconciliation(db(), referendum))


def _about(form: Form, referendum: Referendum) -> str:
    if isinstance(form, HourForm):
        return on_the_clock(form.publishes_at.data).isoformat()
    said: str = form.reason.data
    return said or screen.what_it_is_about(referendum)


def _act(word: str) -> Act:
    try:
        return Act(word)
    except ValueError:
        raise NotThere from None


def _referendum(slug: str) -> Referendum:
    referendum = queries.referendum_with(db(), slug, questions=True)
    if referendum.is_imported:
        raise NotThere
    return referendum


def _still_changing(slug: str) -> Referendum:
    referendum = _referendum(slug)
    if not referendum.may_change:
        raise drafts.StandsStill
    return referendum


def _back(referendum: Referendum) -> Answer:
    return see_other("referendum_staff.show", slug=referendum.slug)

"""Writing a proposal, step by step: idea, place, photo, check. Each step is saved, so nothing typed is lost."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request
from sqlalchemy.orm.exc import StaleDataError

from spreekt.identity import limits
from spreekt.identity.permissions import SIGNED_IN
from spreekt.kernel.errors import Invalid, NotThere, StaleVersion
from spreekt.moderation import domain as moderation
from spreekt.moderation import pictures
from spreekt.moderation.embeds import shelf
from spreekt.modules.voorstellen import domain, queries
from spreekt.modules.voorstellen.domain import MAY_HAND_IN
from spreekt.modules.voorstellen.filters import borough
from spreekt.modules.voorstellen.forms import IdeaForm, PhotoForm, PlaceForm, PressForm, street_labels
from spreekt.modules.voorstellen.models import Proposal
from spreekt.modules.voorstellen.similar import similar
from spreekt.modules.voorstellen.views import ID, theme_words
from spreekt.territory.models import Street
from spreekt.web.context import Answer, actor, city, db, find, now, page, see_other, vault
from spreekt.web.forms import Form
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("proposal_writing", __name__)


def _own(id: int) -> Proposal:
    return domain.own(find(Proposal, id=id), by=actor())


def _count_one() -> None:
    keep_even_if_refused()
    limits.count(db(), vault(), limits.WRITING, str(actor().id), now=now())


def _later() -> bool:
    return "_later" in request.form


def _saved(form: Form, proposal: Proposal, change: Callable[[], object]) -> bool:
    """Save one step. When somebody saved in another window, the form comes back with what was typed and says so."""
    _count_one()
    try:
        with db().begin_nested():
            change()
    except (StaleVersion, StaleDataError):
        form.version.data = str(proposal.version)
        form.version.raw_data = None
        form.stale = True
        return False
    return True


def _step(template: str, form: Form, proposal: Proposal, **values: Any) -> Answer:
    stale = getattr(form, "stale", False)
    return page(template, status=409 if stale else 200, form=form, proposal=proposal, stale=stale, **values)


@bp.route("/voorstellen/nieuw", methods=["GET", "POST"])
@allow(SIGNED_IN)
def new() -> Answer:
    form = IdeaForm().offer(city().themes)
    if form.validate_on_submit() and (idea := form.idea(whole=not _later())):
        _count_one()
        proposal = domain.begin(db(), idea, by=actor(), rules=city().own_proposals, now=now())
        return see_other("voorstellen.show" if _later() else "proposal_writing.place", id=proposal.id)
    return page("voorstellen/idea.html", form=form, proposal=None, stale=False)


@bp.route(f"{ID}/bewerken", methods=["GET", "POST"])
@allow(SIGNED_IN)
def edit(id: int) -> Answer:
    proposal = _own(id)
    form = IdeaForm(obj=proposal).offer(city().themes)
    if form.validate_on_submit() and (idea := form.idea(whole=not _later())):
        by, seen = actor(), form.seen_version
        if _saved(form, proposal, lambda: domain.mend(db(), proposal, idea, seen_version=seen, by=by, now=now())):
            done = _later() or proposal.was_published or proposal.state not in MAY_HAND_IN
            return see_other("voorstellen.show" if done else "proposal_writing.place", id=id)
    return _step("voorstellen/idea.html", form, proposal)


@bp.route(f"{ID}/bewerken/plaats", methods=["GET", "POST"])
@allow(SIGNED_IN)
def place(id: int) -> Answer:
    proposal = _own(id)
    if proposal.was_published:
        raise NotThere
    labels = street_labels(queries.streets(db(), borough()))
    form = PlaceForm().offer(queries.boroughs(db(), borough(), on=now().date()), labels)
    if request.method == "GET":
        form.show(proposal)
    if form.validate_on_submit() and (where := form.place(city().map.box, lambda key: db().get(Street, key))):
        by, seen = actor(), form.seen_version
        if _saved(form, proposal, lambda: domain.put_at(db(), proposal, where, seen_version=seen, by=by)):
            return see_other("voorstellen.show" if _later() else "proposal_writing.picture", id=id)
    return _step("voorstellen/place.html", form, proposal, streets=labels)


@bp.route(f"{ID}/bewerken/foto", methods=["GET", "POST"])
@allow(SIGNED_IN)
def picture(id: int) -> Answer:
    proposal = _own(id)
    if proposal.was_published:
        raise NotThere
    form = PhotoForm(alt=proposal.pictures[0].alt if proposal.pictures else "")
    if form.validate_on_submit():
        try:
            if _saved(form, proposal, lambda: _keep_photo(proposal, form)):
                return see_other("voorstellen.show" if _later() else "proposal_writing.review", id=id)
        except Invalid as refusal:
            form.blame("photo", refusal)
    return _step("voorstellen/photo.html", form, proposal)


def _keep_photo(proposal: Proposal, form: PhotoForm) -> None:
    """A new photo takes the place of the one there was; "Haal weg" takes it away; else only its words change."""
    if form.seen_version is not None and form.seen_version != proposal.version:
        raise StaleVersion
    if form.has_photo or form.gone.data:
        for old in list(proposal.pictures):
            pictures.discard(db(), shelf(), old)
        db().expire(proposal, ["pictures"])
    if form.has_photo:
        pictures.store(db(), shelf(), proposal, form.photo.data.stream, alt=form.alt.data or "", now=now())
    elif proposal.pictures:
        proposal.pictures[0].alt = pictures.described(form.alt.data or "")


@bp.route(f"{ID}/nakijken", methods=["GET", "POST"])
@allow(SIGNED_IN)
def review(id: int) -> Answer:
    """The last look before sending: the whole proposal, and others that look like it."""
    proposal = _own(id)
    if proposal.state not in MAY_HAND_IN:
        return see_other("voorstellen.show", id=id)
    form = PressForm()
    refused: tuple[str, ...] = ()
    if form.validate_on_submit():
        by, rules, seen = actor(), city().own_proposals, form.seen_version
        try:
            if _saved(
                form, proposal, lambda: domain.hand_in(db(), proposal, seen_version=seen, by=by, rules=rules, now=now())
            ):
                return see_other("voorstellen.show", id=id)
        except domain.NotFinished as refusal:
            refused = tuple(str(argument) for argument in refusal.args)
    areas = [area.id for area in proposal.areas]
    alike = similar(db(), title=proposal.title, body=proposal.body, area_ids=areas, but=id)
    stale = getattr(form, "stale", False)
    return page(
        "voorstellen/review.html", status=409 if stale else 422 if refused else 200, form=form, proposal=proposal,
        alike=alike, stale=stale, refused=refused, themes=theme_words(),
    )  # fmt: skip


@bp.post(f"{ID}/verwijderen")
@allow(SIGNED_IN)
def discard(id: int) -> Answer:
    proposal = _own(id)
    _count_one()
    for photo in list(proposal.pictures):
        pictures.discard(db(), shelf(), photo)
    db().expire(proposal, ["pictures"])
    domain.discard(db(), proposal, by=actor())
    return see_other("home.mine")


@bp.post(f"{ID}/intrekken")
@allow(SIGNED_IN)
def withdraw(id: int) -> Answer:
    proposal = _own(id)
    _count_one()
    moderation.withdraw(db(), proposal, by=actor(), now=now())
    return see_other("voorstellen.show", id=id)

"""Reading and supporting proposals. Writing them, answering them and the API have their own files."""

from contextlib import suppress

from flask import Blueprint, url_for

from spreekt.identity import limits
from spreekt.identity.permissions import ANYONE, RESIDENT
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import NotThere
from spreekt.moderation import domain as moderation
from spreekt.moderation.embeds import comment_form, thread_of
from spreekt.moderation.workflow import MODERATION, is_author, may_judge
from spreekt.modules.voorstellen import lists, queries, support, versions
from spreekt.modules.voorstellen.answers import may_answer
from spreekt.modules.voorstellen.filters import filters_of_request, query_string
from spreekt.modules.voorstellen.forms import ANSWER_WORDS, SORT_WORDS, STAGE_WORDS, PressForm
from spreekt.modules.voorstellen.models import Proposal
from spreekt.modules.voorstellen.progress import next_date, story, who_handles
from spreekt.web.cache import public, same_for_everybody
from spreekt.web.context import Answer, actor, city, db, find, now, page, part, see_other, vault
from spreekt.web.listing import (
    MAX_EXPORT,
    PER_PAGE,
    Entry,
    Page,
    atom_answer,
    csv_answer,
    geojson_answer,
    whole_number,
)
from spreekt.web.rights import allow
from spreekt.web.transaction import keep_even_if_refused

bp = Blueprint("voorstellen", __name__)
ID = "/voorstellen/<int(max=2147483647):id>"
IN_FEED = 50
ON_MAP = 2000
CSV_HEADER = (
    "id", "titel", "samenvatting", "thema", "deelgemeente", "straat", "status", "gepubliceerd", "steun", "steun_nodig",
    "antwoord_voor", "antwoord", "adres",
)  # fmt: skip


def theme_words() -> dict[str, str]:
    """The themes of this city, by code."""
    return {theme.code: theme.name for theme in city().themes}


@bp.get("/voorstellen")
@allow(ANYONE)
@public
def index() -> Answer:
    return page("voorstellen/index.html", list=same_for_everybody(_list), kept=query_string())


def _list() -> str:
    """The list with its filters, of which nothing depends on who reads it."""
    filters, number = filters_of_request(), whole_number("pagina")
    items = lists.listed(db(), filters, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    listing = Page(items, lists.count(db(), filters), number)
    areas = [(area.code, area.name) for area in queries.boroughs(db(), filters.borough, on=now().date())]
    return part(
        "voorstellen/list.html", listing=listing, filters=filters, areas=areas, themes=theme_words(),
        stages=STAGE_WORDS, sorts=SORT_WORDS, answers=ANSWER_WORDS, today=now().astimezone(BRUSSELS).date(),
        kept=query_string(),
    )  # fmt: skip


@bp.get("/voorstellen.csv")
@allow(ANYONE)
@public
def as_csv() -> Answer:
    rows = lists.listed(db(), filters_of_request(), limit=MAX_EXPORT)
    themes = theme_words()
    return csv_answer(
        "voorstellen",
        CSV_HEADER,
        (
            (row.id, row.title, row.summary, themes.get(row.theme, row.theme), row.areas, row.street,
             STAGE_WORDS[row.stage], row.published_at.isoformat(timespec="seconds"), row.support_count,
             row.support_needed, row.answer_due_on, ANSWER_WORDS[row.latest_answer] if row.latest_answer else "",
             url_for("voorstellen.show", id=row.id, _external=True))
            for row in rows
        ),
    )  # fmt: skip


@bp.get("/voorstellen.atom")
@allow(ANYONE)
@public
def as_atom() -> Answer:
    entries = [
        Entry(url_for("voorstellen.show", id=row.id, _external=True), row.title, row.summary,
              row.answered_at or row.published_at)
        for row in lists.listed(db(), filters_of_request(), limit=IN_FEED)
    ]  # fmt: skip
    where = url_for("voorstellen.index", _external=True, **query_string())
    return atom_answer(f"Voorstellen – {city().brand}", where, entries, updated=now())


@bp.get("/voorstellen.geojson")
@allow(ANYONE)
@public
def as_geojson() -> Answer:
    return geojson_answer(
        (
            (row.latitude, row.longitude),
            {"id": row.id, "title": row.title, "text": str(STAGE_WORDS[row.stage]), "status": row.stage.value,
             "support": row.support_count, "url": url_for("voorstellen.show", id=row.id)},
        )
        for row in lists.on_the_map(db(), filters_of_request(), limit=ON_MAP)
        if row.latitude is not None and row.longitude is not None
    )  # fmt: skip


@bp.get(ID)
@allow(ANYONE)
@public
def show(id: int) -> Answer:
    found = queries.proposal_page(db(), id, reader_id=actor().id)
    proposal = moderation.readable(actor(), found[0] if found else None)
    if found is None or not isinstance(proposal, Proposal):
        raise NotThere
    mine = is_author(actor(), proposal)
    return page(
        "voorstellen/show.html", proposal=proposal, supported=found[1], versions=found[2], mine=mine,
        decision=moderation.last_decision(db(), proposal) if mine and not proposal.is_public else None,
        offered={step.name for step in MODERATION.offered(proposal, to=actor())},
        may_answer=proposal.is_public and may_answer(actor(), proposal), may_judge=may_judge(actor(), proposal),
        story=story(proposal), handler=who_handles(proposal), next_date=next_date(proposal), themes=theme_words(),
        answers=ANSWER_WORDS, stages=STAGE_WORDS, today=now().astimezone(BRUSSELS).date(),
        press=PressForm(formdata=None) if actor().is_signed_in else None,
        thread=thread_of(proposal) if proposal.is_public else None, reaction=comment_form(),
    )  # fmt: skip


@bp.get(f"{ID}/versies")
@allow(ANYONE)
def history(id: int) -> Answer:
    proposal = moderation.readable(actor(), db().get(Proposal, id))
    found = queries.public_versions(db(), id)
    return page("voorstellen/versions.html", proposal=proposal, versions=versions.compared(found))


@bp.get(f"{ID}/steun")
@allow(ANYONE)
def support_page(id: int) -> Answer:
    """Where somebody lands who signed in to support: back at the proposal."""
    return see_other("voorstellen.show", id=id, _anchor="steun")


@bp.post(f"{ID}/steun")
@allow(RESIDENT)
def give_support(id: int) -> Answer:
    return _change_support(id, takes=False)


@bp.post(f"{ID}/steun-intrekken")
@allow(RESIDENT)
def take_support_back(id: int) -> Answer:
    return _change_support(id, takes=True)


def _change_support(id: int, *, takes: bool) -> Answer:
    proposal = find(Proposal, id=id)
    if not proposal.is_public:
        raise NotThere
    keep_even_if_refused()
    limits.count(db(), vault(), limits.WRITING, str(actor().id), now=now())
    rule = support.withdraw_support if takes else support.support
    # Twice is once: the reader sees on the page that their support counts.
    with suppress(support.AlreadySupported), db().begin_nested():
        rule(db(), vault(), proposal, by=actor(), now=now())
    return see_other("voorstellen.show", id=id, _anchor="steun")

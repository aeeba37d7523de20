"""The public list of dossiers of a round, also as CSV, Atom and GeoJSON. With ?deelgemeente, ?thema, ?status, ?q."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, url_for
from flask_babel import gettext as _

from spreekt.identity.permissions import ANYONE
from spreekt.kernel.errors import NotThere
from spreekt.kernel.markup import plain_excerpt
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.dossiers import queries as dossier_queries
from spreekt.modules.burgerbudget.dossiers.models import Dossier
from spreekt.modules.burgerbudget.dossiers.views import LOOKS, bp
from spreekt.modules.burgerbudget.dossiers.workflow import STAGE_WORDS
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.phases import timeline
from spreekt.web.cache import public
from spreekt.web.context import Answer, db, now, page
from spreekt.web.listing import (
    MAX_EXPORT,
    PER_PAGE,
    Entry,
    Page,
    atom_answer,
    csv_answer,
    geojson_answer,
    one_word,
    whole_number,
)
from spreekt.web.rights import allow

lists = Blueprint("budget_lists", __name__, url_prefix="/burgerbudget")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader wants to see. A round has at most some hundreds, so this is asked in memory."""

    area: str
    stage: str
    words: str
    theme: str

    @property
    def is_on(self) -> bool:
        return bool(self.area or self.stage or self.words or self.theme)

    def keeps(self, dossier: Dossier) -> bool:
        text = f"{dossier.title} {dossier.body}".casefold()
        return (
            (not self.area or any(area.code == self.area for area in dossier.areas))
            and (not self.stage or dossier.stage == self.stage)
            and self.theme in ("", dossier.theme)
            and all(word in text for word in self.words.casefold().split())
        )


@bp.get("/<slug>/voorstellen")
@allow(ANYONE)
@public
def index(slug: str) -> Answer:
    """Everything that groups handed in for a round and that everybody may read."""
    round, number, wanted = queries.round_with(db(), slug), whole_number("pagina"), _wanted()
    every = dossier_queries.public_dossiers(db(), round.id)
    kept = [dossier for dossier in every if wanted.keeps(dossier)]
    start = (number - 1) * PER_PAGE
    if start and start >= len(kept):
        raise NotThere
    return page(
        "burgerbudget/dossiers/index.html",
        round=round,
        listing=Page(kept[start : start + PER_PAGE], len(kept), number),
        wanted=wanted,
        themes=[(theme, theme) for theme in sorted({dossier.theme for dossier in every if dossier.theme})],
        areas=sorted({(area.code, area.name) for dossier in every for area in dossier.areas}),
        stages=[(stage.value, _(STAGE_WORDS[stage])) for stage in sorted({dossier.stage for dossier in every})],
        can_apply=timeline.is_open(timeline.timeline(db(), round), PhaseKind.SUBMISSION, now()),
        **LOOKS,
    )


@lists.get("/<slug>/voorstellen.csv")
@allow(ANYONE)
def csv(slug: str) -> Answer:
    round = queries.round_with(db(), slug)
    rows = [
        (each.title, _(STAGE_WORDS[each.stage]), f"{each.asked_cents / 100:.2f}", each.theme, each.place,
         ", ".join(area.name for area in each.areas), _address(each, full=True))
        for each in _kept(round)
    ]  # fmt: skip
    header = ("titel", "staat", "gevraagd", "thema", "plek", "deelgemeenten", "adres")
    return csv_answer(f"voorstellen-{slug}", header, rows)


@lists.get("/<slug>/voorstellen.atom")
@allow(ANYONE)
def atom(slug: str) -> Answer:
    round = queries.round_with(db(), slug)
    newest = sorted(_kept(round), key=lambda each: each.published_at or now(), reverse=True)[:50]
    entries = [
        Entry(_address(each, full=True), each.title, plain_excerpt(each.body_html, 200), each.published_at or now())
        for each in newest
    ]
    url = url_for("budget_dossiers.index", slug=slug, _external=True)
    title = _("Voorstellen voor %(round)s", round=round.title)
    return atom_answer(title, url, entries, updated=round.poll.opens_at)


@lists.get("/<slug>/voorstellen.geojson")
@allow(ANYONE)
def geojson(slug: str) -> Answer:
    return geojson_answer(
        (
            (each.latitude, each.longitude),
            {"title": each.title, "text": plain_excerpt(each.body_html, 200), "url": _address(each)},
        )
        for each in _kept(queries.round_with(db(), slug))
        if each.latitude is not None and each.longitude is not None
    )


def _wanted() -> Wanted:
    return Wanted(one_word("deelgemeente"), one_word("status"), one_word("q"), one_word("thema"))


def _kept(round: Round) -> Sequence[Dossier]:
    wanted = _wanted()
    return [each for each in dossier_queries.public_dossiers(db(), round.id) if wanted.keeps(each)][:MAX_EXPORT]


def _address(dossier: Dossier, *, full: bool = False) -> str:
    return url_for("budget_dossiers.show", id=dossier.id, _external=full)

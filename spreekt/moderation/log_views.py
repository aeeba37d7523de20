"""What anybody may read of moderation: the log of decisions, as a page, CSV and Atom, and the house rules."""

from flask import Blueprint, url_for

from spreekt.identity.permissions import ANYONE
from spreekt.kernel.dutch import iso
from spreekt.moderation import log
from spreekt.moderation.house_rules import BY_CODE, RULES
from spreekt.moderation.log import LogLine
from spreekt.moderation.models import Submission
from spreekt.moderation.workflow import ACT_WORDS
from spreekt.web.cache import public
from spreekt.web.context import Answer, db, now, page, settings
from spreekt.web.listing import MAX_EXPORT, Entry, Page, atom_answer, csv_answer, whole_number
from spreekt.web.rights import allow

bp = Blueprint("openness", __name__)
FEED_LENGTH = 50


def _reason(line: LogLine) -> str:
    return BY_CODE[line.reason_code].label if line.reason_code in BY_CODE else ""


def _url(line: LogLine) -> str:
    """The page of an item that is public; nothing otherwise."""
    if not line.is_public:
        return ""
    return url_for(Submission.__mapper__.polymorphic_map[line.kind].class_.endpoint, id=line.submission_id)


@bp.get("/moderatie/logboek")
@allow(ANYONE)
@public
def decisions() -> Answer:
    number = whole_number("pagina")
    lines, total = log.decided(db(), number=number)
    return page(
        "moderation/log.html",
        page=Page(lines, total, number, log.PER_PAGE),
        act_words=ACT_WORDS,
        reason_of=_reason,
        url_of=_url,
    )


@bp.get("/moderatie/logboek.csv")
@allow(ANYONE)
@public
def decisions_csv() -> Answer:
    lines, _total = log.decided(db(), per_page=MAX_EXPORT)
    header = ("datum", "soort", "titel", "beslissing", "reden", "huisregel")
    rows = (
        (iso(line.decided_at), line.kind_name, line.title, ACT_WORDS[line.act], _reason(line), line.rule)
        for line in lines
    )
    return csv_answer("moderatie-logboek", header, rows)


@bp.get("/moderatie/logboek.atom")
@allow(ANYONE)
@public
def decisions_atom() -> Answer:
    lines, _total = log.decided(db(), per_page=FEED_LENGTH)
    base = settings().PUBLIC_URL.rstrip("/")
    here = base + url_for("openness.decisions")
    entries = [
        Entry(
            url=f"{here}#beslissing-{line.id}",
            title=f"{ACT_WORDS[line.act]}: {line.kind_name}{f' “{line.title}”' if line.title else ''}",
            summary=". ".join(words for words in (_reason(line), line.rule) if words) or ACT_WORDS[line.act],
            updated=line.decided_at,
        )
        for line in lines
    ]
    return atom_answer("Logboek van de moderatie", here, entries, updated=now())


@bp.get("/huisregels")
@allow(ANYONE)
@public
def house_rules() -> Answer:
    return page("moderation/house_rules.html", rules=RULES)

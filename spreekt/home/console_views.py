"""The staff console: what waits for me, what could not be delivered, and the log. Rules live in dead_letters.py."""

from itertools import islice

from flask import Blueprint, flash, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, TextAreaField

from spreekt.home import dead_letters, log_queries
from spreekt.home.log_words import words_for
from spreekt.home.shell import staff_nav
from spreekt.identity.permissions import ADMINISTER, ANY_STAFF, AUDIT
from spreekt.kernel import audit, outbox
from spreekt.kernel.dutch import plural
from spreekt.kernel.storage import utc_now
from spreekt.module import Module, Work
from spreekt.web.context import Answer, actor, db, now, page, see_other, services
from spreekt.web.forms import Form, at_most, filled
from spreekt.web.listing import PER_PAGE, Page, one_word, whole_number
from spreekt.web.rights import allow

bp = Blueprint("console", __name__, url_prefix="/beheer")
MOST_FAULTS = 20


class RetryForm(Form):
    """Which messages to try again, and why."""

    chosen = SelectMultipleField(_l("Berichten"), coerce=int)
    reason = TextAreaField(
        _l("Waarom?"),
        [*filled(_l("Schrijf waarom je het opnieuw probeert.")), at_most(300)],
        description=_l("Dit komt in het logboek. Bijvoorbeeld: de mailserver werkt weer."),
    )


def order_of_work(heap: Work) -> tuple[bool, float, str]:
    """Overdue first, then what waits longest, then by name."""
    waiting_since = heap.oldest_at.timestamp() if heap.oldest_at else float("inf")
    return heap.overdue == 0, waiting_since, heap.label


@bp.get("")
@allow(ANY_STAFF)
def index() -> Answer:
    """What waits for whoever asks, over all modules."""
    modules: tuple[Module, ...] = services().modules
    heaps = [heap for module in modules if module.work for heap in module.work(db(), actor(), now())]
    waiting = sorted((heap for heap in heaps if heap.count), key=order_of_work)
    doors = [door for door in staff_nav() if not door.current]
    return page("console/index.html", waiting=waiting, doors=doors)


@bp.route("/berichten", methods=["GET", "POST"])
@allow(ADMINISTER)
def messages() -> Answer:
    """What was given up after eight attempts, and the button to try again."""
    found = outbox.dead_letters(db())
    form = RetryForm()
    form.chosen.choices = [(message.id, message.topic) for message in found]
    everything = request.form.get("which") == "alle"
    if form.validate_on_submit() and not (everything or form.chosen.data):
        form.blame("chosen", _("Kies minstens één bericht."))
    if not form.is_submitted() or form.errors:
        return page("console/messages.html", form=form, messages=found, now=utc_now())
    ids = None if everything else form.chosen.data
    count = dead_letters.retry_all(db(), ids, by=actor(), reason=form.reason.data, now=utc_now())
    flash(_("We proberen %(messages)s opnieuw.", messages=plural(count, "bericht", "berichten")))
    return see_other("console.messages")


@bp.get("/logboek")
@allow(AUDIT)
def log() -> Answer:
    """What staff did, newest first; `keten=1` also checks the chain of hashes."""
    number = whole_number("pagina")
    wanted = log_queries.LogFilter(
        act=one_word("wat"), subject=one_word("waarop"), actor_id=whole_number("wie", 0, least=0, most=2**31 - 1)
    )
    rows = log_queries.log_page(db(), wanted, offset=(number - 1) * PER_PAGE, limit=PER_PAGE)
    found = list(islice(audit.faults(db()), MOST_FAULTS)) if one_word("keten") == "1" else None
    return page(
        "console/log.html",
        rows=rows,
        page=Page(rows, log_queries.log_size(db(), wanted), number),
        wanted=wanted,
        faults=found,
        words_for=words_for,
    )

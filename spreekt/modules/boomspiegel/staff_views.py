"""What staff do around adoptions: what waits, one request on one page, visits, nest boxes, the agreement."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, Response, flash, request
from flask_babel import gettext as _

from spreekt.identity.permissions import SEE_PITS
from spreekt.kernel.actor import Role
from spreekt.kernel.errors import DomainError, IllegalTransition, Invalid, NotThere
from spreekt.kernel.images import MEDIA_TYPE
from spreekt.kernel.workflow import Transition
from spreekt.moderation.embeds import shelf
from spreekt.modules.boomspiegel import care, deciding, desk, plants, queries, yearly
from spreekt.modules.boomspiegel.adoption_models import Adoption
from spreekt.modules.boomspiegel.care_models import Moment
from spreekt.modules.boomspiegel.caring_views import pdf_of
from spreekt.modules.boomspiegel.desk import Heap
from spreekt.modules.boomspiegel.progress import story
from spreekt.modules.boomspiegel.staff_forms import CaseForm
from spreekt.modules.boomspiegel.states import ADOPTIONS, has_role, is_adopter, tends
from spreekt.modules.boomspiegel.views import today
from spreekt.modules.boomspiegel.words import (
    ADOPTER_WORDS,
    ADVICE_WORDS,
    CONCERN_WORDS,
    DEED_WORDS,
    HEAP_WORDS,
    LIGHT_WORDS,
    NEAR_WORDS,
    STATE_LOOKS,
    STATE_WORDS,
)
from spreekt.web.context import Answer, actor, db, now, page, see_other
from spreekt.web.rights import allow

bp = Blueprint("pit_desk", __name__, url_prefix="/beheer/boomspiegels")
ID = "<int(max=2147483647):id>"
STAFF_STEPS = ("ask_changes", "advise", "approve", "refuse", "visit", "keep", "warn", "lapse", "end_by_city")


@bp.get("")
@allow(SEE_PITS)
def work() -> Answer:
    """What waits for me: one heap, the longest waiting first, with the others counted beside it."""
    counted = desk.counted(db(), actor(), now=now())
    heaps = [one.heap for one in counted]
    wanted = request.args.get("stapel", "")
    full = next((one.heap for one in counted if one.number), heaps[0] if heaps else None)
    heap = next((one for one in heaps if one.value == wanted), full)
    if heap is None:
        raise NotThere
    area_ids = desk.areas_of(actor(), desk.FOR_ROLE[heap])
    found = desk.reports(db(), area_ids=area_ids) if heap is Heap.REPORTS else ()
    rows = () if heap is Heap.REPORTS else desk.work(db(), heap, area_ids=area_ids)
    due = {row.id: desk.due_on(heap, row) for row in rows}
    return page(
        "boomspiegel/staff/work.html", counted=counted, heap=heap, heaps=HEAP_WORDS, rows=rows, reports=found, due=due,
        today=today(), states=STATE_WORDS, concerns=CONCERN_WORDS, is_service=actor().has(Role.SERVICE),
        tends=actor().has(Role.SERVICE, Role.AREA_WORKER),
    )  # fmt: skip


def _case(id: int) -> Adoption:
    """A request that was sent, within the areas of who asks; NotThere for anything else."""
    adoption = queries.adoption_of(db(), id)
    reach = (Role.SERVICE, Role.AREA_WORKER, Role.PUBLISHER)
    if adoption is None or adoption.submitted_at is None or is_adopter(actor(), adoption):
        raise NotThere
    if not has_role(actor(), adoption.adoptable, *reach):
        raise NotThere
    return adoption


@bp.route(f"/aanvragen/{ID}", methods=["GET", "POST"])
@allow(SEE_PITS)
def case(id: int) -> Answer:
    """Everything needed to decide, on one page; one press decides."""
    adoption = _case(id)
    form = CaseForm()
    if form.validate_on_submit():
        step = request.form.get("decision", "")
        try:
            with db().begin_nested():
                _take(adoption, step, form)
            flash(_("Bewaard."))
            return see_other("pit_desk.case", id=id)
        except DomainError as refusal:
            if refusal.status == 404:
                raise
            form.blame(_field_of(step, refusal), refusal)
    offered = [one for one in ADOPTIONS.offered(adoption, to=actor()) if one.name in STAFF_STEPS]
    return page(
        "boomspiegel/staff/case.html", adoption=adoption, form=form, offered=[_button(one) for one in offered],
        names={one.name for one in offered}, story=story(adoption, today()), states=STATE_WORDS, looks=STATE_LOOKS,
        before=queries.photo_of(db(), adoption_id=adoption.id, moment=Moment.BEFORE), kinds=ADOPTER_WORDS,
        nears=NEAR_WORDS, lights=LIGHT_WORDS, advices=ADVICE_WORDS, deeds=DEED_WORDS,
        chosen=[plants.allowed()[row.plant_code] for row in adoption.plants if row.plant_code in plants.allowed()],
        entries=queries.entries_of(db(), adoption.id, limit=10), may_hang=tends(actor(), adoption)
        and adoption.is_caring and adoption.adoptable.has_nest_box and adoption.nest_box_done_on is None,
        may_take_down=tends(actor(), adoption) and adoption.leaves_box,
    )  # fmt: skip


def _button(step: Transition) -> dict[str, object]:
    kind = "danger" if step.is_grave else "ghost" if step.asks_reason and step.name != "advise" else "main"
    return {"label": _(step.label), "value": step.name, "kind": kind}


def _field_of(step: str, refusal: DomainError) -> str:
    if step in {"approve", "refuse"} and isinstance(refusal, Invalid):
        said = refusal.says
        return "decision_url" if "adres" in said else "decided_on" if "dag" in said or "college" in said else "words"
    return "advice" if step == "advise" and "advies" in refusal.says else "words"


def _take(adoption: Adoption, step: str, form: CaseForm) -> None:
    """One step with what the form holds. Raises IllegalTransition for a step that staff do not take."""
    by, words, day = actor(), form.words.data or "", today()
    steps: dict[str, Callable[[], None]] = {
        "ask_changes": lambda: deciding.ask_changes(db(), adoption, words, by=by, now=now()),
        "advise": lambda: _advise(adoption, form),
        "approve": lambda: deciding.approve(db(), adoption, decided_on=_day(form.decided_on.data),
                                            decision_url=form.decision_url.data or "", by=by, now=now()),
        "refuse": lambda: deciding.refuse(db(), adoption, words, decided_on=_day(form.decided_on.data),
                                          decision_url=form.decision_url.data or "", by=by, now=now()),
        "visit": lambda: yearly.plan_visit(db(), adoption, by=by, today=day),
        "keep": lambda: yearly.keep(db(), adoption, by=by, today=day),
        "warn": lambda: yearly.warn(db(), adoption, words, by=by, today=day),
        "lapse": lambda: yearly.lapse(db(), adoption, by=by, today=day),
        "end_by_city": lambda: yearly.end_by_city(db(), adoption, words, by=by, today=day),
    }  # fmt: skip
    if step not in steps:
        raise IllegalTransition(step)
    steps[step]()


def _advise(adoption: Adoption, form: CaseForm) -> None:
    if form.chosen is None:
        raise Invalid(_("Kies een advies."))
    deciding.advise(db(), adoption, form.chosen, form.words.data or "", by=actor(), now=now())


def _day(given: date | None) -> date:
    if given is None:
        raise Invalid(_("Vul de dag in waarop het college besliste."))
    return given


@bp.post(f"/aanvragen/{ID}/vogelkastje")
@allow(SEE_PITS)
def nest_box(id: int) -> Answer:
    """The crew hung the box."""
    care.hang_nest_box(db(), _case(id), done_on=_day_of("done_on"), by=actor(), today=today())
    flash(_("Bewaard: het vogelkastje hangt."))
    return see_other("pit_desk.case", id=id)


@bp.post(f"/aanvragen/{ID}/vogelkastje/weg")
@allow(SEE_PITS)
def nest_box_gone(id: int) -> Answer:
    """The crew took the box away."""
    care.take_down_nest_box(db(), _case(id), done_on=_day_of("gone_on"), by=actor(), today=today())
    flash(_("Bewaard: het vogelkastje is weg."))
    return see_other("pit_desk.case", id=id)


def _day_of(field: str) -> date:
    """The day in a small form; today when nobody filled it in. Raises Invalid."""
    given = request.form.get(field, "")
    try:
        return date.fromisoformat(given) if given else today()
    except ValueError:
        raise Invalid(_("Vul een dag in, zoals 2026-11-30.")) from None


@bp.get(f"/aanvragen/{ID}/overeenkomst.pdf")
@allow(SEE_PITS)
def agreement(id: int) -> Answer:
    adoption = _case(id)
    if adoption.started_on is None:
        raise NotThere
    return pdf_of(adoption)


@bp.get("/fotos/<name>")
@allow(SEE_PITS)
def photo(name: str) -> Answer:
    """A photo of a request or report, also before a moderator saw it: staff decide on what it shows."""
    found = queries.photo_for_staff(db(), name) if len(name) == 32 and name.isalnum() and name.isascii() else None
    reach = (Role.SERVICE, Role.AREA_WORKER, Role.PUBLISHER)
    if found is None or not has_role(actor(), found.adoptable, *reach):
        raise NotThere
    content = shelf().get(name, small=request.args.get("klein") == "1")
    if content is None:
        raise NotThere
    answer = Response(content, mimetype=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = 'inline; filename="foto.webp"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer

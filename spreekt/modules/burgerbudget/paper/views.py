"""Paper ballots of a round: piles, typing them sheet by sheet, comparing, accepting, and the minutes."""

from flask import Blueprint, Response, request

from spreekt.identity.permissions import COUNT_BUDGET_PAPER, RUN_ROUNDS
from spreekt.kernel.errors import DomainError, NotThere
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.forms import PublishForm
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.paper import ballot as paper_ballot
from spreekt.modules.burgerbudget.paper import domain as paper
from spreekt.modules.burgerbudget.paper import minutes as paper_minutes
from spreekt.modules.burgerbudget.paper import sheets as paper_sheets
from spreekt.modules.burgerbudget.paper.forms import MinutesForm, SheetForm, SheetsFileForm
from spreekt.web.context import Answer, actor, clock, db, now, page, see_other, vault
from spreekt.web.once import every_time
from spreekt.web.rights import allow

bp = Blueprint("budget_paper", __name__, url_prefix="/beheer/rondes/<slug>")
STEPS = {"klaar": paper.finish, "laatste-weg": paper.take_back_last, "aanvaard": paper.accept}


@bp.get("/stembiljet.pdf")
@allow(RUN_ROUNDS)
def ballot(slug: str) -> Response:
    """The paper ballot, to have printed."""
    return paper_ballot.download(_round(slug))


@bp.route("/papier", methods=["GET", "POST"])
@allow(COUNT_BUDGET_PAPER)
def overview(slug: str) -> Answer:
    """The piles, and the minutes once all of them are accepted."""
    round, form = _round(slug), MinutesForm()
    if form.validate_on_submit():
        try:
            paper_minutes.conclude(db(), clock(), round, reason=form.reason.data or "", by=actor())
            return see_other("budget_paper.overview", slug=slug)
        except DomainError as refusal:
            form.blame("reason", refusal)
    return page(
        "burgerbudget/doors/paper.html", round=round, form=form, piles=paper.batches_of(db(), round),
        draft=paper_minutes.draft(db(), round), minutes=paper_minutes.minutes_of(db(), round),
        is_over=round.poll.is_over(now()), is_counted=bool(round.outcomes),
    )  # fmt: skip


@bp.post("/papier/stapel")
@allow(COUNT_BUDGET_PAPER)
def begin(slug: str) -> Answer:
    if not PublishForm().validate_on_submit():
        raise NotThere
    batch = paper.begin(db(), clock(), _round(slug), by=actor())
    return see_other("budget_paper.pile", slug=slug, number=batch.number)


@bp.route("/papier/stapel/<int:number>", methods=["GET", "POST"])
@allow(COUNT_BUDGET_PAPER)
@every_time  # what is typed is a ballot: neither a fingerprint nor the page is kept; the same sheet twice is one sheet
def pile(slug: str, number: int) -> Answer:
    """One pile for one person: the next sheet, or ?blad= to correct one."""
    round, form = _round(slug), SheetForm()
    sheet = _sheet_number()
    if form.validate_on_submit():
        try:
            paper.put(db(), vault(), clock(), round, number, sheet, form.typed.data or "", by=actor())
            return see_other("budget_paper.pile", slug=slug, number=number)
        except DomainError as refusal:
            if refusal.status != 422:
                raise
            form.blame("typed", refusal)
    return _pile(round, number, form, wanted=sheet)


@bp.post("/papier/stapel/<int:number>/bestand")
@allow(COUNT_BUDGET_PAPER)
@every_time  # as above
def upload(slug: str, number: int) -> Answer:
    """A scanner's file: all of it, or nothing and the first fault."""
    round, form = _round(slug), SheetsFileForm()
    if form.validate_on_submit():
        try:
            sheets = paper_sheets.read_file(form.file.data.stream, *paper.rules_of(db(), round))
            paper.put_all(db(), vault(), clock(), round, number, sheets, by=actor())
            return see_other("budget_paper.pile", slug=slug, number=number)
        except DomainError as refusal:
            if refusal.status != 422:
                raise
            form.blame("file", refusal)
    return _pile(round, number, SheetForm(formdata=None), upload=form)


@bp.post("/papier/stapel/<int:number>/<any('klaar', 'laatste-weg', 'aanvaard', 'neem-terug'):step>")
@allow(COUNT_BUDGET_PAPER)
def step(slug: str, number: int, step: str) -> Answer:
    """Done typing, one sheet less, accept, or take the pile back."""
    if not PublishForm().validate_on_submit():
        raise NotThere
    round = _round(slug)
    if step == "neem-terug":
        paper.drop(db(), clock(), round, number, by=actor())
    else:
        STEPS[step](db(), vault(), clock(), round, number, by=actor())
    if step in ("aanvaard", "neem-terug"):
        return see_other("budget_paper.overview", slug=slug)
    return see_other("budget_paper.pile", slug=slug, number=number)


def _pile(
    round: Round, number: int, form: SheetForm, *, upload: SheetsFileForm | None = None, wanted: int = 0
) -> Answer:
    batch = paper.batch_of(db(), round, number)
    game, _costs = paper.rules_of(db(), round)
    mine = next((entry for entry in batch.entries if entry.counted_by_id == actor().id), None)
    sheets = [paper_sheets.words_of(sheet, game) for sheet in paper.sheets_of(vault(), mine)] if mine else []
    sheet = wanted if 1 <= wanted <= len(sheets) else len(sheets) + 1
    if request.method == "GET" and sheet <= len(sheets):
        form.typed.data = sheets[sheet - 1]
    errors = upload is not None and bool(upload.errors)
    return page(
        "burgerbudget/doors/pile.html", round=round, batch=batch, form=form, mine=mine, sheets=sheets, sheet=sheet,
        game=game, upload=upload or SheetsFileForm(formdata=None), differences=paper.differences(vault(), batch, game),
        may_type=mine is not None or len(batch.entries) < 2, is_over=round.poll.is_over(now()),
        status=422 if errors or form.errors else 200,
    )  # fmt: skip


def _sheet_number() -> int:
    text = request.args.get("blad", "") if request.method == "GET" else request.form.get("blad", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _round(slug: str) -> Round:
    round = queries.round_with(db(), slug, outcomes=True)
    if round.without_vote or round.is_imported:
        raise NotThere
    return round

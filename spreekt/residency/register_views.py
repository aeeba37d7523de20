"""What the register keeper does: read in a register file, see the ones before, and sort out cases."""

from flask import Blueprint, request
from sqlalchemy import select

from spreekt.identity import identity_cases
from spreekt.identity.permissions import KEEP_REGISTER
from spreekt.identity.residency_models import IdentityCase, RegisterImport
from spreekt.kernel.errors import DomainError
from spreekt.residency.forms import CaseForm, RegisterForm
from spreekt.residency.register_report import Report, report_on
from spreekt.web.context import Answer, actor, city, db, find, now, page, see_other, vault
from spreekt.web.once import every_time
from spreekt.web.rights import allow

bp = Blueprint("register", __name__, url_prefix="/beheer/register")
SHOWN = 30


@bp.route("", methods=["GET", "POST"])
@allow(KEEP_REGISTER)
@every_time  # after a check the same file may be read in; the same file twice is one import
def overview() -> Answer:
    """Imports so far, and a file to check or read in: all of it or nothing."""
    form = RegisterForm()
    report: Report | None = None
    if form.validate_on_submit():
        try:
            report = report_on(
                db(), vault(), city(), form.file.data.stream, reference_on=form.reference_on.data,
                only_check=form.only_check.data, by=actor(), now=now(),
            )  # fmt: skip
        except DomainError as refusal:
            form.blame("file", refusal)
        else:
            if report.is_stored:
                return see_other("register.overview")
            if report.faults:
                form.blame("file", report.in_words)
    imports = db().scalars(select(RegisterImport).order_by(RegisterImport.id.desc()).limit(SHOWN)).all()
    return page(
        "register/overview.html", form=form, report=report, imports=imports, cases=identity_cases.open_count(db())
    )


@bp.get("/zaken")
@allow(KEEP_REGISTER)
def cases() -> Answer:
    return page("register/cases.html", cases=identity_cases.open_cases(db()))


@bp.route("/zaken/<int:case_id>", methods=["GET", "POST"])
@allow(KEEP_REGISTER)
def case(case_id: int) -> Answer:
    """One case: keep it, or move the residency to the new account; why goes into the log."""
    case = find(IdentityCase, id=case_id)
    form = CaseForm()
    if form.validate_on_submit():
        try:
            step = request.form.get("decision", "")
            identity_cases.decide_case(db(), case, step, reason=form.reason.data, by=actor(), now=now())
            return see_other("register.cases")
        except DomainError as refusal:
            if refusal.status == 404:
                raise
            form.blame("reason", refusal)
    holder = identity_cases.holders_of(db(), [case]).get(case.person_key)
    offered = identity_cases.CASES.offered(case, to=actor())
    return page("register/case.html", case=case, holder=holder, offered=offered, form=form)

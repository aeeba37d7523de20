"""/beheer/register: files are checked, stored whole or refused by line; cases are decided with a reason."""

import io

import pytest
from sqlalchemy import func, select

from spreekt.identity import residency
from spreekt.identity.residency_models import (
    CaseState,
    IdentityCase,
    ProofMethod,
    RegisterEntry,
    RegisterImport,
    Residency,
)
from spreekt.kernel.actor import Role
from spreekt.kernel.audit import LogEntry
from spreekt.notices.models import Notice
from spreekt.worker import deliver_due
from tests.builders import NOON, a_register_entry, a_resident, an_account, an_area, staff
from tests.identity.register_files import NOEMIE, a_file
from tests.pages import Sheet, values_of


def a_keeper(**fields):
    return staff(Role.REGISTER, **fields)


def upload(browser, content, *, reference_on="2026-11-01", only_check=False):
    values = values_of(browser.get("/beheer/register").form_with("file", "reference_on"))
    values["reference_on"] = reference_on
    values["file"] = (io.BytesIO(content), "register.csv")
    if not only_check:
        values.poplist("only_check")
    answer = browser.client.post("/beheer/register", data=values, content_type="multipart/form-data")
    browser.db.expire_all()
    return Sheet(answer, "/beheer/register")


@pytest.fixture(autouse=True)
def areas(db):
    for name in ("Kortrijk", "Heule"):
        an_area(name)


def test_a_file_is_checked_before_it_is_read_in(pages, db):
    browser = pages.as_(a_keeper())

    sheet = upload(browser, a_file(), only_check=True)

    assert sheet.status == 200
    assert "nog niets ingelezen" in sheet
    assert db.scalar(select(func.count()).select_from(RegisterEntry)) == 0


def test_a_file_is_read_in_and_listed(pages, db):
    browser = pages.as_(a_keeper())

    assert upload(browser, a_file()).status == 303

    stored = db.scalars(select(RegisterImport)).one()
    assert stored.file_sha256[:16] in browser.get("/beheer/register").html
    assert db.scalars(select(LogEntry.act)).all() == ["register.imported"]


def test_faults_are_shown_by_line_and_nothing_is_stored(pages, db):
    browser = pages.as_(a_keeper())

    sheet = upload(browser, a_file(NOEMIE.replace("999.32", "999.33")))

    assert sheet.status == 422
    assert "1 fout" in sheet
    assert "999.33" not in sheet.html
    assert db.scalars(select(RegisterEntry)).first() is None


def test_a_file_of_before_the_last_one_is_refused(pages, db):
    browser = pages.as_(a_keeper())
    upload(browser, a_file(), reference_on="2026-11-01")

    assert "nieuwer bestand" in upload(browser, a_file(), reference_on="2026-10-01")


@pytest.mark.parametrize("role", [Role.DESK, Role.MODERATOR, Role.ADMIN])
def test_only_the_register_keeper_sees_the_register(pages, role):
    browser = pages.as_(staff(role))

    for url in ("/beheer/register", "/beheer/register/zaken", "/beheer/register/zaken/1"):
        assert browser.raw(url).status_code == 404


def a_case(db, **fields):
    holder = a_resident(name="Oude Naam")
    held = db.scalars(select(Residency).where(Residency.account_id == holder.id)).one()
    newcomer = an_account(name="Nieuwe Naam")
    case = residency.open_case(db, account_id=newcomer.id, key=held.person_key, method=ProofMethod.LETTER, now=NOON)
    db.commit()
    return holder, newcomer, case


def decide(browser, case, step, reason="Beide accounts zijn van dezelfde persoon.", **options):
    return browser.send(f"/beheer/register/zaken/{case.id}", press=f"decision={step}", reason=reason, **options)


def holders(db):
    return db.scalars(select(Residency.account_id).where(Residency.ended_at.is_(None))).all()


def test_a_moved_residency_ends_at_the_old_account_and_both_are_told_the_same(app, pages, db):
    holder, newcomer, case = a_case(db)

    decide(pages.as_(a_keeper()), case, "move")

    assert holders(db) == [newcomer.id]
    assert case.state is CaseState.MOVED
    assert db.scalars(select(LogEntry)).one().act == "identity-case.move"
    deliver_due(app)
    told = db.scalars(select(Notice).where(Notice.kind == "residency.decided")).all()
    assert {notice.account_id for notice in told} == {holder.id, newcomer.id}
    assert len({notice.text for notice in told}) == 1
    assert not any("Naam" in notice.text for notice in told)
    assert all("Bel 1777 of kom langs" in notice.text for notice in told)


def test_a_kept_residency_stays_where_it_is(pages, db):
    holder, _newcomer, case = a_case(db)

    decide(pages.as_(a_keeper()), case, "keep")

    assert holders(db) == [holder.id]
    assert case.state is CaseState.KEPT


def test_no_decision_without_a_reason(pages, db):
    holder, _newcomer, case = a_case(db)

    decide(pages.as_(a_keeper()), case, "move", reason="  ", status=422)

    assert holders(db) == [holder.id]


def test_a_case_is_decided_once(pages, db):
    _holder, _newcomer, case = a_case(db)
    decide(pages.as_(a_keeper()), case, "keep")

    sheet = pages.as_(a_keeper()).get(f"/beheer/register/zaken/{case.id}")

    assert "Beslist" in sheet
    assert not [form for form in sheet.all("form") if form.get("method") == "post"]


def test_nobody_decides_their_own_case(pages, db):
    keeper = a_keeper()
    held = db.scalars(select(Residency).where(Residency.account_id == a_resident().id)).one()
    case = residency.open_case(db, account_id=keeper.id, key=held.person_key, method=ProofMethod.DESK, now=NOON)
    db.commit()

    sheet = decide(pages.as_(keeper), case, "move", status=422)

    assert "collega" in sheet
    assert holders(db) == [held.account_id]


def test_a_second_case_of_the_same_two_is_the_first(db):
    a_register_entry()
    _holder, newcomer, case = a_case(db)

    again = residency.open_case(db, account_id=newcomer.id, key=case.person_key, method=ProofMethod.LETTER, now=NOON)

    assert again.id == case.id
    assert db.scalar(select(func.count()).select_from(IdentityCase)) == 1

"""/beheer/accounts: who comes in, what is shown, and that an address is only shown for a logged reason."""

import pytest
from sqlalchemy import select

from spreekt.identity.models import Account, RoleGrant
from spreekt.kernel.actor import Role
from spreekt.kernel.audit import LogEntry
from spreekt.kernel.idempotency import SpentKey
from tests.builders import an_account, an_area, staff
from tests.identity.test_views import statements

ADDRESS = "ine@voorbeeld.example"
ACTS = ("rol", "toegang", "tweede-stap", "e-mailadres")


@pytest.fixture
def ine(db):
    return an_account(name="Ine Vermeersch", email=ADDRESS)


@pytest.fixture
def desk(pages, db):
    """The browser of an administrator."""
    return pages.as_(staff(Role.ADMIN, name="Baas"))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_administrators_see_accounts(pages, ine, role):
    other = pages.as_(staff(role))

    for path in ("", f"/{ine.id}", *(f"/{ine.id}/{act}" for act in ACTS)):
        other.get(f"/beheer/accounts{path}", status=404)


def test_visitors_and_residents_do_not_see_accounts(pages, ine):
    assert pages.raw("/beheer/accounts").status_code == 303
    pages.as_(an_account()).get("/beheer/accounts", status=404)


def test_without_a_search_the_list_is_the_staff(desk, ine):
    staff(Role.MODERATOR, name="Mo Derator")

    page = desk.get("/beheer/accounts")

    assert "Mo Derator" in page
    assert "Moderator" in page
    assert "Ine Vermeersch" not in page


@pytest.mark.parametrize(("words", "found"), [("ine", True), ("VERM", True), ("%", False), ("_", False), ("x", False)])
def test_accounts_are_found_by_a_part_of_their_name(desk, ine, words, found):
    assert ("Ine Vermeersch" in desk.get(f"/beheer/accounts?q={words.replace('%', '%25')}")) is found


def test_an_account_is_found_by_its_exact_address_only(desk, ine):
    assert desk.send("/beheer/accounts", email="INE@voorbeeld.example").heading == "Ine Vermeersch"

    desk.send("/beheer/accounts", status=422, email="in@voorbeeld.example")


def test_an_address_is_shown_only_for_a_reason_and_the_reason_is_logged(desk, ine, db):
    path = f"/beheer/accounts/{ine.id}"
    assert ADDRESS not in desk.get(path).html
    desk.send(f"{path}/e-mailadres", status=422, reason="")
    assert db.scalars(select(LogEntry)).all() == []

    page = desk.send(f"{path}/e-mailadres", status=200, reason="Vraag aan de telefoon")

    assert ADDRESS in page
    entry = db.scalars(select(LogEntry)).one()
    assert (entry.act, entry.reason, entry.about_account_id) == ("address.shown", "Vraag aan de telefoon", ine.id)
    assert not any(ADDRESS in row.body for row in db.scalars(select(SpentKey)))


def test_a_role_is_granted_in_an_area_and_taken_away(desk, ine, db):
    heule = an_area("Heule")
    path = f"/beheer/accounts/{ine.id}"

    page = desk.send(f"{path}/rol", role="gebiedswerker", area=str(heule.id), reason="Start in Heule")
    assert "Gebiedswerker" in page
    assert "Heule (deelgemeente)" in page
    grant = db.scalars(select(RoleGrant).where(RoleGrant.account_id == ine.id)).one()

    page = desk.send(f"{path}/rol/{grant.id}/weg", reason="Andere dienst")

    assert "Geen rollen" in page
    assert db.scalars(select(LogEntry.act).order_by(LogEntry.seq)).all() == ["role.granted", "role.taken"]


def test_a_grant_of_somebody_else_is_not_there(desk, ine, db):
    other = staff(Role.MODERATOR)
    grant = db.scalars(select(RoleGrant).where(RoleGrant.account_id == other.id)).one()

    desk.get(f"/beheer/accounts/{ine.id}/rol/{grant.id}/weg", status=404)


def test_an_account_is_switched_off_and_on_with_a_reason(desk, ine, db):
    path = f"/beheer/accounts/{ine.id}"
    desk.send(f"{path}/toegang", status=422, reason="")

    assert "Uitgeschakeld" in desk.send(f"{path}/toegang", reason="Misbruik")
    assert "Actief" in desk.send(f"{path}/toegang", reason="Vergissing")
    assert db.get_one(Account, ine.id).may_sign_in


def test_administrators_are_told_why_they_cannot_change_themselves(pages, db):
    boss = staff(Role.ADMIN)
    desk = pages.as_(boss)

    assert "Dit is je eigen account." in desk.get(f"/beheer/accounts/{boss.id}")
    page = desk.send(f"/beheer/accounts/{boss.id}/toegang", status=422, reason="x")
    assert "Vraag het aan een andere beheerder." in page
    page = desk.send(f"/beheer/accounts/{boss.id}/rol", status=422, role="publicatie", reason="x")
    assert "Vraag het aan een andere beheerder." in page


@pytest.mark.parametrize("act", ["rol", "toegang", "tweede-stap"])
def test_a15_changing_rights_asks_for_a_fresh_sign_in(pages, ine, act):
    path = f"/beheer/accounts/{ine.id}/{act}"
    old = pages.as_(staff(Role.ADMIN), fresh=False)

    assert old.raw(path).headers["Location"] == f"/aanmelden/bevestig?next={path}"


@pytest.mark.parametrize("fields", [{"role": "koning"}, {"area": "999999"}, {"module": "kelder"}, {"reason": " " * 3}])
def test_a_role_that_cannot_be_is_refused(desk, ine, db, fields):
    answers = {"role": "moderator", "area": "0", "module": "", "reason": "Nieuw"} | fields

    desk.send(f"/beheer/accounts/{ine.id}/rol", status=422, **answers)

    assert db.scalars(select(RoleGrant).where(RoleGrant.account_id == ine.id)).all() == []


def test_the_list_asks_as_much_of_the_database_for_many_as_for_few(desk, connection, db):
    asked = []
    for more in (1, 25):
        for _number in range(more):
            staff(Role.MODERATOR)
        with statements(connection) as seen:
            desk.get("/beheer/accounts")
        asked.append(len([statement for statement in seen if "SAVEPOINT" not in statement]))

    assert asked[0] == asked[1] <= 6

from spreekt.kernel.actor import Role
from tests.builders import an_account, an_area, staff


def test_somebody_registers_and_is_in_with_the_link_of_the_mail(pages, app):
    after = pages.send(
        "/registreren?next=/mijn/toestellen", name="Ine", email="ine@voorbeeld.example", password="een zinnetje van mij"
    )
    assert after.heading == "Kijk in je mailbox"
    path = link_to(app, "ine@voorbeeld.example")

    page = pages.send(path)

    assert page.heading == "Mijn toestellen"


def test_administrators_see_and_change_accounts(pages, db):
    boss = staff(Role.ADMIN)
    desk = pages.as_(boss)
    ine = an_account(email="ine@voorbeeld.example")
    an_area()

    found = desk.send("/beheer/accounts", email="ine@voorbeeld.example")
    assert found.heading == ine.display_name
    desk.get("/beheer/accounts")
    desk.get("/beheer/accounts?q=in")
    desk.send(f"/beheer/accounts/{ine.id}/rol", role="moderator", reason="nieuw")
    desk.send(f"/beheer/accounts/{ine.id}/toegang", reason="weg")

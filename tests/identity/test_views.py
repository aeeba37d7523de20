from tests.identity.mailbox import link_to


def test_somebody_registers_and_is_in_with_the_link_of_the_mail(pages, app):
    after = pages.send(
        "/registreren?next=/mijn/toestellen", name="Ine", email="ine@voorbeeld.example", password="een zinnetje van mij"
    )
    assert after.heading == "Kijk in je mailbox"
    path = link_to(app, "ine@voorbeeld.example")

    page = pages.send(path)

    assert page.heading == "Mijn toestellen"

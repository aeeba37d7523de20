"""Home and health."""

from tests.pages import Pages


def test_home_opens_for_anybody(pages: Pages) -> None:
    home = pages.get("/")

    assert home.heading.startswith("Jij kent je straat")


def test_an_unknown_address_gets_a_kind_page(pages: Pages) -> None:
    lost = pages.get("/bestaat-niet", status=404)

    assert "Naar de beginpagina" in lost


def test_the_process_and_the_database_say_they_are_well(pages: Pages) -> None:
    assert pages.raw("/healthz").get_json() == {"ok": True}
    assert pages.raw("/readyz").get_json()["ok"] is True

"""The public pages: rounds, projects in every form, and how many statements each page sends."""

from datetime import timedelta

import pytest

from spreekt.electorate.domain import why_not
from spreekt.kernel.regulations import PhaseKind
from spreekt.moderation.models import State
from tests.budget_builders import a_phased_round, without_game
from tests.builders import DAY, NOON, a_poll, a_project, a_resident, a_round, an_area


def test_without_rounds_the_page_says_so(pages):
    assert "Er is nog geen ronde" in pages.get("/burgerbudget")


def test_rounds_stand_by_what_one_can_do_with_them(pages):
    a_round(title="Nu te kiezen")
    a_round(title="Straks", opens_at=NOON + DAY, closes_at=NOON + 2 * DAY)
    a_round(title="Voorbij", opens_at=NOON - 9 * DAY, closes_at=NOON - 2 * DAY)

    text = pages.get("/burgerbudget").text

    order = [text.index(words) for words in ("Nu open", "Nu te kiezen", "Binnenkort", "Straks", "Afgelopen", "Voorbij")]
    assert order == sorted(order)


def test_a_round_in_which_nobody_can_vote_now_is_busy(pages):
    without_game(a_phased_round(PhaseKind.JURY, title="Wijk aan zet"))
    a_round(title="Nog geen sleutels", ballot_keys="")

    text = pages.get("/burgerbudget").text

    assert text.index("Bezig") < min(text.index("Wijk aan zet"), text.index("Nog geen sleutels"))
    assert "Er is nog geen ronde" not in text


def test_a_round_that_does_not_exist_is_not_there(pages):
    for url in ("", "/projecten", "/projecten/1", "/projecten.csv", "/uitslag", "/uitslag.pb"):
        pages.get(f"/burgerbudget/nergens{url}", status=404)


def test_a_list_is_filtered_by_area_theme_and_words(pages):
    round, heule = a_round(), an_area("Heule")
    a_project(round, "h1", title="Bank in Heule", areas=[heule])
    a_project(round, "s1", title="Speelplein", theme="Spel", body="Met een schommel.")
    url = f"/burgerbudget/{round.slug}/projecten"

    assert "Speelplein" not in pages.get(f"{url}?deelgemeente=heule")
    assert "Bank in Heule" in pages.get(f"{url}?deelgemeente=heule")
    assert "Bank in Heule" not in pages.get(f"{url}?thema=Spel")
    assert "Speelplein" in pages.get(f"{url}?q=SCHOMMEL")
    assert "Niets past bij je filter" in pages.get(f"{url}?q=olifant")


def test_a_long_list_has_pages_that_hold_each_project_once(pages):
    round = a_round()
    for number in range(25):
        a_project(round, f"p{number}", title=f"Plan nummer {number};")
    url = f"/burgerbudget/{round.slug}/projecten"

    both = pages.get(url).text + pages.get(f"{url}?pagina=2").text

    assert all(both.count(f"Plan nummer {number};") == 1 for number in range(25))
    pages.get(f"{url}?pagina=3", status=404)
    pages.get(f"{url}?pagina=x", status=400)


def test_the_list_goes_along_as_csv_atom_and_geojson(pages):
    round = a_round()
    a_project(round, "k1", title="=Kiosk", latitude=50.83, longitude=3.26)
    a_project(round, "k2", title="Zonder plaats")
    url = f"/burgerbudget/{round.slug}/projecten"

    table = pages.raw(f"{url}.csv").get_data(as_text=True)
    assert "k1,'=Kiosk,3000.00,EUR,Groen" in table
    assert "<title>Zonder plaats</title>" in pages.raw(f"{url}.atom").get_data(as_text=True)
    (feature,) = pages.raw(f"{url}.geojson").get_json()["features"]
    assert feature["properties"]["title"] == "=Kiosk"
    assert feature["geometry"]["coordinates"] == [3.26, 50.83]


def test_a_hidden_project_keeps_its_place_but_not_its_words(pages):
    round = a_round()
    hidden = a_project(round, "x1", title="Scheldwoord", state=State.HIDDEN)

    assert "Scheldwoord" not in pages.get(f"/burgerbudget/{round.slug}/projecten").html
    assert "Project x1 (tekst verborgen)" in pages.as_(a_resident()).get(f"/burgerbudget/{round.slug}/stemmen")
    pages.get(f"/burgerbudget/{round.slug}/projecten/{hidden.id}", status=404)


@pytest.mark.parametrize("words", ["Scheldwoord", "geheim adres"])
def test_no_search_finds_the_words_of_a_hidden_project(pages, words):
    round = a_round()
    a_project(round, "x1", title="Scheldwoord", body="Het geheim adres van de buur.", state=State.HIDDEN)
    list_of = f"/burgerbudget/{round.slug}/projecten"

    assert "Project x1" not in pages.get(f"{list_of}?q={words}").html
    for ending in ("csv", "atom", "geojson"):
        assert b"x1" not in pages.raw(f"{list_of}.{ending}?q={words}").data
    assert b"x1" in pages.raw(f"{list_of}.csv?q=verborgen").data


def test_a_withdrawn_project_is_not_on_the_list(pages):
    round = a_round()
    gone = a_project(round, "x1", title="Weg ermee", state=State.WITHDRAWN)

    assert "Weg ermee" not in pages.get(f"/burgerbudget/{round.slug}/projecten")
    pages.get(f"/burgerbudget/projecten/{gone.id}", status=404)


def test_a_project_shows_its_text_price_and_place(pages):
    round = a_round()
    project = a_project(round, "p1", title="Bloemen", body="Veel **bloemen**.", areas=[an_area("Marke")])

    sheet = pages.get(f"/burgerbudget/{round.slug}/projecten/{project.id}")

    assert sheet.heading == "Bloemen"
    assert "<strong>bloemen</strong>" in sheet.html
    assert "€ 3.000" in sheet
    assert "Marke" in sheet
    assert pages.get(f"/burgerbudget/projecten/{project.id}").heading == "Bloemen"


def test_a_project_is_not_found_under_another_round(pages):
    project = a_project(a_round(), "p1")

    pages.get(f"/burgerbudget/{a_round().slug}/projecten/{project.id}", status=404)


@pytest.mark.parametrize(
    ("url", "by_resident", "most"),
    [("", False, 6), ("/projecten", False, 6), ("/uitslag", False, 6), ("/projecten", True, 6), ("/stemmen", True, 9)],
)
def test_a_page_sends_few_statements_and_no_more_with_more_projects(pages, statements, url, by_resident, most):
    """The ballot asks three more than a page may: who this resident is, whether they voted, what they ticked."""
    round, sent = a_round(), []
    browser = pages.as_(a_resident()) if by_resident else pages
    for batch in (3, 17):
        for _ in range(batch):
            a_project(round, areas=[an_area("Heule")])
        pages.db.expunge_all()
        statements.clear()
        browser.get(f"/burgerbudget/{round.slug}{url}")
        sent.append(list(statements))

    assert len(sent[0]) == len(sent[1]) <= most, sent[1]


def test_the_timeline_of_a_round_says_when(pages):
    round = a_round(opens_at=NOON - DAY, closes_at=NOON + timedelta(days=7))

    sheet = pages.get(f"/burgerbudget/{round.slug}")

    assert "maandag 30 november 2026, 12 uur" in sheet
    assert "Het project met de meeste stemmen komt eerst." in sheet


def test_no_rule_of_a_vote_names_one_city(db):
    assert "Kortrijk" not in why_not(a_poll(), None)

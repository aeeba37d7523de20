"""Every way of voting in a real browser, by keyboard alone, on a phone and on the narrowest screen."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from spreekt.modules.burgerbudget.models import BudgetBallot, Round
from spreekt.modules.burgerbudget.phases.models import RoundRegulation
from tests import builders
from tests.browser.conftest import NewReader
from tests.browser.reader import Reader
from tests.burgerbudget.door_builders import a_desk_code
from tests.live import Platform

PHONE, NARROW = (390, 844), (320, 568)
TITLES = (
    "Bankje aan de Leie",
    "Boekenkast",
    "Speelheuvel",
    "Dorpstafel",
    "Pluktuin",
    "Fietspomp",
    "Tunnelkunst",
    "Bakfiets",
)
NUMBERS = {
    "coins": {"coins": 2},
    "basket": {"basket_cents": 700_000},
    "points": {"points": 10},
    "ranking": {"ranks": 3},
}
SAVING = "**/stemmen/bewaren"
STOP = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect();
    const bar = document.querySelector(".ballot-bar");
    const under = !bar.contains(one) && box.bottom > bar.getBoundingClientRect().top + 1;
    return {name: one.name ?? "", id: one.id, words: one.innerText ?? "", under};
}"""


def a_round(city: Platform, method: str, slug: str):
    with city.building() as db:
        area, other = builders.an_area("Heule"), builders.an_area("Marke")
        round = builders.a_round(slug=slug, title="Burgerbudget 2026")
        builders.kept(RoundRegulation(round_id=round.id, vote_method=method, **NUMBERS[method]))
        for number, title in enumerate(TITLES):
            project = builders.a_project(round, f"p{number}", title=title, cost_cents=300_000 + number)
            project.areas.append(other if number % 2 else area)
        db.commit()
        return round, builders.a_resident()


def tab_to(reader: Reader, found) -> None:
    """Press Tab until it is there; the bar never lies over what has the focus."""
    for _press in range(60):
        reader.page.keyboard.press("Tab")
        stop = reader.page.evaluate(STOP)
        assert not stop["under"], stop
        if found(stop):
            return
    raise AssertionError("the keyboard does not come there")


def said(reader: Reader, words: str) -> None:
    """It stands in the bar at once, and a screen reader hears it after a pause."""
    assert words in reader.page.locator(".ballot-bar").inner_text().replace("\N{NO-BREAK SPACE}", " ")
    reader.page.wait_for_function(
        "words => document.querySelector('[data-ballot-said]').textContent.replaceAll('\\u00a0', ' ').includes(words)",
        arg=words,
    )


def saved(reader: Reader) -> None:
    reader.page.locator("[data-ballot-autosaved]:not([hidden])").wait_for()
    assert reader.page.locator("[data-ballot-autosaved]").inner_text().startswith("Bewaard om ")


def mark(reader: Reader, method: str) -> None:
    """Too much first, then enough."""
    keys = reader.page.keyboard
    if method == "ranking":
        tab_to(reader, lambda stop: stop["name"] == "plaats-1")
        keys.press("ArrowDown")
        tab_to(reader, lambda stop: stop["name"] == "plaats-2")
        keys.press("ArrowDown")
        said(reader, "Een project staat op twee plaatsen.")
        marked = reader.page.locator("select[name=plaats-3] option").nth(1).inner_text()
        assert "staat op plaats" in marked
        keys.press("ArrowDown")
        said(reader, "Nog 1 plaats vrij")
        return
    name = "punten-" if method == "points" else "projects"
    for turn in range(3):
        tab_to(reader, lambda stop: stop["name"].startswith(name))
        if method == "points":
            keys.type(("6", "4", "3")[turn])
        else:
            keys.press("Space")
    said(
        reader,
        {"coins": "1 munt te veel", "basket": "te veel. Haal iets uit je mandje.", "points": "3 punten te veel"}[
            method
        ],
    )
    keys.press("Backspace" if method == "points" else "Space")
    said(
        reader,
        {"coins": "Al je munten zijn gegeven", "basket": "te besteden", "points": "Al je punten zijn gegeven"}[method],
    )


@pytest.mark.parametrize("size", [PHONE, NARROW], ids=["phone", "narrow"])
@pytest.mark.parametrize("method", NUMBERS)
def test_a_ballot_is_cast_by_keyboard_alone(city: Platform, a_reader: NewReader, method: str, size) -> None:
    round, voter = a_round(city, method, f"{method}-{size[0]}")
    reader = a_reader(voter, size=size).open(f"/burgerbudget/{round.slug}/stemmen")
    bar = reader.page.locator(".ballot-bar").bounding_box()
    assert bar is not None
    assert size == NARROW or bar["height"] <= size[1] / 3

    mark(reader, method)
    saved(reader)
    reader.look(widths=())
    tab_to(reader, lambda stop: stop["words"].strip() == "Kijk je keuze na")
    with reader.expecting(200), reader.page.expect_navigation(wait_until="load"):
        reader.page.keyboard.press("Enter")
    assert reader.heading == "Kijk je keuze na"
    tab_to_button = "document.querySelector('main form button').focus()"
    reader.page.evaluate(tab_to_button)
    with reader.expecting(200), reader.page.expect_navigation(wait_until="load"):
        reader.page.keyboard.press("Enter")

    assert reader.heading == "Bedankt, je stem is geregistreerd"
    with city.sessions() as db:
        assert db.scalar(select(func.count()).where(BudgetBallot.round_id == round.id)) == 1


def test_what_one_device_saved_another_goes_on_with(city: Platform, a_reader: NewReader) -> None:
    round, voter = a_round(city, "points", "twee-toestellen")
    phone = a_reader(voter, size=PHONE).open(f"/burgerbudget/{round.slug}/stemmen")
    phone.page.get_by_label(TITLES[2]).fill("7")
    saved(phone)
    assert phone.page.evaluate("localStorage.length") == 0

    laptop = a_reader(voter).open(f"/burgerbudget/{round.slug}/stemmen")

    assert laptop.page.get_by_label(TITLES[2]).input_value() == "7"
    assert "Nog 3 punten" in laptop.page.locator(".ballot-bar").inner_text()


def test_leaving_at_once_loses_nothing(city: Platform, a_reader: NewReader) -> None:
    round, voter = a_round(city, "coins", "meteen-weg")
    reader = a_reader(voter, size=PHONE).open(f"/burgerbudget/{round.slug}/stemmen")
    reader.page.wait_for_load_state("networkidle")
    reader.page.get_by_label(TITLES[0]).check()
    reader.open("/voorstellen").page.wait_for_load_state("networkidle")

    reader.open(f"/burgerbudget/{round.slug}/stemmen")

    assert reader.page.get_by_label(TITLES[0]).is_checked()


@contextmanager
def without_network(reader: Reader) -> Iterator[None]:
    """Nothing comes through; what the browser says about it is no fault of the page."""
    reader.context.set_offline(True)
    yield
    reader.context.set_offline(False)
    reader.complaints = []


def leave_without_network(reader: Reader) -> None:
    """Go away, and lose what the page sends while it goes: in Chromium that passes by `set_offline`."""
    reader.page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('no network')); }")
    reader.page.goto("about:blank")


def test_marks_made_without_network_are_saved_once_it_is_back(city: Platform, a_reader: NewReader) -> None:
    round, voter = a_round(city, "coins", "even-geen-net")
    reader = a_reader(voter, size=PHONE).open(f"/burgerbudget/{round.slug}/stemmen")
    reader.page.wait_for_load_state("networkidle")

    with without_network(reader):
        reader.page.get_by_label(TITLES[0]).check()
        reader.page.get_by_text("Nog niet bewaard in je account.").wait_for()

    saved(reader)
    assert reader.page.get_by_text("Nog niet bewaard in je account.").is_hidden()
    assert reader.page.evaluate("localStorage.length") == 0


def test_marks_made_without_network_are_there_on_coming_back(city: Platform, a_reader: NewReader) -> None:
    round, voter = a_round(city, "coins", "weg-zonder-net")
    reader = a_reader(voter, size=PHONE).open(f"/burgerbudget/{round.slug}/stemmen")
    reader.page.get_by_label(TITLES[4]).check()
    saved(reader)
    with without_network(reader):
        reader.page.get_by_label(TITLES[4]).uncheck()
        reader.page.get_by_label(TITLES[0]).check()
        reader.page.get_by_label(TITLES[1]).check()
        reader.page.get_by_label("Tel mijn geldige ontwerp mee").check()
        leave_without_network(reader)

    reader.open(f"/burgerbudget/{round.slug}/stemmen")

    saved(reader)
    assert [title for title in TITLES if reader.page.get_by_label(title).is_checked()] == list(TITLES[:2])
    assert reader.page.get_by_label("Tel mijn geldige ontwerp mee").is_checked()
    assert reader.page.get_by_text("We hebben je keuze van daarnet teruggezet.").is_visible()
    assert reader.page.evaluate("localStorage.length") == 0


def test_what_another_device_saved_later_wins_from_marks_made_without_network(
    city: Platform, a_reader: NewReader
) -> None:
    round, voter = a_round(city, "coins", "later-elders")
    phone = a_reader(voter, size=PHONE).open(f"/burgerbudget/{round.slug}/stemmen")
    phone.page.wait_for_load_state("networkidle")
    with without_network(phone):
        phone.page.get_by_label(TITLES[0]).check()
        leave_without_network(phone)
    laptop = a_reader(voter).open(f"/burgerbudget/{round.slug}/stemmen")
    laptop.page.get_by_label(TITLES[1]).check()
    saved(laptop)

    phone.open(f"/burgerbudget/{round.slug}/stemmen")

    assert [title for title in TITLES if phone.page.get_by_label(title).is_checked()] == [TITLES[1]]


def test_marks_that_wait_in_a_browser_are_shown_to_nobody_else(city: Platform, a_reader: NewReader) -> None:
    round, voter = a_round(city, "coins", "gedeelde-computer")
    with city.building() as db:
        other = builders.a_resident()
        db.commit()
    reader = a_reader(voter).open(f"/burgerbudget/{round.slug}/stemmen")
    reader.page.wait_for_load_state("networkidle")
    with without_network(reader):
        reader.page.get_by_label(TITLES[0]).check()
        leave_without_network(reader)

    reader.become(city.sign_in(other)).open(f"/burgerbudget/{round.slug}/stemmen")

    assert not [title for title in TITLES if reader.page.get_by_label(title).is_checked()]


def test_what_the_server_could_not_save_is_tried_again(city: Platform, a_reader: NewReader) -> None:
    round, voter = a_round(city, "coins", "te-druk")
    reader = a_reader(voter).open(f"/burgerbudget/{round.slug}/stemmen")
    reader.page.wait_for_load_state("networkidle")
    reader.page.route(SAVING, lambda route: route.fulfill(status=503, body=""))
    reader.page.get_by_label(TITLES[0]).check()
    reader.page.get_by_text("Nog niet bewaard in je account.").wait_for()

    reader.page.unroute(SAVING)
    reader.page.get_by_label(TITLES[1]).check()

    saved(reader)
    reader.complaints = []


def test_the_list_is_searched_here_and_marks_stay(city: Platform, a_reader: NewReader) -> None:
    round, voter = a_round(city, "coins", "zoeken")
    reader = a_reader(voter, size=NARROW).open(f"/burgerbudget/{round.slug}/stemmen")
    reader.page.get_by_label(TITLES[0]).check()
    reader.page.get_by_text("Zoek of filter in de lijst").click()
    assert reader.page.get_by_role("button", name="Toon in de lijst").count() == 0

    reader.fill("Zoek", "PLUK")
    reader.page.get_by_text("1 van de 8 zichtbaar").wait_for()
    assert [title for title in TITLES if reader.page.get_by_label(title).is_visible()] == ["Pluktuin"]
    reader.look()
    reader.fill("Zoek", "olifant")
    reader.page.get_by_text("Niets past bij wat je zoekt").wait_for()
    reader.fill("Zoek", "")
    reader.choose("Deelgemeente", "Marke")
    reader.page.get_by_text("4 van de 8 zichtbaar").wait_for()
    assert not reader.page.get_by_label(TITLES[0]).is_visible()
    assert "Nog 1 munt" in reader.page.locator(".ballot-bar").inner_text()


def test_a_ranking_is_searched_by_keyboard_and_what_stands_on_a_place_stays(
    city: Platform, a_reader: NewReader
) -> None:
    round, voter = a_round(city, "ranking", "zoeken-in-volgorde")
    reader = a_reader(voter, size=NARROW).open(f"/burgerbudget/{round.slug}/stemmen")
    keys = reader.page.keyboard
    reader.page.get_by_label("Plaats 1").select_option("p0")
    tab_to_start(reader)
    tab_to(reader, lambda stop: stop["words"].strip() == "Zoek of filter in de lijst")
    keys.press("Enter")
    tab_to(reader, lambda stop: stop["name"] == "q")
    keys.type("pluk")
    keys.press("Enter")
    reader.page.get_by_text("1 van de 8 zichtbaar").wait_for()
    tab_to(reader, lambda stop: stop["name"] == "plaats-2")
    keys.press("ArrowDown")
    said(reader, "Nog 1 plaats vrij")
    reader.look()
    reader.fill("Zoek", "")

    assert [reader.page.get_by_label(f"Plaats {place}").input_value() for place in (1, 2)] == ["p0", "p4"]
    saved(reader)
    reader.press("Kijk je keuze na")
    assert reader.page.locator("main ol strong").all_inner_texts() == [TITLES[0], TITLES[4]]


def test_without_scripts_a_ranking_is_searched_and_loses_nothing(city: Platform, a_reader: NewReader) -> None:
    round, voter = a_round(city, "ranking", "zoeken-zonder-script")
    reader = a_reader(voter, size=NARROW, scripts=False).open(f"/burgerbudget/{round.slug}/stemmen")
    reader.page.get_by_label("Plaats 1").select_option("p0")
    reader.page.get_by_text("Zoek of filter in de lijst").click()
    reader.fill("Zoek", "pluk").choose("Deelgemeente", "Heule")
    reader.page.get_by_role("button", name="Toon in de lijst").focus()
    with reader.expecting(200), reader.page.expect_navigation(wait_until="load"):
        reader.page.keyboard.press("Enter")

    assert "1 van de 8 zichtbaar" in reader.text
    assert reader.page.get_by_label("Plaats 2").locator("option:not([disabled])").count() == 2
    reader.page.get_by_label("Plaats 2").select_option("p4")
    reader.press("Kijk je keuze na")
    assert reader.page.locator("main ol strong").all_inner_texts() == [TITLES[0], TITLES[4]]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("way", ["code", "kiosk"])
def test_who_votes_with_a_code_compares_two_and_goes_on(city: Platform, a_reader: NewReader, way, scripts) -> None:
    round, _voter = a_round(city, "ranking", f"naast-{way}-{scripts}".lower())
    with city.building() as db:
        code = a_desk_code(db.get_one(Round, round.id))
    reader = a_reader(size=NARROW, scripts=scripts).open(f"/burgerbudget/{round.slug}/kiosk")
    reader.fill("Je code", code).press("Ga naar het stembiljet")
    if way == "code":
        reader.open(f"/burgerbudget/{round.slug}/code/stembiljet")
    reader.page.get_by_label("Plaats 1").select_option("p3")
    reader.page.get_by_text("Leg twee projecten naast elkaar").click()
    reader.choose("Eerste project", TITLES[3]).choose("Tweede project", TITLES[5]).press("Vergelijk")

    assert reader.page.locator(".compare thead th").all_inner_texts() == [TITLES[3], TITLES[5]]
    assert reader.page.url.endswith(f"/{way}/stembiljet")
    assert reader.page.locator("[data-kiosk]").count() == (way == "kiosk")
    reader.press("Terug naar je stembiljet")
    assert reader.page.get_by_label("Plaats 1").input_value() == "p3"


def tab_to_start(reader: Reader) -> None:
    """Begin where the keyboard begins."""
    reader.page.evaluate("document.activeElement.blur(); getSelection().setPosition(document.body, 0)")


def test_wiping_takes_every_mark_and_says_so(city: Platform, a_reader: NewReader) -> None:
    round, voter = a_round(city, "ranking", "wissen")
    reader = a_reader(voter).open(f"/burgerbudget/{round.slug}/stemmen")
    reader.page.get_by_label("Plaats 1").select_option(index=2)
    reader.page.get_by_label("Plaats 3").select_option(index=3)
    said(reader, "Plaats 2 is nog leeg.")

    reader.button("Wis mijn keuze").click()
    reader.page.wait_for_function(
        "() => document.querySelector('[data-ballot-said]').textContent === 'Je keuze is gewist.'"
    )

    assert reader.page.get_by_label("Plaats 1").input_value() == ""
    assert reader.button("Wis mijn keuze").count() == 0
    assert reader.page.evaluate("document.activeElement.name") == "plaats-1"


def test_a_tab_that_stayed_open_after_the_vote_says_why_it_saves_nothing(city: Platform, a_reader: NewReader) -> None:
    round, voter = a_round(city, "coins", "oude-tab")
    old, new = (a_reader(voter, size=PHONE).open(f"/burgerbudget/{round.slug}/stemmen") for _each in range(2))
    new.tick(TITLES[0])
    new.press("Kijk je keuze na").press("Ja, ik stem")

    old.refusals = {409}
    old.page.get_by_label(TITLES[1]).check()
    refused = old.page.get_by_text("Niet bewaard: Je hebt al gestemd.")
    refused.wait_for()

    assert old.page.locator("[data-ballot-autosaved]").is_hidden()
    old.complaints = [words for words in old.complaints if "409" not in words]


@pytest.mark.parametrize("size", [PHONE, NARROW, (1280, 900)], ids=["phone", "narrow", "wide"])
def test_two_projects_lie_side_by_side(city: Platform, a_reader: NewReader, size) -> None:
    round, voter = a_round(city, "coins", f"naast-{size[0]}")
    reader = a_reader(voter, size=size, dark=size == PHONE).open(f"/burgerbudget/{round.slug}/stemmen")
    reader.page.get_by_text("Leg twee projecten naast elkaar").click()
    reader.press("Vergelijk")

    assert reader.heading == "Vergelijk twee projecten"
    left, right = (cell.bounding_box() for cell in reader.page.locator(".compare thead th").all())
    assert left["y"] == right["y"]

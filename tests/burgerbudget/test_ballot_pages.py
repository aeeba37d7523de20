"""The pages around a ballot, for every way of voting: what was typed comes back, and no mark is lost."""

import pytest
from sqlalchemy import select, text

from spreekt.modules.burgerbudget.models import BallotDraft, Project
from spreekt.modules.burgerbudget.voting.drafts import draft_of
from tests.budget_builders import a_game
from tests.builders import a_project, a_resident, acting, an_account, an_area


def fields(db, round, method, **marks):
    """The fields of a form with these marks; values are points or places."""
    if method == "points":
        ids = {project.code: project.id for project in db.scalars(select(Project).where(Project.round_id == round.id))}
        return {f"punten-{ids[code]}": str(points) for code, points in marks.items()}
    if method == "ranking":
        return {f"plaats-{place}": code for code, place in marks.items()}
    return {"projects": list(marks)}


def chosen_in(sheet):
    """The chosen option of each list of choices on a page, by the list's name."""
    return {
        choices.get("name"): option.get("value")
        for choices in sheet.all("select")
        for option in choices.iter("option")
        if option.get("selected") is not None
    }


def ballot_of(round):
    return f"/burgerbudget/{round.slug}/stemmen"


GOOD = {"coins": {"a": 1, "bb": 1}, "basket": {"a": 1, "ccc": 1}, "points": {"a": 3, "ccc": 7},
        "ranking": {"bb": 1, "a": 2}, "approval": {"ccc": 1}}  # fmt: skip
FULL = dict.fromkeys(("a", "bb", "ccc"), 1)
SAID = {
    "coins": "Al je munten zijn gegeven",
    "basket": "Je mandje is precies vol",
    "points": "Al je punten zijn gegeven",
    "ranking": "Elke plaats is gevuld",
    "approval": "1 project gekozen",
}


@pytest.mark.parametrize("method", GOOD)
def test_a_resident_votes_without_javascript(db, pages, method):
    round, browser = a_game(method), pages.as_(a_resident())

    review = browser.send(ballot_of(round), **fields(db, round, method, **GOOD[method]))
    assert all((f"Plan {code}" in review) == (code in GOOD[method]) for code in FULL)
    back = browser.get(ballot_of(round))
    assert SAID[method] in back

    receipt = browser.send(f"{ballot_of(round)}/nakijken", having=("marks",))
    assert "je stem is geregistreerd" in receipt.heading
    assert "Plan" not in receipt.html


def test_the_review_says_the_order_and_the_points(db, pages):
    ranking, points, browser = a_game("ranking"), a_game("points"), pages.as_(a_resident())

    ranked = browser.send(ballot_of(ranking), **fields(db, ranking, "ranking", ccc=1, a=2)).text
    given = browser.send(ballot_of(points), **fields(db, points, "points", a=2, ccc=5)).text

    assert ranked.index("Plan ccc") < ranked.index("Plan a")
    assert given.index("Plan ccc 5 punten") < given.index("Plan a 2 punten")
    assert "Je mag nog 3 punten geven." in given


@pytest.mark.parametrize(("method", "marks", "words"), [
    ("coins", FULL, "je hebt 2 munten. Neem er een terug."),
    ("basket", FULL, "Je mandje kost € 3.000 te veel."),
    ("points", {"a": 8, "bb": 9}, "Je gaf 7 te veel. Je hebt samen 10 punten."),
    ("points", {"a": "1,5"}, "Geef hele punten boven nul"),
    ("points", {"a": "-2", "bb": 3}, "Geef hele punten boven nul"),
    ("ranking", {"bb": 2}, "zonder een plaats over te slaan"),
    *((method, {}, "Kies er minstens één.") for method in GOOD),
])  # fmt: skip
def test_V17_a_fault_is_told_and_what_was_typed_comes_back(db, pages, method, marks, words):
    round, browser = a_game(method), pages.as_(a_resident())
    typed = fields(db, round, method, **marks)

    sheet = browser.send(ballot_of(round), status=422, having=("telt_mee",), **typed)

    assert words in sheet.text.replace("\N{NO-BREAK SPACE}", " ")
    if method in ("points", "ranking"):
        shown = {field.get("name"): field.get("value") for field in sheet.all("input")}
        shown |= chosen_in(sheet)
        assert all(shown[name] == value for name, value in typed.items())
    else:
        assert sheet.html.count(" checked") == len(marks)


def test_a_project_on_two_places_comes_back_on_both(pages):
    round, browser = a_game("ranking"), pages.as_(a_resident())

    sheet = browser.send(ballot_of(round), status=422, **{"plaats-1": "a", "plaats-2": "a"})

    chosen = chosen_in(sheet)
    assert chosen["plaats-1"] == chosen["plaats-2"] == "a"


@pytest.mark.parametrize("method", GOOD)
def test_the_finder_hides_rows_and_keeps_their_marks(db, vault, pages, method):
    round, account = a_game(method, codes=("a", "bb", "ccc", "d", "e", "f", "g")), a_resident()
    browser = pages.as_(account)

    sheet = browser.send(ballot_of(round), status=200, press="_toon=1", q="plan bb", **fields(db, round, method, ccc=1))

    assert "1 van de 7 zichtbaar" in sheet
    rows = [row for tag in ("div", "li") for row in sheet.all(tag) if row.get("data-find")]
    assert (len(rows), sum(row.get("hidden") is not None for row in rows)) == (7, 6)
    assert draft_of(db, vault, round, by=acting(account)).marks == {"ccc": 1}
    review = browser.get(f"{ballot_of(round)}/nakijken")
    assert "Plan ccc" in review


def test_a_place_offers_what_was_found_and_keeps_what_was_chosen_there(pages):
    round, browser = a_game("ranking", codes=("a", "bb", "ccc", "d")), pages.as_(a_resident())

    sheet = browser.send(ballot_of(round), status=200, press="_toon=1", q="bb", **{"plaats-1": "ccc"})

    offered = {
        places.get("name"): {option.get("value") for option in places.iter("option") if option.get("disabled") is None}
        for places in sheet.all("select")
    }
    assert offered["plaats-1"] == {"", "bb", "ccc"}
    assert offered["plaats-2"] == {"", "bb"}
    assert chosen_in(sheet)["plaats-1"] == "ccc"


def test_what_the_finder_answers_is_not_kept(db, pages):
    round, browser = a_game("coins"), pages.as_(a_resident())

    browser.send(ballot_of(round), status=200, press="_toon=1", q="bb", projects=["ccc"])

    rows = [str(row) for row in db.execute(text("SELECT * FROM spent_keys"))]
    assert not any("Plan ccc" in row for row in rows)


def test_the_finder_knows_theme_and_place_and_says_when_nothing_fits(pages):
    round = a_game("coins", codes=tuple("abcdef"))
    project = a_project(round, "heule", title="Speelheuvel", theme="Spelen")
    project.areas.append(an_area("Heule"))
    other = a_project(round, "marke", title="Bloemen", theme="Spelen")
    other.areas.append(an_area("Marke"))
    browser = pages.as_(a_resident())

    def found(**wanted):
        sheet = browser.send(ballot_of(round), status=200, press="_toon=1", **wanted)
        rows = [row for row in sheet.all("div") if row.get("data-find")]
        return sum(row.get("hidden") is None for row in rows), "Niets past" in sheet.html

    assert found(thema="Spelen")[0] == 2
    assert found(deelgemeente="heule")[0] == 1
    assert found(q="SPEEL heule")[0] == 1
    assert found(q="olifant")[0] == 0


def test_two_projects_lie_side_by_side_and_the_marks_are_kept(db, pages):
    round, browser = a_game("coins"), pages.as_(a_resident())
    one, two = db.scalars(select(Project.id).where(Project.round_id == round.id).order_by(Project.id).limit(2))

    sheet = browser.send(ballot_of(round), press="_vergelijk=1", een=str(one), twee=str(two), projects=["ccc"])

    assert "Plan a" in sheet
    assert "Plan bb" in sheet
    assert "Een bank om even te zitten." in sheet
    assert browser.get(ballot_of(round)).html.count(" checked") == 1
    for strange in (f"?een={one}&twee={one}", "", "?een=x", "?een=9999999999&twee=-1"):
        assert "Kies er twee die verschillen" in browser.get(f"{ballot_of(round)}/vergelijken{strange}")


def sent(browser, round, **extra):
    from tests.pages import values_of

    values = values_of(browser.get(ballot_of(round)).form_with("telt_mee"))
    values.poplist("_once")
    for name, value in extra.items():
        values.setlist(name, value)
    return browser.client.post(f"{ballot_of(round)}/bewaren", data=values, headers={"Accept": "application/json"})


def test_the_script_saves_from_opening_on(db, vault, pages):
    round, account = a_game("coins"), a_resident()
    browser = pages.as_(account)

    assert sent(browser, round).status_code == 204
    assert not db.scalars(select(BallotDraft.is_begun)).one()
    for marks in (["a"], ["a", "bb", "ccc"], ["ccc"]):
        assert sent(browser, round, projects=marks).status_code == 204

    db.expire_all()
    assert draft_of(db, vault, round, by=acting(account)).marks == {"ccc": 1}
    assert sent(browser, round, telt_mee=["1"], projects=["ccc"]).status_code == 204
    db.expire_all()
    assert draft_of(db, vault, round, by=acting(account)).is_ready


def test_a_script_that_saves_after_the_vote_hears_why_not(db, pages):
    round, account = a_game("coins"), a_resident()
    browser = pages.as_(account)
    from tests.pages import values_of

    old_tab = values_of(browser.get(ballot_of(round)).form_with("telt_mee"))
    old_tab.poplist("_once")
    browser.send(ballot_of(round), projects=["a"])
    browser.send(f"{ballot_of(round)}/nakijken", having=("marks",))

    late = browser.client.post(f"{ballot_of(round)}/bewaren", data=old_tab, headers={"Accept": "application/json"})

    assert (late.status_code, late.json["detail"]) == (409, "Je hebt al gestemd. Je kan maar één keer stemmen.")
    db.expire_all()
    assert db.scalars(select(BallotDraft)).all() == []


def test_who_is_no_resident_saves_nothing(db, pages):
    round = a_game("coins")
    stranger = pages.as_(an_account())

    answer = stranger.client.post(f"{ballot_of(round)}/bewaren", data={"projects": "a"})

    assert answer.status_code >= 300
    assert db.scalars(select(BallotDraft)).all() == []


def test_voting_in_an_old_tab_after_the_vote_says_that_it_counts(pages):
    round, browser = a_game("coins"), pages.as_(a_resident())
    from tests.pages import values_of

    old_tab = values_of(browser.get(ballot_of(round)).form_with("telt_mee"))
    browser.send(ballot_of(round), projects=["a"])
    browser.send(f"{ballot_of(round)}/nakijken", having=("marks",))

    again = browser.client.post(ballot_of(round), data=old_tab)

    assert again.status_code == 409
    assert "Je hebt al gestemd" in again.get_data(as_text=True)


def test_a_ballot_without_projects_shows_a_way_back(pages):
    sheet = pages.as_(a_resident()).get(ballot_of(a_game("coins", codes=())))

    assert "Er zijn geen projecten om te kiezen" in sheet

"""Reading proposals: one truth about what is public through every door, filters, search, and a steady cost."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Role
from spreekt.moderation.models import State
from spreekt.modules.voorstellen.models import AnswerKind, Proposal
from spreekt.modules.voorstellen.module import MODULE
from tests.builders import DAY, NOON, a_proposal, a_resident, a_street, an_account, an_area, staff
from tests.pages import Pages

DOORS = ("/voorstellen", "/voorstellen.csv", "/voorstellen.atom", "/voorstellen.geojson", "/api/v1/proposals")
NOT_PUBLIC = [state for state in State if state != State.PUBLISHED]


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that run in a block; savepoints of the test itself do not count."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def titles(pages: Pages, query: str = "") -> list[str]:
    """What the API lists, which is what every door lists."""
    return [item["title"] for item in json.loads(pages.raw(f"/api/v1/proposals{query}").text)["items"]]


@pytest.mark.parametrize("state", NOT_PUBLIC)
def test_z06_what_is_not_public_comes_through_no_door(pages: Pages, state: State) -> None:
    area = an_area("Heule")
    author = an_account()
    hidden = a_proposal("Geheime zitbank", area=area, state=state, author_id=author.id, street=a_street(area=area))

    for url in DOORS:
        for query in ("", "?q=geheime", "?deelgemeente=heule", "?thema=groen"):
            assert "Geheime" not in pages.raw(url + query).text.replace('value="geheime"', "")
    for url in ("", "/versies", "/bewerken", "/antwoord"):
        other = pages.as_(an_account()).raw(f"/voorstellen/{hidden.id}{url}")
        missing = pages.as_(an_account()).raw(f"/voorstellen/{hidden.id + 9}{url}")
        assert other.status_code == missing.status_code == 404
    assert pages.raw(f"/api/v1/proposals/{hidden.id}").status_code == 404
    assert "Geheime zitbank" in pages.as_(author).get(f"/voorstellen/{hidden.id}")


def test_every_door_lists_what_is_public_under_the_same_filters(pages: Pages) -> None:
    area = an_area("Heule")
    a_proposal("Zitbank", area=area, street=a_street(area=area))
    a_proposal("Fietsbus", theme="verkeer")

    for url in DOORS:
        found = pages.raw(f"{url}?deelgemeente=heule").text
        assert "Zitbank" in found
        assert "Fietsbus" not in found
    assert titles(pages, "?thema=verkeer") == ["Fietsbus"]
    rows = list(csv.reader(io.StringIO(pages.raw("/voorstellen.csv").text)))
    assert len({len(row) for row in rows}) == 1
    point = json.loads(pages.raw("/voorstellen.geojson").text)["features"][0]
    assert point["geometry"]["coordinates"] == [3.236, 50.838]


def test_status_follows_from_support_and_answers(pages: Pages) -> None:
    a_proposal("Open")
    a_proposal("Wacht", threshold_reached_at=NOON - DAY, answer_due_on=NOON.date())
    a_proposal("Klaar", answered_at=NOON, latest_answer=AnswerKind.PARTLY)

    assert titles(pages, "?status=open") == ["Open"]
    assert titles(pages, "?status=wacht-op-antwoord") == ["Wacht"]
    assert titles(pages, "?status=beantwoord") == ["Klaar"]
    assert pages.raw("/voorstellen?status=onbestaand").status_code == 400
    assert pages.raw("/voorstellen?sort=onbestaand").status_code == 400


@pytest.mark.parametrize(
    ("asked", "finds"),
    [
        ("repaircafe", True), ("REPAIRCAFÉ", True), ("repair", True), ("café", False), ("heule repair", True),
        ("repair marke", False), ("%", False), ("_", False), ("repair%", True), ("broodrooster", True), ("'", False),
    ],
)  # fmt: skip
def test_search_finds_words_by_their_beginning_whatever_accents_and_capitals(
    pages: Pages, asked: str, finds: bool
) -> None:
    a_proposal("Repaircafé Heule", body="Een kapotte broodrooster hoeft niet weg, we maken hem samen weer heel.")

    answer = pages.client.get("/api/v1/proposals", query_string={"q": asked})

    assert bool(answer.json["items"]) is finds
    assert answer.json["total"] == int(finds)


def test_lists_show_twenty_a_page_and_keep_the_filter(pages: Pages) -> None:
    for number in range(21):
        a_proposal(f"Bank {number:02}", published_at=NOON - number * DAY)

    first, second = pages.get("/voorstellen?thema=groen"), pages.get("/voorstellen?thema=groen&pagina=2")

    assert "Bank 19" in first
    assert "Bank 20" not in first
    assert "Bank 20" in second
    assert first.links()["Volgende"] == "/voorstellen?thema=groen&pagina=2"
    assert "Deze pagina is leeg" in pages.get("/voorstellen?pagina=99")
    assert titles(pages, "?sort=oudste")[0] == "Bank 20"


def test_an_empty_list_has_a_way_forward(pages: Pages) -> None:
    assert "Doe het eerste voorstel" in pages.get("/voorstellen").links()
    a_proposal()
    assert "Toon alle voorstellen" in pages.get("/voorstellen?q=xyz").links()


def test_lateness_is_shown_to_everybody(pages: Pages) -> None:
    late = a_proposal(threshold_reached_at=NOON - 40 * DAY, answer_due_on=(NOON - 10 * DAY).date())

    for url in ("/voorstellen", f"/voorstellen/{late.id}"):
        assert "10 dagen te laat" in pages.get(url).text.replace("\xa0", " ")


def seed(db: Session, number: int) -> None:
    for each in range(number):
        proposal = Proposal(
            title=f"Voorstel {each}", theme="groen", body="x", body_html="<p>x</p>", state=State.PUBLISHED,
            created_at=NOON, published_at=NOON - each * DAY / 100, support_needed=50, answer_days=30,
            search_key=f" voorstel {each}",
        )  # fmt: skip
        db.add(proposal)
    db.commit()


def test_a_page_costs_at_most_six_statements_however_many_proposals(pages: Pages, db: Session, engine: Engine) -> None:
    costs = []
    browsers = {"visitor": pages, "resident": pages.as_(a_resident()), "staff": pages.as_(staff(Role.SERVICE))}
    id = a_proposal("De eerste", threshold_reached_at=NOON, answer_due_on=NOON.date()).id
    urls = ["/voorstellen", "/voorstellen?q=voor&deelgemeente=heule&pagina=1", f"/voorstellen/{id}", *DOORS[1:]]
    for number in (10, 990):
        seed(db, number)
        for who, browser in browsers.items():
            for url in [*urls, *(["/beheer/voorstellen"] if who == "staff" else [])]:
                with counted(engine) as statements:
                    assert browser.raw(url).status_code == 200
                costs.append((who, url, len(statements)))

    half = len(costs) // 2
    assert costs[:half] == costs[half:]
    assert [cost for cost in costs if cost[2] > 6] == []


def test_the_home_page_invites_and_tells_what_came_of_it(pages: Pages, db: Session) -> None:
    a_proposal("Zitbank")
    with pages.app.test_request_context("/"):
        assert MODULE.open_now is not None
        card = MODULE.open_now(db, NOON)[0]

    assert dict(card.facts) == {"Zoeken nu steun": "1", "Keer gesteund": "0"}
    assert card.url == "/voorstellen"

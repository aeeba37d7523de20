"""Testing a ballot instead of casting it: when the seed is shown, what it proves, that such a ballot never counts."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

from spreekt.modules.referendum.ballot.credential import secret_of
from spreekt.modules.referendum.ballot.election import Question
from spreekt.modules.referendum.ballot.encryption import encrypt, tracker_of
from spreekt.modules.referendum.ballot.randomness import drawing_from
from tests.browser.booth_server import CODES, HOME, YES_OR_NO, Box, an_election
from tests.browser.booth_voter import PHONE, Voter, a_voter

SQUARES = Question("Welke pleinen eerst?", ("Veemarkt", "Vlasmarkt", "Graanmarkt"), blank=False, min=0, max=2)
SEED = "5a" * 32


def told(answer: str, route: Route) -> None:
    route.fulfill(body=answer)


def recompute(voter: Voter, test: str) -> str:
    """What the page apart says about a test."""
    voter.open(f"{HOME}/stemmen/narekenen")
    voter.page.get_by_text("Of plak de tekst").click()
    voter.page.fill("#recompute-text", test)
    voter.do("Reken na")
    voter.page.locator("[data-right], [data-fault], [data-slip]").locator("visible=true").wait_for()
    voter.page.locator("[data-busy]").wait_for(state="hidden")
    voter.look()
    return voter.page.locator("main").inner_text()


def test_v20_a_tested_ballot_can_never_be_cast(chromium: Browser, tmp_path: Path) -> None:
    with a_voter(chromium, box := Box(an_election()), size=PHONE) as voter:
        voter.enter().identify().answer("Ja").seal()
        noted = voter.tracker
        assert "geheime getal" not in voter.page.locator("main").inner_text()
        voter.test()

        assert box.spoiled == {noted}
        assert voter.tracker == noted
        test = json.loads(voter.save("Bewaar de test", tmp_path / "test.json"))
        assert test["seed"] == voter.shown("seed").inner_text()
        assert tracker_of(test["ballot"]) == noted
        status, said = box.cast("0" * 32, test)
        assert (status, said["counted"], said["reason"]) == (409, False, "tested")
        voter.do("Doe mijn keuze opnieuw op slot")
        voter.await_screen("sealed")
        assert voter.tracker != noted
        voter.cast()
        assert len(box.counted) == 1


def test_the_seed_stays_hidden_until_the_server_refuses_the_ballot(chromium: Browser) -> None:
    with a_voter(chromium, box := Box(an_election()), looks=False) as voter:
        voter.enter().identify().answer("Ja").seal()
        voter.page.get_by_text("Of test deze stem eerst").click()
        for answer in ('{"spoiled": false}', '{"spoiled": "true"}', "<h1>502</h1>"):
            voter.page.route("**/stemmen/testen", partial(told, answer))
            voter.do("Test deze stem")
            assert "De test kon niet starten" in voter.problem
            assert voter.page.locator("[data-seed]").inner_text() == ""
            voter.page.unroute("**/stemmen/testen")
        voter.look()
        voter.cast()

        assert len(box.counted) == 1


@pytest.mark.parametrize(
    ("labels", "shown"), [(("Ja",), "Ja"), (("Nee",), "Nee"), (("Ik kies niet (blanco)",), "Blanco")]
)
def test_the_page_apart_shows_what_a_tested_ballot_holds(
    chromium: Browser, tmp_path: Path, labels: tuple[str, ...], shown: str
) -> None:
    with a_voter(chromium, Box(an_election())) as voter:
        voter.enter().identify().answer(*labels).seal()
        tracker = voter.tracker
        voter.test().save("Bewaar de test", tmp_path / "test.json")

        voter.open(f"{HOME}/stemmen/narekenen")
        voter.page.set_input_files("#recompute-file", tmp_path / "test.json")
        voter.do("Reken na")
        voter.shown("right").wait_for()

        assert voter.page.locator("[data-answers] dd").all_inner_texts() == [shown]
        assert voter.tracker == tracker
        assert voter.page.evaluate("typeof SpreektBallot") == "undefined"
        voter.look()


def a_test(questions: tuple[Question, ...] = (YES_OR_NO,), choices: Any = ((0, 1, 0),), **changes: Any) -> str:
    """The file of a test, made by Python; `sealed` and `seed` replace what is in it."""
    election = an_election(*questions)
    sealed = changes.get("sealed") or encrypt(
        election, secret_of(CODES[0], election.uuid), choices, drawing_from(bytes.fromhex(SEED))
    )
    return json.dumps({"seed": changes.get("seed", SEED), "ballot": sealed})


def test_the_page_apart_recomputes_what_python_made(chromium: Browser) -> None:
    questions = (YES_OR_NO, SQUARES, SQUARES)
    with a_voter(chromium, Box(an_election(*questions)), size=PHONE) as voter:
        said = recompute(voter, a_test(questions, ((1, 0, 0), (0, 1, 1), (0, 0, 0))))

        assert "Dit zat in je teststem" in said
        rows = voter.page.locator("[data-answers] dd").all_inner_texts()
        assert rows == ["Blanco", "Vlasmarkt · Graanmarkt", "Geen enkel antwoord"]


def changed(ballot: dict[str, Any], what: str) -> str:
    """One thing in a ballot replaced by another of its kind."""
    answer = ballot["answers"][0]
    if what == "choices":
        answer["choices"].reverse()
    elif what == "proof":
        answer["individual_proofs"][0].reverse()
    elif what == "blank proof":
        answer["blank_proof"][0]["response"] = "1"
    elif what == "signed hash":
        ballot["signature"]["hash"] = "A" * 43
    elif what == "signature":
        ballot["signature"]["proof"]["response"] = "1"
    elif what == "order":
        answer["choices"][0] = {"beta": answer["choices"][0]["beta"], "alpha": answer["choices"][0]["alpha"]}
    elif what == "election":
        ballot["election_hash"] = "A" * 43
    return json.dumps(ballot, separators=(",", ":"))


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("choices", "niet gemaakt met het geheime getal"),
        ("proof", "niet teken voor teken"),
        ("blank proof", "niet teken voor teken"),
        ("order", "niet teken voor teken"),
        ("signed hash", "niet teken voor teken"),
        ("signature", "De handtekening hoort niet bij deze stem."),
        ("election", "ander referendum"),
    ],
)
def test_the_page_apart_finds_every_change(chromium: Browser, what: str, said: str) -> None:
    with a_voter(chromium, Box(an_election()), looks=False) as voter:
        ballot = json.loads(json.loads(a_test())["ballot"])

        shown = recompute(voter, a_test(sealed=changed(ballot, what)))

        assert "Deze test klopt niet." in shown
        assert said in shown
        assert "Dit zat in je teststem" not in shown


def test_a_device_that_sealed_another_answer_is_caught(chromium: Browser) -> None:
    with a_voter(chromium, Box(an_election()), looks=False) as voter:
        assert "niet gemaakt met het geheime getal" in recompute(voter, a_test(seed="5b" * 32))
        assert "Nee" in recompute(voter, a_test(choices=((0, 0, 1),)))


@pytest.mark.parametrize("text", ["", "abc", "{}", "[]", "null", '{"seed": "5a", "ballot": "{}"}', '{"seed": 1}'])
def test_what_is_no_test_is_said_kindly(chromium: Browser, text: str) -> None:
    with a_voter(chromium, Box(an_election()), looks=False) as voter:
        said = recompute(voter, text)

        assert ("Kies eerst het bestand" if not text else "Dit is geen bestand van een test.") in said


def test_the_page_apart_says_so_without_javascript(chromium: Browser) -> None:
    with a_voter(chromium, Box(an_election()), scripts=False) as voter:
        voter.open(f"{HOME}/stemmen/narekenen")

        assert "Narekenen kan niet zonder JavaScript." in voter.page.locator("main").inner_text()

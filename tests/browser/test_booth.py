"""Voting in the booth as people do it: with fingers, with a keyboard, on a phone; and what leaves the device."""

import json
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from spreekt.modules.referendum.ballot.acceptance import check
from spreekt.modules.referendum.ballot.election import Question
from tests.browser.booth_server import CODES, HOME, YES_OR_NO, Box, an_election
from tests.browser.booth_voter import PHONE, a_voter
from tests.words import says

SQUARES = Question("Welke pleinen eerst?", ("Veemarkt", "Vlasmarkt", "Graanmarkt"), min=1, max=2)
BLANK = "Ik kies niet (blanco)"
SECRET = ("Vlasmarkt", "Graanmarkt", CODES[0], CODES[0].replace("-", ""))


def test_a_resident_votes_on_a_phone_and_gets_a_receipt_without_the_choice(chromium: Browser, tmp_path: Path) -> None:
    with a_voter(chromium, box := Box(an_election()), size=PHONE) as voter:
        voter.enter().identify().answer("Nee").seal()
        before, counted_before = voter.tracker, dict(box.counted)
        voter.cast()

        assert not counted_before
        assert voter.tracker == before
        [text] = box.counted.values()
        assert check(box.election, text).tracker == before
        receipt = voter.save("Bewaar als bestand", tmp_path / "receipt.txt")
        assert before in receipt
        assert box.election.template.name in receipt
        for page in (voter.page.locator("main").inner_text(), voter.page.content(), receipt):
            assert not says(page, "Nee")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_screen_can_be_used_with_the_keyboard_alone(chromium: Browser, dark: bool) -> None:
    with a_voter(chromium, box := Box(an_election(YES_OR_NO, SQUARES), asks_birth_date=True), dark=dark) as voter:
        voter.enter()
        keys, focused = voter.page.keyboard, voter.page.locator(":focus")
        keys.press("Tab")
        keys.type(CODES[0])
        keys.press("Enter")
        voter.await_screen("birth")
        for part in ("27", "3", "1985"):
            keys.press("Tab")
            keys.type(part)
        keys.press("Enter")
        voter.await_screen("question")
        expect(focused).to_have_text(YES_OR_NO.text)
        keys.press("Tab")
        keys.press("Space")
        keys.press("ArrowDown")
        keys.press("Enter")
        expect(voter.page.locator("h1")).to_have_text(SQUARES.text)
        voter.look()
        keys.press("Tab")
        keys.press("Tab")
        keys.press("Space")
        keys.press("Enter")
        voter.await_screen("review")
        assert voter.page.locator("dd").locator("visible=true").all_inner_texts()[::2] == ["Nee", "Vlasmarkt"]
        for _ in range(3):
            keys.press("Tab")
        keys.press("Enter")
        voter.await_screen("sealed")
        keys.press("Tab")
        keys.press("Enter")
        voter.await_screen("counted")

        expect(focused).to_have_text("Je stem is geteld")
        assert len(box.counted) == 1
        assert box.requests[-1][2]["birth_date"] == "1985-03-27"


def test_a_screen_reader_hears_each_new_screen(chromium: Browser) -> None:
    with a_voter(chromium, Box(an_election())) as voter:
        voter.enter().identify()
        assert voter.page.evaluate("document.activeElement.tagName") == "H1"
        assert voter.page.title().startswith(YES_OR_NO.text)

        voter.answer("Ja")
        voter.do("Ja, doe mijn stem op slot")

        expect(voter.page.locator("[data-said]")).to_have_text("Je stem gaat op slot.")
        voter.await_screen("sealed")
        assert voter.page.evaluate("document.activeElement.textContent") == voter.heading


def test_v14_requests_are_of_one_size_whatever_is_chosen(chromium: Browser) -> None:
    with a_voter(chromium, box := Box(an_election(SQUARES)), looks=False) as voter:
        asked: list[Counter[str]] = []
        for code, labels in zip(CODES * 2, (["Veemarkt"], ["Vlasmarkt", "Graanmarkt"], [BLANK]) * 2, strict=False):
            voter.transferred.clear()
            voter.vote(*labels, code=code)
            asked.append(
                Counter(f"{got.request.method} {got.url}" for got in voter.transferred if "http" in got.url[:5])
            )
        voter.enter().identify().answer("Veemarkt").seal().test()

        assert len(asked) == 6
        assert asked[1:] == asked[1:2] * 5  # the first one also fetched the styles
        assert len({len(sent[2]["ballot"]) for sent in box.requests[:-1]}) > 1
        assert len({len(body) for body in box.bodies}) == 1
        assert len(box.bodies[0]) == int(box.requests[0][1]["Content-Length"])


def test_v14_nothing_but_the_sealed_ballot_leaves_the_device(chromium: Browser) -> None:
    with a_voter(chromium, box := Box(an_election(SQUARES)), looks=False) as voter:
        sent: list[str] = []
        voter.page.on("request", lambda request: sent.append(f"{request.url} {request.post_data} {request.headers}"))

        voter.vote("Vlasmarkt", "Graanmarkt")

        assert not [secret for secret in SECRET for request in sent if secret in request]
        [(path, headers, body)] = box.requests
        assert path == f"{HOME}/stemmen/uitbrengen"
        assert set(body) == {"ballot", "birth_date", "padding"}
        assert set(body["padding"]) <= {"0"}
        assert body["birth_date"] == ""
        assert "Cookie" not in headers
        assert "Referer" not in headers
        assert len(headers["Idempotency-Key"]) == 32
        assert set(json.loads(body["ballot"])) == {
            "election_uuid", "election_hash", "credential", "answers", "signature",
        }  # fmt: skip


def test_only_where_the_regulation_asks_to_sign_in_does_the_account_travel_along(chromium: Browser) -> None:
    for asked in (False, True):
        with a_voter(chromium, box := Box(an_election(), with_sign_in=asked), looks=asked) as voter:
            voter.become("a-session").vote("Ja")

            assert ("spreekt=a-session" in box.requests[0][1].get("Cookie", "")) is asked
            way_back = f"/aanmelden?next={HOME}/stemmen"
            assert voter.page.locator(f"#booth a[href='{way_back}']").count() == asked
            assert voter.page.locator("#booth a[href='/verblijf']").count() == asked


def test_v19_the_browser_keeps_nothing_of_a_vote(chromium: Browser) -> None:
    with a_voter(chromium, Box(an_election(SQUARES)), looks=False) as voter:
        voter.enter("#" + CODES[0]).identify().answer("Vlasmarkt", "Graanmarkt")
        midway = json.loads(voter.kept())
        voter.seal().cast()

        assert (midway["local"], midway["session"], midway["cookies"]) == ({}, {}, "")
        assert (midway["caches"], midway["databases"]) == ([], [])
        assert midway["history"] == {"screen": "review", "at": 0}
        after = voter.kept()
        assert not [secret for secret in SECRET if secret in after]
        assert json.loads(after)["fields"] == ["", "", "", "", ""]
        assert voter.page.url == f"{voter.address}{HOME}/stemmen"
        voter.page.reload()
        voter.await_screen("code")
        assert voter.page.input_value("#booth-code") == ""


def test_a_scanned_code_fills_itself_in_and_leaves_the_address(chromium: Browser) -> None:
    with a_voter(chromium, Box(an_election())) as voter:
        voter.enter("#" + CODES[0].replace("-", ""))

        assert voter.page.input_value("#booth-code") == CODES[0]
        assert "#" not in voter.page.url
        assert voter.page.evaluate("history.length") <= 2


@pytest.mark.parametrize(
    ("typed", "said", "selected"),
    [
        ("", "Vul je code in.", ""),
        ("abcd-efgh-0jkm-nopq-rstu-v1", "Teken 9 kan geen ‘0’ zijn", "0"),
        ("abcd efgh ijkm nopq rstu vI", "het cijfer 1 of de letter i (klein)", "I"),
        ("abcd-efgh-ijkm", "Je typte er 12.", ""),
        ("abc-def-ghi-jkm-nop", "Er zit een typfout in je code.", ""),
    ],
)
def test_a_wrong_code_is_pointed_at_kindly(chromium: Browser, typed: str, said: str, selected: str) -> None:
    with a_voter(chromium, box := Box(an_election()), size=PHONE) as voter:
        voter.enter()
        voter.page.fill("#booth-code", typed)
        voter.do("Ga verder")
        voter.look()

        code = voter.page.locator("#booth-code")
        assert said in voter.page.locator("#booth-code-error").inner_text()
        expect(code).to_be_focused()
        assert code.get_attribute("aria-invalid") == "true"
        assert "booth-code-error" in (code.get_attribute("aria-describedby") or "")
        assert code.input_value() == typed
        assert code.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)") == selected
        assert not box.requests
        voter.identify()


def test_a_birth_date_that_does_not_exist_is_refused(chromium: Browser) -> None:
    with a_voter(chromium, Box(an_election(), asks_birth_date=True)) as voter:
        voter.enter().identify(next_screen="birth")
        for day, month, year in (("31", "2", "1985"), ("1", "13", "1985"), ("", "1", "1985"), ("1", "1", "2999")):
            for name, value in (("day", day), ("month", month), ("year", year)):
                voter.page.fill(f"#booth-{name}", value)
            voter.do("Ga verder")
            assert "in cijfers" in voter.page.locator("#booth-birth-error").inner_text()
        voter.look()
        voter.page.fill("#booth-year", "2001")
        voter.do("Ga verder")
        voter.await_screen("question")


def test_v06_more_or_fewer_answers_than_asked_are_not_sealed(chromium: Browser) -> None:
    with a_voter(chromium, box := Box(an_election(SQUARES))) as voter:
        voter.enter().identify()
        voter.answer(next_screen="question")
        assert "Kies een antwoord, of kies blanco." in voter.page.locator("#booth-choice-error").inner_text()
        voter.answer(*SQUARES.answers, next_screen="question")
        assert "Je koos er 3." in voter.page.locator("#booth-choice-error").inner_text()

        voter.answer(BLANK)

        assert voter.page.locator("dd").locator("visible=true").first.inner_text() == BLANK
        voter.seal().cast()
        assert len(box.counted) == 1


def test_an_answer_ticked_after_blank_takes_blank_away(chromium: Browser) -> None:
    with a_voter(chromium, Box(an_election(SQUARES)), looks=False) as voter:
        voter.enter().identify()
        for label in (BLANK, "Veemarkt"):
            voter.page.get_by_label(label, exact=True).check()

        assert not voter.page.get_by_label(BLANK, exact=True).is_checked()


def test_answers_can_be_changed_until_the_vote_is_cast(chromium: Browser) -> None:
    with a_voter(chromium, box := Box(an_election(YES_OR_NO, SQUARES)), size=PHONE, looks=False) as voter:
        voter.enter().identify()
        voter.answer("Ja", button="Volgende vraag", next_screen="question").answer("Veemarkt")
        voter.page.go_back()
        voter.await_screen("question")
        assert voter.page.get_by_label("Veemarkt").is_checked()
        voter.do("Terug")
        expect(voter.page.get_by_label("Ja", exact=True)).to_be_checked()
        voter.answer("Nee", button="Volgende vraag", next_screen="question").answer()
        voter.seal()
        first = voter.tracker
        voter.do("Terug")
        voter.await_screen("review").seal()

        assert voter.tracker != first
        voter.cast()
        assert len(box.requests) == 1


def test_v21_a_second_vote_says_that_the_last_one_counts(chromium: Browser) -> None:
    with a_voter(chromium, box := Box(an_election()), looks=False) as voter:
        voter.vote("Ja")
        first = voter.tracker
        assert "vervangt" not in voter.page.locator("main").inner_text()
        voter.do("Verander mijn stem")
        voter.await_screen("code")
        assert voter.page.input_value("#booth-code") == ""
        voter.identify().answer("Nee").seal().cast()

        assert "Deze stem vervangt je vorige stem. Alleen je laatste stem telt." in voter.text
        assert voter.tracker != first
        assert not says(voter.page.locator("main").inner_text(), "Ja")
        assert len(box.counted) == 1


def test_where_votes_are_final_nobody_is_offered_to_change(chromium: Browser) -> None:
    with a_voter(chromium, Box(an_election(), may_revote=False), looks=False) as voter:
        voter.enter()
        assert "kan je niet meer veranderen" in voter.text
        voter.identify().answer("Ja").seal().cast()

        assert voter.page.get_by_role("button", name="Verander mijn stem").count() == 0

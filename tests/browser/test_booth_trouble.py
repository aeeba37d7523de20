"""The booth when something goes wrong: no network, no answer, a refusal, an old browser, a page that is not ours."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.booth_server import CODES, HOME, Answer, Box, an_election
from tests.browser.booth_voter import PHONE, Voter, a_voter

LOST: None = None
DEAF_WORKER = """window.Worker = class extends EventTarget {
    postMessage() { setTimeout(() => this.onerror?.(new Event("error"))); }
    terminate() {}
}"""
BUSY: Answer = (503, {"counted": False, "reason": "busy", "message": "Het is even te druk."})
TOO_OFTEN: Answer = (429, {"counted": False, "reason": "too-often", "message": "Je probeerde te vaak."})
WRONG_DATE: Answer = (403, {"counted": False, "reason": "wrong-birth-date", "message": "De geboortedatum klopt niet."})
SUSPENDED: Answer = (409, {"counted": False, "reason": "suspended", "message": "Dit referendum is opgeschort."})
SIGNED_OUT: Answer = (403, {"counted": False, "reason": "not-signed-in", "message": "Je bent niet aangemeld."})
FINAL = ("not-open", "already-voted", "too-many-changes", "used-on-paper", "no-residence")


def before_casting(voter: Voter, label: str = "Nee") -> Voter:
    return voter.enter().identify().answer(label).seal()


def test_an_answer_that_got_lost_is_asked_again_and_counts_once(chromium: Browser) -> None:
    with a_voter(chromium, box := Box(an_election(), mischief=[LOST, LOST]), size=PHONE) as voter:
        before_casting(voter)
        voter.do("Breng mijn stem uit")
        voter.page.locator("[data-screen='counted']").wait_for()

        assert len(box.requests) == 3
        assert len({headers["Idempotency-Key"] for _, headers, _ in box.requests}) == 1
        assert len(set(box.bodies)) == 1
        assert len(box.counted) == 1
        assert "vervangt" not in voter.page.locator("main").inner_text()
        voter.forgive().look()


def test_without_any_answer_the_booth_does_not_say_that_it_counts(chromium: Browser) -> None:
    with a_voter(chromium, box := Box(an_election(), mischief=[LOST] * 3)) as voter:
        before_casting(voter)
        voter.do("Breng mijn stem uit")

        assert "Dezelfde stem wordt nooit twee keer geteld." in voter.problem
        assert voter.heading == "We weten nog niet of je stem geteld is"
        expect(voter.page.locator(":focus")).to_have_text("We kregen geen antwoord van de stembus.")
        assert not voter.page.get_by_role("button", name="Test deze stem").is_visible()
        voter.forgive().look()
        voter.do("Probeer opnieuw")
        voter.await_screen("counted")
        assert len({headers["Idempotency-Key"] for _, headers, _ in box.requests}) == 1


def test_without_network_the_ballot_waits_and_is_sent_later(chromium: Browser) -> None:
    with a_voter(chromium, box := Box(an_election()), size=PHONE) as voter:
        before_casting(voter)
        tracker = voter.tracker
        voter.context.set_offline(True)
        voter.do("Breng mijn stem uit")

        assert "Je stem is nog niet uitgebracht: er is geen verbinding." in voter.problem
        assert voter.heading == "Je stem zit op slot. Ze is nog niet uitgebracht."
        assert voter.tracker == tracker
        assert not box.requests
        voter.context.set_offline(False)
        expect(voter.shown("problem")).to_contain_text("Je hebt weer verbinding.")
        voter.forgive().look()
        voter.do("Probeer opnieuw")
        voter.await_screen("counted")
        assert voter.tracker == tracker


@pytest.mark.parametrize(
    ("answer", "way"),
    [
        (BUSY, "probeer straks opnieuw"),
        (TOO_OFTEN, "probeer straks opnieuw"),
        (SUSPENDED, "Laat deze pagina open en probeer straks opnieuw"),
        (SIGNED_OUT, "Laat deze pagina open en probeer straks opnieuw"),
        (WRONG_DATE, "Begin opnieuw"),
    ],
)
def test_a_refusal_is_shown_as_it_is_said_with_a_way_out(chromium: Browser, answer: Answer, way: str) -> None:
    with a_voter(chromium, box := Box(an_election(), mischief=[answer])) as voter:
        before_casting(voter)
        voter.do("Breng mijn stem uit")

        assert answer[1]["message"] in voter.problem
        assert way in voter.problem
        assert voter.heading == "Je stem is niet geteld"
        assert len(box.requests) == 1
        voter.forgive().look()
        voter.do("Begin opnieuw")
        voter.await_screen("code").identify()
        assert voter.page.get_by_label("Nee", exact=True).is_checked()
        voter.answer().seal().cast()


@pytest.mark.parametrize("reason", FINAL)
def test_a_refusal_that_nothing_can_mend_asks_nobody_to_begin_again(chromium: Browser, reason: str) -> None:
    answer: Answer = (409, {"counted": False, "reason": reason, "message": "Dit telt niet."})
    with a_voter(chromium, Box(an_election(), mischief=[answer])) as voter:
        before_casting(voter)
        voter.do("Breng mijn stem uit")

        assert "Dit telt niet." in voter.problem
        assert "Opnieuw beginnen helpt niet." in voter.problem
        assert voter.heading == "Je stem is niet geteld"
        for words in ("Begin opnieuw", "Probeer opnieuw"):
            assert not voter.page.get_by_role("button", name=words).is_visible()
        voter.forgive().look()


def test_who_was_not_answered_hears_no_untruth_when_the_network_fails_later(chromium: Browser) -> None:
    with a_voter(chromium, box := Box(an_election(), mischief=[LOST] * 3), looks=False) as voter:
        before_casting(voter)
        voter.do("Breng mijn stem uit")
        assert "We kregen geen antwoord" in voter.problem
        voter.context.set_offline(True)
        voter.do("Probeer opnieuw")

        expect(voter.shown("problem")).to_contain_text("Er is nu geen verbinding.")
        assert voter.heading == "We weten nog niet of je stem geteld is"
        voter.page.go_back()
        assert voter.heading == "We weten nog niet of je stem geteld is"
        voter.context.set_offline(False)
        box.mischief = [BUSY]
        voter.do("Probeer opnieuw")
        expect(voter.shown("problem")).to_contain_text("Het is even te druk.")
        assert voter.heading == "We weten nog niet of je stem geteld is"
        voter.do("Probeer opnieuw")
        voter.forgive().await_screen("counted")
        assert len(box.counted) == 1


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"counted": True, "tracker": "A" * 43, "replaced": False}),
        (200, {"counted": "true", "tracker": "", "replaced": False}),
        (200, {"tracker": ""}),
        (201, {"counted": True}),
        (500, {"counted": True}),
        (200, None),
    ],
)
def test_only_an_answer_about_this_very_ballot_makes_it_counted(chromium: Browser, answer: Answer) -> None:
    with a_voter(chromium, Box(an_election(), mischief=[answer] * 3), looks=False) as voter:
        before_casting(voter)
        voter.do("Breng mijn stem uit")

        assert "Dezelfde stem wordt nooit twee keer geteld." in voter.problem
        assert voter.heading == "We weten nog niet of je stem geteld is"
        assert not voter.page.get_by_text("Ontvangstbewijs", exact=True).is_visible()


def test_a_code_that_is_not_on_the_list_is_refused_by_the_server_alone(chromium: Browser) -> None:
    with a_voter(chromium, Box(an_election()), looks=False) as voter:
        voter.enter().identify("zzzz-zzzz-zzzz-zzzz-zzzz-zz").answer("Ja").seal()
        voter.do("Breng mijn stem uit")

        assert "Deze code staat niet op de lijst." in voter.problem


def test_without_workers_the_page_seals_by_itself(chromium: Browser) -> None:
    with a_voter(chromium, box := Box(an_election()), looks=False) as voter:
        voter.context.add_init_script("delete window.Worker")
        voter.vote("Ja")

        assert len(box.counted) == 1


def test_a_worker_that_cannot_start_is_not_waited_for(chromium: Browser) -> None:
    with a_voter(chromium, box := Box(an_election()), looks=False) as voter:
        voter.context.add_init_script(DEAF_WORKER)
        voter.vote("Ja")

        assert len(box.counted) == 1


def test_v20_a_booth_with_one_changed_character_does_not_start(chromium: Browser) -> None:
    with a_voter(chromium, Box(an_election())) as voter:

        def changed(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, body=answer.text() + " ")

        voter.page.route(re.compile(r"/booth\.js"), changed)
        voter.page.goto(f"{voter.address}{HOME}/stemmen")

        assert voter.page.get_by_text("Het stemhokje wordt klaargezet").is_visible()
        assert not voter.page.locator("#booth-code").is_visible()
        assert voter.page.evaluate("typeof SpreektBallot") == "undefined"


def test_questions_that_are_not_those_of_the_fingerprint_close_the_booth(chromium: Browser) -> None:
    with a_voter(chromium, box := Box(an_election())) as voter:
        other = box.election.text.replace("Ja", "Nu")
        voter.page.route("**/verkiezing.json", lambda route: route.fulfill(body=other))
        voter.open(f"{HOME}/stemmen")
        voter.await_screen("closed")

        assert "niet die van dit referendum" in voter.text
        assert "je code blijft geldig" in voter.text


def test_questions_that_do_not_come_can_be_asked_again(chromium: Browser) -> None:
    with a_voter(chromium, Box(an_election())) as voter:
        voter.page.route("**/verkiezing.json", lambda route: route.abort())
        voter.page.goto(f"{voter.address}{HOME}/stemmen")
        voter.page.locator("[data-screen='closed']").wait_for()
        voter.forgive().look()
        voter.page.unroute("**/verkiezing.json")
        voter.do("Probeer opnieuw")
        voter.await_screen("code")


def test_an_old_browser_is_told_so(chromium: Browser) -> None:
    with a_voter(chromium, Box(an_election())) as voter:
        voter.context.add_init_script("Object.defineProperty(window.crypto, 'subtle', {value: undefined})")
        voter.open(f"{HOME}/stemmen")
        voter.await_screen("closed")

        assert "Je browser is te oud" in voter.text


def test_without_javascript_the_page_says_how_to_vote(chromium: Browser, tmp_path: Path) -> None:
    with a_voter(chromium, Box(an_election()), scripts=False, size=PHONE) as voter:
        voter.open(f"{HOME}/stemmen")

        main = voter.page.locator("main").inner_text()
        assert "Digitaal stemmen kan hier niet zonder JavaScript." in main
        assert all(word in main for word in ("helppunt", "1777", "loket", "Je code blijft geldig"))
        assert voter.page.get_by_role("link", name="Bekijk de helppunten").get_attribute("href") == "/hulp"
        assert not voter.page.get_by_text("Het stemhokje wordt klaargezet").is_visible()
        assert not voter.page.get_by_role("button").all()
        voter.picture(tmp_path / "without.png")


def test_w04_the_booth_cannot_be_framed_and_has_a_policy_of_its_own(chromium: Browser) -> None:
    with a_voter(chromium, Box(an_election())) as voter:
        answer = voter.page.request.get(f"{voter.address}{HOME}/stemmen")
        policy = answer.headers["content-security-policy"]

        assert "frame-ancestors 'none'" in policy
        assert "form-action 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src 'nonce-" in policy
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert "set-cookie" not in answer.headers


def test_v20_everybody_gets_the_same_page(chromium: Browser) -> None:
    with a_voter(chromium, Box(an_election())) as voter:
        address = f"{voter.address}{HOME}/stemmen"
        pages = {
            re.sub(r'nonce="[^"]+"', "", voter.page.request.get(address, headers=headers).text())
            for headers in ({}, {"Cookie": "spreekt=x"}, {"User-Agent": "Oud"}, {"X-Forwarded-For": "10.0.0.1"})
        }

        assert len(pages) == 1
        assert CODES[0] not in pages.pop()


LEFT_ALONE_MS = 150_000
AND_GONE_MS = 30_000


@pytest.mark.parametrize("steps", ["code", "review", "sealed", "counted"])
def test_a_booth_that_is_left_alone_asks_and_then_shows_nothing_of_who_was_there(chromium: Browser, steps: str) -> None:
    with a_voter(chromium, Box(an_election())) as voter:
        voter.page.clock.install()
        voter.enter()
        if steps == "code":
            voter.page.fill("#booth-code", CODES[0])
        else:
            voter.identify().answer("Nee")
        if steps in ("sealed", "counted"):
            voter.seal()
        if steps == "counted":
            voter.cast()
        voter.page.clock.fast_forward(LEFT_ALONE_MS)
        expect(voter.page.get_by_role("alertdialog")).to_be_visible()
        expect(voter.page.locator(":focus")).to_have_text("Ja, ik ben er nog")
        voter.look()

        voter.page.clock.fast_forward(AND_GONE_MS)

        voter.await_screen("code")
        expect(voter.page.get_by_role("alertdialog")).to_be_hidden()
        assert CODES[0] not in voter.kept()
        assert "Nee" not in voter.page.locator("#booth").inner_text()
        voter.page.go_back()
        voter.await_screen("code")
        assert voter.page.input_value("#booth-code") == ""


@pytest.mark.parametrize("key", ["Enter", "Tab"])
def test_who_is_still_there_goes_on_where_they_were(chromium: Browser, key: str) -> None:
    with a_voter(chromium, Box(an_election()), looks=False) as voter:
        voter.page.clock.install()
        voter.enter().identify().answer("Nee")
        voter.page.clock.fast_forward(LEFT_ALONE_MS)
        expect(voter.page.get_by_role("alertdialog")).to_be_visible()

        voter.page.keyboard.press(key)

        expect(voter.page.get_by_role("alertdialog")).to_be_hidden()
        voter.page.clock.fast_forward(AND_GONE_MS)
        assert voter.heading == "Klopt je keuze?"
        voter.seal().cast()


def test_a_ballot_whose_answer_is_unknown_is_never_wiped(chromium: Browser) -> None:
    with a_voter(chromium, Box(an_election(), mischief=[BUSY]), looks=False) as voter:
        voter.page.clock.install()
        before_casting(voter)
        voter.do("Breng mijn stem uit")
        assert "Het is even te druk." in voter.problem

        voter.page.clock.fast_forward(LEFT_ALONE_MS)
        voter.page.clock.fast_forward(AND_GONE_MS)

        assert voter.heading == "Je stem is niet geteld"
        voter.do("Probeer opnieuw")
        voter.forgive().await_screen("counted")

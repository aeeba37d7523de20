"""The booth as one saved file: it makes a ballot without a network, can send nothing, and is handed in online."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from spreekt.modules.referendum.ballot.acceptance import check
from spreekt.modules.referendum.ballot.encryption import tracker_of
from tests.browser.booth_server import CODES, HOME, YES_OR_NO, Box, an_election
from tests.browser.booth_voter import PHONE, Voter, a_voter
from tests.browser.reader import PATIENCE_MS


def download(voter: Voter, folder: Path) -> Path:
    """The file that the page offers."""
    voter.enter()
    voter.page.get_by_text("Ik wil stemmen zonder internet").click()
    with voter.page.expect_download() as coming:
        voter.page.get_by_role("link", name="Bewaar het stemhokje").click()
    file = folder / "stemhokje.html"
    coming.value.save_as(file)
    return file


def test_a_saved_booth_makes_a_ballot_offline_that_counts_when_handed_in(chromium: Browser, tmp_path: Path) -> None:
    with a_voter(chromium, box := Box(an_election(), asks_birth_date=True), size=PHONE) as voter:
        file = download(voter, tmp_path)
        voter.context.set_offline(True)
        voter.address = f"file://{tmp_path}"
        voter.page.goto(file.as_uri())
        voter.await_screen("code").identify(CODES[1], next_screen="birth")
        voter.born(1, 2, 1990)
        voter.await_screen("question").answer("Nee").seal()
        assert voter.page.get_by_role("button", name="Breng mijn stem uit").count() == 0
        tracker = voter.tracker
        ballot = voter.save("Bewaar mijn stembrief", tmp_path / "stembrief.json")
        voter.await_screen("kept")
        assert voter.tracker == tracker == tracker_of(ballot)
        assert not box.requests
        voter.do("Wis alles")
        voter.await_screen("code")

        voter.context.set_offline(False)
        voter.address = box.address
        hand_in(voter, tmp_path / "stembrief.json")
        voter.await_screen("birth")
        voter.born(1, 2, 1990)
        voter.await_screen("sealed")
        assert voter.tracker == tracker
        assert not voter.page.get_by_text("Of test deze stem eerst").is_visible()
        voter.cast()

        assert [*box.counted.values()] == [ballot]
        assert check(box.election, ballot).tracker == tracker
        assert box.requests[0][2]["birth_date"] == "1990-02-01"


def hand_in(voter: Voter, file: Path) -> None:
    voter.enter()
    voter.page.locator("summary", has_text="Ik heb een stembrief-bestand").click()
    voter.page.set_input_files("#booth-file", file)
    voter.do("Open de stembrief")


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("nothing at all", "geen stembrief"),
        ('{"signature": 1', "geen stembrief"),
        ('{"votes": "Ja"}', "geen stembrief"),
        ("null", "geen stembrief"),
        ("spaces", "geen stembrief"),
        ("other", "ander referendum"),
    ],
)
def test_a_file_that_is_no_ballot_of_this_referendum_is_refused(
    chromium: Browser, tmp_path: Path, what: str, said: str
) -> None:
    file = tmp_path / "stembrief.json"
    ballot = {"election_hash": an_election().fingerprint, "signature": {}}
    if what == "other":
        ballot["election_hash"] = an_election(YES_OR_NO, YES_OR_NO).fingerprint
    file.write_text({"spaces": json.dumps(ballot), "other": json.dumps(ballot, separators=(",", ":"))}.get(what, what))
    with a_voter(chromium, box := Box(an_election()), looks=False) as voter:
        hand_in(voter, file)

        expect(voter.page.locator("#booth-file-error")).to_contain_text(said, timeout=PATIENCE_MS)
        assert not box.requests


def test_the_saved_booth_holds_the_published_script_and_may_ask_nobody_anything(
    chromium: Browser, tmp_path: Path
) -> None:
    with a_voter(chromium, box := Box(an_election())) as voter:
        page = download(voter, tmp_path).read_text("utf-8")
        online = voter.page.request.get(f"{box.address}{HOME}/stemmen").text()
    [script] = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    [style] = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)

    assert f'integrity="{hash_of(script)}"' in online
    assert f"script-src &#39;{hash_of(script)}&#39;" in policy
    assert f"style-src &#39;{hash_of(style)}&#39;" in policy
    assert "default-src &#39;none&#39;" in policy
    assert "connect-src" not in policy
    assert "unsafe" not in policy
    assert "http" not in re.sub(r'xmlns="[^"]*"|http-equiv', "", page.replace(script, "")).replace(
        "https://", "http://"
    )


def hash_of(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_a_request_from_a_saved_booth_is_stopped_by_the_browser(chromium: Browser, tmp_path: Path) -> None:
    with a_voter(chromium, box := Box(an_election()), looks=False) as voter:
        file = download(voter, tmp_path)
        voter.address = f"file://{tmp_path}"
        voter.page.goto(file.as_uri())
        voter.await_screen("code")
        before = len(voter.transferred)

        attempt = "address => fetch(address, {mode: 'no-cors'}).then(() => false, () => true)"
        stopped = voter.page.evaluate(attempt, box.address)

        assert stopped
        assert len(voter.transferred) == before
        voter.forgive()

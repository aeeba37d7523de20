"""The booth before the real platform: real codes, the real box, the real refusals. The rest is in test_booth."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import func, select

from spreekt.modules.referendum.models import Ballot
from tests.browser.booth_voter import PHONE, Voter
from tests.browser.conftest import address_of
from tests.builders import DAY, NOON
from tests.live import Platform, Web
from tests.referendum.builders import BORN, Held, a_referendum

NewBooth = Callable[[Held], Voter]
BORN_PARTS = (BORN.day, BORN.month, BORN.year)


@pytest.fixture
def a_booth(chromium: Browser, web: Web) -> Iterator[NewBooth]:
    """Somebody on a phone before the booth of a referendum."""
    made: list[Voter] = []

    def make(held: Held) -> Voter:
        voter = Voter(chromium, address_of(web), size=PHONE)
        voter.home = f"/referendum/{held.slug}"
        made.append(voter)
        return voter

    yield make
    for voter in made:
        voter.close()


def opened(city: Platform, **options: Any) -> Held:
    """A referendum whose box is open."""
    with city.building() as db:
        held = a_referendum(db, city.vault, **options)
        db.commit()
        db.refresh(held.referendum)
        db.expunge_all()
        return held


def ballots(city: Platform, held: Held) -> int:
    with city.sessions() as db:
        return db.scalar(select(func.count()).where(Ballot.referendum_id == held.referendum.id)) or 0


def sealed(voter: Voter, held: Held, answer: str, *, who: int = 0, scanned: bool = False) -> Voter:
    """From the letter to a sealed ballot."""
    code = held.voters[who].code
    voter.enter(f"#{code}" if scanned else "")
    voter.identify(code, next_screen="birth").born(*BORN_PARTS).await_screen("question")
    return voter.answer(answer).seal()


def test_residents_vote_change_and_test_before_the_real_box(city: Platform, a_booth: NewBooth, tmp_path: Path) -> None:
    held = opened(city, rules={"may_revote": True})
    voter = a_booth(held)

    sealed(voter, held, "Ja", scanned=True).cast()
    first = voter.tracker
    assert ballots(city, held) == 1
    assert "vervangt" not in voter.page.locator("main").inner_text()
    sealed(voter, held, "Nee").cast()
    assert "Deze stem vervangt je vorige stem." in voter.text
    assert voter.tracker != first

    sealed(voter, held, "Ja", who=1).test()
    test = json.loads(voter.save("Bewaar de test", tmp_path / "test.json"))
    before = ballots(city, held)
    answer = voter.page.request.post(
        f"{voter.address}{voter.home}/stemmen/uitbrengen",
        data={"ballot": test["ballot"], "birth_date": BORN.isoformat(), "padding": ""},
        headers={"Idempotency-Key": "0" * 32},
    )
    assert answer.status == 409
    assert answer.json()["reason"] == "tested"
    assert ballots(city, held) == before
    voter.open(f"{voter.home}/stemmen/narekenen")
    voter.page.set_input_files("#recompute-file", tmp_path / "test.json")
    voter.do("Reken na")
    voter.shown("right").wait_for()
    assert voter.page.locator("[data-answers] dd").all_inner_texts() == ["Ja"]


def test_refusals_of_the_real_box_are_shown_in_its_words(city: Platform, a_booth: NewBooth) -> None:
    held, other = opened(city, rules={"may_revote": False}), opened(city)
    voter = a_booth(held)

    voter.enter().identify(held.voters[0].code, next_screen="birth").born(1, 1, 1990).await_screen("question")
    voter.answer("Ja").seal().do("Breng mijn stem uit")
    assert "De geboortedatum hoort niet bij deze code." in voter.problem
    voter.forgive().do("Begin opnieuw")
    voter.await_screen("code").identify(held.voters[0].code, next_screen="birth").born(*BORN_PARTS)
    voter.await_screen("question").answer().seal().cast()
    assert ballots(city, held) == 1

    sealed(voter, held, "Nee").do("Breng mijn stem uit")
    assert "Met deze code is al gestemd." in voter.problem
    voter.forgive()
    voter.enter().identify(other.voters[0].code, next_screen="birth").born(*BORN_PARTS).await_screen("question")
    voter.answer("Nee").seal().do("Breng mijn stem uit")
    assert "Deze code hoort niet bij dit referendum." in voter.problem
    voter.forgive()
    assert ballots(city, held) == 1


@pytest.mark.parametrize(
    "hours",
    [{"opens_at": NOON + DAY, "closes_at": NOON + 2 * DAY}, {"closes_at": NOON - timedelta(hours=1)}],
    ids=["before", "after"],
)
def test_the_code_of_a_letter_leaves_the_address_and_the_history_while_the_box_is_shut(
    city: Platform, a_booth: NewBooth, hours: dict[str, Any]
) -> None:
    held = opened(city, **hours)
    voter, code = a_booth(held), held.voters[0].code
    booth = f"{voter.address}{voter.home}/stemmen"

    voter.open(f"{voter.home}/stemmen#{code}", status=409)
    assert voter.page.url == booth
    voter.page.evaluate("code => { location.hash = code }", code)  # scanned once more
    voter.page.wait_for_url(booth)
    voter.follow("Lees waarover het gaat")
    for _ in range(2):
        with voter.expecting(409):
            voter.page.go_back()

        assert code not in voter.kept()


def test_v14_answers_of_the_platform_are_of_one_length_too(city: Platform, a_booth: NewBooth) -> None:
    held = opened(city)
    lengths: set[tuple[int, int]] = set()
    for who, answer in enumerate(("Ja", "Nee", "Ik kies niet (blanco)")):
        voter = a_booth(held)
        sealed(voter, held, answer, who=who)
        with voter.page.expect_response("**/uitbrengen") as coming:
            voter.do("Breng mijn stem uit")
        sent = coming.value.request.post_data_buffer or b""
        lengths.add((len(sent), len(coming.value.body())))
        voter.await_screen("counted")

    assert len(lengths) == 1


def test_a_saved_copy_of_the_real_booth_seals_offline(city: Platform, a_booth: NewBooth, tmp_path: Path) -> None:
    held = opened(city)
    voter = a_booth(held)
    saved = voter.page.request.get(f"{voter.address}{voter.home}/stemmen/bewaren")
    assert "attachment" in saved.headers["content-disposition"]
    file = tmp_path / "stemhokje.html"
    file.write_bytes(saved.body())
    voter.context.set_offline(True)
    voter.address = f"file://{tmp_path}"
    voter.page.goto(file.as_uri())
    voter.await_screen("code").identify(held.voters[0].code, next_screen="birth").born(*BORN_PARTS)
    voter.await_screen("question").answer("Nee").seal()

    assert len(voter.tracker) == 43

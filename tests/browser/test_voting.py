"""Voting on a phone, closing, counting by two people, and the same winners from the file that anyone can recount."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from config import ROOT
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import Clock
from spreekt.modules.burgerbudget.voting import ballots
from spreekt.modules.burgerbudget.voting.game import ticked
from tests import builders
from tests.browser.conftest import NewReader, address_of
from tests.browser.reader import Reader
from tests.builders import NOON
from tests.live import Platform, Web

PHONE = (390, 844)
CLOSES_AT, PUBLISHES_AT, AFTER = (NOON + timedelta(hours=hours) for hours in (2, 3, 4))
PROJECTS = {"p1": "Bankje aan de Leie", "p2": "Boekenkast in het park", "p3": "Speelheuvel", "p4": "Dorpstafel"}
CHOSEN = ("p1", "p3")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_vote_on_a_phone_to_recounted_result(
    city: Platform, web: Web, a_reader: NewReader, tmp_path: Path, scripts: bool
) -> None:
    slug = f"budget-{'met' if scripts else 'zonder'}"
    with city.building() as db:
        round = builders.a_round(
            slug=slug, title=f"Burgerbudget {slug}", closes_at=CLOSES_AT, publishes_at=PUBLISHES_AT
        )
        for code, title in PROJECTS.items():
            builders.a_project(round, code, title=title, cost_cents=400_000)
        voter, *others = [builders.a_resident() for _ in range(4)]
        for other, choice in zip(others, (["p1", "p3"], ["p1", "p2"], ["p3"]), strict=True):
            ballots.cast(db, city.vault, Clock(fixed=NOON), round, ticked(choice), by=Actor(id=other.id))
        first, second = (builders.staff(Role.PUBLISHER, name=name) for name in ("Eerste", "Tweede"))
        builders.officers_give_keys(round)

    phone = a_reader(voter, scripts=scripts, size=PHONE)
    vote(phone, slug)
    phone.open(f"/burgerbudget/{slug}/stemmen")
    assert phone.heading == "Je hebt al gestemd"

    later = city.serve(at=AFTER)
    try:
        address = address_of(later)
        at = {"at": AFTER, "address": address, "scripts": scripts}
        counts(a_reader(first, **at), slug)
        confirms(a_reader(second, **at), slug)
        reader = a_reader(address=address, scripts=scripts, size=PHONE).open(f"/burgerbudget/{slug}/uitslag")
        won = [title for code, title in PROJECTS.items() if reader.page.get_by_text(f"{title} (gekozen)").count()]
        assert won == [PROJECTS["p1"], PROJECTS["p3"]]
        file = tmp_path / f"{slug}.pb"
        with reader.page.expect_download() as coming:
            reader.page.get_by_role("link", name="Download het bestand (.pb)").click()
        coming.value.save_as(file)
    finally:
        later.server.kill()
    assert [PROJECTS[code] for code in recounted(file)] == won


def vote(phone: Reader, slug: str) -> None:
    """Tick, leave, be reminded, look it over, vote; the receipt does not say for what."""
    phone.open("/burgerbudget").follow(f"Burgerbudget {slug}", within="main").follow("Ga stemmen", within="main")
    for code in CHOSEN:
        phone.tick(PROJECTS[code])
    phone.press("Bewaar en ga later verder")
    assert "Je hebt nog niet gestemd." in phone.text
    phone.open("/voorstellen")
    assert "Je hebt nog niet gestemd" in phone.page.locator(".drafts").inner_text()
    phone.follow("Kijk na en stem", within=".drafts").follow("Terug, ik wil iets veranderen", within="main")
    assert [phone.page.get_by_label(title).is_checked() for title in PROJECTS.values()] == [True, False, True, False]
    phone.press("Kijk je keuze na")
    assert all(PROJECTS[code] in phone.text for code in CHOSEN)
    phone.press("Ja, ik stem")
    assert phone.heading == "Bedankt, je stem is geregistreerd"
    assert not any(title in phone.text for title in PROJECTS.values())
    phone.open("/voorstellen")
    assert phone.page.locator(".drafts").count() == 0


def counts(publisher: Reader, slug: str) -> None:
    publisher.open(f"/beheer/rondes/{slug}/publiceer").press("Tel de stemmen")
    assert publisher.button("Publiceer de uitslag").count() == 0


def confirms(publisher: Reader, slug: str) -> None:
    publisher.open(f"/beheer/rondes/{slug}/publiceer").press("Publiceer de uitslag")
    assert "De uitslag is gepubliceerd." in publisher.text


def recounted(file: Path) -> list[str]:
    """The winners as somebody at home finds them."""
    command = [sys.executable, "-m", "spreekt", "budget", "outcome", str(file), "--rule", "greedy", "--json"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    winners: list[str] = json.loads(answer.stdout)["winners"]
    return sorted(winners)

"""Somebody in the booth, with a real browser: the steps that the tests of the booth take. What is true stands there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator

from tests.browser.booth_server import CODES, HOME, Box, serving
from tests.browser.reader import Reader

PHONE = (390, 844)
WHAT_IS_KEPT = """async () => JSON.stringify({
    local: {...localStorage}, session: {...sessionStorage}, cookies: document.cookie, address: location.href,
    title: document.title, history: history.state, caches: await caches.keys(), databases: await indexedDB.databases(),
    fields: [...document.querySelectorAll("input")].map(input => input.type === "radio" ? input.checked : input.value),
})"""


class Voter(Reader):
    """A reader who votes. Each step ends on the screen that follows, which is looked at like any page."""

    home = HOME

    def enter(self, fragment: str = "") -> "Voter":
        """Open the booth."""
        self.open(f"{self.home}/stemmen{fragment}")
        self.await_screen("code")
        return self

    def await_screen(self, name: str) -> "Voter":
        """Wait until one screen shows, then look at it as at a page."""
        self.page.locator(f'[data-screen="{name}"]').wait_for(state="visible")
        self.look()
        return self

    def identify(self, code: str = CODES[0], next_screen: str = "question") -> "Voter":
        """Type the code of the letter."""
        self.page.fill("#booth-code", code)
        self.do("Ga verder")
        return self.await_screen(next_screen)

    def answer(self, *labels: str, button: str = "Kijk je keuze na", next_screen: str = "review") -> "Voter":
        """Tick these answers of the question on the screen."""
        for label in labels:
            self.page.get_by_label(label, exact=True).check()
        self.do(button)
        return self.await_screen(next_screen)

    def born(self, day: int, month: int, year: int) -> "Voter":
        """Fill in the date of birth."""
        for name, number in (("day", day), ("month", month), ("year", year)):
            self.page.fill(f"#booth-{name}", str(number))
        self.do("Ga verder")
        return self

    def seal(self) -> "Voter":
        self.do("Ja, doe mijn stem op slot")
        return self.await_screen("sealed")

    def cast(self, next_screen: str = "counted") -> "Voter":
        self.do("Breng mijn stem uit")
        return self.await_screen(next_screen)

    def test(self) -> "Voter":
        self.page.get_by_text("Of test deze stem eerst").click()
        self.do("Test deze stem")
        return self.await_screen("tested")

    def vote(self, *labels: str, code: str = CODES[0]) -> "Voter":
        """The whole way, for one question."""
        return self.enter().identify(code).answer(*labels).seal().cast()

    def do(self, words: str) -> None:
        self.page.get_by_role("button", name=words).locator("visible=true").first.click()

    def save(self, words: str, path: Path) -> str:
        """Press what saves a file; gives what is in it."""
        with self.page.expect_download() as coming:
            self.do(words)
        coming.value.save_as(path)
        return path.read_text("utf-8")

    def shown(self, name: str) -> Locator:
        """A place on the screen that shows, by its data- name."""
        return self.page.locator(f"[data-{name}]").locator("visible=true")

    def forgive(self) -> "Voter":
        """Forget what the browser complains about answers that the server was told to give."""
        self.complaints = []
        return self

    @property
    def tracker(self) -> str:
        return self.shown("tracker").inner_text()

    @property
    def problem(self) -> str:
        place = self.shown("problem")
        place.wait_for()
        return place.inner_text()

    def kept(self) -> str:
        """All that this browser keeps of the page, as one text."""
        found: str = self.page.evaluate(WHAT_IS_KEPT)
        return found


@contextmanager
def a_voter(chromium: Browser, box: Box, *, looks: bool = True, **options: Any) -> Iterator[Voter]:
    """Somebody before the booth of this box. The server and the browser end with the block."""
    with serving(box):
        voter = Voter(chromium, box.address, **options)
        voter.looks = looks
        try:
            yield voter
        finally:
            voter.close()

"""One trustee at a computer, with a stick: the steps that tests of keys take. What is true stands in the tests."""

import os
from pathlib import Path
from typing import Protocol

from tests.browser.reader import Reader

PASSPHRASE = "vier gewone woorden hier"


class Links(Protocol):
    """Where each trustee has a personal page."""

    def path(self, number: int) -> str: ...


class Seat:
    """One trustee at a computer, with a stick."""

    def __init__(self, reader: Reader, links: Links, number: int, stick: Path) -> None:
        self.reader, self.page, self.number, self.stick = reader, reader.page, number, stick
        self.rows: list[str] = []
        reader.open(links.path(number))

    def press(self, words: str) -> None:
        self.page.locator("form:not([hidden])").get_by_role("button", name=words).click()

    def see(self, heading: str) -> None:
        self.page.get_by_role("heading", level=1, name=heading, exact=True).wait_for()
        self.reader.look()
        if shots := os.environ.get("SHOTS"):
            self.reader.picture(Path(shots) / f"{heading[:24]}-{self.number}.png")

    def fault(self) -> str:
        self.page.locator("[data-fault]:not([hidden])").wait_for()
        return self.page.locator("[data-fault-words]").inner_text()

    def save(self, words: str) -> Path:
        with self.page.expect_download() as coming:
            self.press(words)
        path = self.stick / coming.value.suggested_filename
        coming.value.save_as(path)
        return path

    def choose(self, field: str, path: Path) -> None:
        self.page.set_input_files(f"#trustee-{field}", str(path))

    def looks(self, times: int = 2) -> None:
        """Wait until the clock of the page asked the server how far all are."""
        for _ in range(times):
            with self.page.expect_response("**/stand.json*"):
                pass

    def save_beginning(self) -> None:
        self.see("Jij bewaart een sleutel van de stembus")
        self.press("Begin")
        self.see("Kies een wachtzin")
        self.page.fill("#trustee-passphrase", "kort")
        self.press("Maak mijn sleutel")
        assert "minstens 12 tekens" in self.fault()
        self.page.fill("#trustee-passphrase", PASSPHRASE)
        self.page.fill("#trustee-again", PASSPHRASE)
        self.file = self.save("Maak mijn sleutel")
        self.see("Zet het bestand op je USB-stick")

    def begin(self) -> None:
        self.save_beginning()
        self.press("Kijk het na en ga verder")
        assert "Kies eerst je bestand" in self.fault()
        self.choose("medium-file", self.file)
        self.press("Kijk het na en ga verder")
        self.see("Jullie maken samen de sleutel")
        assert not self.page.locator("[data-fault]").is_visible()

    def finish(self) -> str:
        self.see("Je sleutel is klaar. Bewaar ze nu.")
        kept = self.save("Bewaar mijn sleutelbestand")
        self.choose("key-file", self.file)
        self.press("Kijk het na en ga verder")
        assert "ouder bestand" in self.fault()
        self.choose("key-file", kept)
        self.press("Kijk het na en ga verder")
        self.see("Print je reservekopie en vergelijk de code")
        self.file = kept
        self.rows = self.page.locator("[data-paper-row]").all_inner_texts()
        return self.page.locator("[data-control-code]").inner_text()

    def confirm(self) -> None:
        self.press("Ja, mijn sleutel is klaar")
        assert "Vergelijk eerst" in self.fault()
        self.page.check("#trustee-printed")
        self.page.check("#trustee-compared")
        self.press("Ja, mijn sleutel is klaar")
        self.see("Jouw sleutel is klaar")

    def open(self, board: str, button: str, *, on_paper: bool = False) -> None:
        self.page.locator("[data-box]:not([hidden])").wait_for()
        self.page.fill("#trustee-typed-hash", board[:8].upper())
        if shots := os.environ.get("SHOTS"):
            self.reader.picture(Path(shots) / f"{button[:8]}-{self.number}.png")
        if on_paper:
            self.page.check("#trustee-on-paper")
            for row, text in enumerate(self.rows, 1):
                self.page.fill(f"#trustee-row-{row}", text.lower())
        else:
            self.choose("open-file", self.file)
            self.page.fill("#trustee-open-passphrase", PASSPHRASE)
        self.press(button)

    def hand_in(self, path: Path) -> None:
        """A part that the command made, on a computer without a network."""
        self.page.locator("[data-box]:not([hidden])").wait_for()
        self.page.get_by_text("Ik maakte mijn deel met het programma").click()
        self.choose("part-file", path)
        self.press("Lever mijn deel in")

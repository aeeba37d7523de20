"""Somebody with a real browser, who looks well at every page that opens. What they do there stands in the tests."""

from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, Response

from config import ROOT
from tests.browser.conditions import must_run

AXE = ROOT / "static" / "vendor" / "axe.min.js"
AXE_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
NARROWEST = 320
PATIENCE_MS = 60_000
"""The machine may be busy; a page that takes this long is broken."""

# Marks on a map may stand close: the equal list on the same page does the same (WCAG 2.5.8, "Equivalent").
LOOK = """async (rules) => {
    const found = await axe.run(document,
        {runOnly: {type: "tag", values: rules}, resultTypes: ["violations"], elementRef: true});
    const isMark = (rule, node) => rule.id === "target-size" && node.element.closest("[data-map-list] [data-map]");
    return found.violations.flatMap(rule => rule.nodes.filter(node => !isMark(rule, node)).map(node =>
        `${rule.id}: ${node.html.slice(0, 160)} ${(node.failureSummary ?? "").slice(0, 260)}`));
}"""
TOO_WIDE = """() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const scrolls = (element) => { for (let up = element.parentElement; up; up = up.parentElement)
        if (/auto|scroll|hidden|clip/.test(getComputedStyle(up).overflowX)) return true; return false; };
    const found = [...document.body.querySelectorAll("*")].filter(element => element.checkVisibility() &&
        !scrolls(element) && element.getBoundingClientRect().right > room + 1);
    return ["the page scrolls sideways", ...found.slice(0, 5).map(element => element.outerHTML.slice(0, 120))];
}"""


class Reader:
    """One browser of one person. Opening, following and pressing all end with a look at the page that came.

    Looking takes time: who walks a way that was looked at elsewhere sets `looks` to False, and only listens.
    """

    looks = True

    def __init__(
        self, chromium: Browser, address: str, *, scripts: bool = True, size: tuple[int, int] = (1280, 900),
        token: str = "", dark: bool = False,
    ) -> None:  # fmt: skip
        self.address, self.scripts = address, scripts
        self.context: BrowserContext = chromium.new_context(
            base_url=address, java_script_enabled=scripts, locale="nl-BE", timezone_id="Europe/Brussels",
            viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.refusals: set[int] = set()
        self.status = 0
        self.transferred: list[Response] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("request", self._asked)
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)
        if token:
            self.become(token)

    def become(self, token: str) -> "Reader":
        """Carry the cookie of somebody who signed in."""
        self.context.add_cookies([{"name": "spreekt", "value": token, "url": self.address}])
        return self

    def move_to(self, address: str) -> None:
        """The same person at a server that was started again elsewhere, away from the page of the old one.

        A page that looks by itself whether others are ready would go on asking the old server.
        """
        self.page.goto("about:blank")
        self.address = address

    def open(self, path: str, *, status: int = 200) -> "Reader":
        """Type an address."""
        with self.expecting(status):
            self.page.goto(self.address + path, wait_until="load")
        return self

    def follow(self, words: str, *, status: int = 200, within: str = "body") -> "Reader":
        """Press the first link with these words."""
        with self.expecting(status), self.page.expect_navigation(wait_until="load"):
            self.page.locator(within).get_by_role("link", name=words).first.click()
        return self

    def press(self, words: str, *, status: int = 200) -> "Reader":
        """Press the button with these words and wait for the page that follows."""
        with self.expecting(status), self.page.expect_navigation(wait_until="load"):
            self.page.locator("main").get_by_role("button", name=words).first.click()
        return self

    def fill(self, label: str, words: str) -> "Reader":
        """Type in the field with this label."""
        self._field(label).fill(words)
        return self

    def tick(self, label: str) -> "Reader":
        """Choose the radio or checkbox with this label."""
        self._field(label).check()
        return self

    def choose(self, label: str, option: str) -> "Reader":
        """Choose from a list."""
        self._field(label).select_option(label=option)
        return self

    def _field(self, label: str) -> Locator:
        return self.page.locator("input, textarea, select").and_(self.page.get_by_label(label)).first

    def button(self, words: str) -> Locator:
        return self.page.locator("main").get_by_role("button", name=words)

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    @property
    def text(self) -> str:
        """What can be read on the page."""
        return self.page.locator("body").inner_text()

    @contextmanager
    def expecting(self, status: int) -> Any:
        """The page that opens inside answers with this status, and nothing is wrong with it."""
        self.refusals = {status}
        yield
        assert self.status == status, f"{self.page.url} answered {self.status}: {self.text[:600]}"
        self.look()

    def look(self, *, widths: Sequence[int] = (NARROWEST,)) -> None:
        """Refuse a page that is not accessible, scrolls sideways, or said something in the console."""
        faults = []
        if self.looks:
            faults += [f"axe: {fault}" for fault in self._axe()] + self._too_wide(None)
            for width in widths:
                faults += self._too_wide(width)
        faults += self.complaints
        self.complaints = []
        assert not faults, f"{self.page.url}:\n" + "\n".join(faults)

    def picture(self, path: Path) -> None:
        """A picture of the whole page."""
        self.page.screenshot(path=path, full_page=True)

    def close(self) -> None:
        self.context.close()

    def _axe(self) -> list[str]:
        if not self.scripts:
            return []  # axe waits for timers, which never ring without scripts: the same walk with scripts is checked
        if not AXE.is_file():
            must_run(f"{AXE.relative_to(ROOT)} is missing; python3 dev.py assets installs it")
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE.read_text("utf-8"))
        faults: list[str] = self.page.evaluate(LOOK, list(AXE_RULES))
        return faults

    def _too_wide(self, width: int | None) -> list[str]:
        before = self.page.viewport_size
        assert before is not None
        if width is not None and width != before["width"]:
            self.page.set_viewport_size({"width": width, "height": before["height"]})
        faults = [f"too wide at {width or before['width']}: {what}" for what in self.page.evaluate(TOO_WIDE)]
        if width is not None and width != before["width"]:
            self.page.set_viewport_size(before)
        return faults

    def _heard(self, message: ConsoleMessage) -> None:
        own = message.location.get("url", "").split("#")[0] == self.page.url.split("#")[0]
        expected = own and any(f"status of {status} " in message.text for status in self.refusals)
        if message.type in {"error", "warning"} and not expected and "preload" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.address + "/", "data:", "blob:")):
            self.complaints.append(f"another origin: {request.url}")

    def _failed(self, request: Request) -> None:
        # A navigation that another one replaces, and a download, are aborted by the browser itself.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.complaints.append(f"failed: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        self.transferred.append(response)
        if response.request.is_navigation_request():
            if not 300 <= response.status < 400:
                self.status = response.status
        elif response.status >= 400:
            self.complaints.append(f"{response.status}: {response.url}")

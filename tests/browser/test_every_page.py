"""Every page of the demo city that a visitor or a role can reach: accessible, and never wider than the screen."""

import shutil
from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser
from werkzeug.exceptions import HTTPException

from config import Settings
from spreekt.app import create_app
from spreekt.demo.command import DEMO_NOW
from spreekt.identity.accounts import account_of
from tests.browser.conftest import address_of
from tests.browser.reader import NARROWEST, Reader
from tests.live import Platform, platform

PHONE, WIDE = 390, 1280
STAFF = ("moderator", "gebiedswerker", "dienst", "loket", "register", "referendum", "publicatie", "auditor", "beheer")
MOST_PAGES = 45
IN_THE_DARK = 8
NO_PAGES = ("static", "identity.second_factor_picture", "pictures.show", "home.healthz", "home.readyz")


class DemoCity:
    """The demo city on its feet: its platform, its address, and which view answers an address."""

    def __init__(self, made: Platform, settings: Settings) -> None:
        self.platform = made
        self.urls = create_app(settings).url_map.bind("127.0.0.1")
        self.address = address_of(made.serve())

    def endpoint(self, url: str) -> str:
        """The view behind an address; empty when it is none of ours."""
        try:
            return self.urls.match(urlsplit(url).path, method="GET")[0]
        except HTTPException:
            return ""

    def token(self, name: str) -> str:
        """The cookie of one of the accounts of the demo."""
        with self.platform.sessions() as db:
            account = account_of(db, self.platform.vault, f"{name}@demo.example")
        assert account is not None
        return self.platform.sign_in(account, at=DEMO_NOW + timedelta(minutes=1))


@pytest.fixture(scope="module")
def demo(demo_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoCity]:
    folder = tmp_path_factory.mktemp("demo") / "copy"
    # What others read there left nothing in SQLite's side files, which come and go.
    shutil.copytree(demo_city, folder, ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    lines = (folder / "demo.env").read_text("utf-8").replace(str(demo_city), str(folder)).splitlines()
    written = dict(line.split("=", 1) for line in lines)
    settings = Settings.from_environment(written)
    named = {name.removeprefix("SPREEKT_"): value for name, value in written.items()}
    url = named.pop("DATABASE_URL")
    with platform(folder, url, **{key: value for key, value in named.items() if key != "REDIS_URL"}) as made:
        made.vault = type(made.vault)(settings.identity_key)
        yield DemoCity(made, settings)


def reachable(demo: DemoCity, reader: Reader, start: str, seen: set[str], most: int) -> Iterator[str]:
    """Opens pages one by one, breadth first, one of each view; what opens has been looked at once, on a phone."""
    waiting, opened = deque([start]), 0
    while waiting and opened < most:
        path = waiting.popleft()
        if not is_a_page(reader, path):
            continue
        reader.open(path)
        opened += 1
        yield path
        for href in reader.page.locator("a[href]").evaluate_all("links => links.map(link => link.href)"):
            found = urlsplit(urljoin(demo.address, href))
            endpoint = demo.endpoint(found.path)
            if f"{found.scheme}://{found.netloc}" != demo.address or not endpoint or endpoint in NO_PAGES:
                continue
            if endpoint not in seen:
                seen.add(endpoint)
                waiting.append(found.path + (f"?{found.query}" if found.query else ""))


def is_a_page(reader: Reader, path: str) -> bool:
    """Files and feeds have no heading, and a page to save is not one to open."""
    answer = reader.context.request.get(reader.address + path, max_redirects=0)
    is_saved = "attachment" in answer.headers.get("content-disposition", "")
    return answer.status == 200 and not is_saved and answer.headers.get("content-type", "").startswith("text/html")


def look_everywhere(demo: DemoCity, reader: Reader, start: str, *, seen: set[str], most: int = MOST_PAGES) -> int:
    """Every reachable page at every width; how many there were, and all that is wrong in one go."""
    faults, number = [], 0
    pages = reachable(demo, reader, start, seen, most)
    while True:
        try:
            next(pages)
            reader.page.set_viewport_size({"width": WIDE, "height": 900})
            reader.look(widths=(PHONE, NARROWEST))
        except StopIteration:
            break
        except AssertionError as fault:
            faults.append(str(fault))
            if len(faults) > 20:
                break
        finally:
            reader.page.set_viewport_size({"width": NARROWEST, "height": 844})
        number += 1
    assert not faults, "\n\n".join(faults)
    return number


@pytest.mark.parametrize(("dark", "most"), [(False, MOST_PAGES), (True, IN_THE_DARK)], ids=["light", "dark"])
def test_every_public_page_is_accessible(demo: DemoCity, chromium: Browser, dark: bool, most: int) -> None:
    reader = Reader(chromium, demo.address, size=(NARROWEST, 844), dark=dark)

    number = look_everywhere(demo, reader, "/", seen=set(), most=most)

    reader.close()
    assert number >= min(most, 12)


def test_every_page_behind_a_door_is_accessible(demo: DemoCity, chromium: Browser) -> None:
    """A resident and each role in turn; a view that one of them saw is not looked at again."""
    seen: set[str] = set()
    faults = []
    for name in ("inwoner2", *STAFF):
        seen.discard("burgerbudget_staff.index")  # it leads each role elsewhere
        reader = Reader(chromium, demo.address, size=(NARROWEST, 844), token=demo.token(name))
        try:
            look_everywhere(demo, reader, "/beheer" if name in STAFF else "/mijn", seen=seen)
        except AssertionError as fault:
            faults.append(f"{name}: {fault}")
        reader.close()

    assert not faults, "\n\n".join(faults)
    assert {"moderation.item", "proposal_answers.answer", "accounts.show"} <= seen


@pytest.mark.parametrize("path", ["/", "/voorstellen", "/burgerbudget/burgerbudget-2026/stemmen"])
@pytest.mark.parametrize("width", [PHONE, WIDE])
def test_a_keyboard_finds_its_way(demo: DemoCity, chromium: Browser, path: str, width: int) -> None:
    """The skip link comes first, then the house; what has the focus shows it and is never hidden."""
    reader = Reader(chromium, demo.address, size=(width, 844), token=demo.token("inwoner3")).open(path)
    stops = []
    for _press in range(30):
        reader.page.keyboard.press("Tab")
        stop = reader.page.evaluate(FOCUS)
        if stop is None:
            break
        stops.append(stop)
    reader.close()
    assert stops[0]["words"] == "Naar de inhoud"
    assert stops[1]["href"] == "/"
    assert len(stops) > 8
    assert not [stop for stop in stops if not stop["shown"] or stop["hidden"]]


FOCUS = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const ring = (element) => { const style = getComputedStyle(element);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none"; };
    const box = one.getBoundingClientRect();
    const at = document.elementFromPoint(Math.min(box.left + box.width / 2, innerWidth - 1), box.top + box.height / 2);
    const same = at && (one.contains(at) || at.contains(one) || at.closest("label")?.contains(one));
    return {words: (one.innerText ?? "").trim(), href: one.getAttribute("href"), html: one.outerHTML.slice(0, 140),
        shown: ring(one) || [one.closest("label, .choice"), one.firstElementChild].some(near => near && ring(near)),
        hidden: !same};
}"""


def test_letters_walk_through_the_moderation_queue(demo: DemoCity, chromium: Browser) -> None:
    reader = Reader(chromium, demo.address, token=demo.token("moderator")).open("/moderatie")
    titles = reader.page.locator("tbody tr th a").all_inner_texts()
    assert len(titles) >= 3

    walked = []
    for letter in "jjk":
        reader.page.keyboard.press(letter)
        walked.append(reader.page.evaluate("document.activeElement.innerText"))
    with reader.expecting(200), reader.page.expect_navigation(wait_until="load"):
        reader.page.keyboard.press("Enter")

    assert walked == [titles[0], titles[1], titles[0]]
    assert reader.heading == titles[0]
    reader.close()


@pytest.mark.parametrize("path", ["/", "/voorstellen", "/burgerbudget", "/hulp"])
def test_a_first_visit_weighs_little(demo: DemoCity, chromium: Browser, path: str) -> None:
    """In bytes over the wire: at most 100 kB for the page, its styles and scripts, and 80 kB for its fonts."""
    reader = Reader(chromium, demo.address, size=(PHONE, 844))
    reader.page.goto(demo.address + path, wait_until="networkidle")
    weights = {answer.url: weight(answer) for answer in reader.transferred if "/leaflet/" not in answer.url}
    reader.close()

    fonts = sum(size for url, size in weights.items() if url.endswith(".woff2"))
    assert fonts <= 80_000, weights
    assert sum(weights.values()) - fonts <= 100_000, weights


def weight(answer: object) -> int:
    sizes = answer.request.sizes()  # type: ignore[attr-defined]
    return int(sizes["responseBodySize"] + sizes["responseHeadersSize"])

"""One referendum from the first word to the recount by a stranger, with everybody at a screen of their own."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from config import ROOT
from spreekt.identity.national_number import synthetic
from spreekt.kernel.actor import Role
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.dutch import NBSP
from spreekt.kernel.storage import Base
from tests import builders
from tests.browser.booth_voter import Voter
from tests.browser.conftest import NewReader, address_of
from tests.browser.reader import Reader
from tests.browser.trustee_seat import Seat
from tests.builders import NOON
from tests.identity.register_files import a_file
from tests.live import Platform, Web
from tests.referendum.trustee_builders import tool

PHONE, LAPTOP = (390, 844), (1280, 900)
SLUG, TITLE = "grote-markt", "Autovrije Grote Markt"
QUESTION = "Wil je dat de Grote Markt elk jaar in juli en augustus autovrij is?"
OPENS_AT, VOTING_AT, CLOSES_AT, AFTER = (NOON + timedelta(hours=hours) for hours in (1, 2, 5, 6))
STAFF = f"/beheer/referendum/{SLUG}"
TRUSTEES = ("Stadssecretaris", "Oppositie", "Notaris")
YES, NO, NONE = "Ja", "Nee", "Ik kies niet (blanco)"
PROGRAM = [sys.executable, "-m", "spreekt"]


@dataclass(frozen=True)
class Resident:
    """Somebody in the population register."""

    name: str
    born_on: date

    @property
    def number(self) -> str:
        return synthetic(self.born_on).digits

    @property
    def line(self) -> str:
        """As the register tells it."""
        return f"{self.number};{self.born_on};{self.name};Proef;Heuleplaats;4;;8501;Heule;2015-01-01"


AN, BO, CAS, DINA, EVA, FRED = (
    Resident(name, date(1960 + 5 * place, 1 + place, 10))
    for place, name in enumerate(("An", "Bo", "Cas", "Dina", "Eva", "Fred"))
)
VOTERS = (AN, BO, CAS, DINA, EVA, FRED)
GUST = Resident("Gust", date(2011, 5, 5))
"""Fifteen."""


@dataclass
class Hall:
    """What everybody of this referendum shares: the servers, one for each hour of its life, and the staff."""

    city: Platform
    chromium: Browser
    a_reader: NewReader
    folder: Path
    staff: dict[str, Any]
    address: str = ""
    at: datetime | None = None
    links: list[str] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    """Code on the letter, by first name."""

    def desk_of(self, who: str, **options: Any) -> Reader:
        """A member of staff, signed in this hour."""
        return self.a_reader(self.staff[who], address=self.address, at=self.at, **options)

    def path(self, number: int) -> str:
        return self.links[number - 1]

    def file(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    @contextmanager
    def moved_to(self, moment: datetime) -> Iterator[None]:
        """The same platform at another hour of the day."""
        web = self.city.serve(at=moment)
        before, self.address, self.at = (self.address, self.at), address_of(web), moment
        try:
            yield
        finally:
            web.server.kill()
            self.address, self.at = before


def test_a_referendum_from_the_clerk_to_a_stranger(
    city: Platform, chromium: Browser, web: Web, a_reader: NewReader, tmp_path: Path
) -> None:
    Base.metadata.create_all(city.engine)
    with city.building() as db:
        staff = {
            "clerk": builders.staff(Role.REFERENDUM, name="Referendumbeheerder"),
            "publisher": builders.staff(Role.PUBLISHER, name="Publicatie"),
            "keeper": builders.staff(Role.REGISTER, name="Registerhouder"),
            "desk": builders.staff(Role.DESK, name="Loket"),
        }
        db.commit()
    hall = Hall(city, chromium, a_reader, tmp_path, staff, address_of(web))
    clerk, keeper, publisher = hall.desk_of("clerk"), hall.desk_of("keeper", size=PHONE), hall.desk_of("publisher")

    prepare(clerk)
    agree_on_the_roll(hall, keeper, clerk)
    seats = make_the_keys(hall, clerk)
    rehearse(clerk, seats)
    clerk.open(STAFF).press("Leg de sleutel vast")
    send_the_letters(hall, keeper, clerk)
    together(clerk, publisher, "openen", "Open de stembus")
    too_early = hall.a_reader(size=PHONE).open(f"/referendum/{SLUG}/stemmen", status=409)
    assert too_early.button("Ga verder").count() == 0

    with hall.moved_to(VOTING_AT):
        residents_vote(hall)
    with hall.moved_to(AFTER):
        clerk, publisher = hall.desk_of("clerk"), hall.desk_of("publisher", size=PHONE)
        board = close_and_count_the_paper(clerk, publisher)
        decrypt(hall, clerk, board, seats[0], seats[2])
        proclaim(clerk, publisher)
        a_stranger_finds_the_same(hall)


def prepare(clerk: Reader) -> None:
    """Dates, rules, one question; then it is frozen."""
    clerk.open("/beheer/referendum").follow("Bereid een referendum voor", within="main")
    clerk.fill("Naam van het referendum", TITLE).fill("Woord in het adres", SLUG)
    clerk.fill("Waarover gaat het?", "Twee zomermaanden zonder auto's op de markt.")
    clerk.fill("De stembus opent op", in_brussels(OPENS_AT)).fill("De stembus sluit op", in_brussels(CLOSES_AT))
    clerk.fill("Datum van het raadsbesluit", "2026-10-12").fill("Link naar het raadsbesluit", "https://www.kortrijk.be")
    clerk.press("Bewaar")
    assert clerk.heading == TITLE
    assert "Er is nog geen vraag. Voeg er een toe." in clerk.text
    clerk.follow("Verander de regels", within="main").fill("Geldig vanaf zoveel stemmen", "4")
    clerk.fill("Met hoeveel tegelijk, minstens?", "2").fill("Dagen tussen aankondiging en opening", "0")
    clerk.fill("Peildatum: hoeveel dagen voor de opening woont een kiezer al in de stad?", "3")
    clerk.tick("Kiezers mogen hun stem veranderen").tick("Op papier, aan het loket")
    clerk.press("Bewaar de regels")
    clerk.follow("Voeg een vraag toe", within=".road-now").fill("De vraag", QUESTION)
    clerk.fill("Uitleg", "Elke dag van 10 tot 22 uur.")
    clerk.fill("Argumenten voor", "Meer plaats om te zitten.").fill("Argumenten tegen", "Minder plaats om te staan.")
    clerk.press("Bewaar de vraag").press("Leg voor aan de gemeenteraad").press("Kondig aan en bevries")
    assert "Verander de regels" not in clerk.text


def agree_on_the_roll(hall: Hall, keeper: Reader, clerk: Reader) -> None:
    """A file with a child in it is refused whole; the mended one is agreed on by two people."""
    keeper.open(STAFF).follow("Open de kiezerslijst", within="main")
    everybody = hall.file("register.csv", a_file(*(each.line for each in (*VOTERS, GUST))))
    hall.file("kiezers.csv", a_file(*(each.line for each in VOTERS)))
    keeper.page.set_input_files("#file", everybody)
    keeper.press("Lees het bestand in", status=422)
    assert "te jong: 1" in keeper.text
    keeper.page.set_input_files("#file", hall.folder / "kiezers.csv")
    keeper.press("Lees het bestand in")
    assert "Een tweede persoon moet dit bevestigen." in keeper.text
    clerk.open(STAFF).follow("Open de kiezerslijst", within="main").press("Bevestig en bevries de kiezerslijst")
    assert "De lijst die telt" in clerk.text


def make_the_keys(hall: Hall, clerk: Reader) -> list[Seat]:
    """Three trustees at three computers, each with a link of their own."""
    clerk.open(STAFF).follow("Open de sleutels", within="main")
    clerk.fill("Namen van de sleutelhouders", "\n".join(TRUSTEES)).press("Maak de persoonlijke links")
    hall.links = [address[address.index("/referendum/") :] for address in clerk.page.locator("dd").all_inner_texts()]
    seats = []
    for number, size in ((1, LAPTOP), (2, PHONE), (3, LAPTOP)):
        stick = hall.folder / f"stick-{number}"
        stick.mkdir()
        reader = hall.a_reader(size=size)
        reader.looks = False  # test_trustees looks at every screen of theirs
        seats.append(Seat(reader, hall, number, stick))
    for seat in seats:
        seat.begin()
    codes = {seat.finish() for seat in seats}
    assert len(codes) == 1
    for seat in seats:
        seat.confirm()
    return seats


def rehearse(clerk: Reader, seats: list[Seat]) -> None:
    """Every trustee opens test ballots; without it nothing goes on."""
    clerk.open(STAFF)
    assert "De repetitie met een proefstem is nog niet gelukt." in clerk.text
    clerk.follow("Open de sleutels", within="main").press("Zet proefstemmen klaar")
    board = clerk.page.locator(".receipt-code").inner_text()
    for seat in seats:
        seat.see("Repetitie: open de proefstemmen")
        seat.open(board, "Open de proefstemmen")
    for seat in seats:
        seat.see("De repetitie is gelukt")


def send_the_letters(hall: Hall, keeper: Reader, clerk: Reader) -> None:
    """The mailing goes to the authority, which makes codes without a network; their public half comes back."""
    keeper.open(STAFF).follow("Open de codes", within="main")
    keeper.open(f"{STAFF}/kiezerslijst")
    words = saved(keeper, "Neem de tekst van de brief mee", hall.folder / "mailing.brief.json")
    keeper.follow("Maak het bestand met namen en adressen", within="main")
    keeper.page.set_input_files("#file", hall.folder / "kiezers.csv")
    with keeper.page.expect_download() as coming:
        keeper.button("Maak het bestand").click()
    coming.value.save_as(hall.folder / "mailing.csv")

    passphrases = [hall.file(f"houder-{number}", f"wachtzin van houder {number}".encode()) for number in (1, 2)]
    out = hall.folder / "drukker"
    command = ["credentials", "make", "--roll", hall.folder / "mailing.csv", "--out", out, "--json"]
    command += ["--election", json.loads(words.read_text("utf-8"))["election"]]
    for path in passphrases:
        command += ["--passphrase-file", path]
    assert run(command)["voters"] == len(VOTERS)
    with (out / "druk.csv").open(encoding="utf-8", newline="") as printed:
        hall.codes = {row["voornaam"]: row["code"] for row in csv.DictReader(printed, delimiter=";")}

    clerk.open(STAFF).follow("Open de codes", within="main")
    clerk.page.set_input_files("#codes", out / "publieke-codes.json")
    clerk.page.set_input_files("#whose", out / "koppeling.csv")
    clerk.press("Neem de codes over").press("De codes kloppen: de brieven mogen weg")


def together(first: Reader, second: Reader, act: str, words: str, *, hour: str = "") -> None:
    """One person proposes and cannot confirm; the other does."""
    first.open(STAFF).follow(words, within="main")
    if hour:
        first.fill("Iedereen ziet de uitslag vanaf", hour)
    first.press(f"Stel voor: {words}")
    first.open(f"{STAFF}/samen/{act}")
    assert first.button("Bevestig").count() == 0
    second.open(STAFF).follow("Kijk na en bevestig", within="main").press(f"Bevestig: {words}")


def residents_vote(hall: Hall) -> None:
    """Five of the six vote: four online, on phones and desktops, and one on paper."""
    with voting(hall, AN, LAPTOP) as an:
        an.answer(YES).seal().cast()
    with voting(hall, BO, PHONE) as bo:
        bo.answer(YES).seal().cast()
        begin(bo, hall, BO).answer(NO).seal().cast()
        assert "#" not in bo.page.url
        assert "Deze stem vervangt je vorige stem." in bo.text
    with voting(hall, CAS, PHONE) as cas:
        a_test_is_recomputed(hall, cas.answer(NO).seal().test())
        begin(cas, hall, CAS).answer(YES).seal().cast()
    with voting(hall, EVA, LAPTOP) as eva:
        eva.answer(NONE).seal().cast()
    the_desk_helps(hall)
    with voting(hall, DINA, PHONE) as dina:
        dina.answer(NO).seal().do("Breng mijn stem uit")
        assert "Voor jou is al een papieren stembrief uitgegeven." in dina.problem
        dina.forgive()
    staff = hall.desk_of("publisher").open(STAFF)
    assert "Papier uitgedeeld\n1" in staff.text


@contextmanager
def voting(hall: Hall, who: Resident, size: tuple[int, int]) -> Iterator[Voter]:
    """Somebody who follows the letter to the first question."""
    voter = Voter(hall.chromium, hall.address, size=size)
    voter.looks = who is AN or who is DINA
    try:
        yield begin(voter, hall, who)
    finally:
        voter.close()


def begin(voter: Voter, hall: Hall, who: Resident) -> Voter:
    voter.home = f"/referendum/{SLUG}"
    born = who.born_on
    voter.enter(f"#{hall.codes[who.name]}").identify(hall.codes[who.name], next_screen="birth")
    voter.born(born.day, born.month, born.year).await_screen("question")
    return voter


def a_test_is_recomputed(hall: Hall, voter: Voter) -> None:
    """What was tested is computed once more by a page that shares nothing with the booth."""
    voter.save("Bewaar de test", hall.folder / "test.json")
    voter.open(f"{voter.home}/stemmen/narekenen")
    voter.page.set_input_files("#recompute-file", hall.folder / "test.json")
    voter.do("Reken na")
    voter.shown("right").wait_for()
    assert voter.page.locator("[data-answers] dd").all_inner_texts() == [NO]


def the_desk_helps(hall: Hall) -> None:
    """One resident votes on paper, once; one voted online already; one is too young."""
    desk = hall.desk_of("desk").open("/loket/referendum").follow(TITLE, within="main")
    for who, standing in ((DINA, "Nog niet gestemd"), (DINA, "Al een papieren stembrief gekregen"),
                          (AN, "Al online gestemd"), (GUST, "Niet op de kiezerslijst")):  # fmt: skip
        desk.fill("Rijksregisternummer", who.number).press("Zoek op")
        assert desk.heading == standing
        if standing == "Nog niet gestemd":
            desk.press("Geef papieren stembrief")
            assert desk.heading == "Geef nu de stembrief"
        else:
            assert desk.button("Geef papieren stembrief").count() == 0
        desk.follow("Volgende persoon", within="main")


def close_and_count_the_paper(clerk: Reader, publisher: Reader) -> str:
    """Two people seal the box, two count the paper, and the minutes explain; gives the code of the sealed box."""
    together(clerk, publisher, "sluiten", "Verzegel de stembus")
    clerk.open(STAFF)
    assert "Online gestemd\n4" in clerk.text
    assert "0 van de 2 personen vulden hun telling in" in clerk.text
    for counter in (clerk, publisher):
        counter.open(STAFF).follow("Vul de papieren telling in")
        counter.fill("Blanco", "0").fill(YES, "1").fill(NO, "0").press("Bewaar mijn telling")
    clerk.open(STAFF).follow("Schrijf het verslag", within="main")
    board = clerk.page.locator("main code").inner_text()
    clerk.fill("Verslag", f"Aanwezig: twee raadsleden. Rechten en stemmen kwamen overeen. Code van de bus: {board}")
    clerk.press("Leg het verslag vast")
    return board


def decrypt(hall: Hall, clerk: Reader, board: str, *seats: Seat) -> None:
    """Two of the three trustees open their part; then, and not before, there are figures."""
    clerk.open(STAFF)
    assert "0 van de 2 nodige sleutelhouders hebben hun deel geopend." in clerk.text
    clerk.follow("Volg de sleutelhouders", within="main")
    assert clerk.page.locator(".booth-print").inner_text() == board
    for seat in seats:
        seat.reader.move_to(hall.address)
        seat.reader.open(hall.path(seat.number))
        seat.see("Open mee de stembus")
        seat.open(board, "Open mijn deel van de stembus")
        seat.see("Jouw deel is geopend")
    clerk.open(STAFF).press("Bereken de uitslag")


def proclaim(clerk: Reader, publisher: Reader) -> None:
    together(clerk, publisher, "afkondigen", "Kondig de uitslag af", hour=in_brussels(CLOSES_AT))


def a_stranger_finds_the_same(hall: Hall) -> None:
    """The result on the page, and the same one from the archive by two programs that know nothing of each other."""
    stranger = hall.a_reader(address=hall.address, size=PHONE).open(f"/referendum/{SLUG}/uitslag")
    assert f"5{NBSP}inwoners stemden" in stranger.text
    assert stranger.page.request.get(f"{hall.address}/referendum/{SLUG}/uitslag.json").json()["questions"] == [
        {"question": QUESTION, "answers": ["Ja", "Nee"], "counts": [3, 1], "blank": 1, "verdict": "aangenomen",
         "margin": "50.00", "web": [1, 2, 1], "paper": [0, 1, 0]}
    ]  # fmt: skip
    stranger.follow("Zo reken je het na", within="main")
    with stranger.page.expect_download() as coming:
        stranger.page.get_by_role("link", name="Download het archief").click()
    home = hall.folder / "thuis"
    home.mkdir()
    archive = home / coming.value.suggested_filename
    coming.value.save_as(archive)
    checked = run(["verify", archive, "--json", "--jobs", "1"])
    assert (checked["ok"], checked["ballots"], checked["counted"], checked["result"]) == (True, 5, 4, [[1, 2, 1]])
    tool(home, "election", "verify")


def saved(reader: Reader, link: str, path: Path) -> Path:
    with reader.page.expect_download() as coming:
        reader.page.get_by_role("link", name=link).click()
    coming.value.save_as(path)
    return path


def run(arguments: list[Any]) -> Any:
    """What one of our commands says, at home."""
    command = [*PROGRAM, *(str(each) for each in arguments)]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def in_brussels(moment: datetime) -> str:
    """As somebody picks it on the page."""
    return f"{moment.astimezone(BRUSSELS):%Y-%m-%dT%H:%M}"

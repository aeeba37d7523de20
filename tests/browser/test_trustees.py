"""Three trustees at three computers: a key made together, rehearsed, and a box opened, all in real browsers."""

import hashlib
import json
import os
import secrets
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.storage import Base
from spreekt.modules.referendum import (
    ceremony,
    counting,
    exhibits,
    key_files,
    opening,
    rehearsal,
    steps,
    trustee_commands,
)
from spreekt.modules.referendum.archive_file import ArchiveFile
from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.ballot.ceremony import STEPS, Ceremony, Step
from spreekt.modules.referendum.ballot.election import parse_election
from spreekt.modules.referendum.ballot.own_key import Trustee, new_seed_text
from spreekt.modules.referendum.ceremony_folder import control_code
from spreekt.modules.referendum.drafts import template_of
from spreekt.modules.referendum.models import Ballot, BallotKind, Exhibit, Referendum, State
from spreekt.modules.referendum.trustee_models import Rehearsal
from spreekt.modules.referendum.verifier.verify import verify
from tests.browser.conftest import POLL_MS, NewReader
from tests.browser.reader import Reader
from tests.browser.trustee_seat import PASSPHRASE, Seat
from tests.builders import NOON, acting, staff
from tests.live import Platform, Web
from tests.referendum.builders import BLANK, NO, YES, Held, a_referendum
from tests.referendum.trustee_builders import tool

NAMES = ("Stadssecretaris", "Oppositie", "Notaris")
PHONE, LAPTOP = (390, 844), (1280, 900)


class Table:
    """A referendum whose key is to be made, and the personal links of three trustees."""

    def __init__(self, city: Platform) -> None:
        self.city = city
        Base.metadata.create_all(city.engine)
        with city.building() as db:
            self.held: Held = a_referendum(db, city.vault, voters=4, state=State.ROLL)
            for name in (exhibits.ELECTION, exhibits.TRUSTEES):
                db.delete(db.get_one(Exhibit, (self.held.referendum.id, name)))
            self.account = staff(Role.REFERENDUM)
            self.manager = acting(self.account)
            referendum = self.referendum(db)
            referendum.fingerprint = ""
            self.links = ceremony.invite(db, city.vault, referendum, NAMES, by=self.manager)
            db.commit()

    def referendum(self, db: Session) -> Referendum:
        return db.get_one(Referendum, self.held.referendum.id)

    def path(self, number: int) -> str:
        return f"/referendum/{self.held.slug}/sleutels/{self.links[number - 1]}"


def the_command_opens(seat: Seat, table: Table, folder: Path) -> Path:
    """The key file that the browser made opens the box at the command line too."""
    with table.city.sessions() as db:
        archive = ArchiveFile(table.city.folder / "referenda", table.referendum(db).uuid).path
    words, part = folder / "words", folder / "part.json"
    words.write_text(PASSPHRASE)
    given = ["--key", seat.file, "--passphrase-file", words, "--archive", archive, "--out", part, "--jobs", 1]
    board = opening.board_hash(archive)
    assert trustee_commands.main([str(each) for each in ["trustee", "decrypt", *given, "--board-hash", board]]) == 0
    return part


@pytest.fixture
def table(city: Platform, web: Web) -> Table:
    return Table(city)


@pytest.fixture
def seats(table: Table, a_reader: NewReader, tmp_path: Path) -> list[Seat]:
    """Three computers, one of them a phone."""
    made = []
    for number, size in ((1, LAPTOP), (2, PHONE), (3, LAPTOP)):
        stick = tmp_path / f"stick-{number}"
        stick.mkdir()
        made.append(Seat(a_reader(size=size), table, number, stick))
    return made


def test_three_trustees_make_a_key_rehearse_it_and_open_the_box(
    city: Platform, table: Table, seats: list[Seat], a_reader: NewReader, tmp_path: Path
) -> None:
    one, two, three = seats
    for seat in seats:
        seat.begin()
    codes = [seat.finish() for seat in seats]
    for seat in seats:
        seat.confirm()
    with city.sessions() as db:
        text = ceremony.trustees_text(db, table.referendum(db))
    assert codes == [control_code(text)] * 3
    the_command_reads_what_the_browser_kept(table, seats)

    board = prepare_rehearsal(a_reader(table.account), table)
    one.see("Repetitie: open de proefstemmen")
    one.page.fill("#trustee-open-passphrase", "iets anders van lengte")
    a_wrong_board_or_passphrase_is_told(one, board)
    one.open(board, "Open de proefstemmen")
    two.open(board, "Open de proefstemmen")
    two.see("Jouw deel van de repetitie is gelukt")
    three.open(board, "Open de proefstemmen", on_paper=True)
    for seat in seats:
        seat.see("De repetitie is gelukt")

    board = close_a_box(table, [YES, NO, YES, BLANK])
    one.see("Open mee de stembus")
    one.open(board, "Open mijn deel van de stembus")
    one.see("Jouw deel is geopend")
    three.see("Open mee de stembus")
    three.hand_in(the_command_opens(three, table, tmp_path))
    three.see("Jouw deel is geopend")
    assert the_figures(table, tmp_path / "published") == [[1, 2, 1]]


def the_command_reads_what_the_browser_kept(table: Table, seats: list[Seat]) -> None:
    for seat in seats:
        key = key_files.unlocked(seat.file.read_text(), PASSPHRASE)
        with table.city.sessions() as db:
            referendum = table.referendum(db)
            made = ceremony.ceremony_of(referendum, ceremony.pieces_of(db, referendum))
        assert key.decryption_key == Trustee(key.seed, seat.number).decryption_key(made)
        assert (key.election, key.index, key.count, key.threshold) == (referendum.uuid, seat.number, 3, 2)
        assert key_files.secret_on_paper(seat.rows, election=key.election, index=seat.number) == key.decryption_key


def prepare_rehearsal(manager: Reader, table: Table) -> str:
    """The referendum manager puts test ballots ready and reads the beginning of their hash aloud."""
    manager.open(f"/beheer/referendum/{table.held.slug}/sleutels").press("Zet proefstemmen klaar")
    if shots := os.environ.get("SHOTS"):
        manager.picture(Path(shots) / "staff-trustees.png")
    return manager.page.locator(".receipt-code").inner_text()


def a_wrong_board_or_passphrase_is_told(seat: Seat, board: str) -> None:
    seat.page.locator("[data-box]:not([hidden])").wait_for()
    for typed in ("", board[:7], "00000000"):
        seat.page.fill("#trustee-typed-hash", typed)
        seat.press("Open de proefstemmen")
        assert "horen niet bij deze bus" in seat.fault()
    seat.page.fill("#trustee-typed-hash", board[:8])
    seat.choose("open-file", seat.file)
    seat.press("Open de proefstemmen")
    seat.page.get_by_text("De wachtzin past niet bij dit bestand").wait_for()


def close_a_box(table: Table, votes: list[Any]) -> str:
    """The key is fixed, everybody votes, the box is sealed; gives the published hash."""
    with table.city.building() as db:
        referendum = table.referendum(db)
        steps.make_keys(db, Clock(fixed=NOON), referendum, by=table.manager)
        table.held.election = parse_election(exhibits.body(db, referendum.id, exhibits.ELECTION))
        for voter, vote in enumerate(votes):
            text = table.held.ballot(voter, (vote,))
            credential = json.loads(text)["credential"]
            db.add(
                Ballot(
                    sha256=hashlib.sha256(text.encode()).hexdigest(), referendum_id=referendum.id,
                    kind=BallotKind.CAST, credential_hash=hashlib.sha256(credential.encode()).hexdigest(), nth=1,
                    cast_key=secrets.token_hex(16), batch=1, body=text,
                )
            )  # fmt: skip
        db.flush()
        counting.fix_encrypted_tally(db, referendum)
        referendum.state = State.CLOSED
        db.commit()
        archive = ArchiveFile(table.city.folder / "referenda", referendum.uuid)
        archive.bring_up(db, referendum, NOON)
        return opening.board_hash(archive.path)


def the_figures(table: Table, folder: Path) -> Any:
    """The result, and both verifiers' word that the archive with it holds."""
    with table.city.sessions() as db:
        referendum = table.referendum(db)
        counting.fix_outcome(db, referendum)
        referendum.state, referendum.publishes_at = State.PROCLAIMED, NOON
        db.commit()
        archive = ArchiveFile(folder, referendum.uuid)
        archive.bring_up(db, referendum, NOON)
    report = verify(archive.path)
    assert report.ok, report.fault
    for beside in folder.glob("*"):
        if beside != archive.path:
            beside.unlink()
    tool(folder, "election", "verify")
    return report.result


def test_who_closed_the_page_goes_on_with_the_file(table: Table, seats: list[Seat]) -> None:
    one, two, three = seats
    one.begin()
    two.begin()
    file, stick = one.file, one.stick
    one.page.on("dialog", lambda dialog: dialog.accept())
    back = Seat(one.reader, table, 1, stick)
    back.see("Ga verder met je sleutel")
    back.choose("resume-file", two.file)
    back.page.fill("#trustee-resume-passphrase", PASSPHRASE)
    back.press("Ga verder")
    assert "van iemand anders" in back.fault()
    broken = stick / "broken.json"
    broken.write_text(file.read_text()[:100])
    back.choose("resume-file", broken)
    back.press("Ga verder")
    back.page.get_by_text("of het is stuk").wait_for()
    back.choose("resume-file", file)
    back.press("Ga verder")
    back.see("Jullie maken samen de sleutel")
    three.begin()
    back.see("Je sleutel is klaar. Bewaar ze nu.")


def test_a_wrong_share_stops_everybody_and_names_who_gave_it(table: Table, seats: list[Seat]) -> None:
    one, two, _three = seats
    one.begin()
    two.begin()
    # Trustee 3 uses a program of its own, that gives trustee 1 somebody else's share.
    spoil(table, Trustee("9" * 22, 3))
    one.page.get_by_text("Wat sleutelhouder 3 instuurde, klopt niet").wait_for()
    two.page.get_by_role("heading", level=1, name="Het maken van de sleutel is gestopt").wait_for()
    # What the second sent when it had stopped already was refused, as it should be.
    two.reader.complaints = [words for words in two.reader.complaints if "409" not in words]
    two.see("Het maken van de sleutel is gestopt")
    assert "Sleutelhouder 1 kreeg van sleutelhouder 3" in two.reader.text


def spoil(table: Table, evil: Trustee) -> None:
    """Do every step for the third trustee as soon as it is open, with the shares in the wrong order."""
    for step in STEPS[:-1]:
        given = evil.publish(once_open(table, step), step)  # no transaction is open: the others write meanwhile
        if step is Step.SHARES:
            given = {"shares": list(reversed(given["shares"]))}
        with table.city.sessions() as db:
            referendum = table.referendum(db)
            seat = ceremony.seat_of(db, table.city.vault, referendum, table.links[2])
            ceremony.publish(db, referendum, seat, step, compact(given), now=NOON)
            db.commit()


def once_open(table: Table, step: Step) -> Ceremony:
    """The ceremony as far as it is, once all gave what comes before this step."""
    for _ in range(360):
        with table.city.sessions() as db:  # for a moment only: nobody else writes while it is open
            referendum = table.referendum(db)
            so_far = ceremony.ceremony_of(referendum, ceremony.pieces_of(db, referendum))
        if step is STEPS[0] or not so_far.missing(STEPS[STEPS.index(step) - 1]):
            return so_far
        time.sleep(0.25)
    raise AssertionError(f"nobody came to {step}")


def paper_of_the_first(table: Table) -> tuple[str, ...]:
    """All made their key with programs of their own and test ballots are ready; gives the paper of the first."""
    people = [Trustee(new_seed_text(), number) for number in (1, 2, 3)]
    with table.city.building() as db:
        referendum = table.referendum(db)
        for step in STEPS:
            for person in people:
                seat = ceremony.seat_of(db, table.city.vault, referendum, table.links[person.index - 1])
                so_far = ceremony.ceremony_of(referendum, ceremony.pieces_of(db, referendum))
                ceremony.publish(db, referendum, seat, step, compact(person.publish(so_far, step)), now=NOON)
        for seat in ceremony.seats_of(db, referendum):
            ceremony.confirm(db, referendum, seat, now=NOON)
        made = ceremony.ceremony_of(referendum, ceremony.pieces_of(db, referendum))
        db.commit()
    put_ready(table)
    return tuple(key_files.paper_rows(people[0].decryption_key(made), election=referendum.uuid, index=1))


def put_ready(table: Table, *, announced: str = "") -> str:
    """New test ballots; gives their hash. `announced`: what the city says instead."""
    with table.city.building() as db:
        referendum = table.referendum(db)
        text, template = ceremony.trustees_text(db, referendum), template_of(referendum)
        made: Rehearsal = rehearsal.prepare(db, referendum, template, text, by=table.manager, now=NOON)
        board, made.board_hash = made.board_hash, announced or made.board_hash
        db.commit()
        return board


def test_what_went_wrong_is_there_to_be_read_until_the_next_press(
    table: Table, a_reader: NewReader, tmp_path: Path
) -> None:
    paper_of_the_first(table)
    board = put_ready(table)
    seat = Seat(a_reader(), table, 1, tmp_path)
    seat.see("Repetitie: open de proefstemmen")
    seat.page.locator("[data-box]:not([hidden])").wait_for()

    seat.page.fill("#trustee-typed-hash", "00000000")
    seat.press("Open de proefstemmen")
    seat.looks()
    assert "horen niet bij deze bus" in seat.fault()

    seat.page.fill("#trustee-typed-hash", board[:8])
    seat.page.check("#trustee-on-paper")
    seat.page.fill("#trustee-row-1", "onzin")
    seat.press("Open de proefstemmen")
    seat.page.get_by_text("Rij 1 klopt niet").wait_for()
    seat.page.route("**/stand.json*", lambda route: route.abort())
    seat.page.focus("#trustee-row-1")
    for _ in range(2):
        seat.page.wait_for_event("requestfailed")
    assert "Rij 1 klopt niet" in seat.fault()
    assert seat.page.evaluate("document.activeElement.id") == "trustee-row-1"


def test_what_the_clock_meets_takes_nobody_out_of_a_field_and_passes_by_itself(
    table: Table, a_reader: NewReader, tmp_path: Path
) -> None:
    paper_of_the_first(table)
    seat = Seat(a_reader(), table, 1, tmp_path)
    seat.page.locator("[data-box]:not([hidden])").wait_for()
    seat.page.focus("#trustee-typed-hash")

    seat.page.route("**/stand.json*", lambda route: route.abort())
    assert "De server antwoordt niet" in seat.fault()
    assert seat.page.evaluate("document.activeElement.id") == "trustee-typed-hash"

    seat.page.unroute("**/stand.json*")
    seat.page.locator("[data-fault]").wait_for(state="hidden")


def test_v15_the_alarm_about_another_box_stays_and_nothing_can_be_opened(
    table: Table, a_reader: NewReader, tmp_path: Path
) -> None:
    paper_of_the_first(table)
    put_ready(table, announced="0" * 64)

    seat = Seat(a_reader(), table, 1, tmp_path)

    assert "niet de bekendgemaakte code. Open ze niet, en meld het meteen" in seat.fault()
    asked: list[str] = []
    seat.page.on("request", lambda request: asked.append(request.url))
    seat.page.wait_for_timeout(2 * POLL_MS + 1000)
    assert "Open ze niet" in seat.fault()
    assert asked == []
    assert not seat.page.locator("[data-box]").is_visible()


def test_new_test_ballots_take_the_place_of_those_on_screen(table: Table, a_reader: NewReader, tmp_path: Path) -> None:
    rows = paper_of_the_first(table)
    seat = Seat(a_reader(), table, 1, tmp_path)
    seat.rows = list(rows)
    seat.page.locator("[data-box]:not([hidden])").wait_for()
    seat.page.fill("#trustee-typed-hash", "00000000")
    seat.press("Open de proefstemmen")
    assert "horen niet bij deze bus" in seat.fault()

    board = put_ready(table)
    seat.page.get_by_text("Er staat nu een andere bus klaar dan daarnet").wait_for()
    assert not seat.page.locator("[data-fault]").is_visible()
    seat.open(board, "Open de proefstemmen", on_paper=True)
    seat.see("Jouw deel van de repetitie is gelukt")


def test_who_lost_the_answer_to_the_first_step_goes_on_with_the_same_file(
    table: Table, a_reader: NewReader, tmp_path: Path
) -> None:
    seat = Seat(a_reader(), table, 1, tmp_path)
    seat.save_beginning()
    seat.choose("medium-file", seat.file)
    seat.page.route("**/stap", taken_and_lost, times=1)

    seat.press("Kijk het na en ga verder")
    assert "De server antwoordt niet" in seat.fault()
    seat.reader.complaints = []  # of the answer that was lost

    seat.press("Kijk het na en ga verder")
    seat.see("Jullie maken samen de sleutel")


def taken_and_lost(route: Route) -> None:
    route.fetch()
    route.abort()


def test_the_page_for_files_reads_well_and_each_of_the_two_pages_leads_to_the_other(
    table: Table, a_reader: NewReader, tmp_path: Path
) -> None:
    seat = Seat(a_reader(size=PHONE), table, 1, tmp_path)

    seat.reader.follow("Haal en lever hier je bestanden", within="main")
    seat.see("Jouw sleutel met het programma")

    seat.reader.follow("Toch liever in je browser?", within="main")
    seat.see("Jij bewaart een sleutel van de stembus")

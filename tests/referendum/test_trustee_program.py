"""A key made with `spreekt trustee` gets into a referendum: files go out of and come into a page without JavaScript."""

import io
import itertools
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import ceremony, counting, exhibits, key_files, rehearsal, steps, trustee_commands
from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.ballot.ceremony import STEPS, Step
from spreekt.modules.referendum.ballot.own_key import Trustee, new_seed_text
from spreekt.modules.referendum.ceremony_folder import control_code, name_of
from spreekt.modules.referendum.drafts import template_of
from spreekt.modules.referendum.models import State
from tests.builders import NOON, acting, staff
from tests.pages import Pages, Sheet
from tests.referendum.builders import a_referendum

NAMES = ("Stadssecretaris", "Oppositie", "Notaris")
PASSPHRASE = "vier gewone woorden hier"


class Desk:
    """A trustee with a computer without a network, and the page where files come and go."""

    def __init__(self, pages: Pages, here: str, number: int, folder: Path) -> None:
        self.pages, self.here, self.number, self.folder = pages, here, number, folder
        self.steps = folder / "stappen"
        self.words = folder / "wachtzin"
        folder.mkdir()
        self.words.write_text(PASSPHRASE)

    @property
    def program(self) -> str:
        return f"{self.here}/programma"

    def run(self, words: str) -> int:
        """A command as it stands on the page, in the folder of this trustee."""
        verb, *given = words.split()
        names = {"mijn-sleutel.json", "stappen", "mijn-deel.json", "repetitie.bel", "blad.pdf"}
        placed = [str(self.folder / each) if each in names else each for each in given]
        return trustee_commands.main(["trustee", verb, *placed, "--passphrase-file", str(self.words)])

    def commands(self) -> list[str]:
        """What the page says to type, after `spreekt trustee`."""
        codes = [" ".join("".join(code.itertext()).split()) for code in self.pages.get(self.program).all("code")]
        return [code.removeprefix("spreekt trustee ") for code in codes if code.startswith("spreekt trustee ")]

    def take_along(self) -> list[str]:
        """Unpack the steps of everybody in the folder; gives their names."""
        with zipfile.ZipFile(io.BytesIO(self.pages.raw(f"{self.program}/stappen.zip").data)) as pack:
            pack.extractall(self.steps)
            return pack.namelist()

    def take_step(self) -> None:
        """Once more what the page says, while it waits for a step: take along, run, hand in what is new."""
        if "Lever je bestand in" not in self.pages.get(self.program):
            return
        known = set(self.take_along())
        assert [self.run(command) for command in self.commands()] == [0]
        self.hand_in("files", *(path for path in self.steps.glob(f"*-{self.number}.json") if path.name not in known))

    def hand_in(self, field: str, *paths: Path, status: int = 303) -> Sheet:
        given = [(io.BytesIO(path.read_bytes()), path.name) for path in paths]
        return self.pages.send(self.program, status=status, **{field: given})


class Table:
    """A referendum whose key is to be made, and the desks of three trustees."""

    def __init__(self, db: Session, vault: Vault, app: Flask, folder: Path) -> None:
        self.referendum = a_referendum(db, vault, state=State.ROLL, voters=1).referendum
        for name in (exhibits.ELECTION, exhibits.TRUSTEES):
            db.delete(db.get_one(exhibits.Exhibit, (self.referendum.id, name)))
        self.manager = acting(staff(Role.REFERENDUM))
        self.links = ceremony.invite(db, vault, self.referendum, NAMES, by=self.manager)
        db.commit()
        here = f"/referendum/{self.referendum.slug}/sleutels/"
        self.desks = [Desk(Pages(app, db), here + link, number, folder / f"computer-{number}")
                      for number, link in enumerate(self.links, 1)]  # fmt: skip


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_files, "ITERATIONS", key_files.FEWEST_ITERATIONS)
    monkeypatch.setitem(key_files.locked.__kwdefaults__, "iterations", key_files.FEWEST_ITERATIONS)


@pytest.fixture
def table(db: Session, vault: Vault, app: Flask, tmp_path: Path) -> Table:
    return Table(db, vault, app, tmp_path)


def prepared(db: Session, table: Table) -> rehearsal.Rehearsal:
    text = ceremony.trustees_text(db, table.referendum)
    last = rehearsal.prepare(db, table.referendum, template_of(table.referendum), text, by=table.manager, now=NOON)
    db.commit()
    return last


def test_a_key_made_with_the_command_is_fixed_in_the_referendum(
    table: Table, db: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    for _step, desk in itertools.product(STEPS, table.desks):
        desk.take_step()
    made = control_code(ceremony.trustees_text(db, table.referendum))
    for desk in table.desks:
        capsys.readouterr()
        desk.take_along()
        assert [desk.run(command) for command in desk.commands()] == [0, 0]
        assert made in capsys.readouterr().out
        assert (desk.folder / "blad.pdf").exists()
        desk.pages.send(desk.program, printed="y", compared="y")
    assert ceremony.is_complete(db, table.referendum)

    last = prepared(db, table)
    for desk in table.desks:
        box = desk.pages.raw(desk.pages.get(desk.program).links()["repetitie.bel"]).data
        (desk.folder / "repetitie.bel").write_bytes(box)
        (command,) = desk.commands()
        assert desk.run(command.replace("CODE", last.board_hash)) == 0
        desk.hand_in("file", desk.folder / "mijn-deel.json")

    assert ceremony.rehearsal_passed(db, table.referendum)
    steps.make_keys(db, Clock(fixed=NOON), table.referendum, by=table.manager)
    assert table.referendum.state is State.KEYS
    assert "Er is nu niets te doen" in table.desks[0].pages.get(table.desks[0].program)


def test_one_key_is_made_by_some_with_the_command_and_by_others_in_a_browser(
    table: Table, db: Session, vault: Vault
) -> None:
    in_browser, (one, two, _three) = Trustee(new_seed_text(), 3), table.desks
    seat = ceremony.seat_of(db, vault, table.referendum, table.links[2])

    for step in STEPS:
        one.take_step()
        two.take_step()
        so_far = ceremony.ceremony_of(table.referendum, ceremony.pieces_of(db, table.referendum))
        ceremony.publish(db, table.referendum, seat, step, compact(in_browser.publish(so_far, step)), now=NOON)
        db.commit()

    assert ceremony.trustees_text(db, table.referendum)
    one.take_along()
    assert one.run(one.commands()[0]) == 0


def begun(table: Table) -> Path:
    """The first file of the first trustee, not handed in yet."""
    desk = table.desks[0]
    assert desk.run(desk.commands()[0]) == 0
    return desk.steps / name_of(Step.CERTIFICATE, 1)


def test_who_begins_has_nothing_to_take_along_and_the_same_file_again_does_no_harm(table: Table, db: Session) -> None:
    desk, file = table.desks[0], begun(table)
    assert "jij bent de eerste" in desk.pages.get(desk.program)
    assert "stappen.zip" in desk.hand_in("files", file).links()

    assert "2-promise-1.json" in desk.hand_in("files", file)
    assert list(ceremony.pieces_of(db, table.referendum)[Step.CERTIFICATE]) == [1]


def changed(file: Path, wrong: str) -> bytes:
    text = file.read_text()
    return {
        "of another trustee": text.replace('"index":1', '"index":2', 1).encode(),
        "of another referendum": text.replace('"election":"', '"election":"x', 1).encode(),
        "of no step": text.replace('"step":"certificate"', '"step":"gok"', 1).encode(),
        "in another spelling": text.replace(":", ": ", 1).encode(),
        "a lone surrogate": text.replace('"content":', '"content":"\\ud800","x":', 1).encode(),
        "cut": text[:80].encode(),
        "no text": b"\xff\xfe\x00",
        "too long": b"1" * 600_000,
    }[wrong]


@pytest.mark.parametrize(
    "wrong",
    ["of another trustee", "of another referendum", "of no step", "in another spelling", "a lone surrogate", "cut",
     "no text", "too long"],
)  # fmt: skip
def test_a_file_that_is_no_step_of_this_trustee_is_named_and_nothing_is_kept(
    table: Table, db: Session, wrong: str
) -> None:
    desk, file = table.desks[0], begun(table)
    other = desk.folder / "iets.json"
    other.write_bytes(changed(file, wrong))

    refused = desk.hand_in("files", file, other, status=422)

    assert "iets.json is geen stap van jouw sleutel" in refused
    assert name_of(Step.CERTIFICATE, 1) in refused
    assert ceremony.pieces_of(db, table.referendum)[Step.CERTIFICATE] == {}


def test_of_several_files_all_are_kept_or_none(table: Table, db: Session) -> None:
    desk, file = table.desks[0], begun(table)
    early = desk.folder / name_of(Step.PROMISE, 1)
    early.write_text(file.read_text().replace('"step":"certificate"', '"step":"promise"', 1))

    assert "Nog even wachten: sleutelhouder 2, 3" in desk.hand_in("files", early, file, status=422)
    assert ceremony.pieces_of(db, table.referendum)[Step.CERTIFICATE] == {}


def test_what_is_left_out_is_asked_for(table: Table) -> None:
    desk = table.desks[0]

    assert "Kies eerst je bestand" in desk.pages.send(desk.program, status=422, having=("files",))


def test_who_is_not_ready_says_so_and_reads_what_misses(table: Table) -> None:
    for _step, desk in itertools.product(STEPS, table.desks):
        desk.take_step()
    desk = table.desks[0]

    assert "Vergelijk eerst de code" in desk.pages.send(desk.program, status=422, printed="y")
    assert "Print eerst je blad" in desk.pages.send(desk.program, status=422, compared="y")


def test_a_part_that_does_not_fit_is_refused_in_words(table: Table, db: Session) -> None:
    for _step, desk in itertools.product(STEPS, table.desks):
        desk.take_step()
    for desk in table.desks:
        desk.pages.send(desk.program, printed="y", compared="y")
    prepared(db, table)
    desk = table.desks[0]
    part = desk.folder / "mijn-deel.json"

    assert "Kies eerst je bestand" in desk.pages.send(desk.program, status=422, having=("file",))
    for given, says in ((b"{}", "repetitie klopt niet"), (b"\xff", "Dit bestand is geen deel")):
        part.write_bytes(given)
        assert says in desk.hand_in("file", part, status=422)


def test_the_closed_box_is_taken_along_and_opened_by_files(
    app: Flask, db: Session, vault: Vault, tmp_path: Path
) -> None:
    held = a_referendum(db, vault, state=State.ROLL)
    links = ceremony.invite(db, vault, held.referendum, NAMES, by=acting(staff(Role.REFERENDUM)))
    counting.fix_encrypted_tally(db, held.referendum)
    held.referendum.state = State.CLOSED
    db.commit()
    desk = Desk(Pages(app, db), f"/referendum/{held.slug}/sleutels/{links[0]}", 1, tmp_path / "computer")
    part = desk.folder / "mijn-deel.json"

    assert desk.pages.raw(desk.pages.get(desk.program).links()["stembus.bel"]).data[:8] == b"BELENIOS"
    part.write_text(held.decryption(db, 2))
    assert "niet aangenomen" in desk.hand_in("file", part, status=422)
    part.write_text(held.decryption(db, 1) + "\n")
    assert "Jouw deel is nagekeken en aangenomen" in desk.hand_in("file", part)
    assert exhibits.opened_by(db, held.referendum) == [1]


def test_after_a_complaint_the_page_says_that_all_stopped(table: Table, db: Session, vault: Vault) -> None:
    seat = ceremony.seat_of(db, vault, table.referendum, table.links[1])
    ceremony.complain(db, table.referendum, seat, 3, now=NOON)
    db.commit()

    assert "Sleutelhouder 2 kreeg van sleutelhouder 3 iets dat niet klopt" in table.desks[0].pages.get(
        table.desks[0].program
    )


def test_the_page_of_a_trustee_leads_to_it_and_a_wrong_link_does_not(table: Table) -> None:
    desk = table.desks[0]

    assert desk.program in desk.pages.get(desk.here).links().values()
    assert desk.pages.raw(desk.program).headers["Cache-Control"] == "no-store"
    assert desk.pages.raw(f"{desk.program[:-12]}abc/programma").status_code == 404
    assert desk.pages.raw(f"{desk.here[:-3]}abc/programma/stappen.zip").status_code == 404


def test_the_manager_reads_the_whole_code_of_the_rehearsal_aloud(table: Table, db: Session, pages: Pages) -> None:
    for _step, desk in itertools.product(STEPS, table.desks):
        desk.take_step()

    last = prepared(db, table)

    seen = pages.as_(staff(Role.REFERENDUM)).get(f"/beheer/referendum/{table.referendum.slug}/sleutels")
    assert last.board_hash in seen

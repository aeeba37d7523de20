"""`spreekt trustee` from the first key to the last decryption, offline, by files; and each way it says no."""

import itertools
import json
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from spreekt.modules.referendum import key_files, opening
from spreekt.modules.referendum.ballot.archive import Archive
from spreekt.modules.referendum.ballot.archive_reader import ArchiveReader
from spreekt.modules.referendum.ballot.credential import public_of
from spreekt.modules.referendum.ballot.decryption import counts, read_partial_decryption
from spreekt.modules.referendum.ballot.election import Template, make_election, parse_election
from spreekt.modules.referendum.ballot.tally import read_tally, result_text, tally_of
from spreekt.modules.referendum.ballot.trustees import read_trustees
from spreekt.modules.referendum.trustee_commands import main
from spreekt.modules.referendum.verifier.verify import verify
from tests.referendum.ballot.elections import TIMESTAMP, YES_NO, a_ballot, a_secret
from tests.referendum.trustee_builders import tool

UUID = "KortrijkStemt1"
PASSPHRASE = "vier gewone woorden hier"


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_files, "ITERATIONS", key_files.FEWEST_ITERATIONS)
    monkeypatch.setitem(key_files.locked.__kwdefaults__, "iterations", key_files.FEWEST_ITERATIONS)


class Table:
    """Trustees with a folder between them and each a key file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.words = folder / "passphrase"
        self.words.write_text(PASSPHRASE + "\n")

    def key(self, index: int) -> Path:
        return self.folder / f"key-{index}"

    @property
    def shared(self) -> Path:
        return self.folder / "shared"

    def run(self, verb: str, index: int, *more: object, words: Path | None = None) -> int:
        given = ["trustee", verb, "--key", self.key(index), "--passphrase-file", words or self.words, *more]
        return main([str(each) for each in given])

    def keygen(self, index: int, *more: object) -> int:
        return self.run("keygen", index, "--dir", self.shared, "--election", UUID, "--index", index, *more)

    def share(self, index: int) -> int:
        return self.run("share", index, "--dir", self.shared)

    def decrypt(self, index: int, archive: Path, *, board: str, out: Path, more: tuple[str, ...] = ()) -> int:
        given = ("--archive", archive, "--board-hash", board, "--out", out, "--jobs", 1, *more)
        return self.run("decrypt", index, *given)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Table:
    table = Table(tmp_path_factory.mktemp("trustees"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(key_files.locked.__kwdefaults__, "iterations", key_files.FEWEST_ITERATIONS)
        for index in (1, 2, 3):
            assert table.keygen(index) == 0
        for index in (1, 2, 3) * 5:
            table.share(index)
    return table


def a_box(folder: Path, table: Table, *, votes: int = 3, name: str = "Referendum", closed: bool = True) -> Path:
    """A box under the key that the trustees made: the first voter says no, the others yes; the last votes twice."""
    folder.mkdir(parents=True, exist_ok=True)
    text = (table.shared / "trustees.json").read_text()
    election = make_election(Template(name, "", (YES_NO,)), UUID, read_trustees(text).election_key)
    path = folder / f"{UUID}.bel"
    with Archive.create(path, timestamp=TIMESTAMP) as archive:
        roll = sorted(str(public_of(a_secret(voter, election))) for voter in range(votes))
        archive.setup(election=election.text, trustees=text, credentials=roll)
        archive.ballot(a_ballot(election, [(0, 1, 0)], voter=votes - 1, seed="first thought"))
        for voter in range(votes):
            archive.ballot(a_ballot(election, [(0, 1, 0) if voter else (0, 0, 1)], voter=voter))
        if closed:
            archive.end_ballots()
            archive.sync()
            with ArchiveReader(path) as reader:
                tally = tally_of(election, reader.counted_ballots())
            archive.encrypted_tally(tally=tally.text(), sized=tally.sized_text())
    return path


def test_a_key_is_made_by_files_and_every_pair_of_three_opens(made: Table, tmp_path: Path) -> None:
    box = a_box(tmp_path / "box", made)
    board = opening.board_hash(box)
    election, trustees = parts_of(box)
    with ArchiveReader(box) as reader:
        tally = read_tally(reader.encrypted_tally() or "")

    factors = {}
    for owner in (1, 2, 3):
        out = tmp_path / f"part-{owner}.json"
        assert made.decrypt(owner, box, board=board.upper(), out=out) == 0
        given = json.loads(out.read_text())
        factors[owner] = read_partial_decryption(
            given, tally, owner=owner, key=trustees.public_keys[owner - 1], phi=election.fingerprint
        )

    for pair in itertools.combinations(factors, 2):
        assert counts(tally, trustees, {owner: factors[owner] for owner in pair}, most=3) == [[0, 2, 1]]


def test_both_verifiers_accept_what_trustees_open_one_after_another(made: Table, tmp_path: Path) -> None:
    box = a_box(tmp_path / "box", made)
    board = opening.board_hash(box)

    for owner in (3, 1):  # the second one gets the archive with what the first one added
        out = tmp_path / f"part-{owner}.json"
        assert made.decrypt(owner, box, board=board, out=out) == 0
        with Archive.reopen(box) as archive:
            archive.partial_decryption(owner, out.read_text().strip())
    with Archive.reopen(box) as archive:
        archive.result(result_text([[0, 2, 1]]))

    assert verify(box).ok
    assert opening.board_hash(box) == board
    tool(box.parent, "election", "verify")


def parts_of(box: Path) -> Any:
    with ArchiveReader(box) as reader:
        return parse_election(reader.election()), read_trustees(reader.trustees())


def test_what_is_private_is_for_its_owner_alone(made: Table, tmp_path: Path) -> None:
    paper = tmp_path / "paper.pdf"

    assert made.run("backup", 1, "--out", paper) == 0

    for path in (made.key(1), paper):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_v15_a_box_that_is_not_closed_is_not_opened(
    made: Table, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    box = a_box(tmp_path / "box", made, closed=False)

    assert made.decrypt(1, box, board="0" * 64, out=tmp_path / "out") == 1
    assert "not closed yet" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_v15_another_board_than_the_published_one_is_not_opened(
    made: Table, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    published = opening.board_hash(a_box(tmp_path / "published", made))
    fewer = a_box(tmp_path / "fewer", made, votes=1)

    assert made.decrypt(1, fewer, board=published, out=tmp_path / "out") == 1
    assert "not the board that was published" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("wrong", ["a ballot left out of the tally", "one byte", "cut"])
def test_v15_a_box_that_is_not_whole_is_not_opened(
    made: Table, tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    box = a_box(tmp_path / "box", made, closed=wrong != "a ballot left out of the tally")
    if wrong == "one byte":
        content = bytearray(box.read_bytes())
        content[len(content) // 2] ^= 1
        box.write_bytes(content)
    elif wrong == "cut":
        box.write_bytes(box.read_bytes()[:-700])
    else:
        election, _trustees = parts_of(box)
        with ArchiveReader(box) as reader:
            tally = tally_of(election, list(reader.counted_ballots())[:1])
        with Archive.reopen(box) as archive:
            archive.end_ballots()
            archive.encrypted_tally(tally=tally.text(), sized=tally.sized_text())

    assert made.decrypt(1, box, board="0" * 64, out=tmp_path / "out") == 1
    assert "archive is not whole" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_rehearsal_and_the_referendum_are_not_mistaken_for_each_other(
    made: Table, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    real = a_box(tmp_path / "real", made)
    rehearsal = a_box(tmp_path / "rehearsal", made, name="Repetitie: Referendum")
    out = tmp_path / "out"

    assert made.decrypt(1, real, board=opening.board_hash(real), out=out, more=("--rehearsal",)) == 1
    assert made.decrypt(1, rehearsal, board=opening.board_hash(rehearsal), out=out) == 1
    assert "add --rehearsal" in capsys.readouterr().err
    assert made.decrypt(1, rehearsal, board=opening.board_hash(rehearsal), out=out, more=("--rehearsal",)) == 0


def test_f21_a_wrong_passphrase_and_a_broken_medium_are_said(
    made: Table, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("iets anders van lengte")
    assert made.run("backup", 1, "--out", tmp_path / "paper.pdf", words=wrong) == 1
    assert "passphrase does not fit" in capsys.readouterr().err

    broken = Table(tmp_path)
    broken.key(1).write_bytes(made.key(1).read_bytes()[:200])
    assert broken.run("backup", 1, "--out", tmp_path / "paper.pdf") == 1
    assert "damaged" in capsys.readouterr().err
    broken.key(2).write_bytes(b"\xff\xfe\x00")
    assert broken.run("backup", 2, "--out", tmp_path / "paper.pdf") == 1
    assert "not the right file" in capsys.readouterr().err


def test_f21_a_lost_key_file_comes_back_from_paper(
    made: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = key_files.unlocked(made.key(2).read_text(), PASSPHRASE)
    assert key.decryption_key is not None
    rows = key_files.paper_rows(key.decryption_key, election=UUID, index=2)
    lost = Table(tmp_path)
    shutil.copytree(made.shared, lost.shared)

    def restore(typed: list[str]) -> int:
        lines = iter([row + "\n" for row in typed])
        monkeypatch.setattr("sys.stdin.readline", lambda: next(lines), raising=False)
        monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
        given = ("--trustees-file", lost.shared / "trustees.json", "--election", UUID, "--index", 2)
        return lost.run("restore", 2, *given)

    assert restore([rows[0], rows[2], rows[1], rows[3]]) == 1
    assert "Row 2 is not as it is printed" in capsys.readouterr().err
    assert restore(rows) == 0
    box = a_box(tmp_path / "box", made)
    assert lost.decrypt(2, box, board=opening.board_hash(box), out=tmp_path / "out") == 0


def test_a_key_of_another_referendum_opens_nothing(
    made: Table, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Table(tmp_path)
    for index in (1, 2):
        other.keygen(index, "--trustees", 2)
    for index in (1, 2) * 5:
        other.share(index)
    box = a_box(tmp_path / "box", made)

    assert other.decrypt(1, box, board=opening.board_hash(box), out=tmp_path / "out") == 1
    assert "belongs to no trustee" in capsys.readouterr().err


def test_who_must_wait_is_told_for_whom(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(tmp_path)
    assert table.keygen(1) == 0

    assert table.share(1) == 1
    assert "waiting for the file of trustee 2, 3" in capsys.readouterr().err
    assert main(["trustee", "check", "--dir", str(table.shared)]) == 1
    assert "Step certificate: waiting for trustee 2, 3" in capsys.readouterr().err


def test_a_file_that_was_changed_on_its_way_is_named(
    made: Table, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(made.shared, folder)
    path = folder / "3-commitment-2.json"
    path.write_text(path.read_text().replace('"challenge":"', '"challenge":"9', 1))

    assert main(["trustee", "check", "--dir", str(folder)]) == 1
    assert "3-commitment-2.json is wrong: trustee 2" in capsys.readouterr().err
    path.write_text("{")
    assert main(["trustee", "check", "--dir", str(folder)]) == 1
    assert "is damaged. Copy it again" in capsys.readouterr().err


def test_check_says_in_json_that_all_is_well(made: Table, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trustee", "check", "--dir", str(made.shared), "--json"]) == 0

    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["trustees"], said["threshold"], said["missing"]) == (True, 3, 2, {})
    assert len(said["control_code"]) == 19


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--trustees", 3, "--threshold", 1), "at least 2"),
        (("--trustees", 2, "--threshold", 3), "at least 2"),
        (("--trustees", 4, "--threshold", 2), "about another key"),
        ((), "exists already"),
    ],
)
def test_a_beginning_that_cannot_be_is_refused(
    made: Table, capsys: pytest.CaptureFixture[str], more: tuple[object, ...], words: str
) -> None:
    fresh = Table(made.folder)
    fresh.key = lambda index: made.folder / ("key-1" if words == "exists already" else "another")  # type: ignore[method-assign]

    assert fresh.keygen(1, *more) == 1
    assert words in capsys.readouterr().err


def test_a_short_passphrase_is_refused_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = Table(tmp_path)
    table.words.write_text("kort")

    assert table.keygen(1) == 1
    assert "12 characters" in capsys.readouterr().err
    assert not table.key(1).exists()
    assert not table.shared.exists()


def test_wrong_arguments_end_with_2() -> None:
    with pytest.raises(SystemExit) as end:
        main(["trustee", "keygen"])
    assert end.value.code == 2

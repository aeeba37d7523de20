"""A whole referendum on invented residents: the count, two programs and a recount of the votes in the clear agree."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT
from spreekt.cli import main
from tests.referendum.trustee_builders import TOOL


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three questions with blank votes and voters who vote twice, through the command itself."""
    folder = tmp_path_factory.mktemp("replay") / "out"
    numbers = ("--roll", "500", "--ballots", "200", "--yes-share", "0.43")
    more = ("--questions", "3", "--blank-share", "0.1", "--revotes", "20")
    done = subprocess.run(
        [sys.executable, "-m", "spreekt", "referendum", "replay", *numbers, *more, "--out", str(folder), "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads((folder / "result.json").read_text())
    return folder


def test_the_count_is_a_recount_of_the_votes_in_the_clear(replayed: Path):
    said = json.loads((replayed / "result.json").read_text())

    assert said["result"] == said["recount"] == [[20, 77, 103], [20, 103, 77], [20, 77, 103]]
    assert (said["ballots"], said["counted"], said["roll"]) == (220, 200, 500)
    assert set(said["seconds"]) >= {"roll", "keys", "credentials", "vote", "close", "decrypt", "archive", "all"}


def test_our_verifier_and_an_independent_one_find_the_same(replayed: Path, tmp_path: Path, capsys):
    archive = next(replayed.glob("*.bel"))
    shutil.copy(archive, tmp_path)

    assert main(["verify", str(archive), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    checked = subprocess.run(
        [TOOL, "election", "verify"], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
        env={"BELENIOS_USE_URANDOM": "1", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip

    assert report["ok"] is True
    assert (report["ballots"], report["counted"]) == (220, 200)
    assert report["result"] == json.loads((replayed / "result.json").read_text())["result"]
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--roll", "0", "--ballots", "0", "--yes-share", "0.5"), "--roll must be"),
        (("--roll", "5", "--ballots", "6", "--yes-share", "0.5"), "--ballots must be"),
        (("--roll", "5", "--ballots", "2", "--yes-share", "1.5"), "Shares must be"),
        (("--roll", "5", "--ballots", "2", "--yes-share", "0.5", "--revotes", "3"), "--revotes must be"),
        (("--roll", "5", "--ballots", "2", "--yes-share", "0.5", "--questions", "9"), "--questions must be"),
    ],
)
def test_numbers_that_cannot_be_are_refused_with_what_to_change(arguments, words, tmp_path: Path, capsys):
    assert main(["referendum", "replay", *arguments, "--out", str(tmp_path / "out")]) == 2
    assert words in capsys.readouterr().err


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path, capsys):
    (tmp_path / "mine.txt").write_text("keep")

    status = main(
        ["referendum", "replay", "--roll", "5", "--ballots", "2", "--yes-share", "0.5", "--out", str(tmp_path)]
    )

    assert status == 2
    assert "is not empty" in capsys.readouterr().err

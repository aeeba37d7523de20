"""The archive: what is written, in which order, and that the independent program accepts it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from spreekt.modules.referendum.ballot import records
from spreekt.modules.referendum.ballot.archive import Archive
from spreekt.modules.referendum.ballot.archive_reader import ArchiveReader
from spreekt.modules.referendum.ballot.election import Question
from tests.referendum.ballot.elections import TIMESTAMP, UUID, YES_NO, OneKey, a_ballot, an_archive, an_election

TOOL = shutil.which("belenios-tool")


def verified_by_belenios(archive: Path) -> str:
    """What `belenios-tool election verify` says of an archive that is alone in its folder."""
    if TOOL is None:
        if os.environ.get("CI"):
            pytest.fail("belenios-tool is required here: apt-get install belenios-tool")
        pytest.skip("belenios-tool is not installed")
    run = subprocess.run(
        [TOOL, "election", "verify"],
        cwd=archive.parent,
        env={**os.environ, "BELENIOS_USE_URANDOM": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return f"{run.returncode} {run.stderr}"


def an_open_archive(folder: Path) -> Archive:
    archive = Archive.create(folder / f"{UUID}.bel", timestamp=TIMESTAMP)
    archive.setup(election=an_election().text, trustees=OneKey().trustees, credentials=["2", "3"])
    return archive


def test_belenios_accepts_an_archive_with_a_blank_vote_and_a_vote_that_replaces_another(tmp_path):
    election = an_election()
    ballots = [
        a_ballot(election, [(0, 1, 0)], voter=1),
        a_ballot(election, [(1, 0, 0)], voter=2),
        a_ballot(election, [(0, 0, 1)], voter=1, seed="again"),
    ]

    archive = an_archive(tmp_path, election, ballots, voters=range(5))

    assert "all checks passed" in verified_by_belenios(archive)
    assert ArchiveReader(archive).result() == '{"result":[[1,0,1]]}'


def test_belenios_accepts_several_questions_of_every_kind(tmp_path):
    election = an_election(
        YES_NO, Question("Welke?", ("A", "B", "C"), blank=False, min=1, max=2), Question("Nog?", ("A", "B", "C"), max=3)
    )
    ballots = [
        a_ballot(election, [(0, 1, 0), (1, 0, 1), (0, 1, 1, 1)], voter=1),
        a_ballot(election, [(1, 0, 0), (0, 1, 0), (1, 0, 0, 0)], voter=2),
    ]

    archive = an_archive(tmp_path, election, ballots)

    assert "all checks passed" in verified_by_belenios(archive)
    assert ArchiveReader(archive).result() == '{"result":[[1,1,0],[1,1,1],[1,1,1,1]]}'


def test_belenios_refuses_an_archive_whose_result_is_another(tmp_path):
    election = an_election()
    archive = an_archive(tmp_path, election, [a_ballot(election)])
    with archive.open("r+b") as file:
        *_, result, _event = records.scan(file)
        file.truncate(result.start)
    with Archive.reopen(archive) as other:
        other.result('{"result":[[1,0,0]]}')

    assert "all checks passed" not in verified_by_belenios(archive)

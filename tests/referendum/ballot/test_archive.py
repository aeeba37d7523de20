"""The archive: what is written, in which order, and that the independent program accepts it."""

import os
import subprocess
import tracemalloc
from pathlib import Path

import pytest

from spreekt.modules.referendum.ballot import records
from spreekt.modules.referendum.ballot.archive import Archive, NotSorted, OutOfOrder, Step
from spreekt.modules.referendum.ballot.archive_reader import ArchiveReader
from spreekt.modules.referendum.ballot.election import Question
from spreekt.modules.referendum.ballot.records import BrokenArchive
from tests.referendum.ballot.elections import TIMESTAMP, UUID, YES_NO, OneKey, a_ballot, an_archive, an_election
from tests.referendum.trustee_builders import TOOL, need_tool


def verified_by_belenios(archive: Path) -> str:
    """What `belenios-tool election verify` says of an archive that is alone in its folder."""
    need_tool()
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


def test_steps_come_in_one_order_only(tmp_path):
    ballot = a_ballot(an_election())
    with Archive.create(tmp_path / "a.bel", timestamp=TIMESTAMP) as archive:
        with pytest.raises(OutOfOrder, match="Ballot cannot come after the beginning"):
            archive.ballot(ballot)
        archive.setup(election="{}", trustees="[]", credentials=["2"])
        with pytest.raises(OutOfOrder):
            archive.setup(election="{}", trustees="[]", credentials=["2"])
        with pytest.raises(OutOfOrder):
            archive.encrypted_tally(tally="[]", sized="{}")
        archive.ballot(ballot)
        archive.end_ballots()
        with pytest.raises(OutOfOrder, match="Ballot cannot come after EndBallots"):
            archive.ballot(ballot)
        with pytest.raises(OutOfOrder):
            archive.partial_decryption(1, "{}")
        archive.encrypted_tally(tally="[]", sized="{}")
        with pytest.raises(OutOfOrder):
            archive.result("{}")
        archive.partial_decryption(1, "{}")
        archive.partial_decryption(2, "{}")
        archive.result("{}")
        with pytest.raises(OutOfOrder):
            archive.partial_decryption(3, "{}")
        assert (archive.step, archive.height) == (Step.RESULT, 7)
    with ArchiveReader(tmp_path / "a.bel") as reader:
        assert [event.step.value for event in reader.events()] == (
            ["Setup", "Ballot", "EndBallots", "EncryptedTally", "PartialDecryption", "PartialDecryption", "Result"]
        )
        assert reader.partial_decryptions() == {1: "{}", 2: "{}"}


@pytest.mark.parametrize("credentials", [["3", "2"], ["2", "2"], ["2", "10"]])
def test_the_public_list_is_sorted_and_has_each_credential_once(tmp_path, credentials):
    with (
        Archive.create(tmp_path / "a.bel", timestamp=TIMESTAMP) as archive,
        pytest.raises(NotSorted),
    ):
        archive.setup(election="{}", trustees="[]", credentials=credentials)


def test_an_archive_written_in_parts_is_the_archive_written_at_once(tmp_path):
    ballots = [a_ballot(an_election(), voter=voter) for voter in range(3)]
    (tmp_path / "once").mkdir()
    with an_open_archive(tmp_path / "once") as archive:
        for ballot in ballots:
            archive.ballot(ballot)
    once = tmp_path / "once" / f"{UUID}.bel"
    with an_open_archive(tmp_path):
        pass
    path = tmp_path / f"{UUID}.bel"

    for ballot in ballots:
        before = path.read_bytes()
        with Archive.reopen(path) as archive:
            archive.ballot(ballot)
        assert path.read_bytes().startswith(before)

    assert path.read_bytes() == once.read_bytes()


def test_an_archive_that_exists_is_not_written_over(tmp_path):
    an_open_archive(tmp_path)

    with pytest.raises(FileExistsError):
        an_open_archive(tmp_path)


@pytest.mark.parametrize("torn", [1, 100, 511, 512, 600, 2_000, 7_680, 7_681])
def test_half_a_step_is_cut_off_when_the_archive_is_opened_again(tmp_path, torn):
    with an_open_archive(tmp_path) as archive:
        archive.ballot(a_ballot(an_election(), voter=1))
    path = tmp_path / f"{UUID}.bel"
    whole = path.read_bytes()
    with Archive.reopen(path) as archive:
        archive.ballot(a_ballot(an_election(), voter=2))
    longer = path.read_bytes()
    path.write_bytes(longer[: len(whole) + torn])

    with Archive.reopen(path) as archive:
        assert archive.height == 2
        assert path.read_bytes() == whole
        archive.ballot(a_ballot(an_election(), voter=2))

    assert path.read_bytes() == longer


def test_of_a_refused_setup_nothing_stays(tmp_path):
    path = tmp_path / f"{UUID}.bel"
    with Archive.create(path, timestamp=TIMESTAMP) as archive:
        archive.sync()
        before = path.read_bytes()

        with pytest.raises(NotSorted):
            archive.setup(election=an_election().text, trustees="[]", credentials=["3", "2"])

        archive.sync()
        assert path.read_bytes() == before
        archive.setup(election=an_election().text, trustees="[]", credentials=["2", "3"])


def test_a_setup_that_fell_in_the_middle_begins_again(tmp_path):
    path, fallen = tmp_path / f"{UUID}.bel", tmp_path / "fallen.bel"

    def credentials():
        yield "2"
        archive.sync()
        fallen.write_bytes(path.read_bytes())
        yield "3"

    with Archive.create(path, timestamp=TIMESTAMP) as archive:
        archive.setup(election=an_election().text, trustees="[]", credentials=credentials())
    fallen.rename(path)

    with Archive.reopen(path) as archive:
        assert archive.step is None
        archive.setup(election=an_election().text, trustees="[]", credentials=["2", "3"])

    with ArchiveReader(path) as reader:
        assert reader.election() == an_election().text


def test_damage_in_the_middle_is_not_cut_off_but_refused(tmp_path):
    with an_open_archive(tmp_path) as archive:
        archive.ballot(a_ballot(an_election()))
    path = tmp_path / f"{UUID}.bel"
    content = bytearray(path.read_bytes())
    with path.open("rb") as file:
        third = [*records.scan(file)][2]
    content[third.start + 130] ^= 1
    path.write_bytes(content[:-1])

    with pytest.raises(BrokenArchive):
        Archive.reopen(path)
    assert path.read_bytes() == content[:-1]


def test_a_whole_archive_is_opened_again_without_reading_it(tmp_path, monkeypatch):
    with an_open_archive(tmp_path) as archive:
        for voter in range(3):
            archive.ballot(a_ballot(an_election(), voter=voter))
        last = archive.last_event
    read = []
    header = records._read_header
    monkeypatch.setattr(records, "_read_header", lambda *at: read.append(at) or header(*at))

    with Archive.reopen(tmp_path / f"{UUID}.bel") as archive:
        assert (archive.last_event, archive.height, archive.step) == (last, 4, Step.BALLOT)

    assert len(read) == 2


def test_a_changed_body_is_not_read(tmp_path):
    with an_open_archive(tmp_path) as archive:
        archive.ballot(a_ballot(an_election()))
    path = tmp_path / f"{UUID}.bel"
    path.write_bytes(path.read_bytes().replace(b'"Ja"', b'"JA"'))

    with ArchiveReader(path) as reader, pytest.raises(BrokenArchive, match="not what its name says"):
        reader.election()


@pytest.mark.parametrize("content", [b"", b"\0" * 512, b"x" * 2_000, b"\xff" * 512])
def test_another_file_is_not_an_archive(tmp_path, content):
    path = tmp_path / "a.bel"
    path.write_bytes(content)

    with pytest.raises(BrokenArchive):
        ArchiveReader(path)
    with pytest.raises(BrokenArchive):
        Archive.reopen(path)
    assert path.read_bytes() == content


def test_no_record_tells_when_a_ballot_came(tmp_path):
    with an_open_archive(tmp_path) as archive:
        archive.ballot(a_ballot(an_election()))
    with (tmp_path / f"{UUID}.bel").open("rb") as file:
        times = {records.timestamp_of(file, record) for record in [*records.scan(file)]}

    assert times == {TIMESTAMP}


def test_a_long_public_list_is_one_record_and_never_in_memory(tmp_path):
    path = tmp_path / "a.bel"
    tracemalloc.start()
    with Archive.create(path, timestamp=TIMESTAMP) as archive:
        archive.setup(
            election="{}", trustees="[]", credentials=(f"{number:0617d}" for number in range(10**6, 10**6 + 20_000))
        )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert path.stat().st_size > 20_000 * 620
    assert peak < 1_000_000

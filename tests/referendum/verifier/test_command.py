"""`spreekt verify`: what it prints, where, and with which exit code."""

import json
import os
import pty
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from spreekt.cli import main
from spreekt.modules.referendum import verifier_program
from spreekt.modules.referendum.verifier.command import ProgressBar
from spreekt.modules.referendum.verifier.command import main as verify_only
from tests.referendum.verifier.archives import published, written
from tests.referendum.verifier.changes import CHANGES


@pytest.fixture
def archive(tmp_path) -> Path:
    return written(published(), tmp_path)


def changed(name: str, folder: Path) -> Path:
    draft = published()
    CHANGES[name][0](draft)
    return written(draft, folder)


@pytest.mark.parametrize("run", [main, lambda words: verify_only(words[1:])], ids=["spreekt", "by itself"])
def test_a_whole_archive_is_exit_0(run, archive, capsys):
    assert run(["verify", str(archive), "--jobs", "1"]) == 0
    said = capsys.readouterr()
    assert said.out == "All holds. 4 ballots, 3 of them count.\nResult: [[1, 1, 1], [1, 2, 2]]\n"
    assert said.err == ""


def test_json_is_one_object_as_the_contract_has_it(archive, capsys):
    assert main(["verify", str(archive), "--json"]) == 0

    assert json.loads(capsys.readouterr().out) == {
        "ok": True,
        "ballots": 4,
        "counted": 3,
        "result": [[1, 1, 1], [1, 2, 2]],
        "fault": None,
    }


def test_a_fault_is_exit_1_and_on_stderr(tmp_path, capsys):
    archive = changed("another result", tmp_path)

    assert main(["verify", str(archive), "--json"]) == 1
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert (report["ok"], report["result"], report["ballots"], report["counted"]) == (False, None, 4, 3)
    assert said.err == report["fault"] + "\n"


def test_v11_an_archive_without_its_end_is_refused_unless_so_far_is_asked(tmp_path, capsys):
    archive = changed("still open", tmp_path)

    assert main(["verify", str(archive)]) == 1
    assert "not finished: all 4 ballots up to here are valid" in capsys.readouterr().err
    assert main(["verify", str(archive), "--so-far", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "ok": True,
        "ballots": 4,
        "counted": 3,
        "result": None,
        "fault": None,
    }


def test_so_far_excuses_no_fault(tmp_path):
    assert main(["verify", str(changed("a blank proof", tmp_path)), "--so-far"]) == 1


@pytest.mark.parametrize("missing", ["nothing.bel", "."])
def test_what_cannot_be_read_is_exit_2(missing, tmp_path, capsys):
    assert main(["verify", str(tmp_path / missing), "--json"]) == 2

    said = capsys.readouterr()
    assert "cannot be read" in said.err
    assert json.loads(said.out)["ok"] is False


@pytest.mark.parametrize("jobs", ["0", "-1", "many"])
def test_a_wrong_number_of_jobs_is_exit_2(jobs, archive):
    with pytest.raises(SystemExit) as left:
        verify_only([str(archive), "--jobs", jobs])

    assert left.value.code == 2


@pytest.mark.parametrize("content", [b"", b"\0", os.urandom(2000), b"{}", b"BELENIOS" + bytes(504), b"\xff" * 5000])
def test_whatever_the_file_holds_there_is_no_traceback(content, tmp_path, capsys):
    path = tmp_path / "x.bel"
    path.write_bytes(content)

    assert main(["verify", str(path)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_verifier_starts_without_the_platform():
    code = (
        "import sys; import spreekt.__main__; import spreekt.modules.referendum.verifier.command;"
        "print([name for name in ('flask', 'sqlalchemy', 'spreekt.app') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert done.stdout == "[]\n", done.stderr


def test_the_command_verifies_from_another_process_with_its_workers(archive):
    command = [sys.executable, "-m", "spreekt", "verify", str(archive), "--jobs", "2", "--json"]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert (done.returncode, json.loads(done.stdout)["ok"], done.stderr) == (0, True, "")


def test_the_program_that_people_take_along_needs_nothing_else_of_the_platform(archive, tmp_path):
    file = tmp_path / verifier_program.NAME
    file.write_bytes(verifier_program.program())
    spoiled = tmp_path / "x.bel"
    spoiled.write_bytes(archive.read_bytes().replace(b'"height":1', b'"height":2', 1))

    def run(path):
        command = [sys.executable, str(file), str(path), "--jobs", "2", "--json"]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=tmp_path)

    assert (run(archive).returncode, json.loads(run(archive).stdout)["ok"]) == (0, True)
    assert run(spoiled).returncode == 1
    with zipfile.ZipFile(file) as packed:
        assert {name for name in packed.namelist() if "verifier/" not in name and not name.endswith("__init__.py")} == {
            "__main__.py", "spreekt/modules/referendum/ballot/group.py"
        }  # fmt: skip


def test_progress_is_shown_on_a_terminal_only(archive):
    """Both ends: a pseudo-terminal sees a bar that is wiped away, a pipe sees nothing."""
    command = [sys.executable, "-m", "spreekt", "verify", str(archive), "--jobs", "1"]
    ours, theirs = pty.openpty()

    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, text=True, timeout=60)

    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert done.returncode == 0
    assert f"[{'#' * 40}] 4 of 4 ballots, 0 s left" in shown
    assert shown.endswith("\r\x1b[K")


def test_a_bar_that_was_never_shown_is_not_wiped_away(capsys):
    bar = ProgressBar()
    bar.show(1, 2)
    bar.clear()

    assert capsys.readouterr().err == ""


def test_a_worker_that_was_killed_is_said_and_not_waited_for(archive, monkeypatch, capsys):
    monkeypatch.setattr("spreekt.modules.referendum.verifier.verify.check_batch", kill_this_worker)

    assert verify_only([str(archive), "--jobs", "2"]) == 1
    assert "a worker process was stopped from outside: try again with --jobs 1" in capsys.readouterr().err


def kill_this_worker(_batch: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)

"""`spreekt backup` and `spreekt restore` as people run them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from spreekt.web.engine import make_engine
from tests.keeping.conftest import Run
from tests.test_cli import spreekt


@pytest.fixture
def folder(tmp_path: Path, templates: Callable[[str], str]) -> Path:
    """A migrated city."""
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "city.sqlite3").write_bytes(Path(templates("sqlite").removeprefix("sqlite:///")).read_bytes())
    return folder


def test_a_backup_says_what_it_holds_as_one_object(folder: Path, run: Run, file: Path) -> None:
    done = run(folder, "backup", file, "--json")

    said = json.loads(done.out)
    assert (done.code, done.err, said["ok"], said["bytes"]) == (0, "", True, file.stat().st_size)
    assert json.loads((folder / "last-backup.json").read_text())["bytes"] == said["bytes"]


def test_F19_a_backup_that_shrank_is_made_and_warned_about(folder: Path, run: Run, file: Path) -> None:
    (folder / "last-backup.json").write_text(json.dumps({"at": "2026-11-22T00:00:00+00:00", "bytes": 10**9}))

    done = run(folder, "backup", file)

    assert (done.code, "Warning" in done.err, file.exists()) == (0, True, True)


def test_an_existing_file_is_refused_with_exit_1_and_a_reason(folder: Path, run: Run, file: Path) -> None:
    file.write_text("x")

    done = run(folder, "backup", file, "--json")

    assert (done.code, json.loads(done.out)["ok"], "never overwrites" in done.err) == (1, False, True)


def test_a_restore_into_an_empty_place_makes_the_database_itself(folder: Path, run: Run, file: Path) -> None:
    run(folder, "backup", file)
    empty = folder / "elsewhere"

    done = run(empty, "restore", file, "--json")

    assert (done.code, json.loads(done.out)["erased_again"]) == (0, 0), done.err
    assert run(empty, "check").code == 0
    again = run(empty, "restore", file)
    assert (again.code, "--replace" in again.err) == (1, True)  # the log says that a backup was restored


def test_F20_a_vote_is_refused_and_held_by_the_command(folder: Path, run: Run, file: Path) -> None:
    engine = make_engine(f"sqlite:///{folder / 'city.sqlite3'}")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO polls (id, module, opens_at, closes_at, minimum_age, age_on) VALUES "
                "(1, 'burgerbudget', '2020-01-01 00:00:00', '2999-01-01 00:00:00', 16, '2020-01-01')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO rounds (id, slug, title, intro, poll_id, amount_cents, currency, rule, rule_options, "
                "decision_uri, publishes_at, is_imported, without_vote, is_about_themes, officers_needed, ballot_keys, "
                "mixed_ballots, version) VALUES "
                "(1, 'heule', 'Budget van Heule', '', 1, 100, 'EUR', 'greedy', '{}', '', "
                "'2999-01-02 00:00:00', 0, 0, 0, 2, '', 0, 1)"
            )
        )
    engine.dispose()
    run(folder, "backup", file)
    empty = folder / "elsewhere"

    refused = run(empty, "restore", file)
    held = run(empty, "restore", file, "--hold-votes", "We zetten een kopie terug.", "--json")

    assert (refused.code, "Budget van Heule" in refused.err) == (1, True)
    assert (held.code, json.loads(held.out)["held"]) == (0, ["Budget van Heule"])


def test_P05_another_identity_key_is_refused_with_exit_1(folder: Path, run: Run, file: Path) -> None:
    run(folder, "backup", file)

    done = run(folder, "restore", file, SPREEKT_IDENTITY_KEY="andere-sleutel-0123456789-abcdefgh")

    assert (done.code, "SPREEKT_IDENTITY_KEY" in done.err) == (1, True)


def test_P05_without_an_identity_key_nothing_is_written(folder: Path, run: Run, file: Path) -> None:
    done = run(folder, "backup", file, SPREEKT_IDENTITY_KEY="")

    assert (done.code, "SPREEKT_IDENTITY_KEY" in done.err, file.exists()) == (1, True, False)


@pytest.mark.parametrize(("arguments", "code"), [
    (["backup"], 2), (["restore"], 2), (["restore", "x", "--hold-votes", " "], 2),
    (["restore", "x", "--hold-votes", "x" * 501], 2), (["restore", "/bestaat/niet"], 1),
    (["backup", "/bestaat/niet/x"], 1),
])  # fmt: skip
def test_wrong_arguments_end_in_2_and_a_file_that_is_not_there_in_1(
    folder: Path, run: Run, arguments: list[str], code: int
) -> None:
    done = run(folder, *arguments)

    assert (done.code, bool(done.err)) == (code, True)


def test_a_database_without_tables_has_nothing_to_back_up(tmp_path: Path, run: Run, file: Path) -> None:
    done = run(tmp_path, "backup", file)

    assert (done.code, "spreekt migrate" in done.err, file.exists()) == (1, True, False)


def test_a_restore_that_did_not_end_keeps_the_platform_shut(folder: Path, run: Run) -> None:
    (folder / "restoring.json").write_text("{}")

    done = run(folder, "check")

    assert (done.code, "spreekt restore" in done.err) == (1, True)


def test_a_file_that_is_no_backup_ends_in_a_sentence_and_not_in_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")

    done = spreekt(tmp_path, "restore", str(tmp_path / "photo.jpg"))

    assert (done.returncode, "not a backup" in done.stderr) == (1, True)

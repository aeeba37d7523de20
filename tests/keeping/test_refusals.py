"""What is refused by name, and that nothing has changed then."""

import json
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from spreekt.keeping import notes, refusals
from spreekt.keeping.backup import back_up
from spreekt.keeping.contents import ContentsWriter, Manifest
from spreekt.kernel import outbox
from spreekt.kernel.vault import Vault
from spreekt.web.migrate import configuration, pending
from tests.builders import an_account
from tests.keeping.conftest import rows_in


def with_people(city: Any, number: int = 2) -> Any:
    with city.db():
        for _ in range(number):
            an_account()
    return city


@pytest.fixture
def backed_up(new_city, file):
    """A backup of a small city on SQLite."""
    city = with_people(new_city("sqlite"))
    city.back_up(file)
    return city


def refused(city: Any, file: Any, refusal: type[refusals.Refusal], **wishes: Any) -> str:
    """The words of a refusal; the city is as it was before."""
    before = file.with_name("before.backup")
    if not before.exists():
        city.back_up(before)
    with pytest.raises(refusal) as said:
        city.restore(file, **wishes)
    later = file.with_name("later.backup")
    later.unlink(missing_ok=True)
    city.back_up(later)
    assert rows_in(before, city.vault) == rows_in(later, city.vault)
    assert notes.unfinished_restore(city.instance) == []
    return str(said.value)


def test_P05_another_identity_key_does_not_open_a_backup(backed_up, new_city, file):
    with pytest.raises(refusals.OtherKey, match="SPREEKT_IDENTITY_KEY"):
        rows_in(file, Vault(b"j" * 40))


def all_refused(city: Any, file: Any, contents: list[bytes]) -> None:
    """Each of these files is refused; the city is as it was before all of them."""
    for each in contents[:-1]:
        file.write_bytes(each)
        with pytest.raises(refusals.Refusal):
            city.restore(file)
    file.write_bytes(contents[-1])
    refused(city, file, refusals.Refusal)


def test_a_truncated_backup_is_refused_and_nothing_changes(backed_up, new_city, file):
    whole = file.read_bytes()

    all_refused(new_city("sqlite"), file, [whole[: len(whole) * step // 40] for step in range(40)] + [whole[:-1]])


def test_a_backup_with_one_flipped_byte_is_refused_and_nothing_changes(backed_up, new_city, file):
    whole = file.read_bytes()
    places = [*range(0, 48, 5), *range(48, len(whole), len(whole) // 40), len(whole) - 1]

    all_refused(new_city("sqlite"), file, [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in places])


def test_a_backup_with_something_added_is_refused(backed_up, new_city, file):
    file.write_bytes(file.read_bytes() + b"x")

    assert "added" in refused(new_city("sqlite"), file, refusals.Damaged)


@pytest.mark.parametrize(
    ("begins", "refusal"), [(b"PK\x03\x04", refusals.NotABackup), (b"spreekt backup 2\n", refusals.OtherFormat)]
)
def test_another_file_or_format_is_refused_by_name(new_city, file, begins, refusal):
    file.write_bytes(begins + b"0" * 200)

    refused(new_city("sqlite"), file, refusal)


def test_a_trailer_that_does_not_agree_is_refused(new_city, file, monkeypatch):
    city = new_city("sqlite")
    with file.open("wb") as raw:
        contents = ContentsWriter(raw, city.vault)
        contents.manifest(Manifest("0", "0017", "2026-11-23T11:00:00+00:00", "X"))
        contents.table("accounts", ("id",))
        contents.line(b"[1]\n")
        contents.tables["accounts"].add(b"[2]\n")
        contents.trailer()

    assert "accounts" in refused(city, file, refusals.Damaged)


def test_a_backup_of_a_newer_revision_is_refused_with_its_version(new_city, file):
    city = new_city("sqlite")
    with file.open("wb") as raw:
        contents = ContentsWriter(raw, city.vault)
        contents.manifest(Manifest("9.9", "9999", "2026-11-23T11:00:00+00:00", "X"))
        contents.trailer()

    assert "9.9" in refused(city, file, refusals.NewerRevision)


def test_a_database_that_is_not_empty_is_not_touched(backed_up, new_city, file, kind):
    other = with_people(new_city(kind), 1)

    assert "--replace" in refused(other, file, refusals.NotEmpty)


def test_a_database_at_another_revision_is_not_replaced(backed_up, new_city, file):
    other = with_people(new_city("sqlite"), 1)
    command.downgrade(configuration(other.services.engine), "0016")

    assert "empty database" in refused(other, file, refusals.OtherRevision, replace=True)


def test_a_restore_that_fails_half_way_leaves_the_old_state(backed_up, new_city, file, kind, monkeypatch):
    other = with_people(new_city(kind), 5)
    monkeypatch.setattr("spreekt.keeping.erasures.erase_again", lambda *_, **__: 1 / 0)

    refused(other, file, ZeroDivisionError, replace=True)


def test_a_database_that_somebody_is_using_is_not_replaced(backed_up, new_city, file):
    other = with_people(new_city("sqlite"), 1)
    with other.services.engine.connect() as somebody:
        somebody.execute(text("DELETE FROM polls"))
        with pytest.raises(refusals.Busy, match="spreekt serve"):
            other.restore(file, replace=True)
        somebody.rollback()

    assert notes.unfinished_restore(other.instance) == []


def test_a_table_of_somebody_else_is_named(new_city, file):
    city, other = new_city("sqlite"), new_city("sqlite")
    with city.db() as db:
        db.execute(text("CREATE TABLE vreemd (id INTEGER PRIMARY KEY)"))
    city.back_up(file)

    assert "vreemd" in refused(other, file, refusals.StrangeTable)


def test_what_is_replaced_is_gone_whole_and_the_log_is_guarded_again(backed_up, new_city, file, kind):
    other = with_people(new_city(kind), 5)

    other.restore(file, replace=True)

    with other.db() as db:
        assert db.scalar(text("SELECT count(*) FROM accounts")) == 2
        for change in (text("UPDATE log_entries SET reason = 'x'"), text("DELETE FROM log_entries")):
            with pytest.raises(Exception, match="append-only"), db.begin_nested():
                db.execute(change)


def test_a_backup_of_an_older_revision_is_loaded_and_then_migrated(new_city, file, kind):
    city, other = with_people(new_city(kind), 2), new_city(kind)
    command.downgrade(configuration(city.services.engine), "0016")
    assert city.back_up(file).revision == "0016"

    other.restore(file)

    assert pending(other.services.engine) == []
    with other.db() as db:
        assert db.scalar(text("SELECT count(*) FROM accounts")) == 2


def test_an_older_backup_whose_erasures_fail_says_loudly_that_nothing_may_open(new_city, file, monkeypatch):
    city, other = with_people(new_city("sqlite"), 2), new_city("sqlite")
    command.downgrade(configuration(city.services.engine), "0016")
    city.back_up(file)
    monkeypatch.setattr("spreekt.keeping.erasures.erase_again", lambda *_, **__: 1 / 0)

    with pytest.raises(refusals.Unfinished, match="DO NOT OPEN"):
        other.restore(file)

    assert notes.unfinished_restore(other.instance) != []


@pytest.mark.parametrize("kind", ["sqlite"])
def test_an_interrupted_backup_leaves_no_file(city, file):
    def power_cut(words: str) -> None:
        if "outbox" in words:
            raise KeyboardInterrupt

    services = city.services
    with city.db() as db:
        outbox.record(db, "proef", number=1)
    with pytest.raises(KeyboardInterrupt):
        back_up(file, services.engine, city.vault, services.clock, city="X", uploads=city.settings.uploads,
                tell=power_cut)  # fmt: skip

    assert list(file.parent.glob("city.backup*")) == []


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_backup_never_overwrites_a_file(city, file):
    file.write_text("van gisteren")

    with pytest.raises(refusals.FileIsThere):
        city.back_up(file)

    assert file.read_text() == "van gisteren"


@pytest.mark.parametrize("kind", ["sqlite"])
def test_what_an_interrupted_backup_left_does_not_stop_the_next(city, file):
    file.with_name("city.backup.part").write_text("half")

    city.back_up(file)

    assert sorted(path.name for path in file.parent.glob("city.backup*")) == ["city.backup"]


def test_uploads_of_a_restore_that_failed_go_again(new_city, file, monkeypatch):
    city, other = new_city("sqlite"), new_city("sqlite")
    for name, content in (("ab/nieuw.webp", "nieuw"), ("ab/zelfde.webp", "zelfde"), ("ab/anders.webp", "uit de kopie")):
        path = city.settings.uploads / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    city.back_up(file)
    here = other.settings.uploads / "ab"
    here.mkdir(parents=True)
    (here / "zelfde.webp").write_text("zelfde")
    (here / "anders.webp").write_text("van hier")

    def found() -> dict[str, str]:
        return {path.name: path.read_text() for path in here.iterdir()}

    with monkeypatch.context() as patch:
        patch.setattr("spreekt.keeping.erasures.erase_again", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            other.restore(file)
    assert found() == {"zelfde.webp": "zelfde", "anders.webp": "van hier"}

    other.restore(file)
    assert found() == {"zelfde.webp": "zelfde", "anders.webp": "uit de kopie", "nieuw.webp": "nieuw"}


def test_F19_a_backup_that_is_much_smaller_than_the_last_one_is_warned_about(tmp_path):
    assert notes.remember_backup(tmp_path, at="2026-11-23T11:00:00+00:00", size=1000) == ""
    assert notes.remember_backup(tmp_path, at="2026-11-24T11:00:00+00:00", size=900) == ""
    assert "809 bytes" in notes.remember_backup(tmp_path, at="2026-11-25T11:00:00+00:00", size=809)
    assert set(json.loads((tmp_path / "last-backup.json").read_text())) == {"at", "bytes"}


def test_F19_metrics_tell_how_old_and_how_large_the_last_backup_is(tmp_path):
    notes.watch(tmp_path)
    assert notes.AGE.collect()[0].samples[0].value == float("inf")

    notes.remember_backup(tmp_path, at="2026-11-23T11:00:00+00:00", size=1000)

    assert notes.SIZE.collect()[0].samples[0].value == 1000
    assert 0 < notes.AGE.collect()[0].samples[0].value < float("inf")

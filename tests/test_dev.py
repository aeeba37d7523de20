"""What `dev.py` promises: it throws away nothing but a demo city, and says how to go on when it cannot."""

import socket

import pytest

import dev
from tools import city
from tools.clone import Failed, Stop, call


@pytest.fixture
def instance(tmp_path, monkeypatch):
    """An empty place for the demo city, with a `spreekt demo` that writes the settings it was given."""
    command = tmp_path / "spreekt"
    command.write_text(
        '#!/bin/sh\nmkdir "$3"\n'
        'echo "SPREEKT_DATABASE_URL=${SPREEKT_DATABASE_URL:-sqlite:///x.db}" > "$3/demo.env"\n'
        'exit "${STATUS:-0}"\n'
    )
    command.chmod(0o755)
    monkeypatch.setattr(city, "ROOT", tmp_path)
    monkeypatch.setattr(city, "SPREEKT", command)
    monkeypatch.setattr(city, "CITY", tmp_path / "instance")
    return tmp_path / "instance"


POSTGRES = "postgresql+psycopg://city@localhost/city"
PATH = {"PATH": "/usr/bin:/bin"}


def test_a_city_stands_once_it_is_built(instance):
    assert not city.stands_on(None)

    city.build(PATH)

    assert city.stands_on(None)
    assert not city.stands_on(POSTGRES)


def test_a_city_stands_on_the_database_it_was_built_on(instance):
    city.build(PATH | {city.DATABASE: POSTGRES})

    assert city.stands_on(POSTGRES)
    assert not city.stands_on(None)


def test_a_new_city_replaces_the_old_one(instance):
    city.build(PATH)
    (instance / "letter.pdf").touch()

    city.build(PATH)

    assert sorted(path.name for path in instance.iterdir()) == ["demo.env", "demo.form"]


def test_a_city_of_other_tables_is_not_served_but_told_how_to_build_anew(instance, tmp_path):
    migration = tmp_path / "migrations" / "versions" / "0001_begin.py"
    migration.parent.mkdir(parents=True)
    migration.write_text("one table")
    city.build(PATH)
    city.must_be_of_this_version()

    migration.write_text("two tables")

    with pytest.raises(Stop, match="--fresh"):
        city.must_be_of_this_version()
    assert city.stands_on(None), "and it is not thrown away unasked"


def test_half_a_city_is_removed_and_the_run_stops(instance):
    with pytest.raises(Stop):
        city.build(PATH | {"STATUS": "1"})

    assert not instance.exists()


def test_a_real_city_is_never_thrown_away(instance):
    instance.mkdir()
    (instance / "city.db").write_text("residents")

    with pytest.raises(Stop, match="Move it aside"):
        city.build(PATH)

    assert (instance / "city.db").read_text() == "residents"


def test_settings_are_read_without_quotes_and_without_other_lines(instance):
    instance.mkdir()
    (instance / "demo.env").write_text('# demo\nPATH=/evil\nSPREEKT_SECRET_KEY="a=b"\n\nSPREEKT_REDIS_URL=\n')

    assert city.settings() == {"SPREEKT_SECRET_KEY": "a=b", "SPREEKT_REDIS_URL": ""}


def test_a_taken_port_is_refused_with_another_to_try():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Stop, match=rf"Port {port} .* --port"):
            dev.require_free(port)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_cannot_exist_is_refused(port):
    with pytest.raises(Stop, match="from 1 to 65535"):
        dev.require_free(port)


def test_an_unknown_command_is_answered_with_those_there_are():
    with pytest.raises(Stop, match="the benchmarks"):
        dev.main(["tets"])


def test_tests_never_see_the_settings_of_a_real_city(monkeypatch):
    monkeypatch.setenv(city.DATABASE, POSTGRES)

    assert city.DATABASE not in dev.outside_any_city()


@pytest.mark.parametrize("asked", [["-n0"], ["-n", "4"], ["--numprocesses=3"], ["--pdb"], ["--co"]])
def test_who_chooses_the_number_of_processes_gets_that(monkeypatch, asked):
    assert command_for(monkeypatch, asked)[3:] == asked


def test_tests_run_on_three_processes(monkeypatch):
    assert command_for(monkeypatch, ["tests", "--color=no"])[3:] == [
        "-n",
        "3",
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
        "tests",
        "--color=no",
    ]


def command_for(monkeypatch, arguments):
    seen = []
    monkeypatch.setattr(dev, "prepare", lambda: None)
    monkeypatch.setattr(dev.packages, "compile_sources", lambda: None)
    monkeypatch.setattr(dev, "become", lambda environment, *command: seen.extend(command))
    dev.main(["test", *arguments])
    return seen


def test_a_tool_that_fails_leaves_its_last_words():
    with pytest.raises(Failed, match="no route to the index"):
        call("sh", "-c", "echo trying; echo no route to the index >&2; exit 3")


def test_a_tool_that_is_not_there_is_named():
    with pytest.raises(Failed, match="no-such-tool"):
        call("no-such-tool")

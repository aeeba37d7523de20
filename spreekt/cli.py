"""The `spreekt` command. Exit 0: done and true; 1: the answer is no, with the reason; 2: wrong arguments."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nacl.exceptions import CryptoError
from sqlalchemy.exc import SQLAlchemyError

from config import ROOT, Settings, SettingsError
from spreekt.app import MODULES, create_app
from spreekt.demo.command import add_command as add_demo
from spreekt.demo.replay_command import register as add_referendum
from spreekt.home.open_data import openapi
from spreekt.keeping import notes
from spreekt.keeping.command import add_commands as add_keeping
from spreekt.kernel import audit
from spreekt.kernel.city import CityFault, read_city
from spreekt.kernel.errors import DomainError
from spreekt.modules.referendum.verifier.command import add_command as add_verify
from spreekt.web import logs
from spreekt.web.engine import durability_faults, make_engine
from spreekt.web.migrate import migrate, pending
from spreekt.web.rights import UnguardedView


class Refused(Exception):
    """The answer is no; the message says why and what to do."""


def find_faults(settings: Settings) -> list[str]:
    """Everything that is wrong with this installation, and how to mend it."""
    found = settings.faults() + notes.unfinished_restore(Path(settings.INSTANCE))
    try:
        app = create_app(settings)
        if app.debug:
            found.append("FLASK_DEBUG must be empty: debug pages show secrets.")
    except (UnguardedView, CityFault) as fault:
        found.append(str(fault))
    except SQLAlchemyError:
        pass  # said below
    try:
        engine = make_engine(settings.DATABASE_URL)
        with engine.connect() as connection:
            found += durability_faults(connection)
        waiting = pending(engine)
        if waiting:
            found.append(f"The database misses {len(waiting)} migration(s): run `spreekt migrate`.")
    except SQLAlchemyError as error:
        found.append(f"SPREEKT_DATABASE_URL cannot be opened ({type(error).__name__}).")
    return found


def check(args: argparse.Namespace) -> int:
    """Say what is wrong with this installation."""
    found = find_faults(Settings.from_environment())
    if args.json:
        print(json.dumps({"ok": not found, "faults": found}))
    elif not found:
        print("All is well.")
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


def run_migrations(args: argparse.Namespace) -> int:
    """Bring the database to the newest form."""
    settings = Settings.from_environment()
    if settings.is_sqlite:
        Path(settings.DATABASE_URL.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    done = migrate(make_engine(settings.DATABASE_URL), force=args.force)
    print(f"{done} migration(s) carried out.")
    return 0


def serve(args: argparse.Namespace) -> int:
    """Serve the platform; refuses when `check` finds something."""
    settings = Settings.from_environment()
    if settings.DEMO and args.host not in {"127.0.0.1", "localhost", "::1"}:
        raise Refused("A demo city listens on this machine only: use --host 127.0.0.1.")
    found = find_faults(settings)
    if found:
        raise Refused("\n".join(found))
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.chdir(ROOT)
    Granian(
        "wsgi:app",
        address=args.host,
        port=args.port,
        interface=Interfaces.WSGI,
        workers=args.workers,
        blocking_threads=1 if settings.is_sqlite else 4,
        respawn_failed_workers=True,  # granian would otherwise stop altogether when one process dies
        respawn_interval=0.5,
        log_access=False,
        log_level=LogLevels.warning,
    ).serve()
    return 0


def work(args: argparse.Namespace) -> int:
    """Drain the outbox through RQ until stopped."""
    settings = Settings.from_environment()
    if not settings.REDIS_URL:
        raise Refused("SPREEKT_REDIS_URL is empty: then the server delivers by itself and needs no worker.")
    if unfinished := notes.unfinished_restore(Path(settings.INSTANCE)):
        raise Refused(unfinished[0])
    from spreekt.worker import run_worker

    logs.set_up(settings.LOG_LEVEL)
    run_worker(settings, burst=args.burst)
    return 0


def verify_log(args: argparse.Namespace) -> int:
    """Check the hash chain of the staff log."""
    app = create_app(Settings.from_environment())
    with app.extensions["spreekt"].sessions() as db:
        found = list(audit.faults(db))
    if args.json:
        print(json.dumps({"ok": not found, "faults": found}))
    elif not found:
        print("The log is whole.")
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


def print_openapi(_args: argparse.Namespace) -> int:
    """Print the description of the API."""
    settings = Settings.from_environment()
    city = read_city(Path(settings.CITY_FILE))
    print(json.dumps(openapi(MODULES, home_url=settings.PUBLIC_URL, brand=city.brand), ensure_ascii=False, indent=2))
    return 0


def parser() -> argparse.ArgumentParser:
    """All commands: the platform's own and those that modules bring."""
    top = argparse.ArgumentParser(prog="spreekt", description="Run a participation platform for a city.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, run: Any, words: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(run=run)
        return command

    command = add("serve", serve, "serve the platform (granian)")
    command.add_argument("--host", default="127.0.0.1")
    command.add_argument("--port", type=int, default=8000)
    command.add_argument("--workers", type=int, default=1)
    command = add("worker", work, "drain the outbox through RQ; any number, on any host")
    command.add_argument("--burst", action="store_true", help="stop when nothing is left to do")
    add("check", check, "say what is wrong with this installation").add_argument("--json", action="store_true")
    command = add("migrate", run_migrations, "bring the database to the newest form")
    command.add_argument("--force", action="store_true", help="even while a vote is open")
    add("openapi", print_openapi, "print the OpenAPI document of this platform")
    log_commands = commands.add_parser("audit", help="the staff log").add_subparsers(required=True, metavar="COMMAND")
    verify = log_commands.add_parser("verify", help="check the hash chain")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=verify_log)
    add_keeping(commands, create_app)
    add_demo(commands)
    add_referendum(commands)
    add_verify(commands)
    for module in MODULES:
        if module.commands is not None:
            module.commands(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; bad input ends in a sentence, never in a traceback."""
    args = parser().parse_args(arguments)
    try:
        answer = int(args.run(args))
        sys.stdout.flush()
        return answer
    except (Refused, SettingsError, CityFault, DomainError) as refusal:
        words = refusal.says.format(*refusal.args) if isinstance(refusal, DomainError) else str(refusal)
        print(words, file=sys.stderr)
    except CryptoError:
        print("What is sealed in this database was sealed under another SPREEKT_IDENTITY_KEY.", file=sys.stderr)
    except SQLAlchemyError as error:
        print(f"The database refuses ({type(error).__name__}): run `spreekt check`.", file=sys.stderr)
    except BrokenPipeError:  # whoever reads has enough, as in `spreekt … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        print(f"{error.strerror or error}: {error.filename or ''}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main())

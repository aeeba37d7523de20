"""A whole referendum on invented residents, through the same rules and the same door as a real one, timed step by step.

From roll file to published archive: nothing is skipped but paper and people. Everything it makes stays in one folder.
"""

import csv
import random
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from spreekt.demo import devices
from spreekt.demo.trustees import Trustees
from spreekt.identity.accounts import create_account
from spreekt.identity.models import RoleGrant
from spreekt.identity.national_number import synthetic
from spreekt.identity.register_file import HEADER
from spreekt.kernel.actor import SYSTEM, Actor, Grant, Level, Role
from spreekt.kernel.city import City
from spreekt.kernel.clock import Clock
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import (
    codes,
    credentials,
    drafts,
    exhibits,
    queries,
    roll,
    roll_freeze,
    steps,
    two_people,
)
from spreekt.modules.referendum.archive_file import ArchiveFile
from spreekt.modules.referendum.drafts import Asked, Draft
from spreekt.modules.referendum.escrow import Cost
from spreekt.modules.referendum.letter_words import words_for
from spreekt.modules.referendum.models import Act, Referendum
from spreekt.modules.referendum.regulation import Regulation
from spreekt.territory.models import Area, Partition
from spreekt.territory.territory_import import import_territory, read_territory
from spreekt.web.transaction import transaction

SLUG = "naspel"
OPENS, CLOSES = datetime(2019, 10, 14, 7, tzinfo=UTC), datetime(2019, 10, 20, 18, tzinfo=UTC)
"""The week of the referendum of 2019."""
QUESTION = "Ben je akkoord dat de Kortrijkse binnenstad een vaste zondag per maand autovrij wordt?"
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is replayed. The first `revotes` voters vote twice; the second time counts."""

    roll: int
    ballots: int
    yes_share: float
    questions: int = 1
    blank_share: float = 0.0
    revotes: int = 0
    seed: int = 2019

    def choices(self) -> list[tuple[tuple[int, ...], ...]]:
        """The votes that count, in no order: per voter and question blank, yes, no as zeros and ones."""
        dice = random.Random(self.seed)  # noqa: S311 - invented votes
        columns = []
        for question in range(self.questions):
            blank = round(self.ballots * self.blank_share)
            yes = round((self.ballots - blank) * (self.yes_share + (1 - 2 * self.yes_share) * (question % 2)))
            votes = [(1, 0, 0)] * blank + [(0, 1, 0)] * yes + [(0, 0, 1)] * (self.ballots - blank - yes)
            dice.shuffle(votes)
            columns.append(votes)
        return list(zip(*columns, strict=True))


@dataclass(slots=True)
class Replayed:
    """What came of it: the archive, the figures, whether they are a plain recount, and seconds per step."""

    archive: Path
    result: list[list[int]]
    recount: list[list[int]]
    ballots: int
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        return self.result == self.recount


class Stage:
    """One replay: the application, the people, the clock at each moment."""

    def __init__(self, app: Flask, plan: Plan, folder: Path, *, progress: Progress) -> None:
        services = app.extensions["spreekt"]
        self.app, self.plan, self.folder, self.progress = app, plan, folder, progress
        self.sessions, self.vault = services.sessions, services.vault
        self.city: City = services.city
        self.seconds: dict[str, float] = {}
        self.dice = random.Random(plan.seed)  # noqa: S311 - invented people

    @contextmanager
    def step(self, name: str) -> Iterator[Session]:
        """One step in one transaction, timed."""
        self.progress(name)
        began = time.perf_counter()
        with transaction(self.sessions) as db:
            yield db
        self.seconds[name] = round(time.perf_counter() - began, 3)


def replay(app: Flask, plan: Plan, folder: Path, *, progress: Progress) -> Replayed:
    """Hold the referendum on an app whose clock stands in its week and whose database is new and empty."""
    stage = Stage(app, plan, folder, progress=progress)
    before, listed = (Clock(fixed=OPENS - timedelta(days=days)) for days in (40, 29))
    after = Clock(fixed=CLOSES + timedelta(hours=1))
    with stage.step("prepare") as db:
        _settle(db, stage.city)
        people = _people(db, stage.vault, now=before.now())
        referendum = _announce(db, stage.vault, before, plan, people)
    areas = _areas(stage)
    with stage.step("roll") as db:
        file = _write_roll(folder / "kiezers.csv", plan.roll, sorted(areas), stage.dice)
        _freeze_roll(db, stage.vault, _again(db, referendum), file, areas, people, now=listed.now())
    with stage.step("keys") as db:
        held = _again(db, referendum)
        trustees = Trustees(db, stage.vault, held, by=people[0], now=listed.now())
        steps.make_keys(db, listed, held, by=people[0])
    with stage.step("credentials") as db:
        printed = _credentials(db, stage, _again(db, referendum), people)
    with stage.step("open") as db:
        _together(db, listed, _again(db, referendum), Act.OPEN, people)
    voters = devices.voters(printed, plan.choices(), plan.revotes, stage.dice)
    began = time.perf_counter()
    _vote(stage, referendum, voters)
    stage.seconds["vote"] = round(time.perf_counter() - began, 3)
    with stage.step("close") as db:
        _together(db, after, _again(db, referendum), Act.CLOSE, people)
    with stage.step("decrypt") as db:
        held = _again(db, referendum)
        steps.reconcile(db, after, held, "Naspel met verzonnen kiezers.", by=people[0])
        trustees.open_box(db, held, range(1, held.threshold + 1))
        steps.decrypt(db, after, held, by=people[0])
        _together(db, after, held, Act.PROCLAIM, people, about=after.now().isoformat())
    with stage.step("archive") as db:
        held = _again(db, referendum)
        archive = ArchiveFile(folder, held.uuid)
        archive.bring_up(db, held, after.now())
        stored = held.outcome or {}
        result = [list(question["web"]) for question in stored["questions"]]
        ballots = queries.voters_in_box(db, held) + plan.revotes
    recount = [[sum(column) for column in zip(*votes, strict=True)] for votes in zip(*plan.choices(), strict=True)]
    return Replayed(archive.path, result, recount, ballots, stage.seconds)


def settings_for(folder: Path, public_url: str = "https://spreekt.example") -> Settings:
    """An installation of its own in a folder, with secrets that nobody keeps."""
    return Settings(
        DATABASE_URL=f"sqlite:///{folder / 'naspel.sqlite3'}", SECRET_KEY=secrets.token_hex(32),
        IDENTITY_KEY=secrets.token_hex(32), INSTANCE=str(folder), PUBLIC_URL=public_url, PUBLIC_CACHE_SECONDS=0,
    )  # fmt: skip


def _settle(db: Session, city: City) -> None:
    on = (OPENS - timedelta(days=900)).date()
    import_territory(db, read_territory(city, on=on), by=SYSTEM, on=on)


def _people(db: Session, vault: Vault, *, now: datetime) -> tuple[Actor, Actor, Actor]:
    """A manager, a publisher and a register keeper."""
    found = []
    for role in (Role.REFERENDUM, Role.PUBLISHER, Role.REGISTER):
        account = create_account(db, vault, email=f"{role}@naspel.example", display_name=role.value.title(), now=now)
        account.confirmed_at = now
        db.flush()
        db.add(RoleGrant(account_id=account.id, role=role, granted_at=now))
        grants = frozenset({Grant(role)})
        found.append(
            Actor(
                id=account.id, display_name=account.display_name, level=Level.CONFIRMED, grants=grants,
                has_second_factor=True, is_fresh=True,
            )
        )  # fmt: skip
    db.flush()
    return found[0], found[1], found[2]


def _announce(db: Session, vault: Vault, clock: Clock, plan: Plan, people: Sequence[Actor]) -> int:
    by = people[0]
    rules = Regulation(source="Stadsreglement digitaal referendum, 1 juli 2019", minimum_votes=min(2000, plan.ballots),
                       may_revote=plan.revotes > 0)  # fmt: skip
    draft = Draft(
        title="Naspel van 2019", intro="Verzonnen kiezers, echte regels.", opens_at=OPENS, closes_at=CLOSES,
        decided_on=date(2019, 7, 1), decision_uri="https://www.kortrijk.be/",
    )  # fmt: skip
    referendum = drafts.create(db, vault, slug=SLUG, draft=draft, rules=rules, by=by)
    asked = [
        Asked(
            text=QUESTION if number == 0 else f"{QUESTION} ({number + 1})", explanation="Van 10 tot 18 uur.",
            arguments_for=("Meer plaats voor wie stapt.",), arguments_against=("Minder plaats voor wie rijdt.",),
        )
        for number in range(plan.questions)
    ]  # fmt: skip
    drafts.ask(db, referendum, asked, by=by)
    steps.plain_step(db, clock, referendum, "to-council", by=by)
    steps.announce(db, clock, referendum, by=by)
    return referendum.id


def _again(db: Session, referendum_id: int) -> Referendum:
    return db.get_one(Referendum, referendum_id)


def _areas(stage: Stage) -> dict[str, int]:
    first = stage.city.partitions[0].code
    with transaction(stage.sessions) as db:
        rows = db.execute(select(Area.name, Area.id).join(Partition).where(Partition.code == first))
        return {row.name: row.id for row in rows}


def _write_roll(path: Path, count: int, areas: Sequence[str], dice: random.Random) -> Path:
    """A roll file of people whose numbers nobody can have."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
        writer.writerow(HEADER)
        for number in range(count):
            born_on = devices.born_on(number)
            writer.writerow(
                [
                    synthetic(born_on, devices.serial(number)).digits, born_on.isoformat(), "Kiezer", f"{number + 1}",
                    "Naspelstraat", str(number % 300 + 1), "", "8500", dice.choice(areas), "2010-01-01",
                ]
            )  # fmt: skip
    return path


def _freeze_roll(
    db: Session, vault: Vault, referendum: Referendum, file: Path, areas: dict[str, int], people: Sequence[Actor], *,
    now: datetime,
) -> None:  # fmt: skip
    manager, keeper = people[0], people[2]
    mailing = file.with_name("verzending.csv")
    with file.open("rb") as stream, mailing.open("w", encoding="utf-8", newline="") as out:
        report = roll.import_roll(db, vault, referendum, stream, areas=areas, reference_on=referendum.reference_on,
                                  by=keeper, now=now, mailing_out=out)  # fmt: skip
    if report.faults:
        raise ValueError(f"the invented roll has faults: {report.faults[0]}")
    roll_freeze.propose_freeze(db, referendum, by=keeper, now=now)
    about = two_people.waiting(db, referendum)[Act.ROLL].about
    roll_freeze.confirm_freeze(db, referendum, about=about, by=manager, now=now)


def _credentials(db: Session, stage: Stage, referendum: Referendum, people: Sequence[Actor]) -> Path:
    """Letters from the authority; gives the file for the printer, where the codes are."""
    words = words_for(referendum, stage.city, public_url="https://spreekt.example", now=OPENS - timedelta(days=20))
    out = stage.folder / "drukker"
    order = credentials.Order(
        uuid=referendum.uuid, words=words, passphrases=(secrets.token_hex(16), secrets.token_hex(16)),
        total=stage.plan.roll, cost=Cost(),
    )  # fmt: skip
    credentials.make(stage.folder / "verzending.csv", out, order, done=lambda count: stage.progress(f"letter {count}"))
    with (out / credentials.CODES).open("rb") as public, (out / credentials.MAP).open("rb") as whose:
        codes.take_over(db, stage.vault, referendum, public, whose, by=people[0])
    codes.issue(db, referendum, by=people[0])
    return out / credentials.PRINT


def _together(
    db: Session, clock: Clock, referendum: Referendum, act: Act, people: Sequence[Actor], *, about: str = ""
) -> None:
    steps.propose(db, clock, referendum, act, by=people[0], about=about, now=clock.now())
    steps.confirm(db, clock, referendum, act, by=people[1], about=about, now=clock.now())


def _vote(stage: Stage, referendum_id: int, sendings: Sequence[devices.Sending]) -> None:
    """Every voter at their own device, one door: the devices are worker processes, the door is the application."""
    with transaction(stage.sessions) as db:
        text = exhibits.body(db, referendum_id, exhibits.ELECTION)
    client = stage.app.test_client()
    with devices.ballots(text, sendings) as made:
        for number, (ballot, sending) in enumerate(made, 1):
            answer: Any = client.post(
                f"/referendum/{SLUG}/stemmen/uitbrengen",
                json={"ballot": ballot, "birth_date": sending.born_on.isoformat()},
                headers={"Idempotency-Key": secrets.token_hex(16), "Accept": "application/json"},
            )
            if answer.status_code != 200:
                raise ValueError(f"ballot {number} was refused: {answer.get_json()}")
            if number % 50 == 0:
                stage.progress(f"ballot {number} of {len(sendings)}")

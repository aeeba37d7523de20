"""The referenda of the demo city: one open, one proclaimed, one before the council, and two from before the platform.

The open one and the proclaimed one are real in every step but the people: keys, codes, sealed ballots, an archive.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from spreekt.demo.people import POSTCODES, Inhabitant, actor_of, write_register
from spreekt.demo.referendum_texts import COUNCIL, FINISHED, MARKET, Told
from spreekt.demo.trustees import Trustees
from spreekt.electorate.models import Poll
from spreekt.identity.addressee import Addressee
from spreekt.identity.residency import person_key
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import BRUSSELS, Clock
from spreekt.modules.referendum import (
    board,
    box,
    codes,
    drafts,
    exhibits,
    outcome,
    promises,
    roll,
    roll_freeze,
    steps,
    two_people,
)
from spreekt.modules.referendum.ballot.acceptance import check
from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.ballot.credential import make_credential, public_of, secret_of
from spreekt.modules.referendum.ballot.election import Question as BallotQuestion
from spreekt.modules.referendum.ballot.election import new_uuid, parse_election
from spreekt.modules.referendum.ballot.encryption import encrypt
from spreekt.modules.referendum.ballot.randomness import draw_secret
from spreekt.modules.referendum.letter_words import words_for
from spreekt.modules.referendum.letters import write_letters
from spreekt.modules.referendum.models import Act, Question, Referendum, State
from spreekt.modules.referendum.poll_keys import PollKey, key_of
from spreekt.modules.referendum.regulation import Regulation

if TYPE_CHECKING:
    from spreekt.demo.story import Town

RULES = Regulation(source="Stadsreglement digitaal referendum, gemeenteraad 1 juli 2019")
VOTED_SO_FAR, VOTED_THEN = 41, 60
FIRST_OF_THE_CROWD = 30
"""The residents of the contract did not vote yet: whoever tries the demo does."""


@dataclass(frozen=True, slots=True)
class Held:
    """A referendum whose letters went out, and what is on them."""

    referendum: Referendum
    trustees: Trustees
    codes: dict[str, str] = field(repr=False)
    """By national number."""


def tell(town: "Town", inhabitants: Sequence[Inhabitant], *, folder: Path, public_url: str) -> None:
    """All referenda of the story. `inhabitants` are old enough to vote, those with an account first.

    Letters of the nine residents go to the folder.
    """
    _from_before(town, "autovrije-zondag-2019", "Autovrije zondag", date(2019, 10, 14), _SUNDAY, (4_248, 5_632))
    _from_before(town, "kunstwerk-2021", "Kies het kunstwerk", date(2021, 10, 18), _ARTWORK, (874, 726))
    _before_the_council(town)
    _finished(town, inhabitants, folder)
    _open(town, inhabitants, folder, public_url)


def _from_before(
    town: "Town", slug: str, title: str, on: date, asked: tuple[str, tuple[str, str]], counts: tuple[int, int]
) -> None:
    """Figures only: it was held before there was an archive to check."""
    text, answers = asked
    opens_at = datetime(on.year, on.month, on.day, 9, tzinfo=BRUSSELS)
    closes_at = opens_at + timedelta(days=6, hours=9)
    poll = Poll(module="referendum", opens_at=opens_at, closes_at=closes_at, minimum_age=16, age_on=closes_at.date())
    referendum = Referendum(
        slug=slug, uuid=new_uuid(), title=title, poll=poll, rules=RULES.stored, state=State.ARCHIVED,
        publishes_at=closes_at + timedelta(hours=2), is_imported=True, decided_on=date(2019, 7, 1),
        intro="Dit referendum werd gehouden voor dit platform bestond.",
    )  # fmt: skip
    referendum.questions = [Question(position=1, text=text, answers=list(answers), allows_blank=False)]
    judged = outcome.judge(text, answers, counts, 0, RULES)
    referendum.outcome = {"questions": [judged.stored], "voters": {"web": sum(counts)}}
    town.db.add(referendum)
    town.db.flush()


_SUNDAY = (
    "Ben je akkoord dat de Kortrijkse binnenstad een vaste zondag per maand autovrij wordt?",
    ("Ja", "Nee"),
)
_ARTWORK = ("Welk kunstwerk krijgt een plaats in de stad?", ("Ontwerp A", "Ontwerp B"))


def _before_the_council(town: "Town") -> None:
    manager = actor_of(town.db, town.staff["referendum"])
    referendum = _drafted(town, COUNCIL, town.now + timedelta(days=90), manager, decided=False)
    steps.plain_step(town.db, Clock(fixed=town.now - timedelta(days=3)), referendum, "to-council", by=manager)


def _finished(town: "Town", inhabitants: Sequence[Inhabitant], folder: Path) -> None:
    """Held in September, counted, proclaimed; what the city promised is dated."""
    opens_at = datetime(2026, 9, 14, 9, tzinfo=BRUSSELS)
    held = _with_letters(town, FINISHED, opens_at, inhabitants, folder)
    referendum, people = held.referendum, _people(town)
    _open_box(town, referendum, people, opens_at)
    voting = Clock(fixed=opens_at + timedelta(days=2))
    _crowd_votes(town, held, inhabitants, voting, VOTED_THEN)
    after = Clock(fixed=referendum.poll.closes_at + timedelta(hours=1))
    _together(town.db, after, referendum, Act.CLOSE, people)
    words = "Aanwezig: de algemeen directeur, twee raadsleden en de pers. Rechten en stemmen kwamen overeen."
    steps.reconcile(town.db, after, referendum, words, by=people[0])
    held.trustees.open_box(town.db, referendum, (1, 3))
    steps.decrypt(town.db, after, referendum, by=people[0])
    _together(town.db, after, referendum, Act.PROCLAIM, people, about=after.now().isoformat())
    steps.plain_step(town.db, after, referendum, "follow-up", by=people[0])
    for question, (on, text) in zip(referendum.questions, FINISHED.promises, strict=False):
        promises.promise(town.db, question, on, text, by=people[0])


def _open(town: "Town", inhabitants: Sequence[Inhabitant], folder: Path, public_url: str) -> None:
    """Open since last week; the nine residents have their letter in the folder and did not vote."""
    opens_at = datetime(2026, 11, 16, 8, tzinfo=BRUSSELS)
    held = _with_letters(town, MARKET, opens_at, inhabitants, folder)
    people = _people(town)
    _open_box(town, held.referendum, people, opens_at)
    _crowd_votes(town, held, inhabitants, Clock(fixed=town.now - timedelta(days=1)), VOTED_SO_FAR)
    board.put_up(town.db, held.referendum, town.now - timedelta(hours=2))
    _print_letters(town, held, inhabitants[:9], folder / "letters", public_url)


def _drafted(town: "Town", told: Told, opens_at: datetime, manager: Actor, *, decided: bool) -> Referendum:
    draft = drafts.Draft(
        title=told.title, intro=told.intro, opens_at=opens_at, closes_at=opens_at + told.lasts,
        decided_on=(opens_at - timedelta(days=60)).date() if decided else None,
        decision_uri="https://www.kortrijk.be/gemeenteraad" if decided else "",
    )  # fmt: skip
    rules = Regulation.of({**RULES.stored, **told.rules})
    referendum = drafts.create(town.db, town.vault, slug=told.slug, draft=draft, rules=rules, by=manager)
    drafts.ask(town.db, referendum, told.asked, by=manager)
    if told.place is not None:
        drafts.set_place(town.db, referendum, *told.place, by=manager)
    return referendum


def _with_letters(
    town: "Town", told: Told, opens_at: datetime, inhabitants: Sequence[Inhabitant], folder: Path
) -> Held:
    """From council to letters: every step by the people whose it is."""
    manager, _publisher, keeper = _people(town)
    early, listed = (Clock(fixed=opens_at - timedelta(days=days)) for days in (40, 29))
    referendum = _drafted(town, told, opens_at, manager, decided=True)
    steps.plain_step(town.db, early, referendum, "to-council", by=manager)
    steps.announce(town.db, early, referendum, by=manager)
    file = folder / f"kiezers-{told.slug}.csv"
    write_register(file, inhabitants)
    with file.open("rb") as stream:
        roll.import_roll(
            town.db, town.vault, referendum, stream, areas={area.name: area.id for area in town.areas.values()},
            reference_on=referendum.reference_on, by=keeper, now=listed.now(),
        )  # fmt: skip
    file.unlink()
    roll_freeze.propose_freeze(town.db, referendum, by=keeper, now=listed.now())
    about = two_people.waiting(town.db, referendum)[Act.ROLL].about
    roll_freeze.confirm_freeze(town.db, referendum, about=about, by=manager, now=listed.now())
    trustees = Trustees(town.db, town.vault, referendum, by=manager, now=listed.now())
    steps.make_keys(town.db, listed, referendum, by=manager)
    given = _give_codes(town, referendum, inhabitants, manager)
    return Held(referendum, trustees, given)


def _give_codes(town: "Town", referendum: Referendum, voters: Sequence[Inhabitant], manager: Actor) -> dict[str, str]:
    """What the credential authority does offline, here in memory."""
    key, given, of_voter = key_of(town.vault, referendum), {}, {}
    for voter in voters:
        given[voter.number] = make_credential()
        public = str(public_of(secret_of(given[voter.number], referendum.uuid)))
        of_voter[_voter_key(town, key, voter)] = public
    listed = io.BytesIO(compact(sorted(of_voter.values())).encode())
    lines = ["kiezer;public", *(f"{voter};{public}" for voter, public in of_voter.items()), ""]
    codes.take_over(town.db, town.vault, referendum, listed, io.BytesIO("\r\n".join(lines).encode()), by=manager)
    codes.issue(town.db, referendum, by=manager)
    return given


def _voter_key(town: "Town", key: PollKey, voter: Inhabitant) -> str:
    return key.voter(person_key(town.vault, voter.number))


def _open_box(town: "Town", referendum: Referendum, people: Sequence[Actor], opens_at: datetime) -> None:
    _together(town.db, Clock(fixed=opens_at - timedelta(hours=1)), referendum, Act.OPEN, people)


def _crowd_votes(town: "Town", held: Held, inhabitants: Sequence[Inhabitant], clock: Clock, voters: int) -> None:
    """Residents of the crowd vote at home, each on a device of their own."""
    town.db.flush()
    election = parse_election(exhibits.body(town.db, held.referendum.id, exhibits.ELECTION))
    crowd = inhabitants[FIRST_OF_THE_CROWD:]
    for voter in town.dice.sample(crowd, voters):
        choices = [
            town.dice.choices(_slots(question), weights=[1, 6, *[3] * (len(question.answers) - 1)])[0]
            for question in election.questions
        ]
        text = encrypt(election, secret_of(held.codes[voter.number], election.uuid), choices, draw_secret)
        ballot, shown = check(election, text), box.Shown(born_on=voter.born_on)
        key = f"{town.dice.getrandbits(128):032x}"
        at = box.knock(town.db, town.vault, held.referendum.id, ballot.credential, network="", now=clock.now())
        box.cast(town.db, clock, at, ballot, text, cast_key=key, shown=shown)


def _slots(question: BallotQuestion) -> list[list[int]]:
    """Every way to answer one question: blank, or one of the answers."""
    count = question.slots
    return [[int(slot == chosen) for slot in range(count)] for chosen in range(count)]


def _print_letters(town: "Town", held: Held, voters: Sequence[Inhabitant], folder: Path, public_url: str) -> None:
    """The letters of the nine residents, and their codes in a table for who tries the demo."""
    folder.mkdir(parents=True, exist_ok=True)
    slug = held.referendum.slug
    words = words_for(held.referendum, town.city, public_url=public_url, now=held.referendum.poll.opens_at)
    with (folder / f"referendum-{slug}.pdf").open("wb") as out:
        write_letters(out, words, ((_addressee(voter), held.codes[voter.number]) for voter in voters))
    with (folder / f"referendum-{slug}.csv").open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table, delimiter=";")
        writer.writerow(("account", "code", "geboortedatum"))
        for place, voter in enumerate(voters, start=1):
            name = "inwoner" if place == 1 else f"inwoner{place}"
            writer.writerow((f"{name}@demo.example", held.codes[voter.number], voter.born_on.isoformat()))


def _addressee(voter: Inhabitant) -> Addressee:
    return Addressee(
        given_name=voter.first_name, family_name=voter.last_name, street=voter.street,
        house_number=voter.house_number, box=voter.box, postcode=POSTCODES[voter.area], place=voter.area.capitalize(),
    )  # fmt: skip


def _people(town: "Town") -> tuple[Actor, Actor, Actor]:
    manager, publisher, keeper = (
        actor_of(town.db, town.staff[name]) for name in ("referendum", "publicatie", "register")
    )
    return manager, publisher, keeper


def _together(
    db: Session, clock: Clock, referendum: Referendum, act: Act, people: Sequence[Actor], *, about: str = ""
) -> None:
    steps.propose(db, clock, referendum, act, by=people[0], about=about, now=clock.now())
    steps.confirm(db, clock, referendum, act, by=people[1], about=about, now=clock.now())

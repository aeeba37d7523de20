"""The demo city: built by one command, the accounts that were promised, every state of everything, nobody real."""

import csv
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from spreekt.demo import command, people
from spreekt.electorate.domain import turnout
from spreekt.identity.accounts import account_of, password_fits
from spreekt.identity.models import RoleGrant
from spreekt.identity.national_number import parse
from spreekt.identity.residency import residency_of
from spreekt.kernel import audit, outbox
from spreekt.kernel.vault import Vault
from spreekt.moderation.models import State, Submission
from spreekt.modules.burgerbudget.counting import ballots_in_box
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.referendum.models import Referendum
from spreekt.modules.referendum.models import State as Life
from spreekt.modules.referendum.results import shown_result
from spreekt.modules.voorstellen.models import OfficialAnswer, Proposal
from spreekt.web.engine import make_engine


@pytest.fixture
def folder(demo_city: Path) -> Path:
    """A demo city; nothing here changes it."""
    return demo_city


@pytest.fixture
def city(folder: Path) -> Settings:
    """The settings it wrote."""
    lines = (folder / "demo.env").read_text("utf-8").splitlines()
    return Settings.from_environment(dict(line.split("=", 1) for line in lines))


@pytest.fixture
def town(city: Settings) -> Iterator[Session]:
    engine = make_engine(city.DATABASE_URL)
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_every_promised_account_signs_in_with_the_promised_password(town: Session, city: Settings) -> None:
    vault = Vault(city.identity_key)
    for name in (*people.DEMO_RESIDENTS, *(name for name, _roles in people.STAFF)):
        account = account_of(town, vault, f"{name}@demo.example")

        assert account is not None, name
        assert account.may_sign_in
        assert password_fits(account, people.PASSWORD)
        is_staff = name in dict(people.STAFF)
        assert account.has_totp is is_staff
        if is_staff:
            roles = {grant.role for grant in town.scalars(select(RoleGrant).where(RoleGrant.account_id == account.id))}
            assert roles == set(dict(people.STAFF)[name])


def test_two_residents_still_have_to_show_where_they_live(town: Session, city: Settings, folder: Path) -> None:
    vault = Vault(city.identity_key)
    proven = {}
    for name in people.DEMO_RESIDENTS:
        account = account_of(town, vault, f"{name}@demo.example")
        assert account is not None
        proven[name] = residency_of(town, account.id, now=command.DEMO_NOW) is not None

    assert [name for name, is_proven in proven.items() if not is_proven] == ["inwoner8", "inwoner9"]
    assert len(list((folder / "letters").glob("brief-*.pdf"))) == 1


def test_every_state_of_a_submission_is_there(town: Session) -> None:
    assert {state for (state,) in town.execute(select(Proposal.state).distinct())} == set(State)
    assert town.scalars(select(OfficialAnswer.answer).distinct()).all() != []
    assert town.scalar(select(Submission.id).where(Submission.kind == "reactie", Submission.state == State.PENDING))


def test_rights_equal_ballots_in_every_round(town: Session) -> None:
    rounds = town.scalars(select(Round)).all()

    assert len(rounds) == 4
    for round in rounds:
        assert turnout(town, round.poll) == ballots_in_box(town, round)
    finished = [round for round in rounds if round.outcomes]
    assert [outcome.published_at is not None for round in finished for outcome in round.outcomes] == [True, False]


def test_nobody_in_the_register_is_real(folder: Path) -> None:
    with (folder / "bevolkingsregister.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file, delimiter=";"))

    assert len(lines) == people.RESIDENTS
    assert {line["nationaal_nummer"][6:9] for line in lines} <= {"000", "999"}
    assert all(parse(line["nationaal_nummer"]) for line in lines)
    assert {line["deelgemeente"] for line in lines} == set(people.POSTCODES)


def test_the_story_is_the_same_each_time() -> None:
    streets = [("Heuleplaats", "heule"), ("Kooigemplaats", "kooigem")]

    first, second = (people.draw_inhabitants(random.Random(7), streets, date(2026, 11, 25)) for _draw in range(2))

    assert first == second


def test_everything_was_told_and_the_log_is_whole(town: Session) -> None:
    assert outbox.oldest_waiting(town) is None
    assert outbox.dead_letters(town) == []
    assert list(audit.faults(town)) == []


def test_the_nine_residents_have_a_letter_for_the_open_referendum_and_did_not_vote(town: Session, folder: Path) -> None:
    lines = (folder / "letters" / "referendum-grote-markt.csv").read_text("utf-8").splitlines()

    assert [line.split(";")[0] for line in lines[1:]] == [f"{name}@demo.example" for name in people.DEMO_RESIDENTS]
    assert (folder / "letters" / "referendum-grote-markt.pdf").read_bytes().startswith(b"%PDF")
    open_one = town.scalars(select(Referendum).where(Referendum.slug == "grote-markt")).one()
    assert open_one.takes_votes(command.DEMO_NOW)


def test_each_referendum_of_the_story_is_where_it_should_be(town: Session) -> None:
    states = {row.slug: row.state for row in town.execute(select(Referendum.slug, Referendum.state))}

    assert states == {
        "autovrije-zondag-2019": Life.ARCHIVED,
        "kunstwerk-2021": Life.ARCHIVED,
        "groen-in-de-straat": Life.COUNCIL,
        "park-en-plein": Life.FOLLOW_UP,
        "grote-markt": Life.OPEN,
    }
    then = town.scalars(select(Referendum).where(Referendum.slug == "autovrije-zondag-2019")).one()
    judged = shown_result(then).questions[0]
    assert (judged.counts, judged.verdict.value) == ((4_248, 5_632), "verworpen")
    without_enough = town.scalars(select(Referendum).where(Referendum.slug == "kunstwerk-2021")).one()
    assert shown_result(without_enough).questions[0].verdict.value == "ongeldig"

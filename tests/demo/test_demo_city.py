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
from spreekt.demo import command, edition_two, later_editions, people
from spreekt.electorate.domain import turnout
from spreekt.identity.accounts import account_of, password_fits
from spreekt.identity.models import RoleGrant
from spreekt.identity.national_number import parse
from spreekt.identity.residency import residency_of
from spreekt.kernel import audit, outbox
from spreekt.kernel.regulations import PhaseKind
from spreekt.kernel.vault import Vault
from spreekt.moderation.models import State, Submission
from spreekt.modules.burgerbudget import shortlist
from spreekt.modules.burgerbudget.awards.models import Award
from spreekt.modules.burgerbudget.dossiers.models import Dossier, Stage
from spreekt.modules.burgerbudget.follow import progress, survey
from spreekt.modules.burgerbudget.follow import queries as follow_queries
from spreekt.modules.burgerbudget.follow.models import ExecutionState
from spreekt.modules.burgerbudget.follow.report_models import ProgressReport
from spreekt.modules.burgerbudget.follow.survey_models import SurveyAnswer
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury import scores as jury_scores
from spreekt.modules.burgerbudget.jury.call_models import SeatState
from spreekt.modules.burgerbudget.jury.score_models import Conflict, JurySheet
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.officers.counting import ballots_in_box
from spreekt.modules.burgerbudget.phases import timeline
from spreekt.modules.burgerbudget.rules.jury_draw import draw
from spreekt.modules.burgerbudget.rules.jury_file import read_list
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

    for round in rounds:
        assert turnout(town, round.poll) == ballots_in_box(town, round)
    published = {round.slug: all(each.published_at for each in round.outcomes) for round in rounds if round.outcomes}
    assert published == {
        edition_two.SLUG: True,
        later_editions.AT_THE_JURY: True,
        "burgerbudget-2026-voorjaar": True,
        "themas-2027": True,
        "jongerenbudget-2026": False,
    }


def of_edition_two(town: Session) -> Round:
    return town.scalars(select(Round).where(Round.slug == edition_two.SLUG)).one()


def test_edition_two_went_from_36_groups_to_eight_projects_within_the_money(town: Session) -> None:
    round = of_edition_two(town)
    dossiers = town.scalars(select(Dossier).where(Dossier.round_id == round.id)).all()

    assert len(dossiers) == 36
    assert [each.stage for each in dossiers].count(Stage.INADMISSIBLE) == 1
    assert turnout(town, round.poll) > 1_000
    passed = shortlist.projects(town, round, command.DEMO_NOW)
    assert len(passed) >= 15
    verdicts = jury_queries.verdicts_of(town, round.id)
    assert {each.project_id for each in verdicts} == {each.id for each in passed}
    chosen = [each.project for each in verdicts if each.chosen]
    assert len(chosen) == 8
    assert sum(each.cost_cents for each in chosen) <= round.amount_cents
    awarded = town.scalars(select(Award).where(Award.round_id == round.id)).all()
    assert {each.project_id for each in awarded} == {each.id for each in chosen}


def test_the_jury_of_edition_two_was_drawn_as_anyone_can_draw_it_again(town: Session) -> None:
    round = of_edition_two(town)
    drawn = jury_queries.standing(town, round).draw
    assert drawn is not None
    assert drawn.seed is not None
    again = draw(read_list(drawn.list_file), drawn.seed)

    seats = jury_queries.seats_of(town, round.id)
    assert again.jury == tuple(seat.number for seat in seats if not seat.is_reserve)
    assert [seat.state for seat in seats].count(SeatState.DONE) == 16
    assert drawn.drawn_by_id != drawn.frozen_by_id
    conflicts = set(town.scalars(select(JurySheet.conflict).where(JurySheet.round_id == round.id)))
    assert {Conflict.DECLARED, Conflict.GROUP} <= conflicts


def test_most_projects_of_edition_two_are_in_the_street_and_the_books_add_up(town: Session) -> None:
    executions = follow_queries.executions_of(town, of_edition_two(town).id)
    states = [each.state for each in executions]

    assert [states.count(state) for state in (ExecutionState.DONE, ExecutionState.STOPPED)] == [6, 1]
    assert states.count(ExecutionState.RUNNING) == 1
    for each in executions:
        if each.has_ended:
            assert each.spent_cents is not None
            assert each.paid_cents - each.to_return_cents == each.spent_cents
            assert each.to_return_cents == 0 or each.returned_on is not None
    late = progress.late_milestones(town, command.DEMO_NOW.date())
    assert {each.project_id for each in late} == {each.id for each in executions if not each.has_ended}
    with_photo = select(ProgressReport.id).where(ProgressReport.pictures.any())
    assert len(town.scalars(with_photo).all()) > 2


def test_people_said_what_they_thought_of_edition_two_and_nobody_knows_who(town: Session) -> None:
    round = of_edition_two(town)

    everybody, _groups, _others = survey.totals(town, round.id)
    assert everybody.number is not None
    assert everybody.number > 30
    assert all(answer.is_loose for answer in town.scalars(select(SurveyAnswer)))


def test_a_visitor_can_try_the_jury_and_handing_in(town: Session, city: Settings) -> None:
    account = account_of(town, Vault(city.identity_key), "jurylid@demo.example")
    at_work, open_now = (town.scalars(select(Round).where(Round.slug == slug)).one()
                         for slug in (later_editions.AT_THE_JURY, later_editions.TAKING_DOSSIERS))  # fmt: skip
    standing, now = jury_queries.standing(town, at_work), command.DEMO_NOW
    assert account is not None
    seat = jury_queries.seat_of(town, at_work.id, account.id)
    assert seat is not None

    left, of = jury_scores.to_do(town, standing, seat, now)
    assert left == of > 0
    assert timeline.is_open(timeline.timeline(town, open_now), PhaseKind.SUBMISSION, now)
    assert jury_queries.standing(town, open_now).takes_candidates(now)


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

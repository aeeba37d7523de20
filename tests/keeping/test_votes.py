"""F20: no vote is rolled back in silence. It is named and refused, or held until two people let it go on."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from spreekt.electorate.domain import PollClosed
from spreekt.electorate.models import UsedRight
from spreekt.keeping import refusals
from spreekt.kernel import audit
from spreekt.kernel.actor import Role
from spreekt.kernel.errors import DomainError
from spreekt.modules.burgerbudget.models import BallotDraft, BudgetBallot, PublishedOutcome, Round
from spreekt.modules.burgerbudget.outcomes.publication import RoundIsHeld, prepare
from spreekt.modules.burgerbudget.voting import closing, drafts, holding
from spreekt.modules.burgerbudget.voting.ballots import cast
from spreekt.modules.burgerbudget.voting.game import ticked
from spreekt.modules.referendum import board, steps, two_people
from spreekt.modules.referendum.audit_pack import archive_of
from spreekt.modules.referendum.models import Act, Ballot, Referendum, State
from tests.builders import DAY, NOON, a_project, a_resident, a_round, acting, staff
from tests.pages import Pages
from tests.referendum.builders import a_referendum, send_ballot

REASON = "We zetten een kopie van deze nacht terug."
HOUR = timedelta(hours=1)


def with_round(city: Any, **fields: Any) -> None:
    with city.db() as db:
        round = a_round(title="Burgerbudget Heule", **fields)
        a_project(round, "a")
        if round.takes_votes(NOON):
            cast(db, city.vault, city.services.clock, round, ticked(["a"]), by=acting(a_resident()))


def the_round(db: Any) -> Round:
    return db.scalars(select(Round)).one()


@pytest.fixture
def held(city, file):
    """A city whose open round was put back and held; one resident voted before the backup, one after it."""
    with_round(city)
    city.back_up(file)
    with city.db() as db:
        cast(db, city.vault, city.services.clock, the_round(db), ticked(["a"]), by=acting(a_resident()))
    city.at(NOON + HOUR)
    city.restore(file, replace=True, hold_votes=REASON)
    city.at(NOON)
    return city


def test_F20_an_open_vote_is_refused_by_name_with_what_would_be_lost(city, file):
    with_round(city)
    city.back_up(file)
    with city.db() as db:
        cast(db, city.vault, city.services.clock, the_round(db), ticked(["a"]), by=acting(a_resident()))

    with pytest.raises(refusals.VotesRollBack) as said:
        city.restore(file, replace=True)

    words = str(said.value)
    assert "Burgerbudget Heule: open from 2026-11-22 12:00 to 2026-11-30 12:00, 1 ballot(s) in the backup" in words
    assert "2 in the database here: 1 would be lost" in words
    assert "--hold-votes" in words
    with city.db() as db:
        assert len(db.scalars(select(UsedRight)).all()) == 2


@pytest.mark.parametrize(("fields", "later", "is_named"), [
    ({"opens_at": NOON - 2 * DAY, "closes_at": NOON - DAY}, HOUR, False),
    ({"opens_at": NOON - 2 * DAY, "closes_at": NOON + HOUR}, DAY, True),
    ({"opens_at": NOON + HOUR, "closes_at": NOON + DAY}, 2 * HOUR, True),
    ({"opens_at": NOON + 3 * HOUR, "closes_at": NOON + DAY}, 2 * HOUR, False),
    ({"without_vote": True}, HOUR, False),
    ({"is_imported": True}, HOUR, False),
])  # fmt: skip
def test_F20_only_votes_that_were_open_after_the_backup_are_named(new_city, file, fields, later, is_named):
    city, other = new_city("sqlite"), new_city("sqlite")
    with_round(city, **fields) if "opens_at" in fields else with_round(city, ballot_keys="", **fields)
    city.back_up(file)
    other.at(NOON + later)

    if is_named:
        with pytest.raises(refusals.VotesRollBack):
            other.restore(file)
    else:
        assert other.restore(file).held == ()


def test_F20_a_published_result_is_untouched(new_city, file):
    city, other = new_city("sqlite"), new_city("sqlite")
    with city.db() as db:
        round = a_round(opens_at=NOON - 3 * DAY, closes_at=NOON - 2 * DAY, publishes_at=NOON - DAY)
        db.add(PublishedOutcome(round_id=round.id, part="", file="x", file_sha256="0" * 64, summary={"projects": []},
                                prepared_at=NOON - DAY, published_at=NOON - DAY))  # fmt: skip
    city.back_up(file)

    assert other.restore(file, hold_votes=REASON).held == ()

    with other.db() as db:
        assert the_round(db).hold is None
        assert the_round(db).shows_outcome(NOON)


def test_F20_nobody_votes_in_a_round_that_is_held_and_the_log_has_the_reason(held):
    with held.db() as db:
        round = the_round(db)
        with pytest.raises(PollClosed):
            cast(db, held.vault, held.services.clock, round, ticked(["a"]), by=acting(a_resident()))
        with pytest.raises(PollClosed):
            drafts.save(db, held.vault, held.services.clock, round, ticked(["a"]), by=acting(a_resident()))
        entry = db.scalars(select(audit.LogEntry).where(audit.LogEntry.act == "round.hold")).one()
        assert (entry.reason, entry.actor_id) == (REASON, None)
        assert round.hold.held_at == NOON + HOUR, "by the platform's clock"
        assert len(db.scalars(select(BudgetBallot)).all()) == 1


@pytest.mark.parametrize("kind", ["sqlite"])
def test_F20_everybody_reads_why_a_round_stands_still(held):
    with held.db() as db:
        pages = Pages(held.app, db)
        slug = the_round(db).slug

        assert REASON in pages.get(f"/burgerbudget/{slug}")
        every = pages.get("/burgerbudget")
        assert "Ligt stil" in every
        assert "Nu open" not in every
        voter = pages.as_(a_resident())
        refused = voter.get(f"/burgerbudget/{slug}/stemmen", status=409)
        assert REASON in refused
        assert "De stemming ligt stil" in refused.heading
        assert REASON in pages.get(f"/burgerbudget/{slug}/code", status=409)


def test_F20_two_publishers_let_a_round_go_on_and_then_it_takes_votes_again(held):
    with held.db() as db:
        slug, first, second = the_round(db).slug, staff(Role.PUBLISHER), staff(Role.PUBLISHER)
        address = f"/beheer/rondes/{slug}/hervat"
        pages = Pages(held.app, db)
        pages.as_(first).send(address, stap="vraag")
        assert "Jij stelde dit voor" in pages.as_(first).get(address)
        with pytest.raises(holding.SamePerson):
            holding.lift(db, the_round(db), by=acting(first))
        db.rollback()
        pages.as_(second).send(address, stap="bevestig")
        db.expire_all()

        cast(db, held.vault, held.services.clock, the_round(db), ticked(["a"]), by=acting(a_resident()))

        acts = set(db.scalars(select(audit.LogEntry.act)))
        assert acts >= {"round.hold", "round.hold-lift-asked", "round.hold-lifted"}
        assert list(audit.faults(db)) == []
        log = pages.as_(staff(Role.AUDITOR)).get("/beheer/logboek")
        assert "Reservekopie teruggezet" in log
        assert "Stilgelegde stemming hervat" in log


@pytest.mark.parametrize("kind", ["sqlite"])
def test_F20_one_person_alone_lifts_no_hold(held):
    with held.db() as db:
        round, publisher, admin = the_round(db), acting(staff(Role.PUBLISHER)), acting(staff(Role.ADMIN))
        with pytest.raises(holding.NobodyAsked):
            holding.lift(db, round, by=publisher)
        with pytest.raises(DomainError):
            holding.ask_lift(db, held.services.clock, round, by=admin)
        holding.ask_lift(db, held.services.clock, round, by=publisher)
        with pytest.raises(holding.AlreadyAsked):
            holding.ask_lift(db, held.services.clock, round, by=publisher)
        with pytest.raises(holding.SamePerson):
            holding.lift(db, round, by=publisher)


def test_what_does_not_stand_still_cannot_be_lifted(db, clock):
    with pytest.raises(holding.NotHeld):
        holding.ask_lift(db, clock, a_round(), by=acting(staff(Role.PUBLISHER)))


def test_F20_a_draft_waits_and_nothing_is_counted_while_a_round_is_held(city, file):
    with_round(city, closes_at=NOON + DAY)
    with city.db() as db:
        drafts.save(db, city.vault, city.services.clock, the_round(db), ticked(["a"]), by=acting(a_resident()),
                    counts_at_close=True)  # fmt: skip
    city.back_up(file)
    city.at(NOON + 2 * DAY)
    city.restore(file, replace=True, hold_votes=REASON)

    with city.db() as db:
        round, clock = the_round(db), city.services.clock
        closing.count_all_drafts(db, city.vault, clock, clock.now())
        assert len(db.scalars(select(BallotDraft)).all()) == 1
        with pytest.raises(RoundIsHeld):
            prepare(db, city.vault, clock, round, city="X", by=acting(staff(Role.PUBLISHER)))
        holding.ask_lift(db, clock, round, by=acting(staff(Role.PUBLISHER)))
        holding.lift(db, round, by=acting(staff(Role.PUBLISHER)))

        closing.count_all_drafts(db, city.vault, clock, clock.now())

        assert (len(db.scalars(select(BallotDraft)).all()), len(db.scalars(select(BudgetBallot)).all())) == (0, 2)


def test_F20_a_referendum_is_suspended_until_two_people_resume_it(city, file):
    with city.db() as db:
        held = a_referendum(db, city.vault, voters=2)
    assert send_ballot(city.app, held, held.ballot(0)).status_code == 200
    city.back_up(file)
    city.at(NOON + HOUR)

    with pytest.raises(refusals.VotesRollBack, match=r"Autovrije Grote Markt.*1 ballot"):
        city.restore(file, replace=True)
    done = city.restore(file, replace=True, hold_votes=REASON)

    assert done.held == ("Autovrije Grote Markt",)
    assert send_ballot(city.app, held, held.ballot(1)).status_code == 409
    with city.db() as db:
        referendum = db.scalars(select(Referendum)).one()
        assert (referendum.state, referendum.public_reason) == (State.SUSPENDED, REASON)
        assert REASON in Pages(city.app, db).get(f"/referendum/{referendum.slug}")
        about = "Er ontbreken geen stemmen."
        now, clock = NOON + HOUR, city.services.clock
        steps.propose(db, clock, referendum, Act.RESUME, by=acting(staff(Role.PUBLISHER)), about=about, now=now)
        steps.confirm(db, clock, referendum, Act.RESUME, by=acting(staff(Role.REFERENDUM)), about=about, now=now)
    assert send_ballot(city.app, held, held.ballot(1)).status_code == 200
    with city.db() as db:
        assert len(db.scalars(select(Ballot)).all()) == 2


def test_F20_a_public_archive_that_is_ahead_of_the_backup_is_kept_and_made_anew(new_city, file):
    city = new_city("sqlite")
    with city.db() as db:
        held = a_referendum(db, city.vault, voters=3)
    for voter in range(2):
        assert send_ballot(city.app, held, held.ballot(voter)).status_code == 200
    city.back_up(file)
    assert send_ballot(city.app, held, held.ballot(2)).status_code == 200
    city.at(NOON + 3 * DAY)
    published = on_the_board(city)
    assert published.ballots == 3

    city.restore(file, replace=True, hold_votes=REASON)

    folder = city.instance / "referenda"
    (kept,) = folder.glob("*.before-restore-1.bel")
    assert kept.stat().st_size == published.size
    assert on_the_board(city).ballots == 2


def on_the_board(city: Any) -> Any:
    """Put waiting ballots on the board and bring the archive up."""
    with city.app.test_request_context("/"), city.db() as db:
        referendum, now = db.scalars(select(Referendum)).one(), city.services.clock.now()
        board.put_up(db, referendum, now)
        return archive_of(referendum).bring_up(db, referendum, now)


def test_F20_a_referendum_that_was_not_open_yet_in_the_backup_stays_shut_and_is_logged(new_city, file):
    city, other = new_city("sqlite"), new_city("sqlite")
    with city.db() as db:
        soon = a_referendum(db, city.vault, voters=1, state=State.CREDENTIALS).referendum
        two_people.propose(db, soon, Act.OPEN, about="", by=acting(staff(Role.PUBLISHER)), now=NOON)
    city.back_up(file)

    other.restore(file, hold_votes=REASON)

    with other.db() as db:
        referendum = db.scalars(select(Referendum)).one()
        assert referendum.state is State.CREDENTIALS
        assert two_people.waiting(db, referendum) == {}  # both halves come from people who know what happened
        assert db.scalars(select(audit.LogEntry).where(audit.LogEntry.act == "referendum.held")).one().reason == REASON

"""Phases of a round: in order, never two at once, never moved once past; the game is its poll."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from spreekt.kernel.actor import SYSTEM, Role
from spreekt.kernel.audit import LogEntry
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import Forbidden
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget.awards import domain as awards
from spreekt.modules.burgerbudget.awards.models import CollegeDecision
from spreekt.modules.burgerbudget.cards import work
from spreekt.modules.burgerbudget.models import PublishedOutcome
from spreekt.modules.burgerbudget.phases.models import Phase
from spreekt.modules.burgerbudget.phases.regulation import regulation_of
from spreekt.modules.burgerbudget.phases.timeline import (
    DeciderStandsStill,
    NoPhasesBesideAFile,
    PhaseHasBegun,
    PhaseInThePast,
    PhaseInverted,
    PhaseNeedsAnEnd,
    PhasesOverlap,
    is_open,
    leave_out,
    phase,
    set_phase,
    store,
    timeline,
)
from spreekt.modules.burgerbudget.queries import all_rounds, open_rounds
from spreekt.modules.burgerbudget.voting.game import Decider, decider_of
from tests.budget_builders import WEEK, a_phased_round
from tests.builders import DAY, NOON, a_round, acting, kept, staff

K = PhaseKind


@pytest.fixture
def admin(db):
    return acting(staff(Role.ADMIN))


def dates(opens, closes):
    """The two fields of a phase, in days from noon."""
    return {
        name: f"{NOON + day * DAY:%Y-%m-%dT12:00}" for name, day in (("opens_at", opens), ("closes_at", closes))
    }  # fmt: skip


def with_result(round):
    """The result of a vote that two people published."""
    kept(PublishedOutcome(round_id=round.id, file="", file_sha256="0" * 64, summary={"projects": []},
                          prepared_at=NOON, published_at=NOON))  # fmt: skip


def span_of(db, round, kind):
    return phase(timeline(db, round), kind)


def test_a_round_without_phases_is_a_vote_and_nothing_else(db):
    assert timeline(db, a_round()) == ()


def test_open_follows_from_the_clock_to_the_second(db):
    spans = timeline(db, a_phased_round(K.SUBMISSION))
    opens_at = phase(spans, K.SUBMISSION).opens_at

    assert is_open(spans, K.SUBMISSION, opens_at)
    assert not is_open(spans, K.SUBMISSION, opens_at + WEEK)
    assert is_open(spans, K.ADMISSIBILITY, opens_at + WEEK)
    assert not is_open(spans, K.ARCHIVE, NOON)


def test_moving_an_end_moves_the_start_of_the_next_phase(db, admin):
    round = a_phased_round(K.SUBMISSION)
    old = span_of(db, round, K.SUBMISSION)

    for end in (old.closes_at + 2 * DAY, old.closes_at - DAY):
        set_phase(db, round, K.SUBMISSION, old.opens_at, end, by=admin, now=NOON)

        assert span_of(db, round, K.SUBMISSION).closes_at == end
        assert span_of(db, round, K.ADMISSIBILITY).opens_at == end
    assert span_of(db, round, K.DIALOGUE).opens_at == old.closes_at + WEEK


def test_a_pause_between_two_phases_stays_when_the_end_before_it_moves(db, admin):
    round = a_phased_round(K.SUBMISSION)
    next_one = span_of(db, round, K.ADMISSIBILITY)
    set_phase(db, round, K.ADMISSIBILITY, next_one.opens_at + 2 * DAY, next_one.closes_at, by=admin, now=NOON)
    old = span_of(db, round, K.SUBMISSION)

    set_phase(db, round, K.SUBMISSION, old.opens_at, old.closes_at + DAY, by=admin, now=NOON)

    assert span_of(db, round, K.ADMISSIBILITY).opens_at == next_one.opens_at + 2 * DAY


def test_the_end_before_the_game_moves_the_poll_and_its_age_day(db, admin):
    round = a_phased_round(K.SUBMISSION)
    dialogue, game = span_of(db, round, K.DIALOGUE), span_of(db, round, K.GAME)

    set_phase(db, round, K.DIALOGUE, dialogue.opens_at, dialogue.closes_at + DAY, by=admin, now=NOON)
    set_phase(db, round, K.GAME, game.opens_at + DAY, game.closes_at + DAY, by=admin, now=NOON)

    assert (round.poll.opens_at, round.poll.closes_at) == (game.opens_at + DAY, game.closes_at + DAY)
    assert round.poll.age_on == (game.closes_at + DAY).date()
    assert round.publishes_at >= round.poll.closes_at


@pytest.mark.parametrize(
    ("kind", "opens", "closes", "refusal", "words"),
    [
        (K.DIALOGUE, 13, 12, PhaseInverted, "Gesprek met de diensten"),
        (K.DIALOGUE, 13, 13, PhaseInverted, "Gesprek met de diensten"),
        (K.SUBMISSION, -1, 14, PhaseInverted, "Nazicht van de voorwaarden"),
        (K.DIALOGUE, 12, 20, PhasesOverlap, "Nazicht van de voorwaarden"),
        (K.DIALOGUE, 13, None, PhaseNeedsAnEnd, "Gesprek met de diensten"),
        (K.SUBMISSION, 0, 6, PhaseHasBegun, "Indienen"),
        (K.SUBMISSION, -1, 0, PhaseHasBegun, "Indienen"),
        (K.PREPARATION, -8, -2, PhaseHasBegun, "Voorbereiding"),
    ],
)
def test_phases_that_cannot_be_are_refused_with_the_reason(db, admin, kind, opens, closes, refusal, words):
    round = a_phased_round(K.SUBMISSION)
    before = timeline(db, round)
    end = None if closes is None else NOON + closes * DAY

    with pytest.raises(refusal) as said:
        set_phase(db, round, kind, NOON + opens * DAY, end, by=admin, now=NOON)
    assert words in said.value.args
    assert timeline(db, round) == before


def test_any_phase_can_be_left_out_before_it_begins(db, admin):
    round = a_phased_round(K.PREPARATION)

    for kind in (K.SUBMISSION, K.ADMISSIBILITY, K.DIALOGUE, K.JURY, K.EXECUTION, K.EVALUATION):
        leave_out(db, round, kind, by=admin, now=NOON)

    assert [span.kind for span in timeline(db, round)] == [K.PREPARATION, K.GAME, K.AWARD]
    with pytest.raises(PhaseHasBegun):
        leave_out(db, round, K.PREPARATION, by=admin, now=NOON)


def test_nobody_votes_in_a_round_without_a_game_and_projects_stand_still_at_the_jury(db, admin):
    round = a_phased_round(K.DIALOGUE)
    jury = span_of(db, round, K.JURY)

    leave_out(db, round, K.GAME, by=admin, now=NOON)

    assert not round.takes_votes(jury.opens_at)
    assert round.may_change(jury.opens_at - DAY)
    assert not round.may_change(jury.opens_at)


def test_a_round_without_a_game_leaves_nothing_to_count(db, app, admin):
    round = a_phased_round(K.DIALOGUE)
    leave_out(db, round, K.GAME, by=admin, now=NOON)
    over = round.poll.closes_at

    with app.test_request_context():
        counts = [item.count for item in work(acting(staff(Role.PUBLISHER)), over, all_rounds(db))]

    assert counts == [0]
    assert open_rounds(db, round.poll.opens_at) == []


def test_the_game_does_not_move_once_it_opened(db, admin):
    round = a_phased_round(K.GAME)
    game = span_of(db, round, K.GAME)

    with pytest.raises(PhaseHasBegun):
        set_phase(db, round, K.GAME, game.opens_at, game.closes_at + DAY, by=admin, now=NOON)
    with pytest.raises(PhaseHasBegun):
        leave_out(db, round, K.GAME, by=admin, now=NOON)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_administrators_move_phases(db, role):
    round = a_phased_round(K.PREPARATION)

    with pytest.raises(Forbidden):
        leave_out(db, round, K.JURY, by=acting(staff(role)), now=NOON)


@pytest.mark.parametrize(
    "row",
    [
        {"kind": K.GAME, "opens_at": NOON, "closes_at": NOON + DAY},
        {"kind": K.JURY, "opens_at": NOON, "closes_at": NOON},
        {"kind": K.JURY, "opens_at": NOON, "closes_at": None},
    ],
)
def test_the_database_refuses_a_second_truth_about_the_game_and_dates_that_cannot_be(db, row):
    round = a_round()

    with pytest.raises(IntegrityError):
        kept(Phase(round_id=round.id, **row))
    db.rollback()


def test_a_round_that_takes_plans_says_so_among_the_rounds(pages):
    a_phased_round(K.SUBMISSION, title="Editie 3")
    a_phased_round(K.DIALOGUE, title="Editie 2")

    text = pages.get("/burgerbudget").text

    assert (
        text.index("Dien nu een voorstel in")
        < text.index("Editie 3")
        < text.index("Binnenkort")
        < text.index("Editie 2")
    )


def test_staff_move_a_phase_on_screen_and_the_public_reads_it(pages):
    round = a_phased_round(K.SUBMISSION)
    staff_pages = pages.as_(staff(Role.ADMIN))
    url = f"/beheer/rondes/{round.slug}/fasen"

    shown = staff_pages.send(f"{url}/indienen", opens_at="2026-11-22T12:00", closes_at="2026-12-01T18:00")
    assert "01/12/2026, 18 uur" in shown
    assert "Nazicht van de voorwaarden" in shown
    assert "Voeg toe: Archief" in shown
    refused = staff_pages.send(f"{url}/dialoog", status=422, opens_at="2026-12-02T12:00", closes_at="2026-12-03T12:00")
    assert "terwijl “Nazicht van de voorwaarden” nog loopt" in refused
    staff_pages.send(f"{url}/jury", press="weg=1")
    public = pages.get(f"/burgerbudget/{round.slug}")
    assert "Indienen" in public
    assert "Burgerjury" not in public
    staff_pages.get(f"{url}/onbestaand", status=404)


@pytest.mark.parametrize(
    ("opens", "closes", "kind", "begins"),
    [(60, 70, K.SUBMISSION, 10), (60, 70, K.EXECUTION, 80), (-1, 9, K.EXECUTION, 20), (-20, -10, K.EXECUTION, 20)],
)
def test_a_phase_beside_a_vote_leaves_the_vote_alone(pages, db, opens, closes, kind, begins):
    round = a_round(opens_at=NOON + opens * DAY, closes_at=NOON + closes * DAY)
    vote = (round.poll.opens_at, round.poll.closes_at, round.takes_votes(NOON), round.may_change(NOON))

    shown = pages.as_(staff(Role.ADMIN)).send(f"/beheer/rondes/{round.slug}/fasen/{kind}", **dates(begins, begins + 9))

    db.refresh(round)
    assert "Budgetspel" in shown
    assert [span.kind for span in timeline(db, round)] in ([kind, K.GAME], [K.GAME, kind])
    assert (round.poll.opens_at, round.poll.closes_at, round.takes_votes(NOON), round.may_change(NOON)) == vote
    assert not round.without_vote


def test_nothing_begins_beside_an_open_vote_nor_takes_its_place(pages, db, admin):
    round = a_round()
    before = (round.poll.opens_at, round.poll.closes_at)
    staff_pages = pages.as_(staff(Role.ADMIN))

    refused = staff_pages.send(f"/beheer/rondes/{round.slug}/fasen/jury", status=422, **dates(1, 2))

    assert "terwijl “Budgetspel” nog loopt" in refused
    assert "Voeg toe: Budgetspel" not in staff_pages.get(f"/beheer/rondes/{round.slug}/fasen").text
    with pytest.raises(PhaseHasBegun):
        leave_out(db, round, K.GAME, by=admin, now=NOON)
    db.refresh(round)
    assert (round.poll.opens_at, round.poll.closes_at) == before
    assert timeline(db, round) == ()


def test_a_round_from_a_file_gets_no_phases(pages, db, admin):
    round = a_round(is_imported=True)

    with pytest.raises(NoPhasesBesideAFile):
        set_phase(db, round, K.EXECUTION, NOON + DAY, NOON + WEEK, by=admin, now=NOON)
    assert "Voeg toe" not in pages.as_(staff(Role.ADMIN)).get(f"/beheer/rondes/{round.slug}/fasen").text


def test_without_the_phase_of_the_jury_the_rule_chooses_and_the_round_is_awarded(pages, db):
    round = a_phased_round(K.PREPARATION, numbers={"jury_size": 16, "jury_weight_percent": 30})
    award = span_of(db, round, K.AWARD)
    staff_pages = pages.as_(staff(Role.ADMIN))
    url = f"/beheer/rondes/{round.slug}/fasen/jury"

    assert "het aantal juryleden wordt nul" in staff_pages.get(url).text
    staff_pages.send(url, press="weg=1")

    rules = regulation_of(db, round)
    db.refresh(rules)
    assert (rules.jury_size, rules.jury_weight_percent, decider_of(rules)) == (0, None, Decider.RULE)
    assert "jury_size jury_weight_percent" in set(db.scalars(select(LogEntry.reason)))
    with_result(round)
    assert awards.is_time(db, round, Clock(fixed=award.opens_at)) == ""


@pytest.mark.parametrize(("weeks", "refusal"), [(0, DeciderStandsStill), (1, PhaseHasBegun)])
def test_who_chooses_stays_from_the_vote_on_but_its_days_may_move(db, admin, weeks, refusal):
    round = a_phased_round(K.GAME, numbers={"jury_size": 16})
    jury, now = span_of(db, round, K.JURY), NOON + weeks * WEEK

    with pytest.raises(refusal):
        leave_out(db, round, K.JURY, by=admin, now=now)
    set_phase(db, round, K.JURY, jury.opens_at, jury.closes_at + DAY, by=admin, now=now)

    assert decider_of(regulation_of(db, round)) is Decider.JURY
    assert span_of(db, round, K.JURY).closes_at == jury.closes_at + DAY


def test_a_phase_of_a_jury_that_nobody_sits_in_goes_during_the_vote_too(db, admin):
    round = a_phased_round(K.GAME)

    leave_out(db, round, K.JURY, by=admin, now=NOON)

    assert span_of(db, round, K.JURY) is None


def test_a_jury_that_was_forgotten_gets_its_phase_until_the_college_decided(db, admin):
    round = a_phased_round(K.AWARD, numbers={"jury_size": 16})
    kept_ones = [span for span in timeline(db, round) if span.kind not in (K.DIALOGUE, K.JURY)]
    store(db, round, (), kept_ones, by=SYSTEM, now=NOON)
    begins = span_of(db, round, K.AWARD).opens_at
    decision = kept(CollegeDecision(round_id=round.id, decided_on=NOON.date(), decision_uri="", prepared_at=NOON,
                                    prepared_by_id=admin.id))  # fmt: skip

    with pytest.raises(PhaseHasBegun):
        set_phase(db, round, K.JURY, NOON + DAY, NOON + 2 * DAY, by=admin, now=NOON)
    db.delete(decision)
    db.flush()
    with pytest.raises(PhaseInThePast):
        set_phase(db, round, K.DIALOGUE, begins - 3 * WEEK, begins - 2 * WEEK, by=admin, now=NOON)
    set_phase(db, round, K.JURY, NOON + DAY, NOON + 2 * DAY, by=admin, now=NOON)

    assert span_of(db, round, K.AWARD).opens_at == NOON + 2 * DAY

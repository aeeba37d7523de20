"""A jury at work: conflicts, sheets, what it comes to exactly, verdicts in order, and a report that two people sign."""

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from spreekt.identity.models import RoleGrant
from spreekt.kernel.actor import Role
from spreekt.kernel.audit import LogEntry, faults
from spreekt.kernel.errors import Forbidden, Invalid, NotThere, StaleVersion
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget import shortlist
from spreekt.modules.burgerbudget.awards import domain as awards
from spreekt.modules.burgerbudget.dossiers.models import Stage
from spreekt.modules.burgerbudget.jury import call as jury_call
from spreekt.modules.burgerbudget.jury import conflicts as jury_conflicts
from spreekt.modules.burgerbudget.jury import domain as jury
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury import readiness as jury_readiness
from spreekt.modules.burgerbudget.jury import scores as jury_scores
from spreekt.modules.burgerbudget.jury import seats as jury_seats
from spreekt.modules.burgerbudget.jury.call_models import SeatState
from spreekt.modules.burgerbudget.jury.models import JuryVerdict
from spreekt.modules.burgerbudget.jury.score_models import Conflict, JuryScore, JurySheet
from spreekt.modules.burgerbudget.models import PublishedOutcome
from spreekt.modules.burgerbudget.rules.election import Ballot
from spreekt.modules.burgerbudget.rules.gates import Shortlist
from spreekt.modules.burgerbudget.rules.jury import weigh
from tests.budget_builders import a_dossier, a_group, a_pot
from tests.builders import DAY, NOON, a_project, a_proposal, a_resident, acting, an_area, kept, staff
from tests.burgerbudget.rules.small_elections import an_election
from tests.jury_builders import WHY, AtWork, a_jury_round, candidates, criteria, drawn, organisers, through


@pytest.fixture
def work(db):
    return AtWork()


def put(db, change):
    """Change something and let the database judge it."""
    with db.begin_nested():
        change()
        db.flush()


def in_the_group(work, seat, project, **fields):
    """A juror who is in the group of a project."""
    account = work.account(seat)
    dossier = a_dossier(work.round, group=[*a_group(3), account], stage=Stage.ON_BALLOT, project_id=project.id)
    for name, value in fields.items():
        setattr(dossier.members[-1], name, value)
    return dossier


def test_the_shortlist_is_what_the_vote_let_through(db):
    round = a_jury_round()
    through_it, out = a_project(round, "p10"), a_project(round, "p2")
    through(round, through_it)

    assert shortlist.projects(db, round, NOON) == [through_it]
    round.without_vote = True
    assert shortlist.projects(db, round, NOON) == [out, through_it]


def test_nobody_reads_the_shortlist_before_the_second_person_and_the_hour(db):
    work = AtWork()
    outcome = db.scalars(select(PublishedOutcome)).one()

    work.round.publishes_at = NOON + DAY
    assert shortlist.projects(db, work.round, NOON) == []
    assert shortlist.projects(db, work.round, NOON + DAY) == work.projects
    outcome.published_at = None
    db.flush()
    assert shortlist.projects(db, work.round, NOON + DAY) == []
    assert says(db, work)[0] == "Er zijn nog geen projecten voor de jury."


def test_a_sheet_is_kept_and_resumed_and_handed_in_once(db, work):
    seat, project = work.jurors[0], work.projects[0]

    work.sheet(seat, project, 7, None, hand_in=False, note="Nog eens nakijken.")
    sheet = jury_scores.sheets_of(db, seat)[project.id]
    assert (sheet.note, [score.points for score in sheet.scores]) == ("Nog eens nakijken.", [7])

    with pytest.raises(jury_scores.SheetIsNotWhole):
        work.sheet(seat, project, 7, None)
    work.sheet(seat, project, 9, 5)
    with pytest.raises(jury_scores.HandedIn):
        work.sheet(seat, project, 1, 1)

    assert sorted(score.points for score in jury_scores.sheets_of(db, seat)[project.id].scores) == [5, 9]


@pytest.mark.parametrize("points", [(11, 5), (-1, 5), (10, 6)])
def test_points_stay_between_zero_and_the_most(work, points):
    with pytest.raises(Invalid):
        work.sheet(work.jurors[0], work.projects[0], *points)


def test_only_who_sits_scores_and_only_on_the_shortlist_once_the_jury_is_open(db, work):
    seat, project = work.jurors[0], work.projects[0]

    with pytest.raises(jury_conflicts.JuryIsNotOpen):
        work.sheet(seat, project, 1, 1, now=work.before)
    with pytest.raises(Forbidden):
        work.sheet(seat, project, 1, 1, by=acting(a_resident()))
    with pytest.raises(Forbidden):
        work.sheet(work.seats[3], project, 1, 1)
    with pytest.raises(NotThere):
        work.sheet(seat, a_project(work.round, "buiten"), 1, 1)


def test_who_is_or_was_in_the_group_is_off_the_project_without_saying_so(db, work):
    first, second, third = work.jurors
    in_the_group(work, first, work.projects[0])
    in_the_group(work, second, work.projects[1], left_at=NOON)
    work.projects[2].origin_id = a_proposal(author_id=third.account_id).id
    db.flush()

    assert jury_conflicts.conflicts(db, work.round.id) == {
        (first.id, work.projects[0].id): Conflict.GROUP,
        (second.id, work.projects[1].id): Conflict.GROUP,
        (third.id, work.projects[2].id): Conflict.GROUP,
    }
    with pytest.raises(jury_conflicts.HasAConflict):
        work.sheet(first, work.projects[0], 10, 5)


def test_a_group_that_was_merged_into_another_counts_too(db, work):
    seat, project = work.jurors[0], work.projects[0]
    into = a_dossier(work.round, stage=Stage.ON_BALLOT, project_id=project.id)
    dossier = a_dossier(work.round, group=[work.account(seat)], stage=Stage.ADMISSIBLE)
    dossier.stage, dossier.merged_into_id = Stage.MERGED, into.id
    db.flush()

    assert (seat.id, project.id) in jury_conflicts.conflicts(db, work.round.id)


def test_a_declared_conflict_takes_the_points_away_and_the_juror_out(db, work):
    seat, project = work.jurors[0], work.projects[0]
    work.sheet(seat, project, 10, 5)

    jury_conflicts.declare(db, work.standing, seat, project.id, why="Mijn zus", by=work.who(seat), now=work.now)

    assert db.scalars(select(JuryScore).where(JuryScore.seat_id == seat.id)).all() == []
    assert jury_scores.totals(db, work.round.id, work.projects)[project.id] == jury_scores.Total(2, 0, 0, 0)
    assert seat not in jury.deliberators(db, work.round.id, project.id)
    with pytest.raises(jury_conflicts.HasAConflict):
        work.sheet(seat, project, 10, 5)
    jury_conflicts.lift(db, work.standing, seat, project.id, reason="Verkeerd project", by=work.admin)
    assert work.sheet(seat, project, 10, 5)


def test_what_the_city_knows_of_a_group_is_not_lifted(db, work):
    seat, project = work.jurors[0], work.projects[0]
    in_the_group(work, seat, project)
    jury_conflicts.write_conflicts_down(db, work.round.id, now=work.now)

    with pytest.raises(NotThere):
        jury_conflicts.lift(db, work.standing, seat, project.id, reason="Toch niet", by=work.admin)


def test_the_database_takes_no_points_of_who_is_off_nor_more_than_there_are(db, work):
    seat, project, criterion = work.jurors[0], work.projects[0], work.criteria[0]
    jury_conflicts.take_off(db, seat, project.id, Conflict.DECLARED, why="", now=work.now)
    db.commit()
    key = {"seat_id": seat.id, "project_id": project.id, "criterion_id": criterion.id}

    for points, most, judges in ((3, 10, True), (3, 10, False), (11, 11, True)):
        score = JuryScore(**key, points=points, points_most=most, judges=judges)
        with pytest.raises(IntegrityError):
            put(db, lambda score=score: db.add(score))

    sheet = db.get(JurySheet, (seat.id, project.id))
    with pytest.raises(IntegrityError):
        put(db, lambda: setattr(sheet, "handed_in_at", work.now))


def test_nobody_sees_the_points_of_others_before_their_own_are_in(db, work):
    first, second, _third = work.jurors
    project = work.projects[0]
    work.sheet(second, project, 6, 3)

    assert jury_scores.sheets_of_others(db, first, project.id) == ()
    work.sheet(first, project, 1, 1, hand_in=False)
    assert jury_scores.sheets_of_others(db, first, project.id) == ()
    work.sheet(first, project, 1, 1)
    assert [sheet.seat_id for sheet in jury_scores.sheets_of_others(db, first, project.id)] == [second.id]


def test_a_total_is_the_exact_mean_over_who_may_judge(db, work):
    first, second, third = work.jurors
    one, two, _three = work.projects
    jury_conflicts.declare(db, work.standing, third, one.id, why="", by=work.who(third), now=work.now)
    work.sheet(first, one, 10, 5)
    work.sheet(second, one, 5, 3)
    for seat in work.jurors:
        work.sheet(seat, two, 7, 0)

    totals = jury_scores.totals(db, work.round.id, work.projects)

    assert (totals[one.id].share, totals[one.id].missing) == (Fraction(23, 30), 0)
    assert totals[two.id].share == Fraction(7, 15)
    assert (totals[work.projects[2].id].share, totals[work.projects[2].id].missing) == (None, 3)


def test_points_of_who_stopped_no_longer_count(db, work):
    for seat in work.jurors:
        work.sheet(seat, work.projects[0], 10, 5)

    jury_seats.step_down(db, work.jurors[0], by=work.admin, reason="Ziek")

    assert jury_scores.totals(db, work.round.id, work.projects)[work.projects[0].id].sheets == 2
    assert db.scalars(select(RoleGrant).where(RoleGrant.account_id == work.jurors[0].account_id)).all() == []


def test_criteria_stand_still_once_somebody_gave_points(db, work):
    before = a_jury_round()
    added = jury_call.add_criterion(db, work.round, title="Samen", explanation="", points_most=10, by=work.admin)
    jury_call.remove_criterion(db, work.round, added.id, by=work.admin)
    work.sheet(work.jurors[0], work.projects[0], 10, hand_in=False)

    with pytest.raises(jury_call.CriteriaStandStill):
        jury_call.add_criterion(db, work.round, title="Samen", explanation="", points_most=10, by=work.admin)
    with pytest.raises(NotThere):
        jury_call.remove_criterion(db, before, work.criteria[0].id, by=work.admin)


def test_a_session_says_who_was_there_and_never_one_to_come(db, work):
    session = work.session(present=[work.jurors[0].id, work.jurors[1].id])

    assert len(session.presences) == 2
    with pytest.raises(Invalid):
        work.session(held_on=(work.now + DAY).date())
    with pytest.raises(Invalid):
        work.session(present=[])
    with pytest.raises(Invalid):
        work.session(present=[work.seats[4].id])


def test_notes_of_two_colleagues_do_not_overwrite_each_other(db, work):
    project = work.projects[0]
    said = {"by": work.admin, "now": work.now}
    jury.keep_note(db, work.standing, project.id, "Veel twijfel.", seen_version=None, **said)
    jury.keep_note(db, work.standing, project.id, "Minder twijfel.", seen_version=1, **said)

    with pytest.raises(StaleVersion):
        jury.keep_note(db, work.standing, project.id, "Nog anders.", seen_version=1, **said)


def test_verdicts_have_a_reason_and_the_chosen_an_order(db, work):
    one, two, three = work.projects
    with pytest.raises(Invalid):
        work.verdict(one, True, motivation="Goed.")
    for project in (three, one, two):
        work.verdict(project, True)
    jury.move_up(db, work.standing, two.id, by=work.admin, now=work.now)
    assert [each.project_id for each in jury_queries.verdicts_of(db, work.round.id)] == [three.id, two.id, one.id]

    work.verdict(three, False)

    found = jury_queries.verdicts_of(db, work.round.id)
    assert [(each.project_id, each.place) for each in found] == [(two.id, 1), (one.id, 2), (three.id, None)]
    with pytest.raises(NotThere):
        jury.move_up(db, work.standing, two.id, by=work.admin, now=work.now)
    with pytest.raises(StaleVersion):
        work.verdict(two, True, seen_version=99)


def test_only_organisers_write_verdicts_and_only_once_the_jury_is_open(db, work):
    with pytest.raises(Forbidden):
        work.verdict(work.projects[0], True, by=work.who(work.jurors[0]))
    with pytest.raises(Forbidden):
        work.verdict(work.projects[0], True, by=work.publisher)
    with pytest.raises(jury_conflicts.JuryIsNotOpen):
        work.verdict(work.projects[0], True, now=work.before)


def says(db, work, now=None):
    found = jury_readiness.obstacles(db, work.standing, now or work.now)
    return [each.says.format(*each.values, money=each.cents) for each in found]


def test_a_report_says_what_keeps_it_open(db, work):
    assert says(db, work) == [
        "Nog 9 scorebladen zijn niet doorgegeven.",
        "Er is nog geen zitting genoteerd.",
        *(f"Over “{project.title}” is nog niets beslist." for project in work.projects),
    ]
    with pytest.raises(jury.NotReady):
        jury.close(db, work.standing, WHY, by=work.admin, now=work.now)

    work.decided()

    assert says(db, work) == []
    assert says(db, work, work.before) == [jury_conflicts.JuryIsNotOpen.says]


def test_a_choice_fits_in_the_money_and_the_number_of_winners(db, work):
    work.decided()
    work.verdict(work.projects[2], True)
    for project in work.projects:
        project.cost_cents = 4_000_000
    db.flush()

    assert says(db, work) == [
        "De jury koos 3 projecten. Het reglement laat er hoogstens 2 toe.",
        "De keuze kost 2000000 meer dan er is.",
    ]


def test_each_pot_is_a_limit_of_its_own(db, work):
    pot = a_pot(work.round, an_area("Marke"), 2_000_000)
    work.projects[0].pot_id = pot.id
    work.decided()

    assert says(db, work) == ["De keuze kost 1000000 meer dan er is voor Marke."]


def test_two_people_close_and_publish_and_jurors_are_done(db, work):
    report = work.closed()

    assert (report.jurors, report.minutes) == (3, WHY)
    with pytest.raises(jury_conflicts.JuryIsNotOpen):
        work.verdict(work.projects[0], False)
    with pytest.raises(jury_conflicts.JuryIsNotOpen):
        work.sheet(work.jurors[0], work.projects[0], 1, 1)
    assert jury_queries.published_report(db, work.round.id) is None
    with pytest.raises(jury.SameSigner):
        jury.publish(db, work.round, by=work.admin, now=work.now)

    jury.publish(db, work.round, by=work.publisher, now=work.now + timedelta(days=30))

    assert jury_queries.published_report(db, work.round.id) is report
    assert {seat.state for seat in work.jurors} == {SeatState.DONE}
    assert db.scalars(select(RoleGrant).where(RoleGrant.role == Role.JUROR)).all() == []
    with pytest.raises(NotThere):
        jury.publish(db, work.round, by=work.publisher, now=work.now)
    assert list(faults(db)) == []


def given_up(round):
    """Everybody who was drawn says no."""
    seats, admin, publisher = drawn(round, now=NOON - 15 * DAY)
    for seat in seats:
        seat.state = SeatState.DECLINED
    return admin, publisher


@pytest.mark.parametrize("gave_up", [False, True])
@pytest.mark.parametrize("weight", [None, 30])
def test_when_nobody_can_be_had_a_report_says_why_and_the_college_gives_its_own_reason(db, vault, gave_up, weight):
    round = a_jury_round(PhaseKind.JURY, jury_weight_percent=weight)
    project = a_project(round, "p1", cost_cents=3_000_000)
    through(round, project)
    admin, publisher = given_up(round) if gave_up else organisers()
    kept(JuryVerdict(project_id=project.id, round_id=round.id, chosen=True, place=1, motivation=WHY))
    standing = jury_queries.standing(db, round)

    with pytest.raises(jury_conflicts.JuryIsNotOpen):
        jury.close(db, standing, WHY, by=admin, now=NOON - 2 * DAY)
    with pytest.raises(Invalid):
        jury.close(db, standing, "Te kort.", by=admin, now=NOON)
    assert jury_readiness.obstacles(db, standing, NOON) == []
    report = jury.close(db, standing, WHY, by=admin, now=NOON)
    with pytest.raises(jury_call.CallIsClosed):
        jury_call.sign_up(db, vault, round, gender=None, by=acting(a_resident()), now=NOON)
    with pytest.raises(jury.SameSigner):
        jury.publish(db, round, by=admin, now=NOON)
    jury.publish(db, round, by=publisher, now=NOON)

    assert (report.jurors, jury_queries.verdicts_of(db, round.id)) == (0, [])
    assert awards.proposal(db, round).projects == ()


def test_as_long_as_somebody_can_be_had_there_is_no_report_without_a_jury(db):
    round = a_jury_round(PhaseKind.JURY)
    candidates(round, 1)

    with pytest.raises(jury_conflicts.JuryIsNotOpen):
        jury.close(db, jury_queries.standing(db, round), WHY, by=organisers()[0], now=NOON)
    waiting = a_jury_round(PhaseKind.JURY)
    seats, admin, _publisher = drawn(waiting, now=NOON - 15 * DAY)
    for seat in seats[:-1]:
        seat.state = SeatState.DECLINED
    with pytest.raises(jury.NotReady):
        jury.close(db, jury_queries.standing(db, waiting), WHY, by=admin, now=NOON)


def test_a_jury_that_is_late_still_finishes_its_work(db, work):
    work.now = work.standing.span.closes_at + DAY
    assert work.standing.is_late(work.now)

    work.closed()
    jury.reopen(db, work.standing, reason="Een tikfout", by=work.publisher)
    jury.close(db, work.standing, WHY, by=work.admin, now=work.now)
    jury.publish(db, work.round, by=work.publisher, now=work.now)

    assert not work.standing.is_late(work.now)


def test_a_closed_report_is_given_back_until_it_is_published(db, work):
    work.closed()

    jury.reopen(db, work.standing, reason="Een tikfout", by=work.publisher)

    assert work.verdict(work.projects[2], False)
    assert jury.close(db, work.standing, WHY, by=work.admin, now=work.now).closed_at == work.now
    jury.publish(db, work.round, by=work.publisher, now=work.now)
    with pytest.raises(NotThere):
        jury.reopen(db, work.standing, reason="Te laat", by=work.publisher)


def test_the_scores_in_a_closed_report_are_what_weighing_takes(db):
    work = AtWork(jury_weight_percent=30)
    with pytest.raises(jury.TheJuryOnlyScores):
        work.verdict(work.projects[0], True)
    for place, project in enumerate(work.projects):
        for seat in work.jurors:
            work.sheet(seat, project, 10 - place, 5)
        work.verdict(project, False)
    work.session()
    jury.close(db, work.standing, WHY, by=work.admin, now=work.now)

    verdicts = jury_queries.verdicts_of(db, work.round.id)
    scores = {each.project.code: each.score for each in verdicts}
    election = an_election(100, {"p1": 50, "p2": 50, "p3": 50}, [Ballot.approving("p3")])
    weighed = weigh(election, Shortlist(("p1", "p2", "p3"), {}, None), scores, public_percent=70)

    assert scores == {"p1": Fraction(15, 15), "p2": Fraction(14, 15), "p3": Fraction(13, 15)}
    assert [each.project_id for each in weighed] == ["p3", "p1", "p2"]


def test_a_project_nobody_could_judge_has_a_verdict_without_a_score(db, work):
    for seat in work.jurors:
        jury_conflicts.declare(db, work.standing, seat, work.projects[0].id, why="", by=work.who(seat), now=work.now)
    work.closed()

    verdict = db.get(JuryVerdict, work.projects[0].id)
    assert (verdict.score, verdict.score_points) == (None, None)


def test_the_database_keeps_verdicts_and_reports_in_shape(db, work):
    work.closed()
    wrong = [
        lambda: setattr(db.get(JuryVerdict, work.projects[0].id), "place", 2),
        lambda: setattr(db.get(JuryVerdict, work.projects[0].id), "place", None),
        lambda: setattr(db.get(JuryVerdict, work.projects[0].id), "motivation", ""),
        lambda: setattr(db.get(JuryVerdict, work.projects[0].id), "score_points", 999),
        lambda: setattr(work.standing.report, "published_at", NOON),
        lambda: setattr(work.standing.report, "published_by_id", work.admin.id),
    ]
    for change in wrong:
        with pytest.raises(IntegrityError):
            put(db, change)
        db.expire_all()


def test_every_act_of_the_city_is_in_the_log(db, work):
    work.published()

    acts = set(db.scalars(select(LogEntry.act)))
    assert {"jury.freeze", "jury.draw", "jury.session", "jury.verdict", "jury.close", "jury.publish",
            "jury-seat.accept", "jury-seat.finish"} <= acts  # fmt: skip


def test_who_runs_rounds_does_not_judge(db, work):
    assert jury_queries.seat_of(db, work.round.id, work.admin.id) is None
    with pytest.raises(Forbidden):
        work.sheet(work.jurors[0], work.projects[0], 1, 1, by=work.admin)
    assert not jury_seats.holds(acting(staff(Role.ADMIN)), work.jurors[0])
    assert criteria(a_jury_round(), 3)[0].points_most == 3

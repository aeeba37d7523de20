"""From the decision to both signatures: what is filled in, what may change, and who signs for whom."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from spreekt.kernel.errors import DomainError, Forbidden, Invalid, NotThere
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget.follow import agreements
from spreekt.modules.burgerbudget.follow import domain as follow
from spreekt.modules.burgerbudget.follow import queries as follow_queries
from spreekt.modules.burgerbudget.follow.agreements import NotDivided, PlanChanged, SameHands, SignedAlready
from spreekt.modules.burgerbudget.follow.domain import (
    HasNoTerm,
    PlanStandsStill,
    WrongDay,
    WrongTerm,
    divided,
    first_cents,
    months_after,
)
from spreekt.modules.burgerbudget.follow.models import Agreement, Execution, ExecutionState
from tests.budget_builders import a_phased_round
from tests.builders import NOON, a_project, a_resident, a_round, acting, staff
from tests.follow_builders import TODAY, Role, a_decision, a_worker, an_execution, finance, lead_of, signed, started

E = ExecutionState


def test_each_award_is_followed_once_however_often_it_begins(db):
    round = a_phased_round(PhaseKind.EXECUTION, numbers={"carry_out_months": 24})
    decision = a_decision(round, (a_project(round), 300_000), (a_project(round), 200_000))
    publisher = acting(staff(Role.PUBLISHER))

    first = follow.begin(db, decision, by=publisher, now=NOON)
    again = follow.begin(db, decision, by=publisher, now=NOON)

    assert [each.award_cents for each in first] == [300_000, 200_000]
    assert list(again) == []
    assert len(db.scalars(select(Execution)).all()) == 2
    assert {each.due_on for each in first} == {date(2028, 11, 23)}


def test_a_round_without_numbers_pays_all_at_once_and_sets_no_term(db):
    round = a_round()
    follow.begin(db, a_decision(round, (a_project(round), 300_000)), by=acting(staff(Role.PUBLISHER)), now=NOON)

    execution = db.scalars(select(Execution)).one()

    assert execution.due_on is None
    assert [(each.amount_cents, each.title) for each in execution.milestones] == [(0, "Het project is klaar")]
    assert agreements.plan_of(db, execution)["first_cents"] == 300_000


def test_the_steps_of_the_dossier_become_milestones_with_the_rest_of_the_money(db):
    execution = an_execution(steps=3, cents=100_001, percent=40)

    plan = agreements.plan_of(db, execution)

    assert sorted(each["title"] for each in plan["milestones"]) == ["Planten", "Stap 1", "Stap 2"]
    assert sum(each["amount_cents"] for each in plan["milestones"]) == 100_001 - 40_000
    assert agreements.left_to_divide(plan) == 0


def test_a_planned_step_in_the_past_or_after_the_term_is_moved_inside(db):
    execution = an_execution(months=1)

    assert [each.due_on for each in execution.milestones] == [date(2026, 12, 23)]


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 23), 24, date(2028, 11, 23)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_after_a_day(day, months, then):
    assert months_after(day, months) == then


def test_amounts_are_divided_to_the_cent():
    assert divided(100, 3) == [33, 33, 34]
    assert first_cents(99_999, 50) == 49_999


def test_the_lead_and_the_area_worker_change_the_plan_until_somebody_signs(db):
    execution, days = an_execution(), timedelta(days=30)
    milestone = execution.milestones[0]
    lead = lead_of(execution)

    follow.put_milestone(db, execution, milestone, title="Bedden", due_on=TODAY + days, amount_cents=100_000, by=lead,
                         now=NOON)  # fmt: skip
    follow.put_milestone(db, execution, None, title="Bessen", due_on=TODAY + 2 * days, amount_cents=158_000,
                         by=a_worker(), now=NOON)  # fmt: skip
    assert [each.title for each in execution.milestones] == ["Bedden", "Bessen"]
    signed(execution)

    for change in (
        lambda: follow.put_milestone(db, execution, milestone, title="Later", due_on=TODAY + days, amount_cents=0,
                                     by=lead, now=NOON),
        lambda: follow.drop_milestone(db, execution, milestone, by=lead),
    ):  # fmt: skip
        with pytest.raises(PlanStandsStill):
            change()


def test_a_plan_keeps_one_milestone_within_the_term_and_belongs_to_its_own_people(db):
    execution, other = an_execution(), an_execution()
    milestone, lead = execution.milestones[0], lead_of(execution)

    with pytest.raises(Invalid):
        follow.drop_milestone(db, execution, milestone, by=lead)
    with pytest.raises(NotThere):
        follow.drop_milestone(db, other, milestone, by=lead_of(other))
    with pytest.raises(NotThere):
        follow.put_milestone(db, other, milestone, title="Kaap", due_on=TODAY, amount_cents=0, by=lead_of(other),
                             now=NOON)  # fmt: skip
    with pytest.raises(Forbidden):
        follow.put_milestone(db, execution, None, title="Kaap", due_on=TODAY, amount_cents=0,
                             by=acting(a_resident()), now=NOON)  # fmt: skip
    for day in (TODAY - timedelta(days=1), date(2029, 1, 1)):
        with pytest.raises(WrongDay):
            follow.put_milestone(db, execution, None, title="Kaap", due_on=day, amount_cents=0, by=lead, now=NOON)
    with pytest.raises(Invalid):
        follow.put_milestone(db, execution, None, title="Kaap", due_on=TODAY, amount_cents=-1, by=lead, now=NOON)


def test_a_term_moves_later_by_at_most_what_the_regulation_gave(db):
    """Decided on 23 November with two months: until 23 January, and once more until 23 March at most."""
    execution, worker = an_execution(months=2), a_worker()

    for wrong in (date(2027, 1, 23), date(2027, 3, 24), date.max):
        with pytest.raises(WrongTerm):
            follow.extend(db, execution, due_on=wrong, reason="Veel regen.", by=worker, now=NOON)
    with pytest.raises(Invalid):
        follow.extend(db, execution, due_on=date(2027, 2, 1), reason="", by=worker, now=NOON)
    follow.extend(db, execution, due_on=date(2027, 3, 23), reason="Veel regen.", by=worker, now=NOON)

    assert (execution.due_on, execution.extended_on) == (date(2027, 3, 23), TODAY)


def test_a_term_that_passed_moves_to_a_day_from_today_on(db):
    execution, admin = an_execution(E.RUNNING, months=2), acting(staff(Role.ADMIN))
    now = NOON + timedelta(days=100)

    with pytest.raises(WrongTerm):
        follow.extend(db, execution, due_on=date(2027, 3, 2), reason="Veel regen.", by=admin, now=now)
    follow.extend(db, execution, due_on=date(2027, 5, 3), reason="Veel regen.", by=admin, now=now)

    assert execution.due_on == date(2027, 5, 3)


def test_only_who_follows_a_project_extends_it_while_it_has_a_term(db):
    execution = an_execution()
    for by in (lead_of(execution), acting(staff(Role.PUBLISHER))):
        with pytest.raises(Forbidden):
            follow.extend(db, execution, due_on=date(2029, 1, 1), reason="Veel regen.", by=by, now=NOON)
    for over in (an_execution(E.STOPPED), an_execution(months=None)):
        with pytest.raises(HasNoTerm):
            follow.extend(db, over, due_on=date(2029, 1, 1), reason="Veel regen.", by=a_worker(), now=NOON)


def test_a_plan_has_an_end(db):
    execution, lead = an_execution(), None
    lead = lead_of(execution)
    for _each in range(follow.MOST_MILESTONES - 1):
        follow.put_milestone(db, execution, None, title="Nog", due_on=TODAY, amount_cents=0, by=lead, now=NOON)
    with pytest.raises(Invalid):
        follow.put_milestone(db, execution, None, title="Nog", due_on=TODAY, amount_cents=0, by=lead, now=NOON)


def test_both_sign_and_the_money_is_cut_in_pieces_that_end_at_the_award(db):
    execution = an_execution(steps=2)
    started(execution)

    pieces = [(each.from_cents, each.until_cents, each.released_on) for each in execution.instalments]

    assert execution.state is E.RUNNING
    assert pieces == [(0, 172_000, TODAY), (172_000, 301_000, None), (301_000, 430_000, None)]
    agreement = execution.agreement
    assert (agreement.signed_name, agreement.approved_name) == ("Ine Vermeersch", "Gerda Wijk")


def test_only_the_lead_signs_what_was_read_and_once(db):
    execution = an_execution()
    seen = agreements.mark_of(agreements.plan_of(db, execution))
    member = acting(execution.dossier.active_members[1].account)

    with pytest.raises(NotThere):
        agreements.sign(db, execution, name="Jan Peeters", seen=seen, by=member, now=NOON)
    with pytest.raises(PlanChanged):
        agreements.sign(db, execution, name="Ine Vermeersch", seen="anders", by=lead_of(execution), now=NOON)
    signed(execution)
    with pytest.raises(SignedAlready):
        signed(execution)


def test_nothing_is_signed_while_the_amounts_do_not_add_up(db):
    execution = an_execution()
    follow.put_milestone(db, execution, execution.milestones[0], title="Bedden", due_on=TODAY, amount_cents=1,
                         by=lead_of(execution), now=NOON)  # fmt: skip

    with pytest.raises(NotDivided, match="2580,00"):
        signed(execution)


def test_a_plan_that_comes_back_gets_a_new_number(db):
    execution = an_execution()
    signed(execution)
    agreements.send_back(db, execution, reason="Zet er ook het onderhoud bij.", by=a_worker(), now=NOON)
    assert execution.agreement is None

    second = signed(execution)

    assert [each.number for each in execution.agreements] == [1, 2]
    assert execution.agreement is second
    with pytest.raises(Forbidden):
        agreements.send_back(db, execution, reason="Zomaar, denk ik.", by=lead_of(execution), now=NOON)
    agreements.countersign(db, execution, by=a_worker(), now=NOON)
    with pytest.raises(SignedAlready):
        agreements.send_back(db, execution, reason="Te laat", by=a_worker(), now=NOON)
    with pytest.raises(SignedAlready):
        agreements.countersign(db, execution, by=a_worker(), now=NOON)


@pytest.mark.parametrize("who", [lead_of, lambda _each: finance(), lambda _each: acting(a_resident())])
def test_only_who_follows_it_signs_for_the_city(db, who):
    execution = an_execution()
    signed(execution)

    with pytest.raises(Forbidden):
        agreements.countersign(db, execution, by=who(execution), now=NOON)


def test_one_pair_of_hands_does_not_sign_twice(db):
    execution, worker = an_execution(with_group=False), a_worker()
    plan = agreements.plan_of(db, execution)
    agreements.sign(db, execution, name="Gerda Wijk", seen=agreements.mark_of(plan), by=worker, now=NOON)

    with pytest.raises(SameHands):
        agreements.countersign(db, execution, by=worker, now=NOON)
    agreements.countersign(db, execution, by=a_worker(), now=NOON)
    assert execution.state is E.RUNNING


def test_the_database_keeps_one_agreement_on_the_table(db):
    execution = an_execution()
    first = signed(execution)
    db.commit()
    db.add(Agreement(project_id=execution.id, number=2, content={}, content_sha256="0" * 64, signed_name="Nog eens",
                     signed_at=NOON))  # fmt: skip

    with pytest.raises(IntegrityError):
        db.flush()
    db.rollback()
    assert first.number == 1


def test_a_project_that_did_not_win_is_not_there(db):
    with pytest.raises(NotThere):
        follow_queries.execution_with(db, 999_999)
    assert issubclass(WrongDay, DomainError)

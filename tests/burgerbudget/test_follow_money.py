"""The money of a project: never more than the award, never twice, exact at the end, the account for finance only."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from spreekt.kernel import audit
from spreekt.kernel.actor import Role
from spreekt.kernel.errors import Forbidden, Invalid, NotThere
from spreekt.modules.burgerbudget.follow import agreements, ending, paying, progress
from spreekt.modules.burgerbudget.follow import domain as follow
from spreekt.modules.burgerbudget.follow.ending import NotFinishedYet, Settlement, settlement, share_out
from spreekt.modules.burgerbudget.follow.models import ExecutionState, Instalment, Payment
from spreekt.modules.burgerbudget.follow.paying import AccountStands, AlreadyPaid, NoAccount, NothingDue
from spreekt.modules.burgerbudget.phases.models import RoundRegulation
from spreekt.payouts.iban import NotAnIban
from tests.builders import DAY, NOON, acting, an_area, staff
from tests.follow_builders import (
    IBAN,
    TEXT,
    TODAY,
    a_worker,
    an_execution,
    an_expense,
    finance,
    finished,
    lead_of,
    signed,
    started,
)

E = ExecutionState


def pays(db, instalment, **fields):
    fields = {"paid_on": TODAY, "reference": "2026-117", "by": finance(), "now": NOON} | fields
    return paying.pay(db, instalment, **fields)


def piece(execution, **fields):
    begins = fields.get("from_cents", 0)
    defaults = {
        "project_id": execution.id, "award_cents": execution.award_cents, "from_cents": begins,
        "until_cents": begins + 1000, "after_cents": begins or None, "payable_cents": 1000,
    }  # fmt: skip
    return Instalment(**(defaults | fields))


WRONG_PIECES = {
    "longer than the award": {"until_cents": 430_001},
    "of another amount than the award": {"award_cents": 999_999},
    "that begins nowhere": {"from_cents": 500, "until_cents": 1500, "after_cents": None},
    "that begins where none ends": {"from_cents": 500, "until_cents": 1500, "after_cents": 500},
    "that says it follows another place": {"from_cents": 500, "until_cents": 1500, "after_cents": 172_000},
    "over a piece that is there": {"from_cents": 0, "until_cents": 1000},
    "of which more is paid than it holds": {"from_cents": 430_000, "until_cents": 430_001, "payable_cents": 2},
    "that runs backward": {"from_cents": 172_000, "until_cents": 171_000, "after_cents": 172_000},
}


@pytest.mark.parametrize("what", WRONG_PIECES)
def test_the_database_refuses_a_piece_of_money(db, what):
    execution = an_execution()
    started(execution)
    db.add(piece(execution, **WRONG_PIECES[what]))

    with pytest.raises(IntegrityError):
        db.flush()
    db.rollback()


def test_what_is_signed_is_paid_first_and_the_rest_after_each_milestone(db):
    execution = an_execution(E.RUNNING)
    first, second = execution.instalments
    assert list(paying.to_pay(db)) == [first]
    with pytest.raises(NothingDue):
        pays(db, second)

    pays(db, first)
    assert paying.number_to_pay(db) == 0
    progress.report(db, execution, execution.milestones[0], text=TEXT, by=lead_of(execution), now=NOON)
    progress.approve(db, execution.milestones[0], by=a_worker(), now=NOON)

    assert list(paying.to_pay(db)) == [second]
    pays(db, second)
    assert execution.paid_cents == execution.award_cents


def test_the_same_payment_once_more_is_the_same_payment_and_another_one_is_refused(db):
    first = an_execution(E.RUNNING).instalments[0]
    pays(db, first)

    assert pays(db, first).reference == "2026-117"
    with pytest.raises(AlreadyPaid):
        pays(db, first, reference="2026-118")
    assert len(db.scalars(select(Payment)).all()) == 1


def test_the_database_holds_one_payment_of_one_piece(db):
    first = an_execution(E.RUNNING).instalments[0]
    pays(db, first)
    db.commit()
    db.expunge_all()
    db.add(Payment(instalment_id=first.id, paid_on=TODAY, reference="nog eens", paid_by_id=staff(Role.FINANCE).id))

    with pytest.raises(IntegrityError):
        db.flush()
    db.rollback()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.FINANCE])
def test_only_finance_pays_and_takes_back(db, role):
    execution, who = an_execution(E.RUNNING), acting(staff(role))

    with pytest.raises(Forbidden):
        pays(db, execution.instalments[0], by=who)
    with pytest.raises(Forbidden):
        paying.take_back(db, execution, returned_on=TODAY, by=who, now=NOON)


def test_finance_pays_on_a_day_that_can_be_and_to_an_account_that_is_there(db):
    execution = an_execution()
    started(execution, with_account=False)
    first = execution.instalments[0]

    with pytest.raises(NoAccount):
        pays(db, first)
    paying.give_account(db, paying_vault(), execution, iban=IBAN, holder="Pluktuin vzw", by=lead_of(execution))
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(Invalid):
            pays(db, first, paid_on=day)


def paying_vault():
    from tests.builders import _vault

    return _vault()


def test_the_account_is_filled_in_once_checked_and_opened_by_finance_alone(db, vault):
    execution = an_execution()
    lead, member = lead_of(execution), acting(execution.dossier.active_members[1].account)

    with pytest.raises(NotAnIban):
        paying.give_account(db, vault, execution, iban="BE69 5390 0754 7034", holder="Pluktuin vzw", by=lead)
    with pytest.raises(NotThere):
        paying.give_account(db, vault, execution, iban=IBAN, holder="Pluktuin vzw", by=member)
    paying.give_account(db, vault, execution, iban=IBAN, holder="Pluktuin vzw", by=lead)
    with pytest.raises(AccountStands):
        paying.give_account(db, vault, execution, iban=IBAN, holder="Pluktuin vzw", by=lead)

    assert execution.account_ending == "7034"
    assert "53900754" not in execution.sealed_account
    for who in (lead, a_worker(), acting(staff(Role.ADMIN))):
        with pytest.raises(Forbidden):
            paying.open_account(db, vault, execution, by=who)
    assert paying.open_account(db, vault, execution, by=finance()).in_fours == IBAN
    assert "execution.account-seen" in db.scalars(select(audit.LogEntry.act)).all()


def test_an_account_that_is_wrong_is_wiped_by_who_follows_or_pays(db, vault):
    execution = an_execution(E.RUNNING)
    with pytest.raises(Forbidden):
        paying.clear_account(db, execution, by=lead_of(execution))

    paying.clear_account(db, execution, by=a_worker())

    assert (execution.sealed_account, execution.account_ending) == ("", "")
    assert paying.open_account(db, vault, execution, by=finance()) is None
    paying.give_account(db, vault, execution, iban=IBAN, holder="Pluktuin vzw", by=lead_of(execution))
    assert execution.account_ending == "7034"


def test_a_project_that_is_over_takes_no_account_when_nothing_is_to_pay(db, vault):
    execution = an_execution(E.STOPPED)
    paying.clear_account(db, execution, by=a_worker())

    with pytest.raises(NothingDue):
        paying.give_account(db, vault, execution, iban=IBAN, holder="Pluktuin vzw", by=lead_of(execution))


def test_a_project_that_is_over_takes_an_account_as_long_as_a_part_is_to_pay(db, vault, pages):
    execution = an_execution()
    started(execution, with_account=False)
    an_expense(execution, 430_000)
    finished(execution)
    ending.deliver(db, execution, by=a_worker(), now=NOON)
    db.commit()
    own, desk = (
        f"/burgerbudget/uitvoering/{execution.id}",
        f"/beheer/rondes/{execution.project.round.slug}/uitvoering/{execution.id}",
    )
    lead = pages.as_(execution.dossier.active_members[0].account)

    assert "Waar mag het geld naartoe?" in lead.get(own)
    lead.send(f"{own}/rekening", iban=IBAN, holder="Pluktuin vzw")
    assert execution.account_ending == "7034"
    assert "Waar mag het geld naartoe?" not in lead.get(own)
    assert "Wis het rekeningnummer" in pages.as_(staff(Role.AREA_WORKER, area=an_area())).get(desk)

    paying.clear_account(db, execution, by=finance())
    paying.give_account(db, vault, execution, iban=IBAN, holder="Pluktuin vzw", by=lead_of(execution))
    for part in execution.instalments:
        pays(db, part)
    paying.clear_account(db, execution, by=finance())
    with pytest.raises(NothingDue):
        paying.give_account(db, vault, execution, iban=IBAN, holder="Pluktuin vzw", by=lead_of(execution))


def test_the_account_is_erased_on_the_day_of_the_regulation_when_nothing_goes_to_it_any_more(db):
    execution = an_execution(E.RUNNING)
    rules = db.get(RoundRegulation, execution.project.round_id)
    assert rules.account_days == 90, "what a regulation begins with"
    rules.account_days = 30
    later = NOON + 30 * DAY
    paying.forget_accounts(db, later)
    assert execution.sealed_account, "a part is still to pay"

    pays(db, execution.instalments[0])
    ending.stop(db, execution, reason="Het lukte niet meer.", by=a_worker(), now=NOON)
    paying.forget_accounts(db, NOON + 29 * DAY)
    assert execution.sealed_account, "the bank may still send it back"
    paying.forget_accounts(db, later)
    paying.forget_accounts(db, later)

    assert execution.sealed_account == ""
    assert db.scalars(select(audit.LogEntry.act)).all().count("execution.account-erased") == 1


@pytest.mark.parametrize(
    ("spent", "to_return", "to_pay"),
    [(172_000, 0, 0), (100_000, 72_000, 0), (0, 172_000, 0), (200_050, 0, 28_050), (900_000, 0, 258_000)],
)
def test_the_account_at_the_end_is_exact(db, spent, to_return, to_pay):
    execution = an_execution(E.RUNNING, steps=2)
    pays(db, execution.instalments[0])
    if spent:
        an_expense(execution, spent)
    finished(execution)

    made = ending.deliver(db, execution, by=a_worker(), now=NOON)

    assert (made.to_return_cents, made.to_pay_cents) == (to_return, to_pay)
    assert execution.to_return_cents == to_return
    assert sum(each.payable_cents for each in execution.instalments if each.payment is None) == to_pay
    assert sum(each.payable_cents for each in paying.to_pay(db)) == to_pay


def test_a_stopped_project_says_why_and_pays_what_was_spent(db):
    execution = an_execution(E.RUNNING)
    an_expense(execution, 50_000)

    with pytest.raises(Invalid):
        ending.stop(db, execution, reason="Nee", by=a_worker(), now=NOON)
    ending.stop(db, execution, reason="De grond werd verkocht.", by=a_worker(), now=NOON)

    assert (execution.state, execution.spent_cents, execution.ended_on) == (E.STOPPED, 50_000, TODAY)
    assert [each.payable_cents for each in execution.instalments] == [50_000, 0]


def test_a_project_stops_before_it_began(db):
    execution = an_execution()
    signed(execution)

    ending.stop(db, execution, reason="De groep trekt zich terug.", by=a_worker(), now=NOON)

    assert (execution.state, execution.spent_cents, execution.instalments) == (E.STOPPED, 0, [])


def test_a_bill_that_is_refused_does_not_count(db):
    execution = an_execution(E.RUNNING)
    kept, refused = an_expense(execution, 40_000), an_expense(execution, 9_999)

    progress.judge_expense(db, refused, counts=False, refusal="Dit is niet voor het project.", by=a_worker())
    assert settlement(db, execution).spent_cents == kept.amount_cents
    progress.judge_expense(db, refused, counts=True, by=a_worker())

    assert settlement(db, execution).spent_cents == 49_999
    with pytest.raises(Forbidden):
        progress.judge_expense(db, kept, counts=False, refusal="Ik vind van niet.", by=lead_of(execution))


def test_delivering_asks_for_every_milestone_and_a_report_at_the_end(db):
    execution = an_execution(E.RUNNING)

    with pytest.raises(NotFinishedYet):
        ending.deliver(db, execution, by=a_worker(), now=NOON)
    finished(execution)
    ending.deliver(db, execution, by=a_worker(), now=NOON)

    assert execution.state is E.DONE


def test_finance_writes_down_once_that_money_came_back(db):
    execution = an_execution(E.RUNNING)
    pays(db, execution.instalments[0])
    with pytest.raises(NothingDue):
        paying.take_back(db, execution, returned_on=TODAY, by=finance(), now=NOON)
    ending.stop(db, execution, reason="De grond werd verkocht.", by=a_worker(), now=NOON)
    assert list(paying.to_come_back(db)) == [execution]
    with pytest.raises(Invalid):
        paying.take_back(db, execution, returned_on=TODAY + timedelta(days=1), by=finance(), now=NOON)

    for _twice in range(2):
        paying.take_back(db, execution, returned_on=TODAY, by=finance(), now=NOON)

    assert list(paying.to_come_back(db)) == []
    assert db.scalars(select(audit.LogEntry.act)).all().count("execution.returned") == 1


CENTS = some.integers(min_value=1, max_value=10_000_000)


@given(award=CENTS, spent=some.integers(min_value=0, max_value=20_000_000), parts=some.lists(CENTS, max_size=6),
       paid=some.sets(some.integers(min_value=0, max_value=5)))  # fmt: skip
def test_no_account_ever_bears_more_than_the_award_or_than_what_was_spent(award, spent, parts, paid):
    pieces, begins = [], 0
    for place, size in enumerate(parts):
        size = min(size, award - begins)
        if size <= 0:
            break
        done = Payment(instalment_id=place) if place in paid else None
        pieces.append(Instalment(from_cents=begins, until_cents=begins + size, payable_cents=size, payment=done))
        begins += size
    before = sum(each.payable_cents for each in pieces if each.payment)
    made = Settlement(award, spent, before)

    after = before + sum(cents for _each, cents in share_out(pieces, made.to_pay_cents))

    assert after <= award
    assert made.to_return_cents == max(0, before - min(award, spent))
    assert after - made.to_return_cents <= min(award, spent)
    assert all(0 <= cents <= each.until_cents - each.from_cents for each, cents in share_out(pieces, made.to_pay_cents))
    if begins == award:
        assert after - made.to_return_cents == min(award, spent)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cents=some.integers(min_value=1, max_value=5_000_000), percent=some.integers(min_value=0, max_value=100),
       steps=some.integers(min_value=1, max_value=5))  # fmt: skip
def test_whatever_the_award_its_pieces_are_the_award(db, cents, percent, steps):
    execution = an_execution(cents=cents, percent=percent, steps=steps)

    started(execution)

    sizes = [each.until_cents - each.from_cents for each in execution.instalments]
    assert sum(sizes) == cents
    assert all(size > 0 for size in sizes)
    assert follow.first_cents(cents, percent) in {0, sizes[0]}
    assert agreements.left_to_divide(execution.agreement.content) == 0

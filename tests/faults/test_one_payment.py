"""Two people of finance pay the same part at once, over two servers: it is paid once, and both read so."""

from sqlalchemy import func, select

from spreekt.kernel.actor import Role
from spreekt.modules.burgerbudget.follow.models import ExecutionState, Payment
from tests.builders import staff
from tests.follow_builders import TODAY, an_execution
from tests.live import Platform
from tests.wire import released_together


def test_twenty_presses_of_two_people_pay_once(live: Platform) -> None:
    with live.building():
        execution = an_execution(ExecutionState.RUNNING)
        part = execution.instalments[0].id
        people = [staff(Role.FINANCE), staff(Role.FINANCE)]
    path = f"/beheer/burgerbudget/betalingen/{part}"
    visitors = [live.webs[place].visitor(live.sign_in(account)) for place, account in enumerate(people)]
    presses = []
    for turn in range(20):
        visitor = visitors[turn % 2]
        values = visitor.filled(path, paid_on=TODAY.isoformat(), reference=f"2026-{turn}")
        presses.append((live.webs[turn % 2].port, visitor.request("POST", path, values)))

    replies = released_together(presses)

    assert sorted({reply.status for reply in replies}) == [303, 409], [reply.text[:200] for reply in replies]
    assert [reply.status for reply in replies].count(303) == 1
    with live.sessions() as db:
        paid = db.scalars(select(Payment).where(Payment.instalment_id == part)).all()
        assert len(paid) == 1
        winner = next(turn for turn, reply in enumerate(replies) if reply.status == 303)
        assert paid[0].reference == f"2026-{winner}"
        assert paid[0].paid_by_id == people[winner % 2].id


def test_the_same_payment_sent_twenty_times_is_one_payment(live: Platform) -> None:
    with live.building():
        part = an_execution(ExecutionState.RUNNING).instalments[0].id
        account = staff(Role.FINANCE)
    path = f"/beheer/burgerbudget/betalingen/{part}"
    visitor = live.webs[0].visitor(live.sign_in(account))
    values = visitor.filled(path, paid_on=TODAY.isoformat(), reference="2026-7")
    request = visitor.request("POST", path, values)

    replies = released_together([(live.webs[turn % 2].port, request) for turn in range(20)])

    assert {reply.status for reply in replies} == {303}
    with live.sessions() as db:
        assert db.scalar(select(func.count()).select_from(Payment).where(Payment.instalment_id == part)) == 1

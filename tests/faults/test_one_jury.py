"""F16, V01: however many press at once, a resident stands once, a jury is drawn once, and a seat is filled once."""

from sqlalchemy import func, select

from spreekt.identity.models import RoleGrant
from spreekt.kernel.actor import Role
from spreekt.kernel.audit import LogEntry
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury import seats as jury_seats
from spreekt.modules.burgerbudget.jury.call_models import JuryCandidate, JurySeat, SeatState
from tests.builders import DAY, NOON, a_resident, staff
from tests.jury_builders import SEED, AtWork, a_jury_round, candidates, drawn, frozen, organisers
from tests.live import Platform
from tests.wire import released_together

MANY = 12


def at_once(live: Platform, path: str, forms: list, tokens: list[str]) -> list[int]:
    """Send these forms, each by its own visitor, over both servers in the same instant; the statuses."""
    visitors = [live.webs[turn % 2].visitor(token) for turn, token in enumerate(tokens)]
    requests = []
    for turn, (visitor, form) in enumerate(zip(visitors, forms, strict=True)):
        visitor.cookies |= form.cookies
        requests.append((live.webs[turn % 2].port, visitor.request("POST", path, form.values)))
    return [reply.status for reply in released_together(requests)]


class Filled:
    """A form that somebody opened and filled in, ready to be sent."""

    def __init__(self, live: Platform, token: str, page: str, **fields: str) -> None:
        visitor = live.webs[0].visitor(token)
        self.values = visitor.filled(page, **fields)
        self.cookies = visitor.cookies


def test_f16_a_resident_who_presses_twelve_times_stands_once(live: Platform) -> None:
    with live.building() as db:
        round, account = a_jury_round(), a_resident()
        db.commit()
    path, token = f"/burgerbudget/{round.slug}/jury/kandidaat", live.sign_in(account)
    forms = [Filled(live, token, path, agrees="y", gender="") for _each in range(MANY)]

    statuses = at_once(live, path, forms, [token] * MANY)

    assert set(statuses) == {303}
    with live.sessions() as db:
        assert len(db.scalars(select(JuryCandidate).where(JuryCandidate.round_id == round.id)).all()) == 1


def test_v01_two_who_draw_at_once_draw_one_jury(live: Platform) -> None:
    with live.building() as db:
        round, (admin, _publisher) = a_jury_round(), organisers()
        candidates(round, 9)
        frozen(round, admin, now=NOON - DAY)
        people = [staff(Role.PUBLISHER) for _each in range(MANY)]
        db.commit()
    tokens = [live.sign_in(account) for account in people]
    path = f"/beheer/rondes/{round.slug}/jury/loting"
    seeds = [f"{SEED} {turn}" for turn, _token in enumerate(tokens)]
    forms = [Filled(live, token, path, seed=seed, again=seed) for seed, token in zip(seeds, tokens, strict=True)]

    statuses = at_once(live, path, forms, tokens)

    assert sorted(statuses) == [303] + [409] * (MANY - 1)
    with live.sessions() as db:
        seats = jury_queries.seats_of(db, round.id)
        assert [seat.state for seat in seats] == [SeatState.ASKED] * 3 + [SeatState.RESERVE] * 2
        granted = select(RoleGrant.account_id).where(RoleGrant.role == Role.JUROR)
        assert {seat.account_id for seat in seats[:3]} <= set(db.scalars(granted))
        logged = select(func.count()).where(LogEntry.act == "jury.draw", LogEntry.subject == f"round:{round.id}")
        assert db.scalar(logged) == 1


def test_v01_one_reserve_takes_an_empty_seat_however_many_confirm(live: Platform) -> None:
    with live.building() as db:
        round, people = a_jury_round(), [staff(Role.ADMIN) for _each in range(MANY)]
        seats, _admin, _publisher = drawn(round, now=NOON - DAY)
        jury_seats.answer(db, seats[0], False, by=AtWork.who(seats[0]))
        db.commit()
        reserve = jury_seats.suggested(db, seats[0])
    tokens = [live.sign_in(account) for account in people]
    desk = f"/beheer/rondes/{round.slug}/jury"
    forms = [Filled(live, token, desk, reserve=str(reserve.id)) for token in tokens]

    statuses = at_once(live, f"{desk}/plaatsen/{seats[0].id}/vervang", forms, tokens)

    assert sorted(statuses) == [303] + [409] * (MANY - 1)
    with live.sessions() as db:
        taken = db.scalars(select(JurySeat).where(JurySeat.replaces_id == seats[0].id)).all()
        assert [seat.id for seat in taken] == [reserve.id]

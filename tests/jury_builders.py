"""Juries for tests: a round whose jury is called, drawn or at work, as far as a test needs it."""

from datetime import date
from typing import Any

from sqlalchemy import select

from spreekt.identity.models import Account
from spreekt.kernel.actor import Role
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget.jury import appointing
from spreekt.modules.burgerbudget.jury import call as jury_call
from spreekt.modules.burgerbudget.jury import conflicts as jury_conflicts
from spreekt.modules.burgerbudget.jury import domain as jury
from spreekt.modules.burgerbudget.jury import lottery as jury_lottery
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury import scores as jury_scores
from spreekt.modules.burgerbudget.jury import seats as jury_seats
from spreekt.modules.burgerbudget.jury.call_models import JuryCandidate, JuryDraw, JuryExpert, JurySeat
from spreekt.modules.burgerbudget.jury.score_models import JuryCriterion
from spreekt.modules.burgerbudget.models import PublishedOutcome
from tests.budget_builders import a_phased_round
from tests.builders import DAY, NOON, _session, _vault, a_project, a_resident, acting, an_area, kept, staff

JURY = {"jury_size": 3, "jury_reserves": 2, "jury_age_least": 16, "winners_most": 2}
SOURCE, SEED = "de trekking van de Lotto op dinsdag 24 november 2026", "3 14 15 26 35 45"
WHY = "De jury vindt dat veel mensen in de buurt hier beter van worden, elke dag opnieuw."


def a_jury_round(now_in: PhaseKind = PhaseKind.DIALOGUE, **numbers: Any) -> Any:
    """A round with a jury of three and two reserves; noon stands on the first day of `now_in`."""
    without = {} if numbers.get("jury_size", 1) else {"winners_most": None}
    return a_phased_round(now_in, numbers=JURY | without | numbers)


def organisers() -> tuple[Any, Any]:
    """The two people: an administrator and a publisher."""
    return acting(staff(Role.ADMIN)), acting(staff(Role.PUBLISHER))


def candidates(round: Any, number: int = 5, *, now: Any = NOON, **fields: Any) -> list[Account]:
    """Residents who stand for the jury of a round, before it began."""
    people = [a_resident(area=an_area(), **fields) for _each in range(number)]
    for account in people:
        stand(round, account, now=now)
    return people


def stand(round: Any, account: Account, *, gender: Any = None, now: Any = NOON) -> JuryCandidate:
    found = jury_call.sign_up(_session(), _vault(), round, gender=gender, by=acting(account), now=now)
    _session().commit()
    return found


def frozen(round: Any, admin: Any, *, now: Any = NOON) -> JuryDraw:
    """A list that was frozen the day before its seed becomes known."""
    seed_on = (now + DAY).date()
    found = jury_lottery.freeze(_session(), round, seed_source=SOURCE, seed_on=seed_on, by=admin, now=now)
    _session().commit()
    return found


def drawn(round: Any, people: int = 5, *, now: Any = NOON, signed_up: Any = None) -> tuple[list[JurySeat], Any, Any]:
    """A jury that was drawn the day after `now`, nobody answered yet; with the two who did it."""
    admin, publisher = organisers()
    candidates(round, people, now=signed_up or now)
    frozen(round, admin, now=now)
    jury_lottery.draw_jury(_session(), round, SEED, by=publisher, now=now + DAY)
    _session().commit()
    return list(jury_queries.seats_of(_session(), round.id)), admin, publisher


def criteria(round: Any, *most: int) -> list[JuryCriterion]:
    return [
        kept(JuryCriterion(round_id=round.id, place=place, title=f"Criterium {place}", points_most=points))
        for place, points in enumerate(most or (10, 5), start=1)
    ]


def through(round: Any, *projects: Any) -> None:
    """What the vote let through, published by two people."""
    round.publishes_at = NOON - 5 * DAY
    rows = [{"code": each.code, "title": each.title, "won": True} for each in projects]
    kept(PublishedOutcome(round_id=round.id, file="", file_sha256="0" * 64, summary={"projects": rows},
                          prepared_at=NOON - 5 * DAY, published_at=NOON - 5 * DAY))  # fmt: skip


def proposed(round: Any, by: Any, *, now: Any = NOON, **fields: Any) -> JuryExpert:
    """An expert whom somebody put forward."""
    said = {"name": "An Peeters", "expertise": "Docent publieke ruimte", "email": "an@hogeschool.example",
            "decided_on": (now - 3 * DAY).date(), "decision_uri": "https://raad.example/besluit/7"}  # fmt: skip
    found = appointing.propose(_session(), _vault(), round, **(said | fields), by=by, now=now)
    _session().commit()
    return found


def appointed(round: Any, *names: str, now: Any = NOON) -> list[JurySeat]:
    """Experts of these names, put forward by one person and confirmed by another; nobody answered yet."""
    admin, publisher = organisers()
    seats = []
    for name in names:
        expert = proposed(round, admin, now=now, name=name, email=f"{name.lower()}@hogeschool.example")
        seats.append(appointing.confirm(_session(), _vault(), expert, by=publisher, now=now))
        _session().commit()
    return seats


class AtWork:
    """A jury of three that sits, with three projects before it; noon stands on the first day of its phase."""

    now, before, after = NOON, NOON - 2 * DAY, NOON + 6 * DAY

    def __init__(self, *, projects: int = 3, accepts: int = 3, **numbers: Any) -> None:
        self.round = a_jury_round(PhaseKind.JURY, **numbers)
        self.criteria = criteria(self.round)
        self.projects = [a_project(self.round, f"p{place}", cost_cents=3_000_000) for place in range(1, projects + 1)]
        self.seats, self.admin, self.publisher = drawn(self.round, now=NOON - 15 * DAY)
        self.jurors = [seat for seat in self.seats if not seat.is_reserve]
        through(self.round, *self.projects)
        for seat in self.jurors[:accepts]:
            jury_seats.answer(_session(), seat, True, by=self.who(seat))
        _session().commit()

    @property
    def standing(self) -> Any:
        return jury_queries.standing(_session(), self.round)

    @staticmethod
    def account(seat: JurySeat) -> Account:
        return _session().get_one(Account, seat.account_id)

    @staticmethod
    def who(seat: JurySeat) -> Any:
        return acting(AtWork.account(seat))

    def sheet(self, seat: JurySeat, project: Any, *points: int | None, hand_in: bool = True, **fields: Any) -> Any:
        """One juror's points for one project, by criterion."""
        given = {each.id: number for each, number in zip(self.criteria, points, strict=False)}
        return jury_scores.save_sheet(
            _session(), self.standing, seat, project.id, points=given, hand_in=hand_in,
            **({"note": "", "by": self.who(seat), "now": self.now} | fields),
        )  # fmt: skip

    def score_everything(self, *points: int) -> None:
        off = jury_conflicts.conflicts(_session(), self.round.id)
        for seat in self.jurors:
            for project in self.projects:
                if (seat.id, project.id) not in off:
                    self.sheet(seat, project, *(points or (8, 4)))

    def verdict(self, project: Any, chosen: bool, **fields: Any) -> Any:
        said = {"motivation": WHY, "seen_version": None, "by": self.admin, "now": self.now} | fields
        return jury.decide(_session(), self.standing, project.id, chosen=chosen, **said)

    def session(self, **fields: Any) -> Any:
        said = {"held_on": self.now.date(), "subject": "Eerste zitting", "by": self.admin, "now": self.now,
                "present": [seat.id for seat in self.jurors]} | fields  # fmt: skip
        return jury.hold_session(_session(), self.standing, **said)

    def decided(self) -> None:
        """Everything that a report needs: two are chosen."""
        self.score_everything()
        self.session()
        for place, project in enumerate(self.projects):
            self.verdict(project, place < 2)
        _session().commit()

    def closed(self) -> Any:
        self.decided()
        report = jury.close(_session(), self.standing, WHY, by=self.admin, now=self.now)
        _session().commit()
        return report

    def published(self) -> Any:
        self.closed()
        report = jury.publish(_session(), self.round, by=self.publisher, now=self.now)
        _session().commit()
        return report


def an_age(years: int) -> date:
    """Born so that somebody has this age on the day of the tests."""
    return date(NOON.year - years, 1, 1)


def numbers_of(round: Any) -> set[int]:
    return set(_session().scalars(select(JuryCandidate.number).where(JuryCandidate.round_id == round.id)))

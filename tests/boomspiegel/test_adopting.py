"""Asking for a tree pit: what is answered, who may, who is first, who waits, and what is refused."""

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from spreekt.kernel.errors import Forbidden, IllegalTransition, Invalid, NeedsResidence, NotThere
from spreekt.modules.boomspiegel import deciding, domain, life
from spreekt.modules.boomspiegel.adoption_models import AdopterKind, AdoptionState, Advice, Nearness
from spreekt.modules.boomspiegel.domain import (
    ForbiddenInWords,
    NotAdoptable,
    NotFinished,
    Plan,
    TooManyAdoptions,
    TooMuchWaiting,
)
from spreekt.modules.boomspiegel.models import PitState
from spreekt.modules.boomspiegel.plants import ForbiddenPlant, TooHigh
from tests.builders import DAY, NOON, a_resident, acting, an_account, kept
from tests.tree_builders import (
    TODAY,
    WANTED,
    a_pit,
    a_request,
    a_sent_request,
    an_adoption,
    clerk,
    green,
    the_rules,
)

A = AdoptionState
URL = "https://besluiten.example/college/2026/118"


def test_the_first_who_sends_holds_the_place_and_the_next_stand_in_line(db: Session) -> None:
    pit = a_pit()

    first, second, third = (a_sent_request(pit, a_resident()) for _ in range(3))

    assert [one.state for one in (first, second, third)] == [A.REQUESTED, A.WAITING, A.WAITING]
    assert [one.queue_number for one in (first, second, third)] == [None, 1, 2]
    assert pit.state == PitState.REQUESTED


def test_the_database_itself_refuses_a_second_holder(db: Session) -> None:
    pit = a_pit()
    an_adoption(pit, a_resident())

    with pytest.raises(IntegrityError):
        an_adoption(pit, a_resident(), state=A.REQUESTED)
    db.rollback()


def test_beginning_twice_is_one_request(db: Session) -> None:
    pit, who = a_pit(), acting(a_resident())

    assert domain.begin(db, pit, by=who, now=NOON).id == domain.begin(db, pit, by=who, now=NOON).id


@pytest.mark.parametrize("state", [PitState.UNSUITABLE, PitState.REMOVED])
def test_a_place_that_is_unsuitable_or_gone_is_not_asked_for(db: Session, state: PitState) -> None:
    pit = a_pit(state=state, gone_on=TODAY if state == PitState.REMOVED else None)

    with pytest.raises(NotAdoptable):
        domain.begin(db, pit, by=acting(a_resident()), now=NOON)


def test_nobody_holds_more_places_than_the_regulation_allows(db: Session) -> None:
    the_rules(adoptions_most=2)
    me = a_resident()
    for _ in range(2):
        a_sent_request(a_pit(), me)
    third = a_request(a_pit(), me)

    with pytest.raises(TooManyAdoptions, match="2"):
        domain.submit(db, third, by=acting(me), now=NOON)


def test_nobody_stands_in_more_lines_than_the_regulation_allows(db: Session) -> None:
    the_rules(waiting_most=1)
    me, other = a_resident(), a_resident()
    pits = [a_pit(), a_pit()]
    for pit in pits:
        a_sent_request(pit, other)
    a_sent_request(pits[0], me)
    again = a_request(pits[1], me)

    with pytest.raises(TooMuchWaiting):
        domain.submit(db, again, by=acting(me), now=NOON)


def test_persons_and_families_live_in_the_city_schools_and_committees_need_not(db: Session) -> None:
    commuter = an_account()
    alone, school = a_request(a_pit(), commuter), a_request(a_pit(), commuter, kind=AdopterKind.SCHOOL)

    with pytest.raises(NeedsResidence):
        domain.submit(db, alone, by=acting(commuter), now=NOON)
    assert domain.submit(db, school, by=acting(commuter), now=NOON) is A.REQUESTED


def test_nothing_is_sent_while_an_answer_is_missing(db: Session) -> None:
    me = acting(a_resident())
    adoption = domain.begin(db, a_pit(), by=me, now=NOON)
    asked = []
    for answer in (
        lambda: domain.say_who(adoption, AdopterKind.PERSON, "", by=me),
        lambda: domain.say_where(adoption, Nearness.HOME, "", by=me),
        lambda: domain.plan(db, adoption, WANTED, by=me),
        lambda: domain.accept_rules(db, adoption, {r["code"] for r in adoption.regulation.rules}, by=me, now=NOON),
    ):
        asked.append(domain.unanswered(adoption))
        with pytest.raises(NotFinished):
            domain.submit(db, adoption, by=me, now=NOON)
        answer()

    assert asked == ["wie", "waar", "planten", "regels"]
    assert domain.submit(db, adoption, by=me, now=NOON) is A.REQUESTED


def test_every_rule_is_accepted_in_the_version_of_the_request(db: Session) -> None:
    me = acting(a_resident())
    adoption = domain.begin(db, a_pit(), by=me, now=NOON)
    codes = {rule["code"] for rule in adoption.regulation.rules}

    with pytest.raises(NotFinished):
        domain.accept_rules(db, adoption, codes - {"hoogte"}, by=me, now=NOON)
    domain.accept_rules(db, adoption, codes, by=me, now=NOON)
    domain.accept_rules(db, adoption, codes, by=me, now=NOON + DAY)

    assert {row.rule_code for row in adoption.accepted} == codes
    assert {row.accepted_at for row in adoption.accepted} == {NOON}


def test_a_forbidden_plant_is_refused_by_name(db: Session) -> None:
    me = acting(a_resident())
    adoption = domain.begin(db, a_pit(), by=me, now=NOON)

    with pytest.raises(ForbiddenPlant, match="Klimop"):
        domain.plan(db, adoption, Plan(("lavendel", "klimop"), ""), by=me)


def test_a_plant_that_grows_too_high_for_a_junction_is_refused(db: Session) -> None:
    me = acting(a_resident())
    inside, corner = a_pit(), a_pit(near_junction=True)

    domain.plan(db, domain.begin(db, inside, by=me, now=NOON), Plan(("salie",), ""), by=me)
    with pytest.raises(TooHigh, match="40"):
        domain.plan(db, domain.begin(db, corner, by=me, now=NOON), Plan(("salie",), ""), by=me)


def test_forbidden_plants_in_the_words_are_warned_of_and_shown_to_staff(db: Session) -> None:
    me = acting(a_resident())
    adoption = domain.begin(db, a_pit(), by=me, now=NOON)
    words = "Een paar ROZELAARS en Hedera helix tegen de stam."

    with pytest.raises(ForbiddenInWords, match=r"Klimop .*Roos"):
        domain.plan(db, adoption, Plan((), words), by=me)
    domain.plan(db, adoption, Plan((), words, keeps_words=True), by=me)

    assert adoption.plan_hits == "Klimop, Roos"


@pytest.mark.parametrize("name", ["Jan Peeters", "Burgemeester", "www.spam.example"])
def test_only_a_first_name_is_shown(db: Session, name: str) -> None:
    me = acting(a_resident())
    adoption = domain.begin(db, a_pit(), by=me, now=NOON)

    with pytest.raises(Invalid):
        domain.say_where(adoption, Nearness.HOME, name, by=me)


def test_nobody_answers_for_somebody_else(db: Session) -> None:
    adoption = a_request(a_pit(), a_resident())
    other = acting(a_resident())

    for act in (
        lambda: domain.say_who(adoption, AdopterKind.PERSON, "", by=other),
        lambda: domain.plan(db, adoption, WANTED, by=other),
        lambda: domain.submit(db, adoption, by=other, now=NOON),
        lambda: domain.withdraw(db, adoption, by=other, now=NOON),
    ):
        with pytest.raises(NotThere):
            act()


def test_from_request_to_agreement(db: Session) -> None:
    pit = a_pit()
    adoption = a_sent_request(pit, a_resident())

    deciding.ask_changes(db, adoption, "Kies iets lagers.", by=acting(green()), now=NOON)
    domain.plan(db, adoption, WANTED, by=acting(adoption.account))
    domain.submit(db, adoption, by=acting(adoption.account), now=NOON)
    deciding.advise(db, adoption, Advice.WITH_LIMITS, "Hou de stam vrij.", by=acting(green()), now=NOON)
    deciding.approve(db, adoption, decided_on=TODAY, decision_url=URL, by=acting(clerk()), now=NOON)

    assert (adoption.state, pit.state) == (A.ACTIVE, PitState.ADOPTED)
    assert (adoption.started_on, adoption.check_due_on) == (TODAY, date(2027, 11, 23))


def test_who_advises_does_not_write_down_the_college_and_the_other_way_round(db: Session) -> None:
    adoption = a_sent_request(a_pit(), a_resident())

    with pytest.raises(Forbidden):
        deciding.advise(db, adoption, Advice.POSITIVE, "", by=acting(clerk()), now=NOON)
    deciding.advise(db, adoption, Advice.POSITIVE, "", by=acting(green()), now=NOON)
    with pytest.raises(Forbidden):
        deciding.approve(db, adoption, decided_on=TODAY, decision_url=URL, by=acting(green()), now=NOON)


def test_nobody_advises_on_their_own_request(db: Session) -> None:
    service = green()
    adoption = a_sent_request(a_pit(), service, kind=AdopterKind.COMMITTEE)

    with pytest.raises(Forbidden):
        deciding.advise(db, adoption, Advice.POSITIVE, "", by=acting(service), now=NOON)


@pytest.mark.parametrize(
    ("decided_on", "url"),
    [(TODAY + DAY, URL), (TODAY - 300 * DAY, URL), (TODAY, "javascript:alert(1)"), (TODAY, "http://besluit.example")],
)
def test_a_decision_has_a_possible_day_and_an_address(db: Session, decided_on: date, url: str) -> None:
    adoption = an_adoption(a_pit(), a_resident(), state=A.ADVISED)

    with pytest.raises(Invalid):
        deciding.approve(db, adoption, decided_on=decided_on, decision_url=url, by=acting(clerk()), now=NOON)
    assert adoption.state == A.ADVISED


def test_a_refusal_gives_its_reason_and_the_place_to_the_next_in_line(db: Session) -> None:
    pit = a_pit()
    first = an_adoption(pit, a_resident(), state=A.ADVISED)
    late, early = (an_adoption(pit, a_resident(), state=A.WAITING, queue_number=number) for number in (7, 3))

    deciding.refuse(db, first, "De rijstrook is te dicht.", decided_on=TODAY, decision_url=URL, by=acting(clerk()),
                    now=NOON)  # fmt: skip

    assert (first.state, first.end_words) == (A.REFUSED, "De rijstrook is te dicht.")
    assert (early.state, late.state, pit.state) == (A.OFFERED, A.WAITING, PitState.REQUESTED)
    assert early.offer_until == TODAY + 14 * DAY


def test_who_is_offered_a_place_accepts_and_stands_before_the_service(db: Session) -> None:
    me = a_resident()
    adoption = an_adoption(a_pit(), me, state=A.OFFERED)

    domain.accept_offer(db, adoption, by=acting(me), now=NOON)

    assert adoption.state == A.REQUESTED
    with pytest.raises(IllegalTransition):
        domain.accept_offer(db, adoption, by=acting(me), now=NOON)


def test_withdrawing_frees_the_place_and_leaving_the_line_does_not_touch_it(db: Session) -> None:
    pit = a_pit()
    holder, waiting = a_sent_request(pit, a_resident()), a_sent_request(pit, a_resident())

    domain.withdraw(db, waiting, by=acting(waiting.account), now=NOON)
    assert pit.state == PitState.REQUESTED
    domain.withdraw(db, holder, by=acting(holder.account), now=NOON)

    assert (pit.state, life.holder_of(db, pit.id)) == (PitState.AVAILABLE, None)


def test_a_number_in_line_is_never_given_twice(db: Session) -> None:
    pit = a_pit()
    a_sent_request(pit, a_resident())
    left = a_sent_request(pit, a_resident())
    domain.withdraw(db, left, by=acting(left.account), now=NOON)

    assert a_sent_request(pit, a_resident()).queue_number == 2


def test_an_open_adoption_always_has_somebody(db: Session) -> None:
    adoption = an_adoption(a_pit(), a_resident())

    adoption.account_id = None
    with pytest.raises(IntegrityError):
        kept(adoption)
    db.rollback()

"""From day to day: the log, fellow carers, handing over, reports, nest boxes, drought, and what is erased."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Role
from spreekt.kernel.errors import Forbidden, Invalid, NotThere
from spreekt.modules.boomspiegel import care, handing_over, queries
from spreekt.modules.boomspiegel.adoption_models import AdopterKind, Adoption, AdoptionState, CoAdopter, Nearness
from spreekt.modules.boomspiegel.care import PlaceFull
from spreekt.modules.boomspiegel.care_models import CareEntry, Concern, Deed
from spreekt.modules.boomspiegel.domain import NotFinished, TooManyAdoptions
from spreekt.modules.boomspiegel.models import Adoptable, PitState
from spreekt.modules.boomspiegel.regulation import in_force
from tests.builders import DAY, NOON, a_resident, acting, an_area, kept, staff
from tests.tree_builders import TODAY, a_pit, a_sent_request, adoptions_of, an_adoption, green, the_rules

A = AdoptionState


def codes(db: Session) -> set[str]:
    return {rule["code"] for rule in in_force(db, "boomspiegel", on=TODAY).rules}


def over(db: Session, old: Adoption, who: object, **changes: object) -> Adoption:
    given = {"codes": codes(db), "kind": AdopterKind.PERSON, "nearness": Nearness.HOME, "by": who, "now": NOON}
    return handing_over.take_over(db, old, **(given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("litres", [None, 0, 501, -3])
def test_water_is_counted_in_litres_that_are_possible(db: Session, litres: int | None) -> None:
    me = a_resident()
    adoption = an_adoption(a_pit(), me)

    with pytest.raises(Invalid):
        care.log(db, adoption, Deed.WATERED, litres=litres, done_on=TODAY, by=acting(me), today=TODAY)


@pytest.mark.parametrize("days", [1, -21])
def test_the_log_is_about_days_of_the_adoption(db: Session, days: int) -> None:
    me = a_resident()
    adoption = an_adoption(a_pit(), me)

    with pytest.raises(Invalid):
        care.log(db, adoption, Deed.WEEDED, litres=None, done_on=TODAY + days * DAY, by=acting(me), today=TODAY)


def test_nobody_fills_the_log_without_end(db: Session) -> None:
    me = a_resident()
    adoption = an_adoption(a_pit(), me)
    for _ in range(care.ENTRIES_A_DAY):
        care.log(db, adoption, Deed.WEEDED, litres=None, done_on=TODAY, by=acting(me), today=TODAY)

    with pytest.raises(Invalid):
        care.log(db, adoption, Deed.WEEDED, litres=None, done_on=TODAY, by=acting(me), today=TODAY)


def test_only_who_cares_writes_in_the_log_and_only_while_it_runs(db: Session) -> None:
    me, other = a_resident(), a_resident()
    running, ended = an_adoption(a_pit(), me), an_adoption(a_pit(), me, state=A.LAPSED)

    for adoption, who in ((running, other), (ended, me)):
        with pytest.raises(NotThere):
            care.log(db, adoption, Deed.WEEDED, litres=None, done_on=TODAY, by=acting(who), today=TODAY)


def test_neighbours_care_along_up_to_the_cap(db: Session) -> None:
    the_rules(adopters_most=3)
    adoption = an_adoption(a_pit(), a_resident())
    first, second, third = (acting(a_resident()) for _ in range(3))

    care.join(db, adoption, by=first, today=TODAY)
    care.join(db, adoption, by=first, today=TODAY)
    care.join(db, adoption, by=second, today=TODAY)
    with pytest.raises(PlaceFull):
        care.join(db, adoption, by=third, today=TODAY)
    care.leave(db, adoption, first.id or 0, by=first)
    care.join(db, adoption, by=third, today=TODAY)

    assert sorted(carer.seat for carer in adoption.carers) == [2, 3]
    care.log(db, adoption, Deed.WATERED, litres=10, done_on=TODAY, by=third, today=TODAY)


def test_only_the_holder_or_the_one_themselves_ends_caring_along(db: Session) -> None:
    holder, first, second = a_resident(), a_resident(), a_resident()
    adoption = an_adoption(a_pit(), holder)
    for who in (first, second):
        care.join(db, adoption, by=acting(who), today=TODAY)

    with pytest.raises(NotThere):
        care.leave(db, adoption, first.id, by=acting(second))
    care.leave(db, adoption, first.id, by=acting(holder))

    assert [carer.account_id for carer in adoption.carers] == [second.id]


def test_who_takes_over_holds_the_same_plan_under_todays_rules(db: Session) -> None:
    pit, neighbour = a_pit(), a_resident()
    old = an_adoption(pit, a_resident(), ends_on=TODAY + DAY)
    care.join(db, old, by=acting(neighbour), today=TODAY)

    new = over(db, old, acting(a_resident()))

    assert (old.state, new.state, pit.state) == (A.TRANSFERRED, A.ACTIVE, PitState.ADOPTED)
    assert (new.plan_words, new.ends_on, len(new.accepted)) == (old.plan_words, None, len(codes(db)))
    assert [carer.account_id for carer in new.carers] == [neighbour.id]
    assert old.carers == []


def test_a_place_is_not_taken_over_twice_nor_without_the_rules_nor_above_the_limit(db: Session) -> None:
    the_rules(adoptions_most=1)
    old = an_adoption(a_pit(), a_resident())
    full = a_resident()
    a_sent_request(a_pit(), full)

    with pytest.raises(NotFinished):
        over(db, old, acting(a_resident()), codes=set())
    with pytest.raises(TooManyAdoptions):
        over(db, old, acting(full))
    over(db, old, acting(a_resident()))
    with pytest.raises(NotThere):
        over(db, old, acting(a_resident()))


def test_links_are_dead_once_the_holder_says_so(db: Session) -> None:
    me = a_resident()
    adoption = an_adoption(a_pit(), me)

    first = handing_over.open_door(db, adoption, by=acting(me))
    assert handing_over.open_door(db, adoption, by=acting(me)) == first
    handing_over.close_door(db, adoption, by=acting(me))

    assert handing_over.open_door(db, adoption, by=acting(me)) != first
    with pytest.raises(NotThere):
        handing_over.open_door(db, adoption, by=acting(a_resident()))


def test_a_nest_box_is_hung_by_staff_on_a_possible_day(db: Session) -> None:
    me = a_resident()
    adoption = an_adoption(a_pit(), me)

    with pytest.raises(Forbidden):
        care.hang_nest_box(db, adoption, done_on=TODAY, by=acting(me), today=TODAY)
    with pytest.raises(Invalid):
        care.hang_nest_box(db, adoption, done_on=TODAY + DAY, by=acting(green()), today=TODAY)
    care.hang_nest_box(db, adoption, done_on=TODAY, by=acting(green()), today=TODAY)

    assert adoption.nest_box_done_on == TODAY


def test_a_drought_call_reaches_who_cares_there_once(db: Session) -> None:
    here, there = an_area("Heule"), an_area("Marke")
    holder, along, elsewhere = a_resident(), a_resident(), a_resident()
    adoption = an_adoption(a_pit(area=here), holder)
    an_adoption(a_pit(area=here), holder)
    an_adoption(a_pit(area=there), elsewhere)
    an_adoption(a_pit(area=here), a_resident(), state=A.LAPSED)
    care.join(db, adoption, by=acting(along), today=TODAY)
    words = "Geef deze week twee gieters water."

    call = care.call_for_water(db, area_id=here.id, words=words, by=acting(green()), now=NOON)

    assert sorted(db.scalars(select(queries.carers_in(call.area_id).c.account_id))) == sorted([holder.id, along.id])
    local = acting(staff(Role.SERVICE, area=here))
    for area_id in (there.id, None):
        with pytest.raises(Forbidden):
            care.call_for_water(db, area_id=area_id, words=words, by=local, now=NOON)


def test_an_answer_to_a_report_is_staffs(db: Session) -> None:
    said = care.report(db, a_pit(), Concern.NEGLECT, "Vol onkruid.", by=acting(a_resident()), now=NOON)

    with pytest.raises(Forbidden):
        care.handle(db, said, "We kijken.", by=acting(a_resident()), now=NOON)
    care.handle(db, said, "We kijken.", by=acting(green()), now=NOON)

    assert (said.handled_on, said.state) == (TODAY, "afgehandeld")


def test_p04_erasing_frees_the_place_empties_words_and_keeps_the_litres(db: Session) -> None:
    pit, me = a_pit(), a_resident()
    adoption = an_adoption(pit, me, first_name="Noor", group_name="De Linde")
    waiting = an_adoption(pit, a_resident(), state=A.WAITING)
    kept(CareEntry(adoption_id=adoption.id, account_id=me.id, deed=Deed.WATERED, litres=30, done_on=TODAY))
    a_sent_request(a_pit(), me)

    handing_over.forget(db, me.id, now=NOON)

    assert {one.state for one in db.scalars(select(Adoption).where(Adoption.account_id == me.id))} == {
        A.ENDED_BY_ADOPTER, A.WITHDRAWN}  # fmt: skip
    assert (adoption.first_name, adoption.group_name, adoption.plan_words) == ("", "", "")
    assert waiting.state == A.OFFERED
    assert db.scalar(select(func.sum(CareEntry.litres))) == 30


def test_another_kind_of_place_is_data_and_one_small_class(db: Session) -> None:
    """A geveltuin lives by the same rules: its class and its regulation are all that is new."""

    class FacadeGarden(Adoptable):
        noun = "geveltuin"
        __mapper_args__ = {"polymorphic_identity": "geveltuin"}

    base = the_rules()
    skipped = {"id", "kind", "version"}
    fields = {c.key: getattr(base, c.key) for c in base.__table__.columns if c.key not in skipped}
    kept(type(base)(kind="geveltuin", version=1, **fields | {"height_most_cm": 250, "height_junction_cm": 250}))
    model = a_pit()
    copied = {name: getattr(model, name) for name in
              ("place", "length_cm", "width_cm", "light", "latitude", "longitude", "changed_at")}  # fmt: skip
    garden = kept(FacadeGarden(code="GT-1", areas=list(model.areas), **copied))

    first, second = a_sent_request(garden, a_resident()), a_sent_request(garden, a_resident())

    assert (first.state, second.state, first.regulation.kind) == (A.REQUESTED, A.WAITING, "geveltuin")
    assert adoptions_of(model) == []
    assert queries.pit_of(db, "GT-1") is None
    assert db.scalar(select(func.count()).select_from(CoAdopter)) == 0

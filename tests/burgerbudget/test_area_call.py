"""A call for one area: plans lie there, and so many as the regulation asks live there."""

import pytest

from spreekt.kernel.actor import Role
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget.dossiers import domain as dossiers
from spreekt.modules.burgerbudget.dossiers import group, screening
from spreekt.modules.burgerbudget.dossiers.domain import OutsideCall, place_mark
from spreekt.modules.burgerbudget.dossiers.models import Stage
from tests.budget_builders import a_dossier, a_group, a_phased_round
from tests.builders import NOON, a_resident, acting, an_area, staff


@pytest.fixture
def heule(db):
    return an_area("Heule")


@pytest.fixture
def marke(db):
    return an_area("Marke")


def a_call(area, now_in=PhaseKind.SUBMISSION, **numbers):
    return a_phased_round(now_in, area_id=area.id, numbers=numbers)


def test_a_plan_lies_in_the_area_of_the_call_and_nowhere_else(db, heule, marke):
    people = a_group(area=heule)
    dossier = a_dossier(a_call(heule), group=people, areas=[heule])

    def put(areas):
        dossiers.put_at(db, dossier, areas=areas, place="Plein", point=None, seen=place_mark(dossier),
                        by=acting(people[0]))  # fmt: skip

    for areas in ([marke], [heule, marke], []):
        with pytest.raises(OutsideCall):
            put(areas)
    put([heule])
    assert dossier.place == "Plein"
    assert dossiers.missing(db, dossier) == []


def test_a_plan_that_lies_elsewhere_is_not_handed_in(db, heule, marke):
    people = a_group(area=heule)
    dossier = a_dossier(a_call(heule), group=people, areas=[marke])

    with pytest.raises(dossiers.NotFinished, match="één deelgemeente"):
        dossiers.hand_in(db, dossier, by=acting(people[0]), now=NOON)


def test_the_city_moves_no_plan_out_of_the_area_of_the_call(db, heule, marke):
    worker = acting(staff(Role.AREA_WORKER))
    dossier = a_dossier(a_call(heule, PhaseKind.DIALOGUE), stage=Stage.ADMISSIBLE, areas=[heule])

    for area in (marke, None):
        with pytest.raises(OutsideCall):
            screening.move_to(db, dossier, area, reason="Het ligt daar.", by=worker, now=NOON)
    assert dossier.areas == [heule]


def test_who_begins_a_plan_lives_where_the_call_is_for(db, vault, heule, marke):
    round = a_call(heule)

    with pytest.raises(group.CannotJoin):
        dossiers.begin(db, vault, round, title="Bank", body="Een bank.", by=acting(a_resident(area=marke)), now=NOON)
    dossiers.begin(db, vault, round, title="Bank", body="Een bank.", by=acting(a_resident(area=heule)), now=NOON)


@pytest.mark.parametrize(("here", "there", "is_whole"), [(4, 0, True), (4, 2, True), (3, 1, False), (3, 2, False)])
def test_as_many_as_the_regulation_asks_live_there_and_others_may_come_on_top(db, heule, marke, here, there, is_whole):
    people = [*a_group(here, area=heule), *a_group(there, area=marke)]
    dossier = a_dossier(a_call(heule, applicants_least=4), group=people, areas=[heule])

    state = group.check(db, dossier, now=NOON)

    assert state.is_whole == is_whole
    assert [fault.numbers for fault in state.faults] == ([] if is_whole else [(here, 4)])


def test_the_pages_offer_that_area_alone(pages, heule, marke):
    people = a_group(area=heule)
    round = a_call(heule)
    draft = a_dossier(round, group=people, areas=[])
    handed_in = a_dossier(round, stage=Stage.ADMISSIBLE, group=people, areas=[heule], title="Ander plan")

    for who, url in (
        (people[0], f"/burgerbudget/voorstellen/{draft.id}/plaats"),
        (staff(Role.AREA_WORKER), f"/beheer/burgerbudget/{handed_in.id}/verplaats"),
    ):
        shown = pages.as_(who).get(url)
        assert "Heule" in shown
        assert "Marke" not in shown.html
        assert "Heel de stad" not in shown.html

"""A nest box goes when its adoption ended, unless somebody else begins before the crew comes by."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel.errors import Forbidden, Invalid
from spreekt.modules.boomspiegel import care, desk, handing_over, life, yearly
from spreekt.modules.boomspiegel.adoption_models import AdopterKind, Adoption, AdoptionState, Nearness
from spreekt.modules.boomspiegel.desk import Heap
from spreekt.notices.models import Notice
from tests.builders import NOON, a_resident, acting
from tests.pages import Pages, values_of
from tests.tree_builders import DAY, TODAY, a_pit, an_adoption, green
from tests.wijk_builders import post

A = AdoptionState


def an_ended(db: Session) -> Adoption:
    """An adoption with a box that the city ended today."""
    adoption = an_adoption(a_pit(), a_resident(), nest_box_done_on=TODAY - 9 * DAY, started_on=TODAY - 20 * DAY)
    yearly.end_by_city(db, adoption, "De boom is ziek.", by=acting(green()), today=TODAY)
    db.commit()
    return adoption


def boxes_down(db: Session) -> list[int]:
    return [row.id for row in desk.work(db, Heap.BOX_DOWN, area_ids=None)]


def test_the_crew_is_told_to_take_the_box_down_and_says_when_it_did(app: Flask, db: Session, pages: Pages) -> None:
    service = green()
    adoption = an_ended(db)
    post(app, db)
    assert "Haal een vogelkastje weg" in db.scalars(select(Notice.title).where(Notice.account_id == service.id)).all()
    assert desk.due_on(Heap.BOX_DOWN, adoption) == TODAY + 60 * DAY
    desk_of = pages.as_(service)
    assert "Vogelkastjes weg te halen" in desk_of.get("/beheer/boomspiegels?stapel=kastjes-weg")

    sheet = desk_of.get(f"/beheer/boomspiegels/aanvragen/{adoption.id}")
    form = next(each for each in sheet.all("form") if (each.get("action") or "").endswith("/weg"))
    assert desk_of.client.post(form.get("action") or "", data=values_of(form)).status_code == 303

    db.expire_all()
    assert adoption.nest_box_gone_on == TODAY
    assert boxes_down(db) == []


def test_a_box_that_hangs_for_somebody_is_not_taken_down(db: Session) -> None:
    caring = an_adoption(a_pit(), a_resident(), nest_box_done_on=TODAY)

    with pytest.raises(Forbidden):
        care.take_down_nest_box(db, caring, done_on=TODAY, by=acting(green()), today=TODAY)

    assert boxes_down(db) == []


def test_a_box_is_taken_down_by_staff_on_a_possible_day(db: Session) -> None:
    adoption = an_ended(db)

    with pytest.raises(Forbidden):
        care.take_down_nest_box(db, adoption, done_on=TODAY, by=acting(a_resident()), today=TODAY)
    for day in (TODAY - DAY, TODAY + DAY):
        with pytest.raises(Invalid):
            care.take_down_nest_box(db, adoption, done_on=day, by=acting(green()), today=TODAY)


def test_an_adoption_without_a_box_leaves_nothing_to_take_down(db: Session) -> None:
    adoption = an_adoption(a_pit(), a_resident())
    yearly.end_by_city(db, adoption, "De boom is ziek.", by=acting(green()), today=TODAY)

    assert boxes_down(db) == []


def test_a_box_that_still_hangs_serves_who_begins_next(db: Session) -> None:
    old = an_ended(db)
    new = an_adoption(old.adoptable, a_resident())

    life.inherit_box(db, new, today=TODAY)
    db.commit()

    assert (old.nest_box_gone_on, new.nest_box_done_on) == (TODAY, TODAY)
    assert boxes_down(db) == []


def test_handing_over_leaves_the_box_where_it_is(db: Session) -> None:
    old = an_adoption(a_pit(), a_resident(), nest_box_done_on=TODAY)
    codes = {rule["code"] for rule in old.regulation.rules}

    new = handing_over.take_over(db, old, codes=codes, kind=AdopterKind.PERSON, nearness=Nearness.HOME,
                                 by=acting(a_resident()), now=NOON)  # fmt: skip

    assert new.nest_box_done_on == TODAY
    assert boxes_down(db) == []

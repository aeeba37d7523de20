"""A register file is stored whole or not at all, and replaces the one before."""

import io
from datetime import date

import pytest
from sqlalchemy import select

from spreekt.identity.addressee import opened
from spreekt.identity.register_import import Difference, HasFaults, OlderThanTheLast, import_register, read
from spreekt.identity.residency import Reason, RegisterFileCheck, person_key
from spreekt.identity.residency_models import RegisterEntry, RegisterImport
from spreekt.kernel.actor import SYSTEM
from tests.builders import NOON, a_poll, an_area
from tests.identity.register_files import ANNA, LUKASZ, NOEMIE, a_file

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def bring(db, vault):
    areas = {name: an_area(name).id for name in ("Kortrijk", "Heule")}

    def bring(*lines, on=NOVEMBER):
        reading = read(io.BytesIO(a_file(*lines)), vault, areas=areas, reference_on=on)
        done = import_register(db, vault, reading, areas=areas, by=SYSTEM, now=NOON)
        db.commit()
        return done

    return bring


def test_a_first_file_is_all_new(bring):
    assert bring() == Difference(new=2, changed=0, unchanged=0, gone=0)


def test_a_second_file_replaces_the_first(bring, db, vault):
    bring(NOEMIE, LUKASZ)

    done = bring(NOEMIE.replace("Sint-Denijsestraat;12", "Heuleplaats;9"), ANNA, on=DECEMBER)

    assert done == Difference(new=1, changed=1, unchanged=0, gone=1)
    gone = db.get(RegisterEntry, person_key(vault, "99123199940"))
    moved = db.get(RegisterEntry, person_key(vault, "85073099932"))
    assert gone.gone_on == DECEMBER
    assert opened(vault, moved.sealed_addressee).lines[1] == "Heuleplaats 9 bus 3"


def test_who_comes_back_is_in_the_register_again(bring, db):
    bring(NOEMIE, LUKASZ)
    bring(NOEMIE, on=DECEMBER)

    bring(NOEMIE, LUKASZ, on=DECEMBER)

    assert not db.scalars(select(RegisterEntry).where(RegisterEntry.gone_on.is_not(None))).all()


def test_the_same_file_twice_is_one_import(bring, db):
    bring()

    assert bring() == Difference(new=0, changed=0, unchanged=2, gone=0)
    assert len(db.scalars(select(RegisterImport)).all()) == 1


def test_one_fault_and_nothing_is_stored(bring, db):
    with pytest.raises(HasFaults):
        bring(NOEMIE, LUKASZ.replace("Heule;2020", "Nergens;2020"))

    assert not db.scalars(select(RegisterEntry)).all()


def test_an_older_file_is_refused(bring):
    bring(on=DECEMBER)

    with pytest.raises(OlderThanTheLast):
        bring(on=NOVEMBER)


def test_people_behind_one_door_share_a_key_that_tells_nothing(bring, db):
    bring(LUKASZ, ANNA, NOEMIE)

    keys = db.scalars(select(RegisterEntry.household_key)).all()
    assert len(set(keys)) == 2


def test_the_port_says_why_not(bring, db, vault):
    bring(NOEMIE, ANNA)
    bring(ANNA, on=DECEMBER)
    check, poll = RegisterFileCheck(db), a_poll(minimum_age=30, age_on=DECEMBER)
    anna = person_key(vault, "00010199974")

    assert check.check(anna).eligible
    assert check.check(anna, poll).reason is Reason.TOO_YOUNG
    assert check.check(anna, a_poll(minimum_age=10, maximum_age=18, age_on=DECEMBER)).reason is Reason.TOO_OLD
    assert check.check(person_key(vault, "85073099932")).reason is Reason.NOT_HERE
    assert check.check("0" * 64).reason is Reason.NOT_FOUND
    assert check.check(anna, a_poll(area_id=an_area("Kortrijk").id)).reason is Reason.EXCLUDED
    assert check.check(anna, a_poll(age_on=date(2019, 1, 1))).reason is Reason.OUT_OF_PERIOD

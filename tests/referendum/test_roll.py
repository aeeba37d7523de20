"""The roll: read in whole or not at all, in force when two people agree, published as a count and a hash, frozen."""

import hashlib
import io
import json
from datetime import date

import pytest
from sqlalchemy import func, select

from spreekt.identity.national_number import synthetic
from spreekt.identity.residency import person_key
from spreekt.kernel.actor import Role
from spreekt.kernel.audit import LogEntry
from spreekt.kernel.errors import Forbidden, IllegalTransition
from spreekt.modules.referendum import exhibits, movers, roll, roll_freeze, two_people
from spreekt.modules.referendum.models import RollEntry, State
from spreekt.modules.referendum.poll_keys import key_of
from spreekt.modules.referendum.roll_models import RollImport
from spreekt.modules.referendum.two_people import AboutSomethingElse, AlreadyProposed, SamePerson
from tests.builders import NOON, a_moderator, acting, an_area, staff
from tests.referendum.roll_builders import (
    ANNA,
    LUKASZ,
    NOEMIE,
    NUMBER,
    REFERENCE,
    a_coming_referendum,
    a_file,
    areas,
    many_lines,
    read_in,
)
from tests.words import says


@pytest.fixture
def keeper(db):
    return acting(staff(Role.REGISTER))


@pytest.fixture
def manager(db):
    return acting(staff(Role.REFERENDUM))


def keys(db, referendum):
    return sorted(db.scalars(select(RollEntry.voter_key).where(RollEntry.referendum_id == referendum.id)))


def frozen(db, vault, keeper, manager, content=None, **fields):
    referendum = a_coming_referendum(vault, **fields)
    report = read_in(db, vault, referendum, content or a_file(), by=keeper)
    roll_freeze.propose_freeze(db, referendum, by=keeper, now=NOON)
    roll_freeze.confirm_freeze(
        db, referendum, about=roll.agreed_text(report.entries, report.sha256), by=manager, now=NOON
    )
    db.commit()
    return referendum


def test_every_resident_of_the_file_is_on_the_roll_under_this_referendums_own_key(db, vault, keeper):
    referendum, other = a_coming_referendum(vault), a_coming_referendum(vault)

    report = read_in(db, vault, referendum, a_file(), by=keeper)
    read_in(db, vault, other, a_file(), by=keeper)

    assert report.entries == len(keys(db, referendum)) == 2
    assert key_of(vault, referendum).voter(person_key(vault, NUMBER)) in keys(db, referendum)
    assert not set(keys(db, referendum)) & set(keys(db, other))


def test_a_file_with_a_fault_changes_nothing_and_names_every_line(db, vault, keeper):
    referendum = a_coming_referendum(vault)
    read_in(db, vault, referendum, a_file(), by=keeper)
    young = ANNA.replace("00010199974", synthetic(date(2015, 1, 1)).digits).replace("2000-01-01", "2015-01-01")
    bad = a_file(NOEMIE, NOEMIE, LUKASZ.replace(";Heule;", ";Gent;"), NOEMIE.replace("999.32", "999.33"), young)

    report = read_in(db, vault, referendum, bad, by=keeper)

    assert [fault.line for fault in report.faults] == [3, 4, 5, 6]
    assert report.counts == {"duplicate": 1, "area": 1, "number": 1, "under-age": 1}
    assert len(keys(db, referendum)) == 2
    assert db.scalar(select(func.count()).select_from(RollImport)) == 1


def test_who_reads_in_a_long_file_hears_how_far_it_is(db, vault, keeper, monkeypatch):
    monkeypatch.setattr(roll, "AT_ONCE", 2)
    referendum, heard = a_coming_referendum(vault), []

    report = read_in(db, vault, referendum, a_file(*many_lines(5)), by=keeper, told=heard.append)

    assert (report.entries, heard) == (5, [2, 4])


def test_a_new_file_replaces_the_one_before_whole(db, vault, keeper):
    referendum = a_coming_referendum(vault)
    read_in(db, vault, referendum, a_file(NOEMIE, LUKASZ), by=keeper)
    before = set(keys(db, referendum))

    read_in(db, vault, referendum, a_file(NOEMIE, ANNA), by=keeper)

    assert len(keys(db, referendum)) == 2
    assert len(before & set(keys(db, referendum))) == 1


@pytest.mark.parametrize("day", [REFERENCE.replace(month=10), REFERENCE.replace(day=2), REFERENCE.replace(year=2062)])
def test_Z11_only_the_register_of_the_announced_day_is_read_in(db, vault, keeper, day):
    referendum = a_coming_referendum(vault)
    read_in(db, vault, referendum, a_file(), by=keeper, on=REFERENCE)

    with pytest.raises(roll.AnotherDay, match="01/11/2026"):
        read_in(db, vault, referendum, a_file(NOEMIE), by=keeper, on=day)

    assert len(keys(db, referendum)) == 2


def put_on_the_roll(db, vault, referendum, keeper, manager):
    change = movers.add(
        db, key_of(vault, referendum), referendum, newcomer(vault), reason="Vergeten", by=keeper, now=NOON
    )
    movers.confirm(db, referendum, change.id, by=manager, now=NOON)


def test_the_announced_day_must_be_over(db, vault, keeper):
    referendum = a_coming_referendum(vault, rules={"reference_days": 29})
    tomorrow = referendum.reference_on

    with pytest.raises(roll.DayToCome):
        read_in(db, vault, referendum, a_file(), by=keeper, on=tomorrow)

    assert keys(db, referendum) == []


def test_who_came_after_the_announced_day_and_was_added_gets_a_letter_too(db, vault, keeper, manager):
    referendum = frozen(db, vault, keeper, manager, a_file(NOEMIE, LUKASZ))
    put_on_the_roll(db, vault, referendum, keeper, manager)
    out, late = io.StringIO(), ANNA.replace("2020-05-01", "2026-11-20")

    report = roll.write_mailing(vault, referendum, io.BytesIO(a_file(NOEMIE, LUKASZ, late)), out, areas=areas())

    assert (report.faults, report.entries) == ((), 3)
    assert "Anna;Demeester" in out.getvalue()


def test_Z11_a_roll_that_one_person_read_in_is_not_in_force(db, vault, keeper):
    referendum = a_coming_referendum(vault)
    report = read_in(db, vault, referendum, a_file(), by=keeper)
    roll_freeze.propose_freeze(db, referendum, by=keeper, now=NOON)

    with pytest.raises(SamePerson):
        roll_freeze.confirm_freeze(
            db, referendum, about=roll.agreed_text(report.entries, report.sha256), by=keeper, now=NOON
        )

    assert referendum.state is State.ANNOUNCED
    assert referendum.roll_sha256 == ""


def test_Z11_two_people_freeze_the_roll_and_its_count_and_hash_are_published(db, vault, keeper, manager):
    referendum = frozen(db, vault, keeper, manager)

    published = json.loads(exhibits.body(db, referendum.id, exhibits.ROLL))
    hashed = hashlib.sha256("".join(f"{key}\n" for key in keys(db, referendum)).encode()).hexdigest()
    assert (published["count"], published["sha256"], published["reference_date"]) == (2, hashed, "2026-11-01")
    assert (referendum.roll_count, referendum.roll_sha256) == (2, hashed)
    assert referendum.state is State.ROLL


def test_the_second_person_agrees_with_exactly_what_the_first_one_saw(db, vault, keeper, manager):
    referendum = a_coming_referendum(vault)
    first = read_in(db, vault, referendum, a_file(NOEMIE), by=keeper)
    roll_freeze.propose_freeze(db, referendum, by=keeper, now=NOON)
    read_in(db, vault, referendum, a_file(), by=keeper)
    roll_freeze.propose_freeze(db, referendum, by=keeper, now=NOON)

    with pytest.raises(AboutSomethingElse):
        roll_freeze.confirm_freeze(
            db, referendum, about=roll.agreed_text(first.entries, first.sha256), by=manager, now=NOON
        )


def test_a_roll_that_changed_in_the_table_is_not_frozen(db, vault, keeper, manager):
    referendum = a_coming_referendum(vault)
    report = read_in(db, vault, referendum, a_file(), by=keeper)
    roll_freeze.propose_freeze(db, referendum, by=keeper, now=NOON)
    db.delete(db.get(RollEntry, (referendum.id, keys(db, referendum)[0])))

    with pytest.raises(roll_freeze.RollChanged):
        roll_freeze.confirm_freeze(
            db, referendum, about=roll.agreed_text(report.entries, report.sha256), by=manager, now=NOON
        )


def test_a_roll_is_proposed_once(db, vault, keeper, manager):
    referendum = a_coming_referendum(vault)
    read_in(db, vault, referendum, a_file(), by=keeper)
    roll_freeze.propose_freeze(db, referendum, by=keeper, now=NOON)

    with pytest.raises(AlreadyProposed):
        roll_freeze.propose_freeze(db, referendum, by=manager, now=NOON)


def test_nothing_is_frozen_before_a_roll_was_read_in(db, vault, keeper):
    with pytest.raises(roll_freeze.NoRoll):
        roll_freeze.propose_freeze(db, a_coming_referendum(vault), by=keeper, now=NOON)


def test_Z11_nobody_reads_in_a_roll_once_it_is_frozen(db, vault, keeper, manager):
    referendum = frozen(db, vault, keeper, manager)

    with pytest.raises(roll.RollFrozen):
        read_in(db, vault, referendum, a_file(NOEMIE), by=keeper)

    assert len(keys(db, referendum)) == 2


def test_Z11_only_who_keeps_the_roll_freezes_it(db, vault, keeper):
    referendum = a_coming_referendum(vault)
    read_in(db, vault, referendum, a_file(), by=keeper)

    for somebody in (a_moderator(), staff(Role.DESK), staff(Role.ADMIN), staff(Role.PUBLISHER)):
        with pytest.raises(Forbidden):
            roll_freeze.propose_freeze(db, referendum, by=acting(somebody), now=NOON)


def test_small_areas_are_published_together_and_never_alone(db, vault, keeper, manager):
    lines = many_lines(90)  # 30 in Kortrijk, 60 in Heule
    referendum = frozen(db, vault, keeper, manager, a_file(*lines), rules={"small_number": 40})

    published = json.loads(exhibits.body(db, referendum.id, exhibits.ROLL))

    assert published["areas"] == []
    assert published["other_areas"] == 90


def test_areas_with_many_voters_are_published(db, vault, keeper, manager):
    referendum = frozen(db, vault, keeper, manager, a_file(*many_lines(90)), rules={"small_number": 20})

    published = json.loads(exhibits.body(db, referendum.id, exhibits.ROLL))

    assert published["areas"] == [{"area": "Heule", "count": 60}, {"area": "Kortrijk", "count": 30}]
    assert "other_areas" not in published


def test_P01_neither_number_nor_name_nor_birth_date_of_the_roll_is_stored(db, vault, keeper, manager):
    referendum = frozen(db, vault, keeper, manager)

    rows = db.execute(select(RollEntry.__table__).where(RollEntry.referendum_id == referendum.id)).all()
    logged = db.scalars(select(LogEntry.reason)).all()
    everything = repr(rows) + repr(logged) + exhibits.body(db, referendum.id, exhibits.ROLL)
    for secret in (NUMBER, "Dewaele", "Denijs"):
        assert secret not in everything
    assert not says(everything, "1985")


def test_the_mailing_comes_from_the_same_file_and_names_each_voter_by_key(db, vault, keeper, manager):
    referendum = frozen(db, vault, keeper, manager)
    out = io.StringIO()

    report = roll.write_mailing(vault, referendum, io.BytesIO(a_file(LUKASZ, NOEMIE)), out, areas=areas())

    lines = out.getvalue().split("\r\n")
    assert lines[0] == "kiezer;voornaam;naam;straat;huisnummer;bus;postcode;gemeente"
    assert sorted(line[:64] for line in lines[1:3]) == keys(db, referendum)
    assert lines[2].endswith(";Noémie;Dewaele;Sint-Denijsestraat;12;3;8500;Kortrijk")
    assert report.entries == 2


def test_no_mailing_from_a_file_with_other_people(db, vault, keeper, manager):
    referendum = frozen(db, vault, keeper, manager)

    with pytest.raises(roll.AnotherRoll):
        roll.write_mailing(vault, referendum, io.BytesIO(a_file(NOEMIE, ANNA)), io.StringIO(), areas=areas())


def test_J08_a_name_that_would_calculate_in_a_spreadsheet_is_quoted_in_the_mailing(db, vault, keeper):
    referendum, out = a_coming_referendum(vault), io.StringIO()

    read_in(db, vault, referendum, a_file(NOEMIE.replace("Dewaele", "=1+1")), by=keeper, mailing_out=out)

    assert ";'=1+1;" in out.getvalue()


def newcomer(vault, number="00010199974", area="Heule"):
    return movers.Newcomer(person_key(vault, number), date(2000, 1, 1), an_area(area).id)


def test_a_mover_comes_on_the_roll_when_a_second_person_confirms_and_the_hash_is_published_again(
    db, vault, keeper, manager
):
    referendum = frozen(db, vault, keeper, manager)
    before, key = referendum.roll_sha256, key_of(vault, referendum)

    change = movers.add(db, key, referendum, newcomer(vault), reason="Vergeten in het bestand", by=keeper, now=NOON)
    assert referendum.roll_sha256 == before
    movers.confirm(db, referendum, change.id, by=manager, now=NOON)

    assert referendum.roll_count == 3
    assert referendum.roll_sha256 == roll.hash_of(keys(db, referendum)) != before
    published = json.loads(exhibits.body(db, referendum.id, roll_freeze.exhibit_name(2)))
    assert (published["count"], published["version"]) == (3, 2)
    assert published["previous_sha256"] == exhibits.hashes(db, referendum.id)[exhibits.ROLL]
    assert "areas" not in published


def test_a_mover_leaves_the_roll(db, vault, keeper, manager):
    referendum = frozen(db, vault, keeper, manager)
    key = key_of(vault, referendum)

    change = movers.remove(db, key, referendum, person_key(vault, NUMBER), reason="Verhuisd", by=keeper, now=NOON)
    movers.confirm(db, referendum, change.id, by=manager, now=NOON)

    assert keys(db, referendum) == [key.voter(person_key(vault, "99123199940"))]


def test_Z11_nobody_confirms_their_own_mover(db, vault, keeper, manager):
    referendum = frozen(db, vault, keeper, manager)
    change = movers.add(
        db, key_of(vault, referendum), referendum, newcomer(vault), reason="Vergeten", by=keeper, now=NOON
    )

    with pytest.raises(SamePerson):
        movers.confirm(db, referendum, change.id, by=keeper, now=NOON)


@pytest.mark.parametrize("state", [State.ANNOUNCED, State.CREDENTIALS, State.OPEN, State.SUSPENDED, State.CLOSED])
def test_Z11_the_roll_does_not_change_before_it_is_frozen_nor_after_the_codes(db, vault, keeper, state):
    referendum = a_coming_referendum(vault, state=state)

    with pytest.raises(movers.RollCannotChange):
        movers.add(db, key_of(vault, referendum), referendum, newcomer(vault), reason="Vergeten", by=keeper, now=NOON)


def test_movers_are_new_old_enough_and_once(db, vault, keeper, manager):
    referendum = frozen(db, vault, keeper, manager)
    key = key_of(vault, referendum)
    there = movers.Newcomer(person_key(vault, NUMBER), date(1985, 7, 30), an_area("Kortrijk").id)
    young = movers.Newcomer(person_key(vault, "00010199974"), date(2015, 1, 1), an_area("Heule").id)

    with pytest.raises(movers.AlreadyOnRoll):
        movers.add(db, key, referendum, there, reason="Vergeten", by=keeper, now=NOON)
    with pytest.raises(movers.TooYoung):
        movers.add(db, key, referendum, young, reason="Vergeten", by=keeper, now=NOON)
    with pytest.raises(movers.NotOnThisRoll):
        movers.remove(db, key, referendum, person_key(vault, "00010199974"), reason="Weg", by=keeper, now=NOON)
    movers.add(db, key, referendum, newcomer(vault), reason="Vergeten", by=keeper, now=NOON)
    with pytest.raises(movers.ChangeWaits):
        movers.add(db, key, referendum, newcomer(vault), reason="Vergeten", by=keeper, now=NOON)


def test_a_waiting_roll_is_withdrawn_when_another_file_comes(db, vault, keeper):
    referendum = a_coming_referendum(vault)
    read_in(db, vault, referendum, a_file(), by=keeper)
    roll_freeze.propose_freeze(db, referendum, by=keeper, now=NOON)

    read_in(db, vault, referendum, a_file(NOEMIE), by=keeper)

    assert two_people.waiting(db, referendum) == {}


def test_the_roll_is_frozen_once(db, vault, keeper, manager):
    referendum = frozen(db, vault, keeper, manager)

    with pytest.raises(IllegalTransition):
        roll_freeze.propose_freeze(db, referendum, by=keeper, now=NOON)

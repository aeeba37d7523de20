"""Counting officers on screen: appointing, making, proving and giving, and what each page says is next."""

import io
from datetime import timedelta

import pytest
from nacl.public import PrivateKey
from sqlalchemy import select, text, update

from spreekt.app import create_app
from spreekt.identity.models import SignInSession
from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.storage import Base
from spreekt.modules.burgerbudget.models import BudgetBallot
from spreekt.modules.burgerbudget.module import work
from spreekt.modules.burgerbudget.officers import domain as officers
from spreekt.modules.burgerbudget.officers.counting import given_keys
from spreekt.modules.burgerbudget.officers.keys import card_rows, card_text
from spreekt.modules.burgerbudget.queries import officers_of
from spreekt.modules.burgerbudget.voting.ballots import cast
from spreekt.modules.burgerbudget.voting.game import ticked
from tests.builders import DAY, NOON, a_project, a_resident, a_round, acting, staff
from tests.burgerbudget.officer_builders import AFTER, CLOSES, DURING, OPENS, Telling
from tests.pages import Pages, values_of


@pytest.fixture
def at(settings, engine, sessions, db):
    """The platform with its clock at another moment."""

    def pages_at(moment) -> Pages:
        app = create_app(settings, engine=engine, sessions=sessions, clock=Clock(fixed=moment))
        app.config["TESTING"] = True
        app.config["PROPAGATE_EXCEPTIONS"] = False
        return Pages(app, db)

    return pages_at


def tellers(telling: Telling) -> str:
    return f"/beheer/rondes/{telling.round.slug}/tellers"


def own(telling: Telling) -> str:
    return f"/beheer/rondes/{telling.round.slug}/mijn-sleutel"


def publiceer(telling: Telling) -> str:
    return f"/beheer/rondes/{telling.round.slug}/publiceer"


def card(telling: Telling, seat: int) -> str:
    return "\n".join(card_rows(bytes(telling.keys[seat - 1])))


def public(telling: Telling, seat: int) -> str:
    return bytes(telling.keys[seat - 1].public_key).hex()


def signed_in(pages: Pages, account, moment) -> Pages:
    """The session of somebody who signs in at that moment."""
    reader = pages.as_(account)
    fields = {"expires_at": moment + DAY, "created_at": moment, "fresh_at": moment, "second_factor_at": moment}
    pages.db.execute(update(SignInSession).where(SignInSession.account_id == account.id).values(fields))
    pages.db.commit()
    return reader


# Appointing


def test_who_runs_the_round_appoints_officers_and_sees_who_is_next(pages, db):
    admin, round = staff(Role.ADMIN), a_round(opens_at=OPENS, closes_at=CLOSES, ballot_keys="")
    people = [staff(role, name=f"Collega {role.value}") for role in (Role.DESK, Role.AUDITOR, Role.PUBLISHER)]
    staff(Role.SERVICE, name="Niet mogelijk")
    reader, url = pages.as_(admin), f"/beheer/rondes/{round.slug}/tellers"
    first = reader.get(url)
    assert "Kies nu de tellers." in first
    assert "Collega auditor" in first
    assert "Loketmedewerker" in first
    assert "Niet mogelijk" not in first

    sheet = reader.send(url, people=[str(each.id) for each in people], needed="2")

    assert [seat.account_id for seat in officers_of(db, round.id)] == [
        each.id for each in sorted(people, key=lambda each: each.display_name)
    ]
    assert "De stembus is nog niet klaar." in sheet
    assert "Nu aan zet: Collega auditor, Collega loket, Collega publicatie." in sheet


def test_too_few_officers_keep_what_was_chosen(pages, db):
    telling = Telling()
    person = telling.people[0]
    sheet = pages.as_(staff(Role.ADMIN)).send(tellers(telling), people=[str(person.id)], needed="3", status=422)

    assert "Kies er minstens zoveel" in sheet
    values = values_of(sheet.form_with("people", "needed"))
    assert (values.getlist("people"), values["needed"]) == ([str(person.id)], "3")
    assert len(officers_of(db, telling.round.id)) == 3


def test_nobody_can_be_slipped_in(pages, db):
    telling, stranger = Telling(), staff(Role.SERVICE)
    chosen = [str(each.id) for each in (*telling.people[:2], stranger)]
    pages.as_(staff(Role.ADMIN)).send(tellers(telling), people=chosen, needed="2", status=422)

    assert stranger.id not in {seat.account_id for seat in officers_of(db, telling.round.id)}


def test_a_box_without_a_spare_key_is_warned_about(pages):
    assert "Geen reserve." in pages.as_(staff(Role.ADMIN)).get(tellers(Telling(2)))


def test_every_state_of_the_box_is_said(pages, db, at):
    telling = Telling()
    telling.makes(1)
    telling.makes(2)
    telling.proves(2)
    sheet = pages.as_(staff(Role.ADMIN)).get(tellers(telling))
    assert [word in sheet for word in ("Gemaakt, nog niet nagekeken", "Klaar", "Nog geen sleutel")] == [True] * 3
    telling.proves(1)
    telling.makes(3)
    telling.proves(3)
    db.commit()
    assert "2 van de 3 tellers openen ze samen na de sluiting" in pages.as_(staff(Role.ADMIN)).get(tellers(telling))

    later = signed_in(at(CLOSES), staff(Role.ADMIN), CLOSES)
    assert "Er zijn 0 van de 2 sleutels gegeven." in later.get(tellers(telling))
    telling.gives(1)
    telling.gives(3)
    db.commit()
    assert "Er zijn genoeg sleutels." in later.get(tellers(telling))
    assert not later.get(tellers(telling)).all("form")


def test_a_round_without_a_vote_needs_no_officers(pages):
    round = a_round(opens_at=OPENS, closes_at=CLOSES, ballot_keys="", without_vote=True)
    admin = staff(Role.ADMIN)
    sheet = pages.as_(admin).get(f"/beheer/rondes/{round.slug}/tellers")

    assert "Er zijn geen tellers nodig." in sheet
    assert not sheet.all("form")
    assert "Tellers" not in pages.as_(admin).get(f"/beheer/rondes/{round.slug}").links()


def test_the_page_of_the_round_warns_until_the_box_is_ready(pages, db):
    telling, admin = Telling(), staff(Role.ADMIN)
    page = f"/beheer/rondes/{telling.round.slug}"
    assert "De tellers zijn niet klaar." in pages.as_(admin).get(page)
    telling.ready()

    assert "De tellers zijn niet klaar." not in pages.as_(admin).get(page)
    assert pages.as_(admin).get(page).links()["Tellers"] == tellers(telling)


# The console


def heaps(app, db, account, moment=NOON):
    with app.test_request_context():
        found = {heap.label: (heap.count, heap.overdue, heap.url) for heap in work(db, acting(account), moment)}
        return {label: heap for label, heap in found.items() if "sleutel" in label or "teller" in label}


def test_the_console_says_which_rounds_lack_keys_and_which_of_them_are_late(app, db):
    telling, admin = Telling(), staff(Role.ADMIN)
    assert heaps(app, db, admin) == {"tellers niet klaar": (1, 0, tellers(telling))}
    late = OPENS - timedelta(days=7)
    assert heaps(app, db, admin, late) == {"tellers niet klaar": (1, 1, tellers(telling))}
    assert heaps(app, db, admin, CLOSES) == {}
    telling.ready()
    assert heaps(app, db, admin, late) == {}


def test_the_console_calls_officers_for_what_is_theirs(app, db):
    telling = Telling()
    officer = telling.people[0]
    assert heaps(app, db, officer) == {"sleutels te maken": (1, 0, own(telling))}
    assert heaps(app, db, staff(Role.DESK)) == {}
    telling.ready()
    assert heaps(app, db, officer) == {}
    assert heaps(app, db, officer, CLOSES) == {"sleutels te geven": (1, 0, own(telling))}
    assert heaps(app, db, officer, CLOSES + DAY) == {"sleutels te geven": (1, 1, own(telling))}
    telling.gives(2)
    telling.gives(3)
    assert heaps(app, db, officer, CLOSES) == {}


# Making and proving


def test_an_officer_makes_a_key_elsewhere_and_proves_it_without_scripts(pages, db, vault):
    telling = Telling()
    reader = pages.as_(telling.people[0])
    first = reader.get(own(telling))
    assert "spreekt budget officer keygen" in first
    sheet = reader.send(own(telling), stap="sleutel", public_key=f" {public(telling, 1).upper()} ")
    asked = officers.challenge(vault, officers_of(db, telling.round.id)[0])
    assert f"spreekt budget officer prove --challenge {asked.hex()}" in sheet

    wrong = reader.send(own(telling), stap="bewijs", answer="0" * 64, status=422)
    assert "past niet bij jouw plaats" in wrong
    assert values_of(wrong.all("form")[-1])["answer"] == "0" * 64
    answered = officers.answer(telling.keys[0], asked, public(telling, 1))
    sheet = reader.send(own(telling), stap="bewijs", answer=answered)

    assert "Je sleutel is klaar." in sheet
    assert officers_of(db, telling.round.id)[0].proven_at == NOON


@pytest.mark.parametrize("typed", ["", "geen sleutel", "0" * 64])
def test_what_is_no_public_key_comes_back_with_what_to_do(pages, typed):
    telling = Telling()
    sheet = pages.as_(telling.people[0]).send(own(telling), stap="sleutel", public_key=typed, status=422)

    assert "Plak hier de openbare sleutel" in sheet if not typed else "Dit is geen sleutel." in sheet


def test_a_new_key_can_be_made_until_the_vote_opens(pages, db, at):
    telling = Telling().ready()
    reader = pages.as_(telling.people[0])
    assert "?nieuw=1" in reader.get(own(telling)).links().values()
    assert "Je oude sleutel vervalt." in reader.get(own(telling) + "?nieuw=1")
    new = bytes(PrivateKey(b"\7" * 32).public_key).hex()
    reader.send(own(telling) + "?nieuw=1", stap="sleutel", public_key=new)
    assert not telling.round.has_box
    telling.keys[0] = PrivateKey(b"\7" * 32)
    telling.proves(1)
    db.commit()

    later = signed_in(at(OPENS), telling.people[0], OPENS)
    assert "Je oude sleutel vervalt." not in later.get(own(telling) + "?nieuw=1")
    assert "Meld het meteen" in later.get(own(telling))


def test_z01_the_page_is_of_officers_of_this_round_alone(pages):
    telling = Telling()
    for account in (staff(Role.DESK), staff(Role.ADMIN), a_resident()):
        pages.as_(account).get(own(telling), status=404)
    anonymous = pages.raw(own(telling))
    half = pages.as_(telling.people[0], second_factor=False).raw(own(telling))
    assert (anonymous.status_code, half.status_code) == (303, 303)


# Giving


@pytest.mark.parametrize("moment", [NOON, OPENS + DAY, CLOSES - timedelta(seconds=1)])
def test_v15_before_the_close_there_is_no_form_and_a_key_is_not_taken(db, vault, at, moment):
    telling = Telling().ready()
    reader = signed_in(at(moment), telling.people[0], moment)
    assert 'name="card"' not in reader.get(own(telling)).html

    form = values_of(reader.get("/voorstellen/nieuw").form_with("csrf_token"))
    values = {"csrf_token": form["csrf_token"], "_once": form["_once"], "stap": "geven", "card": card(telling, 1)}
    answer = reader.client.post(own(telling), data=values)

    assert answer.status_code == 409
    assert "De stemming loopt nog." in answer.get_data(as_text=True)
    assert given_keys(db, vault, telling.round) == {}


def test_after_the_close_keys_are_typed_or_chosen_as_a_file_and_enough_are_told(db, vault, at):
    telling = Telling().ready()
    pages = at(CLOSES)
    first, second, third = (signed_in(pages, each, CLOSES) for each in telling.people)
    sheet = first.send(own(telling), stap="geven", card=card(telling, 1).lower())
    assert "Er zijn 1 van de 2 sleutels." in sheet

    form = values_of(second.get(own(telling)).form_with("card"))
    file = (io.BytesIO(card_text(bytes(telling.keys[1])).encode("utf-8-sig")), "sleutel.txt")
    answer = second.client.post(own(telling), data={**form, "file": file}, content_type="multipart/form-data")
    assert answer.status_code == 303

    assert "Wie uitslagen publiceert, kan nu tellen." in second.get(own(telling))
    assert "De jouwe is niet meer nodig." in third.get(own(telling))
    assert set(given_keys(db, vault, telling.round)) == {1, 2}


@pytest.mark.parametrize(
    ("seat", "typed", "said"),
    [
        (1, lambda rows: "", "Typ de vier rijen van je kaart"),
        (1, lambda rows: rows[:-1] + ("A" if rows[-1] != "A" else "B"), "Rij 4 klopt niet."),
        (2, lambda rows: rows, "Deze sleutel past niet bij jouw plaats"),
    ],
    ids=["nothing", "a typing error", "of somebody else"],
)
def test_a_wrong_key_is_refused_kindly_and_stands_nowhere(db, at, vault, seat, typed, said):
    telling = Telling().ready()
    reader = signed_in(at(CLOSES), telling.people[0], CLOSES)
    wrong = typed(card(telling, seat))
    sheet = reader.send(own(telling), stap="geven", card=wrong, status=422)

    assert said in sheet
    assert not wrong or wrong.splitlines()[0] not in sheet.html
    assert given_keys(db, vault, telling.round) == {}


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"x" * 100_000])
def test_a_file_that_is_no_key_is_refused_kindly(at, content):
    telling = Telling().ready()
    reader = signed_in(at(CLOSES), telling.people[0], CLOSES)
    form = values_of(reader.get(own(telling)).form_with("card"))
    answer = reader.client.post(own(telling), data={**form, "file": (io.BytesIO(content), "sleutel.txt")},
                                content_type="multipart/form-data")  # fmt: skip

    assert answer.status_code == 422
    assert "field-error" in answer.get_data(as_text=True)


def test_p06_a_given_key_lies_nowhere_in_the_open(db, at, caplog, capfd, settings):
    """Neither in a table, spent form keys and log entries included, nor in what the server prints."""
    telling = Telling().ready()
    secret = bytes(telling.keys[0])
    signed_in(at(CLOSES), telling.people[0], CLOSES).send(own(telling), stap="geven", card=card(telling, 1))
    forms = [secret.hex(), *card_rows(secret), card_rows(secret)[0].replace(" ", "")]

    stored = " ".join(
        str(value) for table in Base.metadata.sorted_tables for row in db.execute(select(table)) for value in row
    )
    said = caplog.text + "".join(capfd.readouterr())
    assert not any(form.lower() in (stored + said).lower() for form in forms)
    assert own(telling) not in " ".join(str(row) for row in db.execute(text("SELECT * FROM spent_keys")))


# Counting


def voted(telling: Telling) -> Telling:
    a_project(telling.round, "a", cost_cents=400_000)
    cast(telling.db, telling.vault, DURING, telling.round, ticked(["a"]), by=acting(a_resident()))
    telling.db.commit()
    return telling


def test_publishers_see_whose_key_is_awaited_and_count_once_there_are_enough(db, at):
    telling = voted(Telling().ready())
    telling.gives(1)
    db.commit()
    pages = at(CLOSES)
    publisher = signed_in(pages, staff(Role.PUBLISHER), CLOSES)
    sheet = publisher.get(publiceer(telling))
    assert "Er zijn 1 van de 2 sleutels gegeven." in sheet
    assert "We wachten nog op: Teller auditor, Teller loket." in sheet
    assert not sheet.all("form")

    telling.gives(3)
    db.commit()
    assert "Jij telde." in publisher.send(publiceer(telling), press="stap=tel")


def test_counting_without_enough_keys_says_so_and_changes_nothing(db, at):
    telling = voted(Telling().ready())
    telling.gives(1)
    telling.gives(2)
    db.commit()
    publisher = signed_in(at(CLOSES), staff(Role.PUBLISHER), CLOSES)
    form = values_of(publisher.get(publiceer(telling)).form_with("stap"))
    officers_of(db, telling.round.id)[0].sealed_key = ""
    db.commit()
    answer = publisher.client.post(publiceer(telling), data={**form, "stap": "tel"})

    assert answer.status_code == 409
    assert "Er zijn 1 van de 2 sleutels gegeven. De stembus gaat open" in answer.get_data(as_text=True)


def test_v11_a_ballot_that_does_not_open_stops_the_count_with_words(db, at):
    telling = voted(Telling().ready())
    telling.gives(1)
    telling.gives(2)
    ballot = db.scalars(select(BudgetBallot)).one()
    ballot.sealed_choice = ballot.sealed_choice[:-8] + "AAAAAAAA"
    db.commit()
    publisher = signed_in(at(CLOSES), staff(Role.PUBLISHER), CLOSES)
    sheet = publisher.send(publiceer(telling), press="stap=tel", status=409)

    assert "Publiceer niet en bel de beheerder." in sheet
    assert not telling.round.outcomes


def test_after_publication_officers_are_told_to_destroy_their_card(db, at, vault):
    telling = voted(Telling().ready())
    telling.gives(1)
    telling.gives(2)
    db.commit()
    pages = at(AFTER.now())
    signed_in(pages, staff(Role.PUBLISHER), CLOSES).send(publiceer(telling), press="stap=tel")
    signed_in(pages, staff(Role.PUBLISHER), CLOSES).send(publiceer(telling), press="stap=bevestig")

    assert "Vernietig je kaart en je bestand." in signed_in(pages, telling.people[2], CLOSES).get(own(telling))


def test_an_officer_without_a_key_after_the_close_has_nothing_to_do(db, at):
    telling = Telling()
    db.commit()

    assert "er is geen sleutel van jou" in signed_in(at(CLOSES), telling.people[0], CLOSES).get(own(telling))

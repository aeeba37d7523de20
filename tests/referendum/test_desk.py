"""The desk: how a right stands and nothing else; paper uses the right first; the same letter takes two officers."""

import json

import pytest
from sqlalchemy import select, update

from spreekt.electorate.models import Channel, Poll, UsedRight
from spreekt.identity.residency import person_key
from spreekt.kernel.actor import Role
from spreekt.kernel.audit import LogEntry
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import TooMany
from spreekt.kernel.idempotency import SpentKey
from spreekt.modules.referendum import box, desk, desk_views, refusals
from spreekt.modules.referendum.models import RollEntry, State
from spreekt.modules.referendum.poll_keys import key_of
from spreekt.modules.referendum.roll_models import LetterRequest
from tests.builders import DAY, NOON, a_moderator, a_resident, acting, an_area, kept, staff
from tests.pages import Sheet, values_of
from tests.referendum.roll_builders import NUMBER, a_coming_referendum

OTHER = "99123199940"


@pytest.fixture
def referendum(db, vault):
    """Open, with Noémie on its roll."""
    referendum = a_coming_referendum(
        vault, state=State.OPEN, opens_at=NOON - DAY, closes_at=NOON + DAY, roll_count=1, roll_sha256="a" * 64
    )
    key = key_of(vault, referendum)
    voter = key.voter(person_key(vault, NUMBER))
    kept(RollEntry(referendum_id=referendum.id, voter_key=voter, area_id=an_area().id, birth_key="b" * 64))
    return referendum


@pytest.fixture
def voter(vault, referendum):
    return key_of(vault, referendum).voter(person_key(vault, NUMBER))


@pytest.fixture
def counter(pages, db):
    """A browser behind the counter."""
    return pages.as_(staff(Role.DESK))


def look_up(browser, referendum, number=NUMBER, status=200):
    return browser.send(f"/loket/referendum/{referendum.slug}", number=number, status=status)


def press(browser, sheet, referendum, what):
    """One of the buttons on the page of a voter, which has no address of its own."""
    address = f"/loket/referendum/{referendum.slug}/{what}"
    form = next(form for form in sheet.all("form") if form.get("action") == address)
    answer = browser.client.post(address, data=values_of(form))
    browser.db.expire_all()
    return browser.get(answer.headers["Location"]) if answer.status_code == 303 else Sheet(answer, address)


def use(db, referendum, voter, channel):
    kept(UsedRight(poll_id=referendum.poll_id, voter_key=voter, channel=channel))


def test_the_desk_sees_who_has_not_voted_yet(counter, referendum):
    sheet = look_up(counter, referendum, "85.07.30-999.32")

    assert sheet.heading == "Nog niet gestemd"


@pytest.mark.parametrize(
    ("channel", "heading"),
    [(Channel.WEB, "Al online gestemd"), (Channel.DESK, "Al online gestemd"),
     (Channel.PAPER, "Al een papieren stembrief gekregen")],
)  # fmt: skip
def test_the_desk_sees_through_which_door_a_right_was_used_and_offers_no_paper(
    counter, db, referendum, voter, channel, heading
):
    use(db, referendum, voter, channel)

    sheet = look_up(counter, referendum)

    assert sheet.heading == heading
    assert "Geef papieren stembrief" not in sheet


def test_who_is_not_on_the_roll_gets_nothing(counter, referendum):
    sheet = look_up(counter, referendum, OTHER)

    assert sheet.heading == "Niet op de kiezerslijst"
    assert [form.get("action") for form in sheet.all("form") if form.get("method") == "post"] == []


def test_V03_paper_uses_the_right_before_the_ballot_is_handed_over(counter, db, referendum, voter):
    done = press(counter, look_up(counter, referendum), referendum, "papier")

    assert done.heading == "Geef nu de stembrief"
    used = db.scalars(select(UsedRight)).one()
    assert (used.voter_key, used.channel) == (voter, Channel.PAPER)


def test_F16_a_second_press_or_a_retry_gives_the_same_answer_and_uses_one_right(counter, db, referendum, voter):
    sheet = look_up(counter, referendum)
    press(counter, sheet, referendum, "papier")

    again = press(counter, sheet, referendum, "papier")

    assert again.heading == "Geef nu de stembrief"
    assert "Geef er dan geen tweede" in again
    assert db.scalars(select(UsedRight.channel)).all() == [Channel.PAPER]


def test_V03_after_paper_no_second_ballot_is_handed_over(pages, counter, db, referendum, voter):
    sheet = look_up(counter, referendum)
    colleague = pages.as_(staff(Role.DESK))
    press(colleague, look_up(colleague, referendum), referendum, "papier")

    late = press(counter, sheet, referendum, "papier")

    assert late.status == 422
    assert "Geef geen stembrief mee" in late
    assert late.heading == look_up(counter, referendum).heading == "Al een papieren stembrief gekregen"


def test_a_refusal_is_not_kept_so_the_same_form_works_once_the_box_is_open_again(counter, db, referendum, voter):
    sheet = look_up(counter, referendum)
    referendum.state = State.SUSPENDED
    db.commit()
    assert press(counter, sheet, referendum, "papier").status == 422
    referendum.state = State.OPEN
    db.commit()

    assert press(counter, sheet, referendum, "papier").heading == "Geef nu de stembrief"


def test_F16_people_looked_up_from_the_same_open_page_each_get_their_own_ballot(counter, db, vault, referendum, voter):
    second = key_of(vault, referendum).voter(person_key(vault, OTHER))
    kept(RollEntry(referendum_id=referendum.id, voter_key=second, area_id=an_area().id, birth_key="c" * 64))
    form = counter.get(f"/loket/referendum/{referendum.slug}").form_with("number")
    for number in (NUMBER, OTHER):
        values = values_of(form)
        values["number"] = number
        sheet = Sheet(counter.client.post(form.get("action"), data=values), "kiezer")

        assert press(counter, sheet, referendum, "papier").heading == "Geef nu de stembrief"
    assert {right.voter_key for right in db.scalars(select(UsedRight))} == {voter, second}


def test_V03_the_desk_learns_that_the_voter_voted_online_meanwhile(counter, db, referendum, voter):
    sheet = look_up(counter, referendum)
    use(db, referendum, voter, Channel.WEB)

    answer = press(counter, sheet, referendum, "papier")

    assert answer.status == 422
    assert answer.heading == "Al online gestemd"
    assert "Geef geen stembrief mee" in answer
    assert db.scalars(select(UsedRight.channel)).all() == [Channel.WEB]


def test_V03_a_right_used_on_paper_is_used_for_every_door(db, vault, referendum, voter):
    officer = acting(staff(Role.DESK))
    desk.give_paper(db, Clock(fixed=NOON), referendum, voter, by=officer)

    with pytest.raises(refusals.AlreadyVoted):
        box.use_on_paper(db, Clock(fixed=NOON), referendum, voter)
    assert box.right_of(db, referendum, voter) is Channel.PAPER


@pytest.mark.parametrize("state", [State.CREDENTIALS, State.SUSPENDED, State.CLOSED])
def test_V07_no_paper_ballot_while_the_box_is_not_open(counter, db, referendum, voter, state):
    sheet = look_up(counter, referendum)
    referendum.state = state
    db.commit()

    answer = press(counter, sheet, referendum, "papier")

    assert answer.status == 422
    assert db.scalars(select(UsedRight)).first() is None
    assert "Geef papieren stembrief" not in look_up(counter, referendum)


def test_no_paper_where_the_regulation_knows_none(counter, db, referendum, voter):
    sheet = look_up(counter, referendum)
    referendum.rules = referendum.rules | {"doors": ["web"]}
    db.commit()

    assert press(counter, sheet, referendum, "papier").status == 422
    assert "op papier stemmen" in look_up(counter, referendum)
    assert db.scalars(select(UsedRight)).first() is None


@pytest.mark.parametrize(
    ("doors", "words"), [(["web", "kiosk"], "toestel in het stadhuis"), (["web"], "stemt online, met de code")]
)
def test_where_paper_is_off_the_desk_shows_a_way_that_there_is(counter, db, referendum, doors, words):
    referendum.rules = referendum.rules | {"doors": doors}
    db.commit()

    assert words in look_up(counter, referendum)


def test_P06_every_look_is_logged_and_tells_neither_who_nor_what(counter, db, referendum, voter):
    look_up(counter, referendum)
    look_up(counter, referendum, OTHER)

    rows = db.scalars(select(LogEntry).where(LogEntry.act == "referendum.desk-looked-up")).all()
    assert len(rows) == 2
    assert {(row.subject, row.reason) for row in rows} == {(f"referendum:{referendum.id}", "")}


def test_P02_neither_number_nor_standing_is_kept_with_the_answer(counter, db, referendum, voter):
    sheet = look_up(counter, referendum)

    assert NUMBER not in sheet.html
    assert voter not in sheet.html
    assert not any("gestemd" in kept_answer.body for kept_answer in db.scalars(select(SpentKey)))


def test_P02_a_number_never_comes_in_an_address(counter, referendum):
    assert counter.raw(f"/loket/referendum/{referendum.slug}/kiezer?number={NUMBER}").status_code == 405


def test_a_number_with_a_slip_of_the_pen_says_what_to_do(counter, referendum):
    assert "tikfout" in look_up(counter, referendum, "85073099933", status=422)


def test_looking_up_is_limited_per_officer(counter, referendum, monkeypatch):
    monkeypatch.setattr(desk_views, "AT_DESK", desk_views.limits.Limit("test", 2, desk_views.AT_DESK.window))
    look_up(counter, referendum)
    look_up(counter, referendum)

    look_up(counter, referendum, status=TooMany.status)


def test_what_was_looked_up_is_of_this_officer_for_a_quarter_of_an_hour(db, vault, referendum, voter):
    officer, other = acting(staff(Role.DESK)), acting(staff(Role.DESK))
    sealed = desk.sealed(vault, referendum, voter, by=officer, now=NOON)
    elsewhere = a_coming_referendum(vault, state=State.OPEN)

    assert desk.opened(vault, referendum, sealed, by=officer, now=NOON) == voter
    for wrong in (
        {"by": other, "now": NOON}, {"by": officer, "now": NOON + desk.LASTS * 2},
    ):  # fmt: skip
        with pytest.raises(desk.LookUpAgain):
            desk.opened(vault, referendum, sealed, **wrong)
    with pytest.raises(desk.LookUpAgain):
        desk.opened(vault, elsewhere, sealed, by=officer, now=NOON)
    with pytest.raises(desk.LookUpAgain):
        desk.opened(vault, referendum, "iets", by=officer, now=NOON)


@pytest.mark.parametrize(
    "somebody", [a_resident, a_moderator, lambda: staff(Role.REFERENDUM), lambda: staff(Role.ADMIN)]
)
def test_only_desk_officers_come_behind_the_counter(pages, db, referendum, somebody):
    browser = pages.as_(somebody())

    for url in ("/loket/referendum", f"/loket/referendum/{referendum.slug}"):
        assert browser.raw(url).status_code == 404


@pytest.mark.parametrize("state", [State.CREDENTIALS, State.OPEN, State.SUSPENDED, State.CLOSED, State.DECRYPTED,
                                   State.PROCLAIMED, State.FOLLOW_UP, State.ANNULLED])  # fmt: skip
def test_the_desk_lists_a_referendum_from_its_letters_until_the_key_of_the_roll_is_thrown_away(
    counter, db, referendum, state
):
    referendum.state = state
    db.commit()
    assert "Autovrije zondag" in counter.get("/loket/referendum")

    referendum.sealed_key = ""
    db.commit()

    assert "Er loopt nu geen referendum" in counter.get("/loket/referendum")


@pytest.mark.parametrize("state", [State.ANNOUNCED, State.ROLL, State.KEYS])
def test_the_desk_lists_nothing_before_there_are_letters(counter, db, referendum, state):
    referendum.state = state
    db.commit()

    assert "Er loopt nu geen referendum" in counter.get("/loket/referendum")


def test_what_is_over_comes_last_on_the_desk(counter, db, vault, referendum):
    db.execute(update(Poll).values(closes_at=NOON))
    other = {"opens_at": NOON - DAY, "closes_at": NOON + 9 * DAY, "roll_sha256": "b" * 64}
    a_coming_referendum(vault, state=State.OPEN, **other).title = "Nieuwe brug"
    db.commit()

    text = counter.get("/loket/referendum").text
    assert text.index("Nieuwe brug") < text.index("Autovrije zondag") < text.index("Stemmen kan niet meer")


@pytest.mark.parametrize("has_voted", [True, False])
def test_after_the_close_somebody_who_did_not_vote_sees_whether_their_right_was_used(
    counter, db, referendum, voter, has_voted
):
    if has_voted:
        use(db, referendum, voter, Channel.WEB)
    referendum.state = State.CLOSED
    db.execute(update(Poll).values(closes_at=NOON))
    db.commit()

    sheet = look_up(counter, referendum)

    assert sheet.heading == ("Al online gestemd" if has_voted else "Niet gestemd")
    assert ("Bel de referendumbeheerder" if has_voted else "niemand anders stemde ermee") in sheet
    assert "kan nog" not in sheet
    assert [form.get("action") for form in sheet.all("form") if form.get("method") == "post"] == []


def test_the_same_letter_takes_two_officers_and_a_slip_for_the_authority(pages, counter, db, referendum, voter):
    asked = press(counter, look_up(counter, referendum), referendum, "brief")
    waiting = db.scalars(select(LetterRequest)).one()
    slip = f"/loket/referendum/{referendum.slug}/brieven/{waiting.id}.json"
    assert asked.heading == "Een collega moet nog goedkeuren"
    assert counter.raw(slip).status_code == 404
    colleague = pages.as_(staff(Role.DESK))

    listed = colleague.get(f"/loket/referendum/{referendum.slug}")
    press(colleague, look_up(colleague, referendum), referendum, f"brieven/{waiting.id}")

    assert waiting.short_key in listed
    assert waiting.asked_by.display_name in listed
    assert waiting.approved_by_id not in (None, waiting.asked_by_id)
    told = json.loads(colleague.raw(slip).get_data())
    assert told == {
        "referendum": referendum.slug, "uuid": referendum.uuid, "aanvraag": waiting.id, "kiezer": voter,
        "gevraagd": {"door": waiting.asked_by.display_name, "op": waiting.asked_at.isoformat()},
        "goedgekeurd": {"door": waiting.approved_by.display_name, "op": waiting.approved_at.isoformat()},
    }  # fmt: skip


def test_a_slip_that_is_handed_over_is_in_the_log_with_its_request_and_never_its_voter(
    pages, counter, db, referendum, voter
):
    press(counter, look_up(counter, referendum), referendum, "brief")
    waiting, colleague = db.scalars(select(LetterRequest)).one(), pages.as_(staff(Role.DESK))
    press(colleague, look_up(colleague, referendum), referendum, f"brieven/{waiting.id}")

    assert colleague.raw(f"/loket/referendum/{referendum.slug}/brieven/{waiting.id}.json").status_code == 200

    noted = db.scalars(select(LogEntry).where(LogEntry.act == "referendum.letter-slip-handed-over")).one()
    assert (noted.actor_id, noted.reason) == (waiting.approved_by_id, f"aanvraag {waiting.id}")


def test_nobody_approves_their_own_request(counter, db, referendum):
    press(counter, look_up(counter, referendum), referendum, "brief")
    waiting = db.scalars(select(LetterRequest)).one()
    sheet = counter.get(f"/loket/referendum/{referendum.slug}")
    address = f"/loket/referendum/{referendum.slug}/brieven/{waiting.id}"

    assert "Een collega keurt hem goed" in sheet
    values = values_of(look_up(counter, referendum).form_with("subject"))
    assert counter.client.post(address, data=values).status_code == 409
    db.expire_all()
    assert waiting.approved_by_id is None


def test_a_second_officer_agrees_only_about_the_voter_whose_card_they_saw(pages, counter, db, referendum, vault):
    stranger = key_of(vault, referendum).voter(person_key(vault, OTHER))
    kept(RollEntry(referendum_id=referendum.id, voter_key=stranger, area_id=an_area().id, birth_key="c" * 64))
    press(counter, look_up(counter, referendum), referendum, "brief")
    waiting = db.scalars(select(LetterRequest)).one()
    colleague = pages.as_(staff(Role.DESK))
    sheet = look_up(colleague, referendum, OTHER)
    address = f"/loket/referendum/{referendum.slug}/brieven/{waiting.id}"

    answer = colleague.client.post(address, data=values_of(sheet.form_with("subject")))
    db.expire_all()

    assert address not in sheet.html
    assert answer.status_code == 409
    assert "van iemand anders" in answer.get_data(as_text=True)
    assert waiting.approved_by_id is None


def test_V03_somebody_whose_letter_is_replaced_still_has_one_right(counter, db, referendum, voter):
    press(counter, look_up(counter, referendum), referendum, "brief")

    done = press(counter, look_up(counter, referendum), referendum, "papier")
    asked_again = press(counter, look_up(counter, referendum), referendum, "brief")

    assert done.heading == "Geef nu de stembrief"
    assert asked_again.status == 422
    assert "wacht al een aanvraag" in asked_again
    assert len(db.scalars(select(UsedRight)).all()) == 1


def test_once_the_key_is_thrown_away_nobody_can_be_looked_up(counter, db, referendum):
    referendum.sealed_key = ""
    db.commit()

    look_up(counter, referendum, status=409)

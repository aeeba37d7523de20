"""Every public page of a referendum in every state that shows it, and the one screen of staff."""

import re
from dataclasses import fields as fields_of
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from spreekt.electorate.models import Poll
from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.dutch import NBSP
from spreekt.kernel.regulations import Door
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import board, box, counting, exhibits
from spreekt.modules.referendum.models import Act, Exhibit, Referendum, State, TwoPersonAct
from spreekt.modules.referendum.regulation import Regulation
from spreekt.modules.referendum.standing import Standing
from spreekt.modules.referendum.steps import frozen_form
from spreekt.modules.referendum.trustee_models import TrusteeSeat
from tests.builders import DAY, NOON, acting, kept, staff
from tests.pages import Pages, text_of
from tests.referendum.builders import NO, YES, Held, a_question, a_referendum, send_ballot
from tests.referendum.test_life import close, count, proclaim
from tests.words import says


@pytest.fixture
def finished(app: Flask, db: Session, vault: Vault):
    """Proclaimed an hour ago, with a question that was adopted."""
    held = a_referendum(db, vault, opens_at=NOON - 9 * DAY, closes_at=NOON + DAY)
    for voter, choice in ((0, YES), (1, YES), (2, NO)):
        assert send_ballot(app, held, held.ballot(voter, (choice,))).status_code == 200
    people = acting(staff(Role.REFERENDUM)), acting(staff(Role.PUBLISHER))
    close(db, held, people)
    count(db, held, people)
    proclaim(db, held, people)
    held.referendum.publishes_at = NOON - DAY
    db.commit()
    return held


def test_there_is_a_way_forward_when_there_never_was_a_referendum(pages: Pages):
    assert "Er is nog geen referendum" in pages.get("/referendum").text


def test_the_page_tells_what_is_asked_and_both_sides_and_that_nothing_can_change(
    pages: Pages, db: Session, vault: Vault
):
    held = a_referendum(db, vault)

    page = pages.get(f"/referendum/{held.slug}")

    for words in ("Argumenten voor", "Argumenten tegen", "Ga stemmen", "f" * 64):
        assert words in page.text


@pytest.mark.parametrize("state", [State.CONCEPT, State.COUNCIL], ids=str)
def test_Z06_nobody_sees_a_referendum_before_it_is_announced(pages: Pages, db: Session, vault: Vault, state: State):
    held = a_referendum(db, vault, state=state)

    for path in (
        "",
        "/stemmen",
        "/bulletin",
        "/uitslag",
        "/verifieren",
        "/verkiezing.json",
        "/zaal",
        f"/{held.referendum.uuid}.bel",
    ):
        pages.get(f"/referendum/{held.slug}{path}", status=404)
    assert held.referendum.title not in pages.get("/referendum").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"opens_at": NOON + DAY}, "Je kan nog niet stemmen"),
        ({"closes_at": NOON}, "De stembus is gesloten"),
        ({"state": State.SUSPENDED, "public_reason": "Storing."}, "Stemmen kan nu even niet"),
        ({"state": State.CREDENTIALS}, "De stembus opent straks"),
        ({"state": State.CREDENTIALS, "closes_at": NOON}, "De stembus ging niet open"),
        ({"state": State.ANNULLED, "public_reason": "Fout op de brief."}, "Fout op de brief."),
    ],
    ids=["before", "after", "suspended", "late", "never opened", "annulled"],
)
def test_the_booth_of_a_closed_box_says_when_or_why(pages: Pages, db: Session, vault: Vault, fields, words: str):
    held = a_referendum(db, vault, **fields)

    assert words in pages.get(f"/referendum/{held.slug}/stemmen", status=409).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"opens_at": NOON + DAY}, "Kom dan terug en scan je brief opnieuw"),
        ({"state": State.CREDENTIALS}, "Kom wat later terug en scan je brief dan opnieuw"),
        ({"state": State.SUSPENDED, "public_reason": "Storing."}, "Kom later terug en scan je brief dan opnieuw"),
        ({"closes_at": NOON}, "Je kan met de code uit je brief niet meer stemmen."),
    ],
    ids=["before", "late", "suspended", "after"],
)
def test_who_scans_a_letter_while_the_box_is_shut_reads_when_to_scan_again(
    pages: Pages, db: Session, vault: Vault, fields, words: str
):
    held = a_referendum(db, vault, **fields)

    page = pages.get(f"/referendum/{held.slug}/stemmen", status=409)

    assert words in page.text
    assert "js/scanned.js" in page.html


LATE = {"state": State.CREDENTIALS}
PASSED = {"opens_at": NOON - 2 * DAY, "closes_at": NOON}


@pytest.mark.parametrize(
    ("fields", "standing"),
    [
        ({"opens_at": NOON + DAY}, Standing.COMING),
        ({"opens_at": NOON + DAY, "state": State.ANNOUNCED}, Standing.COMING),
        (LATE, Standing.LATE),
        ({}, Standing.OPEN),
        ({"state": State.SUSPENDED}, Standing.SUSPENDED),
        (PASSED, Standing.COUNTING),
        (PASSED | {"state": State.SUSPENDED}, Standing.COUNTING),
        (PASSED | {"state": State.PROCLAIMED, "publishes_at": NOON + DAY}, Standing.COUNTING),
        (PASSED | {"state": State.PROCLAIMED, "publishes_at": NOON}, Standing.DONE),
        (PASSED | LATE, Standing.NEVER_OPENED),
        ({"opens_at": NOON + DAY, "state": State.ANNULLED}, Standing.ANNULLED),
    ],
)
def test_how_a_referendum_stands_follows_from_its_state_and_the_clock(db: Session, vault: Vault, fields, standing):
    assert a_referendum(db, vault, **fields).referendum.standing(NOON) is standing


def test_a_box_that_is_opened_late_is_nowhere_called_closed(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault, **LATE)

    for path in ("", f"/{held.slug}", f"/{held.slug}/zaal"):
        page = pages.get(f"/referendum{path}")
        assert "straks" in page.text
        for words in ("Gesloten", "gesloten", "Voorbij", "Gestemd", "opent op"):
            assert words not in page.text


@pytest.mark.parametrize(
    ("fields", "heading"),
    [({"state": State.SUSPENDED}, "Opgeschort"), (LATE, "Binnenkort"), ({"state": State.ANNULLED}, "Voorbij")],
    ids=["suspended", "late", "annulled"],
)
def test_the_list_puts_a_referendum_under_how_it_stands(pages: Pages, db: Session, vault: Vault, fields, heading: str):
    a_referendum(db, vault, **fields)

    page = pages.get("/referendum")

    assert heading in [text_of(h2) for h2 in page.all("h2")]


@pytest.mark.parametrize("state", [State.ANNULLED, State.SUSPENDED], ids=str)
def test_the_hall_tells_why_there_is_nothing_to_wait_for(pages: Pages, db: Session, vault: Vault, state: State):
    held = a_referendum(db, vault, state=state, public_reason="Fout op de brief.")

    assert "Fout op de brief." in pages.get(f"/referendum/{held.slug}/zaal").text


def test_there_is_no_archive_to_download_before_the_codes_are_there(
    pages: Pages, app: Flask, db: Session, vault: Vault
):
    held = a_referendum(db, vault, state=State.KEYS, opens_at=NOON + DAY)
    db.execute(delete(Exhibit).where(Exhibit.name == exhibits.CREDENTIALS))
    db.commit()

    page = pages.get(f"/referendum/{held.slug}/verifieren")

    assert "Er is nog geen archief" in page.text
    assert "archive" not in app.test_client().get(f"/api/v1/referenda/{held.slug}").json["links"]
    pages.get(f"/referendum/{held.slug}/{held.referendum.uuid}.bel", status=404)


def test_the_result_page_judges_each_question_and_shows_no_small_area(pages: Pages, finished):
    page = pages.get(f"/referendum/{finished.slug}/uitslag")

    assert "Aangenomen" in page.text
    assert "66,7" in page.text
    assert "Stemmers per deelgemeente" not in page.text
    assert "tonen we geen cijfer" in page.text
    assert "2;" not in page.text


def test_the_files_of_a_result_say_the_same_as_its_page(app: Flask, finished):
    reader, base = app.test_client(), f"/referendum/{finished.slug}"

    assert "Ja,2" in reader.get(f"{base}/uitslag.csv").text
    assert reader.get(f"{base}/uitslag.json").json["questions"][0]["counts"] == [2, 1]
    assert reader.get(f"{base}/controlepakket.zip").data[:2] == b"PK"
    assert reader.get(f"{base}/{finished.referendum.uuid}.bel").data[:8] == b"BELENIOS"
    assert reader.get(f"{base}/stukken/uitslag.json").json == {"result": [[0, 2, 1]]}


@pytest.mark.parametrize("path", ["", "/bulletin", "/zaal", "/verifieren", "/uitslag", "/stemmen/narekenen"])
def test_every_page_of_a_finished_referendum_is_whole(pages: Pages, finished, path: str):
    pages.get(f"/referendum/{finished.slug}{path}")


def test_everybody_reads_who_hold_the_key_once_it_is_made(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault)
    kept(TrusteeSeat(referendum_id=held.referendum.id, number=1, name="De stadssecretaris", link_hash="1" * 64))

    assert "De stadssecretaris" in pages.get(f"/referendum/{held.slug}/verifieren")

    held.referendum.fingerprint, held.referendum.state = "", State.ROLL
    db.commit()
    assert "De stadssecretaris" not in pages.get(f"/referendum/{held.slug}/verifieren")


def test_the_hall_shows_the_code_of_the_sealed_box_and_how_many_opened_it(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault, opens_at=NOON - 9 * DAY, closes_at=NOON - DAY)
    hall, bulletin = f"/referendum/{held.slug}/zaal", f"/referendum/{held.slug}/bulletin"
    assert "verzegelde stembus" not in pages.get(hall)
    counting.fix_encrypted_tally(db, held.referendum)
    held.referendum.state = State.RECONCILED
    counting.take_partial_decryption(db, held.referendum, 3, held.decryption(db, 3))
    db.commit()

    sheet = pages.get(hall)

    (code,) = [text_of(element) for element in sheet.all("code")]
    assert len(code) == 64
    assert code in pages.get(bulletin)
    assert "1 van de 2 nodige delen" in sheet


def test_the_archive_is_sent_again_only_when_it_grew(app: Flask, db: Session, vault: Vault):
    held = a_referendum(db, vault)
    url = f"/referendum/{held.slug}/{held.referendum.uuid}.bel"
    first = app.test_client().get(url)

    assert app.test_client().get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304

    for voter in range(2):
        send_ballot(app, held, held.ballot(voter))
    db.expire_all()
    board.put_up(db, held.referendum, NOON)
    db.commit()
    longer = app.test_client().get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert longer.status_code == 200
    assert longer.data.startswith(first.data)


def test_staff_prepare_a_referendum_from_nothing_to_the_council(pages: Pages, db: Session):
    manager = pages.as_(staff(Role.REFERENDUM))
    manager.send(
        "/beheer/referendum/nieuw", title="Groen in de straat", slug="groen", intro="Drie vragen.",
        opens_at="2027-03-01T09:00", closes_at="2027-03-07T18:00", trustee_count="3", threshold="2",
    )  # fmt: skip
    manager.send(
        "/beheer/referendum/groen/vraag/1", text="Wil je meer bomen in elke straat?", answers="Ja\nNee",
        allows_blank="y", explanation="Waar het kan.", arguments_for="Schaduw.", arguments_against="Plaats!!",
    )  # fmt: skip
    manager.send("/beheer/referendum/groen/regels", minimum_votes="1500")
    page = manager.send("/beheer/referendum/groen", press="go=to-council")

    referendum = db.scalars(select(Referendum)).one()
    db.refresh(referendum)
    assert referendum.state is State.COUNCIL
    assert referendum.regulation.minimum_votes == 1500
    assert "gemeenteraad 1 juli 2019" in referendum.regulation.source
    assert "Vul de datum en het adres van het raadsbesluit in" in page.text


def test_a_new_referendum_begins_with_the_regulation_of_the_city_file(pages: Pages, db: Session, app: Flask):
    services = app.extensions["spreekt"]
    preset = replace(services.city.referendum_preset, minimum_votes=750)
    app.extensions["spreekt"] = replace(services, city=replace(services.city, referendum_preset=preset))

    pages.as_(staff(Role.REFERENDUM)).send(
        "/beheer/referendum/nieuw", title="Groen in de straat", slug="groen", opens_at="2027-03-01T09:00",
        closes_at="2027-03-07T18:00", trustee_count="3", threshold="2",
    )  # fmt: skip

    rules = db.scalars(select(Referendum)).one().regulation
    assert rules.minimum_votes == 750
    assert rules.doors == (Door.WEB, Door.KIOSK)


def test_every_field_of_the_regulation_is_on_the_form_of_the_rules(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault, state=State.CONCEPT)
    manager, url = pages.as_(staff(Role.REFERENDUM)), f"/beheer/referendum/{held.slug}/regels"

    names = {field.get("name") for field in manager.get(url).form_with("source").iter()}
    assert {field.name for field in fields_of(Regulation)} <= names

    manager.send(url, objection_days="7", argument_slack="10", doors=["papier"])
    db.refresh(held.referendum)
    rules = held.referendum.regulation
    assert (rules.objection_days, rules.argument_slack) == (7, 10)
    assert rules.doors == (Door.WEB, Door.PAPER)


@pytest.mark.parametrize(("doors", "is_told"), [(["web", "papier"], True), (["web", "kiosk"], False)], ids=str)
def test_paper_is_offered_where_the_regulation_knows_it(
    pages: Pages, db: Session, vault: Vault, doors: list[str], is_told: bool
):
    held = a_referendum(db, vault, rules={"doors": doors})

    page = pages.get(f"/referendum/{held.slug}")
    check = pages.get(f"/referendum/{held.slug}/verifieren")

    assert ("op papier" in page.text) is is_told
    assert ("De papieren stemmen" in check.text) is is_told
    assert "Hulp nodig?" in page.text or "hulp nodig?" in page.text


def test_what_was_typed_stays_when_the_dates_contradict_each_other(pages: Pages):
    manager = pages.as_(staff(Role.REFERENDUM))

    page = manager.send(
        "/beheer/referendum/nieuw", title="Groen in de straat", slug="groen", opens_at="2027-03-07T09:00",
        closes_at="2027-03-01T18:00", trustee_count="3", threshold="2", status=422,
    )  # fmt: skip

    assert "De stembus moet later sluiten dan ze opent" in page.text
    assert 'value="Groen in de straat"' in page.html


def test_an_announced_referendum_cannot_be_changed_by_anybody(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault, state=State.ANNOUNCED)
    manager = pages.as_(staff(Role.REFERENDUM))

    for path in ("bewerken", "regels", "vraag/1"):
        assert "liggen vast" in manager.get(f"/beheer/referendum/{held.slug}/{path}", status=409).text


@pytest.mark.parametrize("state", list(State), ids=str)
def test_the_one_screen_shows_every_state_with_what_is_next(pages: Pages, db: Session, vault: Vault, state: State):
    held = a_referendum(db, vault, state=state)

    pages.as_(staff(Role.REFERENDUM)).get(f"/beheer/referendum/{held.slug}")


def test_two_people_suspend_and_both_see_what_the_other_did(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault)
    url = f"/beheer/referendum/{held.slug}/samen/opschorten"
    one, other = pages.as_(staff(Role.REFERENDUM)), pages.as_(staff(Role.PUBLISHER))

    one.send(url, reason="Storing in het netwerk.")
    assert "Jij stelde dit voor" in one.get(url).text
    other.send(url)

    db.refresh(held.referendum)
    assert held.referendum.state is State.SUSPENDED


def test_the_second_person_confirms_what_stood_on_their_own_screen(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault)
    url = f"/beheer/referendum/{held.slug}/samen/opschorten"
    one, other = pages.as_(staff(Role.REFERENDUM)), pages.as_(staff(Role.PUBLISHER))
    one.send(url, reason="Storing in het netwerk.")

    assert "intussen veranderd" in other.send(url, about="Een andere reden.", status=422).text
    db.refresh(held.referendum)
    assert held.referendum.state is State.OPEN


@pytest.mark.parametrize(
    ("act", "before", "after"),
    [("opschorten", State.OPEN, State.SUSPENDED), ("hervatten", State.SUSPENDED, State.OPEN),
     ("vernietigen", State.OPEN, State.ANNULLED)],
)  # fmt: skip
def test_a_public_reason_of_several_lines_and_many_words_is_confirmed_as_a_browser_sends_it(
    pages: Pages, db: Session, vault: Vault, act, before, after
):
    held = a_referendum(db, vault, state=before)
    url, reason = f"/beheer/referendum/{held.slug}/samen/{act}", "Storing.\r\n" + "We herstellen dit. " * 30
    pages.as_(staff(Role.REFERENDUM)).send(url, reason=reason)
    shown = db.scalars(select(TwoPersonAct.about)).one()
    assert len(shown) > 300

    pages.as_(staff(Role.PUBLISHER)).send(url, about=shown.replace("\n", "\r\n"))

    db.refresh(held.referendum)
    assert held.referendum.state is after
    assert held.referendum.public_reason == ("" if after is State.OPEN else shown)
    assert "\r" not in shown


@pytest.mark.parametrize("slip", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_slip_in_the_year_of_a_date_is_said_beside_its_field(pages: Pages, slip: str):
    head = {
        "title": "Proef", "slug": "proef-1", "opens_at": slip, "closes_at": "2027-01-01T00:00", "trustee_count": "3",
        "threshold": "2",
    }  # fmt: skip

    sheet = pages.as_(staff(Role.REFERENDUM)).send("/beheer/referendum/nieuw", **head, status=422)

    assert "Kijk het jaartal na" in sheet


def test_a_margin_is_written_with_a_comma(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault, state=State.CONCEPT)
    manager, url = pages.as_(staff(Role.REFERENDUM)), f"/beheer/referendum/{held.slug}/regels"

    for written in ("2,75", "2.75"):
        manager.send(url, minimum_margin=written)
        db.refresh(held.referendum)
        assert held.referendum.rules["minimum_margin"] == "2.75"
    assert 'value="2,75"' in manager.get(url).html
    for written in ("veel", "", "NaN", "101"):
        assert "Vul een getal" in manager.send(url, minimum_margin=written, status=422).text


def test_the_hour_of_the_result_is_read_as_a_clock_shows_it(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault, state=State.DECRYPTED)
    url = f"/beheer/referendum/{held.slug}/samen/afkondigen"

    pages.as_(staff(Role.REFERENDUM)).send(url, publishes_at="2026-11-30T20:00")

    seen = pages.as_(staff(Role.PUBLISHER)).get(url).text.replace(NBSP, " ")
    assert "maandag 30 november 2026, 20 uur" in seen
    assert "T19:00" not in seen


def suspending_is_proposed(db: Session, held: Held) -> None:
    proposed = TwoPersonAct(
        referendum_id=held.referendum.id, act=Act.SUSPEND, about="Storing.", first_by_id=staff(Role.REFERENDUM).id,
        first_at=NOON,
    )  # fmt: skip
    db.add(proposed)
    db.commit()


def test_the_console_counts_what_this_person_can_confirm_now(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault)
    suspending_is_proposed(db, held)
    publisher, keeper = staff(Role.PUBLISHER), staff(Role.REGISTER)

    assert "1 stap die een tweede persoon bevestigt" in pages.as_(publisher).get("/beheer")
    assert "tweede persoon" not in pages.as_(keeper).get("/beheer")

    held.referendum.state = State.CLOSED
    db.commit()
    assert "tweede persoon" not in pages.as_(publisher).get("/beheer")


def test_who_cannot_take_a_step_is_offered_no_button_for_it(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault)
    suspending_is_proposed(db, held)
    url = f"/beheer/referendum/{held.slug}/samen/opschorten"

    keeper, publisher = (pages.as_(staff(role)).get(url) for role in (Role.REGISTER, Role.PUBLISHER))

    for words in ("Bevestig: Schort op", "Trek het voorstel in"):
        assert (words in keeper, words in publisher) == (False, True)


def test_an_hour_months_ahead_is_asked_again(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault, state=State.DECRYPTED)
    manager, url = pages.as_(staff(Role.REFERENDUM)), f"/beheer/referendum/{held.slug}/samen/afkondigen"

    assert "meer dan 60 dagen ver" in manager.send(url, publishes_at="2062-11-30T20:00", status=422)


def test_a_wrong_hour_is_moved_from_the_page_of_the_referendum(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault, state=State.PROCLAIMED, publishes_at=NOON + 2 * DAY)
    here = f"/beheer/referendum/{held.slug}"
    manager, publisher = pages.as_(staff(Role.REFERENDUM)), pages.as_(staff(Role.PUBLISHER))

    assert "Verander het uur" in manager.get(here)
    assert "Nu ziet iedereen de uitslag vanaf" in manager.get(f"{here}/samen/afkondigen")
    manager.send(f"{here}/samen/afkondigen", publishes_at="2026-11-30T20:00")
    publisher.send(f"{here}/samen/afkondigen", having=("about",))

    db.refresh(held.referendum)
    assert held.referendum.publishes_at == datetime(2026, 11, 30, 19, tzinfo=UTC)


def test_once_everybody_sees_the_result_its_hour_is_not_moved(pages: Pages, finished: Held):
    assert "Verander het uur" not in pages.as_(staff(Role.REFERENDUM)).get(f"/beheer/referendum/{finished.slug}")


def test_questions_with_several_answers_have_a_page_too(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault, questions=[a_question(answers=["De vogel", "De boom", "Geen van beide"])])

    assert "De vogel of De boom of Geen van beide" in pages.get(f"/referendum/{held.slug}").text


def test_V22_the_hall_screen_shows_a_number_and_no_figure_per_answer(
    pages: Pages, app: Flask, db: Session, vault: Vault
):
    held = a_referendum(db, vault)
    for voter in range(2):
        send_ballot(app, held, held.ballot(voter))
    db.expire_all()
    board.put_up(db, held.referendum, NOON)
    db.commit()

    page = pages.get(f"/referendum/{held.slug}/zaal")

    assert "inwoners stemden" in page.text
    assert not says(page.text, "Ja")


def numbers_of(pages: Pages, held: Held) -> dict[str, int]:
    """How many voted, on each page that tells."""
    told = {
        f"/referendum/{held.slug}": r"(?:Al online gestemd|Gestemd)\s*(\d+)",
        f"/referendum/{held.slug}/zaal": r"(\d+)\s+inwoners? stemde",
        "/": r"Al online gestemd\s*(\d+)",
        f"/beheer/referendum/{held.slug}": r"Online gestemd\s*(\d+)",
    }
    texts = {url: pages.get(url).text for url in told}
    return {url: int(found[1]) for url, words in told.items() if (found := re.search(words, texts[url]))}


def test_V22_no_page_tells_the_moment_of_a_vote(pages: Pages, app: Flask, db: Session, vault: Vault, clock: Clock):
    held = a_referendum(db, vault)
    pages = pages.as_(staff(Role.REFERENDUM))
    for voter in (0, 1):
        send_ballot(app, held, held.ballot(voter))
    box.use_on_paper(db, clock, held.referendum, held.voters[2].voter_key)
    db.commit()
    before = numbers_of(pages, held)
    db.expire_all()
    board.put_up(db, held.referendum, NOON)
    db.commit()
    at_the_batch = numbers_of(pages, held)

    assert (len(before), set(before.values())) == (4, {0})
    assert (len(at_the_batch), set(at_the_batch.values())) == (4, {2})


def test_after_the_close_everybody_is_counted_on_paper_too(
    pages: Pages, app: Flask, db: Session, vault: Vault, clock: Clock
):
    held = a_referendum(db, vault)
    send_ballot(app, held, held.ballot(0))
    box.use_on_paper(db, clock, held.referendum, held.voters[2].voter_key)
    db.get_one(Poll, held.referendum.poll_id).closes_at = NOON
    db.commit()

    told = numbers_of(pages.as_(staff(Role.REFERENDUM)), held)
    page = f"/referendum/{held.slug}"
    assert told == {page: 2, f"{page}/zaal": 2, f"/beheer{page}": 1}


def test_a_voter_who_votes_again_is_told_once(pages: Pages, app: Flask, db: Session, vault: Vault):
    held = a_referendum(db, vault, rules={"may_revote": True})
    for voter in (0, 1, 0):
        send_ballot(app, held, held.ballot(voter))
    db.expire_all()
    board.put_up(db, held.referendum, NOON)
    db.commit()

    assert board.voters_told(db, held.referendum, NOON) == 2


def test_V14_the_api_tells_the_outcome_from_its_hour_and_not_before(app: Flask, db: Session, vault: Vault, finished):
    reader = app.test_client()
    assert reader.get(f"/api/v1/referenda/{finished.slug}").json["outcome"]["questions"][0]["counts"] == [2, 1]

    finished.referendum.publishes_at = NOON + DAY
    db.commit()

    assert reader.get(f"/api/v1/referenda/{finished.slug}").json["outcome"] is None
    assert [item["outcome"] for item in reader.get("/api/v1/referenda").json["items"]] == [None]
    a_referendum(db, vault, state=State.COUNCIL)
    assert len(reader.get("/api/v1/referenda").json["items"]) == 1


SQUARE = '{"type": "Polygon", "coordinates": [[[3.26, 50.82], [3.27, 50.82], [3.27, 50.83], [3.26, 50.82]]]}'


def test_where_it_applies_is_on_a_map_that_is_frozen_with_the_question(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault, state=State.COUNCIL)
    manager = pages.as_(staff(Role.REFERENDUM))
    manager.send(f"/beheer/referendum/{held.slug}/kaart", name="De Grote Markt", shape=SQUARE)
    db.refresh(held.referendum)
    frozen = frozen_form(held.referendum)
    held.referendum.state = State.ANNOUNCED
    db.commit()

    page = pages.get(f"/referendum/{held.slug}")

    assert "De Grote Markt" in page.text
    assert frozen["place"]["outline"]["type"] == "MultiPolygon"
    found = pages.client.get(f"/referendum/{held.slug}/kaart.geojson").json["features"][0]
    assert found["properties"] == {"title": "De Grote Markt"}
    manager.get(f"/beheer/referendum/{held.slug}/kaart", status=409)


@pytest.mark.parametrize("shape", ["", "{", '{"type": "Point", "coordinates": [3, 50]}'])
def test_a_shape_that_is_none_is_refused_and_the_words_stay(pages: Pages, db: Session, vault: Vault, shape: str):
    held = a_referendum(db, vault, state=State.CONCEPT)

    page = pages.as_(staff(Role.REFERENDUM)).send(
        f"/beheer/referendum/{held.slug}/kaart", name="De Grote Markt", shape=shape, status=422
    )

    assert "GeoJSON Polygon" in page.text
    assert 'value="De Grote Markt"' in page.html


def test_a_referendum_without_a_place_has_no_map(pages: Pages, db: Session, vault: Vault):
    held = a_referendum(db, vault)

    pages.get(f"/referendum/{held.slug}/kaart.geojson", status=404)
    assert "Waar geldt het?" not in pages.get(f"/referendum/{held.slug}").text

"""The console: everybody's own work, oldest and overdue first; failed messages; the log."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from spreekt.home.console_views import order_of_work
from spreekt.home.log_words import ACTS, words_for
from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import Role
from spreekt.kernel.audit import LogEntry
from spreekt.kernel.outbox import Message
from spreekt.kernel.storage import utc_now
from spreekt.module import Module, Work
from tests.builders import DAY, NOON, a_moderator, a_resident, acting, an_account, staff
from tests.home.test_views import plug
from tests.pages import Pages


def a_dead_message(db: Session, **ids: int) -> Message:
    message = outbox.record(db, "notice.mail", **(ids or {"notice_id": 12}))
    message.attempts, message.next_attempt_at = outbox.MAX_ATTEMPTS, None
    message.dead_at, message.last_error = utc_now(), "SMTPServerDisconnected"
    db.commit()
    return message


def test_overdue_work_stands_first_and_then_what_waits_longest() -> None:
    young = Work("jong", 9, "/a", oldest_at=NOON)
    old = Work("oud", 1, "/b", oldest_at=NOON - DAY)
    late = Work("te laat", 3, "/c", overdue=1, oldest_at=NOON)
    undated = Work("zonder datum", 5, "/d")

    assert sorted([undated, young, old, late], key=order_of_work) == [late, old, young, undated]


def test_staff_see_what_waits_with_counts_and_links(pages: Pages, app: Flask) -> None:
    heaps = [Work("meldingen", 4, "/moderatie/meldingen", overdue=2, oldest_at=NOON - DAY), Work("niets", 0, "/niets")]
    plug(app, Module("een", work=lambda db, who, now: heaps))

    console = pages.as_(a_moderator()).get("/beheer")

    assert "4 meldingen" in console
    assert "2 te laat" in console
    assert "niets" not in console.text.split("Waar je naartoe kan")[0]


def test_a_console_without_work_says_so(pages: Pages) -> None:
    assert "Er wacht niets op jou" in pages.as_(a_moderator()).get("/beheer")


def test_only_staff_with_a_second_factor_open_the_console(pages: Pages) -> None:
    moderator = a_moderator()

    assert pages.raw("/beheer").headers["Location"].startswith("/aanmelden")
    assert pages.as_(a_resident()).raw("/beheer").status_code == 404
    assert pages.as_(staff(Role.JUROR)).raw("/beheer").status_code == 404
    assert pages.as_(moderator, second_factor=False).raw("/beheer").status_code == 303
    assert pages.as_(moderator).raw("/beheer").status_code == 200


def test_failed_messages_are_work_for_administrators_alone(pages: Pages, db: Session) -> None:
    a_dead_message(db)

    assert "mislukte berichten" in pages.as_(staff(Role.ADMIN)).get("/beheer")
    assert "mislukte berichten" not in pages.as_(a_moderator()).get("/beheer")


def test_the_bar_of_staff_holds_only_doors_that_open(pages: Pages) -> None:
    def bar(role: Role) -> set[str]:
        return set(pages.as_(staff(role)).get("/beheer").links().values())

    assert {"/beheer/berichten", "/beheer/logboek"} <= bar(Role.ADMIN)
    assert "/beheer/logboek" in bar(Role.AUDITOR)
    assert "/beheer/berichten" not in bar(Role.AUDITOR)
    assert not {"/beheer/berichten", "/beheer/logboek"} & bar(Role.MODERATOR)


def test_residents_see_no_bar_of_staff(pages: Pages) -> None:
    assert "staff-bar" not in pages.as_(a_resident()).get("/").html


def test_the_bar_asks_the_database_nothing(pages: Pages, statements: list[str]) -> None:
    resident, admin = pages.as_(a_resident()), pages.as_(staff(Role.ADMIN))

    counts = []
    for reader in (resident, admin):
        statements.clear()
        reader.raw("/privacy")
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_the_console_asks_the_database_at_most_six_things(pages: Pages, statements: list[str]) -> None:
    admin = pages.as_(staff(Role.ADMIN))
    statements.clear()

    admin.raw("/beheer")

    assert len(statements) <= 6


def test_a_failed_message_shows_ids_and_the_kind_of_error(pages: Pages, db: Session) -> None:
    a_dead_message(db, notice_id=77)

    sheet = pages.as_(staff(Role.ADMIN)).get("/beheer/berichten")

    assert "notice_id: 77" in sheet
    assert "SMTPServerDisconnected" in sheet


def test_a_chosen_message_is_tried_again_with_a_reason_in_the_log(pages: Pages, db: Session) -> None:
    first, second = a_dead_message(db), a_dead_message(db)
    admin = staff(Role.ADMIN)

    pages.as_(admin).send(
        "/beheer/berichten", press="which=gekozen", chosen=[str(first.id)], reason="De mailserver werkt weer."
    )

    assert (first.dead_at, second.dead_at is None) == (None, False)
    entry = db.scalars(select(LogEntry)).one()
    assert (entry.act, entry.subject, entry.actor_id) == ("message.retry", f"message:{first.id}", admin.id)
    assert entry.reason == "De mailserver werkt weer."


def test_all_messages_can_be_tried_again_at_once(pages: Pages, db: Session) -> None:
    for _message in range(3):
        a_dead_message(db)

    pages.as_(staff(Role.ADMIN)).send("/beheer/berichten", press="which=alle", reason="Weer in orde.")

    assert outbox.dead_letters(db) == []
    assert [entry.act for entry in db.scalars(select(LogEntry))] == ["message.retry-all"]


@pytest.mark.parametrize(
    ("press", "fields", "says"),
    [
        ("which=alle", {"reason": ""}, "Schrijf waarom je het opnieuw probeert."),
        ("which=gekozen", {"reason": "Zomaar"}, "Kies minstens één bericht."),
    ],
)
def test_trying_again_asks_what_and_why(
    pages: Pages, db: Session, press: str, fields: dict[str, str], says: str
) -> None:
    message = a_dead_message(db)

    answer = pages.as_(staff(Role.ADMIN)).send("/beheer/berichten", press=press, status=422, **fields)

    assert says in answer
    assert message.dead_at is not None


def test_a_message_that_is_not_dead_cannot_be_chosen(pages: Pages, db: Session) -> None:
    a_dead_message(db)
    waiting = outbox.record(db, "notice.mail", notice_id=1)
    db.commit()

    pages.as_(staff(Role.ADMIN)).send(
        "/beheer/berichten", press="which=gekozen", chosen=[str(waiting.id)], reason="Toch maar.", status=422
    )


def three_acts(db: Session) -> None:
    admin = acting(staff(Role.ADMIN, name="Sofie Beheerder"))
    person = an_account()
    audit.record(db, by=admin, act="register.looked-up", subject="resident:ab", reason="Aan het loket",
                 about_account_id=person.id)  # fmt: skip
    audit.record(db, by=admin, act="round.create", subject="round:1")
    audit.record(db, by=admin, act="voorstel.publish", subject="voorstel:9")
    db.commit()


def test_the_log_is_read_newest_first_in_words(pages: Pages, db: Session) -> None:
    three_acts(db)

    log = pages.as_(staff(Role.AUDITOR)).get("/beheer/logboek").text

    assert log.index("Voorstel gepubliceerd") < log.index("Ronde gemaakt") < log.index("Opgezocht in het register")
    assert "Sofie Beheerder" in log


@pytest.mark.parametrize(
    ("query", "shown"), [("wat=round", "Ronde gemaakt"), ("waarop=voorstel:9", "Voorstel gepubliceerd")]
)
def test_the_log_can_be_narrowed(pages: Pages, db: Session, query: str, shown: str) -> None:
    three_acts(db)

    log = pages.as_(staff(Role.AUDITOR)).get(f"/beheer/logboek?{query}")

    assert "1 regel" in log.text.replace("\N{NO-BREAK SPACE}", " ")
    assert shown in log


def test_the_log_can_be_narrowed_to_one_person(pages: Pages, db: Session) -> None:
    three_acts(db)
    actor_id = db.scalars(select(LogEntry.actor_id)).first()
    auditor = pages.as_(staff(Role.AUDITOR))

    assert "Ronde gemaakt" in auditor.get(f"/beheer/logboek?wie={actor_id}")
    assert "Geen regels gevonden" in auditor.get("/beheer/logboek?wie=999999")
    assert auditor.raw("/beheer/logboek?wie=abc").status_code == 400


def test_a_wildcard_in_a_filter_is_only_a_character(pages: Pages, db: Session) -> None:
    three_acts(db)

    assert "Geen regels gevonden" in pages.as_(staff(Role.AUDITOR)).get("/beheer/logboek?wat=%25")


def test_the_log_is_paged(pages: Pages, db: Session) -> None:
    admin = acting(staff(Role.ADMIN))
    for number in range(25):
        audit.record(db, by=admin, act="round.change", subject=f"round:{number}")
    db.commit()
    auditor = pages.as_(staff(Role.AUDITOR))

    assert "round:24" in auditor.get("/beheer/logboek?wat=round")
    second = auditor.get("/beheer/logboek?wat=round&pagina=2")

    assert "round:0" in second
    assert second.links()["Vorige"] == "/beheer/logboek?wat=round"


def test_the_button_says_that_the_log_is_whole(pages: Pages, db: Session) -> None:
    three_acts(db)

    assert "Het logboek is heel" in pages.as_(staff(Role.AUDITOR)).get("/beheer/logboek?keten=1")


def test_p06_the_button_says_that_the_log_was_broken(pages: Pages, db: Session) -> None:
    three_acts(db)
    if db.get_bind().dialect.name == "sqlite":
        db.execute(text("DROP TRIGGER log_entries_no_delete"))
    else:
        db.execute(text("ALTER TABLE log_entries DISABLE TRIGGER USER"))
    db.execute(text("DELETE FROM log_entries WHERE seq = 2"))
    db.commit()

    sheet = pages.as_(staff(Role.AUDITOR)).get("/beheer/logboek?keten=1")

    assert "Het logboek is niet heel" in sheet
    assert "row 2 is missing" in sheet


def test_every_act_has_words_and_an_unknown_one_shows_its_code(app: Flask) -> None:
    with app.test_request_context():
        assert all(words_for(act) != act for act in ACTS)
        assert words_for("report.uphold") == "Melding gegrond verklaard"
        assert words_for("iets.nieuws") == "iets.nieuws"


def test_a_retried_message_waits_again_at_once(db: Session) -> None:
    message = a_dead_message(db)
    now = utc_now()

    outbox.retry(message, now=now)
    db.commit()

    assert [found.id for found in outbox.next_unsent(db, now=now + timedelta(seconds=1))] == [message.id]

"""Around the end of a vote: one reminder to who it helps, the bar that leads to one tap, and words that were agreed."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from spreekt.electorate.models import Channel
from spreekt.identity.residency_models import Residency
from spreekt.kernel import outbox
from spreekt.kernel.actor import Role
from spreekt.kernel.outbox import Message
from spreekt.modules.burgerbudget import cards
from spreekt.modules.burgerbudget.voting import closing
from spreekt.modules.burgerbudget.voting import notices as ballot_notices
from spreekt.modules.burgerbudget.voting.ballots import cast
from spreekt.modules.burgerbudget.voting.drafts import save
from spreekt.modules.burgerbudget.voting.funnel import funnel_of
from spreekt.notices.domain import choose_frequency
from spreekt.notices.models import Frequency, Notice
from tests.budget_builders import a_game
from tests.builders import DAY, NOON, a_resident, acting, an_account, staff
from tests.burgerbudget.test_drafts import by_the_desk
from tests.pages import text_of

SNAPSHOTS = Path(__file__).resolve().parent.parent / "mail_snapshots"
SOON = NOON + 2 * DAY  # the vote of a_game(closes_at=SOON) closes within the three days of the regulation


def reminded(db):
    return [
        message.payload["account_id"] for message in db.scalars(select(Message)) if message.topic == "ballot.reminder"
    ]


def begun(db, vault, clock, round, account=None, **options):
    account = account or a_resident()
    save(db, vault, clock, round, {"a": 1}, by=acting(account), **options)
    return account


def test_who_began_gets_one_reminder(db, vault, clock):
    account = begun(db, vault, clock, a_game("coins", closes_at=SOON))

    for hours in (0, 1, 30):
        closing.remind(db, vault, NOON + timedelta(hours=hours))

    assert reminded(db) == [account.id]


@pytest.mark.parametrize(("days", "at", "comes"), [
    (3, -3 * DAY - timedelta(seconds=1), False),
    (3, -3 * DAY, True),
    (1, -2 * DAY, False),
    (1, -DAY, True),
    (0, -timedelta(seconds=1), False),
    (3, timedelta(0), False),
])  # fmt: skip
def test_the_regulation_says_how_many_days_before(db, vault, clock, days, at, comes):
    round = a_game("coins", reminder_days=days)
    begun(db, vault, clock, round)

    closing.remind(db, vault, round.poll.closes_at + at)

    assert len(reminded(db)) == comes


def test_nobody_is_reminded_whom_it_does_not_help(db, vault, clock):
    round = a_game("coins", closes_at=SOON)
    begun(db, vault, clock, round, counts_at_close=True)
    save(db, vault, clock, round, {}, by=acting(a_resident()))
    by_the_desk(db, vault, round, begun(db, vault, clock, round))
    cast(db, vault, clock, round, {"a": 1}, by=acting(begun(db, vault, clock, round)))
    moved = begun(db, vault, clock, round)
    db.scalars(select(Residency).where(Residency.account_id == moved.id)).one().ended_at = NOON

    closing.remind(db, vault, NOON)

    assert reminded(db) == []


def the_mail(app, db, round, account):
    message = outbox.record(db, "ballot.reminder", round_id=round.id, account_id=account.id)
    db.flush()
    with app.app_context():
        return ballot_notices.reminder(db, message)


@pytest.mark.parametrize("kind", ["txt", "html"])
def test_the_reminder_says_what_we_agreed(app, db, vault, clock, kind):
    account = a_resident(name="Ine <b>", email="ine@voorbeeld.example")
    round = a_game("coins", slug="ronde", closes_at=SOON)
    begun(db, vault, clock, round, account)

    mail = the_mail(app, db, round, account)

    words = (f"Subject: {mail.subject}\n\n{mail.text}" if kind == "txt" else mail.html).replace(
        mail.unsubscribe_url, "https://spreekt.example/uitschrijven"
    )
    path = SNAPSHOTS / f"ballot_reminder.{kind}"
    if os.environ.get("SNAPSHOT"):
        path.write_text(words, "utf-8")
    assert words == path.read_text("utf-8")
    assert "/burgerbudget/ronde/stemmen/nakijken" in words
    assert "Plan" not in words


def test_the_reminder_is_not_sent_any_more_when_it_comes_too_late(app, db, vault, clock):
    round = a_game("coins", closes_at=SOON)
    never, voted, gone, erased = (begun(db, vault, clock, round) for _each in range(4))
    choose_frequency(db, never.id, Frequency.NEVER)
    cast(db, vault, clock, round, {"a": 1}, by=acting(voted))
    db.scalars(select(Residency).where(Residency.account_id == gone.id)).one().ended_at = NOON
    erased.erased_at, erased.sealed_email, erased.email_key = NOON, "", None
    db.scalars(select(Residency).where(Residency.account_id == erased.id)).one().ended_at = NOON
    over = a_game("coins", opens_at=NOON - 2 * DAY, closes_at=NOON)

    assert [the_mail(app, db, round, account) for account in (never, voted, gone, erased)] == [None] * 4
    assert the_mail(app, db, over, a_resident()) is None


def test_who_was_counted_by_their_draft_reads_that_once_and_never_what(app, db, vault, clock, closed):
    round, account, erased = a_game("coins"), a_resident(), an_account(erased_at=NOON, sealed_email="", email_key=None)
    messages = [
        outbox.record(db, "ballot.draft-counted", round_id=round.id, account_id=one.id) for one in (account, erased)
    ]
    db.flush()

    with app.app_context():
        for message in [*messages, *messages]:
            ballot_notices.draft_counted(db, message)

    notice = db.scalars(select(Notice)).one()
    assert (notice.account_id, notice.title, notice.url) == (
        account.id, "Je stem is meegeteld", f"/burgerbudget/{round.slug}",
    )  # fmt: skip
    assert "je stem zit in de stembus" in notice.text
    assert "Plan" not in notice.text


def test_messages_hold_ids_only(db, vault, clock, closed):
    round = a_game("coins", reminder_days=9)
    begun(db, vault, clock, round, counts_at_close=True)
    begun(db, vault, clock, round)
    closing.remind(db, vault, NOON)
    closing.count_all_drafts(db, vault, closed, closed.now())

    payloads = [message.payload for message in db.scalars(select(Message)) if message.topic.startswith("ballot.")]
    assert len(payloads) == 2
    assert all(set(payload) == {"round_id", "account_id"} for payload in payloads)


def test_the_bar_leads_to_one_tap_that_casts(db, vault, clock, pages):
    round, account = a_game("coins"), a_resident()
    begun(db, vault, clock, round, account)
    browser = pages.as_(account)

    bar = browser.get("/").links()["Kijk na en stem"]
    receipt = browser.send(bar, having=("marks",))

    assert "je stem is geregistreerd" in receipt.heading
    assert "Kijk na en stem" not in browser.get("/").html


def test_the_bar_of_who_is_counted_at_the_close_says_so_and_how_to_stop(db, vault, clock, pages):
    round, account = a_game("coins"), a_resident()
    begun(db, vault, clock, round, account, counts_at_close=True)
    browser = pages.as_(account)

    home = browser.get("/")
    assert "Je ontwerp telt mee bij het sluiten, op maandag 30 november 2026, 12 uur." in " ".join(home.html.split())
    assert home.links()["Verander of stop dat"] == f"/burgerbudget/{round.slug}/stemmen#telt-mee"
    browser.send(f"/burgerbudget/{round.slug}/stemmen", press="_later=1", having=("telt_mee",), without=("telt_mee",))

    assert "Kijk na en stem" in browser.get("/").html


def test_who_voted_at_the_desk_sees_no_bar(app, db, vault, clock):
    round, account = a_game("coins"), a_resident()
    begun(db, vault, clock, round, account)
    by_the_desk(db, vault, round, account)

    with app.test_request_context():
        assert cards.reminders(db, acting(account), NOON) == []


def test_a_draft_that_is_no_ballot_yet_comes_back_with_what_to_do(db, vault, clock, pages):
    round, account = a_game("coins"), a_resident()
    save(db, vault, clock, round, dict.fromkeys(("a", "bb", "ccc"), 1), by=acting(account))
    browser = pages.as_(account)

    answer = browser.raw(f"/burgerbudget/{round.slug}/stemmen/nakijken")
    sheet = browser.get(answer.headers["Location"])

    assert "je hebt 2 munten. Neem er een terug." in sheet
    assert sheet.html.count(" checked") == 3


def test_an_own_page_says_what_was_begun(db, vault, clock, pages):
    round, account = a_game("coins"), a_resident()
    begun(db, vault, clock, round, account)
    browser = pages.as_(account)

    assert "Je begon te stemmen in Burgerbudget 2026" in browser.get("/mijn")
    assert "Nog niet gestemd" in browser.get("/mijn")
    cast(db, vault, clock, round, {"a": 1}, by=acting(account))
    db.commit()
    assert "Je begon te stemmen" not in browser.get("/mijn")


def test_a_round_tells_its_reader_how_far_they_are(db, vault, clock, pages):
    round, account = a_game("coins"), a_resident()
    url, browser = f"/burgerbudget/{round.slug}", pages.as_(account)

    assert "Je hebt nog niet gestemd" in browser.get(url)
    begun(db, vault, clock, round, account)
    db.commit()
    assert "Je bent begonnen" in browser.get(url)
    begun(db, vault, clock, round, account, counts_at_close=True)
    db.commit()
    assert "Je ontwerp telt mee bij het sluiten" in browser.get(url)
    cast(db, vault, clock, round, {"a": 1}, by=acting(account))
    db.commit()
    assert "Je hebt gestemd" in browser.get(url)
    for other in (pages, pages.as_(an_account())):
        assert "gestemd\N{NO-BREAK SPACE}" not in other.get(url).html
        assert "Je hebt nog niet gestemd" not in other.get(url)


def test_the_funnel_counts_and_names_nobody(db, vault, clock, pages):
    round = a_game("coins")
    save(db, vault, clock, round, {}, by=acting(a_resident()))
    for _each in range(2):
        begun(db, vault, clock, round)
    for _each in range(5):
        cast(db, vault, clock, round, {"bb": 1}, by=acting(a_resident()))
    at_desk = [a_resident() for _each in range(5)]
    for account in at_desk[:4]:
        by_the_desk(db, vault, round, account)

    funnel = funnel_of(db, round)
    assert (funnel.opened, funnel.started, funnel.cast, funnel.doors) == (8, 7, 9, ())
    by_the_desk(db, vault, round, at_desk[4])
    assert funnel_of(db, round).doors == [(Channel.WEB, 5), (Channel.DESK, 5)]

    db.commit()
    sheet = pages.as_(staff(Role.ADMIN)).get(f"/beheer/rondes/{round.slug}")
    assert [text_of(number) for number in sheet.all("dd")][-3:] == ["8", "7", "10"]
    assert "loket 5" in sheet

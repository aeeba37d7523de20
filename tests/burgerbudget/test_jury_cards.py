"""What a jury shows elsewhere: mails word for word, notices, bars, work of staff, one's own overview and file."""

import os
import re
from pathlib import Path

from sqlalchemy import select

from spreekt.home import own_records
from spreekt.identity.models import Account
from spreekt.kernel import outbox
from spreekt.kernel.actor import Role
from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget.jury import cards as jury_cards
from spreekt.modules.burgerbudget.jury import domain as jury
from spreekt.modules.burgerbudget.jury import notices as jury_notices
from spreekt.modules.burgerbudget.jury import seats as jury_seats
from spreekt.modules.burgerbudget.jury.call_models import Gender, JuryCall
from spreekt.modules.burgerbudget.module import MODULE
from spreekt.notices.mail import compose
from spreekt.notices.models import Notice
from tests.builders import DAY, NOON, a_resident, acting, kept, staff
from tests.jury_builders import AtWork, a_jury_round, candidates, drawn, frozen, organisers, stand

SNAPSHOTS = Path(__file__).resolve().parent.parent / "mail_snapshots"


def test_the_mail_to_who_is_drawn_says_what_we_agreed(app, db):
    round = a_jury_round()
    round.slug = "burgerbudget-2026"
    kept(JuryCall(round_id=round.id, hours=12, sessions=3, answer_days=7))
    seats, _admin, _publisher = drawn(round)
    seats[0].account.display_name = "Ine <b>"
    with app.app_context():
        mail = jury_notices.asked(db, outbox.record(db, "jury.asked", seat_id=seats[0].id))

    for kind, body in (("txt", mail.text), ("html", mail.html)):
        words = f"Onderwerp: {mail.subject}\n\n{body.strip().replace(str(seats[0].number), '48213')}\n"
        path = SNAPSHOTS / f"jury_asked.{kind}"
        if os.environ.get("SNAPSHOT"):
            path.write_text(words, "utf-8")
        assert words == path.read_text("utf-8")
    assert compose(mail, sender="Kortrijk Spreekt <spreekt@kortrijk.example>")["To"] == mail.to
    assert not re.search(r"<(img|link|script|iframe)|url\(", mail.html)
    assert "Ine <b>" not in mail.html


def test_who_answered_already_gets_no_mail(app, db):
    seats, _admin, _publisher = drawn(a_jury_round())
    message = outbox.record(db, "jury.asked", seat_id=seats[0].id)
    jury_seats.answer(db, seats[0], True, by=AtWork.who(seats[0]))

    with app.app_context():
        assert jury_notices.asked(db, message) is None


def told(app, db, message):
    db.flush()
    with app.test_request_context():
        for subscriber in MODULE.subscribers[message.topic]:
            subscriber(db, message)
            subscriber(db, message)
    db.flush()
    return {(notice.account_id, notice.kind) for notice in db.scalars(select(Notice))}


def test_reserves_and_who_was_not_drawn_hear_it_once(app, db):
    round = a_jury_round()
    seats, _admin, _publisher = drawn(round, 7)
    db.query(Notice).delete()

    found = told(app, db, outbox.record(db, "jury.drawn", round_id=round.id))

    assert {account for account, kind in found if kind == "jury.reserve"} == {seat.account_id for seat in seats[3:]}
    assert len([kind for _account, kind in found if kind == "jury.not-drawn"]) == 2


def test_candidates_organisers_and_groups_hear_what_is_theirs(app, db):
    work, admin = AtWork(), staff(Role.ADMIN)
    round, account = a_jury_round(), a_resident()
    candidate = stand(round, account)
    seat = work.jurors[0]
    jury_seats.step_down(db, seat, by=work.who(seat))

    found = told(app, db, outbox.record(db, "jury.signed-up", candidate_id=candidate.id))
    found |= told(app, db, outbox.record(db, "jury.answered", seat_id=seat.id))
    found |= told(app, db, outbox.record(db, "jury.dropped", round_id=round.id, account_id=account.id))

    assert {(account.id, "jury.signed-up"), (account.id, "jury.dropped"), (admin.id, "jury.empty-seat")} <= found


def test_jurors_are_thanked_when_the_report_is_out(app, db):
    work = AtWork()
    work.published()

    found = told(app, db, outbox.record(db, "jury.published", round_id=work.round.id))

    assert {account for account, kind in found if kind == "jury.done"} == {seat.account_id for seat in work.jurors}


def test_every_message_of_a_jury_has_somebody_who_reads_it():
    text = "".join(path.read_text("utf-8") for path in Path("spreekt/modules/burgerbudget/jury").glob("*.py"))
    topics = set(re.findall(r'outbox\.record\(db, "(jury\.[a-z-]+)"', text))

    assert topics == {name for name in {**MODULE.subscribers, **MODULE.mails} if name.startswith("jury.")}


def labels(app, db, who, now=NOON):
    with app.test_request_context():
        return {heap.label: (heap.count, heap.overdue) for heap in jury_cards.work(db, who, now) if heap.count}


def test_work_of_staff_follows_the_jury(app, db):
    admin, publisher = organisers()
    round = a_jury_round(PhaseKind.GAME)
    candidates(round, 2)
    waits = "kandidaten voor een jury, nog te loten"

    assert labels(app, db, admin) == {waits: (2, 0)}
    assert labels(app, db, publisher) == {}
    assert labels(app, db, admin, NOON + 7 * DAY) == {waits: (2, 1)}
    frozen(round, admin)
    assert labels(app, db, admin) == {}
    assert labels(app, db, publisher) == {"jury om te loten": (1, 0)}
    assert labels(app, db, publisher, NOON + 2 * DAY) == {"jury om te loten": (1, 1)}
    assert labels(app, db, acting(staff(Role.MODERATOR))) == {}


def test_missing_sheets_empty_seats_and_reports_are_work(app, db):
    work = AtWork()
    report = {"juryverslag om af te sluiten": (1, 0)}
    assert labels(app, db, work.admin) == {"scorebladen die nog ontbreken": (9, 0), **report}
    jury_seats.step_down(db, work.jurors[0], by=work.admin, reason="Ziek")
    assert labels(app, db, work.admin)["plaatsen in een jury om te vullen"] == (1, 0)
    end = work.standing.span.closes_at
    assert labels(app, db, work.admin, end)["juryverslag om af te sluiten"] == (1, 1)
    assert labels(app, db, work.admin, end)["scorebladen die nog ontbreken"] == (6, 6)
    work.jurors = work.jurors[1:]
    work.closed()
    assert labels(app, db, work.admin) == {}
    assert labels(app, db, work.publisher) == {"juryverslag om te publiceren": (1, 0)}
    assert labels(app, db, work.publisher, end) == {"juryverslag om te publiceren": (1, 1)}
    jury.publish(db, work.round, by=work.publisher, now=work.now)
    assert labels(app, db, work.publisher) == {}


def test_a_bar_reminds_jurors_and_asks_the_database_nothing_for_others(app, db, statements):
    work, seats = AtWork(), drawn(a_jury_round())[0]
    with app.test_request_context():
        (bar,) = jury_cards.reminders(db, work.who(work.jurors[0]), work.now)
        (ask,) = jury_cards.reminders(db, AtWork.who(seats[0]), NOON)
        resident = acting(a_resident())
        statements.clear()
        assert jury_cards.reminders(db, resident, work.now) == []

    assert statements == []
    assert bar.text == "Je hebt nog 3\N{NO-BREAK SPACE}scorebladen door te geven voor de jury."
    assert ask.label == "Zeg ja of nee"
    work.score_everything()
    with app.test_request_context():
        assert jury_cards.reminders(db, work.who(work.jurors[0]), work.now) == []


def test_one_s_own_overview_tells_candidacy_and_seat(app, db):
    round, account = a_jury_round(), a_resident()
    stand(round, account, gender=Gender.X)
    work = AtWork()

    with app.test_request_context():
        (deed,) = jury_cards.deeds(db, acting(account))
        (seat,) = jury_cards.deeds(db, work.who(work.jurors[0]))

    assert (deed.title, deed.state) == (f"Je bent kandidaat voor de jury van {round.title}", "Het lot beslist nog")
    assert (seat.state, seat.url) == ("Jurylid", f"/burgerbudget/{work.round.slug}/jury/werk")


def test_a_juror_s_file_holds_their_own_sheets_only(db):
    work = AtWork()
    work.sheet(work.jurors[0], work.projects[0], 7, 3, note="Mooi.")
    work.sheet(work.jurors[1], work.projects[0], 1, 1, note="Niet voor mij.")

    (sheet,) = jury_cards.export(db, work.jurors[0].account_id)["jury"]

    assert (sheet["nota"], sorted(sheet["punten"].values())) == ("Mooi.", [3, 7])
    assert jury_cards.export(db, a_resident().id) == {}


def test_erasing_an_account_leaves_verdicts_and_no_name(app, pages, db):
    work = AtWork()
    work.published()
    seat = work.jurors[0]
    account = db.get(Account, seat.account_id)

    with app.test_request_context():
        own_records.erase(db, [MODULE], account, by=acting(account), now=NOON)
    db.commit()
    db.expire_all()

    assert seat.account_id is None
    report = pages.get(f"/burgerbudget/{work.round.slug}/jury/verslag")
    assert report.heading.startswith("Verslag van de burgerjury")
    assert str(seat.number) in report

"""The drill: build a city, back it up, put it back elsewhere, and find everything as it was."""

import stat
from typing import Any

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from spreekt.electorate.domain import Voter
from spreekt.electorate.models import Channel, UsedRight
from spreekt.identity.models import Account, LinkPurpose, SignInLink, SignInSession
from spreekt.keeping import loading
from spreekt.keeping.backup import back_up
from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import Role
from spreekt.kernel.outbox import Message
from spreekt.moderation.pictures import FolderShelf
from spreekt.modules.burgerbudget.models import BudgetBallot
from spreekt.modules.burgerbudget.voting.ballots import cast, cast_as
from spreekt.modules.burgerbudget.voting.game import ticked
from spreekt.modules.referendum.models import Ballot
from tests.builders import DAY, NOON, a_project, a_proposal, a_resident, a_round, acting, an_account, kept, staff
from tests.keeping.conftest import rows_in
from tests.referendum.builders import a_referendum, send_ballot

MAIL = "zoe.kanarie@voorbeeld.example"
PICTURE = "ab" * 16
CHANGED_BY_A_RESTORE = {"log_entries", "sign_in_sessions", "sign_in_links", "outbox_messages"}


def a_full_city(city: Any) -> Any:
    """People, a budget round with ballots, a referendum with a ballot, a photo, a log."""
    with city.db() as db:
        zoe = an_account(name="Zoë 'O'Neill' \N{RIGHT-TO-LEFT MARK}", email=MAIL)
        round = a_round(closes_at=NOON + DAY)
        for code in ("a", "bb"):
            a_project(round, code)
        for _ in range(3):
            cast(db, city.vault, city.services.clock, round, ticked(["a"]), by=acting(a_resident()))
        held = a_referendum(db, city.vault, voters=2)
        a_proposal("Een boom voor de school")
        kept(SignInSession(token_hash="t" * 64, account_id=zoe.id, epoch=0, device="Firefox", created_at=NOON,
                           expires_at=NOON + DAY, fresh_at=NOON))  # fmt: skip
        kept(SignInLink(account_id=zoe.id, purpose=LinkPurpose.SIGN_IN, nonce="n", token_hash="l" * 64,
                        created_at=NOON, expires_at=NOON + DAY))  # fmt: skip
        audit.record(db, by=acting(staff(Role.ADMIN)), act="proef", subject="stad:1", reason="Zoë")
    assert send_ballot(city.app, held, held.ballot()).status_code == 200
    FolderShelf(city.settings.uploads).put(PICTURE, large=b"groot" * 100_000, small=b"klein")
    return held


def after(city: Any, file: Any) -> dict[str, list[bytes]]:
    """The rows of a city as a backup tells them, without what a restore is meant to change."""
    path = file.with_name(f"{city.instance.name}.again")
    city.back_up(path)
    return {name: rows for name, rows in rows_in(path, city.vault).items() if name not in CHANGED_BY_A_RESTORE}


@pytest.mark.parametrize(("made_on", "restored_on"), [
    ("sqlite", "sqlite"), ("postgres", "postgres"), ("sqlite", "postgres"), ("postgres", "sqlite"),
])  # fmt: skip
def test_F19_everything_comes_back_on_either_database(new_city, file, made_on, restored_on):
    city, other = new_city(made_on), new_city(restored_on, bare=True)
    held = a_full_city(city)

    made = city.back_up(file)
    done = other.restore(file, hold_votes="We zetten een kopie terug.")

    assert (done.rows, done.uploads, made.uploads) == (made.rows, 2, 2)
    expected = {name: rows for name, rows in rows_in(file, city.vault).items() if name not in CHANGED_BY_A_RESTORE}
    found = after(other, file)
    different = {name for name in {*expected, *found} if expected.get(name, []) != found.get(name, [])}
    # both votes were open, so they are held, and the referendum says so in public
    assert different == {"referenda", "referendum_exhibits", "round_holds"}
    assert FolderShelf(other.settings.uploads).get(PICTURE) == b"groot" * 100_000
    with other.db() as db:
        assert list(audit.faults(db)) == []
        assert db.scalar(select(func.count()).select_from(Ballot)) == 1
        assert db.scalar(select(func.max(audit.LogEntry.seq))) > 1
        assert {entry.act for entry in db.scalars(select(audit.LogEntry))} >= {"proef", "backup.restored"}
        assert an_account().id > max(db.scalars(select(Account.id).where(Account.display_name != "Ine Vermeersch")))
    assert held.referendum.title in done.held


@pytest.mark.parametrize("kind", ["sqlite"])
def test_F19_who_was_signed_in_signs_in_again_and_a_link_works_no_more(new_city, file, kind):
    city, other = new_city(kind), new_city(kind)
    a_full_city(city)
    city.back_up(file)

    other.restore(file, hold_votes="Kopie")

    with other.db() as db:
        assert db.scalars(select(SignInSession)).all() == []
        assert all(link.expires_at <= NOON for link in db.scalars(select(SignInLink)))


def test_F13_a_mail_that_waited_is_given_up_and_what_waits_for_the_house_runs_again(new_city, file):
    city, other = new_city("sqlite"), new_city("sqlite")
    with city.db() as db:
        outbox.record(db, "notice.mail", notice_id=1)
        outbox.record(db, "submission.decided", submission_id=1)
    city.back_up(file)

    done = other.restore(file)

    assert done.mails_given_up == 1
    with other.db() as db:
        mail, decided = db.scalars(select(Message).order_by(Message.id))
        assert (mail.topic, mail.next_attempt_at, mail.last_error) == ("notice.mail", None, "Restored")
        assert decided.next_attempt_at is not None
        assert [message.id for message in outbox.dead_letters(db)] == [mail.id]


def test_P01_P05_a_backup_holds_no_key_and_nothing_to_read(city, file):
    a_full_city(city)
    city.back_up(file)

    bytes_of_it = file.read_bytes()

    for secret in ("s" * 40, "i" * 40, MAIL, "Kanarie", "Proefstad", "log_entries", PICTURE):
        assert secret.encode() not in bytes_of_it
    assert bytes_of_it.startswith(b"spreekt backup 1\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    inside = b"".join(line for rows in rows_in(file, city.vault).values() for line in rows)
    assert all(secret not in inside for secret in (b"s" * 40, b"i" * 40, MAIL.encode()))


def test_V18_a_backup_does_not_tell_in_which_order_people_voted(city, file):
    with city.db() as db:
        round = a_round()
        a_project(round, "a")
        for number in range(200):
            voter = Voter(city.vault.fingerprint("voter", str(number)), area_id=1, age=40)
            cast_as(db, city.services.clock, round, ticked(["a"]), voter=voter, channel=Channel.WEB)
    city.back_up(file)

    rows = rows_in(file, city.vault)
    assert len(rows["used_rights"]) == len(rows["budget_ballots"]) == 200
    assert rows["used_rights"] == sorted(rows["used_rights"])
    assert rows["budget_ballots"] == sorted(rows["budget_ballots"])
    with city.db() as db:
        assert db.scalar(select(func.count()).select_from(UsedRight)) == 200
        assert db.scalar(select(func.count()).select_from(BudgetBallot)) == 200


def test_rows_go_by_a_few_at_a_time(new_city, file, kind, monkeypatch):
    city, other = new_city(kind), new_city(kind)
    with city.db() as db:
        for number in range(50):
            outbox.record(db, "proef", number=number)
    city.back_up(file, at_a_time=3)
    monkeypatch.setattr(loading, "AT_A_TIME", 7)
    heaps = []

    def watch(_connection: Any, statement: Any, many: Any, *_rest: Any) -> None:
        if statement.is_insert:
            heaps.append(len(many))

    event.listen(other.services.engine, "before_execute", watch)

    other.restore(file)

    assert heaps
    assert max(heaps) == 7


def test_nobody_has_to_wait_for_a_backup(city, file):
    """A vote can be stored while a backup is being read; the backup has what was there when it began."""
    with city.db() as db:
        for number in range(5):
            outbox.record(db, "proef", number=number)
    written = []

    def write_meanwhile(words: str) -> None:
        if "outbox" in words and not written:
            with city.services.sessions() as db:
                outbox.record(db, "later", number=1)
                db.commit()
            written.append(words)

    services = city.services
    back_up(file, services.engine, city.vault, services.clock, city="X", uploads=city.settings.uploads,
            tell=write_meanwhile)  # fmt: skip

    assert written
    assert len(rows_in(file, city.vault)["outbox_messages"]) == 5


def test_a_number_that_was_given_out_once_is_not_given_out_again_on_postgresql(new_city, file):
    city, other = new_city("postgres"), new_city("postgres")
    with city.db() as db:
        for number in range(3):
            outbox.record(db, "proef", number=number)
        db.flush()
        db.execute(text("DELETE FROM outbox_messages"))
    city.back_up(file)

    other.restore(file)

    with other.db() as db:
        assert next_id(db) == 4


def next_id(db: Session) -> int:
    message = outbox.record(db, "proef", number=9)
    db.flush()
    return message.id

"""P05: who erased their account after a backup was made stays erased when it is put back."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from spreekt.home import own_records
from spreekt.identity.models import ERASED_NAME, Account, RoleGrant
from spreekt.keeping import erasures
from spreekt.kernel import audit
from spreekt.kernel.actor import Role
from spreekt.moderation.models import Submission
from spreekt.worker import deliver_due
from tests.builders import DAY, NOON, a_proposal, acting, an_account, staff

HOUR = timedelta(hours=1)


def erase_on_the_page(city: Any, account_id: int, at: datetime = NOON + HOUR) -> None:
    """What the page and the worker do."""
    with city.app.test_request_context("/"), city.db() as db:
        account = db.get_one(Account, account_id)
        own_records.erase(db, city.services.modules, account, by=acting(account), now=at)
    deliver_due(city.app)


def somebody(city: Any, **fields: Any) -> int:
    with city.db():
        account = an_account(name="Kanarie Vogelaere", **fields)
        a_proposal("Bank", author_id=account.id)
        return account.id


def is_erased(city: Any, account_id: int) -> bool:
    with city.db() as db:
        account = db.get_one(Account, account_id)
        return account.erased_at is not None and (account.display_name, account.email_key) == (ERASED_NAME, None)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_P05_an_erasure_is_written_down_outside_the_database_without_personal_data(city):
    account_id = somebody(city)

    erase_on_the_page(city, account_id)
    deliver_due(city.app)

    line = json.loads((city.instance / "erasures.jsonl").read_text())
    assert line == {"account_id": account_id, "at": (NOON + HOUR).isoformat()}


def test_P05_who_erased_after_the_backup_is_erased_again_from_the_journal(new_city, file, kind):
    city, other = new_city(kind), new_city(kind)
    account_id, stays = somebody(city), somebody(city)
    city.back_up(file)
    erase_on_the_page(city, account_id)
    other.at(NOON + DAY)

    done = other.restore(file, erasures=[city.instance / "erasures.jsonl"])

    assert (done.erased_again, is_erased(other, account_id), is_erased(other, stays)) == (1, True, False)
    with other.db() as db:
        assert list(audit.faults(db)) == []
        assert db.scalar(select(audit.LogEntry.act).where(audit.LogEntry.about_account_id == account_id))
        proposal = db.scalars(select(Submission).where(Submission.author_id == account_id)).one()
        assert proposal.title == "Bank"  # what was online stays, under the name of nobody


def test_P05_the_journal_of_this_installation_is_read_by_itself(new_city, file):
    city = new_city("sqlite")
    account_id = somebody(city)
    city.back_up(file)
    erase_on_the_page(city, account_id)
    journal = city.instance / "erasures.jsonl"

    assert city.restore(file, replace=True).erased_again == 1
    deliver_due(city.app)

    assert len(journal.read_text().splitlines()) == 2  # and it is written down again: an older backup may come


@pytest.mark.parametrize("kind", ["sqlite"])
def test_P05_who_is_erased_in_the_replaced_database_is_erased_again_without_a_journal(city, file):
    account_id = somebody(city)
    city.back_up(file)
    erase_on_the_page(city, account_id)
    (city.instance / "erasures.jsonl").unlink()

    done = city.restore(file, replace=True)

    assert (done.erased_again, is_erased(city, account_id)) == (1, True)


def test_P05_who_lost_a_role_and_then_erased_is_erased_again_without_the_role(new_city, file):
    city, other = new_city("sqlite"), new_city("sqlite")
    with city.db():
        account_id = staff(Role.MODERATOR).id
    city.back_up(file)
    erasures.append(other.instance / "erasures.jsonl", account_id, NOON + HOUR)

    assert other.restore(file).erased_again == 1

    assert is_erased(other, account_id)
    with other.db() as db:
        assert db.scalars(select(RoleGrant)).all() == []


def test_who_got_the_number_of_somebody_that_an_older_restore_lost_is_not_erased(new_city, file):
    city, other = new_city("sqlite"), new_city("sqlite")
    account_id = somebody(city, confirmed_at=NOON + 2 * HOUR)
    city.back_up(file)
    erasures.append(other.instance / "erasures.jsonl", account_id, NOON + HOUR)

    assert other.restore(file).erased_again == 0

    assert not is_erased(other, account_id)


def test_an_erasure_of_nobody_in_the_backup_is_no_fault(new_city, file):
    city, other = new_city("sqlite"), new_city("sqlite")
    city.back_up(file)
    erasures.append(other.instance / "erasures.jsonl", 4711, NOON)

    assert other.restore(file).erased_again == 0


def test_a_line_that_a_power_cut_broke_off_spoils_no_other_and_is_named(tmp_path):
    journal = tmp_path / "erasures.jsonl"
    erasures.append(journal, 1, NOON)
    with journal.open("a") as file:
        file.write('{"account_id": 2, "a')

    erasures.append(journal, 2, NOON + HOUR)

    found = erasures.read([journal])
    assert found.at == {1: NOON, 2: NOON + HOUR}
    assert found.unreadable == [f"{journal}: line 2"]


def test_the_journal_is_for_its_owner_alone(tmp_path):
    journal = tmp_path / "erasures.jsonl"

    erasures.append(journal, 1, NOON)

    assert journal.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("at", [NOON, NOON + HOUR])
def test_the_last_erasure_of_an_account_counts(tmp_path, at):
    journal = tmp_path / "erasures.jsonl"
    for moment in (NOON, at):
        erasures.append(journal, 1, moment)

    assert erasures.read([journal]).at == {1: at}

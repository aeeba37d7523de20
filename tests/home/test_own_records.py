"""My data as a file, and erasing: everything of mine, nothing of anybody else, and what stays is what the page says."""

import hashlib
import json
from typing import Any

import pytest
from sqlalchemy import LargeBinary, Table, inspect, select
from sqlalchemy.orm import Session

from spreekt.electorate.models import Channel, UsedRight
from spreekt.home import own_records
from spreekt.home.own_records import ABOUT_ME, FOR_THE_CITY, NOT_READABLE, account_columns
from spreekt.identity.accounts import create_account, email_key
from spreekt.identity.models import Account, LinkPurpose, SignInLink, SignInSession
from spreekt.identity.residency_models import CodeLetter, Residency
from spreekt.kernel import audit
from spreekt.kernel.actor import Role
from spreekt.kernel.storage import Base
from spreekt.kernel.vault import Vault
from spreekt.moderation import domain as moderation
from spreekt.moderation.models import Report, State, Submission
from spreekt.modules.burgerbudget.models import BallotDraft, BudgetBallot, Round
from spreekt.modules.voorstellen.models import Proposal, Support
from spreekt.notices.models import Frequency, Notice, Preference
from tests.builders import DAY, NOON, a_moderator, a_poll, a_resident, acting, an_account, kept, staff
from tests.pages import Pages

CANARY_NAME = "Kanarie Vogelaere"
CANARY_MAIL = "kanarie.vogelaere@voorbeeld.example"
SAYS_WHAT_STAYS = {"submissions", "log_entries"}


def a_written(
    author: Account, *, state: State = State.PUBLISHED, title: str = "Bank", body: str = "Een bank."
) -> Proposal:
    proposal = Proposal(
        author_id=author.id, state=state, created_at=NOON - 3 * DAY, theme="groen", support_needed=5, answer_days=30,
        published_at=NOON - 2 * DAY if state in {State.PUBLISHED, State.HIDDEN} else None, title=title,
    )  # fmt: skip
    moderation.write(proposal, title=title, body=body)
    written: Proposal = kept(proposal)
    return written


def a_notice(account: Account, *, title: str = "Je voorstel staat online", message_id: int = 1) -> Notice:
    notice: Notice = kept(
        Notice(account_id=account.id, message_id=message_id, kind="besluit", title=title, url="/voorstellen/1",
               action="Bekijk je voorstel", created_at=NOON)
    )  # fmt: skip
    return notice


def a_life(db: Session, vault: Vault, account: Account) -> Proposal:
    """Something in every table that can be about an account."""
    proposal = a_written(account, title=f"Idee {account.id}", body="Meer groen.")
    a_written(account, state=State.DRAFT, title="Kladje", body=f"Geheim van {account.display_name}")
    a_notice(account, title=f"Bericht {account.id}", message_id=account.id)
    kept(Preference(account_id=account.id, frequency=Frequency.DAILY))
    kept(
        SignInLink(
            account_id=account.id, purpose=LinkPurpose.SIGN_IN, nonce=f"n{account.id}", token_hash=f"h{account.id}",
            created_at=NOON, expires_at=NOON + DAY,
        )
    )  # fmt: skip
    kept(SignInSession(token_hash=f"sessie {account.id}", account_id=account.id, epoch=0, device="Firefox op Android",
                       created_at=NOON, expires_at=NOON + DAY, fresh_at=NOON))  # fmt: skip
    key = db.scalar(select(Residency.person_key).where(Residency.account_id == account.id))
    kept(CodeLetter(account_id=account.id, person_key=key, code_hash="c" * 64, asked_at=NOON, expires_at=NOON + DAY))
    kept(Support(proposal_id=proposal.id, supporter_key=vault.fingerprint("steun", str(account.id)),
                 account_id=account.id, supported_on=NOON.date()))  # fmt: skip
    audit.record(db, by=acting(staff(Role.REGISTER, name="Register Medewerker")), act="register.looked-up",
                 subject="resident:ab", reason="Belde zelf", about_account_id=account.id)  # fmt: skip
    db.commit()
    return proposal


def keys_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for part in value.values() for key in keys_in(part)}
    return {key for part in value for key in keys_in(part)} if isinstance(value, list) else set()


def test_p03_every_column_that_points_at_an_account_is_about_them_or_about_who_worked_for_the_city() -> None:
    """A new table fails here until somebody decides which of the two it is: ABOUT_ME or FOR_THE_CITY."""
    undecided = {
        f"{table.name}.{column.name}"
        for table, column in account_columns()
        if column.name not in ABOUT_ME | FOR_THE_CITY
    }

    assert not undecided
    assert not ABOUT_ME & FOR_THE_CITY


def test_p03_every_name_in_the_lists_is_a_column_that_exists() -> None:
    assert {column.name for _table, column in account_columns()} == ABOUT_ME | FOR_THE_CITY


def test_p03_the_file_has_everything_of_mine_and_nothing_of_another(pages: Pages, db: Session, vault: Vault) -> None:
    me, other = a_resident(name="Ik Zelf"), a_resident(name="De Ander", email="ander@voorbeeld.example")
    mine, theirs = a_life(db, vault, me), a_life(db, vault, other)
    kept(Report(submission_id=mine.id, reporter_id=other.id, reason_code="reclame", words="Dit vind De Ander reclame",
                created_at=NOON))  # fmt: skip
    kept(Report(submission_id=theirs.id, reporter_id=me.id, reason_code="spam", words="Ik meldde dit", created_at=NOON))
    kept(Support(proposal_id=mine.id, supporter_key="x" * 64, account_id=other.id, supported_on=NOON.date()))

    answer = pages.as_(me).raw("/mijn/gegevens.json")
    found = json.loads(answer.text)

    assert {"submissions", "proposals", "notices", "notice_preferences", "residencies", "code_letters", "supports",
            "sign_in_sessions", "sign_in_links", "log_entries", "reports"} <= set(found)  # fmt: skip
    assert {row["title"] for row in found["submissions"]} == {mine.title, "Kladje"}
    assert "Ik meldde dit" in answer.text
    for words in ("De Ander", "ander@voorbeeld.example", theirs.title, f"Bericht {other.id}", "Register Medewerker"):
        assert words not in answer.text
    assert len(found["supports"]) == 1


def test_the_file_holds_no_key_hash_or_seal_and_the_address_is_readable(
    pages: Pages, db: Session, vault: Vault
) -> None:
    me = a_resident(name=CANARY_NAME, email=CANARY_MAIL)
    a_life(db, vault, me)

    answer = pages.as_(me).raw("/mijn/gegevens.json")
    found = json.loads(answer.text)

    assert found["account"]["e-mailadres"] == CANARY_MAIL
    assert not [key for key in keys_in(found) if any(part in key for part in NOT_READABLE)]
    assert me.email_key not in answer.text
    assert me.sealed_email not in answer.text


def test_z08_the_file_is_for_its_owner_and_no_cache_keeps_it(pages: Pages) -> None:
    answer = pages.as_(a_resident()).raw("/mijn/gegevens.json")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="mijn-gegevens.json"'
    assert pages.raw("/mijn/gegevens.json").status_code in {303, 401}


def every_text(db: Session) -> str:
    """All that stands in any text column of any table."""
    found = []
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if not isinstance(column.type, LargeBinary)]
        found += [f"{table.name}: {row!r}" for row in db.execute(select(*columns))]
    return "\n".join(found)


def spellings(text: str) -> set[str]:
    raw = text.encode()
    return {
        text, text.casefold(), text.upper(), text[::-1], raw.hex(), *(hashlib.new(name, raw).hexdigest()
                                                                     for name in ("md5", "sha1", "sha256")),
    }  # fmt: skip


def erased(pages: Pages, account: Account) -> None:
    pages.as_(account).send("/mijn/verwijderen", sure="y")


def test_p04_nothing_of_an_erased_person_is_left(pages: Pages, db: Session, vault: Vault) -> None:
    me = a_resident(name=CANARY_NAME, email=CANARY_MAIL)
    a_life(db, vault, me)
    person_key = db.scalar(select(Residency.person_key).where(Residency.account_id == me.id))
    address_key = email_key(vault, CANARY_MAIL)

    erased(pages, me)

    left = every_text(db)
    for secret in (CANARY_NAME, CANARY_MAIL):
        assert not [words for words in spellings(secret) if words in left]
    assert address_key not in left
    with_my_number = [row for row in left.splitlines() if person_key in row]
    assert all(row.startswith("register_entries: ") for row in with_my_number)


def test_p04_no_row_leads_to_an_erased_person_but_what_the_page_says(pages: Pages, db: Session, vault: Vault) -> None:
    me = a_resident()
    a_life(db, vault, me)

    erased(pages, me)

    leading = {
        table.name
        for table, column in account_columns()
        if db.execute(select(column).where(column == me.id)).first() is not None
    }
    assert leading == SAYS_WHAT_STAYS


def test_what_is_online_stays_without_a_name_and_the_rest_loses_its_words(pages: Pages, db: Session) -> None:
    me = a_resident(name=CANARY_NAME)
    online = a_written(me, title="Online")
    texts = {state: a_written(me, state=state, title=f"Titel {state}", body="Woorden") for state in State
             if state not in {State.PUBLISHED, State.DRAFT}}  # fmt: skip
    pending_id, draft_id = texts[State.PENDING].id, a_written(me, state=State.DRAFT).id

    erased(pages, me)

    assert db.get_one(Submission, online.id).title == "Online"
    assert db.get_one(Account, me.id).display_name == "oud-deelnemer"
    assert db.scalar(select(Submission.id).where(Submission.id == draft_id)) is None
    for text in texts.values():
        left = db.get_one(Submission, text.id)
        assert (left.title, left.body, left.body_html) == ("Gewist", "", "")
    assert db.get_one(Submission, pending_id).state is State.WITHDRAWN


def snapshot(db: Session, table: Table) -> list[tuple[Any, ...]]:
    return sorted(tuple(row) for row in db.execute(select(table)))


def test_v13_rights_and_ballots_are_the_same_to_the_byte_after_an_erasure(
    pages: Pages, db: Session, vault: Vault
) -> None:
    me = a_resident()
    poll = a_poll()
    round = kept(Round(slug="2026", title="Burgerbudget", poll_id=poll.id, amount_cents=100_000,
                       publishes_at=NOON + 8 * DAY))  # fmt: skip
    kept(UsedRight(poll_id=poll.id, voter_key="v" * 64, channel=Channel.WEB))
    kept(BudgetBallot(id="b" * 32, round_id=round.id, sealed_choice="verzegeld"))
    kept(BallotDraft(round_id=round.id, account_id=me.id, sealed_choice="klad", saved_at=NOON))
    tables = [inspect(model).local_table for model in (UsedRight, BudgetBallot)]
    before = [snapshot(db, table) for table in tables]

    erased(pages, me)

    assert [snapshot(db, table) for table in tables] == before
    assert db.get(BallotDraft, (round.id, me.id)) is None


def test_support_still_counts_after_an_erasure(pages: Pages, db: Session, vault: Vault) -> None:
    me = a_resident()
    proposal = a_life(db, vault, me)

    erased(pages, me)

    assert [
        support.account_id for support in db.scalars(select(Support).where(Support.proposal_id == proposal.id))
    ] == [None]


def test_an_erased_person_is_signed_out_everywhere_and_the_address_is_free_again(
    pages: Pages, db: Session, vault: Vault
) -> None:
    me = a_resident(email=CANARY_MAIL)
    phone, laptop = pages.as_(me), pages.as_(me)

    phone.send("/mijn/verwijderen", sure="y")

    assert laptop.raw("/mijn").status_code == 303
    assert create_account(db, vault, email=CANARY_MAIL, display_name="Nieuw", now=NOON).id != me.id


def test_nothing_is_erased_without_the_tick(pages: Pages, db: Session) -> None:
    me = a_resident()

    answer = pages.as_(me).send("/mijn/verwijderen", without=("sure",), status=422)

    assert "Vink aan dat je het zeker weet." in answer
    assert db.get_one(Account, me.id).erased_at is None


def test_erasing_asks_for_a_fresh_sign_in(pages: Pages) -> None:
    assert pages.as_(a_resident(), fresh=False).raw("/mijn/verwijderen").status_code == 303


def test_staff_must_lose_their_role_before_they_erase_themselves(pages: Pages, db: Session) -> None:
    moderator = a_moderator()

    answer = pages.as_(moderator).send("/mijn/verwijderen", sure="y", status=422)

    assert "Je hebt nog een rol bij de stad." in answer
    assert db.get_one(Account, moderator.id).erased_at is None


def test_the_erasure_itself_is_in_the_log_without_a_name(pages: Pages, db: Session) -> None:
    me = a_resident(name=CANARY_NAME)

    erased(pages, me)

    entry = db.scalars(select(audit.LogEntry).order_by(audit.LogEntry.seq.desc())).first()
    assert (entry.act, entry.subject, entry.about_account_id) == ("account.erase", f"account:{me.id}", me.id)


@pytest.mark.parametrize(
    "words", ["oud-deelnemer", "Niemand kan zien welke stem van jou is", "Dat logboek mag niemand veranderen"]
)
def test_the_page_says_beforehand_what_stays(pages: Pages, words: str) -> None:
    assert words in pages.as_(a_resident()).get("/mijn/verwijderen")


def test_i_see_when_staff_looked_at_my_things_and_not_who(pages: Pages, db: Session, vault: Vault) -> None:
    me, other = a_resident(), an_account()
    a_life(db, vault, me)

    mine = pages.as_(me).get("/mijn/gegevens")

    assert "Opgezocht in het register (door een medewerker van de stad)" in mine
    assert "Register Medewerker" not in mine
    assert "Niemand bij de stad bekeek" in pages.as_(other).get("/mijn/gegevens")


def test_erasing_twice_in_a_row_is_harmless(pages: Pages, db: Session) -> None:
    me = a_resident()

    own_records.erase(db, (), me, by=acting(me), now=NOON)
    own_records.erase(db, (), me, by=acting(me), now=NOON)

    assert me.erased_at == NOON

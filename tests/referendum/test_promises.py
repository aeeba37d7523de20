"""What the city does after a result: staff write it, and mend or take away a line that is wrong, in the log."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Role
from spreekt.kernel.audit import LogEntry
from spreekt.kernel.errors import NotThere
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import promises
from spreekt.modules.referendum.follow_up import Promise
from spreekt.modules.referendum.models import Question, State
from tests.builders import DAY, NOON, acting, staff
from tests.pages import Pages, values_of
from tests.referendum.builders import a_referendum

WRONG, RIGHT = Promise(date(2062, 1, 1), "De straat is klaar"), Promise(date(2027, 1, 1), "De straat is klaar")
EARLIER = Promise(date(2026, 12, 1), "De gemeenteraad bespreekt de uitslag")


@pytest.fixture
def question(db: Session, vault: Vault) -> Question:
    """Of a referendum whose result everybody sees, with one line that has a typing error."""
    held = a_referendum(
        db, vault, opens_at=NOON - 9 * DAY, closes_at=NOON - 2 * DAY, state=State.PROCLAIMED, publishes_at=NOON - DAY
    )
    question = held.referendum.questions[0]
    promises.promise(db, question, *WRONG, by=acting(staff(Role.REFERENDUM)))
    db.commit()
    return question


def url_of(question: Question, promise: Promise | None = None) -> str:
    return f"/beheer/referendum/{question.referendum.slug}/opvolging/1" + (f"/{promise.mark}" if promise else "")


def acts(db: Session) -> list[tuple[str, str]]:
    rows = db.scalars(select(LogEntry).where(LogEntry.act.startswith("referendum.promise")).order_by(LogEntry.seq))
    return [(row.act, row.reason) for row in rows]


def test_a_line_with_a_typing_error_is_mended_and_the_log_knows_how_it_stood(
    pages: Pages, db: Session, question: Question
):
    manager = pages.as_(staff(Role.REFERENDUM))
    assert url_of(question, WRONG) in manager.get(url_of(question)).html

    manager.send(url_of(question, WRONG), on=RIGHT.on.isoformat(), text=RIGHT.text)

    assert question.promises == [RIGHT]
    assert acts(db)[-1] == ("referendum.promise-changed", f"{WRONG.told} → {RIGHT.told}")
    assert "2062" not in pages.get(f"/referendum/{question.referendum.slug}/uitslag")


def test_a_line_is_taken_away_and_the_log_knows_how_it_stood(pages: Pages, db: Session, question: Question):
    manager, url = pages.as_(staff(Role.REFERENDUM)), url_of(question, WRONG)
    sheet = manager.get(url)
    press = next(form for form in sheet.all("form") if form.get("action") == f"{url}/weg")

    assert manager.client.post(press.get("action"), data=values_of(press)).status_code == 303

    db.expire_all()
    assert question.promises == []
    assert acts(db)[-1] == ("referendum.promise-withdrawn", WRONG.told)


def test_lines_stand_in_the_order_of_their_dates(pages: Pages, question: Question):
    pages.as_(staff(Role.REFERENDUM)).send(url_of(question), on=EARLIER.on.isoformat(), text=EARLIER.text)

    assert question.promises == [EARLIER, WRONG]


def test_a_line_that_somebody_else_changed_meanwhile_is_not_changed_again(db: Session, question: Question):
    manager = acting(staff(Role.REFERENDUM))
    promises.change(db, question, WRONG.mark, *RIGHT, by=manager)

    with pytest.raises(NotThere):
        promises.change(db, question, WRONG.mark, *EARLIER, by=manager)
    with pytest.raises(NotThere):
        promises.withdraw(db, question, WRONG.mark, by=manager)
    assert question.promises == [RIGHT]


@pytest.mark.parametrize("promise", [None, WRONG], ids=["new", "there"])
def test_a_line_that_says_nothing_is_refused_beside_its_field(pages: Pages, question: Question, promise):
    manager = pages.as_(staff(Role.REFERENDUM))

    manager.send(url_of(question, promise), on="2027-01-01", text="ok", status=422)

    assert question.promises == [WRONG]


def test_nothing_is_promised_about_a_result_that_nobody_sees_or_that_does_not_hold(
    pages: Pages, db: Session, question: Question
):
    manager = pages.as_(staff(Role.REFERENDUM))
    for fields in ({"publishes_at": NOON + DAY}, {"publishes_at": NOON - DAY, "state": State.ANNULLED}):
        for name, value in fields.items():
            setattr(question.referendum, name, value)
        db.commit()

        for url in (url_of(question), url_of(question, WRONG)):
            manager.get(url, status=404)

"""The public log: every decision, no person, no title of what is not public, in each of its forms."""

import csv
import io
from datetime import date
from xml.etree import ElementTree

from sqlalchemy.orm import Session

from spreekt.moderation import desk
from spreekt.moderation.models import State, Submission
from tests.builders import NOON, a_moderator, acting, an_account
from tests.moderation.things import a_comment, a_note, a_submitted_note
from tests.pages import Pages

FORMS = ("/moderatie/logboek", "/moderatie/logboek.csv", "/moderatie/logboek.atom")
PRIVATE = ("Auteur Declercq", "Moderator Claeys", "Woorden enkel voor de auteur")


def decided(db: Session, item: Submission, act: str) -> None:
    desk.judge(
        db, item, act, reason_code="onbeleefd", words="Woorden enkel voor de auteur", due_on=date(2026, 12, 1),
        seen_version=item.version, by=acting(a_moderator(name="Moderator Claeys")), now=NOON,
    )  # fmt: skip
    db.commit()


def test_anybody_reads_what_was_decided_and_under_which_rule(pages: Pages, db: Session) -> None:
    decided(db, a_submitted_note(author=an_account(name="Auteur Declercq"), title="Geheime titel"), "reject")
    decided(db, a_submitted_note(title="Open titel"), "publish")

    for url in FORMS:
        text = pages.raw(url).get_data(as_text=True)
        assert "Onbeleefd of kwetsend" in text
        assert "Blijf respectvol" in text
        assert "Open titel" in text
        assert "Geheime titel" not in text
        assert not [words for words in PRIVATE if words in text]
    assert "Open titel" in pages.get("/moderatie/logboek")


def test_a_reaction_under_something_hidden_shows_no_title(pages: Pages, db: Session) -> None:
    note = a_note(title="Verborgen onderwerp")
    decided(db, a_comment(note), "publish")
    note.state = State.HIDDEN
    db.commit()

    for url in FORMS:
        assert "Verborgen onderwerp" not in pages.raw(url).get_data(as_text=True)


def test_a_title_that_is_a_formula_or_markup_stays_text_in_every_form(pages: Pages, db: Session) -> None:
    title = '=HYPERLINK("http://x.example"),<script>alert(1)</script>]]>'
    decided(db, a_submitted_note(title=title), "publish")

    rows = list(csv.reader(io.StringIO(pages.raw("/moderatie/logboek.csv").get_data(as_text=True))))
    feed = ElementTree.fromstring(pages.raw("/moderatie/logboek.atom").get_data())
    sheet = pages.get("/moderatie/logboek")

    assert rows[1][2] == f"'{title}"
    assert {len(row) for row in rows} == {6}
    assert title in (feed.findtext(".//{*}entry/{*}title") or "")
    assert title in sheet
    assert all(script.get("src") for script in sheet.all("script"))


def test_the_log_turns_pages(pages: Pages, db: Session) -> None:
    for _number in range(21):
        decided(db, a_submitted_note(), "publish")

    sheet = pages.get("/moderatie/logboek")

    assert "21 beslissingen" in sheet.text.replace("\N{NO-BREAK SPACE}", " ")
    assert len(pages.get("/moderatie/logboek?pagina=2").all("tr")) == 2


def test_the_house_rules_say_what_happens_and_what_one_can_do(pages: Pages) -> None:
    sheet = pages.get("/huisregels")

    assert "Blijf respectvol" in sheet
    assert "aanpassen en opnieuw versturen" in sheet

"""Reactions: who may write, what waits, what shows, in which order."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel.errors import Invalid, NotThere
from spreekt.moderation.comments import PER_PAGE, Screening, page_of, thread, write_comment
from spreekt.moderation.models import Comment, State
from tests.builders import NOON, acting, an_account
from tests.moderation.things import a_comment, a_note
from tests.pages import Pages


def known() -> object:
    """Somebody whose text was published before."""
    account = an_account(name="Wout Deprez")
    a_note(author=account)
    return account


def test_the_first_reaction_of_an_account_waits_for_a_moderator(db: Session) -> None:
    comment = a_comment(a_note())

    assert comment.state is State.PENDING
    assert comment.due_at is not None


def test_a_reaction_of_somebody_known_appears_at_once(db: Session) -> None:
    comment = a_comment(a_note(), author=known())

    assert comment.state is State.PUBLISHED


def test_a_flagged_reaction_waits_whoever_wrote_it(db: Session) -> None:
    comment = a_comment(a_note(), author=known(), body="Bel mijn buurman op 0470 12 34 56")

    assert comment.state is State.PENDING
    assert comment.flags == "telefoon"


def test_in_its_last_days_every_reaction_of_a_debate_waits(db: Session) -> None:
    by = acting(known())

    comment = write_comment(db, a_note(), body="Ja!", by=by, now=NOON, screening=Screening(screens_all=True))

    assert comment.state is State.PENDING


@pytest.mark.parametrize("state", [state for state in State if state is not State.PUBLISHED])
def test_nobody_reacts_to_what_is_not_public(db: Session, state: State) -> None:
    note = a_note(state=state)

    with pytest.raises(NotThere):
        write_comment(db, note, body="Mooi", by=acting(an_account()), now=NOON)


@pytest.mark.parametrize("body", ["", " \u200b\u2800 ", "x" * 2001, "a\x07b"])
def test_an_unusable_reaction_is_refused_with_words(db: Session, body: str) -> None:
    with pytest.raises(Invalid):
        write_comment(db, a_note(), body=body, by=acting(an_account()), now=NOON)


def test_others_do_not_see_what_waits_and_its_author_does(pages: Pages) -> None:
    note, author = a_note(), an_account()
    a_comment(note, author=author, body="Dit wacht nog")

    assert "Dit wacht nog" not in pages.get(f"/proef/{note.id}")
    assert "Dit wacht nog" not in pages.as_(an_account()).get(f"/proef/{note.id}")
    assert "Alleen jij ziet ze nu" in pages.as_(author).get(f"/proef/{note.id}")


def test_a_visitor_gets_no_cookie_with_the_reactions(pages: Pages) -> None:
    note = a_note()
    a_comment(note, author=known())

    answer = pages.raw(f"/proef/{note.id}")

    assert "Set-Cookie" not in answer.headers


def test_a_reaction_is_written_on_the_page_itself(pages: Pages, db: Session) -> None:
    note = a_note()

    after = pages.as_(known()).send(f"/proef/{note.id}", body="Ook aan rolstoelen denken?")

    assert "Ook aan rolstoelen denken?" in after
    assert after.response.request.path == f"/proef/{note.id}"


def test_an_empty_reaction_comes_back_with_what_to_do(pages: Pages) -> None:
    note = a_note()

    after = pages.as_(an_account()).send(f"/proef/{note.id}", body=" ", status=422)

    assert "Schrijf" in after


def test_who_wrote_and_left_is_called_a_former_participant(db: Session) -> None:
    author = known()
    note = a_note()
    a_comment(note, author=author)
    author.email_key, author.sealed_email, author.erased_at = None, "", NOON

    assert thread(db, note.id).items[0].author_name == "oud-deelnemer"


def test_a_thread_is_one_statement_and_turns_pages_both_ways(db: Session, statements: list[str]) -> None:
    note, author = a_note(), known()
    made = [a_comment(note, author=author, body=f"Reactie {number}") for number in range(PER_PAGE + 3)]
    for number, comment in enumerate(made):
        comment.published_at = NOON + timedelta(minutes=number)
    db.flush()
    statements.clear()

    first = thread(db, note.id)

    assert len(statements) == 1
    assert [reaction.id for reaction in first.items] == [comment.id for comment in reversed(made)][:PER_PAGE]
    assert (first.total, first.pages) == (PER_PAGE + 3, 2)
    assert thread(db, note.id, newest_first=False).items[0].id == made[0].id
    assert [page_of(db, made[0]), page_of(db, made[-1])] == [2, 1]


def test_a_link_to_a_reaction_leads_to_its_place(pages: Pages) -> None:
    note = a_note()
    comment = a_comment(note, author=known())

    answer = pages.raw(f"/reacties/{comment.id}")

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/proef/{note.id}#reactie-{comment.id}"


def test_a_reaction_goes_where_its_subject_goes(pages: Pages, db: Session) -> None:
    note = a_note()
    comment = a_comment(note, author=known())
    note.state = State.HIDDEN
    db.commit()

    assert pages.raw(f"/reacties/{comment.id}").status_code == 404
    assert pages.as_(an_account()).raw(f"/moderatie/meldingen/nieuw/{comment.id}").status_code == 404


def test_only_its_author_takes_a_reaction_back(pages: Pages, db: Session) -> None:
    note, author = a_note(), known()
    comment = a_comment(note, author=author)

    stranger = pages.as_(an_account())
    stranger.get(f"/proef/{note.id}")
    assert stranger.client.post(f"/reacties/{comment.id}/intrekken").status_code in {400, 404}
    assert db.scalars(select(Comment.state)).one() is State.PUBLISHED
    sheet = pages.as_(author)
    page = sheet.get(f"/proef/{note.id}")
    form = next(form for form in page.all("form") if "intrekken" in form.get("action", ""))
    values = {field.get("name"): field.get("value") for field in form.iter("input")}
    assert sheet.client.post(form.get("action"), data=values).status_code == 303
    db.expire_all()
    assert db.scalars(select(Comment.state)).one() is State.WITHDRAWN


@pytest.mark.parametrize("field", ["author_id", "state", "kind", "version", "published_at", "subject_id", "flags"])
def test_a_form_sets_nothing_but_its_own_fields(pages: Pages, db: Session, field: str) -> None:
    note, author = a_note(), an_account()
    browser = pages.as_(author)
    form = browser.get(f"/proef/{note.id}").form_with("body")
    values = {tag.get("name"): tag.get("value") for tag in form.iter("input")} | {"body": "Mooi idee", field: "99"}

    browser.client.post(form.get("action"), data=values)

    comment = db.scalars(select(Comment)).one()
    assert (comment.author_id, comment.state, comment.subject_id) == (author.id, State.PENDING, note.id)
    assert (comment.kind, comment.published_at, comment.flags) == ("reactie", None, "")

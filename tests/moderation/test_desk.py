"""The desk: who sees and judges what, in which state; two at once; what hostile texts become."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from spreekt.identity.models import Account
from spreekt.identity.residency_models import ProofMethod, RegisterEntry, Residency
from spreekt.kernel.actor import Role
from spreekt.kernel.audit import LogEntry
from spreekt.kernel.errors import Forbidden, Invalid, StaleVersion
from spreekt.moderation import desk, queries
from spreekt.moderation.domain import submit, write
from spreekt.moderation.models import Decision, State, Submission
from spreekt.moderation.queries import Filters
from spreekt.moderation.relations import is_too_close, offered
from tests.builders import (
    NOON,
    _session,
    a_moderator,
    a_register_entry,
    a_resident,
    acting,
    an_account,
    an_area,
    kept,
    staff,
)
from tests.moderation.conftest import Note
from tests.moderation.things import a_comment, a_note, a_submitted_note
from tests.pages import Pages

DAY = timedelta(days=1)
OF_THE_FRAME = 2
"""Statements that the bar with unfinished drafts costs on every page of who signed in."""
KIND = {"reason_code": "onbeleefd", "words": "Laat het schelden weg.", "due_on": date(2026, 12, 1)}


def judge(db: Session, note: Submission, act: str, *, by: Account, **changes: object) -> Decision:
    decision = judge_now(db, note, act, by=by, **changes)
    db.commit()
    return decision


def judge_now(db: Session, note: Submission, act: str, *, by: Account, **changes: object) -> Decision:
    wanted = {"seen_version": note.version, **KIND, **changes}
    if act in {"publish", "restore"} and "reason_code" not in changes:
        wanted["reason_code"] = "nieuw-nazicht"
    return desk.judge(db, note, act, by=acting(by), now=NOON, **wanted)  # type: ignore[arg-type]


# Which steps each kind of person is offered on a text of somebody else in Heule, by its state.
OFFERED = {
    State.DRAFT: (),
    State.PENDING: ("publish", "ask_changes", "reject"),
    State.CHANGES_ASKED: ("reject",),
    State.PUBLISHED: ("hide",),
    State.REJECTED: (),
    State.HIDDEN: ("restore",),
    State.WITHDRAWN: (),
}
PEOPLE: dict[str, tuple[Callable[[], Account], bool]] = {
    "a reader": (an_account, False),
    "a resident": (a_resident, False),
    "a moderator": (a_moderator, True),
    "a moderator of Heule": (lambda: staff(Role.MODERATOR, area=an_area()), True),
    "a moderator of Marke": (lambda: staff(Role.MODERATOR, area=an_area("Marke")), False),
    "a moderator of another module": (lambda: staff(Role.MODERATOR, module="boomspiegels"), False),
    "the area worker of Heule": (lambda: staff(Role.AREA_WORKER, area=an_area()), True),
    "the area worker of Marke": (lambda: staff(Role.AREA_WORKER, area=an_area("Marke")), False),
    "a service": (lambda: staff(Role.SERVICE), False),
    "a desk officer": (lambda: staff(Role.DESK), False),
    "an auditor": (lambda: staff(Role.AUDITOR), False),
    "an administrator": (lambda: staff(Role.ADMIN), False),
}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", State)
def test_who_may_do_what_in_which_state(db: Session, who: str, state: State) -> None:
    make, judges = PEOPLE[who]
    note = a_note(state=state, areas=[an_area()])

    steps = offered(note, to=acting(make()), too_close=False)

    assert tuple(step.name for step in steps) == (OFFERED[state] if judges else ())


@pytest.mark.parametrize("who", PEOPLE)
def test_the_desk_and_its_queue_are_open_to_who_judges_there(pages: Pages, db: Session, who: str) -> None:
    make, judges = PEOPLE[who]
    note = a_submitted_note(areas=[an_area()])
    person = make()
    has_desk = bool(acting(person).roles & {Role.MODERATOR, Role.AREA_WORKER})
    browser = pages.as_(person)

    assert browser.raw("/moderatie").status_code == (200 if has_desk else 404)
    assert browser.raw("/moderatie/meldingen").status_code == (200 if has_desk else 404)
    assert browser.raw(f"/moderatie/{note.id}").status_code == (200 if judges else 404)
    if has_desk:
        assert (note.title in browser.get("/moderatie")) is judges
        assert (queries.queue(db, acting(person), Filters())[1] == 1) is judges


def test_a_draft_is_nobodys_business(pages: Pages) -> None:
    note = a_note(state=State.DRAFT)

    moderator = pages.as_(a_moderator())

    assert moderator.raw(f"/moderatie/{note.id}").status_code == 404
    assert moderator.raw(f"/proef/{note.id}").status_code == 404


def test_without_the_second_factor_there_is_no_desk(pages: Pages) -> None:
    note = a_submitted_note()

    answer = pages.as_(a_moderator(), second_factor=False).raw(f"/proef/{note.id}")

    assert answer.status_code == 404


def test_the_second_of_two_moderators_is_told_and_nothing_changes(db: Session) -> None:
    note = a_submitted_note()
    seen = note.version
    judge(db, note, "publish", by=a_moderator())

    with pytest.raises(StaleVersion):
        judge(db, note, "hide", by=a_moderator(), seen_version=seen)

    assert note.state is State.PUBLISHED


def test_two_moderators_in_the_same_moment_cannot_both_decide(db: Session) -> None:
    note, second = a_submitted_note(), a_moderator()
    seen = note.version
    quicker = update(Submission).where(Submission.id == note.id).values(version=seen + 1)
    db.execute(quicker, execution_options={"synchronize_session": False})

    with pytest.raises(StaleDataError), db.begin_nested():
        judge_now(db, note, "reject", by=second, seen_version=seen)

    db.expire_all()
    assert note.state is State.PENDING
    assert db.scalars(select(Decision)).all() == []


def test_the_second_moderator_keeps_the_words_that_were_typed(pages: Pages, db: Session) -> None:
    note = a_submitted_note(body="Eerste tekst")
    browser, url = pages.as_(a_moderator()), f"/moderatie/{note.id}"
    form = browser.get(url).form_with("decision", "words")
    values = {tag.get("name"): tag.get("value") for tag in form.iter("input")}
    judge(db, note, "ask_changes", by=a_moderator())

    words = "Dit schreef ik net <b>met zorg</b>"
    late = browser.client.post(url, data={**values, "decision": "reject", "reason": "privacy", "words": words})

    assert late.status_code == 409
    sheet = browser._look(late, url, 409)
    assert "Iemand was je net voor" in sheet
    assert words in "".join(text.text or "" for text in sheet.all("textarea"))
    values = {tag.get("name"): tag.get("value") for tag in sheet.form_with("decision").iter("input")}
    again = browser.client.post(url, data={**values, "decision": "reject", "reason": "privacy", "words": words})
    assert again.status_code == 303
    db.expire_all()
    assert db.get_one(Note, note.id).state is State.REJECTED


@pytest.mark.parametrize(
    ("act", "missing"),
    [
        ("reject", {"reason_code": ""}),
        ("reject", {"words": "  "}),
        ("reject", {"reason_code": "nieuw-nazicht"}),
        ("reject", {"reason_code": "bestaat-niet"}),
        ("ask_changes", {"due_on": None}),
        ("ask_changes", {"words": ""}),
    ],
)
def test_a_decision_against_somebody_needs_a_fitting_reason_and_words(
    db: Session, act: str, missing: dict[str, object]
) -> None:
    note = a_submitted_note()

    with pytest.raises(Invalid):
        judge(db, note, act, by=a_moderator(), **missing)


@pytest.mark.parametrize("act", ["appear", "withdraw", "submit", "bestaat-niet", ""])
def test_the_desk_takes_no_steps_that_belong_to_others(pages: Pages, db: Session, act: str) -> None:
    note = a_submitted_note()
    browser, url = pages.as_(a_moderator()), f"/moderatie/{note.id}"
    form = browser.get(url).form_with("decision")
    values = {tag.get("name"): tag.get("value") for tag in form.iter("input")}

    assert browser.client.post(url, data={**values, "decision": act}).status_code == 409

    db.expire_all()
    assert db.get_one(Note, note.id).state is State.PENDING


def housemate_of(account: Account) -> Account:
    """Another account, proven to live at the same address."""
    entry = kept_entry(account)
    mate = a_moderator()
    other = a_register_entry(household_key=entry.household_key)
    kept(Residency(account_id=mate.id, person_key=other.person_key, method=ProofMethod.LETTER, proven_at=NOON))
    return mate


def kept_entry(account: Account) -> RegisterEntry:
    statement = select(RegisterEntry).join(Residency, Residency.person_key == RegisterEntry.person_key)
    return _session().scalars(statement.where(Residency.account_id == account.id)).one()


@pytest.mark.parametrize("tie", ["own", "under own", "housemate", "under a housemate's"])
def test_nobody_judges_what_is_their_own_or_close_to_them(pages: Pages, db: Session, tie: str) -> None:
    author = a_resident()
    if tie in {"own", "under own"}:
        judge_ = a_moderator()
        author = judge_
    else:
        judge_ = housemate_of(author)
    item: Submission = a_submitted_note(author=author)
    if tie.startswith("under"):
        item = a_comment(a_note(author=author), author=an_account())
    url = f"/moderatie/{item.id}"
    browser = pages.as_(judge_)

    sheet = browser.get(url)
    assert is_too_close(db, acting(judge_), item)
    with pytest.raises(Forbidden):
        judge(db, item, "publish", by=judge_)
    values = {"csrf_token": token_of(browser), "decision": "publish", "version": item.version}
    refused = browser.client.post(url, data=values)

    assert "Een collega bekijkt dit" in sheet
    assert not [form for form in sheet.all("form") if form.get("method") == "post"]
    assert refused.status_code == 409
    assert browser.client.post(f"{url}/opnemen", data=values).status_code == 404
    db.expire_all()
    assert db.get_one(Submission, item.id).state is State.PENDING


def token_of(browser: Pages) -> str:
    other = a_submitted_note()
    form = browser.get(f"/moderatie/{other.id}").form_with("decision")
    return next(tag.get("value", "") for tag in form.iter("input") if tag.get("name") == "csrf_token")


def test_the_queue_shows_what_is_due_first_and_says_what_is_late(pages: Pages, db: Session) -> None:
    a_submitted_note(title="Van vandaag", now=NOON)
    a_submitted_note(title="Van vorige week", now=NOON - 7 * DAY)
    a_comment(a_note(), body="Een reactie")

    sheet = pages.as_(a_moderator()).get("/moderatie")
    counts = queries.counts(db, acting(a_moderator()), now=NOON)

    assert sheet.text.index("Van vorige week") < sheet.text.index("Van vandaag")
    assert "te laat: " in sheet
    assert (counts.overdue, counts.waiting) == (1, 3)


def test_the_queue_filters_by_kind_area_state_and_assignee(db: Session) -> None:
    heule, moderator = an_area(), a_moderator()
    in_heule = a_submitted_note(areas=[heule])
    taken = a_submitted_note()
    a_comment(in_heule if in_heule.is_public else a_note(), body="Mooi")
    rejected = a_note(state=State.REJECTED)
    by = acting(moderator)
    desk.take_on(db, taken, by=by)

    def found(**wanted: object) -> set[int]:
        return {line.id for line in queries.queue(db, by, Filters(**wanted))[0]}  # type: ignore[arg-type]

    assert found(area=heule.code) == {in_heule.id}
    assert found(assignee=queries.MINE) == {taken.id}
    assert taken.id not in found(assignee=queries.NOBODY_YET)
    assert found(kind="proefstuk") == {in_heule.id, taken.id}
    assert found(state=State.REJECTED) == {rejected.id}


@pytest.mark.parametrize(
    "query",
    ["status=concept", "status=x", "soort=x", "wie=1", "pagina=0", "pagina=-1", "status=a&status=b", "pagina=1e9"],
)
def test_a_crooked_filter_is_refused(pages: Pages, query: str) -> None:
    assert pages.as_(a_moderator()).raw(f"/moderatie?{query}").status_code == 400


def test_the_queue_takes_as_many_statements_for_many_as_for_few(
    pages: Pages, db: Session, statements: list[str]
) -> None:
    browser = pages.as_(a_moderator())
    a_submitted_note(areas=[an_area()])
    browser.get("/moderatie")
    statements.clear()
    browser.get("/moderatie")
    few = len(statements)
    for number in range(8):
        a_submitted_note(areas=[an_area(), an_area("Marke")])
        a_comment(a_note(), body=f"Reactie {number}")
    db.expire_all()
    statements.clear()

    browser.get("/moderatie")

    assert len(statements) == few <= 6 + OF_THE_FRAME


def test_a_decision_page_takes_few_statements(pages: Pages, db: Session, statements: list[str]) -> None:
    url = f"/moderatie/{a_submitted_note(areas=[an_area()]).id}"
    browser = pages.as_(a_moderator())
    db.expire_all()
    statements.clear()

    browser.get(url)

    assert len(statements) <= 6 + OF_THE_FRAME


def test_the_decision_page_shows_what_changed_since_the_last_time(pages: Pages, db: Session) -> None:
    author = an_account()
    note = a_submitted_note(author=author, body="We zetten er drie banken.")
    judge(db, note, "ask_changes", by=a_moderator())
    write(note, title=note.title, body="We zetten er vier banken.")
    submit(db, note, by=acting(author), now=NOON + DAY)
    db.commit()

    sheet = pages.as_(a_moderator()).get(f"/moderatie/{note.id}")

    assert ["".join(tag.itertext()) for tag in sheet.all("del")] == ["drie"]
    assert ["".join(tag.itertext()) for tag in sheet.all("ins")] == ["vier"]
    assert "Laat het schelden weg." in sheet


def test_staff_sees_the_history_of_an_author_and_not_who_they_are(pages: Pages, db: Session) -> None:
    author = an_account(name="Marieke Vanneste", email="marieke@voorbeeld.example")
    judge(db, a_submitted_note(author=author), "reject", by=a_moderator())
    note = a_submitted_note(author=author)

    sheet = pages.as_(a_moderator()).get(f"/moderatie/{note.id}")

    assert "Niet gepubliceerd: 1" in sheet
    assert "marieke@voorbeeld.example" not in sheet.html
    assert "Marieke" not in sheet.html


def test_after_a_decision_the_next_item_opens(pages: Pages, db: Session) -> None:
    first, second = a_submitted_note(now=NOON - DAY), a_submitted_note(title="Het tweede stuk")

    sheet = pages.as_(a_moderator()).send(f"/moderatie/{first.id}", press="decision=publish")

    assert sheet.heading == "Het tweede stuk"
    assert db.get_one(Note, first.id).state is State.PUBLISHED
    assert sheet.response.request.path == f"/moderatie/{second.id}"


def test_a_missing_reason_comes_back_with_all_that_was_typed(pages: Pages) -> None:
    note = a_submitted_note()

    sheet = pages.as_(a_moderator()).send(
        f"/moderatie/{note.id}", press="decision=ask_changes", words="Zet er een plaats bij.", status=422
    )

    assert "Kies een reden." in sheet
    assert "Kies een dag tussen morgen en drie maanden ver." in sheet
    assert "Zet er een plaats bij." in sheet.html


def test_one_moderator_takes_an_item_on_and_the_version_stays(db: Session) -> None:
    note = a_submitted_note()
    version, first = note.version, a_moderator()

    desk.take_on(db, note, by=acting(first))

    assert note.assignee_id == first.id
    with pytest.raises(StaleVersion):
        desk.take_on(db, note, by=acting(a_moderator()))
    desk.give_back(db, note, by=acting(first))
    db.refresh(note)
    assert (note.assignee_id, note.version) == (None, version)


def test_every_judgement_is_in_the_staff_log_with_its_reason(db: Session) -> None:
    note, moderator = a_submitted_note(), a_moderator()

    judge(db, note, "reject", by=moderator)

    entry = db.scalars(select(LogEntry).order_by(LogEntry.seq.desc())).first()
    assert entry is not None
    assert (entry.act, entry.actor_id, entry.reason) == ("proefstuk.reject", moderator.id, "onbeleefd")

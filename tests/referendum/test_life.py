"""A referendum from the sealed box to the archive: who, when, with whom, and what follows from the figures."""

import itertools
import json
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.electorate.models import Channel
from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import Forbidden, IllegalTransition, Invalid
from spreekt.kernel.outbox import Message
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import (
    board,
    box,
    counting,
    exhibits,
    gates,
    paper,
    poll_keys,
    programs,
    queries,
    steps,
    subscribers,
    two_people,
)
from spreekt.modules.referendum.archive_file import ArchiveFile
from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.ballot.credential import make_credential, public_of, secret_of
from spreekt.modules.referendum.models import Act, Ballot, PaperCount, RollEntry, State, TwoPersonAct
from spreekt.modules.referendum.results import shown_result
from spreekt.modules.referendum.trustee_models import Rehearsal, TrusteeSeat
from spreekt.notices.models import Notice
from tests.builders import DAY, NOON, a_resident, acting, kept, staff
from tests.pages import Pages
from tests.referendum.builders import BLANK, NO, YES, Held, a_question, a_referendum, becomes, send_ballot
from tests.referendum.trustee_builders import TOOL

AFTER = NOON + 8 * DAY


@pytest.fixture
def people(db: Session):
    """Two people who may open, close and proclaim."""
    return acting(staff(Role.REFERENDUM)), acting(staff(Role.PUBLISHER))


def close(db: Session, held: Held, people, *, at=AFTER) -> None:
    one, other = people
    clock = Clock(fixed=at)
    steps.propose(db, clock, held.referendum, Act.CLOSE, by=one, now=at)
    steps.confirm(db, clock, held.referendum, Act.CLOSE, by=other, now=at)


def count(db: Session, held: Held, people, *, owners=(1, 3)) -> None:
    """Minutes, the parts of these trustees, and the figures."""
    clock = Clock(fixed=AFTER)
    steps.reconcile(db, clock, held.referendum, "Iedereen was er. Alles klopte.", by=people[0])
    for owner in owners:
        counting.take_partial_decryption(db, held.referendum, owner, held.decryption(db, owner))
    steps.decrypt(db, clock, held.referendum, by=people[0])


def proclaim(db: Session, held: Held, people, *, hour=AFTER) -> None:
    one, other = people
    clock = Clock(fixed=AFTER)
    steps.propose(db, clock, held.referendum, Act.PROCLAIM, by=one, about=hour.isoformat(), now=AFTER)
    steps.confirm(db, clock, held.referendum, Act.PROCLAIM, by=other, about=hour.isoformat(), now=AFTER)


def test_figures_are_a_plain_recount_and_the_archive_holds_before_an_independent_program(
    app: Flask, db: Session, vault: Vault, people, tmp_path: Path
):
    held = a_referendum(db, vault, voters=5, rules={"may_revote": True})
    for voter, choice in ((0, NO), (1, YES), (2, YES), (3, BLANK), (0, YES)):
        assert send_ballot(app, held, held.ballot(voter, (choice,))).json["counted"] is True
    close(db, held, people)
    count(db, held, people)
    proclaim(db, held, people)

    judged = shown_result(held.referendum).questions[0]
    assert (judged.counts, judged.blank, judged.verdict.value) == ((3, 0), 1, "aangenomen")
    archive = ArchiveFile(tmp_path / "box", held.referendum.uuid)
    written = archive.bring_up(db, held.referendum, AFTER)
    assert (written.ballots, written.step) == (5, "Result")
    checked = subprocess.run(
        [TOOL, "election", "verify"], cwd=_alone(archive.path, tmp_path), capture_output=True, text=True, timeout=60,
        env={"BELENIOS_USE_URANDOM": "1", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr


def _alone(path: Path, folder: Path) -> Path:
    there = folder / "alone"
    there.mkdir()
    (there / path.name).write_bytes(path.read_bytes())
    return there


def test_several_questions_with_blank_and_paper_are_judged_each_by_itself(
    app: Flask, db: Session, vault: Vault, people, clock: Clock
):
    questions = [
        a_question(position=1),
        a_question(position=2, text="Meer bomen?", allows_blank=False),
        a_question(position=3, text="Welk beeld?", answers=["De vogel", "De boom", "Geen van beide"]),
    ]
    held = a_referendum(db, vault, voters=5, questions=questions, rules={"minimum_votes": 3, "minimum_margin": "30"})
    votes = [((0, 1, 0), (1, 0), (0, 0, 1, 0)), ((0, 1, 0), (0, 1), (0, 0, 1, 0)), ((1, 0, 0), (0, 1), (0, 1, 0, 0))]
    for voter, choices in enumerate(votes):
        assert send_ballot(app, held, held.ballot(voter, choices)).json["counted"] is True
    for voter in (3, 4):
        box.use_on_paper(db, clock, held.referendum, held.voters[voter].voter_key)
    close(db, held, people)
    by_hand = [[0, 2, 0], [1, 1], [0, 0, 2, 0]]
    for person in (acting(staff(Role.DESK)), acting(staff(Role.DESK))):
        paper.enter(db, held.referendum, by_hand, by=person, now=AFTER)
    count(db, held, people)

    result = shown_result(held.referendum)
    assert [judged.counts for judged in result.questions] == [(4, 0), (2, 3), (1, 4, 0)]
    assert [judged.verdict.value for judged in result.questions] == ["aangenomen", "onbeslist", "gekozen"]
    assert result.channels == {"web": 3, "papier": 2}


def with_one_on_paper(app: Flask, db: Session, vault: Vault, people, clock: Clock, **rules: Any) -> Held:
    """Three online for, one on paper against; counted."""
    held = a_referendum(db, vault, voters=4, rules=rules)
    for voter in range(3):
        assert send_ballot(app, held, held.ballot(voter)).json["counted"] is True
    box.use_on_paper(db, clock, held.referendum, held.voters[3].voter_key)
    close(db, held, people)
    for person in (acting(staff(Role.DESK)), acting(staff(Role.DESK))):
        paper.enter(db, held.referendum, [[0, 0, 1]], by=person, now=AFTER)
    count(db, held, people)
    return held


def test_V22_one_paper_ballot_that_changes_nothing_is_in_no_figure(
    app: Flask, db: Session, vault: Vault, people, clock: Clock, pages: Pages
):
    held = with_one_on_paper(app, db, vault, people, clock)
    proclaim(db, held, people)
    held.referendum.publishes_at = NOON
    db.commit()

    result, told = shown_result(held.referendum), held.referendum.outcome or {}
    assert (result.questions[0].counts, result.questions[0].blank) == ((3, 0), 0)
    assert (result.paper_not_shown, result.channels) == (1, {"web": 3, "papier": 1})
    assert told["questions"][0]["paper"] is None
    for path in ("uitslag", "zaal"):
        assert "Op papier: 1 stembrief" in pages.get(f"/referendum/{held.slug}/{path}").text
    assert '"op papier, niet per antwoord getoond",1' in pages.raw(f"/referendum/{held.slug}/uitslag.csv").text


@pytest.mark.parametrize(
    "rules",
    [{"small_number": 1}, {"minimum_votes": 4}, {"minimum_margin": "60"}],
    ids=["enough to stay secret", "makes it valid", "makes it undecided"],
)
def test_paper_that_is_not_little_or_may_change_the_outcome_is_published(
    app: Flask, db: Session, vault: Vault, people, clock: Clock, rules: dict[str, Any]
):
    held = with_one_on_paper(app, db, vault, people, clock, **rules)

    result, told = shown_result(held.referendum), held.referendum.outcome or {}
    assert (result.questions[0].counts, result.paper_not_shown) == ((3, 1), 0)
    assert told["questions"][0]["paper"] == [0, 0, 1]


def test_V23_nobody_voted_and_the_result_says_so(app: Flask, db: Session, vault: Vault, people):
    held = a_referendum(db, vault, rules={"minimum_votes": 1})
    close(db, held, people)
    count(db, held, people)

    judged = shown_result(held.referendum).questions[0]
    assert (judged.counts, judged.blank, judged.verdict.value) == ((0, 0), 0, "ongeldig")


def test_the_box_is_not_sealed_before_its_hour(db: Session, vault: Vault, people):
    held = a_referendum(db, vault)

    with pytest.raises(gates.NotYet):
        close(db, held, people, at=held.referendum.poll.closes_at - timedelta(seconds=1))


@pytest.mark.parametrize("act", [Act.CLOSE, Act.SUSPEND, Act.ANNUL], ids=str)
def test_one_person_alone_does_none_of_the_acts_of_two(db: Session, vault: Vault, people, act: Act):
    held = a_referendum(db, vault)
    one, clock = people[0], Clock(fixed=AFTER)
    steps.propose(db, clock, held.referendum, act, by=one, about="Er is brand.", now=AFTER)

    with pytest.raises(two_people.SamePerson):
        steps.confirm(db, clock, held.referendum, act, by=one, about="Er is brand.", now=AFTER)

    assert held.referendum.state is State.OPEN


def test_the_second_person_confirms_exactly_what_the_first_proposed(db: Session, vault: Vault, people):
    held, clock = a_referendum(db, vault), Clock(fixed=NOON)
    steps.propose(db, clock, held.referendum, Act.SUSPEND, by=people[0], about="Storing in het netwerk.", now=NOON)

    with pytest.raises(two_people.AboutSomethingElse):
        steps.confirm(db, clock, held.referendum, Act.SUSPEND, by=people[1], about="Iets anders.", now=NOON)


def test_a_proposal_that_can_no_longer_happen_lapses(db: Session, vault: Vault, people):
    held = a_referendum(db, vault)
    for act in (Act.SUSPEND, Act.ANNUL):
        steps.propose(db, Clock(fixed=NOON), held.referendum, act, by=people[0], about="Storing.", now=NOON)

    close(db, held, people)

    assert set(two_people.waiting(db, held.referendum)) == {Act.ANNUL}


def test_only_who_could_propose_a_step_takes_its_proposal_back(db: Session, vault: Vault, people):
    held, keeper = a_referendum(db, vault), acting(staff(Role.REGISTER))
    steps.propose(db, Clock(fixed=NOON), held.referendum, Act.SUSPEND, by=people[0], about="Storing.", now=NOON)

    with pytest.raises(Forbidden):
        steps.withdraw(db, held.referendum, Act.SUSPEND, by=keeper)
    steps.withdraw(db, held.referendum, Act.SUSPEND, by=people[1])

    assert two_people.waiting(db, held.referendum) == {}


def test_whoever_has_no_role_in_it_moves_nothing(db: Session, vault: Vault):
    held, nobody = a_referendum(db, vault), acting(staff(Role.MODERATOR))

    with pytest.raises(Forbidden):
        steps.propose(db, Clock(fixed=AFTER), held.referendum, Act.CLOSE, by=nobody, now=AFTER)


def test_suspending_asks_for_a_reason_that_everybody_reads_and_stops_the_box(
    app: Flask, db: Session, vault: Vault, people
):
    held, clock = a_referendum(db, vault), Clock(fixed=NOON)
    with pytest.raises(Invalid):
        steps.propose(db, clock, held.referendum, Act.SUSPEND, by=people[0], about=" ", now=NOON)
    for take, person in ((steps.propose, people[0]), (steps.confirm, people[1])):
        take(db, clock, held.referendum, Act.SUSPEND, by=person, about="Storing in het netwerk.", now=NOON)
    db.commit()

    assert send_ballot(app, held, held.ballot()).json["reason"] == "suspended"
    assert "Storing in het netwerk." in app.test_client().get(f"/referendum/{held.slug}").text


def test_F21_fewer_trustees_than_needed_open_nothing(app: Flask, db: Session, vault: Vault, people):
    held = a_referendum(db, vault)
    send_ballot(app, held, held.ballot())
    close(db, held, people)

    with pytest.raises(gates.NotYet):
        count(db, held, people, owners=(2,))


@pytest.mark.parametrize("owners", [(1, 2), (1, 3), (2, 3), (1, 2, 3)], ids=str)
def test_V16_any_two_of_three_trustees_open_the_box(app: Flask, db: Session, vault: Vault, people, owners):
    held = a_referendum(db, vault, voters=1)
    send_ballot(app, held, held.ballot(0, (NO,)))
    close(db, held, people)

    count(db, held, people, owners=owners)

    assert shown_result(held.referendum).questions[0].counts == (0, 1)


def test_V10_a_part_of_another_trustee_is_not_taken(app: Flask, db: Session, vault: Vault, people):
    held = a_referendum(db, vault, voters=1)
    close(db, held, people)

    with pytest.raises(counting.NotOpenedRight):
        counting.take_partial_decryption(db, held.referendum, 2, held.decryption(db, 1))


def test_V12_rights_and_ballots_must_agree_before_there_are_minutes(app: Flask, db: Session, vault: Vault, people):
    held = a_referendum(db, vault)
    send_ballot(app, held, held.ballot())
    close(db, held, people)
    db.delete(db.scalars(select(Ballot)).one())
    db.flush()

    with pytest.raises(gates.NotYet, match="1 rechten online gebruikt, 0 stemmers"):
        steps.reconcile(db, Clock(fixed=AFTER), held.referendum, "Verslag", by=people[0])


def test_paper_that_two_people_counted_differently_stops_the_minutes(db: Session, vault: Vault, people, clock: Clock):
    held = a_referendum(db, vault)
    box.use_on_paper(db, clock, held.referendum, held.voters[0].voter_key)
    close(db, held, people)
    for person, counts in ((acting(staff(Role.DESK)), [[0, 1, 0]]), (acting(staff(Role.DESK)), [[0, 0, 1]])):
        paper.enter(db, held.referendum, counts, by=person, now=AFTER)

    with pytest.raises(gates.NotYet, match="verschillen"):
        steps.reconcile(db, Clock(fixed=AFTER), held.referendum, "Verslag", by=people[0])


def test_V12_used_paper_without_a_count_that_two_people_found_is_never_left_out(
    db: Session, vault: Vault, people, clock: Clock
):
    held, counters = a_referendum(db, vault), (acting(staff(Role.DESK)), acting(staff(Role.DESK)))
    box.use_on_paper(db, clock, held.referendum, held.voters[0].voter_key)
    close(db, held, people)
    for counter in counters:
        paper.enter(db, held.referendum, [[0, 0, 1]], by=counter, now=AFTER)
    steps.reconcile(db, Clock(fixed=AFTER), held.referendum, "Verslag", by=people[0])
    db.get_one(PaperCount, (held.referendum.id, counters[0].id)).counts = [[0, 1, 0]]
    db.flush()
    for owner in (1, 3):
        counting.take_partial_decryption(db, held.referendum, owner, held.decryption(db, owner))

    with pytest.raises(gates.NotYet, match="verschillen"):
        steps.decrypt(db, Clock(fixed=AFTER), held.referendum, by=people[0])


def test_V14_no_figure_is_anywhere_before_the_hour_of_publication(app: Flask, db: Session, vault: Vault, people):
    held = a_referendum(db, vault)
    send_ballot(app, held, held.ballot())
    close(db, held, people)
    count(db, held, people)
    proclaim(db, held, people, hour=AFTER + DAY)
    db.commit()
    reader, base = app.test_client(), f"/referendum/{held.slug}"

    for path in (
        "uitslag.json",
        "uitslag.csv",
        "controlepakket.zip",
        "stukken/uitslag.json",
        "stukken/ontsleuteling-1.json",
    ):
        assert reader.get(f"{base}/{path}").status_code == 404, path
    assert reader.get(f"{base}/uitslag").status_code == 404


def test_V14_no_hash_of_the_figures_is_on_the_screen_of_staff_before_the_hour(
    app: Flask, pages: Pages, db: Session, vault: Vault, people
):
    held = a_referendum(db, vault)
    send_ballot(app, held, held.ballot())
    close(db, held, people)
    count(db, held, people)
    proclaim(db, held, people)
    later = [sha for name, sha in exhibits.hashes(db, held.referendum.id).items() if exhibits.is_told_later(name)]
    held.referendum.publishes_at = NOON + DAY
    db.commit()

    before = pages.as_(staff(Role.AUDITOR)).get(f"/beheer/referendum/{held.slug}").html
    held.referendum.publishes_at = NOON
    db.commit()
    after = pages.as_(staff(Role.AUDITOR)).get(f"/beheer/referendum/{held.slug}").html

    assert len(later) == 3
    assert [sha in before for sha in later] == [False] * 3
    assert [sha in after for sha in later] == [True] * 3


def test_two_people_move_the_hour_of_publication_as_long_as_it_has_not_come(
    app: Flask, db: Session, vault: Vault, people
):
    held = a_referendum(db, vault)
    close(db, held, people)
    count(db, held, people)
    proclaim(db, held, people, hour=AFTER + 40 * DAY)

    proclaim(db, held, people, hour=AFTER + DAY)

    referendum, then, later = held.referendum, AFTER + DAY, (AFTER + 2 * DAY).isoformat()
    assert (referendum.state, referendum.publishes_at) == (State.PROCLAIMED, then)
    with pytest.raises(gates.NotYet, match="kan de uitslag al zien"):
        steps.propose(db, Clock(fixed=then), referendum, Act.PROCLAIM, by=people[0], about=later, now=then)


def test_an_hour_that_was_proposed_before_the_result_was_seen_hides_it_no_more(
    app: Flask, db: Session, vault: Vault, people
):
    held, late, tomorrow = a_referendum(db, vault), Clock(fixed=AFTER + DAY), (AFTER + DAY).isoformat()
    close(db, held, people)
    count(db, held, people)
    proclaim(db, held, people, hour=AFTER + timedelta(hours=1))
    steps.propose(db, Clock(fixed=AFTER), held.referendum, Act.PROCLAIM, by=people[0], about=tomorrow, now=AFTER)

    with pytest.raises(gates.NotYet):
        steps.confirm(db, late, held.referendum, Act.PROCLAIM, by=people[1], about=tomorrow, now=late.now())

    assert held.referendum.shows_outcome(late.now())


def test_what_follows_a_result_begins_when_everybody_sees_it(app: Flask, db: Session, vault: Vault, people):
    held = a_referendum(db, vault)
    close(db, held, people)
    count(db, held, people)
    proclaim(db, held, people, hour=AFTER + DAY)

    with pytest.raises(gates.NotYet):
        steps.plain_step(db, Clock(fixed=AFTER), held.referendum, "follow-up", by=people[0])


def test_after_the_appeal_period_nothing_tells_who_voted(app: Flask, db: Session, vault: Vault, people):
    held = a_referendum(db, vault)
    send_ballot(app, held, held.ballot())
    close(db, held, people)
    count(db, held, people)
    proclaim(db, held, people)
    with pytest.raises(gates.NotYet):
        destroy(db, held, people, at=AFTER + 29 * DAY)

    destroy(db, held, people, at=AFTER + 31 * DAY)

    assert held.referendum.state is State.ARCHIVED
    nothing_joins_voter_and_code(db, vault, held)


def test_V18_once_the_key_is_destroyed_no_notice_tells_who_voted(app: Flask, db: Session, vault: Vault, people):
    held = a_referendum(db, vault, voters=4, rules={"batch_least": 3})
    first, last = a_resident(), a_resident()
    becomes(db, held, 0, first)
    becomes(db, held, 3, last)
    for voter in range(3):
        send_ballot(app, held, held.ballot(voter))
    db.expire_all()
    assert board.put_up(db, held.referendum, NOON) == 3
    assert send_ballot(app, held, held.ballot(3, (NO,))).json["counted"] is True
    db.expire_all()
    close(db, held, people)
    tell_owners(app, db)
    assert told_of_a_ballot(db) == [first.id]
    count(db, held, people)
    proclaim(db, held, people)

    destroy(db, held, people, at=AFTER + 31 * DAY)
    tell_owners(app, db)

    assert told_of_a_ballot(db) == []


def test_destroying_the_key_of_one_referendum_leaves_the_notices_of_another(
    app: Flask, db: Session, vault: Vault, people
):
    held, other, voter = a_referendum(db, vault), a_referendum(db, vault), a_resident()
    becomes(db, other, 0, voter)
    for each in range(2):
        send_ballot(app, other, other.ballot(each))
    db.expire_all()
    board.put_up(db, other.referendum, NOON)
    tell_owners(app, db)
    annul(db, held, people, at=AFTER)

    destroy(db, held, people, at=AFTER + 31 * DAY)

    assert told_of_a_ballot(db) == [voter.id]


def tell_owners(app: Flask, db: Session) -> None:
    """Deliver every batch that appeared to the owners of its ballots."""
    with app.test_request_context():
        for message in db.scalars(select(Message).where(Message.topic == "referendum.batch").order_by(Message.id)):
            subscribers.tell_owners(db, message)


def told_of_a_ballot(db: Session) -> list[int]:
    """The accounts with a notice that a ballot of theirs arrived."""
    told = select(Notice.account_id).where(Notice.kind.startswith("referendum-ballot"))
    return list(db.scalars(told.order_by(Notice.account_id)))


def annul(db: Session, held: Held, people, *, at, why="Een fout in de lijst.") -> None:
    clock = Clock(fixed=at)
    steps.propose(db, clock, held.referendum, Act.ANNUL, by=people[0], about=why, now=at)
    steps.confirm(db, clock, held.referendum, Act.ANNUL, by=people[1], about=why, now=at)


def destroy(db: Session, held: Held, people, *, at) -> None:
    clock = Clock(fixed=at)
    steps.propose(db, clock, held.referendum, Act.DESTROY, by=people[0], now=at)
    steps.confirm(db, clock, held.referendum, Act.DESTROY, by=people[1], now=at)


def nothing_joins_voter_and_code(db: Session, vault: Vault, held: Held) -> None:
    with pytest.raises(poll_keys.KeyDestroyed):
        poll_keys.key_of(vault, held.referendum)
    db.expire_all()
    assert set(db.scalars(select(RollEntry.credential_key))) == {None}
    assert "gewist" in exhibits.body(db, held.referendum.id, exhibits.DESTRUCTION)


def test_after_annulment_nothing_tells_who_voted_either_an_appeal_period_later(
    app: Flask, pages, db: Session, vault: Vault, people
):
    held = a_referendum(db, vault)
    send_ballot(app, held, held.ballot())
    annul(db, held, people, at=AFTER)
    with pytest.raises(gates.NotYet, match="bezwaartermijn"):
        destroy(db, held, people, at=AFTER + 29 * DAY)

    destroy(db, held, people, at=AFTER + 31 * DAY)

    assert held.referendum.state is State.ANNULLED
    nothing_joins_voter_and_code(db, vault, held)
    with pytest.raises(gates.NotYet, match="al gewist"):
        destroy(db, held, people, at=AFTER + 32 * DAY)
    db.commit()
    assert "Wis wie welke code had" not in pages.as_(staff(Role.REFERENDUM)).get(f"/beheer/referendum/{held.slug}")


@pytest.mark.parametrize("follows_up", [False, True])
def test_an_upheld_appeal_annuls_a_result_that_stays_readable_and_checkable(
    app: Flask, pages, db: Session, vault: Vault, people, tmp_path: Path, follows_up
):
    held = a_referendum(db, vault, opens_at=NOON - 9 * DAY, closes_at=NOON + DAY)
    send_ballot(app, held, held.ballot())
    close(db, held, people)
    count(db, held, people)
    proclaim(db, held, people)
    held.referendum.publishes_at = NOON - DAY
    if follows_up:
        steps.plain_step(db, Clock(fixed=AFTER), held.referendum, "follow-up", by=people[0])
    archive = ArchiveFile(tmp_path, held.referendum.uuid)
    archive.bring_up(db, held.referendum, AFTER)
    before = archive.path.read_bytes()

    annul(db, held, people, at=AFTER, why="De rechter gaf een kiezer gelijk.")
    db.commit()

    for page in ("uitslag", "zaal"):
        shown = pages.get(f"/referendum/{held.slug}/{page}").text
        assert "Deze uitslag geldt niet" in shown
        assert "De rechter gaf een kiezer gelijk." in shown
    assert archive.bring_up(db, held.referendum, AFTER).step == "Result"
    assert archive.path.read_bytes() == before
    assert pages.raw(f"/referendum/{held.slug}/controlepakket.zip").status_code == 200
    assert "Wis wie welke code had" in pages.as_(staff(Role.REFERENDUM)).get(f"/beheer/referendum/{held.slug}")
    assert "bezwaartermijn" in pages.as_(staff(Role.PUBLISHER)).get(f"/beheer/referendum/{held.slug}/samen/wissen")


def test_a_result_that_nobody_saw_is_never_shown_after_annulment(app: Flask, db: Session, vault: Vault, people):
    held = a_referendum(db, vault)
    send_ballot(app, held, held.ballot())
    close(db, held, people)
    count(db, held, people)
    proclaim(db, held, people, hour=AFTER + DAY)

    annul(db, held, people, at=AFTER)

    assert not held.referendum.shows_outcome(AFTER + 2 * DAY)


def test_steps_out_of_order_are_refused(db: Session, vault: Vault, people):
    held = a_referendum(db, vault)

    with pytest.raises(IllegalTransition):
        steps.decrypt(db, Clock(fixed=AFTER), held.referendum, by=people[0])


def test_two_people_is_a_rule_of_the_table(db: Session, vault: Vault, people):
    held = a_referendum(db, vault)
    db.add(
        TwoPersonAct(
            referendum_id=held.referendum.id, act=Act.CLOSE, first_by_id=people[0].id, first_at=NOON,
            second_by_id=people[0].id, second_at=NOON,
        )
    )  # fmt: skip

    with pytest.raises(Exception, match=r"two_people|CHECK"):
        db.flush()


def test_the_archive_only_ever_grows_and_comes_back_identical(
    app: Flask, db: Session, vault: Vault, people, tmp_path: Path
):
    held = a_referendum(db, vault)
    archive = ArchiveFile(tmp_path, held.referendum.uuid)
    seen = []
    for voter in range(2):
        send_ballot(app, held, held.ballot(voter))
        db.expire_all()
        board.put_up(db, held.referendum, NOON + voter * timedelta(hours=1))
        archive.bring_up(db, held.referendum, NOON)
        seen.append(archive.path.read_bytes())
    close(db, held, people)
    archive.bring_up(db, held.referendum, AFTER)
    seen.append(archive.path.read_bytes())

    assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(seen))
    again = ArchiveFile(tmp_path / "elsewhere", held.referendum.uuid)
    again.bring_up(db, held.referendum, AFTER)
    assert again.path.read_bytes() == seen[-1]


def test_an_archive_of_codes_that_were_thrown_away_is_not_gone_on_with(db: Session, vault: Vault, tmp_path: Path):
    held = a_referendum(db, vault, state=State.KEYS)
    archive = ArchiveFile(tmp_path, held.referendum.uuid)
    archive.bring_up(db, held.referendum, NOON)
    others = compact(sorted(str(public_of(secret_of(make_credential(), held.election.uuid))) for _ in range(3)))
    exhibits.withdraw(db, held.referendum, exhibits.CREDENTIALS)
    exhibits.keep(db, held.referendum, exhibits.CREDENTIALS, others)
    db.commit()

    archive.bring_up(db, held.referendum, NOON)

    assert others.encode() in archive.path.read_bytes()


def test_the_zero_report_says_that_the_box_was_empty_and_who_hold_its_key(db: Session, vault: Vault, people):
    held = a_referendum(db, vault, state=State.CREDENTIALS)
    for number, name in ((2, "Universiteit Gent"), (1, "De stadssecretaris")):
        kept(TrusteeSeat(referendum_id=held.referendum.id, number=number, name=name, link_hash=f"{number}" * 64))
    kept(
        Rehearsal(
            referendum_id=held.referendum.id, archive=b"", board_hash="0" * 64, expected=[], made_at=NOON,
            passed_at=NOON, subsets=3,
        )
    )  # fmt: skip
    clock = Clock(fixed=NOON)
    steps.propose(db, clock, held.referendum, Act.OPEN, by=people[0], now=NOON)
    steps.confirm(db, clock, held.referendum, Act.OPEN, by=people[1], now=NOON)

    report = json.loads(exhibits.body(db, held.referendum.id, exhibits.ZERO_REPORT))
    assert (report["ballots"], report["rights_used"], report["roll"]) == (0, 0, 3)
    assert queries.rights_used(db, held.referendum)[Channel.WEB] == 0
    assert report["programs"] == programs.served()
    assert (report["trustees"], report["threshold"]) == (["De stadssecretaris", "Universiteit Gent"], 2)


def test_a_box_that_is_not_empty_is_not_opened(db: Session, vault: Vault, people, app: Flask):
    held = a_referendum(db, vault)
    send_ballot(app, held, held.ballot())
    held.referendum.state = State.CREDENTIALS
    db.flush()

    with pytest.raises(gates.NotYet, match="niet leeg"):
        steps.propose(db, Clock(fixed=NOON), held.referendum, Act.OPEN, by=people[0], now=NOON)

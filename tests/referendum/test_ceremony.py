"""The ceremony on the server: personal links, steps in order, complaints, beginning again, and the rehearsal (F21)."""

import hashlib
import itertools
import json
from typing import Any

import pytest
from flask import Flask
from gmpy2 import mpz
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import Invalid, NotThere
from spreekt.kernel.vault import Vault
from spreekt.modules.referendum import ceremony, counting, drafts, exhibits, gates, rehearsal, steps
from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.ballot.ceremony import STEPS, Step
from spreekt.modules.referendum.ballot.decryption import partial_decryption
from spreekt.modules.referendum.ballot.own_key import Trustee, new_seed_text
from spreekt.modules.referendum.ballot.randomness import draw_secret
from spreekt.modules.referendum.drafts import template_of
from spreekt.modules.referendum.models import Act, Referendum, State
from spreekt.modules.referendum.regulation import Regulation
from spreekt.modules.referendum.trustee_models import KeyPiece, TrusteeSeat
from tests.builders import DAY, NOON, acting, staff
from tests.pages import Pages
from tests.referendum.builders import a_referendum

NAMES = ("Stadssecretaris", "Oppositie", "Notaris")


class Meeting:
    """The trustees of a referendum around a table, each with a secret and a link."""

    def __init__(self, db: Session, vault: Vault, *, state: State = State.ROLL, **fields: Any) -> None:
        self.db, self.vault = db, vault
        self.referendum: Referendum = a_referendum(db, vault, state=state, voters=1, **fields).referendum
        self.manager = acting(staff(Role.REFERENDUM))
        self.people = [Trustee(new_seed_text(), n) for n in range(1, self.referendum.trustee_count + 1)]
        names = [f"Sleutelhouder {each.index}" for each in self.people]
        self.links = ceremony.invite(db, vault, self.referendum, names, by=self.manager)
        db.flush()

    def seat(self, number: int) -> TrusteeSeat:
        return ceremony.seat_of(self.db, self.vault, self.referendum, self.links[number - 1])

    def so_far(self) -> Any:
        return ceremony.ceremony_of(self.referendum, ceremony.pieces_of(self.db, self.referendum))

    def piece(self, number: int, step: Step) -> str:
        return compact(self.people[number - 1].publish(self.so_far(), step))

    def give(self, number: int, step: Step, body: str = "") -> None:
        text = body or self.piece(number, step)
        ceremony.publish(self.db, self.referendum, self.seat(number), step, text, now=NOON)

    def until(self, last: Step = STEPS[-1]) -> "Meeting":
        """Everybody does all steps up to and with this one."""
        for step in STEPS[: STEPS.index(last) + 1]:
            for person in self.people:
                self.give(person.index, step)
        return self

    def confirm(self) -> "Meeting":
        for person in self.people:
            ceremony.confirm(self.db, self.referendum, self.seat(person.index), now=NOON)
        return self

    def prepare(self) -> rehearsal.Rehearsal:
        text = ceremony.trustees_text(self.db, self.referendum)
        template = template_of(self.referendum)
        return rehearsal.prepare(self.db, self.referendum, template, text, by=self.manager, now=NOON)

    def part(self, number: int, *, secret: mpz | None = None) -> str:
        last = rehearsal.last_of(self.db, self.referendum)
        assert last is not None
        box = rehearsal.box_of(last)
        key = self.people[number - 1].decryption_key(self.so_far()) if secret is None else secret
        return compact(partial_decryption(box.tally, key, owner=number, phi=box.election.fingerprint))

    def rehearse(self, number: int) -> None:
        rehearsal.take_part(self.db, self.referendum, number, self.part(number), now=NOON)


@pytest.fixture
def meeting(db: Session, vault: Vault) -> Meeting:
    return Meeting(db, vault)


def test_a_link_is_known_by_its_fingerprint_only(meeting: Meeting, db: Session, vault: Vault) -> None:
    assert [meeting.seat(n).number for n in (1, 2, 3)] == [1, 2, 3]
    assert all(link not in {seat.link_hash for seat in ceremony.seats_of(db, meeting.referendum)}
               for link in meeting.links)  # fmt: skip

    with pytest.raises(NotThere):
        ceremony.seat_of(db, vault, meeting.referendum, "geraden")
    with pytest.raises(NotThere):
        ceremony.seat_of(db, vault, a_referendum(db, vault).referendum, meeting.links[0])


def test_a_new_link_kills_the_old_one(meeting: Meeting, db: Session, vault: Vault) -> None:
    link = ceremony.new_link(db, vault, meeting.referendum, 2, by=meeting.manager)
    db.flush()

    assert ceremony.seat_of(db, vault, meeting.referendum, link).number == 2
    with pytest.raises(NotThere):
        meeting.seat(2)
    with pytest.raises(NotThere):
        ceremony.new_link(db, vault, meeting.referendum, 4, by=meeting.manager)


@pytest.mark.parametrize("names", [[], ["A", "B"], ["A", "B", "C", "D"], ["A", "B", " A "], ["A", "B", "x" * 121]])
def test_there_are_as_many_trustees_as_the_referendum_has(db: Session, vault: Vault, names: list[str]) -> None:
    referendum = a_referendum(db, vault, state=State.ROLL).referendum

    with pytest.raises(Invalid):
        ceremony.invite(db, vault, referendum, names, by=acting(staff(Role.REFERENDUM)))


def test_trustees_are_invited_once_and_in_time(meeting: Meeting, db: Session, vault: Vault) -> None:
    with pytest.raises(Invalid):
        ceremony.invite(db, vault, meeting.referendum, NAMES, by=meeting.manager)
    with pytest.raises(ceremony.NotNow):
        ceremony.invite(db, vault, a_referendum(db, vault).referendum, NAMES, by=meeting.manager)


def test_a_key_is_made_and_the_election_follows_from_it(meeting: Meeting, db: Session) -> None:
    assert not ceremony.is_complete(db, meeting.referendum)
    meeting.until()
    assert not ceremony.is_complete(db, meeting.referendum)
    meeting.confirm()

    assert ceremony.is_complete(db, meeting.referendum)
    election = ceremony.election_of(db, meeting.referendum)
    assert (election.uuid, election.template) == (meeting.referendum.uuid, template_of(meeting.referendum))


def test_a_step_waits_for_the_others(meeting: Meeting) -> None:
    meeting.give(1, Step.CERTIFICATE)

    with pytest.raises(ceremony.WaitForOthers, match="2, 3"):
        meeting.give(1, Step.PROMISE, '"' + "0" * 64 + '"')


def test_the_same_piece_again_does_no_harm_and_another_one_is_refused(meeting: Meeting) -> None:
    piece = meeting.piece(1, Step.CERTIFICATE)
    meeting.give(1, Step.CERTIFICATE, piece)

    meeting.give(1, Step.CERTIFICATE, piece)
    with pytest.raises(ceremony.AlreadyGiven):
        meeting.give(1, Step.CERTIFICATE)


@pytest.mark.parametrize("body", ["", "{}", "[]", "nul", '{"message":"x","signature":{}}', "[" * 900])
def test_a_piece_that_is_none_is_refused(meeting: Meeting, db: Session, body: str) -> None:
    with pytest.raises(ceremony.WrongPiece):
        ceremony.publish(db, meeting.referendum, meeting.seat(1), Step.CERTIFICATE, body, now=NOON)


def test_a_piece_in_another_spelling_is_refused(meeting: Meeting) -> None:
    with pytest.raises(ceremony.WrongPiece):
        meeting.give(1, Step.CERTIFICATE, meeting.piece(1, Step.CERTIFICATE).replace(":", ": ", 1))


def test_a_rushing_trustee_cannot_change_what_was_promised(meeting: Meeting) -> None:
    meeting.until(Step.PROMISE)
    meeting.people[2] = Trustee(new_seed_text(), 3)

    with pytest.raises(ceremony.WrongPiece) as refusal:
        meeting.give(3, Step.COMMITMENT)
    assert refusal.value.args[0] == 3


def test_nobody_goes_on_after_a_complaint_until_all_begin_again(meeting: Meeting, db: Session) -> None:
    meeting.until(Step.SHARES)
    ceremony.complain(db, meeting.referendum, meeting.seat(1), 3, now=NOON)
    ceremony.complain(db, meeting.referendum, meeting.seat(1), 3, now=NOON)

    assert ceremony.complaints_of(db, meeting.referendum) == [(1, 3)]
    with pytest.raises(ceremony.Contested):
        meeting.give(2, Step.KEY)
    with pytest.raises(NotThere):
        ceremony.complain(db, meeting.referendum, meeting.seat(1), 1, now=NOON)
    with pytest.raises(Invalid):
        ceremony.begin_again(db, meeting.referendum, by=meeting.manager, reason=" ")

    ceremony.begin_again(db, meeting.referendum, by=meeting.manager, reason="Stick kapot")
    db.flush()
    meeting.until().confirm()
    assert ceremony.is_complete(db, meeting.referendum)


def test_after_the_keys_are_fixed_nothing_changes_any_more(meeting: Meeting, db: Session) -> None:
    meeting.until()
    meeting.referendum.state = State.KEYS

    for refused in (
        lambda: ceremony.begin_again(db, meeting.referendum, by=meeting.manager, reason="zomaar"),
        lambda: ceremony.complain(db, meeting.referendum, meeting.seat(1), 2, now=NOON),
        lambda: ceremony.confirm(db, meeting.referendum, meeting.seat(1), now=NOON),
        lambda: meeting.give(1, Step.KEY, "{}"),
    ):
        with pytest.raises(ceremony.NotNow):
            refused()


def test_who_confirms_before_all_are_done_must_wait(meeting: Meeting, db: Session) -> None:
    meeting.until(Step.SHARES)

    with pytest.raises(ceremony.WaitForOthers):
        ceremony.confirm(db, meeting.referendum, meeting.seat(1), now=NOON)


def test_the_database_knows_one_piece_a_step_and_one_trustee_a_place(meeting: Meeting, db: Session) -> None:
    meeting.give(1, Step.CERTIFICATE)
    piece = {"seat_id": meeting.seat(1).id, "step": Step.CERTIFICATE, "body": "x", "given_at": NOON}
    seat = {"referendum_id": meeting.referendum.id, "number": 1, "name": "x", "link_hash": "y"}

    for table, row in ((KeyPiece, piece), (TrusteeSeat, seat)):
        savepoint = db.begin_nested()
        with pytest.raises(IntegrityError):
            db.execute(insert(table).values(**row))
        savepoint.rollback()


@pytest.mark.parametrize(("count", "threshold", "groups"), [(3, 2, 3), (4, 3, 4), (1, 1, 1)])
def test_f21_a_rehearsal_passes_when_every_group_opened_it(
    db: Session, vault: Vault, count: int, threshold: int, groups: int
) -> None:
    meeting = Meeting(db, vault, trustee_count=count, threshold=threshold)
    meeting.until().confirm()
    prepared = meeting.prepare()
    assert len(set(prepared.expected[0])) > 1

    for person in meeting.people:
        assert not ceremony.rehearsal_passed(db, meeting.referendum)
        meeting.rehearse(person.index)

    assert ceremony.rehearsal_passed(db, meeting.referendum)
    last = rehearsal.last_of(db, meeting.referendum)
    assert last is not None
    assert last.subsets == groups


def test_f21_the_share_of_another_one_or_another_ceremony_does_not_pass(meeting: Meeting, db: Session) -> None:
    meeting.until().confirm()
    with pytest.raises(rehearsal.NoRehearsal):
        rehearsal.take_part(db, meeting.referendum, 1, "{}", now=NOON)
    meeting.prepare()
    db.flush()
    stranger = draw_secret()

    for number, body in ((1, meeting.part(1, secret=stranger)), (2, meeting.part(1)), (9, meeting.part(1)), (1, "[]")):
        with pytest.raises(rehearsal.WrongPart):
            rehearsal.take_part(db, meeting.referendum, number, body, now=NOON)
    assert rehearsal.parts_of(db, rehearsal.last_of(db, meeting.referendum) or pytest.fail("none")) == {}


def test_a_new_rehearsal_takes_the_place_of_the_old_one(meeting: Meeting, db: Session) -> None:
    meeting.until().confirm()
    meeting.prepare()
    db.flush()
    for person in meeting.people:
        meeting.rehearse(person.index)
    assert ceremony.rehearsal_passed(db, meeting.referendum)

    meeting.prepare()
    db.flush()
    assert not ceremony.rehearsal_passed(db, meeting.referendum)


def test_keys_are_not_fixed_and_the_box_not_opened_before_the_rehearsal_passed(meeting: Meeting, db: Session) -> None:
    clock = Clock(fixed=NOON)
    for name in (exhibits.ELECTION, exhibits.TRUSTEES):
        db.delete(db.get_one(exhibits.Exhibit, (meeting.referendum.id, name)))
    db.flush()

    def refused(step: str) -> str:
        return " ".join(gates.reasons(db, meeting.referendum, step, now=NOON, database_now=NOON))

    assert "sleutelhouders" in refused("make-keys")
    meeting.until().confirm()
    meeting.prepare()
    db.flush()
    assert "repetitie" in refused("make-keys")
    assert "repetitie" in refused("open")
    with pytest.raises(gates.NotYet):
        steps.make_keys(db, clock, meeting.referendum, by=meeting.manager)
    for person in meeting.people:
        meeting.rehearse(person.index)

    assert refused("make-keys") == ""
    assert "repetitie" not in refused("open")
    steps.make_keys(db, clock, meeting.referendum, by=meeting.manager)
    assert meeting.referendum.fingerprint == ceremony.election_of(db, meeting.referendum).fingerprint
    assert Act.OPEN in steps.TWO_PERSON_STEPS


class Sender:
    """What the page of one trustee sends."""

    def __init__(self, app: Flask, meeting: Meeting, number: int) -> None:
        self.client = app.test_client()
        self.here = f"/referendum/{meeting.referendum.slug}/sleutels/{meeting.links[number - 1]}"

    def stand(self, seen: str = "") -> Any:
        return self.client.get(f"{self.here}/stand.json?gezien={seen}").json

    def give(self, path: str, **sent: Any) -> Any:
        return self.client.post(self.here + path, json=sent)


def test_the_page_of_a_trustee_is_stored_nowhere_and_is_whole(meeting: Meeting, app: Flask, pages: Pages) -> None:
    here = Sender(app, meeting, 1).here

    sheet = pages.get(here)
    assert "sleutelhouder 1 van 3" in sheet
    assert pages.raw(here).headers["Cache-Control"] == "no-store"
    pages.get(here[:-3] + "abc", status=404)


def test_the_page_of_a_trustee_asks_every_four_seconds_how_far_the_others_are(
    meeting: Meeting, app: Flask, pages: Pages
) -> None:
    assert '"poll_ms": 4000' in pages.get(Sender(app, meeting, 1).here).html


def test_a_whole_ceremony_and_rehearsal_over_http(meeting: Meeting, app: Flask, db: Session) -> None:
    senders = {person.index: Sender(app, meeting, person.index) for person in meeting.people}
    for step, person in itertools.product(STEPS, meeting.people):
        answer = senders[person.index].give("/stap", step=step.value, content=meeting.piece(person.index, step))
        assert answer.json == {"ok": True}
    for sender in senders.values():
        assert sender.give("/klaar").json == {"ok": True}

    stand = senders[1].stand()
    assert stand["phase"] == "wait"
    assert [each["confirmed"] for each in stand["trustees"]] == [True, True, True]
    assert senders[1].stand(stand["mark"])["pieces"] is None
    meeting.prepare()
    db.commit()
    assert senders[1].stand()["phase"] == "rehearsal"
    assert senders[1].client.get(senders[1].here + "/repetitie.bel").data[:8] == b"BELENIOS"
    for number, sender in senders.items():
        assert sender.give("/repetitie", content=meeting.part(number)).json == {"ok": True}
    assert senders[2].stand()["rehearsal"]["passed"] is True


def test_what_is_wrong_is_said_in_words_and_stores_nothing(meeting: Meeting, app: Flask, db: Session) -> None:
    sender = Sender(app, meeting, 2)

    wrong = sender.give("/stap", step="certificate", content="{}")
    assert (wrong.status_code, wrong.json["ok"]) == (422, False)
    assert "sleutelhouder 2" in wrong.json["message"]
    assert sender.give("/stap", step="gok", content="{}").status_code == 404
    assert sender.give("/stap", step="certificate", content=5).status_code == 422
    assert sender.client.post(sender.here + "/klaar", data="geen json").status_code == 422
    assert sender.give("/klaar").status_code == 409
    assert sender.give("/opening", content="{}").status_code == 409
    assert sender.client.get(sender.here + "/stembus.bel").status_code == 404
    assert sender.client.get(sender.here + "/repetitie.bel").status_code == 404
    assert ceremony.pieces_of(db, meeting.referendum)[Step.CERTIFICATE] == {}


def test_who_guesses_links_is_stopped(meeting: Meeting, app: Flask) -> None:
    client = app.test_client()

    answers = [client.get(f"/referendum/{meeting.referendum.slug}/sleutels/gok{n}").status_code for n in range(32)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_the_manager_invites_follows_and_rehearses(db: Session, vault: Vault, pages: Pages) -> None:
    referendum = a_referendum(db, vault, state=State.ROLL).referendum
    manager = pages.as_(staff(Role.REFERENDUM))
    page = f"/beheer/referendum/{referendum.slug}/sleutels"
    db.commit()

    refused = manager.send(page, names="Eén\nTwee", status=422)
    assert "Vul 3 namen in" in refused
    shown = manager.send(page, names="\n".join(NAMES), status=200)
    assert all(name in shown for name in NAMES)
    assert shown.text.count(f"/referendum/{referendum.slug}/sleutels/") == 3
    seen = manager.get(page)
    assert "Nog niet begonnen" in seen
    assert "/sleutels/" not in seen.text
    pages.as_(staff(Role.AUDITOR)).get(page)
    pages.as_(staff(Role.MODERATOR)).get(page, status=404)


def test_the_text_of_pieces_is_kept_byte_for_byte(meeting: Meeting, db: Session) -> None:
    piece = meeting.piece(1, Step.CERTIFICATE)
    meeting.give(1, Step.CERTIFICATE, piece)
    db.expire_all()

    kept = ceremony.pieces_of(db, meeting.referendum)[Step.CERTIFICATE][1]
    assert kept == piece
    assert compact(json.loads(kept)) == piece


def test_the_hash_of_a_sealed_box_stands_where_staff_reads_it_aloud(app: Flask, db: Session, vault: Vault, pages: Pages,
                                                                    meeting: Meeting) -> None:  # fmt: skip
    held = a_referendum(db, vault, state=State.CLOSED)
    counting.fix_encrypted_tally(db, held.referendum)
    names = [f"Sleutelhouder {n}" for n in (1, 2, 3)]
    held.referendum.state = State.ROLL
    links = ceremony.invite(db, vault, held.referendum, names, by=meeting.manager)
    held.referendum.state = State.CLOSED
    db.commit()
    client, here = app.test_client(), f"/referendum/{held.slug}/sleutels/{links[0]}"

    board = client.get(here + "/stand.json").json["box"]["board_hash"]
    assert hashlib.sha256(client.get(here + "/stembus.bel").data).hexdigest() == board
    assert board in pages.as_(staff(Role.REFERENDUM)).get(f"/beheer/referendum/{held.slug}/sleutels")
    assert board in pages.get(f"/referendum/{held.slug}/bulletin")
    assert client.post(here + "/opening", json={"content": held.decryption(db, 2)}).status_code == 422
    assert client.post(here + "/opening", json={"content": held.decryption(db, 1)}).json == {"ok": True}
    assert exhibits.opened_by(db, held.referendum) == [1]


@pytest.mark.parametrize(
    ("count", "threshold", "says"),
    [(3, 1, "minstens 2"), (1, 1, "minstens 2"), (2, 2, "minstens 1 meer"), (3, 3, "minstens 1 meer"),
     (10, 2, "3 tot 9")],
)  # fmt: skip
def test_no_trustee_opens_alone_and_one_may_always_be_missed(
    db: Session, vault: Vault, count: int, threshold: int, says: str
) -> None:
    draft = drafts.Draft(
        title="Proef", intro="", opens_at=NOON, closes_at=NOON + DAY, trustee_count=count, threshold=threshold
    )

    with pytest.raises(Invalid, match=says):
        drafts.create(db, vault, slug="proef", draft=draft, rules=Regulation(source="x"),
                      by=acting(staff(Role.REFERENDUM)))  # fmt: skip

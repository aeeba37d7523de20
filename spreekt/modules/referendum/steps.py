"""What each step of a referendum's life does, besides moving its state. Refusals first: gates.py tells them all."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from spreekt.electorate.models import Channel
from spreekt.kernel import outbox
from spreekt.kernel.actor import SYSTEM, Actor
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid
from spreekt.kernel.workflow import move
from spreekt.modules.referendum import (
    board,
    box,
    ceremony,
    counting,
    exhibits,
    gates,
    incidents,
    paper,
    programs,
    queries,
    roll_freeze,
    two_people,
)
from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.incidents import Kind
from spreekt.modules.referendum.life import LIFE
from spreekt.modules.referendum.models import Act, Referendum, RollEntry, State, TwoPersonAct
from spreekt.notices import domain as notices

TWO_PERSON_STEPS: Mapping[Act, str] = {
    Act.ROLL: "freeze-roll",
    Act.OPEN: "open",
    Act.SUSPEND: "suspend",
    Act.RESUME: "resume",
    Act.CLOSE: "close",
    Act.PROCLAIM: "proclaim",
    Act.ANNUL: "annul",
    Act.DESTROY: "archive",
}
"""The step that an act of two people takes."""
DESTROYING = "destroy"
"""The step of Act.DESTROY where there is nothing to archive: an annulled referendum stays annulled."""
MOVING_HOUR = "move-hour"
"""The step of Act.PROCLAIM once it was done: until the hour comes, two people agree on another one."""
NEEDS_A_REASON = frozenset({Act.SUSPEND, Act.RESUME, Act.ANNUL})


def step_of(referendum: Referendum, act: Act) -> str:
    """The step that an act of two people takes for this referendum."""
    if act is Act.DESTROY and referendum.is_annulled:
        return DESTROYING
    if act is Act.PROCLAIM and referendum.state is State.PROCLAIMED:
        return MOVING_HOUR
    return TWO_PERSON_STEPS[act]


def plain_step(db: Session, clock: Clock, referendum: Referendum, step: str, *, by: Actor, reason: str = "") -> None:
    """A step that one person takes and that does nothing else. Raises NotYet, IllegalTransition, Forbidden."""
    _ready(db, clock, referendum, step, by=by)
    _move(db, referendum, step, by=by, reason=reason)


def announce(db: Session, clock: Clock, referendum: Referendum, *, by: Actor) -> None:
    """Freeze every word and publish its hash."""
    _ready(db, clock, referendum, "announce", by=by)
    exhibit = exhibits.keep(db, referendum, exhibits.QUESTION, compact(frozen_form(referendum)))
    referendum.frozen_sha256 = exhibit.sha256
    _move(db, referendum, "announce", by=by, reason=f"sha256 {exhibit.sha256}")
    outbox.record(db, "referendum.announced", referendum_id=referendum.id)


def frozen_form(referendum: Referendum) -> dict[str, Any]:
    """What is frozen at the announcement, in the order in which it is written."""
    return {
        "referendum": referendum.slug,
        "uuid": referendum.uuid,
        "title": referendum.title,
        "intro": referendum.intro,
        "questions": [
            {
                "question": question.text,
                "answers": question.answers,
                "blank": question.allows_blank,
                "explanation": question.explanation,
                "arguments_for": question.arguments_for,
                "arguments_against": question.arguments_against,
            }
            for question in referendum.questions
        ],
        "place": referendum.place,
        "rules": referendum.rules,
        "opens_at": referendum.poll.opens_at.isoformat(),
        "closes_at": referendum.poll.closes_at.isoformat(),
        "reference_date": referendum.reference_on.isoformat(),
        "decided_on": referendum.decided_on.isoformat() if referendum.decided_on else None,
        "decision": referendum.decision_uri,
        "trustees": referendum.trustee_count,
        "threshold": referendum.threshold,
    }


def make_keys(db: Session, clock: Clock, referendum: Referendum, *, by: Actor) -> None:
    """Fix the election file under the key that the trustees made together, beside nothing that changes it."""
    ceremony.alone(db, referendum)
    _ready(db, clock, referendum, "make-keys", by=by)
    election = ceremony.election_of(db, referendum)
    exhibits.keep(db, referendum, exhibits.ELECTION, election.text)
    exhibits.keep(db, referendum, exhibits.TRUSTEES, ceremony.trustees_text(db, referendum))
    referendum.fingerprint = election.fingerprint
    _move(db, referendum, "make-keys", by=by, reason=f"phi {election.fingerprint}")


def propose(
    db: Session, clock: Clock, referendum: Referendum, act: Act, *, by: Actor, about: str = "", now: datetime
) -> None:
    """The first person's half of an act. Raises NotYet, Invalid without a reason where one is needed."""
    if act in NEEDS_A_REASON and not about.strip():
        raise Invalid(N_("Geef een reden. Iedereen kan ze lezen."))
    _ready(db, clock, referendum, step_of(referendum, act), by=by)
    two_people.propose(db, referendum, act, about=about, by=by, now=now)


def confirm(
    db: Session, clock: Clock, referendum: Referendum, act: Act, *, by: Actor, about: str = "", now: datetime
) -> None:
    """The second person's half: from here on it holds. Raises NotYet, SamePerson, NotProposed."""
    step = step_of(referendum, act)
    box.alone(db, referendum)
    _ready(db, clock, referendum, step, by=by)
    agreed = two_people.confirm(db, referendum, act, about=about, by=by, now=now).about
    _EFFECTS.get(act, _nothing_more)(db, clock, referendum, agreed)
    _move(db, referendum, step, by=by, reason=agreed)
    outbox.record(db, f"referendum.{step}", referendum_id=referendum.id)


def reconcile(db: Session, clock: Clock, referendum: Referendum, minutes: str, *, by: Actor) -> None:
    """Write the minutes: rights and ballots agree, or it is explained why not. Raises NotYet, Invalid.

    After every count of paper that is under way, and before any that follows.
    """
    box.alone(db, referendum)
    db.refresh(referendum)
    _ready(db, clock, referendum, "reconcile", by=by)
    used = queries.rights_used(db, referendum)
    differences = paper.differences(db, referendum, used[Channel.PAPER])
    if not minutes.strip():
        raise Invalid(" ".join([*differences, N_("Schrijf in het verslag wie erbij was en wat er opviel.")]))
    exhibits.keep(db, referendum, exhibits.MINUTES, minutes.strip() + "\n")
    _move(db, referendum, "reconcile", by=by)


def decrypt(db: Session, clock: Clock, referendum: Referendum, *, by: Actor) -> None:
    """Combine what the trustees opened and judge it under the regulation."""
    _ready(db, clock, referendum, "decrypt", by=by)
    counting.fix_outcome(db, referendum)
    _move(db, referendum, "decrypt", by=by)


def withdraw(db: Session, referendum: Referendum, act: Act, *, by: Actor) -> None:
    """Take a proposal back; whoever may propose it may. Raises Forbidden, NotProposed."""
    step = LIFE.step(step_of(referendum, act))
    if not step.guard(by, referendum):
        raise Forbidden(step.name)
    two_people.withdraw(db, referendum, act, by=by)


def may_confirm(db: Session, clock: Clock, referendum: Referendum, proposed: TwoPersonAct, *, by: Actor) -> bool:
    """Whether a proposal of somebody else waits for this person, and nothing stands in its way any more."""
    if proposed.first_by_id == by.id:
        return False
    try:
        _ready(db, clock, referendum, step_of(referendum, proposed.act), by=by)
    except DomainError:
        return False
    return True


def _move(db: Session, referendum: Referendum, step: str, *, by: Actor, reason: str = "") -> None:
    """Take a step; what was proposed and can no longer happen from there lapses."""
    move(db, LIFE, referendum, step, by=by, reason=reason)
    for act in two_people.waiting(db, referendum):
        if referendum.state not in LIFE.step(step_of(referendum, act)).sources:
            two_people.withdraw(db, referendum, act, by=SYSTEM)


def _ready(db: Session, clock: Clock, referendum: Referendum, step: str, *, by: Actor) -> None:
    LIFE.check(referendum, step, by=by)
    gates.check(db, referendum, step, now=clock.now(), database_now=clock.database_now(db))


def _nothing_more(_db: Session, _clock: Clock, _referendum: Referendum, _about: str) -> None:
    """The state says it all."""


def _opened(db: Session, clock: Clock, referendum: Referendum, _about: str) -> None:
    """The zero report: what was in the box when it opened, who hold its key, and with which programs people vote."""
    report = {
        "referendum": referendum.slug,
        "uuid": referendum.uuid,
        "election": referendum.fingerprint,
        "question_sha256": referendum.frozen_sha256,
        "roll": referendum.roll_count,
        "roll_sha256": referendum.roll_sha256,
        "credentials": referendum.roll_count,
        "credentials_sha256": exhibits.hashes(db, referendum.id)[exhibits.CREDENTIALS],
        "ballots": queries.voters_in_box(db, referendum),
        "rights_used": sum(queries.rights_used(db, referendum).values()),
        "trustees": [seat.name for seat in ceremony.seats_of(db, referendum)],
        "threshold": referendum.threshold,
        "programs": programs.served(),
        "written_on": clock.database_now(db).date().isoformat(),
    }
    exhibits.keep(db, referendum, exhibits.ZERO_REPORT, compact(report))


def _suspended(db: Session, clock: Clock, referendum: Referendum, about: str) -> None:
    referendum.public_reason = about
    incidents.note(db, referendum, Kind.STOPPED, about, now=clock.now())


def _annulled(_db: Session, clock: Clock, referendum: Referendum, about: str) -> None:
    """A result that nobody saw yet is never shown; one that everybody saw stays, with the reason beside it."""
    referendum.public_reason = about
    if referendum.publishes_at is not None and referendum.publishes_at > clock.now():
        referendum.publishes_at = None


def _resumed(db: Session, clock: Clock, referendum: Referendum, about: str) -> None:
    referendum.public_reason = ""
    incidents.note(db, referendum, Kind.WENT_ON, about, now=clock.now())


def _closed(db: Session, clock: Clock, referendum: Referendum, _about: str) -> None:
    """The last ballots go on the board, and the tally is fixed under encryption: nobody can open it alone."""
    referendum.public_reason = ""
    board.put_up(db, referendum, clock.database_now(db), is_last=True)
    counting.fix_encrypted_tally(db, referendum)


def _proclaimed(_db: Session, clock: Clock, referendum: Referendum, about: str) -> None:
    referendum.publishes_at = publication_hour(about, not_before=clock.now())


def publication_hour(about: str, *, not_before: datetime) -> datetime:
    """The hour two people agreed on, or this moment when it is past. Raises Invalid."""
    try:
        hour = datetime.fromisoformat(about)
    except ValueError:
        raise Invalid(N_("Kies de dag en het uur waarop iedereen de uitslag ziet.")) from None
    if hour.tzinfo is None:
        raise Invalid(N_("Kies de dag en het uur waarop iedereen de uitslag ziet."))
    return max(hour, not_before)


def _destroyed(db: Session, clock: Clock, referendum: Referendum, _about: str) -> None:
    """Throw away what joins residents and credentials, also who was told of a ballot, and say so in minutes."""
    db.execute(
        update(RollEntry)
        .where(RollEntry.referendum_id == referendum.id)
        .values(credential_key=None)
        .execution_options(synchronize_session=False)
    )
    referendum.sealed_key = ""
    notices.forget(db, board.notice_kind(referendum))
    exhibits.keep(
        db,
        referendum,
        exhibits.DESTRUCTION,
        f"Referendum {referendum.slug} ({referendum.uuid}).\n"
        f"Op {clock.database_now(db).date().isoformat()} is de sleutel gewist die kiezers en publieke codes verbond, "
        f"en de koppeling van {referendum.roll_count or 0} kiezers. Ook de berichten aan kiezers "
        "dat hun stem aankwam, zijn gewist. Twee personen bevestigden dat.\n",
    )


def _rolled(db: Session, _clock: Clock, referendum: Referendum, about: str) -> None:
    """Count and hash are counted once more, written down and published."""
    roll_freeze.fix_roll(db, referendum, about)


_EFFECTS = {
    Act.ROLL: _rolled,
    Act.OPEN: _opened,
    Act.SUSPEND: _suspended,
    Act.RESUME: _resumed,
    Act.CLOSE: _closed,
    Act.PROCLAIM: _proclaimed,
    Act.ANNUL: _annulled,
    Act.DESTROY: _destroyed,
}

"""What the one screen of staff shows of a referendum: every step, who takes it, and what still stands in its way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.electorate.models import Channel
from spreekt.kernel.actor import Actor
from spreekt.kernel.audit import LogEntry
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import N_
from spreekt.kernel.workflow import Transition
from spreekt.modules.referendum import board, exhibits, gates, paper, queries, steps, two_people
from spreekt.modules.referendum.life import LIFE
from spreekt.modules.referendum.models import Act, Referendum, State, TwoPersonAct


def _plain(name: str) -> Callable[..., None]:
    def take(db: Session, clock: Clock, referendum: Referendum, *, by: Actor, reason: str = "") -> None:
        steps.plain_step(db, clock, referendum, name, by=by, reason=reason)

    return take


def _without_reason(step: Callable[..., None]) -> Callable[..., None]:
    def take(db: Session, clock: Clock, referendum: Referendum, *, by: Actor, reason: str = "") -> None:
        step(db, clock, referendum, by=by)

    return take


PLAIN_STEPS: Mapping[str, Callable[..., None]] = {
    "to-council": _plain("to-council"),
    "rework": _plain("rework"),
    "announce": _without_reason(steps.announce),
    "make-keys": _without_reason(steps.make_keys),
    "issue": _plain("issue"),
    "decrypt": _without_reason(steps.decrypt),
    "follow-up": _plain("follow-up"),
}
"""Steps that a button on the screen takes; the others have a page of their own."""
ACT_OF = {step: act for act, step in steps.TWO_PERSON_STEPS.items()} | {
    steps.DESTROYING: Act.DESTROY,
    steps.MOVING_HOUR: Act.PROCLAIM,
}
WHO = {
    "freeze-roll": N_("registerhouder, met een tweede persoon"),
    "make-keys": N_("referendumbeheerder, na de sleutelhouders"),
    "issue": N_("referendumbeheerder, na de drukker"),
    "open": N_("twee personen: beheerder of publicatie"),
    "close": N_("twee personen: beheerder of publicatie"),
    "reconcile": N_("referendumbeheerder, na de telling van het papier"),
    "decrypt": N_("referendumbeheerder, na de sleutelhouders"),
    "proclaim": N_("twee personen: beheerder of publicatie"),
    "archive": N_("twee personen: beheerder of publicatie"),
}
"""Who takes a step, where it is not simply the referendum manager."""
MAIN_STEPS = (
    ("to-council", State.COUNCIL), ("announce", State.ANNOUNCED), ("freeze-roll", State.ROLL),
    ("make-keys", State.KEYS), ("issue", State.CREDENTIALS), ("open", State.OPEN), ("close", State.CLOSED),
    ("reconcile", State.RECONCILED), ("decrypt", State.DECRYPTED), ("proclaim", State.PROCLAIMED),
    ("follow-up", State.FOLLOW_UP), ("archive", State.ARCHIVED),
)  # fmt: skip
"""The road from idea to archive, and the state that each step leads to."""
SIDE_STEPS = ("rework", "suspend", "resume", steps.MOVING_HOUR, "annul", steps.DESTROYING)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step on the road."""

    step: Transition
    stands: str
    """done | now | next"""
    who: str
    reasons: tuple[str, ...]
    act: Act | None
    waiting: TwoPersonAct | None
    is_offered: bool
    """The reader may take it (or propose or confirm it) now."""


def of(db: Session, clock: Clock, referendum: Referendum, who: Actor, **more: Any) -> dict[str, Any]:
    """Everything the screen needs."""
    waiting = two_people.waiting(db, referendum)
    offered = {step.name for step in LIFE.offered(referendum, to=who)}
    reached = _reached(db, referendum)
    if not referendum.sealed_key:
        offered.discard(steps.DESTROYING)
    now, there = clock.now(), clock.database_now(db)
    if referendum.shows_outcome(now):
        offered.discard(steps.MOVING_HOUR)
    stages = []
    for place, (name, _state) in enumerate(MAIN_STEPS):
        if referendum.is_annulled and place >= reached:
            break  # nothing of the road comes any more
        stands = "done" if place < reached else "now" if place == reached else "next"
        reasons = gates.reasons(db, referendum, name, now=now, database_now=there) if stands == "now" else []
        act = ACT_OF.get(name)
        stages.append(
            Stage(
                step=LIFE.step(name),
                stands=stands,
                who=WHO.get(name, N_("referendumbeheerder")),
                reasons=tuple(reasons),
                act=act,
                waiting=waiting.get(act) if act else None,
                is_offered=name in offered,
            )
        )
    return {
        "referendum": referendum,
        "stages": stages,
        "side_steps": [LIFE.step(name) for name in SIDE_STEPS if name in offered],
        "act_of": ACT_OF,
        "plain_steps": PLAIN_STEPS,
        "waiting": waiting,
        "used": _used(db, referendum, now),
        "in_batches": board.moves_in_batches(referendum, now),
        "on_board": board.board_count(db, referendum),
        "hashes": exhibits.told_hashes(db, referendum, now),
        "opened_by": exhibits.opened_by(db, referendum),
        **more,
    }


def of_act(db: Session, clock: Clock, referendum: Referendum, act: Act, who: Actor) -> dict[str, Any]:
    """What the page of one act of two people needs."""
    name = steps.step_of(referendum, act)
    waiting = two_people.waiting(db, referendum).get(act)
    return {
        "referendum": referendum,
        "act": act,
        "step": LIFE.step(name),
        "needs_reason": act in steps.NEEDS_A_REASON,
        "about": what_it_is_about(referendum),
        "waiting": waiting,
        "hour": datetime.fromisoformat(waiting.about) if waiting and act is Act.PROCLAIM else None,
        "reasons": gates.reasons(db, referendum, name, now=clock.now(), database_now=clock.database_now(db)),
        "is_offered": name in {step.name for step in LIFE.offered(referendum, to=who)},
    }


def of_reconciliation(db: Session, referendum: Referendum) -> dict[str, Any]:
    """What the minutes must agree with."""
    used = queries.rights_used(db, referendum)
    return {
        "referendum": referendum,
        "used": used,
        "in_box": queries.voters_in_box(db, referendum),
        "counted": paper.counted(db, referendum),
        "agreed": paper.agreed(db, referendum),
        "differences": paper.differences(db, referendum, used[Channel.PAPER]),
    }


def what_it_is_about(referendum: Referendum) -> str:
    """What two people agree on when no words are asked of them: the state of things, by its hashes."""
    parts = {
        "vraag": referendum.frozen_sha256,
        "kiezerslijst": referendum.roll_sha256,
        "verkiezing": referendum.fingerprint,
    }
    return ", ".join(f"{name} {value[:16]}" for name, value in parts.items() if value)


def _used(db: Session, referendum: Referendum, now: datetime) -> dict[Channel, int]:
    """Rights used by door; online as of the last batch, while people vote."""
    used = queries.rights_used(db, referendum)
    if board.moves_in_batches(referendum, now):
        used[Channel.WEB] = board.voters_on_board(db, referendum)
    return used


def _reached(db: Session, referendum: Referendum) -> int:
    """How many steps of the road are behind; for an annulled referendum the log knows."""
    if referendum.is_annulled:
        return _reached_by_log(db, referendum)
    state = State.OPEN if referendum.state is State.SUSPENDED else referendum.state
    for place, (_name, target) in enumerate(MAIN_STEPS):
        if target is state:
            return place + 1
    return 0


def _reached_by_log(db: Session, referendum: Referendum) -> int:
    acts = [f"{referendum.kind}.{name}" for name, _target in MAIN_STEPS]
    of_this = LogEntry.subject == f"{referendum.kind}:{referendum.id}"
    taken = set(db.scalars(select(LogEntry.act).where(of_this, LogEntry.act.in_(acts)).distinct()))
    return max((place for place, act in enumerate(acts, start=1) if act in taken), default=0)

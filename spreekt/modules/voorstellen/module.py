"""Own proposals as a plug: what the rest of the house shows, counts, exports and forgets about them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.dutch import day, number
from spreekt.moderation.models import State
from spreekt.moderation.workflow import STATE_WORDS
from spreekt.module import Card, Deed, Module, Reminder, Work
from spreekt.modules.voorstellen import (
    answers,
    api,
    desk_views,
    lists,
    queries,
    subscribers,
    views,
    write_views,
)
from spreekt.modules.voorstellen.forms import ANSWER_WORDS, STAGE_WORDS
from spreekt.modules.voorstellen.models import Proposal, Support
from spreekt.modules.voorstellen.progress import next_date

LEFT_LYING = timedelta(hours=1)
SHOWN_OUTCOMES = 4


def open_now(db: Session, now: datetime) -> Sequence[Card]:
    """The invitation to propose and to support, with what happens there."""
    taking, supports = lists.totals(db)
    facts = ((_("Zoeken nu steun"), number(taking)), (_("Keer gesteund"), number(supports)))
    return [
        Card(
            kind="voorstellen",
            label=_("Voorstellen"),
            title=_("Wat kan beter in jouw buurt?"),
            text=_("Doe een voorstel of steun er een. Bij genoeg steun antwoordt de stad."),
            url=url_for("voorstellen.index"),
            action=_("Bekijk de voorstellen"),
            facts=facts,
        )
    ]


def outcomes(db: Session, now: datetime) -> Sequence[Card]:
    """The city's latest answers."""
    return [
        Card(
            kind="voorstellen",
            label=str(ANSWER_WORDS[row.answer]),
            title=row.title,
            text=_("%(service)s antwoordde op %(day)s.", service=row.service, day=day(row.answered_at)),
            url=url_for("voorstellen.show", id=row.id),
            action=_("Lees het antwoord"),
            facts=((_("Volgende stap"), day(row.next_step_on)),) if row.next_step_on else (),
        )
        for row in queries.newest_answers(db, limit=SHOWN_OUTCOMES)
    ]


def reminders(db: Session, who: Actor, now: datetime) -> Sequence[Reminder]:
    """The last draft that was left lying for an hour."""
    left = queries.newest_draft(db, who.id, begun_before=now - LEFT_LYING) if who.id is not None else None
    if left is None:
        return []
    text = _("Je voorstel “%(title)s” is nog niet verstuurd.", title=left[1])
    return [Reminder(text, url_for("proposal_writing.edit", id=left[0]), _("Werk het af"))]


def deeds(db: Session, who: Actor) -> Sequence[Deed]:
    """What somebody proposed and supported, and what came of it."""
    if who.id is None:
        return []
    found = [
        Deed(
            at=proposal.published_at or proposal.submitted_at or proposal.created_at,
            title=proposal.title,
            url=url_for("voorstellen.show", id=proposal.id),
            state=_state(proposal),
            next_step=_next_step(proposal),
        )
        for proposal in queries.written_by(db, who.id)
    ]
    return found + [
        Deed(
            at=datetime(on.year, on.month, on.day, 12, tzinfo=BRUSSELS),
            title=_("Je steunt: %(title)s", title=proposal.title),
            url=url_for("voorstellen.show", id=proposal.id),
            state=_state(proposal),
            next_step=_next_step(proposal),
        )
        for proposal, on in queries.supported_by(db, who.id)
    ]


def _state(proposal: Proposal) -> str:
    if not proposal.is_public:
        return str(_(STATE_WORDS[proposal.state]))
    return str(ANSWER_WORDS[proposal.latest_answer] if proposal.latest_answer else STAGE_WORDS[proposal.stage])


def _next_step(proposal: Proposal) -> str:
    """What comes next and when, or what the author should do."""
    if proposal.state == State.CHANGES_ASKED and proposal.due_at is not None:
        return str(_("Pas je voorstel aan tegen %(day)s.", day=day(proposal.due_at)))
    if proposal.state == State.DRAFT:
        return str(_("Alleen jij ziet dit. Werk het af en verstuur het."))
    if not proposal.is_public:
        return ""
    on = next_date(proposal)
    if on is None:
        return ""
    if proposal.latest_answer is None:
        return str(_("De stad antwoordt ten laatste %(day)s.", day=day(on)))
    return str(_("Volgende stap: %(day)s.", day=day(on)))


def work(db: Session, who: Actor, now: datetime) -> Sequence[Work]:
    """Proposals that wait for an answer of this member of staff."""
    if not who.has(*answers.ANSWERERS):
        return []
    waiting, late = lists.count_to_answer(
        db, area_ids=answers.areas_answered_by(who), today=now.astimezone(BRUSSELS).date()
    )
    return [Work(_("Voorstellen die op een antwoord wachten"), waiting, url_for("proposal_answers.work"), late)]


def export(db: Session, account_id: int) -> Mapping[str, Any]:
    """What somebody supports, by name; their own texts are in the file already."""
    return {
        "gesteund": [
            {"voorstel": proposal.title, "adres": f"/voorstellen/{proposal.id}", "op": on.isoformat()}
            for proposal, on in queries.supported_by(db, account_id)
        ]
    }


def erase(db: Session, account_id: int) -> None:
    """Support stays counted, and stays used for this resident, but leads to no account any more."""
    db.execute(update(Support).where(Support.account_id == account_id).values(account_id=None))


MODULE = Module(
    "voorstellen",
    blueprints=(views.bp, write_views.bp, desk_views.bp, api.bp),
    nav=("Voorstellen", "voorstellen.index"),
    submissions=(Proposal,),
    subscribers={
        "submission.decided": (subscribers.published_under_todays_regulation,),
        "proposal.threshold-reached": (subscribers.threshold_reached,),
        "proposal.answer-due": (subscribers.answer_due,),
        "proposal.answered": (subscribers.answered,),
    },
    open_now=open_now,
    outcomes=outcomes,
    reminders=reminders,
    deeds=deeds,
    work=work,
    export=export,
    erase=erase,
    sweep=answers.remind_of_due_answers,
    api=api.api_paths(),
)

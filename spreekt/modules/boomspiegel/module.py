"""Tree pits as a plug: what the rest of the house shows, counts, exports and forgets about them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.dutch import number
from spreekt.module import Card, Deed, Module, Reminder, Work
from spreekt.modules.boomspiegel import (
    adopt_views,
    api,
    caring_views,
    desk,
    door_views,
    handing_over,
    keeping_views,
    plants,
    queries,
    staff_views,
    subscribers,
    tree_commands,
    views,
    yearly,
)
from spreekt.modules.boomspiegel.care_models import PitPhoto, PitReport
from spreekt.modules.boomspiegel.progress import next_step, next_step_of
from spreekt.modules.boomspiegel.states import is_adopter
from spreekt.modules.boomspiegel.words import HEAP_WORDS, STATE_WORDS
from spreekt.web.context import now

WHERE_IT_MATTERS = ("/mijn", "/boomspiegels")


def open_now(db: Session, now: datetime) -> Sequence[Card]:
    """The invitation to look after a tree pit, while some are free."""
    free, adopted = queries.free_and_adopted(db)
    if not free and not adopted:
        return []
    return [
        Card(
            kind="boomspiegels",
            label=_("Boomspiegels"),
            title=_("Zorg voor een boomspiegel"),
            text=_("Kies een boom in je straat en plant er bloemen onder. De stad zorgt voor de boom."),
            url=url_for("boomspiegels.index"),
            action=_("Zoek een vrije boomspiegel"),
            facts=((_("Nog vrij"), number(free)), (_("Geadopteerd"), number(adopted))),
        )
    ]


def reminders(db: Session, who: Actor, now: datetime) -> Sequence[Reminder]:
    """What waits for an answer of this resident: an offered place, a plan to mend, the yearly question.

    Only on home, the own pages and those about tree pits: no other page pays a statement for it.
    """
    if who.id is None or not (request.path == "/" or request.path.startswith(WHERE_IT_MATTERS)):
        return []
    today = now.astimezone(BRUSSELS).date()
    return [
        Reminder(f"{row.place}: {next_step_of(row)}", url_for("caring.show", id=row.id), _("Antwoord"))
        for row in queries.asked_of(db, who.id, today=today)
    ]


def deeds(db: Session, who: Actor) -> Sequence[Deed]:
    """The places somebody asked for or cares for."""
    if who.id is None:
        return []
    today = now().astimezone(BRUSSELS).date()
    return [
        Deed(
            at=one.submitted_at or one.created_at,
            title=_("Boomspiegel %(place)s", place=one.adoptable.place),
            url=url_for("caring.show", id=one.id),
            state=str(STATE_WORDS[one.state]),
            next_step=next_step(one, today) if is_adopter(who, one) else str(_("Je zorgt mee voor deze plek.")),
        )
        for one in queries.cared_for_by(db, who.id)
    ]


def work(db: Session, who: Actor, now: datetime) -> Sequence[Work]:
    """What waits for this member of staff, heap by heap."""
    return [
        Work(str(HEAP_WORDS[one.heap]), one.number, url_for("pit_desk.work", stapel=one.heap.value), one.overdue,
             one.oldest_at)
        for one in desk.counted(db, who, now=now)
    ]  # fmt: skip


def export(db: Session, account_id: int) -> Mapping[str, Any]:
    """Adoptions in words a person understands; the rows themselves are in the file already."""
    return {
        "boomspiegels": [
            {
                "plek": one.adoptable.place, "adres": f"/boomspiegels/{one.adoptable.code}",
                "toestand": str(STATE_WORDS[one.state]),
                "planten": [plants.allowed()[row.plant_code].name for row in one.plants
                            if row.plant_code in plants.allowed()],
                "plan": one.plan_words if one.account_id == account_id else "",
            }
            for one in queries.cared_for_by(db, account_id)
        ]
    }  # fmt: skip


def erase(db: Session, account_id: int) -> None:
    """Places come free; litres and days stay counted without a name; words that somebody wrote are emptied."""
    handing_over.forget(db, account_id, now=now())
    db.execute(update(PitReport).where(PitReport.account_id == account_id).values(words="", answer=""))


MODULE = Module(
    "boomspiegel",
    blueprints=(
        views.bp, adopt_views.bp, caring_views.bp, door_views.bp, door_views.photo_bp, staff_views.bp,
        keeping_views.bp, api.bp,
    ),
    nav=("Boomspiegels", "boomspiegels.index"),
    submissions=(PitPhoto,),
    subscribers={
        "adoption.requested": (subscribers.requested,),
        "adoption.changes-asked": (subscribers.changes_asked,),
        "adoption.offered": (subscribers.offered,),
        "adoption.approved": (subscribers.approved,),
        "adoption.ended": (subscribers.ended,),
        "adoption.still-caring": (subscribers.still_caring,),
        "adoption.warned": (subscribers.warned,),
        "adoption.kept": (subscribers.kept,),
        "adoption.handed-over": (subscribers.handed_over,),
        "adoption.drought": (subscribers.drought,),
        "pit.reported": (subscribers.reported,),
        "pit.report-handled": (subscribers.report_handled,),
    },
    commands=tree_commands.register,
    open_now=open_now,
    reminders=reminders,
    deeds=deeds,
    work=work,
    export=export,
    erase=erase,
    sweep=yearly.sweep,
    api=api.api_paths(),
)  # fmt: skip

"""Gezellige Wijk as a plug: what the rest of the house shows, counts, exports and forgets about it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import has_request_context, request, url_for
from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.orm import Session

from spreekt.identity.models import ERASED_NAME
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.dutch import number
from spreekt.kernel.storage import utc_now
from spreekt.kernel.workflow import move
from spreekt.module import Card, Deed, Module, Reminder, Work
from spreekt.modules.gezellige_wijk import (
    advice,
    answer_views,
    api,
    calendar_views,
    committee_queries,
    committee_views,
    committee_years,
    committees,
    document_views,
    documents,
    evaluation_views,
    grants,
    handling,
    lending_views,
    loans,
    mails,
    paper_views,
    queries,
    report_views,
    staff_views,
    subscribers,
    surveys,
    views,
    wiping,
    write_views,
)
from spreekt.modules.gezellige_wijk.at_hand import regulations
from spreekt.modules.gezellige_wijk.committee_models import Contact
from spreekt.modules.gezellige_wijk.models import RequestState, StreetRequest
from spreekt.modules.gezellige_wijk.progress import next_step
from spreekt.modules.gezellige_wijk.report_models import EventReport
from spreekt.modules.gezellige_wijk.workflow import CASE, MODULE_NAME, STATE_WORDS

LEFT_LYING = timedelta(hours=1)
SOON = timedelta(days=60)
WHERE_REMINDED = ("/gezellige-wijk",)


def open_now(db: Session, now: datetime) -> Sequence[Card]:
    """The invitation to do something in the street, with what comes."""
    today = now.astimezone(BRUSSELS).date()
    soon = {entry.request.id for entry in queries.calendar(db, today, today + SOON, limit=300)}
    return [
        Card(
            kind=MODULE_NAME,
            label=_("Gezellige Wijk"),
            title=_("Een feest, een speelstraat, een comité?"),
            text=_("Vraag het hier aan. Je ziet meteen wat in orde is en wat nog ontbreekt."),
            url=url_for("gezellige_wijk.index"),
            action=_("Doe iets in je straat"),
            facts=((_("De komende twee maanden"), number(len(soon))),),
        )
    ]


def reminders(db: Session, who: Actor, now: datetime) -> Sequence[Reminder]:
    """A request that was begun and left lying, or must be completed.

    Asked only where somebody comes to look for their own things: on every page it would be one statement too many.
    """
    if who.id is None or not has_request_context() or not request.path.startswith(WHERE_REMINDED):
        return []
    for left in queries.to_finish(db, who.id, begun_before=now - LEFT_LYING):
        text = _("Je aanvraag “%(title)s” is nog niet verstuurd.", title=left.title)
        return [Reminder(text, url_for("gezellige_wijk.show", id=left.id), _("Werk ze af"))]
    return []


def deeds(db: Session, who: Actor) -> Sequence[Deed]:
    """What somebody asked, and what came of it."""
    if who.id is None:
        return []
    spoken_for = [
        Deed(
            at=committee.proposed_at,
            title=committee.name,
            url=url_for("committees.show", id=committee.id),
            state=str(_(committees.STATE_WORDS[committee.state])),
        )
        for committee in committee_queries.of_account(db, who.id)
    ]
    return spoken_for + [
        Deed(
            at=asked.submitted_at or asked.created_at,
            title=asked.title,
            url=url_for("gezellige_wijk.show", id=asked.id),
            state=str(_(STATE_WORDS[asked.state])),
            next_step=next_step(asked),
        )
        for asked in queries.of_account(db, who.id)
    ]


def work(db: Session, who: Actor, now: datetime) -> Sequence[Work]:
    """What waits for area workers, advisers, the lending desk and finance."""
    today = now.astimezone(BRUSSELS).date()
    found = []
    if who.has(Role.AREA_WORKER, module=MODULE_NAME):
        rows = queries.at_work(db, staff_views.WAITS_FOR_ME, area_ids=staff_views.own_areas(who))
        late = sum(row.is_late for row in rows)
        confirmed = (committees.C.CONFIRMED,)
        waiting = committee_queries.listed(db, states=confirmed, area_ids=staff_views.own_areas(who))
        found.append(Work(_("Comités om te erkennen"), len(waiting), url_for("committees.work")))
        oldest = min((row.submitted_at for row in rows if row.submitted_at), default=None)
        found.append(Work(_("Aanvragen in je gebied"), len(rows), url_for("street_staff.index"), late, oldest))
    if who.has(Role.ADVISER, Role.SERVICE, module=MODULE_NAME):
        asked = advice.waiting_for_staff(db)
        late = sum(each.due_on is not None and each.due_on < today for each in asked)
        found.append(Work(_("Adviezen over de straat"), len(asked), url_for("street_answers.index"), late))
    if who.has(Role.FINANCE, module=MODULE_NAME):
        found.append(Work(_("Toelagen om te betalen"), len(grants.to_pay(db)), url_for("street_lending.payments")))
    return found


def export(db: Session, account_id: int) -> Mapping[str, Any]:
    """What somebody asked, with where and when; the tables themselves are in the file already."""
    return {
        "aanvragen": [
            {"titel": row.title, "waar": row.place, "eerste_dag": row.first_on and row.first_on.isoformat(),
             "status": row.state.value, "adres": f"/gezellige-wijk/aanvragen/{row.id}"}
            for row in queries.of_account(db, account_id)
        ]
    }  # fmt: skip


def erase(db: Session, account_id: int) -> None:
    """Drafts vanish, what was not decided is withdrawn; what took place stays without the person who asked."""
    for asked in queries.of_account(db, account_id):
        if asked.state is RequestState.DRAFT:
            loans.release(db, asked)
            db.delete(asked)
            continue
        if asked.state in _withdrawable():
            asked.held_from, asked.hold_reason = None, ""
            with db.no_autoflush:
                move(db, CASE, asked, "withdraw", by=Actor(id=account_id))
            loans.release(db, asked)
        asked.sealed_contact, asked.answers = "", {}
        documents.forget_answers(db, asked.id)
        grant = grants.grant_of(db, asked.id)
        if grant is not None and grant.state in {grants.G.PAID, grants.G.REFUSED, grants.G.LAPSED}:
            grant.sealed_iban, grant.signed = "", ""
    db.flush()
    spoke = update(Contact).where(Contact.account_id == account_id)
    db.execute(spoke.values(name=ERASED_NAME, sealed_email="", may_publish=False, left_at=utc_now()))
    mine = StreetRequest.account_id == account_id
    db.execute(update(StreetRequest).where(mine).values(account_id=None).execution_options(synchronize_session=False))


def _withdrawable() -> frozenset[RequestState]:
    sources: frozenset[RequestState] = CASE.step("withdraw").sources
    return sources


def sweep(db: Session, now: datetime) -> None:
    """What dates do by themselves: silence of advisers, surveys that close, what is over, accounts that are due."""
    rules = regulations()
    advice.pass_dates(db, rules.closed, now)
    surveys.pass_dates(db, rules, now)
    handling.pass_dates(db, now)
    grants.remind(db, now)
    committee_years.pass_dates(db, now)
    wiping.pass_dates(db, rules.wipe_days, now)


MODULE = Module(
    MODULE_NAME,
    blueprints=(
        views.bp, write_views.bp, calendar_views.bp, staff_views.bp, paper_views.bp, answer_views.bp, lending_views.bp,
        report_views.bp,
        committee_views.bp, document_views.bp, evaluation_views.bp,
        api.bp,
    ),
    nav=("Gezellige Wijk", "gezellige_wijk.index"),
    submissions=(EventReport,),
    subscribers={
        "street-request.submitted": (subscribers.submitted,),
        "street-request.moved": (subscribers.moved,),
        "street-request.decided": (subscribers.decided,),
        "street-advice.answered": (subscribers.advice_answered,),
        "street-steward.confirmed": (subscribers.steward_answered,),
        "street-steward.declined": (subscribers.steward_answered,),
        "committee.confirmed": (subscribers.committee_confirmed,),
        "committee.recognised": (subscribers.committee_recognised,),
        "consent-survey.closed": (subscribers.survey_closed,),
        "street-grant.promised": (subscribers.grant_moved,),
        "street-grant.paid": (subscribers.grant_moved,),
        "street-grant.account-due": (subscribers.grant_moved,),
        "street-loan.damaged": (subscribers.damaged,),
    },
    mails={
        "street-steward.named": mails.steward_named,
        "street-advice.asked": mails.advice_asked,
        "committee-contact.invited": mails.contact_invited,
        "committee-contact.handing-over": mails.handing_over,
        "committee-contact.still-there": mails.still_there,
        "committee-letter.to-send": mails.committee_letter,
    },
    open_now=open_now,
    reminders=reminders,
    deeds=deeds,
    work=work,
    export=export,
    erase=erase,
    sweep=sweep,
    api=api.api_paths(),
)  # fmt: skip

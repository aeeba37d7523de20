"""Who is told after the desk did something: author, reporter, area workers. Running twice tells once."""

from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from spreekt.identity.models import RoleGrant
from spreekt.kernel.actor import Role
from spreekt.kernel.dutch import day
from spreekt.kernel.outbox import Message
from spreekt.moderation.embeds import shelf
from spreekt.moderation.house_rules import BY_CODE
from spreekt.moderation.models import Comment, Decision, Report, ReportState, State, Submission
from spreekt.moderation.pictures import sweep_orphans
from spreekt.notices.domain import Words, tell
from spreekt.notices.models import Notice
from spreekt.web.context import city, clock

WORK_WAITS = "moderation.work"


def path_of(endpoint: str, **values: Any) -> str:
    """The address of a page, also where no request is at hand."""
    return current_app.url_map.bind("localhost").build(endpoint, values)


def tell_author(db: Session, message: Message) -> None:
    """What was decided about their text, why, and what they can do now."""
    decision = db.get(Decision, message.payload["decision_id"])
    if decision is None:
        return
    submission = decision.submission
    tell(
        db,
        message,
        account_id=submission.author_id,
        kind=f"moderation.{decision.act}",
        words=_words_to_author(decision, submission),
        now=clock().now(),
    )


def tell_reporter(db: Session, message: Message) -> None:
    """What came of their report."""
    report = db.get(Report, message.payload["report_id"])
    if report is None or report.decided_at is None:
        return
    about = report.submission
    if report.state == ReportState.UPHELD:
        text = _("Bedankt. Je had gelijk: we haalden het van de site.")
    else:
        text = _("Bedankt. We keken het na en laten het staan. De uitleg: %(why)s", why=report.answer)
    words = Words(
        title=_("Je melding over “%(title)s”", title=about.title),
        text=text,
        url=path_of("openness.house_rules"),
        action=_("Lees de huisregels"),
    )
    tell(db, message, account_id=report.reporter_id, kind="report.decided", words=words, now=clock().now())


def tell_area_workers(db: Session, message: Message) -> None:
    """Something waits in their area. Who has not read the last such message yet gets no second one."""
    submission = db.get(Submission, message.payload["submission_id"])
    if submission is None or submission.state != State.PENDING:
        return
    words = Words(
        title=_("Er wacht iets in jouw gebied"),
        text=_("Een inwoner stuurde iets in. Bekijk wat je kan beslissen."),
        url=path_of("moderation.queue"),
        action=_("Naar de wachtrij"),
    )
    for account_id in _workers_to_tell(db, submission):
        tell(db, message, account_id=account_id, kind=WORK_WAITS, words=words, now=clock().now())


def sweep_pictures(db: Session, now: datetime) -> None:
    """Once an hour, remove photos that nothing refers to."""
    if now.minute == 0:
        sweep_orphans(db, shelf())


def _workers_to_tell(db: Session, submission: Submission) -> list[int]:
    area_ids = [area.id for area in submission.areas]
    if not area_ids:
        return []
    has_unread = select(Notice.account_id).where(Notice.kind == WORK_WAITS, Notice.read_at.is_(None))
    workers = (
        select(RoleGrant.account_id)
        .where(
            RoleGrant.role == Role.AREA_WORKER,
            or_(RoleGrant.area_id.is_(None), RoleGrant.area_id.in_(area_ids)),
            RoleGrant.module.in_(("", submission.kind)),
            RoleGrant.account_id != submission.author_id,
            RoleGrant.account_id.not_in(has_unread),
        )
        .distinct()
        .order_by(RoleGrant.account_id)
    )
    return list(db.scalars(workers))


def _words_to_author(decision: Decision, submission: Submission) -> Words:
    name, title = submission.kind_name, submission.title
    page = path_of(submission.endpoint, id=submission.id)
    mend = path_of("comments.mend", id=submission.id) if isinstance(submission, Comment) else page
    why = _why(decision)
    if decision.act == "publish":
        return Words(
            _("Je %(kind)s staat online", kind=name),
            _("Bedankt! Iedereen kan “%(title)s” nu lezen.", title=title),
            page,
            _("Bekijk je %(kind)s", kind=name),
        )
    if decision.act == "restore":
        return Words(
            _("Je %(kind)s staat weer online", kind=name),
            _("We keken “%(title)s” opnieuw na. %(why)s", title=title, why=why),
            page,
            _("Bekijk je %(kind)s", kind=name),
        )
    if decision.act == "ask_changes":
        until = day(decision.due_on) if decision.due_on else ""
        return Words(
            _("Pas je %(kind)s nog een beetje aan", kind=name),
            _("Bedankt voor “%(title)s”. We vragen een aanpassing. %(why)s Doe het ten laatste op %(until)s, dan "
              "kijken we je tekst opnieuw na.", title=title, why=why, until=until),
            mend,
            _("Pas je tekst aan"),
        )  # fmt: skip
    if decision.act == "hide":
        return Words(
            _("Je %(kind)s staat niet meer online", kind=name),
            _("We haalden “%(title)s” van de site. %(why)s Heb je vragen over de beslissing? Bel gratis "
              "%(line)s.", title=title, why=why, line=city().help_line),
            mend,
            _("Lees wat er gebeurde"),
        )  # fmt: skip
    return Words(
        _("Je %(kind)s staat niet online", kind=name),
        _("Bedankt voor “%(title)s”. We kunnen je tekst zo niet plaatsen. %(why)s Je kan hem aanpassen en opnieuw "
          "versturen. Heb je vragen? Bel gratis %(line)s.", title=title, why=why, line=city().help_line),
        mend,
        _("Pas je tekst aan"),
    )  # fmt: skip


def _why(decision: Decision) -> str:
    """The reason, its rule and the moderator's own words, each as a sentence."""
    reason = BY_CODE.get(decision.reason_code)
    parts = [_("Dit is de reden: %(label)s.", label=_(reason.label).lower()) if reason else ""]
    if decision.rule:
        parts.append(_("Huisregel: %(rule)s.", rule=_(decision.rule)))
    words = decision.words.strip()
    parts.append(words if not words or words[-1] in ".!?…" else f"{words}.")
    return " ".join(part for part in parts if part)

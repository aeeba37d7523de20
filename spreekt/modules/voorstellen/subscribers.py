"""What follows when something happened to a proposal: who is told, and the regulation it is published under."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from spreekt.identity.models import RoleGrant
from spreekt.kernel.dutch import day, plural
from spreekt.kernel.outbox import Message
from spreekt.moderation.models import Decision
from spreekt.modules.voorstellen.answers import ANSWERERS
from spreekt.modules.voorstellen.forms import ANSWER_WORDS
from spreekt.modules.voorstellen.models import PROPOSALS, OfficialAnswer, Proposal, Support
from spreekt.notices.domain import Words, tell, tell_all
from spreekt.web.context import city, now


def _page(proposal: Proposal) -> str:
    return f"/voorstellen/{proposal.id}"


def _who_answer(proposal: Proposal) -> Select[Any]:
    """Services and area workers of the areas, and those of the whole city."""
    area_ids = [area.id for area in proposal.areas]
    return select(RoleGrant.account_id).where(
        RoleGrant.role.in_(ANSWERERS),
        RoleGrant.module.in_(["", proposal.kind]),
        RoleGrant.area_id.is_(None) | RoleGrant.area_id.in_(area_ids),
    )


def published_under_todays_regulation(db: Session, message: Message) -> None:
    """Copy the threshold and the days that hold on the day of publication, unless somebody supports it already."""
    decision = db.get(Decision, message.payload["decision_id"])
    if decision is None or decision.act != "publish":
        return
    rules = city().own_proposals
    db.execute(
        update(PROPOSALS)
        .where(PROPOSALS.c.id == decision.submission_id, PROPOSALS.c.support_count == 0)
        .values(support_needed=rules.support_threshold, answer_days=rules.answer_days)
    )


def threshold_reached(db: Session, message: Message) -> None:
    """The author hears that the city will answer; those who answer hear by when."""
    proposal = db.get(Proposal, message.payload["proposal_id"])
    if proposal is None or proposal.answer_due_on is None:
        return
    by = day(proposal.answer_due_on)
    count = plural(proposal.support_needed, _("inwoner"), _("inwoners"))
    words = Words(
        _("Je voorstel heeft genoeg steun"),
        _(
            "%(count)s steunen “%(title)s”. De stad antwoordt ten laatste %(day)s.",
            count=count,
            title=proposal.title,
            day=by,
        ),
        _page(proposal),
        _("Bekijk je voorstel"),
    )
    tell(db, message, account_id=proposal.author_id, kind="proposal.threshold-reached", words=words, now=now())
    work = Words(
        _("Een voorstel vraagt een antwoord"),
        _("“%(title)s” heeft genoeg steun. Antwoord ten laatste %(day)s.", title=proposal.title, day=by),
        f"/beheer/voorstellen/{proposal.id}/antwoord",
        _("Beantwoord het voorstel"),
    )
    tell_all(db, message, _who_answer(proposal), kind="proposal.to-answer", words=work, now=now())


def answer_due(db: Session, message: Message) -> None:
    """Those who answer hear that time runs out, or ran out."""
    proposal = db.get(Proposal, message.payload["proposal_id"])
    if proposal is None or proposal.answer_due_on is None or not proposal.takes_support:
        return
    words = Words(
        _("Een antwoord aan inwoners is bijna te laat"),
        _("Antwoord op “%(title)s” ten laatste %(day)s. Iedereen ziet deze datum op de pagina.",
          title=proposal.title, day=day(proposal.answer_due_on)),
        f"/beheer/voorstellen/{proposal.id}/antwoord",
        _("Beantwoord het voorstel"),
    )  # fmt: skip
    tell_all(db, message, _who_answer(proposal), kind="proposal.answer-due", words=words, now=now())


def answered(db: Session, message: Message) -> None:
    """The author and everybody who supports it hear what the city says."""
    given = db.get(OfficialAnswer, message.payload["answer_id"])
    if given is None:
        return
    proposal = given.proposal
    kind = str(ANSWER_WORDS[given.answer]).lower()
    said = _("“%(title)s”: %(kind)s (%(service)s).", title=proposal.title, kind=kind, service=given.service)
    words = Words(_("De stad antwoordt op je voorstel"), said, _page(proposal), _("Lees het antwoord"))
    tell(db, message, account_id=proposal.author_id, kind="proposal.answered", words=words, now=now())
    supporters = select(Support.account_id).where(
        Support.proposal_id == proposal.id,
        Support.account_id.is_not(None),
        Support.account_id != (proposal.author_id or 0),
    )
    theirs = Words(_("De stad antwoordt op een voorstel dat je steunt"), said, _page(proposal), _("Lees het antwoord"))
    tell_all(db, message, supporters, kind="proposal.supported-answered", words=theirs, now=now())

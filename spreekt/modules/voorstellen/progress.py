"""The story of one proposal in words: what happened, who handles it, and what comes next and when."""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from spreekt.kernel.dutch import day, plural
from spreekt.moderation.models import State
from spreekt.modules.voorstellen.forms import ANSWER_WORDS
from spreekt.modules.voorstellen.models import Proposal, Stage

Moment = dict[str, Any]


def story(proposal: Proposal) -> list[Moment]:
    """The timeline of a proposal that was published: what was, what is, what comes."""
    if proposal.published_at is None:
        return []
    found: list[Moment] = [{"when": day(proposal.published_at), "title": _("Gepubliceerd")}]
    if proposal.threshold_reached_at is not None:
        needed = plural(proposal.support_needed, _("inwoner"), _("inwoners"))
        found.append(
            {"when": day(proposal.threshold_reached_at), "title": _("Gesteund door %(needed)s", needed=needed)}
        )
    for answer in proposal.answers:
        title = _("%(service)s: %(answer)s", service=answer.service, answer=ANSWER_WORDS[answer.answer])
        found.append({"when": day(answer.answered_at), "title": title, "href": f"#antwoord-{answer.id}"})
    return found + _ahead(proposal)


def _ahead(proposal: Proposal) -> list[Moment]:
    if not proposal.is_public:
        return [{"title": _("Niet meer zichtbaar voor anderen"), "state": "stopped"}]
    if proposal.stage is Stage.OPEN:
        words = _("Bij %(count)s antwoordt de stad binnen %(days)s",
                  count=plural(proposal.support_needed, _("steun"), _("keer steun")),
                  days=plural(proposal.answer_days, _("dag"), _("dagen")))  # fmt: skip
        return [{"title": _("Inwoners steunen dit voorstel"), "state": "now"}, {"title": words, "state": "next"}]
    if proposal.stage is Stage.WAITING and proposal.answer_due_on is not None:
        return [
            {"title": _("De dienst bereidt een antwoord voor"), "state": "now"},
            {"when": _("ten laatste %(day)s", day=day(proposal.answer_due_on)), "title": _("Antwoord van de stad"),
             "state": "next"},
        ]  # fmt: skip
    last = proposal.answers[-1]
    if last.next_step_on is None:
        return []
    return [{"when": day(last.next_step_on), "title": _("Volgende stap"), "state": "next"}]


def next_date(proposal: Proposal) -> date | None:
    """The next day on which something should happen, if one is known."""
    if proposal.stage is Stage.WAITING:
        return proposal.answer_due_on
    return proposal.answers[-1].next_step_on if proposal.answers else None


def who_handles(proposal: Proposal) -> str:
    """Who has it in hands now, in words."""
    if proposal.state == State.PENDING:
        return str(_("Een moderator"))
    if not proposal.is_public:
        return str(_("Jij"))
    if proposal.answers:
        return str(proposal.answers[-1].service)
    areas = ", ".join(area.name for area in proposal.areas[:1])
    if proposal.stage is Stage.OPEN:
        return str(_("De inwoners: zij geven steun"))
    if areas:
        return str(_("De bevoegde dienst, met de gebiedswerker van %(area)s", area=areas))
    return str(_("De bevoegde dienst van de stad"))

"""The story of one adoption in words: what happened, who handles it, what comes next and when."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.dutch import day
from spreekt.modules.boomspiegel.adoption_models import Adoption, AdoptionState
from spreekt.modules.boomspiegel.words import ADVICE_WORDS

Moment = dict[str, Any]
S = AdoptionState


def story(adoption: Adoption, today: date) -> list[Moment]:
    """The timeline of a request that was sent."""
    found: list[Moment] = []
    if adoption.submitted_at is not None:
        found.append({"when": day(adoption.submitted_at), "title": _("Aangevraagd")})
    if adoption.advised_on is not None and adoption.advice is not None:
        said = ADVICE_WORDS[adoption.advice]
        found.append({"when": day(adoption.advised_on), "title": _("Advies van Net en Groen: %(said)s", said=said),
                      "text": adoption.advice_words})  # fmt: skip
    if adoption.decided_on is not None:
        found.append({"when": day(adoption.decided_on), "title": _("Het college besliste"),
                      "href": adoption.decision_url})  # fmt: skip
    if adoption.started_on is not None:
        found.append({"when": day(adoption.started_on), "title": _("De adoptie begon")})
    if adoption.nest_box_done_on is not None:
        found.append({"when": day(adoption.nest_box_done_on), "title": _("Het vogelkastje hangt")})
    if adoption.ended_on is not None:
        found.append({"when": day(adoption.ended_on), "title": _("Afgelopen"), "text": adoption.end_words,
                      "state": "stopped"})  # fmt: skip
    else:
        found += _ahead(adoption, today)
    return found


def _ahead(adoption: Adoption, today: date) -> list[Moment]:
    rules = adoption.regulation
    if adoption.state == S.REQUESTED and adoption.submitted_at is not None:
        by = adoption.submitted_at.astimezone(BRUSSELS).date() + timedelta(days=rules.advice_days)
        return [{"title": _("Net en Groen kijkt je aanvraag na"), "state": "now",
                 "when": _("ten laatste %(day)s", day=day(by))},
                {"title": _("Het college beslist"), "state": "next"}]  # fmt: skip
    if adoption.state == S.ADVISED:
        return [{"title": _("Het college beslist"), "state": "now"}]
    if adoption.state == S.WARNED and adoption.warning_until is not None:
        return [{"when": _("tot en met %(day)s", day=day(adoption.warning_until)),
                 "title": _("Breng de plek weer in orde"), "text": adoption.end_words, "state": "now"}]  # fmt: skip
    if adoption.state == S.VISIT:
        return [{"title": _("De stad komt kijken"), "state": "now"}]
    if adoption.ends_on is not None:
        return [{"when": day(adoption.ends_on), "title": _("Je adoptie stopt"), "state": "next"}]
    if adoption.state == S.ACTIVE and adoption.check_due_on is not None and adoption.check_due_on > today:
        return [{"when": day(adoption.check_due_on), "title": _("We vragen of je nog zorgt"), "state": "next"}]
    return []


def next_step(adoption: Adoption, today: date) -> str:
    """What somebody should do or wait for, in one sentence."""
    if adoption.state in {S.OFFERED, S.CHANGES_ASKED} or adoption.is_asked(today):
        return next_step_of(adoption)
    if adoption.state == S.DRAFT:
        return str(_("Alleen jij ziet dit. Werk je aanvraag af en verstuur ze."))
    if adoption.state == S.WARNED and adoption.warning_until is not None:
        return str(_("Breng de plek in orde tegen %(day)s.", day=day(adoption.warning_until)))
    if adoption.state == S.ACTIVE and adoption.check_due_on is not None:
        return str(_("We vragen op %(day)s of je nog zorgt.", day=day(adoption.check_due_on)))
    return ""


def next_step_of(asked: Any) -> str:
    """What is asked of somebody, from the state and days of an adoption that waits for their answer."""
    if asked.state == S.OFFERED and asked.offer_until is not None:
        return str(_("Laat ten laatste %(day)s weten of je deze plek wil.", day=day(asked.offer_until)))
    if asked.state == S.CHANGES_ASKED and asked.mend_by is not None:
        return str(_("Pas je plantplan aan tegen %(day)s.", day=day(asked.mend_by)))
    return str(_("Laat weten of je nog zorgt."))

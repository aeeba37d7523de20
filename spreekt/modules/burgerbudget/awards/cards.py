"""What the house tells of decisions: on the home page what comes, on the console what is to be entered or confirmed."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.dutch import plural
from spreekt.module import Card, Work
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.follow.queries import delivered
from spreekt.modules.burgerbudget.outcomes.results import Result


def outcomes(db: Session, now: datetime) -> Sequence[Card]:
    """A card for each of the latest results: what comes, and how much of it is there."""
    rounds = queries.published_rounds(db, now)
    if not rounds:
        return []
    ids = [round.id for round in rounds]
    decisions, done, names = queries.published_decisions(db, ids), delivered(db, ids), queries.titles_of(db, ids)
    return [
        Card(
            kind="burgerbudget",
            label=_("Burgerbudget"),
            title=round.title,
            text=_in_words(Result(round, decisions.get(round.id), names[round.id]), done.get(round.id, 0)),
            url=url_for("burgerbudget.outcome", slug=round.slug),
            action=_("Bekijk de uitslag"),
        )
        for round in rounds
    ]


def _in_words(result: Result, done: int) -> str:
    if not result.is_final:
        projects = plural(result.to_jury, _("project gaat"), _("projecten gaan"))
        return str(_("%(projects)s naar de jury. Het college moet nog beslissen.", projects=projects))
    titles = result.titles
    if not titles:
        return str(_("Geen enkel project is gekozen."))
    come = plural(len(titles), _("project komt er"), _("projecten komen er"))
    names = ", ".join(titles[:2])
    words = f"{come}, {_('zoals')}: {names}." if len(titles) > 2 else f"{come}: {names}."
    return f"{words} {_('%(done)s van de %(all)s uitgevoerd.', done=done, all=len(titles))}" if done else words


def work(db: Session, who: Actor, now: datetime) -> Sequence[Work]:
    """One heap for publishers, which opens at the first round that waits."""
    if not who.has(Role.PUBLISHER, module="burgerbudget"):
        return []
    waiting = queries.rounds_to_award(db, who.id, now)
    if not waiting:
        return []
    url = url_for("budget_awards.award", slug=waiting[0].slug)
    return [Work(_("besluiten van het college om in te voeren of na te kijken"), len(waiting), url)]

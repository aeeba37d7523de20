"""What the referendum shows elsewhere in the house: home, own page, console; and its periodic work."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.electorate.models import UsedRight
from spreekt.identity.permissions import KEEP_REGISTER, SEE_REFERENDA
from spreekt.identity.residency import residency_of
from spreekt.kernel.actor import Actor
from spreekt.kernel.clock import BRUSSELS, last_day
from spreekt.kernel.dutch import day, plural
from spreekt.module import Card, Deed, Work
from spreekt.modules.referendum import board, objections, queries, steps, two_people
from spreekt.modules.referendum.models import Referendum, State, TwoPersonAct
from spreekt.modules.referendum.poll_keys import key_of
from spreekt.modules.referendum.results import shown_result
from spreekt.modules.referendum.standing import Standing
from spreekt.web.context import clock, vault
from spreekt.web.context import now as this_moment

KIND = "referendum"


def open_now(db: Session, now: datetime) -> Sequence[Card]:
    """A card for each referendum in which one can vote."""
    return [
        Card(
            kind=KIND,
            label=_("Referendum"),
            title=referendum.questions[0].text if len(referendum.questions) == 1 else referendum.title,
            text=_("Je stemt met de code uit je brief. Wat je stemt, weet niemand, ook de stad niet."),
            url=url_for("referendum.show", slug=referendum.slug),
            action=_("Lees en stem"),
            until=referendum.poll.closes_at,
            facts=(
                (_("Al online gestemd"), plural(board.voters_told(db, referendum, now), _("inwoner"), _("inwoners"))),
            ),
            is_main=True,
        )
        for referendum in queries.open_referenda(db, now)
    ]


def outcomes(db: Session, now: datetime) -> Sequence[Card]:
    """A card for each of the latest results."""
    found = []
    for referendum in queries.proclaimed(db, now):
        result = shown_result(referendum)
        verdicts = ", ".join(dict.fromkeys(judged.verdict.value for judged in result.questions))
        voters = plural(result.voters, _("inwoner stemde"), _("inwoners stemden"))
        found.append(
            Card(
                kind=KIND,
                label=_("Referendum"),
                title=referendum.title,
                text=_("%(voters)s. Uitslag: %(verdicts)s.", voters=voters, verdicts=verdicts),
                url=url_for("referendum.outcome", slug=referendum.slug),
                action=_("Bekijk de uitslag"),
            )
        )
    return found


def deeds(db: Session, who: Actor) -> Sequence[Deed]:
    """In which referenda this resident used their right, as long as anybody can know."""
    return [
        Deed(
            at=referendum.poll.opens_at,
            title=_("Je stemde in %(title)s", title=referendum.title),
            url=url_for("referendum.show", slug=referendum.slug),
            state=_("Je stem is aangekomen"),
            next_step=_next_of(referendum, this_moment()),
        )
        for referendum in (_voted_in(db, who.id) if who.id is not None else ())
    ]


def _next_of(referendum: Referendum, now: datetime) -> str:
    standing = referendum.standing(now)
    said: str = _("De stembus sluit op %(day)s.", day=day(last_day(referendum.poll.closes_at)))
    if standing is Standing.ANNULLED:
        said = _("Dit referendum is vernietigd: de stemmen gelden niet.")
    elif standing is Standing.DONE:
        said = _("Bekijk de uitslag.")
    elif standing.is_over:
        said = _("De stembus is gesloten. De uitslag komt nog.")
    return said


def work(db: Session, who: Actor, now: datetime) -> Sequence[Work]:
    """Acts that wait for a second person, and boxes that wait to be sealed."""
    if not SEE_REFERENDA.allows(who):
        return ()
    every = queries.every_referendum(db)
    to_confirm = _to_confirm(db, every, who)
    to_seal = sum(each.state in (State.OPEN, State.SUSPENDED) and each.poll.is_over(now) for each in every)
    url = url_for("referendum_staff.index")
    oldest = min((act.first_at for act in to_confirm), default=None)
    objected, late = objections.waiting(db, now.astimezone(BRUSSELS).date())
    return (
        *([Work(_("bezwaren tegen de kiezerslijst"), objected, url, late)] if KEEP_REGISTER.allows(who) else ()),
        Work(
            label=_("stap die een tweede persoon bevestigt")
            if len(to_confirm) == 1
            else _("stappen die een tweede persoon bevestigt"),
            count=len(to_confirm),
            url=url,
            oldest_at=oldest,
        ),
        Work(
            label=_("stembus om te verzegelen") if to_seal == 1 else _("stembussen om te verzegelen"),
            count=to_seal,
            url=url,
            overdue=to_seal,
        ),
    )


def _to_confirm(db: Session, every: Sequence[Referendum], who: Actor) -> Sequence[TwoPersonAct]:
    """What somebody else proposed and this person can confirm now."""
    of = {referendum.id: referendum for referendum in every}
    return [
        proposed
        for proposed in two_people.all_waiting(db)
        if steps.may_confirm(db, clock(), of[proposed.referendum_id], proposed, by=who)
    ]


def export(db: Session, account_id: int) -> Mapping[str, Any]:
    """Where somebody voted; what, nobody knows."""
    return {"gestemd_in": [referendum.title for referendum in _voted_in(db, account_id)]}


def sweep(db: Session, now: datetime) -> None:
    """Put ballots on the board whose batch is due, unless the vote stands still; forget old objections to a roll."""
    objections.wipe_contacts(db, now)
    for referendum in queries.every_referendum(db):
        if referendum.state is State.OPEN:
            board.put_up(db, referendum, now)


def _voted_in(db: Session, account_id: int) -> Sequence[Referendum]:
    """The referenda in which the resident behind an account used their right; none once the key is thrown away."""
    residency = residency_of(db, account_id, now=this_moment())
    if residency is None:
        return []
    keys = {
        key_of(vault(), referendum).voter(residency.person_key): referendum
        for referendum in queries.every_referendum(db)
        if referendum.sealed_key and referendum.is_public
    }
    if not keys:
        return []
    used = db.scalars(select(UsedRight.voter_key).where(UsedRight.voter_key.in_(keys)))
    return [keys[key] for key in used]

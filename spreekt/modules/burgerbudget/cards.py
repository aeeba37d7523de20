"""What Burgerbudget shows elsewhere in the house (home, reminders, own page, console), and what it forgets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from spreekt.electorate import passes
from spreekt.electorate.domain import turnout, voter_key
from spreekt.electorate.models import Poll, UsedRight
from spreekt.identity.residency_models import Residency
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import last_day
from spreekt.kernel.dutch import day, euro, plural, until, until_clock
from spreekt.module import Card, Deed, Reminder, Work
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.models import BallotDraft, Round
from spreekt.modules.burgerbudget.officers import cards as officer_cards
from spreekt.modules.burgerbudget.voting import closing, mixing
from spreekt.modules.burgerbudget.voting.own_ballot import Progress, begun_ballots, progress_of
from spreekt.web.context import clock as this_clock
from spreekt.web.context import now as this_moment
from spreekt.web.context import vault

KIND = "burgerbudget"


def open_now(db: Session, now: datetime) -> Sequence[Card]:
    """A card for each round in which one can vote."""
    return [
        Card(
            kind=KIND,
            label=_("Burgerbudget"),
            title=_("Waar moet %(amount)s naartoe?", amount=euro(round.amount_cents))
            if round.is_about_themes
            else _("Kies mee wat er komt met %(amount)s", amount=euro(round.amount_cents)),
            text=_("Kies de thema's die jij belangrijk vindt. Daarna dienen inwoners per thema projecten in.")
            if round.is_about_themes
            else _("Kies de projecten die jij het liefst ziet komen. Je kan je keuze nakijken voor je bevestigt."),
            url=url_for("burgerbudget.show", slug=round.slug),
            action=_("Bekijk en stem"),
            until=round.poll.closes_at,
            facts=((_("Al gestemd"), plural(turnout(db, round.poll), _("inwoner"), _("inwoners"))),),
            is_main=True,
        )
        for round in queries.open_rounds(db, now)
    ]


def reminders(db: Session, who: Actor, now: datetime) -> Sequence[Reminder]:
    """A bar on every page for who marked something and did not confirm. It goes when the ballot is cast."""
    return [
        Reminder(
            text=_(
                "Je hebt nog niet bevestigd voor %(round)s. Je ontwerp telt mee bij het sluiten, op %(day)s, %(hour)s.",
                round=round.title, day=day(last_day(round.poll.closes_at)), hour=until_clock(round.poll.closes_at),
            ),
            url=url_for("burgerbudget.vote", slug=round.slug, _anchor="telt-mee"),
            label=_("Verander of stop dat"),
        )
        if progress_of(draft) is Progress.READY
        else Reminder(
            text=_(
                "Je hebt nog niet gestemd voor %(round)s. Je keuze telt pas als je bevestigt, tot %(day)s, %(hour)s.",
                round=round.title, day=day(last_day(round.poll.closes_at)), hour=until_clock(round.poll.closes_at),
            ),
            url=url_for("burgerbudget.review", slug=round.slug),
            label=_("Kijk na en stem"),
        )
        for round, draft in begun_ballots(db, vault(), who=who, now=now)
    ]  # fmt: skip


def deeds(db: Session, who: Actor) -> Sequence[Deed]:
    """In which rounds somebody voted or began to; what they chose is not known here or anywhere."""
    begun = [
        Deed(
            at=draft.saved_at,
            title=_("Je begon te stemmen in %(round)s", round=round.title),
            url=url_for("burgerbudget.vote", slug=round.slug),
            state=_("Telt mee bij het sluiten") if progress_of(draft) is Progress.READY else _("Nog niet gestemd"),
            next_step=_("Bevestigen kan tot %(moment)s.", moment=until(round.poll.closes_at)),
        )
        for round, draft in begun_ballots(db, vault(), who=who, now=this_moment())
    ]
    voted = [
        Deed(
            at=round.poll.opens_at,
            title=_("Je stemde in %(round)s", round=round.title),
            url=url_for("burgerbudget.show", slug=round.slug),
            state=_("Je stem telt mee"),
            next_step=_("Bekijk wat er gekozen is.")
            if round.publishes_at <= this_moment()
            else _("De uitslag komt op %(day)s.", day=day(round.publishes_at)),
        )
        for round in (_voted_in(db, who.id) if who.id is not None else ())
    ]
    return begun + voted


def work(who: Actor, now: datetime, rounds: Sequence[Round]) -> Sequence[Work]:
    """Results that wait to be prepared or confirmed, and rounds that are being prepared, of all rounds there are."""
    url = url_for("burgerbudget_staff.index")
    found = []
    if who.has(Role.PUBLISHER, module=KIND):
        voted_in = [round for round in rounds if not round.without_vote]
        to_count = [round for round in voted_in if round.poll.is_over(now) and not round.outcomes]
        to_confirm = [round for round in rounds if round.is_prepared]
        held = [round for round in rounds if round.hold is not None]
        late = sum(round.publishes_at <= now for round in (*to_count, *to_confirm))
        number = len(to_count) + len(to_confirm)
        found.append(Work(label=_("uitslagen om te publiceren"), count=number, url=url, overdue=late))
        if held:
            found.append(Work(label=_("stemmingen die stilliggen"), count=len(held), url=url))
    if who.has(Role.ADMIN, module=KIND):
        coming = sum(round.may_change(now) for round in rounds)
        found.append(Work(label=_("rondes in voorbereiding"), count=coming, url=url))
        found += officer_cards.without_keys(rounds, now)
    if who.has(Role.DESK, module=KIND):
        at_desk = [round for round in rounds if round.takes_votes(now)]
        found.append(Work(label=_("stemmingen aan het loket"), count=len(at_desk), url=url_for("budget_desk.index")))
    return found


def export(db: Session, account_id: int) -> Mapping[str, Any]:
    """Where somebody voted. Their drafts are in the file of the house."""
    return {"gestemd_in": [round.title for round in _voted_in(db, account_id)]}


def erase(db: Session, account_id: int) -> None:
    """Drafts go. A ballot that was cast stays: nobody can find whose it is."""
    db.execute(delete(BallotDraft).where(BallotDraft.account_id == account_id))


def sweep(db: Session, now: datetime) -> None:
    """A reminder before a vote closes; after it, drafts whose owners asked for it count. Boxes are mixed."""
    closing.remind(db, vault(), now)
    closing.count_all_drafts(db, vault(), this_clock(), now)
    mixing.mix_waiting(db, now)
    passes.forget_expired(db, now=now)


def _voted_in(db: Session, account_id: int) -> Sequence[Round]:
    """The rounds in which the resident behind an account used their right, found by their key in each."""
    mine = select(Residency.person_key).where(Residency.account_id == account_id, Residency.ended_at.is_(None))
    query = select(Round, mine.scalar_subquery()).join(Poll).options(joinedload(Round.poll))
    rows = db.execute(query.order_by(Poll.opens_at.desc(), Poll.id)).all()
    if not rows or rows[0][1] is None:
        return []
    person_key, rounds = rows[0][1], [row[0] for row in rows]
    keys = {voter_key(vault(), round.poll, person_key): round for round in rounds}
    if not keys:
        return []
    used = db.scalars(select(UsedRight.voter_key).where(UsedRight.voter_key.in_(keys)))
    return [keys[key] for key in used]

"""What a jury shows elsewhere in the house: candidacy and seat, a bar for unfinished sheets, work of staff."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import last_day
from spreekt.kernel.dutch import day, plural
from spreekt.kernel.regulations import PhaseKind
from spreekt.module import Deed, Reminder, Work
from spreekt.modules.burgerbudget import shortlist
from spreekt.modules.burgerbudget.dossiers.workflow import MODULE_NAME
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury import scores as jury_scores
from spreekt.modules.burgerbudget.jury import seats as jury_seats
from spreekt.modules.burgerbudget.jury.call_models import JuryCandidate, JuryDraw, JuryExpert, JurySeat, SeatState
from spreekt.modules.burgerbudget.jury.models import JuryReport
from spreekt.modules.burgerbudget.jury.score_models import JurySheet
from spreekt.modules.burgerbudget.jury.seats import SEAT_WORDS
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.phases.models import Phase, RoundRegulation

SOON = timedelta(days=14)
"""So long before the jury begins its draw is work."""
LAST_WEEK = timedelta(days=7)
"""So long before its last day what a jury still owes is work."""


def deeds(db: Session, who: Actor) -> Sequence[Deed]:
    """Calls that somebody answered, and seats that they hold."""
    if who.id is None:
        return []
    mine = (
        select(Round, JurySeat, JuryCandidate)
        .outerjoin(JurySeat, (JurySeat.round_id == Round.id) & (JurySeat.account_id == who.id))
        .outerjoin(JuryCandidate, (JuryCandidate.round_id == Round.id) & (JuryCandidate.account_id == who.id))
        .where(JurySeat.id.is_not(None) | JuryCandidate.id.is_not(None))
    )
    rows = db.execute(mine).all()
    seats = [(seat, round) for round, seat, _candidate in rows if seat is not None]
    stands = [(candidate, round) for round, seat, candidate in rows if seat is None]
    found = [
        Deed(
            at=candidate.signed_up_at, title=_("Je bent kandidaat voor de jury van %(round)s", round=round.title),
            url=f"/burgerbudget/{round.slug}/jury/kandidaat", state=_("Het lot beslist nog"),
        )
        for candidate, round in stands
    ]  # fmt: skip
    for seat, round in seats:
        until = seat.answer_by if seat.state is SeatState.ASKED else None
        last = day(last_day(until)) if until else ""
        found.append(Deed(
            at=seat.answer_by or round.poll.opens_at, title=_("De jury van %(round)s", round=round.title),
            url=_address(seat, round), state=_(SEAT_WORDS[seat.state]),
            next_step=_("Zeg ja of nee, ten laatste %(day)s.", day=last) if last else "",
        ))  # fmt: skip
    return found


def _address(seat: JurySeat, round: Round) -> str:
    if seat.state in (SeatState.ASKED, SeatState.SILENT):
        return f"/burgerbudget/{round.slug}/jury/plaats"
    if seat.state is SeatState.SITS:
        return f"/burgerbudget/{round.slug}/jury/werk"
    return f"/burgerbudget/{round.slug}/jury{'/loting' if seat.expert is None else ''}"


def reminders(db: Session, who: Actor, now: datetime) -> Sequence[Reminder]:
    """A bar for jurors who did not answer yet or have sheets to hand in. Nobody else is asked for."""
    if who.id is None or not who.has(Role.JUROR, module=MODULE_NAME):
        return []
    query = select(JurySeat, Round).join(Round, Round.id == JurySeat.round_id).where(JurySeat.account_id == who.id)
    found = []
    for seat, round in db.execute(query.where(JurySeat.state.in_((SeatState.ASKED, SeatState.SITS)))).all():
        if seat.state is SeatState.ASKED:
            says = _("De stad vraagt jou als expert in de jury van %(round)s. Doe je mee?", round=round.title)
            if seat.expert is None:
                says = _("Het lot koos jou voor de jury van %(round)s. Doe je mee?", round=round.title)
            found.append(Reminder(says,
                                  f"/burgerbudget/{round.slug}/jury/plaats", _("Zeg ja of nee")))  # fmt: skip
            continue
        left, _all = jury_scores.to_do(db, jury_queries.standing(db, round), seat, now)
        if left:
            words = plural(left, _("scoreblad"), _("scorebladen"))
            found.append(Reminder(_("Je hebt nog %(sheets)s door te geven voor de jury.", sheets=words),
                                  f"/burgerbudget/{round.slug}/jury/werk", _("Ga verder")))  # fmt: skip
    return found


def work(db: Session, who: Actor, now: datetime) -> Sequence[Work]:
    """Juries to draw or to appoint, seats to fill, sheets that are missing, reports for the second person."""
    runs, signs = who.has(Role.ADMIN, module=MODULE_NAME), who.has(Role.ADMIN, Role.PUBLISHER, module=MODULE_NAME)
    if not signs:
        return []
    found: list[Work] = []
    for standing in _juries(db, now):
        round, url = standing.round, f"/beheer/rondes/{standing.round.slug}/jury"
        opens_at, is_late = standing.span.opens_at if standing.span else now, standing.is_late(now)
        if standing.is_appointed:
            found += _appointing(standing, url, who, now)
        to_draw = standing.draw is None and not (standing.is_appointed or standing.is_closed)
        if to_draw and runs and now >= opens_at - SOON:
            number = jury_queries.number_of_candidates(db, round.id)
            found.append(Work(_("kandidaten voor een jury, nog te loten"), max(1, number), url,
                              overdue=int(now >= opens_at)))  # fmt: skip
        elif standing.draw is not None and not standing.is_drawn and standing.draw.frozen_by_id != who.id:
            late = standing.seed_is_known(now - timedelta(days=1))
            found.append(Work(_("jury om te loten"), 1, url, overdue=int(late), oldest_at=standing.draw.frozen_at))
        elif standing.is_closed and not standing.is_published and standing.report is not None:
            if standing.report.closed_by_id != who.id:
                found.append(Work(_("juryverslag om te publiceren"), 1, url, overdue=int(is_late),
                                  oldest_at=standing.report.closed_at))  # fmt: skip
        elif runs and standing.is_formed:
            found.append(Work(_("plaatsen in een jury om te vullen"), len(jury_seats.empty_seats(db, round.id)), url))
            if standing.is_open(now):
                projects = shortlist.projects(db, round, now)
                missing = sum(each.missing for each in jury_scores.totals(db, round.id, projects).values())
                found.append(Work(_("scorebladen die nog ontbreken"), missing, url, overdue=missing if is_late else 0))
                if standing.is_late(now + LAST_WEEK):
                    found.append(Work(_("juryverslag om af te sluiten"), 1, url, overdue=int(is_late)))
    return found


def _appointing(standing: jury_queries.Standing, url: str, who: Actor, now: datetime) -> Sequence[Work]:
    """Places to put an expert forward for, and experts whom somebody else put forward."""
    opens_at = standing.span.opens_at if standing.span else now
    waiting = [each for each in standing.proposed if each.proposed_by_id != who.id]
    found: list[Work] = []
    if standing.is_closed:
        return found
    if waiting:
        found.append(Work(_("experten voor een jury om te bevestigen"), len(waiting), url,
                          overdue=len(waiting) if now >= opens_at else 0,
                          oldest_at=min(each.proposed_at for each in waiting)))  # fmt: skip
    if standing.free_places and now >= opens_at - SOON and who.has(Role.ADMIN, module=MODULE_NAME):
        late = now >= opens_at and not standing.is_formed
        found.append(Work(_("plaatsen voor experten in een jury"), standing.free_places, url, overdue=int(late)))
    return found


def _juries(db: Session, now: datetime) -> Sequence[jury_queries.Standing]:
    """Juries that still have something to do: their report is not published."""
    done = select(JuryReport.round_id).where(JuryReport.published_at.is_not(None))
    put_forward = select(JuryExpert.round_id)
    query = (
        select(Round)
        .join(Phase, Phase.round_id == Round.id)
        .join(RoundRegulation, RoundRegulation.round_id == Round.id)
        .outerjoin(JuryDraw, JuryDraw.round_id == Round.id)
        .where(Phase.kind == PhaseKind.JURY, RoundRegulation.jury_size > 0, Round.id.not_in(done))
        .where((Phase.opens_at <= now + SOON) | JuryDraw.round_id.is_not(None) | Round.id.in_(put_forward))
    )
    return [jury_queries.standing(db, round) for round in db.scalars(query).unique()]


def export(db: Session, account_id: int) -> Mapping[str, Any]:
    """What is public of an expert, and a juror's own sheets; seat and candidacy are in the file of the house."""
    appointed = select(JuryExpert).join(JurySeat, JurySeat.id == JuryExpert.seat_id)
    experts = [
        {"naam": each.name, "expertise": each.expertise, "besluit": each.decision_uri}
        for each in db.scalars(appointed.where(JurySeat.account_id == account_id).order_by(JuryExpert.id))
    ]
    sheets = _sheets(db, account_id)
    return {**({"expert": experts} if experts else {}), **({"jury": sheets} if sheets else {})}


def _sheets(db: Session, account_id: int) -> list[dict[str, Any]]:
    mine = select(JurySheet).join(JurySeat, JurySeat.id == JurySheet.seat_id).where(JurySeat.account_id == account_id)
    return [
        {"project": sheet.project_id, "betrokken": not sheet.judges, "nota": sheet.note,
         "punten": {score.criterion_id: score.points for score in sheet.scores}}
        for sheet in db.scalars(mine.order_by(JurySheet.seat_id, JurySheet.project_id))
    ]  # fmt: skip

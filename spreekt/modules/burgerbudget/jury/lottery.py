"""The draw: one person freezes the list and says where the seed will come from, another enters the seed and draws."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from spreekt.identity import grants
from spreekt.identity.models import Account
from spreekt.identity.residency_models import RegisterEntry
from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import BRUSSELS, end_of_day, last_day
from spreekt.kernel.dutch import day
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid
from spreekt.kernel.text import clean_line
from spreekt.modules.burgerbudget import locks, queries
from spreekt.modules.burgerbudget.dossiers.group import entry_of
from spreekt.modules.burgerbudget.dossiers.workflow import MODULE_NAME
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury.call import fits
from spreekt.modules.burgerbudget.jury.call_models import AgeBand, JuryCandidate, JuryDraw, JurySeat, SeatState
from spreekt.modules.burgerbudget.jury.queries import Standing
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.rules.jury_draw import JuryList, draw
from spreekt.modules.burgerbudget.rules.jury_file import draw_file, list_file, read_list, sha256
from spreekt.modules.burgerbudget.rules.jury_fit import Candidate, targets
from spreekt.modules.burgerbudget.workflow import runs_rounds
from spreekt.territory.models import Area


class ListIsFrozen(DomainError):
    """Nobody comes in or goes out any more."""

    says = N_("De lijst van kandidaten ligt al vast. Ze kan niet meer veranderen.")


class CannotFreeze(DomainError):
    """Before the round opened, after the jury phase, or in a round without a jury."""

    says = N_("Nu kan je geen lijst vastleggen: de ronde moet open zijn en de jury mag niet voorbij zijn.")


class NobodyToDraw(DomainError):
    """An empty list."""

    says = N_("Er zijn nog geen kandidaten. Maak de oproep eerst bekend.")


class NothingFrozen(DomainError):
    """The list comes first."""

    says = N_("Leg eerst de lijst van kandidaten vast.")


class SeedTooEarly(Invalid):
    """Whoever knows the seed could choose the list."""

    says = N_("Kies een dag na vandaag: het lotgetal mag nog niet bekend zijn als de lijst vastligt.")


class SeedTooLate(Invalid):
    """The argument is the last day on which the seed may become known."""

    says = N_("Kies ten laatste {0}: de jury moet nog kunnen werken.")


class SeedIsKnown(DomainError):
    """Whoever knows the seed knows the jury."""

    says = N_("De dag van het lotgetal is er. Wie de lijst nu weggooit, kan de jury kiezen. Loot met deze lijst.")


class SeedNotKnown(DomainError):
    """The argument is the day on which the seed becomes known."""

    says = N_("Het lotgetal is pas bekend op {0}. Kom dan terug.")


class SameDrawer(DomainError):
    """Two people."""

    says = N_("Jij legde de lijst vast. Iemand anders vult het lotgetal in en loot.")


class SameDiscarder(DomainError):
    """Two people."""

    says = N_("Jij legde de lijst vast. Iemand anders kan ze weggooien.")


class DrawnAlready(DomainError):
    """Once."""

    says = N_("Er is al geloot. Een tweede loting kan niet.")


def is_second(actor: Actor, _subject: object = None) -> bool:
    """Who may be the second of two people: an administrator or a publisher."""
    return actor.has_second_factor and actor.has(Role.ADMIN, Role.PUBLISHER, module=MODULE_NAME)


def freeze(db: Session, round: Round, *, seed_source: str, seed_on: date, by: Actor, now: datetime) -> JuryDraw:
    """Fix the candidates and the wanted seats, and publish their hash. `now` is the database's clock.

    Who moved away or is too young on the day that counts is not on the list. Raises ListIsFrozen, CannotFreeze,
    SeedTooEarly, SeedTooLate, NobodyToDraw.
    """
    if not runs_rounds(by, None) or by.id is None:
        raise Forbidden
    locks.alone(db, round)
    standing = jury_queries.standing(db, round)
    if standing.draw is not None:
        raise ListIsFrozen
    if not standing.takes_candidates(now):
        raise CannotFreeze
    source = clean_line(seed_source, most=300, least=10)
    if seed_on <= now.astimezone(BRUSSELS).date():
        raise SeedTooEarly
    last = _last_seed_day(standing, now)
    if seed_on > last:
        raise SeedTooLate(day(last))
    text = list_file(_listed(db, standing, source, now))
    frozen = JuryDraw(
        round_id=round.id, list_file=text, list_sha256=sha256(text), candidates=len(read_list(text).candidates),
        seed_source=source, seed_on=seed_on, frozen_at=now, frozen_by_id=by.id,
    )  # fmt: skip
    try:
        with db.begin_nested():
            db.add(frozen)
    except IntegrityError:
        raise ListIsFrozen from None
    audit.record(db, by=by, act="jury.freeze", subject=f"round:{round.id}", reason=frozen.list_sha256)
    return frozen


def _last_seed_day(standing: Standing, now: datetime) -> date:
    """The last day of the jury; for a jury that is late, as many days from now as it was given."""
    today, span = now.astimezone(BRUSSELS).date(), standing.span
    if span is None or span.closes_at is None:
        raise CannotFreeze
    last = last_day(span.closes_at)
    return last if last > today else today + (span.closes_at - span.opens_at)


def discard(db: Session, round: Round, *, reason: str, by: Actor, now: datetime) -> None:
    """Throw away a frozen list before its seed is known: candidates may come and go again, and it is frozen anew.

    Never by who froze it; why stands in the log. Raises NothingFrozen, DrawnAlready, SameDiscarder, SeedIsKnown.
    """
    if not is_second(by) or by.id is None:
        raise Forbidden
    locks.alone(db, round)
    standing = jury_queries.standing(db, round)
    if standing.draw is None:
        raise NothingFrozen
    if standing.is_drawn:
        raise DrawnAlready
    if by.id == standing.draw.frozen_by_id:
        raise SameDiscarder
    if standing.seed_is_known(now):
        raise SeedIsKnown
    words = clean_line(reason, most=300, least=5)
    db.delete(standing.draw)
    db.flush()
    audit.record(db, by=by, act="jury.discard", subject=f"round:{round.id}", reason=words)


def draw_jury(db: Session, round: Round, seed: str, *, by: Actor, now: datetime) -> JuryDraw:
    """Draw jury and reserves with the seed, once; jurors are asked. `now` is the database's clock.

    Raises NothingFrozen, DrawnAlready, SameDrawer, SeedNotKnown.
    """
    if not is_second(by) or by.id is None:
        raise Forbidden
    locks.alone(db, round)
    query = select(JuryDraw).where(JuryDraw.round_id == round.id).options(undefer(JuryDraw.list_file))
    frozen = db.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if frozen is None:
        raise NothingFrozen
    if frozen.is_drawn:
        raise DrawnAlready
    if by.id == frozen.frozen_by_id:
        raise SameDrawer
    if now.astimezone(BRUSSELS).date() < frozen.seed_on:
        raise SeedNotKnown(f"{frozen.seed_on:%d/%m/%Y}")
    words, listed = clean_line(seed, most=200, least=4), read_list(frozen.list_file)
    drawn = draw(listed, words)
    once = update(JuryDraw).where(JuryDraw.round_id == round.id, JuryDraw.drawn_at.is_(None))
    values = {"seed": words, "draw_file": draw_file(listed, words, drawn), "drawn_at": now, "drawn_by_id": by.id}
    if not db.execute(once.values(values)).rowcount:  # type: ignore[attr-defined]
        raise DrawnAlready
    db.refresh(frozen)
    audit.record(db, by=by, act="jury.draw", subject=f"round:{round.id}", reason=words)
    _seat(db, round, drawn.jury, drawn.reserves, by=by, now=now)
    outbox.record(db, "jury.drawn", round_id=round.id)
    return frozen


def ask(db: Session, seat: JurySeat, *, by: Actor, now: datetime) -> None:
    """Give who is asked the role by which they get in, and mail them. The state is the caller's."""
    if seat.account_id is None:
        return
    account = db.get_one(Account, seat.account_id)
    with suppress(grants.AlreadyGranted):
        grants.grant_role(db, account, Role.JUROR, area_id=None, module=MODULE_NAME, by=by, now=now,
                          reason=f"jury-seat:{seat.id}")  # fmt: skip
    outbox.record(db, "jury.asked", seat_id=seat.id)


def answer_by(db: Session, round_id: int, now: datetime) -> datetime:
    """The end of the last day on which who is asked can answer."""
    call = jury_queries.standing(db, db.get_one(Round, round_id)).call
    days = call.answer_days if call is not None else 7
    return end_of_day(now, days=days)


def people_of(db: Session, standing: Standing, now: datetime) -> tuple[dict[str, int], dict[str, int]]:
    """How many people could be on this jury, by age band and by area, as the register counts them. One statement."""
    on = standing.age_on or now.date()
    least = standing.rules.jury_age_least if standing.rules else 0
    only = standing.round.poll.area_id
    areas = {area.id: area.code for area in queries.boroughs(db, now) if only in (None, area.id)}
    bands = [band for band in AgeBand if band is AgeBand.at(least) or band.least > least]
    band = case(
        *((RegisterEntry.born_on <= _years_before(on, each.least), each.value) for each in reversed(bands[1:])),
        else_=bands[0].value,
    )
    rows = db.execute(
        select(RegisterEntry.area_id, band, func.count())
        .where(RegisterEntry.gone_on.is_(None), RegisterEntry.born_on <= _years_before(on, least))
        .where(RegisterEntry.area_id.in_(areas))
        .group_by(RegisterEntry.area_id, band)
    ).all()
    ages, by_area = dict.fromkeys([each.value for each in bands], 0), dict.fromkeys(sorted(areas.values()), 0)
    for area_id, name, number in rows:
        ages[name] += number
        by_area[areas[area_id]] += number
    return ages, by_area


def _listed(db: Session, standing: Standing, source: str, now: datetime) -> JuryList:
    size, reserves = standing.size, standing.rules.jury_reserves if standing.rules else 0
    ages, areas = people_of(db, standing, now)
    candidates = _renewed(db, standing, areas, now)
    if not candidates:
        raise NobodyToDraw
    return JuryList(
        round=standing.round.slug, size=size, reserves=reserves, seed_source=source, ages=targets(size, ages),
        areas=targets(size, areas), candidates=tuple(candidates),
    )  # fmt: skip


def _renewed(db: Session, standing: Standing, areas: Mapping[str, int], now: datetime) -> list[Candidate]:
    """Who may still stand, with the age band and area that the register gives today; the others go."""
    least = standing.rules.jury_age_least if standing.rules else 0
    codes, found = {area.id: area.code for area in db.scalars(select(Area))}, []
    for row in db.scalars(select(JuryCandidate).where(JuryCandidate.round_id == standing.round.id)).all():
        entry = entry_of(db, row.account_id, now)
        if entry is None or not fits(entry, standing.age_on, least, standing.round.poll.area_id):
            outbox.record(db, "jury.dropped", round_id=standing.round.id, account_id=row.account_id)
            db.execute(delete(JuryCandidate).where(JuryCandidate.id == row.id))
            continue
        row.age_band, row.area_id = AgeBand.at(entry.age_on(standing.age_on or now.date())), entry.area_id
        if codes[row.area_id] in areas:
            gender = row.gender.value if row.gender else ""
            found.append(Candidate(row.number, row.age_band.value, codes[row.area_id], gender))
    db.flush()
    return found


def _seat(
    db: Session, round: Round, jury: tuple[int, ...], reserves: tuple[int, ...], *, by: Actor, now: datetime
) -> None:
    """A seat for everybody who was drawn. Who stopped since the list was frozen counts as a no."""
    rows = db.execute(select(JuryCandidate.number, JuryCandidate.account_id).where(JuryCandidate.round_id == round.id))
    holders, until = {row.number: row.account_id for row in rows}, answer_by(db, round.id, now)
    for is_reserve, numbers in ((False, jury), (True, reserves)):
        for place, number in enumerate(numbers, start=1):
            holder = holders.get(number)
            asked = SeatState.RESERVE if is_reserve else SeatState.ASKED
            seat = JurySeat(
                round_id=round.id, account_id=holder, number=number, is_reserve=is_reserve, place=place,
                state=asked if holder is not None else SeatState.DECLINED, answer_by=None if is_reserve else until,
            )  # fmt: skip
            db.add(seat)
            db.flush()
            if not is_reserve:
                ask(db, seat, by=by, now=now)


def _years_before(on: date, years: int) -> date:
    """The last day on which somebody of this age could be born."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return on.replace(year=on.year - years, day=28)

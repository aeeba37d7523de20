"""Who is in a group and whether it is whole: distinct people and addresses, old enough, without showing either."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from spreekt.identity.residency_models import RegisterEntry, Residency
from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import SYSTEM, Actor
from spreekt.kernel.clock import BRUSSELS, end_of_day, last_day
from spreekt.kernel.errors import N_, DomainError, Invalid, NotThere
from spreekt.kernel.regulations import PhaseKind
from spreekt.kernel.text import clean_line
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget.dossiers import leading
from spreekt.modules.burgerbudget.dossiers.advice_models import DossierDecision
from spreekt.modules.burgerbudget.dossiers.models import GROUP_ACTS, Dossier, DossierMember, Invitation, Stage
from spreekt.modules.burgerbudget.dossiers.opening import due_after
from spreekt.modules.burgerbudget.dossiers.workflow import GOES_ON, RUNNING, is_lead, move
from spreekt.modules.burgerbudget.phases.models import RoundRegulation
from spreekt.modules.burgerbudget.phases.regulation import regulation_of
from spreekt.modules.burgerbudget.phases.timeline import is_open, phase, timeline

INVITATION = "dossier invitation"
MOST_INVITATIONS = 30
LINK_DAYS = 30


class CannotJoin(DomainError):
    """Why somebody cannot be in this group, for them alone."""

    says = "{0}"


class LinkIsDead(DomainError):
    """Used, declined or too old."""

    says = N_("Deze link werkt niet meer. Vraag een nieuwe aan wie je uitnodigde.")


class LastOne(DomainError):
    """A group of one does not leave; it withdraws."""

    says = N_("Jij bent de enige in de groep. Trek het voorstel in als je wil stoppen.")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is missing to a group: a sentence and its numbers. Names nobody."""

    says: str
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupCheck:
    """How a group stands: only counts, so that nobody learns who lives where or how old somebody is."""

    members: int
    addresses: int
    adults: int
    faults: tuple[Fault, ...]

    @property
    def is_whole(self) -> bool:
        return not self.faults


def rules_of(db: Session, dossier: Dossier) -> RoundRegulation:
    """The numbers of the round a dossier is for. Raises NotThere for a round without a regulation."""
    rules = regulation_of(db, dossier.round)
    if rules is None:
        raise NotThere
    return rules


def entry_of(db: Session, account_id: int | None, now: datetime) -> RegisterEntry | None:
    """What the register says of the resident behind an account, as long as their proof holds."""
    return db.scalars(
        select(RegisterEntry).join(Residency, _holds(now)).where(Residency.account_id == account_id)
    ).one_or_none()


def check(db: Session, dossier: Dossier, *, now: datetime) -> GroupCheck:
    """Whether the group is whole at this moment: two statements, however many they are."""
    rules = rules_of(db, dossier)
    rows = db.execute(
        select(DossierMember.id, RegisterEntry)
        .outerjoin(Residency, and_(Residency.account_id == DossierMember.account_id, _alive(now)))
        .outerjoin(RegisterEntry, and_(RegisterEntry.person_key == Residency.person_key,
                                       RegisterEntry.gone_on.is_(None)))
        .where(DossierMember.dossier_id == dossier.id, DossierMember.left_at.is_(None))
    ).all()  # fmt: skip
    entries = [entry for _id, entry in rows if entry is not None]
    unknown, only = len(rows) - len(entries), dossier.round.poll.area_id
    return judged(entries, unknown, rules, on=age_day(db, dossier, now), only=only)


def judged(
    entries: Sequence[RegisterEntry], unknown: int, rules: RoundRegulation, *, on: date, only: int | None = None
) -> GroupCheck:
    """The rules of a group, on what the register says. `unknown`: members who are no residents now.

    `only` is the area a call is for: as many as the regulation asks live there, who comes on top may live elsewhere.
    """
    people = {entry.person_key for entry in entries}
    ages = [entry.age_on(on) for entry in entries]
    addresses = len({entry.household_key for entry in entries})
    adults = sum(age >= rules.adult_age for age in ages)
    faults = []
    if unknown:
        faults.append(Fault(N_("{0} van jullie moet nog tonen in de stad te wonen."), (unknown,)))
    if len(people) < rules.applicants_least:
        faults.append(Fault(N_("Jullie zijn met {0}. Minstens {1} mensen dienen samen in."),
                            (len(people), rules.applicants_least)))  # fmt: skip
    neighbours = len({entry.person_key for entry in entries if only in {None, entry.area_id}})
    if neighbours < min(len(people), rules.applicants_least):
        faults.append(Fault(N_("Deze oproep is voor één deelgemeente. Van jullie wonen daar {0} mensen. Dat moeten er "
                               "minstens {1} zijn."), (neighbours, rules.applicants_least)))  # fmt: skip
    if addresses < rules.addresses_least:
        faults.append(Fault(N_("Jullie wonen samen op {0} verschillende adressen. Er zijn er minstens {1} nodig."),
                            (addresses, rules.addresses_least)))  # fmt: skip
    if any(age < rules.applicant_age_least for age in ages):
        faults.append(Fault(N_("Iemand van jullie is te jong. Meedoen mag vanaf {0} jaar."),
                            (rules.applicant_age_least,)))  # fmt: skip
    if rules.applicant_age_most is not None:
        older = sum(age > rules.applicant_age_most for age in ages)
        if older > rules.adults_least:
            faults.append(Fault(N_("Deze oproep is voor wie hoogstens {0} jaar is, met hoogstens {1} oudere erbij."),
                                (rules.applicant_age_most, rules.adults_least)))  # fmt: skip
    if adults < rules.adults_least:
        faults.append(Fault(N_("Er moet minstens {0} volwassene bij zijn (vanaf {1} jaar)."),
                            (rules.adults_least, rules.adult_age)))  # fmt: skip
    return GroupCheck(len(entries) + unknown, addresses, adults, tuple(faults))


def age_day(db: Session, dossier: Dossier, now: datetime) -> date:
    """Old enough on the last day to hand in is old enough."""
    span = phase(timeline(db, dossier.round), PhaseKind.SUBMISSION)
    return last_day(span.closes_at) if span and span.closes_at else now.astimezone(BRUSSELS).date()


def add_member(
    db: Session, vault: Vault, dossier: Dossier, *, who: Actor, now: datetime, lead: bool = False
) -> DossierMember:
    """Put a resident in a group. Raises CannotJoin with the reason, for them alone."""
    entry, rules = entry_of(db, who.id, now), rules_of(db, dossier)
    if entry is None:
        raise CannotJoin(N_("Toon eerst dat je in de stad woont."))
    if lead and dossier.round.poll.area_id not in {None, entry.area_id}:
        raise CannotJoin(N_("Deze oproep is voor één deelgemeente. Een voorstel beginnen kan alleen wie er woont. Mee "
                            "indienen kan wel: vraag een link aan wie er woont."))  # fmt: skip
    age = entry.age_on(age_day(db, dossier, now))
    if age < rules.applicant_age_least:
        raise CannotJoin(N_("Je bent nog te jong om mee in te dienen."))
    key = vault.fingerprint(f"applicants of round {dossier.round_id}", entry.person_key)
    if any(member.applicant_key == key for member in dossier.active_members):
        raise CannotJoin(N_("Je zit al in deze groep."))
    most = rules.ideas_per_person_most
    if most is not None and _running_groups(db, dossier.round_id, key) >= most:
        raise CannotJoin(N_("Je doet al mee met zoveel voorstellen als het reglement toelaat."))
    member = DossierMember(dossier=dossier, account_id=who.id, applicant_key=key, is_lead=lead, joined_at=now)
    db.add(member)
    db.flush()
    return member


def invite(db: Session, vault: Vault, dossier: Dossier, *, label: str, email: str, by: Actor, now: datetime) -> None:
    """Mail somebody a link of their own. Raises Invalid after too many."""
    if not is_lead(by, dossier) or dossier.stage not in RUNNING:
        raise NotThere
    asked = db.scalar(select(func.count()).select_from(Invitation).where(Invitation.dossier_id == dossier.id))
    if (asked or 0) >= MOST_INVITATIONS:
        raise Invalid(N_("Je nodigde al heel veel mensen uit. Bel ons als er nog iemand bij moet."))
    invitation = Invitation(
        dossier_id=dossier.id, label=clean_line(label, most=60, least=1), asked_at=now,
        expires_at=end_of_day(now, days=LINK_DAYS),
        sealed_email=vault.seal(INVITATION, email, padded_to=256),
    )  # fmt: skip
    db.add(invitation)
    db.flush()
    outbox.record(db, "dossier.invited", invitation_id=invitation.id)


def token_of(vault: Vault, invitation: Invitation) -> str:
    """What stands in the link: follows from the row and a key outside the database, so it is kept nowhere."""
    return vault.fingerprint(INVITATION, f"{invitation.id} {invitation.dossier_id} {invitation.asked_at.isoformat()}")


def opened(db: Session, vault: Vault, id: int, token: str, *, now: datetime) -> Invitation:
    """The invitation behind a link. Raises NotThere for a wrong one, LinkIsDead for a dead one."""
    invitation = db.get(Invitation, id)
    if invitation is None or not hmac.compare_digest(token_of(vault, invitation).encode(), token.encode()):
        raise NotThere
    if not invitation.is_alive(now) or invitation.dossier.stage not in RUNNING:
        raise LinkIsDead
    return invitation


def accept(db: Session, vault: Vault, invitation: Invitation, *, by: Actor, now: datetime) -> None:
    """Join a group by one's own link. While it may still be made whole: see `takes_members`."""
    dossier = invitation.dossier
    if not takes_members(db, dossier, now):
        raise CannotJoin(N_("Deze groep kan nu niemand meer opnemen: de termijn is voorbij."))
    add_member(db, vault, dossier, who=by, now=now)
    invitation.accepted_at, invitation.sealed_email = now, ""
    db.flush()
    audit.record(db, by=by, act="dossier.join", subject=f"dossier:{dossier.id}")
    outbox.record(db, "dossier.joined", dossier_id=dossier.id, account_id=by.id or 0)
    settle(db, dossier, now=now)


def decline(db: Session, invitation: Invitation, *, now: datetime) -> None:
    """Whoever has the link may say no, without an account."""
    invitation.declined_at, invitation.sealed_email = now, ""
    db.flush()


def takes_members(db: Session, dossier: Dossier, now: datetime) -> bool:
    """While one can hand in, and afterwards as long as a running dossier has time to be whole."""
    if dossier.stage is Stage.INCOMPLETE:
        return dossier.due_at is None or now < dossier.due_at
    return dossier.stage in RUNNING and is_open(timeline(db, dossier.round), PhaseKind.SUBMISSION, now)


def leave(db: Session, dossier: Dossier, *, by: Actor, now: datetime, lead_too: bool = False) -> None:
    """Step out of a group. A lead hands over to who is in it longest. The dossier may become incomplete."""
    mine = next((member for member in dossier.active_members if member.account_id == by.id), None)
    if mine is None or dossier.stage not in RUNNING:
        raise NotThere
    if len(dossier.active_members) == 1 and not lead_too:
        raise LastOne
    leading.step_out(db, dossier, mine, by=by, now=now)
    settle(db, dossier, now=now)


def settle(db: Session, dossier: Dossier, *, now: datetime) -> None:
    """After somebody came or went: go on when the group is whole, start the clock when it no longer is.

    What the city asked of the group keeps the day that the letter gave: losing somebody wins no time.
    """
    state = check(db, dossier, now=now)
    if dossier.stage is Stage.INCOMPLETE and state.is_whole and dossier.resumes is not None:
        move(db, dossier, f"whole_{dossier.resumes.name.lower()}", by=SYSTEM)
        if dossier.stage in GROUP_ACTS:
            dossier.due_at = _last_due(db, dossier)
        dossier.submitted_at = dossier.submitted_at or now
        outbox.record(db, "dossier.whole", dossier_id=dossier.id)
    elif dossier.stage in GOES_ON and not state.is_whole:
        move(db, dossier, "lose_member", by=SYSTEM)
        dossier.due_at = due_after(dossier, now, days=rules_of(db, dossier).group_days)
        outbox.record(db, "dossier.incomplete", dossier_id=dossier.id)
    db.flush()


def _last_due(db: Session, dossier: Dossier) -> datetime | None:
    """The day that the last decision gave the group."""
    query = select(DossierDecision.due_at).where(DossierDecision.dossier_id == dossier.id)
    return db.scalar(query.order_by(DossierDecision.id.desc()).limit(1))


def lapse_overdue(db: Session, now: datetime) -> None:
    """Incomplete groups whose time is over are withdrawn; links that are too old forget their address."""
    late = select(Dossier).where(Dossier.stage == Stage.INCOMPLETE, Dossier.due_at <= now)
    for dossier in db.scalars(late):
        move(db, dossier, "lapse", by=SYSTEM)
        outbox.record(db, "dossier.lapsed", dossier_id=dossier.id)
    db.execute(update(Invitation).where(Invitation.expires_at <= now).values(sealed_email=""))


def _running_groups(db: Session, round_id: int, applicant_key: str) -> int:
    mine = (Dossier.round_id == round_id) & (DossierMember.applicant_key == applicant_key)
    running = DossierMember.left_at.is_(None) & Dossier.stage.not_in((Stage.WITHDRAWN, Stage.MERGED))
    query = select(func.count()).select_from(DossierMember).join(Dossier, Dossier.id == DossierMember.dossier_id)
    return db.scalar(query.where(mine, running)) or 0


def _alive(now: datetime) -> ColumnElement[bool]:
    return and_(Residency.ended_at.is_(None), or_(Residency.expires_at.is_(None), Residency.expires_at > now))


def _holds(now: datetime) -> ColumnElement[bool]:
    return and_(Residency.person_key == RegisterEntry.person_key, RegisterEntry.gone_on.is_(None), _alive(now))

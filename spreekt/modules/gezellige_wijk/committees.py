"""Committees: proposing one, contacts who confirm, recognising, the yearly question, handing over to somebody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from spreekt.identity.accounts import email_key, normal_email
from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import NOBODY, SYSTEM, Actor, Role
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid, NotThere
from spreekt.kernel.places import Outline
from spreekt.kernel.storage import Json
from spreekt.kernel.text import clean_line, clean_text
from spreekt.kernel.vault import Vault
from spreekt.kernel.workflow import Transition, Workflow, move
from spreekt.modules.gezellige_wijk.association_numbers import clean_association_number
from spreekt.modules.gezellige_wijk.committee_models import (
    Committee,
    CommitteeState,
    Contact,
    ContactChange,
    Form,
)
from spreekt.modules.gezellige_wijk.links import new_nonce, nonce_of
from spreekt.modules.gezellige_wijk.workflow import MODULE_NAME
from spreekt.territory.models import Area, Street

PURPOSE = "committee contact"
CHANGE_PURPOSE = "committee change"
EMAIL_PURPOSE = "committee contact"
CONTACTS_LEAST = 2
MOST_CONTACTS = 12
SLEEPS_AFTER_MONTHS = 18
"""Without a sign of life for so long a committee sleeps. Source: peers' practice; to be confirmed by the city."""
ASK_AFTER = timedelta(days=365)
C = CommitteeState
ALIVE = (C.RECOGNISED, C.ACTIVE, C.DORMANT)


class NameTaken(Invalid):
    says = N_("Er is al een comité met deze naam. Kies een andere.")


class NoPlace(Invalid):
    says = N_("Kies minstens één straat, of een wijk of gebied.")


class ContactsMissing(Invalid):
    says = N_("Een comité heeft minstens twee mensen met een eigen e-mailadres.")


class AlreadyContact(Invalid):
    says = N_("Deze persoon staat er al bij.")


class LastContacts(DomainError):
    says = N_("Er moeten minstens twee contactpersonen blijven. Geef de fakkel door aan iemand anders.")


def handles(actor: Actor, committee: Committee) -> bool:
    """Area workers of its areas."""
    return actor.has(Role.AREA_WORKER, area_ids=committee.area_ids, module=MODULE_NAME)


def speaks(actor: Actor, committee: Committee) -> bool:
    """A contact who confirmed, signed in."""
    return actor.id is not None and any(each.account_id == actor.id for each in committee.speakers)


def speaks_or_handles(actor: Actor, committee: Committee) -> bool:
    return speaks(actor, committee) or handles(actor, committee)


def is_rule(actor: Actor, _committee: Committee) -> bool:
    return actor == SYSTEM


LIFE = Workflow(
    initial=C.PROPOSED,
    transitions=(
        Transition("confirm", frozenset({C.PROPOSED}), C.CONFIRMED, is_rule),
        Transition("recognise", frozenset({C.CONFIRMED}), C.RECOGNISED, handles, N_("Erken dit comité")),
        Transition("refuse", frozenset({C.PROPOSED, C.CONFIRMED}), C.ENDED, handles, N_("Erken dit comité niet"),
                   asks_reason=True, is_grave=True),
        Transition("wake", frozenset({C.RECOGNISED, C.DORMANT}), C.ACTIVE, is_rule),
        Transition("sleep", frozenset({C.RECOGNISED, C.ACTIVE}), C.DORMANT, is_rule),
        Transition("end", frozenset({C.PROPOSED, C.CONFIRMED, C.RECOGNISED, C.ACTIVE, C.DORMANT}), C.ENDED,
                   speaks_or_handles, N_("Stop dit comité"), is_grave=True),
    ),
)  # fmt: skip
STATE_WORDS = {
    C.PROPOSED: N_("Wacht op de contactpersonen"),
    C.CONFIRMED: N_("Wacht op erkenning"),
    C.RECOGNISED: N_("Erkend"),
    C.ACTIVE: N_("Actief"),
    C.DORMANT: N_("Even stil"),
    C.ENDED: N_("Gestopt"),
}
STATE_LOOKS = {
    C.PROPOSED: "waiting", C.CONFIRMED: "waiting", C.RECOGNISED: "done", C.ACTIVE: "done", C.DORMANT: "closed",
    C.ENDED: "refused",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """A contact as it is filled in."""

    name: str
    email: str
    may_publish: bool = False


@dataclass(frozen=True, slots=True)
class Founding:
    """A committee as it is filled in."""

    name: str
    about: str
    form: Form
    number: str
    streets: Sequence[Street]
    areas: Sequence[Area]
    people: Sequence[Person]
    area: Area | None = None
    outline: Json | None = None


def propose(db: Session, vault: Vault, plan: Founding, *, by: Actor, now: datetime) -> Committee:
    """Propose a committee. Everybody named gets a link; it counts once two of them said yes."""
    name = clean_line(plan.name, most=80, least=3)
    if db.scalar(select(Committee.id).where(func.lower(Committee.name) == name.lower())) is not None:
        raise NameTaken
    if not plan.streets and plan.area is None and plan.outline is None:
        raise NoPlace
    if plan.outline is not None:
        Outline.from_geojson(plan.outline, most_points=500)
    if len({email_key(vault, person.email) for person in plan.people}) < CONTACTS_LEAST:
        raise ContactsMissing
    committee = Committee(
        name=name, about=clean_text(plan.about, most=2000), form=plan.form,
        number=clean_association_number(plan.number), outline=plan.outline, area=plan.area, proposed_at=now,
        streets=list(plan.streets), areas=list(plan.areas),
    )  # fmt: skip
    db.add(committee)
    db.flush()
    for person in plan.people:
        _invite(db, vault, committee, person, now=now)
    audit.record(db, by=by, act="committee.propose", subject=f"committee:{committee.id}")
    return committee


def _invite(db: Session, vault: Vault, committee: Committee, person: Person, *, now: datetime) -> Contact:
    key = email_key(vault, person.email)
    here = [each for each in committee.contacts if each.left_at is None]
    if any(each.email_key == key for each in here):
        raise AlreadyContact
    if len(here) >= MOST_CONTACTS:
        raise Invalid(N_("Er zijn al genoeg contactpersonen."))
    contact = Contact(
        name=clean_line(person.name, most=80, least=2), email_key=key, nonce=new_nonce(),
        sealed_email=vault.seal(EMAIL_PURPOSE, normal_email(person.email), padded_to=128), invited_at=now,
        may_publish=False,
    )  # fmt: skip
    committee.contacts.append(contact)
    db.flush()
    outbox.record(db, "committee-contact.invited", contact_id=contact.id)
    return contact


def contact_of(db: Session, vault: Vault, token: str) -> Contact:
    """Who belongs to a link. Raises NotThere."""
    nonce = nonce_of(vault, PURPOSE, token)
    contact = db.scalars(
        select(Contact).where(Contact.nonce == (nonce or "-")).options(joinedload(Contact.committee))
    ).one_or_none()
    if nonce is None or contact is None or contact.left_at is not None or contact.committee.state is C.ENDED:
        raise NotThere
    return contact


def confirm(db: Session, contact: Contact, *, may_publish: bool, by: Actor, now: datetime) -> None:
    """They speak for the committee; their name is public only when they want. Signed in, the link becomes theirs."""
    contact.confirmed_at, contact.may_publish = contact.confirmed_at or now, may_publish
    if by.id is not None:
        contact.account_id = by.id
    db.flush()
    committee = contact.committee
    if committee.state is C.PROPOSED and len(committee.speakers) >= CONTACTS_LEAST:
        move(db, LIFE, committee, "confirm", by=SYSTEM)
        outbox.record(db, "committee.confirmed", committee_id=committee.id)


def recognise(db: Session, committee: Committee, *, by: Actor, now: datetime) -> None:
    """The city recognises it: from now on it is public."""
    committee.recognised_on = committee.active_on = now.astimezone(BRUSSELS).date()
    with db.no_autoflush:
        move(db, LIFE, committee, "recognise", by=by)
    outbox.record(db, "committee.recognised", committee_id=committee.id)


def end(db: Session, committee: Committee, *, by: Actor, now: datetime, reason: str = "") -> None:
    """It stops, or was not recognised: addresses of contacts are forgotten."""
    step = "end" if committee.recognised_on is not None or speaks(by, committee) else "refuse"
    LIFE.check(committee, step, by=by)
    if step == "refuse" and len(reason.strip()) < 5:
        raise Invalid(N_("Schrijf in je eigen woorden waarom."))
    committee.ended_on = now.astimezone(BRUSSELS).date()
    with db.no_autoflush:
        move(db, LIFE, committee, step, by=by, reason=reason.strip())
    for contact in committee.contacts:
        contact.left_at = contact.left_at or now
        contact.sealed_email = ""
    db.flush()


def hand_over(db: Session, vault: Vault, leaver: Contact, person: Person, *, by: Actor, now: datetime) -> ContactChange:
    """Ask somebody to take the place of a contact. It happens once both said yes, whoever asked."""
    if not (speaks_or_handles(by, leaver.committee)) or leaver.left_at is not None:
        raise Forbidden
    newcomer = _invite(db, vault, leaver.committee, person, now=now)
    change = ContactChange(leaver_id=leaver.id, newcomer_id=newcomer.id, leaver=leaver, newcomer=newcomer, asked_at=now)
    if leaver.account_id is not None and leaver.account_id == by.id:
        change.leaver_agreed_at = now
    db.add(change)
    db.flush()
    outbox.record(db, "committee-contact.handing-over", contact_id=leaver.id)
    return change


def change_of(db: Session, contact: Contact) -> ContactChange | None:
    """The change that waits for a contact, as leaver or as newcomer."""
    return db.scalars(
        select(ContactChange)
        .where(or_(ContactChange.leaver_id == contact.id, ContactChange.newcomer_id == contact.id))
        .where(ContactChange.done_at.is_(None))
        .order_by(ContactChange.id.desc())
        .limit(1)
    ).one_or_none()


def agree(db: Session, change: ContactChange, contact: Contact, *, now: datetime) -> bool:
    """One side says yes. True once both did and the place changed hands."""
    if contact.id == change.leaver_id:
        change.leaver_agreed_at = now
    elif contact.id == change.newcomer_id:
        change.newcomer_agreed_at = now
    if change.leaver_agreed_at is None or change.newcomer_agreed_at is None:
        db.flush()
        return False
    change.newcomer.confirmed_at = change.newcomer.confirmed_at or now
    change.leaver.left_at, change.leaver.sealed_email = now, ""
    change.done_at = now
    subject = f"committee:{change.leaver.committee_id}"
    audit.record(db, by=NOBODY, act="committee.contact-changed", subject=subject)
    db.flush()
    return True

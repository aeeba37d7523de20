"""People and things for tests: each builder makes something valid; a test names only what it is about."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from nacl.public import PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.electorate.models import Poll
from spreekt.identity import residency
from spreekt.identity.accounts import create_account
from spreekt.identity.addressee import Addressee
from spreekt.identity.models import Account, RoleGrant
from spreekt.identity.residency_models import ProofMethod, RegisterEntry, RegisterImport, Residency
from spreekt.kernel.actor import Actor, Grant, Level, Role
from spreekt.kernel.vault import Vault
from spreekt.moderation.domain import keep_revision
from spreekt.moderation.models import State
from spreekt.modules.voorstellen import domain as proposals
from spreekt.modules.voorstellen.models import Proposal
from spreekt.territory.models import Area, Partition, Street

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
"""Monday 23 November 2026, 12 uur in Kortrijk: the moment at which tests happen."""
DAY = timedelta(days=1)
ADDRESSEE = Addressee("Noémie", "Dewaele", "Sint-Denijsestraat", "12", "3", "8500", "Kortrijk")
"""Who stands in the register unless a test says otherwise."""

_numbers = itertools.count(1)
_place: list[tuple[Session, Vault]] = []


@contextmanager
def building_in(session: Session, vault: Vault) -> Iterator[None]:
    """Where builders put what they make, for the length of one test."""
    _place.append((session, vault))
    try:
        yield
    finally:
        _place.pop()


def _session() -> Session:
    return _place[-1][0]


def _vault() -> Vault:
    return _place[-1][1]


def kept(row: Any) -> Any:
    """Add a row and let the database judge it."""
    _session().add(row)
    _session().commit()
    return row


def an_area(name: str = "Heule", *, partition: str = "deelgemeente", **fields: Any) -> Area:
    """One area of one partition, made once per name."""
    session = _session()
    code = name.lower().replace(" ", "-")
    found = session.scalars(select(Area).join(Partition).where(Area.code == code, Partition.code == partition)).first()
    if found is not None:
        return found
    division = session.scalars(select(Partition).where(Partition.code == partition)).first() or Partition(
        code=partition, name=partition.capitalize(), plural=f"{partition.capitalize()}n"
    )
    square = [[3.2, 50.8], [3.3, 50.8], [3.3, 50.9], [3.2, 50.9], [3.2, 50.8]]
    defaults: dict[str, Any] = {
        "partition": division, "code": code, "name": name, "valid_from": date(2019, 1, 1), "is_schematic": True,
        "outline": {"type": "Polygon", "coordinates": [square]}, "latitude": 50.84, "longitude": 3.24,
        "inhabitants": 12_659,
    }  # fmt: skip
    area: Area = kept(Area(**(defaults | fields)))
    return area


def a_street(name: str = "Heuleplaats", *, area: Area | None = None) -> Street:
    """A street in one area."""
    area = area or an_area()
    street: Street = kept(
        Street(
            name=name,
            borough_code=area.code,
            search_key=name.lower(),
            latitude=50.838,
            longitude=3.236,
            areas=[area],
        )
    )
    return street


def an_account(*, name: str = "Ine Vermeersch", email: str = "", **fields: Any) -> Account:
    """Somebody with a confirmed mail address, and nothing else."""
    number = next(_numbers)
    account = create_account(
        _session(),
        _vault(),
        email=email or f"iemand{number}@voorbeeld.example",
        display_name=name,
        now=NOON - 90 * DAY,
    )
    account.confirmed_at = NOON - 90 * DAY
    for field, value in fields.items():
        setattr(account, field, value)
    _session().commit()
    return account


def a_register_entry(
    *, area: Area | None = None, born_on: date = date(1985, 7, 30), national_number: str = "", **fields: Any
) -> RegisterEntry:
    """One person in the population register."""
    number = next(_numbers)
    session, vault = _session(), _vault()
    if national_number:
        fields["person_key"] = residency.person_key(vault, national_number)
    batch = session.scalars(select(RegisterImport)).first() or RegisterImport(
        file_sha256="0" * 64, entries=1, reference_on=date(2026, 11, 1), imported_at=NOON
    )
    session.add(batch)
    session.flush()
    defaults: dict[str, Any] = {
        "person_key": vault.fingerprint("test person", str(number)), "born_on": born_on,
        "area_id": (area or an_area()).id, "household_key": vault.fingerprint("test household", str(number)),
        "sealed_addressee": ADDRESSEE.sealed(vault), "registered_since": date(2015, 1, 1), "import_id": batch.id,
    }  # fmt: skip
    entry: RegisterEntry = kept(RegisterEntry(**(defaults | fields)))
    return entry


def a_resident(*, area: Area | None = None, born_on: date = date(1985, 7, 30), **fields: Any) -> Account:
    """Somebody who showed that they live here."""
    account = an_account(**fields)
    entry = a_register_entry(area=area, born_on=born_on)
    kept(
        Residency(
            account_id=account.id,
            person_key=entry.person_key,
            method=ProofMethod.LETTER,
            proven_at=NOON - DAY,
        )
    )
    return account


def staff(*roles: Role, area: Area | None = None, module: str = "", **fields: Any) -> Account:
    """A member of staff with these roles."""
    account = an_account(**({"name": "Medewerker"} | fields))
    for role in roles:
        kept(RoleGrant(account_id=account.id, role=role, area_id=area.id if area else None, module=module,
                       granted_at=NOON - 30 * DAY))  # fmt: skip
    _session().refresh(account)
    return account


def a_moderator(**fields: Any) -> Account:
    return staff(Role.MODERATOR, **fields)


def acting(account: Account, *, fresh: bool = True) -> Actor:
    """The actor behind an account, freshly signed in with every factor."""
    session = _session()
    is_resident = session.scalars(
        select(Residency).where(Residency.account_id == account.id, Residency.ended_at.is_(None))
    ).first()
    grants = session.scalars(select(RoleGrant).where(RoleGrant.account_id == account.id)).all()
    return Actor(
        id=account.id,
        display_name=account.display_name,
        level=Level.RESIDENT if is_resident else Level.CONFIRMED,
        grants=frozenset(Grant(grant.role, grant.area_id, grant.module or None) for grant in grants),
        has_second_factor=bool(grants),
        is_fresh=fresh,
    )


def a_poll(**fields: Any) -> Poll:
    """A poll that opened yesterday and closes in a week."""
    defaults: dict[str, Any] = {
        "module": "burgerbudget", "opens_at": NOON - DAY, "closes_at": NOON + 7 * DAY, "minimum_age": 16,
        "age_on": (NOON + 7 * DAY).date(),
    }  # fmt: skip
    poll: Poll = kept(Poll(**(defaults | fields)))
    return poll


OFFICER_KEYS = tuple(PrivateKey(bytes([seat]) * 32) for seat in (1, 2, 3))
"""Secret keys of the three counting officers of every round here; any two open its ballots."""
BALLOT_KEYS = "\n".join(bytes(key.public_key).hex() for key in OFFICER_KEYS)


def a_round(**fields: Any) -> Any:
    """A budget round of € 10.000 that opened yesterday and closes in a week; dates go to its poll."""
    from spreekt.modules.burgerbudget.models import Round

    of_poll = ("opens_at", "closes_at", "minimum_age", "maximum_age", "area_id")
    poll = a_poll(**{name: fields.pop(name) for name in of_poll if name in fields})
    defaults: dict[str, Any] = {
        "slug": f"ronde-{next(_numbers)}", "title": "Burgerbudget 2026", "poll_id": poll.id,
        "amount_cents": 1_000_000, "publishes_at": poll.closes_at + DAY, "ballot_keys": BALLOT_KEYS,
    }  # fmt: skip
    return kept(Round(**(defaults | fields)))


def officers_give_keys(round: Any, *seats: int) -> None:
    """Counting officers of a round with these seats (the first two) gave their keys after the close."""
    from spreekt.modules.burgerbudget.officers.counting import key_purpose
    from spreekt.modules.burgerbudget.officers.models import CountingOfficer

    for seat, key in enumerate(OFFICER_KEYS, start=1):
        given = seat in (seats or (1, 2))
        sealed = _vault().seal(key_purpose(round.id, seat), bytes(key).hex()) if given else ""
        account, public = staff(Role.PUBLISHER), bytes(key.public_key).hex()
        kept(CountingOfficer(round_id=round.id, seat=seat, account_id=account.id, public_key=public, sealed_key=sealed,
                             proven_at=NOON - 20 * DAY, given_at=NOON if given else None))  # fmt: skip


def a_project(round: Any, code: str = "", **fields: Any) -> Any:
    """A project on the list of a round."""
    from spreekt.kernel.markup import render_markdown
    from spreekt.moderation.models import State
    from spreekt.modules.burgerbudget.models import Project

    code = code or f"p{next(_numbers)}"
    defaults: dict[str, Any] = {
        "round_id": round.id, "code": code, "title": f"Rustbank {code}", "cost_cents": 300_000, "theme": "Groen",
        "body": "Een bank om even te zitten.", "state": State.PUBLISHED,
        "created_at": NOON - 20 * DAY, "published_at": NOON - 10 * DAY,
    }  # fmt: skip
    project = Project(**(defaults | fields))
    project.body_html = render_markdown(project.body)
    return kept(project)


def a_proposal(title: str = "Rustbank om de 300 meter", *, area: Area | None = None, **fields: Any) -> Proposal:
    """A published proposal that two supporters bring before the city."""
    body = fields.pop("body", "Onze senioren wandelen graag, maar vinden te weinig banken. We plaatsen er acht.")
    state = fields.pop("state", State.PUBLISHED)
    defaults: dict[str, Any] = {
        "author_id": None, "created_at": NOON - DAY, "support_needed": 2, "answer_days": 30,
        "published_at": NOON - DAY if state in {State.PUBLISHED, State.HIDDEN} else None,
        "areas": [area] if area else [],
    }  # fmt: skip
    proposal = Proposal(**(defaults | fields))
    proposals.put(proposal, proposals.Idea(title, body, fields.get("theme", "groen")))
    proposal.state = state
    kept(proposal)
    if state == State.PUBLISHED:
        keep_revision(_session(), proposal, now=NOON - DAY)
        _session().commit()
    return proposal

"""Tree pits and adoptions for tests: each builder makes something valid; a test names only what it is about."""

import itertools
from datetime import date
from typing import Any

from sqlalchemy import select

from spreekt.identity.models import Account
from spreekt.kernel.actor import SYSTEM, Role
from spreekt.kernel.workflow import move
from spreekt.modules.boomspiegel import domain, regulation
from spreekt.modules.boomspiegel.adoption_models import (
    CARING,
    AcceptedRule,
    AdopterKind,
    Adoption,
    AdoptionState,
    Advice,
    Nearness,
    Regulation,
)
from spreekt.modules.boomspiegel.domain import Plan
from spreekt.modules.boomspiegel.models import Light, PitState, TreePit
from spreekt.modules.boomspiegel.states import PLACES
from spreekt.territory.models import Area
from spreekt.territory.queries import search_key
from tests import builders
from tests.builders import DAY, NOON, acting, an_area, kept, staff

TODAY: date = NOON.date()
_codes = itertools.count(100)
WANTED = Plan(("lavendel", "tijm"), "Lavendel langs de rand.")


def the_rules(**fields: Any) -> Regulation:
    """The regulation in force, from the preset; fields change it."""
    session = builders._session()
    regulation.settle(session, by=SYSTEM)
    rules = regulation.in_force(session, "boomspiegel", on=TODAY)
    for name, value in fields.items():
        setattr(rules, name, value)
    session.commit()
    return rules


def a_pit(code: str = "", *, area: Area | None = None, **fields: Any) -> TreePit:
    """A free tree pit in the sun, 120 by 120 cm."""
    the_rules()
    code = code or f"BS-{next(_codes):04d}"
    place, species = fields.get("place", "Rijselsestraat 75"), fields.get("species", "Hollandse linde")
    defaults: dict[str, Any] = {
        "code": code, "place": place, "species": species, "length_cm": 120, "width_cm": 120, "light": Light.SUN,
        "latitude": 50.8262, "longitude": 3.2640, "changed_at": NOON - DAY, "areas": [area or an_area("Kortrijk")],
        "search_key": f" {search_key(f'{place} {species} {code}')}",
    }  # fmt: skip
    if fields.get("state") in {PitState.UNSUITABLE, PitState.PAUSED}:
        fields.setdefault("state_reason", "werken in de straat")
    pit: TreePit = kept(TreePit(**(defaults | fields)))
    return pit


def a_request(pit: TreePit, by: Account, *, kind: AdopterKind = AdopterKind.PERSON, **fields: Any) -> Adoption:
    """A request of which every question is answered, not sent yet."""
    session, who = builders._session(), acting(by)
    adoption = domain.begin(session, pit, by=who, now=NOON)
    domain.say_who(adoption, kind, "Basisschool De Linde" if kind in domain.GROUPS else "", by=who)
    domain.say_where(adoption, Nearness.HOME, fields.pop("first_name", ""), by=who)
    domain.plan(session, adoption, WANTED, by=who)
    domain.accept_rules(session, adoption, {rule["code"] for rule in adoption.regulation.rules}, by=who, now=NOON)
    for name, value in fields.items():
        setattr(adoption, name, value)
    session.commit()
    return adoption


def a_sent_request(pit: TreePit, by: Account, **fields: Any) -> Adoption:
    """A request that was sent: it waits for advice, or stands on the waiting list."""
    session = builders._session()
    adoption = a_request(pit, by, **fields)
    domain.submit(session, adoption, by=acting(by), now=NOON)
    session.commit()
    return adoption


def an_adoption(pit: TreePit, by: Account, *, state: AdoptionState = AdoptionState.ACTIVE, **fields: Any) -> Adoption:
    """An adoption in any state, put there at once; a place that is held says so."""
    session = builders._session()
    rules = the_rules()
    defaults: dict[str, Any] = {
        "adoptable": pit, "account_id": by.id, "regulation": rules, "created_at": NOON - 40 * DAY,
        "submitted_at": NOON - 30 * DAY, "adopter_kind": AdopterKind.PERSON, "nearness": Nearness.HOME,
        "has_plan": True, "plan_words": "Lavendel en tijm.", "state": state,
        "accepted": [AcceptedRule(rule_code=rule["code"], accepted_at=NOON - 30 * DAY) for rule in rules.rules],
    }  # fmt: skip
    if state in CARING:
        defaults |= {"started_on": TODAY - 20 * DAY, "check_due_on": TODAY + 345 * DAY, "decided_on": TODAY - 25 * DAY,
                     "decision_url": "https://besluiten.example/1"}  # fmt: skip
    if state == AdoptionState.ADVISED:
        defaults |= {"advice": Advice.POSITIVE, "advised_on": TODAY - 3 * DAY}
    if state == AdoptionState.WARNED:
        defaults |= {"warning_until": TODAY + 7 * DAY, "end_words": "Er staat hoog onkruid."}
    if state == AdoptionState.VISIT:
        defaults |= {"visit_by": TODAY + 7 * DAY}
    if state == AdoptionState.OFFERED:
        defaults |= {"offer_until": TODAY + 7 * DAY}
    if state == AdoptionState.WAITING:
        defaults |= {"queue_number": next(_codes)}
    adoption: Adoption = kept(Adoption(**(defaults | fields)))
    if adoption.is_holding and pit.state == PitState.AVAILABLE:
        move(session, PLACES, pit, "request", by=SYSTEM)
    if state in CARING and pit.state == PitState.REQUESTED:
        move(session, PLACES, pit, "adopt", by=SYSTEM)
    session.commit()
    return adoption


def green(**fields: Any) -> Account:
    """Somebody of Net en Groen."""
    return staff(Role.SERVICE, name="Groene dienst", **fields)


def clerk(**fields: Any) -> Account:
    """Who writes down what the college decided."""
    return staff(Role.PUBLISHER, name="Secretariaat", **fields)


def adoptions_of(pit: TreePit) -> list[Adoption]:
    """All adoptions of a place in the order in which they were begun."""
    session = builders._session()
    return list(session.scalars(select(Adoption).where(Adoption.adoptable_id == pit.id).order_by(Adoption.id)))

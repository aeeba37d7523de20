"""Streets, requests and things to lend for the tests of Gezellige Wijk; each builder makes something valid."""

from datetime import date, time, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import ROOT
from spreekt.identity.models import Account
from spreekt.kernel.actor import Role
from spreekt.modules.gezellige_wijk import domain
from spreekt.modules.gezellige_wijk.domain import Piece, Recurrence
from spreekt.modules.gezellige_wijk.loan_models import LoanItem
from spreekt.modules.gezellige_wijk.models import RequestState, StreetRequest
from spreekt.modules.gezellige_wijk.regulation_file import Regulations, read_regulations
from spreekt.modules.gezellige_wijk.rules.checks import Answer
from spreekt.territory.models import Address, Area, Street
from spreekt.worker import deliver_due
from tests.builders import NOON, a_street, acting, an_account, an_area, kept, staff

RULES: Regulations = read_regulations(ROOT / "city" / "wijkregels.toml")
AUGUST = date(2027, 8, 14)
GOOD = {"speed": Answer.YES, "residential": Answer.YES, "through": Answer.NO, "bus": Answer.NO}


def an_area_worker(area: Area | None = None, **fields: Any) -> Account:
    return staff(Role.AREA_WORKER, area=area or an_area(), **fields)


def houses(street: Street, *numbers: str) -> list[Address]:
    """Addresses of a street: "12" or "12/0101" with a box."""
    made = []
    for text in numbers:
        number, _slash, box = text.partition("/")
        made.append(kept(Address(street_id=street.id, house_number=number, box=box, postcode="8501")))
    return made


def a_request(
    db: Session, vault: Any, *, kind: str = "speelstraat", street: Street | None = None, by: Account | None = None,
    first: date = AUGUST, days: int = 1, state: RequestState | None = RequestState.SUBMITTED, stewards: int = 1,
    closes: bool = True, expected: int = 40, **fields: Any,
) -> StreetRequest:  # fmt: skip
    """A whole request, in time, of which every steward said yes; handed in unless `state` says otherwise."""
    account = by or an_account()
    who = acting(account)
    request = domain.begin(db, RULES.types[kind], regulations=RULES, by=who, now=NOON)
    street = street or db.scalars(select(Street).where(Street.name == "Heuleplaats")).first() or a_street()
    domain.put_place(request, [Piece(street)], street.areas, type_name=RULES.types[kind].name)
    domain.put_days(request, Recurrence(first, first + timedelta(days=days - 1)), time(14), time(19))
    domain.put_street(request, closes=closes, said=GOOD if closes else {})
    domain.put_practical(request, expected=expected, music=False, food=True, insurance="stad", description="Feest.")
    for number in range(stewards):
        steward = domain.name_steward(db, vault, request, name=f"Meter {number}", email=f"meter{number}@voorbeeld.be")
        steward.is_adult = steward.lives_there = True
        steward.confirmed_at = NOON
    extra = {
        each.code: {"ja-nee": "ja", "getal": "3"}.get(each.kind, "Iets anders") for each in RULES.types[kind].fields
    }
    domain.put_more(request, RULES.types[kind], extra)
    for name, value in fields.items():
        setattr(request, name, value)
    db.flush()
    if state is not RequestState.DRAFT and state is not None:
        domain.hand_in(db, request, regulations=RULES, by=who, now=NOON)
        request.state = state
    db.commit()
    return request


def an_item(code: str = "tafel", stock: int = 10, **fields: Any) -> LoanItem:
    """Something to lend."""
    item: LoanItem = kept(LoanItem(**({"code": code, "name": code.capitalize(), "stock": stock} | fields)))
    return item


def post(app: Flask, db: Session) -> None:
    """Have everything delivered that happened."""
    db.commit()
    with app.app_context():
        deliver_due(app)
    db.expire_all()

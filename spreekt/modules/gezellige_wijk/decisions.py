"""The college decides: granted, with conditions, or refused by a rule that is named. Letters are elsewhere."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel import outbox
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, Invalid
from spreekt.kernel.text import clean_line, clean_text
from spreekt.kernel.vault import Vault
from spreekt.kernel.workflow import move
from spreekt.modules.gezellige_wijk import advice, founding, grants, loans
from spreekt.modules.gezellige_wijk.case_models import CaseDecision
from spreekt.modules.gezellige_wijk.models import StreetRequest
from spreekt.modules.gezellige_wijk.regulation_file import Regulations
from spreekt.modules.gezellige_wijk.workflow import CASE

ACTS = {"grant": "toegestaan", "grant-with": "toegestaan-voorwaarden", "refuse": "geweigerd"}


class NoRule(Invalid):
    says = N_("Kies op welke regel de weigering steunt, en schrijf waarom.")


class NoConditions(Invalid):
    says = N_("Schrijf de voorwaarden: één per regel. Zijn er geen? Kies dan “Toegestaan”.")


class ConditionsLost(Invalid):
    says = N_("De adviseurs stelden voorwaarden. Kies “Toegestaan met voorwaarden”, zodat de aanvrager ze krijgt.")


class NotHttps(Invalid):
    says = N_("Het adres van het besluit begint met https://")


class StewardsMissing(Invalid):
    says = N_("Nog niet iedereen die nodig is, bevestigde: {0} van {1}.")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is decided, as it is filled in."""

    act: str
    college_on: date
    uri: str = ""
    conditions: str = ""
    law_code: str = ""
    words: str = ""
    grant_cents: int | None = None


def decision_of(db: Session, request_id: int) -> CaseDecision | None:
    """The last decision on a request."""
    return db.scalars(
        select(CaseDecision).where(CaseDecision.request_id == request_id).order_by(CaseDecision.id.desc()).limit(1)
    ).one_or_none()


def decide(
    db: Session, vault: Vault, request: StreetRequest, ruling: Ruling, *, regulations: Regulations, by: Actor,
    now: datetime,
) -> CaseDecision:  # fmt: skip
    """Write down what the college decided. Conditions of advisers cannot be left out by mistake.

    A committee that is granted is recognised in the same breath, from what the request says already.
    """
    if ruling.act not in ACTS:
        raise Invalid(N_("Kies wat er beslist is."))
    CASE.check(request, ruling.act, by=by)
    rule = regulations.rule(request.rule_code)
    if ruling.uri and not ruling.uri.startswith("https://"):
        raise NotHttps
    law = rule.law(ruling.law_code)
    words, conditions = clean_text(ruling.words, most=3000).strip(), clean_text(ruling.conditions, most=4000).strip()
    if ruling.act == "refuse":
        if law is None or len(words) < 5:
            raise NoRule
    else:
        _look_at_conditions(db, request, ruling, conditions, stewards_least=rule.stewards_least)
        if request.founds_committee:
            request.committee_id = founding.found(db, vault, request, by=by, now=now).id
    decision = CaseDecision(
        request_id=request.id,
        outcome=ACTS[ruling.act],
        college_on=ruling.college_on,
        decision_uri=clean_line(ruling.uri, most=300),
        conditions=conditions if ruling.act == "grant-with" else "",
        law_code=law.code if law and ruling.act == "refuse" else "",
        law_words=f"{law.words} ({law.source})" if law and ruling.act == "refuse" else "",
        words=words,
        decided_by_id=by.id,
        decided_at=now,
    )
    db.add(decision)
    move(db, CASE, request, ruling.act, by=by, reason=decision.law_code)
    _follow_up(db, request, ruling, months=rule.grant.settle_months if rule.grant else 3, by=by)
    outbox.record(db, "street-request.decided", decision_id=decision.id, request_id=request.id)
    return decision


def _look_at_conditions(
    db: Session, request: StreetRequest, ruling: Ruling, conditions: str, *, stewards_least: int
) -> None:
    asked = advice.conditions_of(advice.advices_of(db, request.id))
    if ruling.act == "grant-with" and not conditions:
        raise NoConditions
    if ruling.act == "grant" and asked:
        raise ConditionsLost
    sure = sum(steward.confirmed_at is not None for steward in request.stewards)
    if sure < stewards_least:
        raise StewardsMissing(sure, stewards_least)


def _follow_up(db: Session, request: StreetRequest, ruling: Ruling, *, months: int, by: Actor) -> None:
    """The money goes with the decision; a refusal gives reserved material back."""
    grant = grants.grant_of(db, request.id)
    if ruling.act == "refuse":
        loans.release(db, request)
    if grant is None or grant.state is not grants.G.ASKED:
        return
    if ruling.act == "refuse" or not ruling.grant_cents:
        move(db, grants.MONEY, grant, "refuse", by=by)
    else:
        grants.promise(db, grant, ruling.grant_cents, months=months, by=by)

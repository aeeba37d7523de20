"""What a group does with its dossier: begin, write together, count, plan, hand in, withdraw. The group: group.py."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.kernel import audit, outbox
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError, Invalid, NotThere, StaleVersion
from spreekt.kernel.places import Point
from spreekt.kernel.regulations import PhaseKind
from spreekt.kernel.text import clean_line, clean_text
from spreekt.kernel.vault import Vault
from spreekt.moderation.domain import keep_revision, write
from spreekt.modules.burgerbudget.dossiers import group
from spreekt.modules.burgerbudget.dossiers.models import Attachment, CostKind, CostLine, Dossier, PlannedStep, Stage
from spreekt.modules.burgerbudget.dossiers.opening import due_after
from spreekt.modules.burgerbudget.dossiers.workflow import RUNNING, is_member, may_mend_plan, move
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.phases.models import RoundRegulation
from spreekt.modules.burgerbudget.phases.timeline import is_open, timeline
from spreekt.modules.burgerbudget.pots import most, needs_theme, pot_id, themes_of
from spreekt.territory.models import Area

LONGEST_TITLE, LONGEST_TEXT, SHORTEST_TEXT = 100, 5000, 100
NO_SUCH_THEME = N_("Kies het thema waarvoor jullie geld vragen.")
MOST_LINES, MOST_ATTACHMENTS, MOST_BYTES = 40, 5, 5_000_000


class NotTheTime(DomainError):
    """Handing in happens in its phase."""

    says = N_("Je kan nu geen voorstel indienen voor deze ronde. Kijk op haar pagina wanneer dat kan.")


class CannotMend(DomainError):
    """The city is looking at it, or it is over."""

    says = N_("Aan dit voorstel kan je nu niets veranderen. De stad kijkt het na, of het is afgerond.")


class OnlyTheGroup(CannotMend):
    """The plan waits as it was handed in or judged; only the group may be mended."""

    says = N_("Vul eerst jullie groep aan. Tekst en prijs blijven zoals de stad ze kreeg.")


class OutsideCall(Invalid):
    """The call is for one area, and the plan lies elsewhere or in the whole city."""

    says = N_("Deze oproep is voor één deelgemeente. Kies een plek in die deelgemeente.")


class NotFinished(Invalid):
    """Something that the city needs is missing; the arguments say what."""

    says = "{0}"


@dataclass(frozen=True, slots=True)
class Missing:
    """What is still to do before handing in, and on which step."""

    step: str
    says: str


def begin(db: Session, vault: Vault, round: Round, *, title: str, body: str, by: Actor, now: datetime) -> Dossier:
    """A new draft with its author as the lead. Raises NotTheTime, CannotJoin."""
    if not is_open(timeline(db, round), PhaseKind.SUBMISSION, now):
        raise NotTheTime
    dossier = Dossier(round=round, author_id=by.id, created_at=now)
    write(dossier, title=title, body=body)
    db.add(dossier)
    db.flush()
    group.add_member(db, vault, dossier, who=by, now=now, lead=True)
    keep_revision(db, dossier, now=now)
    return dossier


def own(dossier: Dossier | None, *, by: Actor) -> Dossier:
    """The dossier if the actor is in its group, or NotThere as if it did not exist."""
    if dossier is None or not is_member(by, dossier):
        raise NotThere
    return dossier


def mendable(dossier: Dossier | None, *, by: Actor) -> Dossier:
    """As `own`, for what may change now. Raises CannotMend, OnlyTheGroup."""
    mine = own(dossier, by=by)
    if may_mend_plan(mine):
        return mine
    raise OnlyTheGroup if mine.stage is Stage.INCOMPLETE else CannotMend


def mark(*values: object) -> str:
    """Recognises what one step of the form showed, so that two who write different steps never meet."""
    return hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()[:16]


def text_mark(dossier: Dossier) -> str:
    return mark(dossier.title, dossier.body)


def mend(db: Session, dossier: Dossier, *, title: str, body: str, seen: str, by: Actor, now: datetime) -> None:
    """Change title and text. What was there stays readable for the group; nothing is overwritten unseen.

    Raises StaleVersion when somebody else saved this text since it was shown.
    """
    mendable(dossier, by=by)
    if seen != text_mark(dossier):
        raise StaleVersion
    keep_revision(db, dossier, now=now)
    write(dossier, title=title, body=body)
    db.flush()
    keep_revision(db, dossier, now=now)
    audit.record(db, by=by, act="dossier.mend", subject=f"dossier:{dossier.id}")


def place_mark(dossier: Dossier) -> str:
    areas = sorted(area.id for area in dossier.areas)
    return mark(areas, dossier.place, dossier.latitude, dossier.longitude, dossier.theme)


def put_at(
    db: Session, dossier: Dossier, *, areas: Sequence[Area], place: str, point: Point | None, seen: str, by: Actor,
    theme: str = "",
) -> None:  # fmt: skip
    """Say where it comes: areas (none: the whole city), in words, perhaps a point; and for which theme's money.

    Raises StaleVersion, OutsideCall, Invalid for a theme without money.
    """
    mendable(dossier, by=by)
    if seen != place_mark(dossier):
        raise StaleVersion
    if not dossier.may_lie_in(areas):
        raise OutsideCall
    if theme and theme not in themes_of(dossier.round):
        raise Invalid(NO_SUCH_THEME)
    dossier.theme = theme
    dossier.areas, dossier.place = list(areas), clean_line(place, most=200)
    dossier.latitude, dossier.longitude = (point.latitude, point.longitude) if point else (None, None)
    db.flush()


def add_cost(db: Session, dossier: Dossier, *, kind: CostKind, label: str, amount_cents: int, by: Actor) -> None:
    """One more line; lines of others are never touched. Raises Invalid."""
    mendable(dossier, by=by)
    if len(dossier.costs) >= MOST_LINES:
        raise Invalid(N_("Dit zijn al heel veel lijnen. Neem enkele kosten samen."))
    if amount_cents <= 0:
        raise Invalid(N_("Vul een bedrag boven nul in."))
    dossier.costs.append(CostLine(kind=kind, label=clean_line(label, most=120, least=2), amount_cents=amount_cents))
    db.flush()


def add_step(db: Session, dossier: Dossier, *, label: str, until: date, by: Actor) -> None:
    """One more step of the planning. Raises Invalid."""
    mendable(dossier, by=by)
    if len(dossier.steps) >= MOST_LINES:
        raise Invalid(N_("Dit zijn al heel veel stappen. Neem er enkele samen."))
    if dossier.created_at.date() > until:
        raise Invalid(N_("Kies een dag die nog komt."))
    dossier.steps.append(PlannedStep(label=clean_line(label, most=160, least=2), until=until))
    db.flush()


def attach(db: Session, dossier: Dossier, *, title: str, upload: IO[bytes], by: Actor, now: datetime) -> None:
    """Keep a PDF with the dossier. Raises Invalid for anything else, or when it is too big."""
    mendable(dossier, by=by)
    here = db.scalar(select(func.count()).select_from(Attachment).where(Attachment.dossier_id == dossier.id)) or 0
    if here >= MOST_ATTACHMENTS:
        raise Invalid(N_("Er zijn al vijf bijlagen. Haal er eerst een weg."))
    content = upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Invalid(N_("Dit bestand is te groot. Een bijlage mag hoogstens 5 MB zijn."))
    if not content.startswith(b"%PDF-"):
        raise Invalid(N_("Dit is geen PDF. Bewaar je document als PDF en kies het opnieuw."))
    name = clean_line(title, most=120, least=2)
    dossier.attachments.append(Attachment(title=name, content=content, size=len(content), stored_at=now))
    db.flush()


def take_away(db: Session, dossier: Dossier, row: CostLine | PlannedStep | Attachment | None, *, by: Actor) -> None:
    """Remove one line, step or attachment of this dossier; NotThere for any other."""
    mendable(dossier, by=by)
    if row is None or row.dossier_id != dossier.id:
        raise NotThere
    db.delete(row)
    db.flush()
    db.expire(dossier, ["costs", "steps", "attachments"])


def missing(db: Session, dossier: Dossier) -> list[Missing]:
    """What a dossier still needs beside its group, step by step; nothing when it can be handed in."""
    found = []
    if len(dossier.body) < SHORTEST_TEXT:
        found.append(Missing("idea", N_("Vertel wat jullie willen doen, voor wie en waarom, in enkele zinnen.")))
    if not dossier.place:
        found.append(Missing("place", N_("Zeg waar het project komt.")))
    elif not dossier.may_lie_in(dossier.areas):
        found.append(Missing("place", OutsideCall.says))
    if needs_theme(dossier.round) and dossier.theme not in themes_of(dossier.round):
        found.append(Missing("place", NO_SUCH_THEME))
    elif fault := amount_fault(dossier, group.rules_of(db, dossier)):
        found.append(Missing("costs", fault))
    if not dossier.steps:
        found.append(Missing("planning", N_("Zeg in minstens één stap wat jullie tegen wanneer doen.")))
    return found


def amount_fault(dossier: Dossier, rules: RoundRegulation) -> str:
    """What is wrong with the amount a group asks, by the regulation of its round; empty when nothing is."""
    asked = dossier.asked_cents
    if not asked:
        return N_("Vul in wat het project kost.")
    there = most(dossier.round, pot_id(dossier.round.pots, [area.id for area in dossier.areas], dossier.theme))
    if asked > there or (rules.project_most_cents and asked > rules.project_most_cents):
        return N_("Jullie vragen meer dan het reglement toelaat. Maak het plan kleiner.")
    if rules.project_least_cents and asked < rules.project_least_cents:
        return N_("Jullie vragen minder dan het reglement als minimum zegt.")
    return ""


def hand_in(db: Session, dossier: Dossier, *, by: Actor, now: datetime) -> None:
    """Give it to the city; with a group that is not whole yet it waits for the others, with a clock.

    Raises NotTheTime, NotFinished.
    """
    own(dossier, by=by)
    if dossier.stage is Stage.DRAFT and not is_open(timeline(db, dossier.round), PhaseKind.SUBMISSION, now):
        raise NotTheTime
    lacking = missing(db, dossier)
    if lacking:
        raise NotFinished(lacking[0].says)
    if group.check(db, dossier, now=now).is_whole:
        move(db, dossier, "hand_in", by=by)
        dossier.submitted_at = now
        outbox.record(db, "dossier.whole", dossier_id=dossier.id)
    else:
        move(db, dossier, "wait_for_group", by=by)
        dossier.due_at = due_after(dossier, now, days=group.rules_of(db, dossier).group_days)
        outbox.record(db, "dossier.incomplete", dossier_id=dossier.id)
    keep_revision(db, dossier, now=now)
    db.flush()


def withdraw(db: Session, dossier: Dossier, *, by: Actor) -> None:
    """The lead stops it for all. What was public stays readable, as withdrawn."""
    if dossier.stage not in RUNNING:
        raise CannotMend
    move(db, own(dossier, by=by), "withdraw", by=by)
    outbox.record(db, "dossier.withdrawn", dossier_id=dossier.id)


def cleaned(title: str, body: str) -> tuple[str, str]:
    """Title and text as they are stored. Raises TextRefused."""
    return clean_line(title, most=LONGEST_TITLE, least=3), clean_text(body, most=LONGEST_TEXT)

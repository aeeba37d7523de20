"""A dossier goes on the ballot, frozen as it was judged, and off it again. The list: burgerbudget/domain.py."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel import outbox
from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError
from spreekt.modules.burgerbudget.domain import ProjectPlan, add_project, dossier_of, withdraw_project
from spreekt.modules.burgerbudget.dossiers import group, screening
from spreekt.modules.burgerbudget.dossiers.advice_models import DossierDecision
from spreekt.modules.burgerbudget.dossiers.domain import amount_fault
from spreekt.modules.burgerbudget.dossiers.models import Dossier, Stage
from spreekt.modules.burgerbudget.dossiers.workflow import move
from spreekt.modules.burgerbudget.models import Project


class NotJudged(DomainError):
    """The plan is another one than the city found feasible."""

    says = N_("Tekst of prijs is anders dan wat de stad haalbaar vond. Zo komt het voorstel niet op de lijst.")


class TextIsHidden(DomainError):
    """Moderators hid the text, or nobody published it: a project with it would be public."""

    says = N_("De tekst van dit voorstel is niet openbaar. Zo komt het niet op de lijst. Zet de tekst eerst terug.")


def put_on_ballot(db: Session, dossier: Dossier, *, code: str, by: Actor, now: datetime, theme: str = "") -> None:
    """Freeze text and price, with their hash, and put them on the ballot as a project of the round.

    `theme` is the city's word for it, by which voters filter; where themes have money, the group's word stands.

    Raises VotingHasOpened, NotJudged, TextIsHidden, AmountOutOfBounds, TooExpensive, NoMoneyForTheme, CodeTaken,
    CodeIsAWord, IllegalTransition.
    """
    sealed = screening.fingerprint_of(dossier)
    if dossier.stage is Stage.FEASIBLE and sealed != _judged_feasible(db, dossier):
        raise NotJudged
    if not dossier.is_public:
        raise TextIsHidden
    if amount_fault(dossier, group.rules_of(db, dossier)):
        raise screening.AmountOutOfBounds
    areas = frozenset(area.id for area in dossier.areas)
    plan = ProjectPlan(code=code, title=dossier.title, body=dossier.body, cost_cents=dossier.asked_cents,
                       area_ids=areas, theme=dossier.theme or theme, origin_id=dossier.id, latitude=dossier.latitude,
                       longitude=dossier.longitude)  # fmt: skip
    project = add_project(db, dossier.round, plan, by=by, now=now)
    with db.no_autoflush:
        dossier.project_id, dossier.frozen_sha256 = project.id, sealed
        move(db, dossier, "put_on_ballot", by=by, reason=sealed)
    outbox.record(db, "dossier.on-ballot", dossier_id=dossier.id)


def take_off_ballot(db: Session, project: Project, *, reason: str, by: Actor, now: datetime) -> None:
    """Take a project off the list. The group behind it reads why, and the city judges their dossier anew.

    Raises VotingHasOpened, Invalid without a reason.
    """
    dossier = dossier_of(db, project)
    withdraw_project(db, project, reason=reason, by=by, now=now)
    if dossier is None:
        return
    with db.no_autoflush:  # stage, project and hash together: the table asks for all three at once
        dossier.project_id, dossier.frozen_sha256 = None, ""
        screening.decide(db, dossier, "take_off", words=reason, remedy="", days=None, by=by, now=now)


def _judged_feasible(db: Session, dossier: Dossier) -> str | None:
    """The fingerprint of the plan that was last found feasible."""
    query = select(DossierDecision.text_sha256).where(
        DossierDecision.dossier_id == dossier.id, DossierDecision.act == "deem_feasible"
    )
    return db.scalars(query.order_by(DossierDecision.id.desc()).limit(1)).one_or_none()

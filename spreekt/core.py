"""The core packages as plugs, so that the application treats them like any module."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from spreekt.electorate import models as electorate_models
from spreekt.home.showcase import bp as showcase_bp
from spreekt.home.views import bp as home_bp
from spreekt.identity import residency_models
from spreekt.identity.permissions import JUDGE
from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.moderation import comment_views, log_views, picture_views, report_views, subscribers
from spreekt.moderation import models as moderation_models
from spreekt.moderation import queries as moderation_queries
from spreekt.moderation import views as moderation_views
from spreekt.module import Module, Work
from spreekt.notices import models as notices_models


def desk_work(db: Session, who: Actor, now: datetime) -> Sequence[Work]:
    """What waits for a moderator or an area worker."""
    if not JUDGE.allows(who):
        return ()
    waits = moderation_queries.counts(db, who, now=now)
    return (
        Work("Te bekijken", waits.waiting, "/moderatie", waits.overdue),
        Work("Meldingen van lezers", waits.reports, "/moderatie/meldingen"),
    )


HOME = Module("home", blueprints=(home_bp, showcase_bp))
IDENTITY = Module("identity")
TERRITORY = Module("territory")
NOTICES = Module("notices")
MODERATION = Module(
    "moderation",
    blueprints=(moderation_views.bp, report_views.bp, log_views.bp, comment_views.bp, picture_views.bp),
    submissions=(moderation_models.Comment,),
    subscribers={
        "submission.decided": (subscribers.tell_author,),
        "submission.pending": (subscribers.tell_area_workers,),
        "report.decided": (subscribers.tell_reporter,),
    },
    work=desk_work,
    sweep=subscribers.sweep_pictures,
)

CORE: tuple[Module, ...] = (HOME, IDENTITY, TERRITORY, NOTICES, MODERATION)

TABLES_WITHOUT_A_PLUG = (audit, electorate_models, residency_models, notices_models)

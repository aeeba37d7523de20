"""The core packages as plugs, so that the application treats them like any module."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from spreekt.electorate import models as electorate_models
from spreekt.home import api_views, console_views, dead_letters, mine_views, open_data, own_reactions, statement_views
from spreekt.home.account_views import bp as accounts_bp
from spreekt.home.showcase import bp as showcase_bp
from spreekt.identity import own_views, residency_models, second_views
from spreekt.identity.address_questions import forget_old
from spreekt.identity.permissions import JUDGE
from spreekt.identity.subscribers import answer_address
from spreekt.keeping import erasures
from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.moderation import comment_views, log_views, picture_views, report_views, subscribers
from spreekt.moderation import models as moderation_models
from spreekt.moderation import queries as moderation_queries
from spreekt.moderation import views as moderation_views
from spreekt.module import Module, Work
from spreekt.notices import account_mails, post
from spreekt.notices import domain as notices_domain
from spreekt.notices import models as notices_models
from spreekt.notices.views import bp as notices_bp
from spreekt.residency.module import MODULE as RESIDENCY
from spreekt.territory import territory_commands
from spreekt.territory.views import bp as territory_bp


def desk_work(db: Session, who: Actor, now: datetime) -> Sequence[Work]:
    """What waits for a moderator or an area worker."""
    if not JUDGE.allows(who):
        return ()
    waits = moderation_queries.counts(db, who, now=now)
    return (
        Work("Te bekijken", waits.waiting, "/moderatie", waits.overdue),
        Work("Meldingen van lezers", waits.reports, "/moderatie/meldingen"),
    )


HOME = Module(
    "home",
    blueprints=(mine_views.bp, showcase_bp, accounts_bp, console_views.bp, statement_views.bp, api_views.bp),
    subscribers={"account.erased": (erasures.write_down,)},
    work=dead_letters.work,
    api=open_data.API,
)
IDENTITY = Module(
    "identity",
    blueprints=(second_views.bp, own_views.bp),
    subscribers={"identity.address-asked": (answer_address,)},
    mails=account_mails.MAILS,
    sweep=lambda db, now: forget_old(db, now=now),
)
TERRITORY = Module("territory", blueprints=(territory_bp,), commands=territory_commands.register)
NOTICES = Module(
    "notices",
    blueprints=(notices_bp,),
    mails={"notice.mail": post.notice_mail, "notice.digest": post.digest_mail},
    sweep=notices_domain.send_digests,
)
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
    deeds=own_reactions.reactions,
    sweep=subscribers.sweep_pictures,
)

CORE: tuple[Module, ...] = (HOME, IDENTITY, TERRITORY, NOTICES, MODERATION, RESIDENCY)

TABLES_WITHOUT_A_PLUG = (audit, electorate_models, residency_models, notices_models)

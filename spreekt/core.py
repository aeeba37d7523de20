"""The core packages as plugs, so that the application treats them like any module."""

from spreekt.electorate import models as electorate_models
from spreekt.home import mine_views
from spreekt.home.showcase import bp as showcase_bp
from spreekt.identity import residency_models
from spreekt.kernel import audit
from spreekt.moderation import models as moderation_models
from spreekt.module import Module
from spreekt.notices import domain as notices_domain
from spreekt.notices import models as notices_models
from spreekt.notices import post
from spreekt.notices.views import bp as notices_bp

HOME = Module("home", blueprints=(mine_views.bp, showcase_bp))
IDENTITY = Module("identity")
TERRITORY = Module("territory")
NOTICES = Module(
    "notices",
    blueprints=(notices_bp,),
    mails={"notice.mail": post.notice_mail, "notice.digest": post.digest_mail},
    sweep=notices_domain.send_digests,
)
MODERATION = Module("moderation", submissions=(moderation_models.Comment,))

CORE: tuple[Module, ...] = (HOME, IDENTITY, TERRITORY, NOTICES, MODERATION)

TABLES_WITHOUT_A_PLUG = (audit, electorate_models, residency_models, notices_models)

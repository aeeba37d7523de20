"""The core packages as plugs, so that the application treats them like any module."""

from spreekt.electorate import models as electorate_models
from spreekt.home.showcase import bp as showcase_bp
from spreekt.home.views import bp as home_bp
from spreekt.identity import residency_models
from spreekt.kernel import audit
from spreekt.moderation import comment_views, picture_views, report_views
from spreekt.moderation import models as moderation_models
from spreekt.module import Module
from spreekt.notices import models as notices_models

HOME = Module("home", blueprints=(home_bp, showcase_bp))
IDENTITY = Module("identity")
TERRITORY = Module("territory")
NOTICES = Module("notices")
MODERATION = Module(
    "moderation",
    blueprints=(comment_views.bp, picture_views.bp, report_views.bp),
    submissions=(moderation_models.Comment,),
)

CORE: tuple[Module, ...] = (HOME, IDENTITY, TERRITORY, NOTICES, MODERATION)

TABLES_WITHOUT_A_PLUG = (audit, electorate_models, residency_models, notices_models)

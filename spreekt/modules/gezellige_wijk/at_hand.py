"""What the views of this module have at hand: the regulations, the desk of a form, and a request one may read."""

from datetime import date

from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import NotThere
from spreekt.modules.gezellige_wijk import queries
from spreekt.modules.gezellige_wijk.forms import Desk
from spreekt.modules.gezellige_wijk.models import StreetRequest
from spreekt.modules.gezellige_wijk.regulation_file import Regulations, read_regulations
from spreekt.modules.gezellige_wijk.workflow import MODULE_NAME, handles, writes
from spreekt.web.context import actor, city, db, now, vault


def regulations() -> Regulations:
    """The rules of this city."""
    return read_regulations(city().neighbourhood_file)


def today() -> date:
    """The day in the city."""
    return now().astimezone(BRUSSELS).date()


def desk() -> Desk:
    return Desk(db(), vault(), regulations(), today())


def may_read(who: Actor, request: StreetRequest) -> bool:
    """Everybody what is public; the applicant, who handles it and who works on it what is not."""
    return request.is_public or is_inside(who, request)


def is_inside(who: Actor, request: StreetRequest) -> bool:
    """Whether somebody sees the whole case, not only what is public of it."""
    if writes(who, request) or handles(who, request):
        return True
    works = who.has(Role.SERVICE, Role.ADVISER, Role.FINANCE, module=MODULE_NAME)
    return works and request.submitted_at is not None


def readable(id: int) -> StreetRequest:
    """The request for who may read it; NotThere for everybody else, as if it did not exist."""
    request = queries.case(db(), id)
    if request is None or not may_read(actor(), request):
        raise NotThere
    return request


def handled(id: int) -> StreetRequest:
    """The request for the area worker who handles it."""
    request = queries.case(db(), id)
    if request is None or not handles(actor(), request):
        raise NotThere
    return request

"""What the views of this module have at hand: the regulations, the desk of a form, and a request one may read."""

from datetime import date

from sqlalchemy import ColumnElement, exists, select

from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import NotThere
from spreekt.modules.gezellige_wijk import queries
from spreekt.modules.gezellige_wijk.case_models import Advice
from spreekt.modules.gezellige_wijk.forms import Desk
from spreekt.modules.gezellige_wijk.grant_models import Grant
from spreekt.modules.gezellige_wijk.loan_models import Loan
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
    """Whether somebody sees the whole case: who asks, who handles, and whoever has a part in this very one."""
    if writes(who, request) or handles(who, request):
        return True
    if request.submitted_at is None:
        return False
    return any(
        who.has(role, module=MODULE_NAME) and db().scalar(select(exists().where(reason)))
        for role, reason in (
            (Role.ADVISER, _was_asked(request)),
            (Role.SERVICE, _was_asked(request)),
            (Role.SERVICE, Loan.request_id == request.id),
            (Role.FINANCE, Grant.request_id == request.id),
        )
    )


def _was_asked(request: StreetRequest) -> ColumnElement[bool]:
    return (Advice.request_id == request.id) & (Advice.mail == "") & Advice.asked_at.is_not(None)


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

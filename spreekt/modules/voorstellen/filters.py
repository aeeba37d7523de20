"""The filters of the list as they stand in an address; one reading for page, files, feed, map and API."""

from typing import TypeVar

from werkzeug.exceptions import BadRequest

from spreekt.modules.voorstellen.lists import Filters, Sort
from spreekt.modules.voorstellen.models import Stage
from spreekt.web.context import city
from spreekt.web.listing import one_word

Word = TypeVar("Word", Stage, Sort)


def _known(kind: type[Word], text: str) -> Word | None:
    try:
        return kind(text) if text else None
    except ValueError:
        raise BadRequest from None


def filters_of_request() -> Filters:
    """What this address asks for. A status or order that does not exist answers 400."""
    return Filters(
        borough=borough(),
        area=one_word("deelgemeente"),
        theme=one_word("thema"),
        stage=_known(Stage, one_word("status")),
        words=one_word("q", most=200),
        sort=_known(Sort, one_word("sort")) or Sort.NEWEST,
    )


def borough() -> str:
    """The partition that residents choose from."""
    return city().partitions[0].code


def query_string() -> dict[str, str]:
    """The filters of this address, to put in another one."""
    return {
        name: text for name in ("deelgemeente", "thema", "status", "q", "sort") if (text := one_word(name, most=200))
    }

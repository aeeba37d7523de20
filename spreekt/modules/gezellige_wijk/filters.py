"""How somebody narrows the list of requests in its address; what fits is asked in queries.py."""

from spreekt.modules.gezellige_wijk.at_hand import regulations
from spreekt.modules.gezellige_wijk.models import PUBLIC
from spreekt.modules.gezellige_wijk.queries import Filters
from spreekt.web.listing import one_word


def filters_of_request() -> Filters:
    """?deelgemeente= ?soort= ?status= ?q= of this address; what does not exist narrows nothing."""
    states = {state.value: state for state in PUBLIC}
    kind = one_word("soort")
    return Filters(
        area=one_word("deelgemeente"),
        type_code=kind if kind in regulations().types else "",
        state=states.get(one_word("status")),
        words=one_word("q"),
    )


def kept_of(filters: Filters) -> dict[str, str]:
    """The filter as it stands in addresses."""
    state = filters.state.value if filters.state else ""
    pairs = {"deelgemeente": filters.area, "soort": filters.type_code, "status": state, "q": filters.words}
    return {name: value for name, value in pairs.items() if value}

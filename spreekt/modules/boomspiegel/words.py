"""The Dutch words of states, kinds and heaps; no sentence that depends on who reads."""

from flask_babel import lazy_gettext as _l

from spreekt.modules.boomspiegel.adoption_models import AdopterKind, AdoptionState, Advice, Nearness
from spreekt.modules.boomspiegel.care_models import Concern, Deed
from spreekt.modules.boomspiegel.desk import Heap
from spreekt.modules.boomspiegel.models import Light, PitState

PIT_WORDS = {
    PitState.AVAILABLE: _l("Vrij"),
    PitState.REQUESTED: _l("In aanvraag"),
    PitState.ADOPTED: _l("Geadopteerd"),
    PitState.UNSUITABLE: _l("Niet geschikt"),
    PitState.PAUSED: _l("Tijdelijk niet"),
    PitState.REMOVED: _l("Boom is weg"),
}
PIT_LOOKS = {
    PitState.AVAILABLE: "open", PitState.REQUESTED: "waiting", PitState.ADOPTED: "done",
    PitState.UNSUITABLE: "refused", PitState.PAUSED: "waiting", PitState.REMOVED: "closed",
}  # fmt: skip
LIGHT_WORDS = {Light.SUN: _l("zon"), Light.HALF: _l("halfschaduw"), Light.SHADE: _l("schaduw")}
ADOPTER_WORDS = {
    AdopterKind.PERSON: _l("Ik alleen"),
    AdopterKind.FAMILY: _l("Mijn gezin"),
    AdopterKind.SCHOOL: _l("Een school"),
    AdopterKind.COMMITTEE: _l("Een buurtcomité of vereniging"),
}
NEAR_WORDS = {
    Nearness.HOME: _l("Dicht bij waar ik woon"),
    Nearness.WORK: _l("Dicht bij waar ik werk"),
    Nearness.SCHOOL: _l("Dicht bij onze school of vereniging"),
    Nearness.OTHER: _l("Iets anders"),
}
STATE_WORDS = {
    AdoptionState.DRAFT: _l("Nog niet verstuurd"),
    AdoptionState.WAITING: _l("Op de wachtlijst"),
    AdoptionState.OFFERED: _l("De plek is vrij voor jou"),
    AdoptionState.REQUESTED: _l("Bij Net en Groen voor advies"),
    AdoptionState.CHANGES_ASKED: _l("Plantplan aan te passen"),
    AdoptionState.ADVISED: _l("Wacht op het college"),
    AdoptionState.ACTIVE: _l("Geadopteerd"),
    AdoptionState.VISIT: _l("De stad komt kijken"),
    AdoptionState.WARNED: _l("Verwittigd"),
    AdoptionState.LAPSED: _l("Vervallen"),
    AdoptionState.REFUSED: _l("Geweigerd"),
    AdoptionState.WITHDRAWN: _l("Ingetrokken"),
    AdoptionState.EXPIRED: _l("Aanbod verlopen"),
    AdoptionState.TRANSFERRED: _l("Doorgegeven"),
    AdoptionState.ENDED_BY_ADOPTER: _l("Gestopt"),
    AdoptionState.ENDED_BY_CITY: _l("Gestopt door de stad"),
    AdoptionState.ENDED_BY_WORKS: _l("Gestopt: de plek is weg of niet meer geschikt"),
}
STATE_LOOKS = {
    AdoptionState.DRAFT: "draft", AdoptionState.ACTIVE: "done", AdoptionState.OFFERED: "open",
    AdoptionState.LAPSED: "closed", AdoptionState.REFUSED: "refused", AdoptionState.WITHDRAWN: "closed",
    AdoptionState.EXPIRED: "closed", AdoptionState.TRANSFERRED: "closed", AdoptionState.ENDED_BY_ADOPTER: "closed",
    AdoptionState.ENDED_BY_CITY: "closed", AdoptionState.ENDED_BY_WORKS: "closed", AdoptionState.WARNED: "refused",
}  # fmt: skip
"""How a state looks; those without an entry wait."""
ADVICE_WORDS = {
    Advice.POSITIVE: _l("Gunstig"),
    Advice.WITH_LIMITS: _l("Gunstig met voorwaarden"),
    Advice.NEGATIVE: _l("Ongunstig"),
}
DEED_WORDS = {Deed.PLANTED: _l("Geplant"), Deed.WEEDED: _l("Gewied"), Deed.WATERED: _l("Water gegeven")}
CONCERN_WORDS = {
    Concern.NEGLECT: _l("Niemand zorgt ervoor"),
    Concern.PROBLEM: _l("Er is iets stuk of gevaarlijk"),
    Concern.CORRECTION: _l("De gegevens van de boom kloppen niet"),
}
HEAP_WORDS = {
    Heap.ADVISE: _l("Aanvragen voor advies"),
    Heap.COLLEGE: _l("Aanvragen voor het college"),
    Heap.NEST_BOX: _l("Vogelkastjes op te hangen"),
    Heap.BOX_DOWN: _l("Vogelkastjes weg te halen"),
    Heap.VISIT: _l("Bezoeken aan een boomspiegel"),
    Heap.WARNED: _l("Verwittigde adoptanten"),
    Heap.REPORTS: _l("Meldingen over een boomspiegel"),
}
NUMBER_WORDS = {
    "adoptions_most": _l("Plekken per persoon"),
    "adopters_most": _l("Verzorgers per plek"),
    "waiting_most": _l("Wachtlijsten per persoon"),
    "height_most_cm": _l("Hoogste plant (cm)"),
    "height_junction_cm": _l("Hoogste plant bij een kruispunt (cm)"),
    "junction_metres": _l("Zo ver van een kruispunt (m)"),
    "trunk_free_cm": _l("Vrij rond de stam (cm)"),
    "dig_most_cm": _l("Diepst graven (cm)"),
    "raise_most_cm": _l("Grond ophogen (cm)"),
    "footpath_least_cm": _l("Vrij voetpad (cm)"),
    "advice_days": _l("Dagen voor advies"),
    "mend_days": _l("Dagen om een plan aan te passen"),
    "offer_days": _l("Dagen om een aanbod te aanvaarden"),
    "nest_box_days": _l("Dagen om het vogelkastje op te hangen of weg te halen"),
    "check_months": _l("Maanden tussen twee vragen"),
    "check_answer_days": _l("Dagen om te antwoorden"),
    "misses_most": _l("Keer zonder antwoord voor een bezoek"),
    "visit_days": _l("Dagen voor een bezoek"),
    "warning_days": _l("Dagen na een verwittiging"),
    "notice_days": _l("Dagen vooraf om te stoppen"),
    "vanish_percent_most": _l("Hoogstens zoveel % van de bomen weg uit een nieuw bestand"),
}

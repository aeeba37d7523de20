"""A city full of trees for the benchmarks: pits in bulk, not by rule, and which of their pages are measured."""

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from spreekt.kernel.actor import SYSTEM
from spreekt.modules.boomspiegel import regulation
from spreekt.modules.boomspiegel.models import Light, PitState, adoptable_areas
from spreekt.modules.boomspiegel.tree_import import PLACES_TABLE
from spreekt.territory.queries import search_key
from tests.bench_city import AREAS
from tests.builders import NOON, an_area

SPECIES = ("Hollandse linde", "Veldesdoorn", "Haagbeuk", "Amberboom", "Zomereik")
STATES = (PitState.AVAILABLE, PitState.AVAILABLE, PitState.ADOPTED, PitState.REQUESTED, PitState.UNSUITABLE)
PITS = 25_000
TREE_PAGES = {
    "pits": "/boomspiegels",
    "pits near": "/boomspiegels?q=linde&status=beschikbaar",
    "pits on map": "/boomspiegels/kaart.geojson",
    "pits in view": "/boomspiegels/kaart.geojson?kader=3.25,50.82,3.26,50.83",
}
"""What is asked of 25,000 pits: the list, the list filtered, the map of the whole city, the map of one street."""


def add_pits(db: Session, number: int) -> str:
    """So many tree pits, spread over the city; gives the code of the last one."""
    regulation.settle(db, by=SYSTEM)
    areas = [an_area(name).id for name in AREAS]
    start = (db.scalar(select(func.max(PLACES_TABLE.c.id))) or 0) + 1
    ids = range(start, start + number)
    rows = []
    for id in ids:
        place, species, state = f"Straat {id % 400} {id % 90}", SPECIES[id % 5], STATES[id % 5]
        rows.append({
            "id": id, "kind": "boomspiegel", "code": f"BS-{id:05d}", "place": place, "species": species,
            "species_latin": "", "length_cm": 120, "width_cm": 120, "light": Light.SUN, "near_junction": False,
            "latitude": 50.75 + id % 173 / 1500, "longitude": 3.18 + id % 211 / 1500, "state": state,
            "search_key": f" {search_key(f'{place} {species} BS-{id:05d}')}", "changed_at": NOON,
            "state_reason": "te klein" if state == PitState.UNSUITABLE else "",
        })  # fmt: skip
    for some in range(0, number, 5000):
        db.execute(insert(PLACES_TABLE), rows[some : some + 5000])
        db.execute(insert(adoptable_areas), [{"adoptable_id": row["id"], "area_id": areas[row["id"] % len(areas)]}
                                             for row in rows[some : some + 5000]])  # fmt: skip
    db.commit()
    return f"BS-{ids[-1]:05d}"

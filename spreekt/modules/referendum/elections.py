"""The election of each referendum, kept in memory: its text never changes once the keys are made, its tables cost time.

Asking here first keeps the database out of the way while a ballot is checked.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from sqlalchemy.orm import Session

from spreekt.kernel.errors import NotThere
from spreekt.modules.referendum import exhibits
from spreekt.modules.referendum.ballot.election import Election, parse_election
from spreekt.modules.referendum.queries import public_referendum

MOST = 8


@dataclass(frozen=True, slots=True)
class KnownElection:
    """An election and the id of its referendum."""

    referendum_id: int
    election: Election


class Elections:
    """The elections one server process has seen, the latest used kept."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, KnownElection] = OrderedDict()
        self._lock = Lock()

    def known(self, slug: str) -> KnownElection | None:
        """Without asking the database."""
        with self._lock:
            found = self._known.get(slug)
            if found is not None:
                self._known.move_to_end(slug)
            return found

    def of(self, db: Session, slug: str) -> KnownElection:
        """Raises NotThere while there is no key yet."""
        found = self.known(slug)
        if found is None:
            referendum = public_referendum(db, slug)
            if not referendum.fingerprint:
                raise NotThere
            text = exhibits.body(db, referendum.id, exhibits.ELECTION)
            found = KnownElection(referendum.id, parse_election(text))
            with self._lock:
                self._known[slug] = found
                while len(self._known) > MOST:
                    self._known.popitem(last=False)
        return found

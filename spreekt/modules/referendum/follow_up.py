"""One thing that the city does after a result, as a value. Writing and mending them is in promises.py."""

import hashlib
from datetime import date
from typing import NamedTuple

from spreekt.kernel.storage import Json


class Promise(NamedTuple):
    """What the city does now about a question, and by when."""

    on: date
    text: str

    @classmethod
    def of(cls, stored: Json) -> "Promise":
        """From its stored form."""
        return cls(date.fromisoformat(stored["on"]), stored["text"])

    @property
    def stored(self) -> Json:
        """As it is kept with its question."""
        return {"on": self.on.isoformat(), "text": self.text}

    @property
    def told(self) -> str:
        """In one line, for the log."""
        return f"{self.on.isoformat()} {self.text}"

    @property
    def mark(self) -> str:
        """Names it in an address as it stands: another date or text is another mark."""
        return hashlib.sha256(self.told.encode()).hexdigest()[:16]

"""How a referendum stands, in one word for everybody who tells it to residents. Referendum.standing says which."""

from enum import StrEnum


class Standing(StrEnum):
    """How a referendum stands for residents, by its state and the clock."""

    COMING = "binnenkort"
    LATE = "straks"
    """Its opening hour has come, and two people have yet to open it."""
    OPEN = "open"
    SUSPENDED = "opgeschort"
    COUNTING = "telling"
    DONE = "uitslag"
    NEVER_OPENED = "niet geopend"
    """Its closing hour has come, and nobody opened it."""
    ANNULLED = "vernietigd"

    @property
    def is_over(self) -> bool:
        """Nobody votes in it any more."""
        return self in (Standing.COUNTING, Standing.DONE, Standing.NEVER_OPENED, Standing.ANNULLED)

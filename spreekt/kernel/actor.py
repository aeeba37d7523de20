"""Who is asking: an account, how sure we are of it, and the roles it was granted. Decides nothing itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Role(StrEnum):
    """What somebody does for the city. The value is the word in addresses of demo accounts."""

    MODERATOR = "moderator"
    APPEAL = "beroep"
    AREA_WORKER = "gebiedswerker"
    SERVICE = "dienst"
    ADVISER = "adviseur"
    DESK = "loket"
    REGISTER = "register"
    REFERENDUM = "referendum"
    PUBLISHER = "publicatie"
    JUROR = "jurylid"
    FINANCE = "financien"
    AUDITOR = "auditor"
    ADMIN = "beheer"


NEEDS_NO_SECOND_FACTOR = frozenset({Role.JUROR})


class Level(IntEnum):
    """Assurance level of a session, as in the city's scale: 0 reader, 1 confirmed address, 3 resident."""

    READER = 0
    CONFIRMED = 1
    RESIDENT = 3


@dataclass(frozen=True, slots=True)
class Grant:
    """One role, everywhere or only in one area or one module."""

    role: Role
    area_id: int | None = None
    module: str | None = None

    def covers(self, *, area_ids: Iterable[int] | None, module: str | None) -> bool:
        """Whether this grant reaches something that lies in these areas and belongs to this module."""
        if self.module is not None and module is not None and self.module != module:
            return False
        return self.area_id is None or area_ids is None or self.area_id in set(area_ids)


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who asks. An anonymous reader has no id."""

    id: int | None = None
    display_name: str = ""
    level: Level = Level.READER
    grants: frozenset[Grant] = frozenset()
    has_second_factor: bool = False
    is_fresh: bool = False

    @property
    def is_signed_in(self) -> bool:
        return self.id is not None

    @property
    def is_resident(self) -> bool:
        return self.level >= Level.RESIDENT

    @property
    def is_staff(self) -> bool:
        return any(grant.role not in NEEDS_NO_SECOND_FACTOR for grant in self.grants)

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    def has(self, *roles: Role, area_ids: Iterable[int] | None = None, module: str | None = None) -> bool:
        """Whether one of these roles was granted here. Leaving an argument out asks "anywhere"."""
        areas = None if area_ids is None else tuple(area_ids)
        return any(grant.role in roles and grant.covers(area_ids=areas, module=module) for grant in self.grants)


NOBODY = Actor()
SYSTEM = Actor(display_name="Systeem")

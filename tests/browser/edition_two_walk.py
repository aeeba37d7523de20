"""The town of edition two for a walk in a real browser: its crowd by the domain's rules, its people with a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from spreekt.demo import edition_two, story
from spreekt.demo.edition_two import CHANGED, PROJECTS, REPLIED, EditionTwo
from spreekt.demo.edition_two_after import After
from spreekt.demo.people import Inhabitant
from spreekt.identity import residency
from spreekt.identity.models import Account
from spreekt.kernel.actor import Role
from spreekt.kernel.city import read_city
from spreekt.kernel.clock import BRUSSELS
from spreekt.modules.burgerbudget.dossiers.models import Dossier
from tests import builders
from tests.browser.conftest import address_of
from tests.browser.reader import Reader
from tests.builders import NOON
from tests.live import Platform

PHONE = (390, 844)
STARTS_ON = datetime(2026, 3, 2, tzinfo=BRUSSELS)
SETTLED = datetime(2026, 2, 1, 9, tzinfo=BRUSSELS)
CROWD = 1_000
BY_HAND = 0
"""The place of the project that a group hands in by hand."""


class Person(Reader):
    """Somebody in a walk. The database lets one in at a time, so the crowd lets it go before a page opens."""

    looks = False
    """The pages on this way are looked at elsewhere; here they only have to work."""

    def __init__(self, db: Session, *who: Any, **options: Any) -> None:
        self.db = db
        super().__init__(*who, **options)

    @contextmanager
    def expecting(self, status: int) -> Iterator[None]:
        self.db.commit()
        with super().expecting(status):
            yield


class Walk:
    """One round and everybody in it. `at` opens the platform at a moment; `who` gives somebody a browser there."""

    def __init__(self, chromium: Browser, city: Platform, db: Session) -> None:
        self.chromium, self.city, self.db = chromium, city, db
        self.town, self.grown = story.settle(
            db, city.vault, read_city(city.folder / "city.toml"), folder=city.folder, now=NOON.astimezone(UTC),
            since=SETTLED,
        )  # fmt: skip
        self.edition = EditionTwo.begin(self.town, starts_at=STARTS_ON)
        self.after = After(self.edition)
        self.edition.appoint()
        self.groups = edition_two.groups_of_four(self.town, on=STARTS_ON)
        db.commit()
        with city.building():
            self.second_desk = builders.staff(Role.DESK, name="Lou Loket")
        self.slug = self.edition.round.slug
        self.round, self.desk = f"/burgerbudget/{self.slug}", f"/beheer/rondes/{self.slug}"
        self.moment, self.address = STARTS_ON, ""
        self.readers: list[Reader] = []

    def group(self, place: int) -> list[Account]:
        """Who hands in the project at this place."""
        return list(self.groups[place % len(self.groups)])

    def staff(self, name: str, **options: Any) -> Reader:
        return self.who(self.town.staff[name], **options)

    def lead(self, dossier: Dossier) -> Reader:
        """Who leads a group, on a phone."""
        account = next(member.account for member in dossier.active_members if member.is_lead)
        return self.resident(account)

    def resident(self, account: Account | None = None) -> Reader:
        return self.who(account, size=PHONE)

    def who(self, account: Account | None, **options: Any) -> Reader:
        """A browser at this moment."""
        token = ""
        if account is not None:
            known = account.id, account.epoch  # read before the database is let go
            assert all(each is not None for each in known)
            self.db.commit()
            token = self.city.sign_in(account, at=self.moment)
        reader = Person(self.db, self.chromium, self.address, token=token, **options)
        self.readers.append(reader)
        return reader

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """The platform as it runs from this moment on."""
        self.db.commit()
        web = self.city.serve(at=moment)
        self.moment, self.address = moment, address_of(web)
        try:
            yield
        finally:
            for reader in self.readers:
                reader.close()
            self.readers.clear()
            web.server.kill()

    @contextmanager
    def crowd(self) -> Iterator[Session]:
        """Everybody else, who needs no browser."""
        self.db.expire_all()
        yield self.db
        self.db.commit()

    def hand_in_by_the_crowd(self, now: datetime) -> tuple[Dossier, Dossier]:
        """33 groups hand in, and two that have a turn later: one that will reply, one that will change."""
        with self.crowd():
            self.edition.hand_in(skip={BY_HAND, REPLIED, CHANGED})
            replies, changes = (self.edition.one(PROJECTS[place], self.group(place), now=now)
                                for place in (REPLIED, CHANGED))  # fmt: skip
        return replies, changes

    def key_of(self, account: Account) -> str:
        """Who this is in the register."""
        found = residency.residency_of(self.db, account.id, now=self.edition.round.poll.opens_at)
        assert found is not None
        return found.person_key

    @property
    def forgets(self) -> Account:
        """The resident who chooses and does not confirm."""
        return self.town.residents[60]

    def without_account(self, place: int) -> Inhabitant:
        """Somebody old enough who never made an account."""
        return self.grown[story.ACCOUNTS + 100 + place]

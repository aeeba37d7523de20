"""An open budget round for tests with real servers: its projects, its voters, and what lies in the box."""

import base64
import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from spreekt.electorate.domain import voter_key
from spreekt.electorate.models import Poll, UsedRight
from spreekt.identity.residency_models import Residency
from spreekt.moderation.models import State
from spreekt.modules.burgerbudget.models import BudgetBallot, Project, Round
from spreekt.modules.burgerbudget.voting.game import Game, ticked, written
from spreekt.modules.burgerbudget.voting.sealing import open_sealed
from tests.builders import BALLOT_KEYS, DAY, NOON, OFFICER_KEYS, a_poll, a_resident, kept
from tests.live import Platform, Web
from tests.wire import Visitor

CODES = ("p1", "p2", "p3", "p4", "p5", "p6")


class Election:
    """One round that is open at NOON, on a running platform."""

    def __init__(self, platform: Platform, slug: str, *, codes: tuple[str, ...] = CODES) -> None:
        self.platform, self.slug = platform, slug
        with platform.building() as db:
            poll = a_poll()
            round = kept(
                Round(
                    slug=slug, title=f"Burgerbudget {slug}", poll_id=poll.id, amount_cents=10_000_000,
                    publishes_at=poll.closes_at, ballot_keys=BALLOT_KEYS,
                )
            )  # fmt: skip
            db.add_all(
                Project(
                    round_id=round.id, code=code, title=f"Project met code {code}", cost_cents=2_500_000,
                    state=State.PUBLISHED, created_at=NOON - DAY, published_at=NOON - DAY,
                )
                for code in codes
            )  # fmt: skip
            db.commit()
            self.poll, self.round = poll, round
            self.project_id = db.scalars(select(Project.id).where(Project.round_id == round.id)).first() or 0

    def closes(self, at: datetime) -> None:
        """Move the closing second."""
        with self.platform.sessions() as db:
            db.execute(update(Poll).where(Poll.id == self.poll.id).values(closes_at=at))
            db.commit()

    @property
    def ballot_url(self) -> str:
        return f"/burgerbudget/{self.slug}/stemmen"

    @property
    def review_url(self) -> str:
        return f"/burgerbudget/{self.slug}/stemmen/nakijken"

    def a_voter(self) -> tuple[str, str]:
        """A resident who signed in: the token in their browser, and their key on the roll."""
        with self.platform.building() as db:
            account = a_resident()
            person = db.scalars(select(Residency.person_key).where(Residency.account_id == account.id)).one()
        return self.platform.sign_in(account), voter_key(self.platform.vault, self.poll, person)

    def marked(self, visitor: Visitor, codes: list[str]) -> list[tuple[str, str]]:
        """Tick these projects, and give the form of the page on which one looks the choice over."""
        reply = visitor.fill(self.ballot_url, projects=codes)
        assert reply.status == 303, f"{reply.status}: {reply.text[:300]}"
        return visitor.form(self.review_url, "marks")

    def voter_at(self, web: Web, codes: list[str]) -> tuple[Visitor, list[tuple[str, str]], str]:
        """Somebody who only has to press the last button: the browser, the form, the key on the roll."""
        token, key = self.a_voter()
        visitor = web.visitor(token)
        return visitor, self.marked(visitor, codes), key

    def roll(self, db: Session) -> set[str]:
        """The keys whose right was used."""
        return set(db.scalars(select(UsedRight.voter_key).where(UsedRight.poll_id == self.poll.id)))

    def number_of_ballots(self, db: Session) -> int:
        return db.scalar(select(func.count()).where(BudgetBallot.round_id == self.round.id)) or 0

    def box(self, db: Session) -> Counter[tuple[str, ...]]:
        """The choices in the box, opened with the keys of two officers, which only a test has at hand."""
        sealed = db.scalars(select(BudgetBallot.sealed_choice).where(BudgetBallot.round_id == self.round.id))
        keys = {1: OFFICER_KEYS[0], 3: OFFICER_KEYS[2]}
        opened = (open_sealed(text, keys).partition(b" ")[2].rstrip(b"\0") for text in sealed)
        return Counter(tuple(sorted(json.loads(text))) for text in opened)


def marks_for(codes: Sequence[str], *, among: Sequence[str] = CODES) -> str:
    """The hidden value with which a review page sends these projects."""
    return base64.urlsafe_b64encode(written(ticked(codes)).encode().ljust(Game().longest(among))).decode()


def choice_in(form: Sequence[tuple[str, str]]) -> list[str]:
    """The projects that a review page would send."""
    [marks] = [value for name, value in form if name == "marks"]
    return sorted(json.loads(base64.urlsafe_b64decode(marks)))

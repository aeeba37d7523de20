"""Dates of a vote that move once letters with a code were made: only knowingly. Making letters is in letter_runs.py."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.electorate.models import Channel, Poll
from spreekt.electorate.pass_models import VotePass
from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.kernel.dutch import plural
from spreekt.kernel.errors import N_, DomainError


class LettersSayOtherDates(DomainError):
    """Letters with the dates of before were made. The argument is how many."""

    says = N_(
        "De datums van voordien staan al op {0} met een code. De codes blijven werken. Verzet je de stemming "
        "toch? Vink het dan aan. Leg bij brieven die nog niet gepost zijn een blad met de nieuwe datums, en schrijf "
        "bij ‘Waarover gaat het?’ dat de datums in de brief niet meer kloppen: dat staat op de pagina van de ronde."
    )


def letters_made(db: Session, poll: Poll) -> int:
    """How many residents have a letter with a code."""
    made = select(func.count()).select_from(VotePass)
    return db.scalar(made.where(VotePass.poll_id == poll.id, VotePass.channel == Channel.LETTER)) or 0


@contextmanager
def moving_dates(db: Session, poll: Poll, *, knowingly: bool, by: Actor) -> Iterator[None]:
    """Around a change that may move the dates of a poll. `knowingly`: who changes it read that letters say otherwise.

    Raises LettersSayOtherDates.
    """
    before = poll.opens_at, poll.closes_at
    yield
    if (poll.opens_at, poll.closes_at) == before or not (letters := letters_made(db, poll)):
        return
    if not knowingly:
        raise LettersSayOtherDates(plural(letters, "brief", "brieven"))
    audit.record(db, by=by, act="vote-letters.dates-moved", subject=f"poll:{poll.id}", reason=f"{letters} brieven")

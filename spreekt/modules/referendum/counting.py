"""From a sealed box to figures: the tally under encryption, what trustees opened of it, and what the figures mean.

Nothing here can open anything: that takes the keys of enough trustees, who are elsewhere.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from spreekt import VERSION
from spreekt.electorate.models import Channel
from spreekt.kernel.errors import N_, Invalid
from spreekt.modules.referendum import exhibits, outcome, paper, queries
from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.ballot.certificates import TrusteeFault
from spreekt.modules.referendum.ballot.decryption import Factors, counts, read_partial_decryption
from spreekt.modules.referendum.ballot.election import parse_election
from spreekt.modules.referendum.ballot.strict import parsed
from spreekt.modules.referendum.ballot.tally import read_tally, result_text, tally_of
from spreekt.modules.referendum.ballot.trustees import read_trustees
from spreekt.modules.referendum.models import Ballot, BallotKind, Referendum

CHUNK = 200


class NotOpenedRight(Invalid):
    """A trustee's part that does not fit; the argument says whose and why."""

    says = N_("Dit deel klopt niet en is niet aangenomen: {0}")


def fix_encrypted_tally(db: Session, referendum: Referendum) -> None:
    """Multiply the last ballot of every credential, and freeze the product."""
    election = parse_election(exhibits.body(db, referendum.id, exhibits.ELECTION))
    tally = tally_of(election, _last_ballots(db, referendum))
    exhibits.keep(db, referendum, exhibits.ENCRYPTED_TALLY, tally.text())
    exhibits.keep(db, referendum, exhibits.SIZED_TALLY, tally.sized_text())


def take_partial_decryption(db: Session, referendum: Referendum, owner: int, text: str) -> None:
    """Keep what trustee `owner` (from 1) opened, once every proof of it holds. Raises NotOpenedRight, AlreadyFrozen."""
    _factors(db, referendum, owner, text)
    exhibits.keep(db, referendum, exhibits.partial_decryption(owner), text)


def fix_outcome(db: Session, referendum: Referendum) -> None:
    """Combine the trustees' parts into figures, add the paper, and judge each question. Raises NotOpenedRight."""
    owners = exhibits.opened_by(db, referendum)
    factors = {
        owner: _factors(db, referendum, owner, exhibits.body(db, referendum.id, exhibits.partial_decryption(owner)))
        for owner in owners
    }
    trustees = read_trustees(exhibits.body(db, referendum.id, exhibits.TRUSTEES))
    tally = read_tally(exhibits.body(db, referendum.id, exhibits.ENCRYPTED_TALLY))
    try:
        web = counts(tally, trustees, factors, most=queries.voters_in_box(db, referendum))
    except (TrusteeFault, ValueError) as fault:
        raise NotOpenedRight(str(fault)) from None
    exhibits.keep(db, referendum, exhibits.RESULT, result_text(web))
    referendum.outcome = _outcome(db, referendum, web)
    db.flush()


def _outcome(db: Session, referendum: Referendum, web: Sequence[Sequence[int]]) -> dict[str, Any]:
    used = queries.rights_used(db, referendum)
    by_hand = paper.agreed(db, referendum) if used[Channel.PAPER] else None
    rules = referendum.regulation
    not_shown = _too_few_to_show(referendum, web, by_hand or [])
    shown = None if not_shown else by_hand
    questions = [
        judged.stored | {"web": list(web[place]), "paper": shown[place] if shown else None}
        for place, judged in enumerate(_judged(referendum, outcome.added(web, shown)))
    ]
    by_area = queries.voters_by_area(db, referendum)
    return {
        "referendum": referendum.slug,
        "uuid": referendum.uuid,
        "election": referendum.fingerprint,
        "question_sha256": referendum.frozen_sha256,
        "roll": referendum.roll_count,
        "roll_sha256": referendum.roll_sha256,
        "voters": {channel.value: number for channel, number in used.items()},
        "questions": questions,
        "paper_not_shown": not_shown,
        "areas": outcome.shown_areas(by_area, least=rules.small_number),
        "refused": queries.refused_attempts(db, referendum),
        "software": f"spreekt {VERSION}",
    }


def _judged(referendum: Referendum, figures: Sequence[Sequence[int]]) -> list[outcome.Judged]:
    """Each question under the regulation; figures have blank first where it is allowed."""
    found = []
    for question, row in zip(referendum.questions, figures, strict=True):
        blank, answers = (row[0], row[1:]) if question.allows_blank else (0, row)
        found.append(outcome.judge(question.text, question.answers, answers, blank, referendum.regulation))
    return found


def _too_few_to_show(referendum: Referendum, web: Sequence[Sequence[int]], by_hand: Sequence[Sequence[int]]) -> int:
    """How many ballots were on paper when they are too few to stay secret and cannot change any outcome; else 0."""
    rules, on_paper = referendum.regulation, max(map(sum, by_hand), default=0)
    if on_paper >= rules.small_number:
        return 0
    settled = all(outcome.is_settled(judged, rules, more=on_paper) for judged in _judged(referendum, web))
    return on_paper if settled else 0


def _factors(db: Session, referendum: Referendum, owner: int, text: str) -> Factors:
    trustees = read_trustees(exhibits.body(db, referendum.id, exhibits.TRUSTEES))
    if not 1 <= owner <= len(trustees.public_keys):
        raise NotOpenedRight(f"er is geen sleutelhouder {owner}")
    tally = read_tally(exhibits.body(db, referendum.id, exhibits.ENCRYPTED_TALLY))
    key = trustees.public_keys[owner - 1]
    try:
        given = parsed(text)
        if compact(given) != text:
            raise NotOpenedRight("het bestand is niet in de vaste vorm geschreven")
        return read_partial_decryption(given, tally, owner=owner, key=key, phi=referendum.fingerprint)
    except ValueError as fault:
        raise NotOpenedRight(str(fault)) from None


def _last_ballots(db: Session, referendum: Referendum) -> Iterator[str]:
    """The text of the ballot that counts, for each credential; a few at a time."""
    later = aliased(Ballot)
    is_last = ~exists().where(
        later.referendum_id == Ballot.referendum_id,
        later.credential_hash == Ballot.credential_hash,
        later.nth == Ballot.nth + 1,
    )
    rows = db.execute(
        select(Ballot.body)
        .where(Ballot.referendum_id == referendum.id, Ballot.kind == BallotKind.CAST, is_last)
        .execution_options(yield_per=CHUNK)
    )
    for row in rows:
        yield row.body

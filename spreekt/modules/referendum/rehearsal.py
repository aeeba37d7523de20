"""The rehearsal: test ballots that every trustee opens with the media of the day, before the box may open.

It passes when every group of just enough trustees opens it to what was put in. Source: protocol section 3.
"""

import itertools
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from spreekt.kernel import audit
from spreekt.kernel.actor import SYSTEM, Actor
from spreekt.kernel.errors import N_, DomainError, Invalid
from spreekt.modules.referendum.ballot.archive import Archive
from spreekt.modules.referendum.ballot.archive_reader import ArchiveReader
from spreekt.modules.referendum.ballot.canonical import compact
from spreekt.modules.referendum.ballot.certificates import TrusteeFault
from spreekt.modules.referendum.ballot.credential import public_of
from spreekt.modules.referendum.ballot.decryption import Factors, Tally, counts, read_partial_decryption
from spreekt.modules.referendum.ballot.election import Election, Template, make_election, new_uuid, parse_election
from spreekt.modules.referendum.ballot.encryption import encrypt
from spreekt.modules.referendum.ballot.randomness import draw_secret
from spreekt.modules.referendum.ballot.strict import Malformed, parsed
from spreekt.modules.referendum.ballot.tally import read_tally, tally_of
from spreekt.modules.referendum.ballot.trustees import Trustees, read_trustees
from spreekt.modules.referendum.models import Referendum
from spreekt.modules.referendum.opening import REHEARSAL_NAME, board_hash
from spreekt.modules.referendum.trustee_models import Rehearsal, RehearsalPart

ROUNDS = 2
"""How often each slot of the question with most slots is chosen; one ballot more makes the totals differ."""


class NoRehearsal(DomainError):
    """Nothing to open."""

    says = N_("Er is nu geen repetitie. De referendumbeheerder moet er eerst een klaarzetten.")


class WrongPart(Invalid):
    """What a trustee opened does not fit; {0} says why."""

    says = N_("Jouw deel van de repetitie klopt niet ({0}). Gebruikte je het juiste sleutelbestand?")


class OpensWrong(DomainError):
    """Some group of trustees opens the test ballots to something else than was put in."""

    says = N_("De repetitie is mislukt: sleutelhouders {0} openen iets anders dan erin zat. Begin opnieuw.")


@dataclass(frozen=True, slots=True)
class Box:
    """What is in the archive of a rehearsal."""

    election: Election
    trustees: Trustees
    tally: Tally


def prepare(
    db: Session, referendum: Referendum, template: Template, trustees: str, *, by: Actor, now: datetime
) -> Rehearsal:
    """A closed box with test ballots under the trustees' key. An earlier rehearsal no longer counts."""
    named = Template(REHEARSAL_NAME + template.name, template.description, template.questions)
    election = make_election(named, new_uuid(), read_trustees(trustees).election_key)
    votes = trial_votes(election)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{election.uuid}.bel"
        _fill(path, election, trustees, votes, timestamp=int(now.timestamp()))
        rehearsal = Rehearsal(
            referendum_id=referendum.id, archive=path.read_bytes(), board_hash=board_hash(path),
            expected=_sums(votes), made_at=now,
        )  # fmt: skip
    forget(db, referendum)
    db.add(rehearsal)
    audit.record(db, by=by, act="referendum.prepare-rehearsal", subject=f"referendum:{referendum.id}")
    return rehearsal


def take_part(db: Session, referendum: Referendum, owner: int, body: str, *, now: datetime) -> Rehearsal:
    """What a trustee opened. With the last one every group is tried, and the rehearsal passes.

    Raises NoRehearsal, WrongPart, OpensWrong.
    """
    rehearsal = last_of(db, referendum, lock=True)
    if rehearsal is None:
        raise NoRehearsal
    box = box_of(rehearsal)
    _factors(box, owner, body)
    parts = parts_of(db, rehearsal)
    if owner not in parts:
        parts[owner] = body
        db.add(RehearsalPart(rehearsal_id=rehearsal.id, owner=owner, body=body, given_at=now))
    if len(parts) == len(box.trustees.public_keys) and rehearsal.passed_at is None:
        rehearsal.subsets = _every_group(rehearsal, box, parts)
        rehearsal.passed_at = now
        reason = f"{rehearsal.subsets} groepen van {box.trustees.items[0].needed}"
        audit.record(db, by=SYSTEM, act="referendum.rehearsal-passed", subject=f"referendum:{referendum.id}",
                     reason=reason)  # fmt: skip
    db.flush()
    return rehearsal


def last_of(db: Session, referendum: Referendum, *, lock: bool = False) -> Rehearsal | None:
    """The rehearsal that counts."""
    wanted = select(Rehearsal).where(Rehearsal.referendum_id == referendum.id).order_by(Rehearsal.id.desc()).limit(1)
    return db.scalars(wanted.with_for_update() if lock else wanted).one_or_none()


def parts_of(db: Session, rehearsal: Rehearsal) -> dict[int, str]:
    """What was opened, by the number of the trustee."""
    rows = db.scalars(select(RehearsalPart).where(RehearsalPart.rehearsal_id == rehearsal.id))
    return {row.owner: row.body for row in rows}


def forget(db: Session, referendum: Referendum) -> None:
    """Earlier rehearsals no longer count."""
    ids = select(Rehearsal.id).where(Rehearsal.referendum_id == referendum.id)
    db.execute(delete(RehearsalPart).where(RehearsalPart.rehearsal_id.in_(ids)))
    db.execute(delete(Rehearsal).where(Rehearsal.referendum_id == referendum.id))


def box_of(rehearsal: Rehearsal) -> Box:
    """The election, trustees and tally of a rehearsal."""
    with tempfile.NamedTemporaryFile(suffix=".bel") as file:
        file.write(rehearsal.archive)
        file.flush()
        with ArchiveReader(Path(file.name)) as reader:
            tally = read_tally(reader.encrypted_tally() or "")
            return Box(parse_election(reader.election()), read_trustees(reader.trustees()), tally)


def trial_votes(election: Election) -> list[list[list[int]]]:
    """Test ballots: each slot of each question is chosen by some, and by different numbers of them."""
    most = max(question.slots for question in election.questions)
    ballots = []
    for turn in range(ROUNDS * most + 1):
        ballots.append([[int(slot == turn % question.slots) for slot in range(question.slots)]
                        for question in election.questions])  # fmt: skip
    return ballots


def _fill(path: Path, election: Election, trustees: str, votes: list[list[list[int]]], *, timestamp: int) -> None:
    secrets = [draw_secret() for _ in votes]
    credentials = sorted(str(public_of(secret)) for secret in secrets)
    with Archive.create(path, timestamp=timestamp) as archive:
        archive.setup(election=election.text, trustees=trustees, credentials=credentials)
        ballots = [encrypt(election, secret, vote, draw_secret) for secret, vote in zip(secrets, votes, strict=True)]
        for ballot in ballots:
            archive.ballot(ballot)
        archive.end_ballots()
        tally = tally_of(election, ballots)
        archive.encrypted_tally(tally=tally.text(), sized=tally.sized_text())
        archive.sync()


def _sums(votes: list[list[list[int]]]) -> list[list[int]]:
    return [[sum(column) for column in zip(*rows, strict=True)] for rows in zip(*votes, strict=True)]


def _factors(box: Box, owner: int, body: str) -> Factors:
    if not 1 <= owner <= len(box.trustees.public_keys):
        raise WrongPart(f"sleutelhouder {owner}")
    try:
        given: Any = parsed(body)
        if compact(given) != body:
            raise Malformed("the fields are not written in the one way")
        return read_partial_decryption(
            given, box.tally, owner=owner, key=box.trustees.public_keys[owner - 1], phi=box.election.fingerprint
        )
    except (Malformed, TrusteeFault) as fault:
        raise WrongPart(str(fault)) from None


def _every_group(rehearsal: Rehearsal, box: Box, parts: dict[int, str]) -> int:
    """Open with every group of just enough; how many there are. Raises OpensWrong naming the first that fails."""
    factors = {owner: _factors(box, owner, body) for owner, body in parts.items()}
    needed, tried = box.trustees.items[0].needed, 0
    for group in itertools.combinations(sorted(factors), needed):
        if _opened(box, factors, group, most=_most(rehearsal)) != rehearsal.expected:
            raise OpensWrong(", ".join(map(str, group)))
        tried += 1
    return tried


def _opened(box: Box, factors: dict[int, Factors], group: Sequence[int], *, most: int) -> list[list[int]] | None:
    try:
        return counts(box.tally, box.trustees, {owner: factors[owner] for owner in group}, most=most)
    except (TrusteeFault, ValueError):
        return None


def _most(rehearsal: Rehearsal) -> int:
    return max(sum(row) for row in rehearsal.expected)

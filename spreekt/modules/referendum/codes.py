"""Taking over what the credential authority made: the public codes and whose each is. No private code ever comes here.

Everything is checked before anything is stored: as many codes as voters, sorted, distinct, in the group, no weights.
"""

import json
from collections.abc import Callable
from typing import BinaryIO

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from spreekt.kernel import audit
from spreekt.kernel.actor import Actor
from spreekt.kernel.delimited import read_lines
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid
from spreekt.kernel.vault import Vault
from spreekt.kernel.workflow import move
from spreekt.modules.referendum import box, exhibits, gates
from spreekt.modules.referendum.ballot.canonical import b64_from_hex, compact
from spreekt.modules.referendum.ballot.group import NotANumber, in_group, number
from spreekt.modules.referendum.life import LIFE, runs_it
from spreekt.modules.referendum.models import Referendum, RollEntry, State
from spreekt.modules.referendum.poll_keys import key_of

MAP_HEADER = "kiezer;public"
LONGEST_LIST = 200_000_000  # bytes: some 300,000 voters
AT_ONCE = 1_000
SHOWN_EVERY = 500

Told = Callable[[int, int], None]
"""Hears how many codes were checked, of how many."""


class CodesRefused(DomainError):
    """The two files do not fit the roll or each other; the argument says where."""

    status = 422
    says = N_("De codes zijn niet overgenomen. {0}")

    def __str__(self) -> str:
        return self.says.format(*self.args)


class NotTheMoment(DomainError):
    """Codes come after the keys and before the opening."""

    says = N_("Codes overnemen kan alleen als de sleutels gemaakt zijn en de stembus nog niet open is.")


class NothingToDiscard(DomainError):
    """No list of codes is here, or the letters may go out already."""

    says = N_("Er zijn geen codes om weg te gooien, of de brieven mogen al weg.")


def take_over(
    db: Session, vault: Vault, referendum: Referendum, codes: BinaryIO, whose: BinaryIO, *, by: Actor,
    told: Told | None = None,
) -> str:  # fmt: skip
    """Store the public list as it is published, and each voter's code as a fingerprint; the list's fingerprint.

    The same two files again do no harm. Raises NotTheMoment, CodesRefused, AlreadyFrozen.
    """
    if referendum.state is not State.KEYS:
        raise NotTheMoment
    box.alone(db, referendum)
    text, publics = _read_list(codes)
    if len(publics) != referendum.roll_count:
        raise CodesRefused(f"Er zijn {referendum.roll_count} kiezers en {len(publics)} codes. Dat moet gelijk zijn.")
    of_voter = _read_map(whose, publics)
    on_roll = set(db.scalars(select(RollEntry.voter_key).where(RollEntry.referendum_id == referendum.id)))
    if of_voter.keys() != on_roll:
        raise CodesRefused(
            "De koppeling noemt niet precies de kiezers van de lijst. Maakte je ze met deze kiezerslijst?"
        )
    _check_group(publics, told)
    exhibit = exhibits.keep(db, referendum, exhibits.CREDENTIALS, text)
    key = key_of(vault, referendum)
    rows = [
        {"referendum_id": referendum.id, "voter_key": voter, "credential_key": key.credential(public)}
        for voter, public in of_voter.items()
    ]
    for start in range(0, len(rows), AT_ONCE):
        db.execute(update(RollEntry), rows[start : start + AT_ONCE])
    audit.record(
        db, by=by, act="referendum.codes-taken-over", subject=f"referendum:{referendum.id}",
        reason=f"{len(rows)} codes, sha256 {exhibit.sha256}",
    )  # fmt: skip
    return b64_from_hex(exhibit.sha256)


def issue(db: Session, referendum: Referendum, *, by: Actor) -> None:
    """The codes are complete: letters may go out. Raises NotYet, IllegalTransition, Forbidden."""
    LIFE.check(referendum, "issue", by=by)
    reasons = gates.before_issue(db, referendum)
    if reasons:
        raise gates.NotYet(" ".join(reasons))
    move(db, LIFE, referendum, "issue", by=by)


def discard(db: Session, referendum: Referendum, *, reason: str, by: Actor) -> None:
    """Throw away codes that were taken over while no letter has gone out: the roll can be mended, another list comes.

    The log keeps the fingerprint of the list. Raises Forbidden, NothingToDiscard, Invalid without a reason.
    """
    if not runs_it(by, referendum):
        raise Forbidden
    sha256 = exhibits.hashes(db, referendum.id).get(exhibits.CREDENTIALS)
    if referendum.state is not State.KEYS or sha256 is None:
        raise NothingToDiscard
    if not reason.strip():
        raise Invalid(N_("Schrijf waarom jullie de codes weggooien. De reden komt in het logboek."))
    mine = update(RollEntry).where(RollEntry.referendum_id == referendum.id).values(credential_key=None)
    db.execute(mine.execution_options(synchronize_session="fetch"))
    exhibits.withdraw(db, referendum, exhibits.CREDENTIALS)
    audit.record(
        db, by=by, act="referendum.codes-discarded", subject=f"referendum:{referendum.id}",
        reason=f"sha256 {sha256}: {reason.strip()}",
    )  # fmt: skip


def _read_list(stream: BinaryIO) -> tuple[str, list[str]]:
    """The list as its bytes are, and its numbers, sorted and distinct."""
    try:
        text = stream.read(LONGEST_LIST + 1).decode("ascii")
        publics = json.loads(text) if len(text) <= LONGEST_LIST else None
    except (ValueError, RecursionError):
        publics = None
    if not isinstance(publics, list) or not all(isinstance(public, str) for public in publics):
        raise CodesRefused("Het bestand met publieke codes is niet wat de drukker maakte (publieke-codes.json).")
    if compact(publics) != text:
        raise CodesRefused(
            "De lijst van publieke codes is anders geschreven dan afgesproken. Neem het bestand zelf over."
        )
    for place, (before, public) in enumerate(zip(["", *publics], publics, strict=False), start=1):
        if "," in public:
            raise CodesRefused(f"Code {place} heeft een gewicht. Elke stem telt even zwaar.")
        if public <= before:
            raise CodesRefused(f"Code {place} staat niet op haar plaats of komt twee keer voor.")
    return text, publics


def _read_map(stream: BinaryIO, publics: list[str]) -> dict[str, str]:
    """The code of each voter. Every voter once, every code of the list once."""
    left, of_voter = set(publics), dict[str, str]()
    for line in read_lines(stream):
        if line.number == 1:
            if line.text != MAP_HEADER:
                raise CodesRefused(f"De eerste regel van de koppeling moet {MAP_HEADER} zijn.")
            continue
        voter, _semicolon, public = line.text.partition(";")
        if line.fault is not None or voter in of_voter:
            raise CodesRefused(f"Regel {line.number} van de koppeling is onleesbaar of noemt een kiezer opnieuw.")
        if public not in left:
            raise CodesRefused(
                f"Regel {line.number} van de koppeling heeft geen code van de lijst, of een die al gebruikt is."
            )
        left.remove(public)
        of_voter[voter] = public
    if left:
        raise CodesRefused(f"{len(left)} codes van de lijst zijn van niemand.")
    return of_voter


def _check_group(publics: list[str], told: Told | None) -> None:
    """Every code must be a number of the group, and not 1: anybody could vote with that one."""
    for place, public in enumerate(publics, start=1):
        try:
            value = number(public)
        except NotANumber:
            value = None
        if value is None or value == 1 or not in_group(value):
            raise CodesRefused(f"Code {place} is geen geldige publieke code.")
        if told is not None and (place % SHOWN_EVERY == 0 or place == len(publics)):
            told(place, len(publics))

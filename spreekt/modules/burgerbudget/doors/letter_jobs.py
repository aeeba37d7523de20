"""What the outbox does about letters with a code: a part of a run, or the one letter that was asked at the desk.

Each is harmless when run twice: the same letter has the same code and the same file.
"""

import io

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.electorate import letter_runs
from spreekt.electorate.domain import voter_key
from spreekt.electorate.pass_models import LetterRun, VotePass
from spreekt.electorate.passes import code_hash, letter_code
from spreekt.identity.addressee import Addressee, opened
from spreekt.identity.residency_models import RegisterEntry
from spreekt.kernel import outbox
from spreekt.kernel.outbox import Message
from spreekt.modules.burgerbudget.doors.letter import LetterWords, words_for, write_letters, write_rows
from spreekt.modules.burgerbudget.models import Round
from spreekt.notices.letter_store import store_for
from spreekt.web.context import city, now, settings, vault

PART_MADE = "vote-letters.part"
ONE_ASKED = "vote-letter.again"


def print_part(db: Session, message: Message) -> None:
    """The next letters of a run, as a PDF and as a list; then the next part, until nobody is left."""
    run = db.get(LetterRun, message.payload["run_id"], with_for_update=True)
    if run is None or run.finished_at is not None or run.part_key != message.payload["from"]:
        return
    round = db.scalars(select(Round).where(Round.poll_id == run.poll_id)).one()
    made = letter_runs.next_part(db, vault(), run, round.poll, now=now())
    if made:
        name = f"stembrieven-{round.slug}-{run.id:04}-{run.part:04}"
        _keep(name, _words(round), [(opened(vault(), each.entry.sealed_addressee), each.code) for each in made])
    if run.finished_at is None:
        next_part(db, run)


def next_part(db: Session, run: LetterRun) -> None:
    """Have the next part made. It names where it begins, so that a message that comes twice does its work once."""
    outbox.record(db, PART_MADE, run_id=run.id, **{"from": run.part_key})


def print_one(db: Session, message: Message) -> None:
    """The letter of one resident, unless a newer one took its place."""
    round = db.get_one(Round, message.payload["round_id"])
    entry = db.get(RegisterEntry, message.payload["person"])
    if entry is None:
        return
    key = voter_key(vault(), round.poll, entry.person_key)
    code = letter_code(vault(), round.poll, key, occasion=str(message.payload["occasion"]))
    if db.get(VotePass, (round.poll_id, code_hash(vault(), round.poll, code))) is not None:
        name = f"stembrief-{round.slug}-{vault().fingerprint('letter file', code)[:16]}"
        _keep(name, _words(round), [(opened(vault(), entry.sealed_addressee), code)])


def _words(round: Round) -> LetterWords:
    return words_for(round, city(), public_url=settings().PUBLIC_URL)


def _keep(name: str, words: LetterWords, letters: list[tuple[Addressee, str]]) -> None:
    sheets, rows = io.BytesIO(), io.StringIO()
    write_letters(sheets, words, letters)
    write_rows(rows, words, letters)
    store = store_for(settings())
    store.keep(f"{name}.pdf", sheets.getvalue())
    store.keep(f"{name}.csv", rows.getvalue().encode("utf-8-sig"))


SUBSCRIBERS = {PART_MADE: (print_part,), ONE_ASKED: (print_one,)}

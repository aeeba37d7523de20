"""Paper ballots, counted by hand: two people enter what they counted, apart from each other, and must agree."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel import audit
from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.dutch import plural
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid
from spreekt.modules.referendum import box
from spreekt.modules.referendum.life import MODULE
from spreekt.modules.referendum.models import PaperCount, Question, Referendum, State


class NotNow(DomainError):
    """Paper is counted between the sealing of the box and the minutes."""

    says = N_("Papieren stembrieven tel je nadat de stembus verzegeld is, en voor het verslag vastligt.")


def enter(db: Session, referendum: Referendum, counts: Sequence[Sequence[int]], *, by: Actor, now: datetime) -> None:
    """One person's count, per question: blank first where it is allowed, then each answer. Entering again corrects it.

    Never beside the minutes: with them what two people found stands still. Raises NotNow, Invalid when a row has too
    many or too few figures.
    """
    if not by.has(Role.REFERENDUM, Role.DESK, Role.PUBLISHER, module=MODULE):
        raise Forbidden
    box.alone(db, referendum)
    db.refresh(referendum)
    if referendum.state is not State.CLOSED:
        raise NotNow
    if [len(row) for row in counts] != [slots(question) for question in referendum.questions] or any(
        figure < 0 for row in counts for figure in row
    ):
        raise Invalid(N_("Vul bij elke vraag elk vak in, met 0 waar er geen stemmen zijn."))
    mine = db.get(PaperCount, (referendum.id, by.id))
    if mine is None:
        mine = PaperCount(referendum_id=referendum.id, counted_by_id=by.id)
        db.add(mine)
    mine.counts, mine.entered_at = [list(row) for row in counts], now
    db.flush()
    audit.record(db, by=by, act="referendum.count-paper", subject=f"referendum:{referendum.id}")


def slots(question: Question) -> int:
    """Figures of one question: one for each answer, and one before them for blank."""
    return len(question.answers) + question.allows_blank


def counted(db: Session, referendum: Referendum) -> Sequence[PaperCount]:
    """What was entered, first come first."""
    return db.scalars(
        select(PaperCount).where(PaperCount.referendum_id == referendum.id).order_by(PaperCount.entered_at)
    ).all()


def agreed(db: Session, referendum: Referendum) -> list[list[int]] | None:
    """The count that two people found, or None."""
    entered = counted(db, referendum)
    for one in range(len(entered)):
        for other in range(one):
            if entered[one].counts == entered[other].counts:
                return entered[one].counts
    return None


def disagreements(db: Session, referendum: Referendum, handed_out: int) -> list[str]:
    """What is not right with the paper count yet, in words; `handed_out` is the number of rights used on paper."""
    counts = agreed(db, referendum)
    if counts is None:
        entered = len(counted(db, referendum))
        if entered < 2:
            handed = plural(handed_out, "papieren stembrief", "papieren stembrieven")
            return [f"Uitgedeeld: {handed}. {entered} van de 2 personen vulden hun telling in."]
        return [N_("De twee tellingen van het papier verschillen. Tel opnieuw en verbeter wat fout was.")]
    return []


def differences(db: Session, referendum: Referendum, handed_out: int) -> list[str]:
    """Where the agreed count is not the number of ballots handed out: allowed, but the minutes must explain it."""
    return [
        f"Vraag {place}: {sum(row)} papieren stembrieven geteld, {handed_out} uitgedeeld."
        for place, row in enumerate(agreed(db, referendum) or [], start=1)
        if sum(row) != handed_out
    ]

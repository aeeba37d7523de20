"""Why a step cannot be taken yet, in words that say what to do. Empty: it can. Who may take it is in life.py."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from spreekt.electorate.models import Channel
from spreekt.kernel.errors import N_, DomainError
from spreekt.modules.referendum import ceremony, exhibits, movers, objections, paper, queries, two_people
from spreekt.modules.referendum.models import Act, Question, Referendum, RollEntry

CLOCKS_AGREE = timedelta(seconds=2)
Reasons = list[str]


class NotYet(DomainError):
    """A step whose conditions are not met; the argument tells all of them."""

    says = "{0}"


def reasons(db: Session, referendum: Referendum, step: str, *, now: datetime, database_now: datetime) -> Reasons:
    """What stands in the way of one step of the life."""
    gate = _GATES.get(step)
    return gate(db, referendum, now, database_now) if gate else []


def check(db: Session, referendum: Referendum, step: str, *, now: datetime, database_now: datetime) -> None:
    """Raises NotYet with everything that stands in the way."""
    found = reasons(db, referendum, step, now=now, database_now=database_now)
    if found:
        raise NotYet(" ".join(found))


def is_balanced(question: Question, slack: int) -> bool:
    """As many arguments for as against, and their lengths within `slack` percent of each other."""
    if len(question.arguments_for) != len(question.arguments_against):
        return False
    lengths = [sum(map(len, side)) for side in (question.arguments_for, question.arguments_against)]
    return max(lengths) * 100 <= min(lengths) * (100 + slack)


def _to_council(_db: Session, referendum: Referendum, _now: datetime, _there: datetime) -> Reasons:
    return [] if referendum.questions else [N_("Er is nog geen vraag. Voeg er een toe.")]


def _announce(_db: Session, referendum: Referendum, now: datetime, _there: datetime) -> Reasons:
    found = []
    if referendum.decided_on is None or not referendum.decision_uri:
        found.append(N_("Vul de datum en het adres van het raadsbesluit in."))
    slack = referendum.regulation.argument_slack
    for question in referendum.questions:
        if not question.explanation.strip():
            found.append(f"Vraag {question.position} heeft nog geen uitleg.")
        if not is_balanced(question, slack):
            found.append(f"Bij vraag {question.position} zijn de argumenten voor en tegen niet even lang.")
    earliest = now + timedelta(days=referendum.regulation.notice_days)
    if referendum.poll.opens_at < earliest:
        found.append(f"Tussen aankondiging en opening moeten {referendum.regulation.notice_days} dagen liggen.")
    return found


def _freeze_roll(db: Session, referendum: Referendum, _now: datetime, _there: datetime) -> Reasons:
    return [] if _entries(db, referendum) else [N_("De kiezerslijst is nog leeg. De registerhouder leest ze in.")]


def _make_keys(db: Session, referendum: Referendum, _now: datetime, _there: datetime) -> Reasons:
    found = []
    if not ceremony.is_complete(db, referendum):
        found.append(N_("Niet alle sleutelhouders zijn klaar met hun sleutel."))
    elif not ceremony.rehearsal_passed(db, referendum):
        found.append(N_("De repetitie met een proefstem is nog niet gelukt."))
    return found


def _issue(db: Session, referendum: Referendum, _now: datetime, _there: datetime) -> Reasons:
    return before_issue(db, referendum)


def before_issue(db: Session, referendum: Referendum) -> Reasons:
    """Why letters may not go out yet: who may vote is not settled, or the codes are not exactly of those who may."""
    found = []
    if movers.waiting_count(db, referendum):
        found.append(N_("Een verandering aan de kiezerslijst wacht op een tweede persoon. Bevestig ze of trek ze in."))
    if objections.open_count(db, referendum):
        found.append(N_("Er wacht nog een bezwaar tegen de kiezerslijst. Beantwoord het eerst."))
    if exhibits.CREDENTIALS not in exhibits.hashes(db, referendum.id):
        return [*found, N_("De lijst van publieke codes is er nog niet. De drukker bezorgt ze.")]
    entries, issued = _entries(db, referendum), _with_credential(db, referendum)
    published = exhibits.listed_codes(db, referendum.id)
    if not entries == issued == published:
        found.append(
            f"Er zijn {entries} kiezers, {issued} kiezers met een code en {published} gepubliceerde codes. "
            "Dat moet gelijk zijn."
        )
    return found


def _open(db: Session, referendum: Referendum, now: datetime, there: datetime) -> Reasons:
    found = _issue(db, referendum, now, there)
    if not referendum.fingerprint:
        found.append(N_("De sleutel van de stembus ligt nog niet vast."))
    if not ceremony.rehearsal_passed(db, referendum):
        found.append(N_("De repetitie met een proefstem is nog niet gelukt."))
    if queries.voters_in_box(db, referendum) or sum(queries.rights_used(db, referendum).values()):
        found.append(N_("De stembus is niet leeg. Bel de beheerder."))
    if now >= referendum.poll.closes_at:
        found.append(N_("Het sluitingsuur is al voorbij."))
    if abs(now - there) > CLOCKS_AGREE:
        found.append(N_("De klok van de server en die van de databank verschillen. Bel de beheerder."))
    return found


def _close(_db: Session, referendum: Referendum, _now: datetime, there: datetime) -> Reasons:
    return [] if there >= referendum.poll.closes_at else [N_("De stembus verzegelen kan pas na het sluitingsuur.")]


def _reconcile(db: Session, referendum: Referendum, _now: datetime, _there: datetime) -> Reasons:
    used, found = queries.rights_used(db, referendum), []
    if used[Channel.WEB] != queries.voters_in_box(db, referendum):
        found.append(
            f"{used[Channel.WEB]} rechten online gebruikt, {queries.voters_in_box(db, referendum)} stemmers in de bus."
        )
    return found + _paper(db, referendum)


def _decrypt(db: Session, referendum: Referendum, _now: datetime, _there: datetime) -> Reasons:
    found, there = _paper(db, referendum), len(exhibits.opened_by(db, referendum))
    if there < referendum.threshold:
        found.append(f"{there} van de {referendum.threshold} nodige sleutelhouders hebben hun deel geopend.")
    return found


def _paper(db: Session, referendum: Referendum) -> Reasons:
    """What is not right with the count of paper, where anybody voted on it."""
    handed_out = queries.rights_used(db, referendum)[Channel.PAPER]
    return paper.disagreements(db, referendum, handed_out) if handed_out else []


def _move_hour(_db: Session, referendum: Referendum, now: datetime, _there: datetime) -> Reasons:
    if referendum.shows_outcome(now):
        return [N_("Iedereen kan de uitslag al zien. Het uur kan niet meer veranderen.")]
    return []


def _follow_up(_db: Session, referendum: Referendum, now: datetime, _there: datetime) -> Reasons:
    return [] if referendum.shows_outcome(now) else [N_("De opvolging begint als iedereen de uitslag kan zien.")]


def _archive(db: Session, referendum: Referendum, now: datetime, _there: datetime) -> Reasons:
    ends = appeal_ends(db, referendum)
    if ends is None or now < ends:
        return [N_("De bezwaartermijn loopt nog. Pas daarna mag de sleutel van de kiezerslijst gewist worden.")]
    return []


def _destroy(db: Session, referendum: Referendum, now: datetime, there: datetime) -> Reasons:
    if not referendum.sealed_key:
        return [N_("De sleutel van de kiezerslijst is al gewist.")]
    return _archive(db, referendum, now, there)


def appeal_ends(db: Session, referendum: Referendum) -> datetime | None:
    """From when the roll's key may be thrown away: against a result or against the annulment, whichever came last."""
    began = two_people.agreed_at(db, referendum, Act.ANNUL) if referendum.is_annulled else referendum.publishes_at
    if began is None:
        return None
    return began + timedelta(days=referendum.regulation.appeal_days)


def _entries(db: Session, referendum: Referendum) -> int:
    return db.scalar(select(func.count()).select_from(RollEntry).where(RollEntry.referendum_id == referendum.id)) or 0


def _with_credential(db: Session, referendum: Referendum) -> int:
    return (
        db.scalar(
            select(func.count())
            .select_from(RollEntry)
            .where(RollEntry.referendum_id == referendum.id, RollEntry.credential_key.is_not(None))
        )
        or 0
    )


_GATES: Mapping[str, Callable[[Session, Referendum, datetime, datetime], Reasons]] = {
    "to-council": _to_council,
    "announce": _announce,
    "freeze-roll": _freeze_roll,
    "make-keys": _make_keys,
    "issue": _issue,
    "open": _open,
    "close": _close,
    "reconcile": _reconcile,
    "decrypt": _decrypt,
    "move-hour": _move_hour,
    "follow-up": _follow_up,
    "archive": _archive,
    "destroy": _destroy,
}

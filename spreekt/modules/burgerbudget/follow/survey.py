"""Asking what people think of a round: one answer per account, and nobody can say whose it is once it closed."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import N_, DomainError, Forbidden, Invalid
from spreekt.kernel.regulations import PhaseKind
from spreekt.kernel.small_numbers import shown
from spreekt.kernel.text import clean_text
from spreekt.kernel.vault import Vault
from spreekt.modules.burgerbudget.dossiers.models import Dossier, DossierMember
from spreekt.modules.burgerbudget.follow.survey_models import SurveyAnswer
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.phases.models import Phase, Span
from spreekt.modules.burgerbudget.phases.timeline import phase, timeline

QUESTIONS = {
    "easy": N_("Meedoen was makkelijk."),
    "clear": N_("Het was duidelijk hoe er gekozen werd."),
    "fair": N_("Het geld is eerlijk verdeeld."),
    "better": N_("De projecten maken de stad beter."),
    "again": N_("Ik zou nog eens meedoen."),
}
FOR_GROUPS = {"helped": N_("De stad hielp onze groep goed.")}
LONGEST = 1000


class SurveyClosed(DomainError):
    says = N_("Deze bevraging is nu niet open. Op de pagina van de ronde staat wanneer ze loopt.")


class AnsweredAlready(DomainError):
    says = N_("Je antwoordde al op deze bevraging. Dank je wel!")


@dataclass(frozen=True, slots=True)
class Mean:
    """What many people say to one sentence, from 1 (not at all) to 5 (completely), in tenths."""

    sentence: str
    tenths: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What a crowd says. Without means when the crowd is too small to hide in."""

    number: int | None
    means: tuple[Mean, ...]


def span_of(db: Session, round: Round) -> Span | None:
    """When people are asked: the phase of evaluation."""
    return phase(timeline(db, round), PhaseKind.EVALUATION)


def in_group(db: Session, round: Round, actor: Actor) -> bool:
    """Whether this account carried a dossier of the round."""
    mine = (DossierMember.account_id == actor.id, DossierMember.left_at.is_(None), Dossier.round_id == round.id)
    return db.scalar(select(DossierMember.id).join(Dossier).where(*mine).limit(1)) is not None


def has_answered(db: Session, vault: Vault, round: Round, actor: Actor) -> bool:
    return db.get(SurveyAnswer, _key(vault, round, actor)) is not None


def answer(
    db: Session, vault: Vault, round: Round, *, scores: Mapping[str, int], words: str, by: Actor, now: datetime
) -> None:
    """Keep one answer. Raises SurveyClosed, AnsweredAlready, Invalid."""
    if by.id is None:
        raise Forbidden
    span = span_of(db, round)
    if span is None or not span.is_open(now):
        raise SurveyClosed
    groups = in_group(db, round, by)
    asked = {*QUESTIONS, *(FOR_GROUPS if groups else ())}
    if set(scores) != asked or not all(1 <= score <= 5 for score in scores.values()):
        raise Invalid(N_("Kies bij elke zin een antwoord."))
    made = SurveyAnswer(answer_key=_key(vault, round, by), round_id=round.id, in_group=groups, **scores,
                        words=clean_text(words, most=LONGEST).strip())  # fmt: skip
    try:
        with db.begin_nested():
            db.add(made)
            db.flush()
    except IntegrityError:
        raise AnsweredAlready from None


def totals(db: Session, round_id: int) -> tuple[Totals, Totals, Totals]:
    """What all say, what who was in a group says, and what the others say; small crowds and their rest are left out."""
    names = [*QUESTIONS, *FOR_GROUPS]
    sums = [func.sum(getattr(SurveyAnswer, name)) for name in names]
    query = select(SurveyAnswer.in_group, func.count(), *sums).where(SurveyAnswer.round_id == round_id)
    found = {row[0]: (int(row[1]), [int(each or 0) for each in row[2:]])
             for row in db.execute(query.group_by(SurveyAnswer.in_group))}  # fmt: skip
    nothing = (0, [0] * len(names))
    groups, others = found.get(True, nothing), found.get(False, nothing)
    together = (groups[0] + others[0], [one + other for one, other in zip(groups[1], others[1], strict=True)])
    whole, (first, second) = shown(together[0], (groups[0], others[0]))
    return _said(together, whole, names[:-1]), _said(groups, first, names), _said(others, second, names[:-1])


def _said(found: tuple[int, Sequence[int]], number: int | None, names: Sequence[str]) -> Totals:
    if not number:
        return Totals(number, ())
    sentences = {**QUESTIONS, **FOR_GROUPS}
    means = [Mean(sentences[name], (total * 20 + number) // (2 * number))
             for name, total in zip(names, found[1], strict=False)]  # fmt: skip
    return Totals(number, tuple(means))


def words_of(db: Session, round_id: int) -> Sequence[str]:
    """What people wrote, for staff, in the order of the alphabet: no other order tells less."""
    query = select(SurveyAnswer.words).where(SurveyAnswer.round_id == round_id, SurveyAnswer.words != "")
    return db.scalars(query.order_by(SurveyAnswer.words).limit(1000)).all()


def loosen(db: Session, now: datetime) -> None:
    """Once a survey closed, chance takes the place of the keys: nobody can find whose answer it is any more."""
    closed = select(Phase.round_id).where(Phase.kind == PhaseKind.EVALUATION, Phase.closes_at <= now)
    keys = select(SurveyAnswer.answer_key).where(SurveyAnswer.is_loose.is_(False), SurveyAnswer.round_id.in_(closed))
    for key in db.scalars(keys).all():
        db.execute(
            update(SurveyAnswer)
            .where(SurveyAnswer.answer_key == key)
            .values(answer_key=secrets.token_hex(32), is_loose=True)
            .execution_options(synchronize_session=False)
        )


def erase(db: Session, vault: Vault, account_id: int) -> None:
    """Take an answer away while it can still be found: as long as the survey is open."""
    rounds = select(SurveyAnswer.round_id).where(SurveyAnswer.is_loose.is_(False)).distinct()
    keys = [_fingerprint(vault, round_id, account_id) for round_id in db.scalars(rounds)]
    db.execute(delete(SurveyAnswer).where(SurveyAnswer.answer_key.in_(keys)))


def _key(vault: Vault, round: Round, actor: Actor) -> str:
    return _fingerprint(vault, round.id, actor.id or 0)


def _fingerprint(vault: Vault, round_id: int, account_id: int) -> str:
    return vault.fingerprint(f"round survey {round_id}", str(account_id))

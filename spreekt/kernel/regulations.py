"""The numbers of a city's regulations with where they come from; a round keeps its own copy, elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from spreekt.kernel.settings_file import CODE, Table

_Word = TypeVar("_Word", bound=StrEnum)


class JuryFormation(StrEnum):
    """How the jury of a round is made up."""

    DRAWN = "drawn"
    """Residents stand for it, and a lot chooses."""
    APPOINTED = "appointed"
    """The city appoints experts."""


class VoteMethod(StrEnum):
    BASKET = "basket"  # projects go in a basket until the money is gone
    COINS = "coins"  # a number of coins, at most one a project
    APPROVAL = "approval"  # any favourites, at most a number of them
    POINTS = "points"  # points to divide over projects
    RANKING = "ranking"  # projects in order of preference


class PhaseKind(StrEnum):
    """What a budget round goes through, in this order; a round may leave any of them out."""

    PREPARATION = "voorbereiding"
    SUBMISSION = "indienen"
    ADMISSIBILITY = "ontvankelijkheid"
    DIALOGUE = "dialoog"
    GAME = "budgetspel"
    JURY = "jury"
    AWARD = "toekenning"
    EXECUTION = "uitvoering"
    EVALUATION = "evaluatie"
    ARCHIVE = "archief"


class SecondCheck(StrEnum):
    """What a voter shows in a referendum beside the code from the letter."""

    BIRTH_DATE = "geboortedatum"
    SIGN_IN = "aanmelding"


class Door(StrEnum):
    """Where one may vote in a referendum."""

    WEB = "web"
    KIOSK = "kiosk"
    PAPER = "papier"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the numbers of a regulation come from; `decision` is None until the council's decision is known."""

    told_by: str
    valid_from: date
    decision: str | None


@dataclass(frozen=True, slots=True)
class OwnProposals:
    """Support that asks for an official answer, and the days the service has for it."""

    support_threshold: int
    answer_days: int
    source: Source


@dataclass(frozen=True, slots=True)
class BudgetPreset:
    """The numbers of one documented edition of a burgerbudget, to start a round from.

    Days are the first and the last. `buyers_least` or `top` decides which projects pass the vote to the jury.
    `phase_days` is how long each phase lasts; a phase that is not there is no part of this edition.
    None means: not documented, or not part of this edition.
    """

    code: str
    name: str
    summary: str
    total_cents: int | None
    project_least_cents: int | None
    project_most_cents: int | None
    applicants_least: int
    addresses_least: int
    applicant_age_least: int
    applicant_age_most: int | None
    adults_least: int
    ideas_per_person_most: int | None
    proposals_from: date | None
    proposals_until: date | None
    votes_from: date | None
    votes_until: date | None
    voter_age_least: int
    voter_age_most: int | None
    is_for_one_area: bool
    is_about_themes: bool
    vote_method: VoteMethod | None
    basket_cents: int | None
    coins: int | None
    favourites: int | None
    points: int | None
    ranks: int | None
    buyers_least: int | None
    top: int | None
    jury_size: int
    jury_formation: JuryFormation
    jury_reserves: int
    jury_weight_percent: int | None
    winners_most: int | None
    themes_most: int | None
    carry_out_months: int | None
    phase_days: Mapping[PhaseKind, int]
    source: Source


@dataclass(frozen=True, slots=True)
class ReferendumPreset:
    """The regulation with which a new referendum begins; what each number means stands with the referendum's own."""

    minimum_age: int
    reference_days: int
    minimum_votes: int
    minimum_margin: str
    may_revote: bool
    most_ballots: int
    second_check: SecondCheck
    doors: tuple[Door, ...]
    batch_minutes: int
    batch_least: int
    small_number: int
    appeal_days: int
    notice_days: int
    objection_days: int
    argument_slack: int
    source: Source


def _source(table: Table) -> Source:
    decision = table.text("decision") if table.has("decision") else None
    return Source(told_by=table.text("source"), valid_from=table.day("valid_from"), decision=decision)


def read_own_proposals(table: Table) -> OwnProposals:
    """Raises SettingsFault."""
    own = OwnProposals(
        support_threshold=table.whole("support_threshold", least=1),
        answer_days=table.whole("answer_days", least=1),
        source=_source(table),
    )
    table.finish()
    return own


def read_referendum_preset(table: Table) -> ReferendumPreset:
    """Raises SettingsFault."""
    preset = ReferendumPreset(
        minimum_age=table.whole("minimum_age"),
        reference_days=table.whole("reference_days"),
        minimum_votes=table.whole("minimum_votes"),
        minimum_margin=table.text("minimum_margin", r"[0-9]{1,2}(\.[0-9]{1,3})?"),
        may_revote=table.yes_or_no("may_revote"),
        most_ballots=table.whole("most_ballots", least=1),
        second_check=_one_of(SecondCheck, table, "second_check", table.text("second_check")),
        doors=tuple(_one_of(Door, table, "doors", door) for door in table.texts("doors")),
        batch_minutes=table.whole("batch_minutes", least=1),
        batch_least=table.whole("batch_least"),
        small_number=table.whole("small_number"),
        appeal_days=table.whole("appeal_days"),
        notice_days=table.whole("notice_days"),
        objection_days=table.whole("objection_days"),
        argument_slack=table.whole("argument_slack"),
        source=_source(table),
    )
    table.finish()
    if Door.WEB not in preset.doors:
        raise table.fault("doors", "a referendum is held online: web is always one of them")
    return preset


def read_budget_preset(table: Table) -> BudgetPreset:
    """Raises SettingsFault, also when dates or the method contradict each other."""
    applicants = table.whole("applicants_least", least=1)
    age = table.whole("applicant_age_least")
    preset = BudgetPreset(
        code=table.text("code", CODE),
        name=table.text("name"),
        summary=table.text("summary") if table.has("summary") else "",
        total_cents=_optional(table, "total_cents"),
        project_least_cents=_optional(table, "project_least_cents"),
        project_most_cents=_optional(table, "project_most_cents"),
        applicants_least=applicants,
        addresses_least=_optional(table, "addresses_least") or applicants,
        applicant_age_least=age,
        applicant_age_most=_optional(table, "applicant_age_most"),
        adults_least=table.whole("adults_least"),
        ideas_per_person_most=_optional(table, "ideas_per_person_most"),
        proposals_from=_day(table, "proposals_from"),
        proposals_until=_day(table, "proposals_until"),
        votes_from=_day(table, "votes_from"),
        votes_until=_day(table, "votes_until"),
        voter_age_least=table.whole("voter_age_least") if table.has("voter_age_least") else age,
        voter_age_most=_optional(table, "voter_age_most"),
        is_for_one_area=table.yes_or_no("is_for_one_area") if table.has("is_for_one_area") else False,
        is_about_themes=table.yes_or_no("is_about_themes") if table.has("is_about_themes") else False,
        vote_method=_one_of(VoteMethod, table, "vote_method", table.text("vote_method"))
        if table.has("vote_method")
        else None,
        basket_cents=_optional(table, "basket_cents"),
        coins=_optional(table, "coins"),
        favourites=_optional(table, "favourites"),
        points=_optional(table, "points"),
        ranks=_optional(table, "ranks"),
        buyers_least=_optional(table, "buyers_least"),
        top=_optional(table, "top"),
        jury_size=table.whole("jury_size"),
        jury_formation=_one_of(JuryFormation, table, "jury_formation", table.text("jury_formation"))
        if table.has("jury_formation")
        else JuryFormation.DRAWN,
        jury_reserves=_optional(table, "jury_reserves") or 0,
        jury_weight_percent=_optional(table, "jury_weight_percent"),
        winners_most=_optional(table, "winners_most"),
        themes_most=_optional(table, "themes_most"),
        carry_out_months=_optional(table, "carry_out_months"),
        phase_days=_phase_days(table.table("phase_days")) if table.has("phase_days") else {},
        source=_source(table),
    )
    table.finish()
    days = [preset.proposals_from, preset.proposals_until, preset.votes_from, preset.votes_until]
    known = [day for day in days if day is not None]
    if known != sorted(known) or (len(known) == 4 and known[1] == known[2]):
        raise table.fault("votes_from", "proposals come before votes, and each period starts before it ends")
    for method, key in _NUMBER_OF.items():
        if (preset.vote_method is method) != (getattr(preset, key) is not None):
            raise table.fault(key, f"belongs to the method {method}, and the method {method} needs it")
    if preset.winners_most is not None and not preset.jury_size:
        raise table.fault("winners_most", "belongs to an edition with a jury")
    if preset.jury_formation is JuryFormation.APPOINTED and (preset.jury_reserves or not preset.jury_size):
        raise table.fault("jury_formation", "a jury that is appointed has members and no reserves")
    if preset.is_about_themes != (preset.themes_most is not None):
        raise table.fault("themes_most", "belongs to an edition about themes, and that needs it")
    if preset.is_about_themes and (preset.jury_size or preset.vote_method in (None, VoteMethod.BASKET)):
        raise table.fault("vote_method", "themes have no price and no jury: residents vote without a basket")
    if preset.phase_days and (PhaseKind.GAME in preset.phase_days) != (preset.vote_method is not None):
        raise table.fault("vote_method", "belongs to an edition with a phase budgetspel, and that phase needs it")
    return preset


_NUMBER_OF = {
    VoteMethod.BASKET: "basket_cents",
    VoteMethod.COINS: "coins",
    VoteMethod.POINTS: "points",
    VoteMethod.RANKING: "ranks",
}
"""The one number that a way of voting cannot do without."""


def _phase_days(table: Table) -> Mapping[PhaseKind, int]:
    days = {kind: table.whole(kind.value, least=1) for kind in PhaseKind if table.has(kind.value)}
    table.finish()
    return days


def _day(table: Table, key: str) -> date | None:
    return table.day(key) if table.has(key) else None


def _optional(table: Table, key: str) -> int | None:
    return table.whole(key, least=1) if table.has(key) else None


def _one_of(kind: type[_Word], table: Table, key: str, value: str) -> _Word:
    try:
        return kind(value)
    except ValueError as fault:
        raise table.fault(key, f"{value!r} is not one of: {', '.join(kind)}") from fault

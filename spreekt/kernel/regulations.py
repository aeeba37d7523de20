"""The numbers of a city's regulations with where they come from; a round keeps its own copy, elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from spreekt.kernel.settings_file import CODE, Table


class VoteMethod(StrEnum):
    BASKET = "basket"  # projects go in a basket until the money is gone
    COINS = "coins"  # a number of coins, at most one a project


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
    """The numbers of one documented edition of the burgerbudget, to start a round from.

    Days are the first and the last. `buyers_least` or `top` decides which projects pass the vote to the jury.
    None means: not documented, or not part of this edition.
    """

    code: str
    name: str
    total_cents: int
    project_most_cents: int | None
    applicants_least: int
    applicant_age_least: int
    adults_least: int
    proposals_from: date
    proposals_until: date
    votes_from: date
    votes_until: date
    vote_method: VoteMethod
    basket_cents: int | None
    coins: int | None
    buyers_least: int | None
    top: int | None
    jury_size: int
    winners_most: int | None
    carry_out_months: int | None
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


def read_budget_preset(table: Table) -> BudgetPreset:
    """Raises SettingsFault, also when dates or the method contradict each other."""
    preset = BudgetPreset(
        code=table.text("code", CODE),
        name=table.text("name"),
        total_cents=table.whole("total_cents", least=1),
        project_most_cents=_optional(table, "project_most_cents"),
        applicants_least=table.whole("applicants_least", least=1),
        applicant_age_least=table.whole("applicant_age_least"),
        adults_least=table.whole("adults_least"),
        proposals_from=table.day("proposals_from"),
        proposals_until=table.day("proposals_until"),
        votes_from=table.day("votes_from"),
        votes_until=table.day("votes_until"),
        vote_method=_vote_method(table),
        basket_cents=_optional(table, "basket_cents"),
        coins=_optional(table, "coins"),
        buyers_least=_optional(table, "buyers_least"),
        top=_optional(table, "top"),
        jury_size=table.whole("jury_size"),
        winners_most=_optional(table, "winners_most"),
        carry_out_months=_optional(table, "carry_out_months"),
        source=_source(table),
    )
    table.finish()
    if not preset.proposals_from <= preset.proposals_until < preset.votes_from <= preset.votes_until:
        raise table.fault("votes_from", "proposals come before votes, and each period starts before it ends")
    if (preset.vote_method is VoteMethod.BASKET) != (preset.basket_cents is not None):
        raise table.fault("basket_cents", "belongs to the method basket, and the method basket needs it")
    if (preset.vote_method is VoteMethod.COINS) != (preset.coins is not None):
        raise table.fault("coins", "belongs to the method coins, and the method coins needs it")
    return preset


def _optional(table: Table, key: str) -> int | None:
    return table.whole(key, least=1) if table.has(key) else None


def _vote_method(table: Table) -> VoteMethod:
    value = table.text("vote_method")
    try:
        return VoteMethod(value)
    except ValueError as fault:
        choices = ", ".join(VoteMethod)
        raise table.fault("vote_method", f"{value!r} is not one of: {choices}") from fault

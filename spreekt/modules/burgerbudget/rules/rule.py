"""A decreed rule with every parameter it has, as one frozen value. How it is carried out lives elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from spreekt.modules.burgerbudget.rules.amounts import parse_amount, write_amount


class Method(StrEnum):
    GREEDY = "greedy"
    GREEDY_NO_SKIP = "greedy-no-skip"
    GREEDY_PER_COST = "greedy-per-cost"
    EQUAL_SHARES = "equal-shares"


class Add1Stop(StrEnum):
    """When raising the share ends: as soon as nothing more fits, or only when the next step overspends."""

    EXHAUSTIVE = "exhaustive"
    OVERSPEND = "overspend"


class Completion(StrEnum):
    """What is done with the money that equal shares leaves: nothing, or greedy by votes."""

    NONE = "none"
    GREEDY = "greedy"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """All parameters that can change an outcome. `add1_step` is in currency units; None means no raising.

    `lot_seed` is the public seed of the lot that breaks the last ties; None means natural order of the id.
    """

    method: Method
    add1_step: Fraction | None = None
    add1_stop: Add1Stop = Add1Stop.EXHAUSTIVE
    floor_share: bool = False
    complete: Completion = Completion.NONE
    lot_seed: str | None = None

    def __post_init__(self) -> None:
        if self.add1_step is not None and self.add1_step <= 0:
            raise ValueError("the step must be above zero")
        is_plain = self.add1_step is None and not self.floor_share and self.complete is Completion.NONE
        if self.method is not Method.EQUAL_SHARES and not is_plain:
            raise ValueError(f"{self.method} has no share to raise, to round or to complete")

    def parameters(self) -> dict[str, str | bool | None]:
        """The rule as it stands in exported files and in JSON."""
        parameters: dict[str, str | bool | None] = {"method": self.method.value}
        if self.method is Method.EQUAL_SHARES:
            parameters |= {
                "add1": None if self.add1_step is None else write_amount(self.add1_step),
                "add1_stop": self.add1_stop.value,
                "floor_share": self.floor_share,
                "complete": self.complete.value,
                "utility": "cost",
            }
        ties = "cost, votes, id" if self.lot_seed is None else "cost, votes, lot"
        return parameters | {"ties": ties, "lot_seed": self.lot_seed}


def rule_from(parameters: Mapping[str, object]) -> Rule:
    """The rule that has exactly these parameters. Raises ValueError."""
    try:
        rule = Rule(
            method=Method(str(parameters["method"])),
            add1_step=None if parameters.get("add1") is None else parse_amount(str(parameters["add1"])),
            add1_stop=Add1Stop(str(parameters.get("add1_stop", Add1Stop.EXHAUSTIVE))),
            floor_share=parameters.get("floor_share") is True,
            complete=Completion(str(parameters.get("complete", Completion.NONE))),
            lot_seed=None if parameters["lot_seed"] is None else str(parameters["lot_seed"]),
        )
    except KeyError as missing:
        raise ValueError(f"{missing} is missing") from None
    if rule.parameters() != parameters:
        raise ValueError("it has other parameters")
    return rule

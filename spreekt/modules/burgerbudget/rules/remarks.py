"""What decided an election, as the comment of its Pabulib file says it: "#1:" the rule, "#2:" the gate before it."""

import re
from collections.abc import Mapping

from spreekt.modules.burgerbudget.rules.gates import AtTheEdge, Gate
from spreekt.modules.burgerbudget.rules.rule import Rule, rule_from

_GATE = re.compile(r" #2: (?=buyers: |top: )")
_WORDS = {"None": None, "True": True, "False": False}


def remarks(*parts: Mapping[str, object]) -> str:
    """The parts as one line: "#1: name: value, name: value #2: …"."""
    written = (", ".join(f"{name}: {value}" for name, value in part.items()) for part in parts)
    return " ".join(" ".join(f"#{number}: {part}" for number, part in enumerate(written, start=1)).split())


def remarks_on(rule: Rule, gate: Gate | None) -> str:
    """The comment of a file whose winners follow from this rule behind this gate."""
    return remarks(rule.parameters(), *([] if gate is None else [gate.parameters()]))


def read_remarks(comment: str) -> tuple[Rule, Gate | None] | None:
    """The rule and the gate of a comment that `remarks_on` wrote; None for any other."""
    first, *second = _GATE.split(comment, maxsplit=1)
    try:
        rule = rule_from(_named(first.removeprefix("#1: ")))
        gate = gate_from(_named(second[0])) if second else None
    except ValueError:
        return None
    return (rule, gate) if remarks_on(rule, gate) == comment else None


def gate_from(parameters: Mapping[str, object]) -> Gate:
    """The gate that has these parameters. Raises ValueError."""
    said = {name: parameters.get(name) for name in ("buyers", "top", "edge", "lot_seed")}
    buyers, top = (None if said[name] is None else int(str(said[name])) for name in ("buyers", "top"))
    edge = AtTheEdge.ALL if said["edge"] is None else AtTheEdge(str(said["edge"]))
    seed = None if said["lot_seed"] is None else str(said["lot_seed"])
    return Gate(buyers=buyers, top=top, edge=edge, lot_seed=seed)


def _named(part: str) -> dict[str, object]:
    """Names and values; the seed, which stands last, may hold commas and colons."""
    before, _, seed = part.partition(", lot_seed: ")
    pairs = [pair.partition(": ") for pair in re.split(r", (?=\w+: )", before)]
    values = {name: value for name, _, value in pairs} | {"lot_seed": seed}
    return {name: _WORDS.get(value, value) for name, value in values.items()}

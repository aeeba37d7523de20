"""The files of a draw as they are published: canonical JSON, their hash, and reading one with every fault named.

A list file holds what is frozen before the seed is known. A draw file holds that list, its hash, the seed and the
numbers that were drawn. Canonical: UTF-8, keys in order, no spaces, one line feed at the end.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from spreekt.modules.burgerbudget.rules.jury_draw import ALGORITHM, VERSION, Drawn, JuryList
from spreekt.modules.burgerbudget.rules.jury_fit import Candidate, Target

MOST_CANDIDATES = 100_000
LONGEST_FILE = 20_000_000


class NotADraw(ValueError):
    """The file cannot be taken. `faults` names everything that is wrong with it."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class DrawFile:
    """What a draw file says."""

    listed: JuryList
    list_sha256: str
    seed: str
    drawn: Drawn | None


def list_file(listed: JuryList) -> str:
    """The list as it is frozen; its SHA-256 is that of these bytes."""
    return _canonical(_list_json(listed))


def draw_file(listed: JuryList, seed: str, drawn: Drawn) -> str:
    """The whole draw, for anyone to do again."""
    return _canonical({
        "list": _list_json(listed), "list_sha256": sha256(list_file(listed)), "seed": seed,
        "jury": list(drawn.jury), "reserves": list(drawn.reserves),
    })  # fmt: skip


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def read_list(text: str) -> JuryList:
    """A list file. Raises NotADraw."""
    faults: list[str] = []
    listed = _list(_object(text, faults), faults)
    if faults or listed is None:
        raise NotADraw(faults)
    return listed


def read_draw(text: str) -> DrawFile:
    """A draw file; `drawn` is None when it holds no result. Raises NotADraw."""
    faults: list[str] = []
    given = _object(text, faults)
    if "list" not in given and "candidates" in given:
        raise NotADraw(["this is the list alone: nothing was drawn from it yet"])
    listed = _list(given.get("list"), faults, "list: ")
    seed, told = _words(given, "seed", faults), _words(given, "list_sha256", faults)
    results = {name: _numbers(given, name, faults) for name in ("jury", "reserves") if name in given}
    if len(results) == 1:
        faults.append("jury and reserves belong together; one of them is missing")
    faults += [f"{name}: unknown key" for name in given if name not in _DRAW_KEYS]
    if faults or listed is None:
        raise NotADraw(faults)
    drawn = Drawn(results["jury"], results["reserves"]) if results else None
    return DrawFile(listed, told, seed, drawn)


_DRAW_KEYS = {"list", "list_sha256", "seed", "jury", "reserves"}
_LIST_KEYS = {"algorithm", "version", "round", "size", "reserves", "seed_source", "ages", "areas", "candidates"}


def _canonical(given: dict[str, Any]) -> str:
    return json.dumps(given, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def _list_json(listed: JuryList) -> dict[str, Any]:
    def strata(wanted: tuple[Target, ...]) -> list[dict[str, Any]]:
        return [{"stratum": each.stratum, "people": each.people, "seats": each.seats} for each in wanted]

    return {
        "algorithm": ALGORITHM, "version": VERSION, "round": listed.round, "size": listed.size,
        "reserves": listed.reserves, "seed_source": listed.seed_source, "ages": strata(listed.ages),
        "areas": strata(listed.areas),
        "candidates": [
            {"number": each.number, "age": each.age, "area": each.area, "gender": each.gender}
            for each in sorted(listed.candidates)
        ],
    }  # fmt: skip


def _object(text: str, faults: list[str]) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        faults.extend(
            f"{name}: stands there twice" for name in {n for n, _v in pairs if [p[0] for p in pairs].count(n) > 1}
        )
        return dict(pairs)

    if len(text) > LONGEST_FILE:
        raise NotADraw(["the file is too long to be a draw"])
    try:
        found = json.loads(text, object_pairs_hook=once, parse_constant=lambda name: name)
    except (ValueError, RecursionError):
        raise NotADraw(["this is not JSON"]) from None
    if not isinstance(found, dict):
        raise NotADraw(["the file must hold one JSON object"])
    return found


def _list(given: Any, faults: list[str], at: str = "") -> JuryList | None:
    if not isinstance(given, dict):
        faults.append(f"{at}there is no list of candidates")
        return None
    mine: list[str] = []
    if given.get("algorithm") != ALGORITHM or given.get("version") != VERSION:
        mine.append(f"algorithm: only {ALGORITHM} version {VERSION} is known here")
    mine += [f"{name}: unknown key" for name in given if name not in _LIST_KEYS]
    size, reserves = _whole(given, "size", mine), _whole(given, "reserves", mine)
    ages, areas = _targets(given, "ages", size, mine), _targets(given, "areas", size, mine)
    candidates = _candidates(given, {each.stratum for each in ages}, {each.stratum for each in areas}, mine)
    round, source = _words(given, "round", mine), _words(given, "seed_source", mine)
    faults += [f"{at}{fault}" for fault in mine]
    return JuryList(round=round, size=size, reserves=reserves, ages=ages, areas=areas, candidates=candidates,
                    seed_source=source)  # fmt: skip


def _targets(given: dict[str, Any], name: str, size: int, faults: list[str]) -> tuple[Target, ...]:
    found: list[Target] = []
    for place, row in enumerate(_rows(given, name, faults), start=1):
        at = f"{name} {place}: "
        mine: list[str] = []
        found.append(Target(_words(row, "stratum", mine), _whole(row, "people", mine), _whole(row, "seats", mine)))
        faults += [at + fault for fault in mine]
    names = [each.stratum for each in found]
    faults += [f"{name}: {each!r} stands there twice" for each in sorted(set(names)) if names.count(each) > 1]
    if sum(each.people for each in found) and sum(each.seats for each in found) != size:
        faults.append(f"{name}: the seats do not add up to the size of the jury")
    return tuple(found)


def _candidates(given: dict[str, Any], ages: set[str], areas: set[str], faults: list[str]) -> tuple[Candidate, ...]:
    found: list[Candidate] = []
    seen: set[int] = set()
    rows = _rows(given, "candidates", faults)
    if len(rows) > MOST_CANDIDATES:
        raise NotADraw([f"candidates: more than {MOST_CANDIDATES}"])
    for place, row in enumerate(rows, start=1):
        mine: list[str] = []
        number = _whole(row, "number", mine)
        age, area = _words(row, "age", mine), _words(row, "area", mine)
        gender = row.get("gender", "")
        if not isinstance(gender, str):
            mine.append("gender: must be words or empty")
            gender = ""
        if age and age not in ages:
            mine.append(f"age: {age!r} is none of the age bands")
        if area and area not in areas:
            mine.append(f"area: {area!r} is none of the areas")
        if number in seen:
            mine.append(f"number: {number} stands there twice")
        seen.add(number)
        found.append(Candidate(number, age, area, gender))
        faults += [f"candidate {place}: {fault}" for fault in mine]
    return tuple(found)


def _rows(given: dict[str, Any], name: str, faults: list[str]) -> list[dict[str, Any]]:
    found = given.get(name)
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        faults.append(f"{name}: must be a list of objects")
        return []
    return found


def _whole(given: dict[str, Any], name: str, faults: list[str]) -> int:
    found = given.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 2**53:
        faults.append(f"{name}: must be a whole number")
        return 0
    return found


def _words(given: dict[str, Any], name: str, faults: list[str]) -> str:
    found = given.get(name)
    if not isinstance(found, str) or not found.strip():
        faults.append(f"{name}: must be words")
        return ""
    return found


def _numbers(given: dict[str, Any], name: str, faults: list[str]) -> tuple[int, ...]:
    found = given.get(name)
    if not isinstance(found, list) or not all(isinstance(each, int) and not isinstance(each, bool) for each in found):
        faults.append(f"{name}: must be a list of candidate numbers")
        return ()
    return tuple(found)

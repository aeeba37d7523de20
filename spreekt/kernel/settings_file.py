"""Takes values of a TOML table one by one and says exactly which one is wrong; what they mean is not here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeVar

CODE = r"[a-z0-9][a-z0-9-]{0,39}"
_T = TypeVar("_T")


class SettingsFault(ValueError):
    """A value is missing, of the wrong type or unknown. The message is English, for who runs the platform."""


class Table:
    """One table of a TOML file. Every value is taken once; what is left over at the end is a fault."""

    def __init__(self, values: Mapping[str, object], path: str = "") -> None:
        self._left = dict(values)
        self._path = path

    def text(self, key: str, pattern: str = r"(?s).*\S.*") -> str:
        value = self._taken(key, str)
        if not re.fullmatch(pattern, value):
            raise self.fault(key, f"{value!r} is not of the expected form")
        return value

    def whole(self, key: str, least: int = 0) -> int:
        value = self._taken(key, int)
        if value < least:
            raise self.fault(key, f"must be at least {least}")
        return value

    def number(self, key: str) -> float:
        value = self._left.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            self._left[key] = float(value)
        return self._taken(key, float)

    def yes_or_no(self, key: str) -> bool:
        return self._taken(key, bool)

    def day(self, key: str) -> date:
        if isinstance(self._left.get(key), datetime):
            raise self.fault(key, "must be a day such as 2025-01-31, without a time")
        return self._taken(key, date)

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._taken(key, list)
        if not all(isinstance(value, str) and value.strip() for value in values):
            raise self.fault(key, "must be a list of texts")
        return tuple(values)

    def wholes(self, key: str) -> tuple[int, ...]:
        values = self._taken(key, list)
        if not all(isinstance(value, int) and not isinstance(value, bool) for value in values):
            raise self.fault(key, "must be a list of whole numbers")
        return tuple(values)

    def lists(self, key: str) -> list[list[str]]:
        """A list of lists of texts."""
        values = self._taken(key, list)
        if not all(isinstance(value, list) and all(isinstance(each, str) for each in value) for value in values):
            raise self.fault(key, "must be a list of lists of texts")
        return values

    def table(self, key: str) -> Table:
        return Table(self._taken(key, dict), self._at(key))

    def tables(self, key: str) -> list[Table]:
        values = self._taken(key, list)
        if not values or not all(isinstance(value, dict) for value in values):
            raise self.fault(key, f"must be one or more [[{self._at(key)}]] tables")
        return [Table(value, f"{self._at(key)}[{place}]") for place, value in enumerate(values, start=1)]

    def has(self, key: str) -> bool:
        return key in self._left

    def finish(self) -> None:
        """Raises SettingsFault when a key was not asked for: most likely a slip of the pen."""
        for key in self._left:
            raise self.fault(key, "is not a setting; check the spelling")

    def fault(self, key: str, says: str) -> SettingsFault:
        return SettingsFault(f"{self._at(key)}: {says}")

    def _taken(self, key: str, kind: type[_T]) -> _T:
        if key not in self._left:
            raise self.fault(key, "is missing")
        value = self._left.pop(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.fault(key, f"must be of type {kind.__name__}, not {type(value).__name__}")
        return value

    def _at(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

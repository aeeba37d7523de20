"""Reading what a trustee sent: exactly the fields that belong there, numbers in range, elements in the group."""

from typing import Any, Final

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.canonical import NotStrictJson, read_json
from spreekt.modules.referendum.ballot.group import NotANumber, Q, in_group, is_scalar, number

_LONGEST: Final = 500_000
"""Characters of a text from trustees; twenty of them stay under a third of it."""


class Malformed(ValueError):
    """Not what the format says; the message says what is wrong."""


def parsed(text: str) -> Any:
    """The value of a JSON text. Raises Malformed."""
    try:
        if len(text) <= _LONGEST:
            return read_json(text)
    except NotStrictJson:
        pass
    raise Malformed("this is no strict JSON")


def fields(given: object, *required: str, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """The object, when it has all `required` fields, then any of the `optional` ones, in this order. Raises Malformed.

    The order matters: hashes and signatures are over the one way to write it.
    """
    if not isinstance(given, dict):
        raise Malformed("an object is missing")
    missing = [name for name in required if name not in given]
    if missing:
        raise Malformed(f"the field {missing[0]} is missing")
    strange = [name for name in given if name not in required and name not in optional]
    if strange:
        raise Malformed(f"the field {str(strange[0])[:40]} does not belong here")
    if list(given) != [name for name in (*required, *optional) if name in given]:
        raise Malformed("the fields are in another order")
    return given


def several(given: object, count: int | None = None) -> list[Any]:
    """The list, when it has `count` items. Raises Malformed."""
    if not isinstance(given, list):
        raise Malformed("a list is missing")
    if count is not None and len(given) != count:
        raise Malformed(f"a list has {len(given)} items instead of {count}")
    return given


def scalar(text: object) -> mpz:
    """A number below the order of the group. Raises Malformed."""
    found = _digits(text)
    if not is_scalar(found):
        raise Malformed("a number is too large")
    return found


def any_scalar(text: object) -> mpz:
    """A number of any size, reduced: the independent tool does not reduce what it seals. Raises Malformed."""
    return _digits(text) % Q


def _digits(text: object) -> mpz:
    try:
        return number(text)
    except NotANumber:
        raise Malformed("a number is not written as digits") from None


def group_element(text: object) -> mpz:
    """An element of the group. Raises Malformed."""
    found = _digits(text)
    if not in_group(found):
        raise Malformed("a number is not in the group")
    return found


def element(text: object) -> mpz:
    """An element of the group other than 1. Raises Malformed."""
    found = group_element(text)
    if found == 1:
        raise Malformed("a number is 1 where that gives everything away")
    return found

"""What a request may bring: sizes, depth, characters, hosts. Anything beyond is refused before a view sees it."""

import json
from typing import Any

from flask import Flask, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import BadRequest, UnprocessableEntity

MAX_JSON_DEPTH = 20
MAX_FORM_PARTS = 400
MAX_FORM_FIELD_BYTES = 500_000


def depth_of(value: Any, *, most: int = MAX_JSON_DEPTH) -> int:
    """How deep lists and objects nest, counted without recursion and never beyond `most` + 1."""
    level, layer = 0, [value]
    while layer and level <= most:
        nested = [item for item in layer if isinstance(item, (dict, list))]
        if not nested:
            return level
        level += 1
        layer = [child for item in nested for child in (item.values() if isinstance(item, dict) else item)]
    return level


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _value in pairs}) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


class StrictJson(DefaultJSONProvider):
    """JSON with one meaning: no duplicate names, no NaN, no bottomless nesting."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            value = json.loads(s, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
        except RecursionError:
            raise ValueError("nested too deep") from None
        if depth_of(value) > MAX_JSON_DEPTH:
            raise ValueError("nested too deep")
        return value


def _is_storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def init_app(app: Flask, *, max_body: int, hosts: list[str]) -> None:
    """Set the limits of this app."""
    app.json = StrictJson(app)
    app.config.update(
        MAX_CONTENT_LENGTH=max_body,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_FIELD_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        TRUSTED_HOSTS=hosts,
    )

    @app.before_request
    def refuse_what_no_database_holds() -> None:
        if not _is_storable(request.path) or not all(
            _is_storable(text) for pair in request.args.items(multi=True) for text in pair
        ):
            raise BadRequest
        if request.mimetype in {"application/x-www-form-urlencoded", "multipart/form-data"} and not all(
            _is_storable(text) for pair in request.form.items(multi=True) for text in pair
        ):
            raise UnprocessableEntity

"""Templates and routes, compiled once for a whole run: each test has an application of its own, its sources are ours.

In a test of one page, compiling was most of the work. What is remembered follows from the source alone.
"""

from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class RememberedTemplates(BytecodeCache):
    """The code of templates, by their name and by what stands in them: a template that changes is compiled anew."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Bucket] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        known = self._known.get((bucket.key, bucket.checksum))
        if known is not None:
            bucket.code = known.code

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key, bucket.checksum] = bucket


class RememberedRule(Rule):
    """A route that takes over what the same route of an earlier application compiled: its parts and its builders."""

    _known: dict[tuple[str, str], dict[str, Any]] = {}
    _compiled = ("_parts", "_trace", "_converters", "_build", "_build_unknown", "arguments")

    def compile(self) -> None:
        key = (self.rule, repr((self.host, self.subdomain, self.merge_slashes, self.defaults)))
        if key not in self._known:
            super().compile()
            self._known[key] = {name: vars(self)[name] for name in self._compiled}
        vars(self).update(self._known[key])

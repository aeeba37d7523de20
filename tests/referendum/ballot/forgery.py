"""What a dishonest voter's program would make: ballots with false proofs, or changed and signed again."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from gmpy2 import mpz

from spreekt.modules.referendum.ballot import encryption
from spreekt.modules.referendum.ballot.canonical import b64_of, compact
from spreekt.modules.referendum.ballot.credential import public_of
from spreekt.modules.referendum.ballot.election import Election, Question
from spreekt.modules.referendum.ballot.proofs import Opening, prove_disjunction, prove_knowledge
from tests.referendum.ballot.elections import a_ballot, a_draw

Path = tuple[str | int, ...]


def a_forged_ballot(monkeypatch: Any, election: Election, choices: Sequence[Sequence[int]]) -> str:
    """A ballot of choices that no question allows: where no statement is true, the first is claimed all the same."""

    def pretend(key: Any, prefix: str, openings: Sequence[Opening], draw: Any) -> Any:
        if all(opening.surplus for opening in openings):
            openings = [openings[0]._replace(surplus=0), *openings[1:]]
        return prove_disjunction(key, prefix, openings, draw)

    with monkeypatch.context() as patched:
        patched.setattr(encryption, "prove_disjunction", pretend)
        patched.setattr(Question, "allows", lambda *_: True)
        return a_ballot(election, choices)


def changed(ballot: str, change: Callable[[Any], object], *, secret: mpz | None = None) -> str:
    """The ballot after a change of its fields; with a secret, signed again as if by the owner of that secret."""
    fields = json.loads(ballot)
    change(fields)
    if secret is not None:
        del fields["signature"]
        fields["credential"] = str(public_of(secret))
        digest = b64_of(compact(fields))
        proof = prove_knowledge(f"sig|{digest}|", secret, a_draw("forger"))
        fields["signature"] = {"hash": digest, "proof": proof.as_json()}
    return compact(fields)


def with_value(path: Path, change: Callable[[Any], object]) -> Callable[[Any], None]:
    """A change of the one value at the end of a path."""

    def apply(fields: Any) -> None:
        for step in path[:-1]:
            fields = fields[step]
        fields[path[-1]] = change(fields[path[-1]])

    return apply


def paths_to(fields: Any, name: str, path: Path = ()) -> list[Path]:
    """Where a field of this name stands."""
    if isinstance(fields, list):
        return [found for place, value in enumerate(fields) for found in paths_to(value, name, (*path, place))]
    if not isinstance(fields, dict):
        return []
    deeper = [found for key, value in fields.items() for found in paths_to(value, name, (*path, key))]
    return deeper + ([(*path, name)] if name in fields else [])

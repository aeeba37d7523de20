"""The election file: questions, key, fingerprint. Who holds the key is in trustees.py."""

import re
from dataclasses import dataclass
from typing import Any, Final

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.group import NAME, in_group
from spreekt.modules.referendum.verifier.faults import Fault, within
from spreekt.modules.referendum.verifier.reading import digest_base64, element, items, json_of, text, whole

UUID: Final = re.compile(r"[1-9A-HJ-NP-Za-km-z]{14,64}")
_REQUIRED: Final = {"version", "description", "name", "group", "public_key", "questions", "uuid"}
_OPTIONAL: Final = {"administrator", "credential_authority"}
_MOST_ANSWERS: Final = 1000


@dataclass(frozen=True, slots=True)
class Question:
    """What a ballot answers: one slot per answer, and one before them when blank is allowed."""

    answers: tuple[str, ...]
    has_blank: bool
    minimum: int
    maximum: int

    @property
    def slots(self) -> int:
        return len(self.answers) + self.has_blank

    def slot_name(self, slot: int) -> str:
        """How faults call a slot; slots count from 0."""
        if self.has_blank and slot == 0:
            return "blank"
        return f"answer {slot - self.has_blank + 1}"


@dataclass(frozen=True, slots=True)
class Election:
    """What every ballot and decryption is checked against."""

    uuid: str
    fingerprint: str
    """phi: SHA-256 of the election file as it is, in Base64."""
    key: mpz
    """y: what ballots are encrypted to."""
    questions: tuple[Question, ...]


def read_election(body: bytes) -> Election:
    """The election, of which only the key still has to be compared with the trustees. Raises Fault.

    This one file need not be canonical: its exact bytes are what counts, for they make the fingerprint.
    """
    value = json_of(body)
    if not isinstance(value, dict) or not _REQUIRED <= value.keys() <= _REQUIRED | _OPTIONAL:
        raise Fault(f"must be an object with {', '.join(sorted(_REQUIRED))}")
    with within("version"):
        whole(value["version"], 1, 1)
    for name in ("description", "name", *sorted(_OPTIONAL & value.keys())):
        with within(name):
            text(value[name])
    if value["group"] != NAME:
        raise Fault(f"the group must be {NAME}")
    with within("public_key"):
        key = element(value["public_key"])
        if not in_group(key):
            raise Fault("is not in the group")
    with within("uuid"):
        if not UUID.fullmatch(text(value["uuid"])):
            raise Fault("must be 14 or more base58 characters")
    questions = items(value["questions"])
    if not questions:
        raise Fault("there is no question")
    return Election(
        value["uuid"],
        digest_base64(body),
        key,
        tuple(_question(question, number) for number, question in enumerate(questions, 1)),
    )


def _question(value: Any, number: int) -> Question:
    required = {"answers", "min", "max", "question"}
    with within(f"question {number}"):
        if not isinstance(value, dict) or not required <= value.keys() <= required | {"blank"}:
            raise Fault(f"must be an object with {', '.join(sorted(required))}, and blank if it may be left open")
        with within("question"):
            text(value["question"])
        with within("answers"):
            answers = tuple(text(answer) for answer in items(value["answers"]))
            if not 0 < len(answers) <= _MOST_ANSWERS:
                raise Fault(f"must be 1 to {_MOST_ANSWERS} answers")
        with within("blank"):
            if not isinstance(value.get("blank", False), bool):
                raise Fault("must be true or false")
        with within("max"):
            maximum = whole(value["max"], 1, len(answers))
        with within("min"):
            return Question(answers, value.get("blank", False), whole(value["min"], 0, maximum), maximum)

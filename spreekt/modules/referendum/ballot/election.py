"""What is asked, in which election, under which key; its text, and the fingerprint that ballots carry. No answers.

Source: protocol section 5.2.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any, Final

from gmpy2 import mpz

from spreekt.modules.referendum.ballot import group
from spreekt.modules.referendum.ballot.canonical import BASE58, NotStrictJson, b64_of, compact, hex_of, read_json
from spreekt.modules.referendum.ballot.group import FixedBase
from spreekt.modules.referendum.ballot.refusals import BadElection

VERSION: Final = 1
MOST_QUESTIONS: Final = 20
MOST_ANSWERS: Final = 100

_LONGEST_TEXT = 200_000
_UUID_LENGTH = 14
_LONGEST_UUID = 64
_OPTIONAL = ("administrator", "credential_authority")


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Of its answers between `min` and `max` are chosen, or blank where that is allowed."""

    text: str
    answers: tuple[str, ...]
    blank: bool = True
    min: int = 1
    max: int = 1

    def __post_init__(self) -> None:
        if not 1 <= len(self.answers) <= MOST_ANSWERS:
            raise BadElection(f"een vraag heeft 1 tot {MOST_ANSWERS} antwoorden")
        if not 0 <= self.min <= self.max <= len(self.answers) or self.max == 0:
            raise BadElection("het kleinste en het grootste aantal keuzes passen niet bij de antwoorden")

    @property
    def slots(self) -> int:
        """Encrypted numbers of one ballot for this question: one for each answer, and one before them for blank."""
        return len(self.answers) + self.blank

    @property
    def counts(self) -> range:
        """How many answers may be chosen, apart from blank."""
        return range(self.min, self.max + 1)

    def allows(self, choices: tuple[int, ...]) -> bool:
        """Whether a vector of zeros and ones, blank first where it is allowed, is a valid vote."""
        if len(choices) != self.slots or not set(choices) <= {0, 1}:
            return False
        chosen = sum(choices[self.blank :])
        return chosen == 0 if self.blank and choices[0] else chosen in self.counts

    def as_json(self) -> dict[str, Any]:
        blank = {"blank": True} if self.blank else {}
        return {"answers": [*self.answers], **blank, "min": self.min, "max": self.max, "question": self.text}


@dataclass(frozen=True, slots=True)
class Template:
    """What is fixed before there is a key."""

    name: str
    description: str
    questions: tuple[Question, ...]
    administrator: str | None = None
    credential_authority: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.questions) <= MOST_QUESTIONS:
            raise BadElection(f"er zijn 1 tot {MOST_QUESTIONS} vragen")

    @property
    def slots(self) -> int:
        """Encrypted numbers of one whole ballot."""
        return sum(question.slots for question in self.questions)

    def text(self) -> str:
        """The canonical text, whose hash is published when the questions are frozen."""
        return compact({**self._head(), "questions": self._questions(), **self._tail()})

    def _head(self) -> dict[str, Any]:
        return {"description": self.description, "name": self.name}

    def _questions(self) -> list[dict[str, Any]]:
        return [question.as_json() for question in self.questions]

    def _tail(self) -> dict[str, str]:
        optional = {name: getattr(self, name) for name in _OPTIONAL}
        return {name: value for name, value in optional.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Election:
    """One election: its questions, its key, and its text, byte for byte as it was stored. The text is what counts."""

    template: Template
    uuid: str
    text: str
    fingerprint: str
    """phi of the protocol: SHA-256 of the text in Base64."""
    key: FixedBase = field(compare=False, repr=False)
    """y of the protocol, with a table of its powers that fills itself at first use: keep an Election around."""

    @property
    def questions(self) -> tuple[Question, ...]:
        return self.template.questions

    @property
    def public_key(self) -> mpz:
        return self.key.base

    @property
    def sha(self) -> str:
        """The name of its file in the archive."""
        return hex_of(self.text)


def new_uuid() -> str:
    """A fresh name for an election: 14 random base58 characters."""
    return "".join(secrets.choice(BASE58) for _ in range(_UUID_LENGTH))


def make_election(template: Template, uuid: str, public_key: mpz) -> Election:
    """The election of a template under a key. Raises BadElection if the key or the name cannot be."""
    text = compact(
        {
            "version": VERSION,
            **template._head(),
            "group": group.NAME,
            "public_key": str(public_key),
            "questions": template._questions(),
            "uuid": uuid,
            **template._tail(),
        }
    )
    return parse_election(text)


def parse_election(text: str) -> Election:
    """The election that a stored text describes, every parameter checked. Raises BadElection, which says what is wrong.

    This takes an exponentiation: whoever accepts ballots does it once.
    """
    fields = _fields(text)
    if fields.pop("version", None) != VERSION or fields.pop("group", None) != group.NAME:
        raise BadElection("de versie of de groep is een andere")
    uuid = _string(fields, "uuid")
    if not _UUID_LENGTH <= len(uuid) <= _LONGEST_UUID or not set(uuid) <= set(BASE58):
        raise BadElection("de naam van de verkiezing is geen base58-tekst van 14 tekens of meer")
    public_key = _key(_string(fields, "public_key"))
    return Election(
        template=_template(fields), uuid=uuid, text=text, fingerprint=b64_of(text), key=FixedBase(public_key)
    )


def parse_template(text: str) -> Template:
    """The template that a stored text describes. Raises BadElection."""
    return _template(_fields(text))


def _fields(text: str) -> dict[str, Any]:
    if len(text) > _LONGEST_TEXT:
        raise BadElection("de tekst is te lang")
    try:
        fields = read_json(text)
    except NotStrictJson:
        raise BadElection("de tekst is geen geldige JSON") from None
    if not isinstance(fields, dict):
        raise BadElection("de tekst beschrijft geen verkiezing")
    return fields


def _template(fields: dict[str, Any]) -> Template:
    name, description = _string(fields, "name"), _string(fields, "description")
    optional = {key: _string(fields, key) for key in _OPTIONAL if key in fields}
    questions = fields.pop("questions", None)
    if fields:
        raise BadElection(f"onbekend veld ‘{min(fields)}’")
    if not isinstance(questions, list):
        raise BadElection("er zijn geen vragen")
    return Template(name, description, tuple(_question(question) for question in questions), **optional)


def _question(fields: object) -> Question:
    if not isinstance(fields, dict):
        raise BadElection("een vraag is geen vraag")
    fields = dict(fields)
    text, answers, blank = _string(fields, "question"), fields.pop("answers", None), fields.pop("blank", False)
    smallest, largest = fields.pop("min", None), fields.pop("max", None)
    if fields:
        raise BadElection(f"onbekend veld ‘{min(fields)}’ in een vraag")
    if not isinstance(answers, list) or not all(isinstance(answer, str) for answer in answers):
        raise BadElection("de antwoorden zijn geen teksten")
    if type(blank) is not bool or type(smallest) is not int or type(largest) is not int:
        raise BadElection("blanco, min of max is van een andere soort")
    return Question(text, tuple(answers), blank=blank, min=smallest, max=largest)


def _string(fields: dict[str, Any], name: str) -> str:
    value = fields.pop(name, None)
    if not isinstance(value, str):
        raise BadElection(f"het veld ‘{name}’ ontbreekt of is geen tekst")
    return value


def _key(decimal: str) -> mpz:
    try:
        key = group.number(decimal)
    except group.NotANumber:
        raise BadElection("de sleutel is geen getal") from None
    if key == 1 or not group.in_group(key):
        raise BadElection("de sleutel hoort niet bij de groep")
    return key

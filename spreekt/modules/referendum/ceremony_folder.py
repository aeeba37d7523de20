"""The making of a key as files in a folder that trustees pass around: one small file for each step of each trustee.

Nothing in them is secret. Reading checks everything; what is wrong is said with the name of the file.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from spreekt.modules.referendum.ballot.canonical import NotStrictJson, compact, hex_of, is_canonical, read_json
from spreekt.modules.referendum.ballot.ceremony import STEPS, Ceremony, NotYet, Step
from spreekt.modules.referendum.ballot.certificates import TrusteeFault
from spreekt.modules.referendum.ballot.trustees import written_trustees

FORMAT: Final = "spreekt-trustee-step"
TRUSTEES_FILE: Final = "trustees.json"
LONGEST: Final = 500_000
"""No file of one step is longer, in bytes."""
_FIELDS: Final = ("format", "version", "election", "count", "threshold", "step", "index", "content")


class BadFolder(ValueError):
    """A file of the folder is wrong; the message names it and says what to do."""


class NoStep(ValueError):
    """A text is no file of one step; the message says why, to be read after the name of the file."""


@dataclass(frozen=True, slots=True)
class Folder:
    """What trustees put in a folder so far."""

    path: Path
    election: str
    ceremony: Ceremony

    def add(self, step: Step, index: int, content: Any) -> Path:
        """Put what a trustee publishes in the folder. Raises FileExistsError when it did so before."""
        self.path.mkdir(parents=True, exist_ok=True)
        path = self.path / name_of(step, index)
        with path.open("x", encoding="utf-8") as file:
            file.write(written_step(self.election, self.ceremony, step, index, content))
        return path

    def write_trustees(self) -> Path:
        """The trustees file of the election, once all steps are done. Raises NotYet or TrusteeFault."""
        path = self.path / TRUSTEES_FILE
        path.write_text(written_trustees([("Pedersen", self.ceremony.parameters())]), encoding="utf-8")
        return path

    def control_code(self) -> str:
        """What all trustees compare aloud at the end. Raises NotYet or TrusteeFault."""
        return control_code(written_trustees([("Pedersen", self.ceremony.parameters())]))


def control_code(trustees: str) -> str:
    """A trustees file in four groups of four, to compare by telephone: the first 64 bits of its SHA-256."""
    digits = hex_of(trustees)[:16].upper()
    return " ".join(digits[at : at + 4] for at in range(0, 16, 4))


def name_of(step: Step, index: int) -> str:
    """The name of one file: `2-promise-3.json` is the second step of trustee 3."""
    return f"{STEPS.index(step) + 1}-{step.value}-{index}.json"


def written_step(election: str, ceremony: Ceremony, step: Step, index: int, content: Any) -> str:
    """The file of one step of one trustee."""
    body = {
        "format": FORMAT, "version": 1, "election": election, "count": ceremony.count,
        "threshold": ceremony.threshold, "step": step.value, "index": index, "content": content,
    }  # fmt: skip
    return compact(body) + "\n"


def read_step(given: bytes) -> dict[str, Any]:
    """The fields of such a file. Raises NoStep."""
    try:
        text = given.decode("utf-8").strip()
        body = read_json(text)
    except (NotStrictJson, UnicodeDecodeError):
        raise NoStep("is damaged. Copy it again.") from None
    if not isinstance(body, dict) or tuple(body) != _FIELDS or not is_canonical(text, body):
        raise NoStep("is no file of a trustee.")
    return body


def read_folder(path: Path, *, election: str, count: int, threshold: int) -> Folder:
    """All steps in a folder, each one checked; an empty or absent folder is a beginning. Raises BadFolder."""
    published: dict[Step, dict[int, Any]] = {step: {} for step in STEPS}
    ceremony = Ceremony(count, threshold, published)
    expected = {"format": FORMAT, "version": 1, "election": election, "count": count, "threshold": threshold}
    for step in STEPS:
        given = {}
        for index in range(1, count + 1):
            file = path / name_of(step, index)
            if file.exists():
                given[index] = _content(file, {**expected, "step": step.value, "index": index})
        for index, content in given.items():
            try:
                ceremony.check(step, index, content)
            except NotYet as refusal:
                raise BadFolder(f"{path / name_of(step, index)} comes too early: {refusal}. Remove it.") from None
            except TrusteeFault as fault:
                raise BadFolder(
                    f"{path / name_of(step, index)} is wrong: {fault}. Ask trustee {fault.trustee} for this file again."
                ) from None
            published[step][index] = content
    return Folder(path, election, ceremony)


def election_of(path: Path) -> tuple[str, int, int]:
    """Election, number of trustees and how many are needed, as the first file in a folder says. Raises BadFolder."""
    first = min(path.glob("1-certificate-*.json"), default=None)
    if first is None:
        raise BadFolder(f"{path} holds no files of trustees. Begin with `spreekt trustee keygen`.")
    body = _body(first)
    election, count, threshold = body["election"], body["count"], body["threshold"]
    if not (isinstance(election, str) and type(count) is int and type(threshold) is int):
        raise BadFolder(f"{first} is no file of a trustee.")
    return election, count, threshold


def _content(file: Path, expected: dict[str, Any]) -> Any:
    body = _body(file)
    for name, value in expected.items():
        if body[name] != value:
            raise BadFolder(f"{file} is about another key: its {name} is {body[name]!s:.40}, not {value}.")
    return body["content"]


def _body(file: Path) -> dict[str, Any]:
    try:
        return read_step(file.read_bytes() if file.stat().st_size <= LONGEST else b"")
    except NoStep as fault:
        raise BadFolder(f"{file} {fault}") from None

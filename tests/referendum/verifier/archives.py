"""Archives for the tests of the verifier: published ones, taken apart, changed, and chained again. No test here."""

import functools
import hashlib
import io
import json
import os
import random
import subprocess
import tarfile
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.ceremony import Ceremony
from spreekt.modules.referendum.ballot.credential import public_of
from spreekt.modules.referendum.ballot.decryption import counts, partial_decryption
from spreekt.modules.referendum.ballot.election import Question, parse_election
from spreekt.modules.referendum.ballot.own_key import Trustee
from spreekt.modules.referendum.ballot.tally import tally_of
from spreekt.modules.referendum.ballot.trustees import read_trustees, written_trustees
from tests.referendum.ballot.elections import OneKey, a_ballot, a_secret, an_election
from tests.referendum.trustee_builders import TOOL, a_ceremony, need_tool

YES_NO = Question("Moet de Grote Markt autovrij worden?", ("Ja", "Nee"))
WHICH = Question("Welke pleinen eerst?", ("A", "B", "C"), blank=False, min=1, max=2)
SECONDS = 1_700_000_000

Choices = Sequence[Sequence[int]]


@dataclass
class Step:
    """One event: its type and the bodies before it."""

    kind: str
    bodies: list[bytes]

    def load(self, member: int = 0) -> Any:
        return json.loads(self.bodies[member])


def compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@dataclass
class Draft:
    """An archive in pieces. Written, it is hashed, named and chained anew, so that only deep faults stay."""

    steps: list[Step]
    seconds: int = SECONDS
    opening: bytes = b""
    links: bool = True
    """Whether what names another record is renewed: the set-up, the sized tally and the owned decryptions."""
    change_event: Callable[[dict[str, Any]], Any] = lambda event: event
    """Told every event just before it is written."""
    spoil: Callable[[bytearray], Any] = field(default=lambda raw: None)
    """Told the finished file."""

    def of(self, kind: str, nth: int = 0) -> Step:
        return [step for step in self.steps if step.kind == kind][nth]

    def edit(self, kind: str, change: Callable[[Any], Any], *, nth: int = 0, member: int = 0) -> None:
        """Change the JSON of one record; `change` alters it in place or gives another value."""
        step = self.of(kind, nth)
        value = step.load(member)
        changed = change(value)
        step.bodies[member] = compact(value if changed is None else changed)

    def raw(self) -> bytes:
        """The whole file."""
        out = io.BytesIO()
        opening = self.opening or compact({"version": 1, "timestamp": str(self.seconds)})
        out.write(record("BELENIOS", opening, self.seconds))
        parent, height = "", 0
        for step in self.steps:
            if self.links:
                _relink(step)
            for body in step.bodies:
                out.write(record(f"{digest(body)}.data.json", body, self.seconds))
            event = {"parent": parent} if parent else {}
            event |= {"height": height, "type": step.kind}
            event |= {"payload": digest(step.bodies[-1])} if step.bodies else {}
            text = compact(self.change_event(event) or event)
            parent, height = digest(text), height + 1
            out.write(record(f"{parent}.event.json", text, self.seconds))
        raw = bytearray(out.getvalue())
        changed = self.spoil(raw)
        return bytes(changed if isinstance(changed, (bytes, bytearray)) else raw)


def _relink(step: Step) -> None:
    if step.kind == "Setup":
        names = ("election", "trustees", "credentials")
        step.bodies[3] = compact({name: digest(body) for name, body in zip(names, step.bodies, strict=False)})
    elif step.kind == "EncryptedTally":
        step.bodies[1] = compact(step.load(1) | {"encrypted_tally": digest(step.bodies[0])})
    elif step.kind == "PartialDecryption":
        step.bodies[1] = compact(step.load(1) | {"payload": digest(step.bodies[0])})


def record(name: str, body: bytes, seconds: int) -> bytes:
    """One record as the standard library writes it, with the fields that the archive has otherwise put right."""
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = len(body), seconds, 0o644
    head = bytearray(info.tobuf(tarfile.USTAR_FORMAT))
    head[257:] = bytes(512 - 257)
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + body + bytes(-len(body) % 512)


def taken_apart(raw: bytes) -> Draft:
    """The pieces of an archive that is whole."""
    steps, bodies, at, opening, seconds = [], [], 0, b"", 0
    while at < len(raw):
        size, body_at = int(raw[at + 124 : at + 135], 8), at + 512
        name, body = raw[at : at + 100].rstrip(b"\0").decode(), raw[body_at : body_at + size]
        if at == 0:
            opening, seconds = body, int(raw[136:147], 8)
        elif name.endswith(".event.json"):
            steps.append(Step(json.loads(body)["type"], bodies))
            bodies = []
        else:
            bodies.append(body)
        at = body_at + size + -size % 512
    return Draft(steps, seconds, opening)


@functools.cache
def the_trustees() -> tuple[list[Trustee], Ceremony]:
    """Three who made a key of which two are needed; a second of work, done once."""
    return a_ceremony(3, 2)


def a_draft(
    questions: Sequence[Question],
    votes: Sequence[tuple[int, Choices]],
    *,
    roll: int,
    opened_by: Sequence[int] = (1, 3),
    singles: Sequence[int] = (),
) -> Draft:
    """A published archive. `votes`: the number of the voter and the vectors, in the order they came.

    `singles`: secrets of trustees who come after the group of three (owners 4, 5, …) and hold a key alone.
    """
    members, ceremony = the_trustees()
    secrets = {owner: member.decryption_key(ceremony) for owner, member in enumerate(members, 1)}
    secrets |= {owner: mpz(secret) for owner, secret in enumerate(singles, 4)}
    alone = [tuple(item) for secret in singles for item in json.loads(OneKey(mpz(secret)).trustees)]
    trustees_text = written_trustees([("Pedersen", ceremony.parameters()), *alone])
    trustees = read_trustees(trustees_text)
    base = an_election(*questions)
    text = base.text.replace(str(base.public_key), str(trustees.election_key))
    election = parse_election(text)
    ballots = [a_ballot(election, vote, voter=voter, seed=seed) for seed, (voter, vote) in enumerate(votes)]
    credentials = sorted(str(public_of(a_secret(voter, election))) for voter in range(roll))
    last = {voter: ballot for (voter, _), ballot in zip(votes, ballots, strict=True)}
    tally = tally_of(election, last.values())
    phi = election.fingerprint
    opened = {owner: partial_decryption(tally.rows, secrets[owner], owner=owner, phi=phi) for owner in opened_by}
    factors = {
        owner: tuple(tuple(mpz(x) for x in row) for row in part["decryption_factors"]) for owner, part in opened.items()
    }
    result = counts(tally.rows, trustees, factors, most=tally.ballots)
    setup = [election.text.encode(), trustees_text.encode(), compact(credentials), b"{}"]
    return Draft(
        [
            Step("Setup", setup),
            *(Step("Ballot", [ballot.encode()]) for ballot in ballots),
            Step("EndBallots", []),
            Step("EncryptedTally", [tally.text().encode(), tally.sized_text().encode()]),
            *(Step("PartialDecryption", [compact(part), compact({"owner": owner})]) for owner, part in opened.items()),
            Step("Result", [compact({"result": result})]),
        ]
    )


@functools.cache
def _published() -> Draft:
    votes = [
        (0, ((0, 1, 0), (1, 0, 0))),
        (1, ((0, 1, 0), (0, 1, 1))),
        (2, ((1, 0, 0), (1, 1, 0))),
        (0, ((0, 0, 1), (0, 0, 1))),  # changes their vote
    ]
    return a_draft((YES_NO, WHICH), votes, roll=5)


def published() -> Draft:
    """A small published archive, to be changed: four ballots of three of five voters, opened by trustees 1 and 3."""
    return deepcopy(_published())


def written(draft: Draft, folder: Path) -> Path:
    path = folder / f"{json.loads(draft.steps[0].bodies[0])['uuid']}.bel"
    path.write_bytes(draft.raw())
    return path


def verdict_of_tool(path: Path) -> str:
    """What the independent program says of an archive that is alone in its folder."""
    need_tool()
    environment = {**os.environ, "BELENIOS_USE_URANDOM": "1"}
    run = subprocess.run(
        [TOOL, "election", "verify"], cwd=path.parent, env=environment, capture_output=True, text=True, timeout=300
    )
    return f"{run.returncode} {run.stderr}"


def random_vote(question: Question, dice: random.Random) -> tuple[int, ...]:
    """A permitted vector, blank now and then."""
    if question.blank and dice.random() < 0.25:
        return (1, *[0] * len(question.answers))
    chosen = set(dice.sample(range(len(question.answers)), dice.randint(question.min, question.max)))
    return (*[0] * question.blank, *(int(place in chosen) for place in range(len(question.answers))))

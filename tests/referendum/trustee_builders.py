"""Ceremonies, tallies and files of the independent tool for the tests of keys. Nothing here is a test."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from gmpy2 import mpz

from spreekt.modules.referendum.ballot.ceremony import STEPS, Ceremony
from spreekt.modules.referendum.ballot.decryption import Tally
from spreekt.modules.referendum.ballot.group import GENERATOR, P, power
from spreekt.modules.referendum.ballot.own_key import Trustee, new_seed_text
from spreekt.modules.referendum.ballot.randomness import draw_secret
from tests.browser.conditions import must_run

TOOL = "belenios-tool"
TEMPLATE = (
    '{"description":"proef","name":"Proef","questions":'
    '[{"answers":["Ja","Nee"],"blank":true,"min":1,"max":1,"question":"Komt er een park?"}]}'
)


def a_ceremony(count: int = 3, threshold: int = 2) -> tuple[list[Trustee], Ceremony]:
    """Trustees who made a key together, and all that they published."""
    trustees = [Trustee(new_seed_text(), index) for index in range(1, count + 1)]
    published: dict[Any, dict[int, Any]] = {step: {} for step in STEPS}
    ceremony = Ceremony(count, threshold, published)
    for step in STEPS:
        for trustee in trustees:
            given = trustee.publish(ceremony, step)
            ceremony.check(step, trustee.index, given)
            published[step][trustee.index] = given
    return trustees, ceremony


def a_tally(key: mpz, totals: Sequence[Sequence[int]]) -> Tally:
    """An encrypted tally that opens to these totals."""

    def encrypted(total: int) -> tuple[mpz, mpz]:
        r = draw_secret()
        return GENERATOR.power(r), power(key, r) * GENERATOR.power(mpz(total)) % P

    return [[encrypted(total) for total in question] for question in totals]


def need_tool() -> None:
    """Skip the test where the independent program is not installed; where CI=true it fails instead."""
    if shutil.which(TOOL) is None:
        must_run("belenios-tool is not installed: apt-get install belenios-tool")


def tool(folder: Path, *arguments: str, given: str = "") -> str:
    """What the independent tool prints; its refusal is an AssertionError with its words. Needs the tool."""
    need_tool()
    done = subprocess.run(
        [TOOL, *arguments], cwd=folder, input=given, capture_output=True, text=True, timeout=120,
        env={**os.environ, "BELENIOS_USE_URANDOM": "1"},
    )  # fmt: skip
    assert done.returncode == 0, f"{' '.join(arguments)}: {done.stderr}"
    return done.stdout


def a_closed_archive(folder: Path, trustees: str, votes: Iterable[str]) -> tuple[str, Tally]:
    """An archive of the tool in `folder`, closed, with its encrypted tally; gives the uuid and that tally.

    `votes` are plaintexts as the tool takes them, `[[0,1,0]]` for example; each is cast by another credential.
    """
    votes = list(votes)
    (folder / "trustees.json").write_text(trustees)
    (folder / "q.json").write_text(TEMPLATE)
    uuid = tool(folder, "setup", "generate-token").strip()
    group = ("--group", "BELENIOS-2048")
    tool(folder, "setup", "generate-credentials", "--uuid", uuid, *group, "--count", str(max(len(votes), 1)))
    next(folder.glob("*.pubcreds")).rename(folder / "public_creds.json")
    credentials = [line.split()[1] for line in next(folder.glob("*.privcreds")).read_text().splitlines()]
    tool(folder, "setup", "make-election", "--uuid", uuid, *group, "--template", "q.json")
    tool(folder, "archive", "init")
    for credential, vote in zip(credentials, votes, strict=False):
        (folder / "credential").write_text(credential)
        (folder / "vote").write_text(vote)
        ballot = tool(folder, "election", "generate-ballot", "--privcred", "credential", "--ballot", "vote")
        tool(folder, "archive", "add-event", "--type=Ballot", given=ballot)
    tool(folder, "archive", "add-event", "--type=EndBallots")
    encrypted = tool(folder, "election", "compute-encrypted-tally")
    tool(folder, "archive", "add-event", "--type=EncryptedTally", given=encrypted)
    questions = json.loads(encrypted.splitlines()[0])
    return uuid, [[(mpz(slot["alpha"]), mpz(slot["beta"])) for slot in question] for question in questions]

"""P01, V14: somebody registers, proves where they live, votes; then nothing tells number, address or choice."""

import re
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import func, select

from spreekt.identity.code_letters import code_of
from spreekt.identity.residency_models import CodeLetter
from spreekt.kernel.outbox import Message
from tests.builders import an_area
from tests.faults.canary import hits, of_redis, of_the_database, of_the_folder, shapes
from tests.faults.conftest import NewDatabase
from tests.faults.election import Election, marks_for
from tests.identity.register_files import a_file
from tests.live import Platform, platform
from tests.mailbox import eventually
from tests.servers import Server
from tests.wire import Visitor

NUMBER = "85073099932"
SPELLINGS = (NUMBER, "85.07.30-999.32", "85 07 30 999 32", "850730-99932", "850730 999 32", "85.07.30.999.32")
ADDRESS = "kanarie.vogel+geel@voorbeeld.example"
CODES = ("kool-4471", "mees-9913", "vink-3307", "lijster-5528")
CHOICE = ("kool-4471", "vink-3307")


@pytest.fixture
def watched(new_database: NewDatabase, redis_server: Server, tmp_path: Path) -> Iterator[Platform]:
    """The platform with Redis: a server, a worker, mails and letters as files."""
    with platform(tmp_path / "instance", new_database("canary"), redis_url=redis_server.url) as made:
        web = made.serve(wait=False)
        made.work()
        web.server.await_answer()
        yield made


def delivered(made: Platform) -> bool:
    with made.sessions() as db:
        return db.scalar(select(func.count()).where(Message.delivered_at.is_(None))) == 0


def import_register(made: Platform, path: Path) -> None:
    """Put a register file in force that holds the number, by command."""
    path.write_bytes(a_file())
    command = [sys.executable, "-m", "spreekt", "register", "import", str(path), "--reference-date", "2026-11-01"]
    done = subprocess.run(command, env=made.environment(), cwd=path.parent, capture_output=True, text=True)
    (made.folder / "register.log").write_text(done.stdout + done.stderr)
    assert done.returncode == 0, done.stderr


def register_and_confirm(made: Platform, visitor: Visitor) -> None:
    """An account, and the button behind the link in the mail."""
    assert visitor.fill("/registreren", name="Kanarie", email=ADDRESS).status == 303
    eventually(lambda: delivered(made) and any((made.folder / "outbox").glob("*.eml")))
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default) for path in (made.folder / "outbox").glob("*.eml")
    ]
    [text] = [mail.get_body(("plain",)).get_content() for mail in mails if mail["To"] == ADDRESS]  # type: ignore[union-attr]
    link = re.search(r"/aanmelden/link/\S+", text)
    assert link is not None
    assert visitor.fill(link[0]).status == 303


def prove_residency(made: Platform, visitor: Visitor) -> None:
    """Ask a letter, once with a slip of the pen, and type its code."""
    slip = visitor.fill("/verblijf/brief", number=NUMBER[:-1] + "3", born_on="1985-07-30")
    assert slip.status == 422
    assert visitor.fill("/verblijf/brief", number=SPELLINGS[1], born_on="1985-07-30").status == 303
    with made.sessions() as db:
        code = code_of(made.vault, db.scalars(select(CodeLetter)).one())
    eventually(lambda: any((made.folder / "letters").glob("*.pdf")))
    reply = visitor.fill("/verblijf/code", code=code)
    assert (reply.status, reply.location) == (303, "/verblijf/gelukt")


def test_the_canary_is_found_nowhere(watched: Platform, redis_server: Server, tmp_path: Path) -> None:
    with watched.building():
        for area in ("Kortrijk", "Heule"):
            an_area(area)
    import_register(watched, tmp_path / "register.csv")
    election = Election(watched, "kanarie", codes=CODES)
    visitor = watched.webs[0].visitor()
    register_and_confirm(watched, visitor)
    prove_residency(watched, visitor)
    form = election.marked(visitor, list(CHOICE))
    assert visitor.post(election.review_url, form).location == f"/burgerbudget/{election.slug}/stemmen/gestemd"
    eventually(lambda: delivered(watched))

    heap = [
        *of_the_database(watched), *of_redis(redis_server.url), *of_the_folder(watched.folder),
    ]  # fmt: skip
    joined = {mark.join(CHOICE) for mark in (",", ", ", " ", "|", ";", '","', '", "', "', '", "\n")}
    sent = "&".join(f"projects={code}" for code in CHOICE)
    packed = marks_for(CHOICE, among=CODES)
    choices = {shape for text in {*joined, sent, packed, packed.replace("=", "%3D")} for shape in shapes(text)}
    secrets = {
        "national number": {shape for spelling in SPELLINGS for shape in shapes(spelling)},
        "mail address": set(shapes(ADDRESS)) | {ADDRESS.replace("@", "=40"), ADDRESS.partition("@")[0]},
        "choice": choices,
    }

    assert len(heap) > 20
    assert hits(heap, secrets) == []
    assert hits([(place, content) for place, content in heap if not place.endswith(".pdf")],
                {"name in the register": {"Dewaele", "Sint-Denijsestraat"}}) == []  # fmt: skip
    planted = [("a planted copy", f"{SPELLINGS[1]} {ADDRESS.encode().hex()} {','.join(CHOICE)}".encode())]
    assert {hit.partition(" as ")[0] for hit in hits(planted, secrets)} == set(secrets)

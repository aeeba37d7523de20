"""P01: a national number, once typed, is nowhere to be found; neither are name and address in readable form."""

import base64
import hashlib
import io

from sqlalchemy import select

from spreekt.identity.register_import import import_register, read
from spreekt.kernel.actor import SYSTEM
from spreekt.kernel.storage import Base
from spreekt.worker import deliver_due
from tests.builders import NOON, an_account, an_area, staff
from tests.identity.register_files import a_file
from tests.residency.test_desk_views import Role, look_up
from tests.residency.test_views import ask

CANARY = "85073099932"
SPELLINGS = (CANARY, "85.07.30-999.32", "850730-99932", "850730 999 32")


def traces_of(text):
    """Everything by which a number could be found again without a key."""
    raw = text.encode()
    yield from (text, text[::-1], raw.hex(), base64.b64encode(raw).decode().rstrip("=")[:-1])
    yield from (hashlib.new(kind, raw).hexdigest() for kind in ("md5", "sha1", "sha256"))


def dump(db, folder):
    """All cells of all tables and all files, as text."""
    for table in Base.metadata.sorted_tables:
        for row in db.execute(select(table)):
            yield from map(str, row)
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.name
            yield path.read_bytes().decode("latin-1")


def test_a_national_number_leaves_no_trace(app, pages, db, vault, tmp_path, caplog, capfd):
    areas = {name: an_area(name).id for name in ("Kortrijk", "Heule")}
    reading = read(io.BytesIO(a_file()), vault, areas=areas, reference_on=NOON.date())
    import_register(db, vault, reading, areas=areas, by=SYSTEM, now=NOON)
    db.commit()
    browser = pages.as_(an_account())
    for spelling in SPELLINGS[:2]:
        ask(browser, spelling)
    ask(browser, CANARY[:-1] + "3", status=422)
    look_up(pages.as_(staff(Role.DESK)), CANARY)
    deliver_due(app)

    db.expire_all()
    kept = "\n".join((*dump(db, tmp_path), caplog.text, *capfd.readouterr()))
    wanted = {trace for spelling in SPELLINGS for trace in traces_of(spelling)}

    assert not [trace for trace in wanted if trace.lower() in kept.lower()]
    assert "Dewaele" not in kept
    assert "Sint-Denijsestraat" not in kept

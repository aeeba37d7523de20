"""Each change to a published archive is refused with the name of what was changed. V08, V10, V11, V15."""

import json
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest

from spreekt.modules.referendum.verifier.verify import verify
from tests.referendum.verifier.archives import Draft, compact, published, written
from tests.referendum.verifier.changes import CHANGES


def the_fault(draft: Draft, folder) -> str:
    report = verify(written(draft, folder))
    assert not report.ok
    assert report.result is None
    assert report.fault
    return report.fault


def test_the_published_archive_is_whole(tmp_path):
    report = verify(written(published(), tmp_path))

    assert (report.ok, report.fault) == (True, None)
    assert (report.ballots, report.counted, report.result) == (4, 3, [[1, 1, 1], [1, 2, 2]])


@pytest.mark.parametrize("name", CHANGES)
def test_v08_v10_v11_v15_a_changed_archive_is_refused_by_name(name, tmp_path):
    change, fault = CHANGES[name]
    draft = published()
    change(draft)

    assert re.search(fault, the_fault(draft, tmp_path))


def test_v11_every_byte_of_the_file_matters(tmp_path):
    raw = published().raw()
    path = tmp_path / "x.bel"
    dice = random.Random(11)
    for at in dice.sample(range(len(raw)), 60):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 1 << dice.randrange(8)]) + raw[at + 1 :])

        assert not verify(path, so_far=True).ok, f"byte {at}"


@pytest.mark.parametrize("seed", range(60))
def test_v10_whatever_stands_somewhere_else_than_it_should_is_refused_without_a_traceback(seed, tmp_path):
    """Any value anywhere, names and hashes renewed: a list for a number, null, a negative, a huge one, a nested one."""
    dice = random.Random(seed)
    draft = published()
    draft.raw()  # gives every step its links
    step = dice.choice([step for step in draft.steps if step.bodies])
    member = dice.randrange(len(step.bodies))
    value = step.load(member)
    holder, place = dice.choice(list(places(value)))
    junk: list[Any] = [None, True, -1, 0, 10**400, 1.5, "", "1", "é", [], {}, [[]], "\ud800", {"alpha": "1"}]
    holder[place] = dice.choice([each for each in junk if each != holder[place]])
    half = any(part == "\ud800" for container, at in places(value) for part in (at, container[at]))
    step.bodies[member] = json.dumps(value).encode() if half else compact(value)
    draft.links = member != len(step.bodies) - 1

    assert the_fault(draft, tmp_path)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in a JSON value with every place in it."""
    for place in range(len(value)) if isinstance(value, list) else list(value) if isinstance(value, dict) else ():
        yield value, place
        yield from places(value[place])


def test_the_first_of_two_faults_is_named_whatever_the_number_of_processes(tmp_path):
    draft = published()
    for name in ("another hash in the signature", "a ballot twice", "another result", "zero blocks at the end"):
        CHANGES[name][0](draft)
    path = written(draft, tmp_path)

    faults = {verify(path, jobs=jobs).fault for jobs in (1, 2, 3)}

    assert len(faults) == 1
    assert re.search("ballot 2 .*: signature: the hash", faults.pop() or "")

"""Each change to a published archive is refused with the name of what was changed. V10, V11, V15 of trust.md."""

import re

import pytest

from spreekt.modules.referendum.verifier.verify import verify
from tests.referendum.verifier.archives import Draft, published, written
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
def test_v10_v11_v15_a_changed_archive_is_refused_by_name(name, tmp_path):
    change, fault = CHANGES[name]
    draft = published()
    change(draft)

    assert re.search(fault, the_fault(draft, tmp_path))


def test_the_first_of_two_faults_is_named_whatever_the_number_of_processes(tmp_path):
    draft = published()
    for name in ("another hash in the signature", "a ballot twice", "another result", "zero blocks at the end"):
        CHANGES[name][0](draft)
    path = written(draft, tmp_path)

    faults = {verify(path, jobs=jobs).fault for jobs in (1, 2, 3)}

    assert len(faults) == 1
    assert re.search("ballot 2 .*: signature: the hash", faults.pop() or "")

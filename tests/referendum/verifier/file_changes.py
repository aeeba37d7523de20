"""Changes of the file and of its chain of events, and what the verifier must say of each."""

from copy import deepcopy

from tests.referendum.verifier.making_changes import Change, bytes_at, event, steps, whole_file


def swap_in_file(raw: bytes) -> bytes:
    """The first two ballots change places, with their events, and nothing else."""
    records, at = [], 0
    while at < len(raw):
        size = int(raw[at + 124 : at + 135], 8)
        end = at + 512 + size + -size % 512
        records.append(raw[at:end])
        at = end
    records[6:8], records[8:10] = records[8:10], records[6:8]
    return b"".join(records)


FILE: dict[str, tuple[Change, str]] = {
    "another mode in a header": (bytes_at(lambda raw: 100, b"0000600"), r"record 1 \(byte 0\): the header is not"),
    "a wrong checksum": (bytes_at(lambda raw: 512 + 512 + 148, b"000000"), "record 2 .*: the header is not"),
    "another moment in one header": (
        bytes_at(lambda raw: 1024 + 136, b"14524572401"),
        "record 2 .*: the header is not",
    ),
    "bytes after a body": (bytes_at(lambda raw: 512 + 100, b"x"), "record 1 .*: what fills up the last block"),
    "zero blocks at the end": (whole_file(lambda raw: raw + bytes(1024)), "a block of zeroes"),
    "half a record": (whole_file(lambda raw: raw[:-100]), "the file ends in the middle of a record"),
    "half a header": (whole_file(lambda raw: raw + b"ab"), "the file ends in the middle of a header"),
    "nothing": (whole_file(lambda raw: b""), "the file is empty"),
    "no opening": (whole_file(lambda raw: raw[1024:]), "an archive opens with a record called BELENIOS"),
    "a byte in a ballot": (
        bytes_at(lambda raw: raw.index(b'"choices"'), b'"choises"'),
        "record 7 .*: the name is not the SHA-256",
    ),
    "another version of the archive": (
        lambda draft: setattr(draft, "opening", b'{"version":2,"timestamp":"1700000000"}'),
        "record 1 .*: version: must be a whole number from 1 to 1",
    ),
    "another moment than the headers": (
        lambda draft: setattr(draft, "opening", b'{"version":1,"timestamp":"1700000001"}'),
        "record 1 .*: the header",
    ),
    "another parent": (event(2, parent="0" * 64), "record 10: the parent is not the event before it"),
    "a height left out": (event(2, height=3), "record 10: the height must be 2"),
    "a height as text": (event(2, height="2"), "record 10: the height must be 2"),
    "another payload": (event(2, payload="0" * 64), "record 10: the payload is not the record before it"),
    "an unknown event": (event(2, type="Vote"), "record 10: this type of event does not exist"),
    "a field too many in an event": (event(2, by="me"), "record 10: must have exactly these fields"),
    "ballots changed places": (whole_file(swap_in_file), "record 8: the parent is not the event before it"),
    "a ballot after the end": (
        steps(lambda all_steps: all_steps.insert(6, deepcopy(all_steps[2]))),
        "record 17: Ballot cannot follow EndBallots",
    ),
    "a second tally": (
        steps(lambda all_steps: all_steps.insert(7, deepcopy(all_steps[6]))),
        "EncryptedTally cannot follow EncryptedTally",
    ),
    "no end of ballots": (steps(lambda all_steps: all_steps.pop(5)), "EncryptedTally cannot follow Ballot"),
    "a second result": (
        steps(lambda all_steps: all_steps.append(deepcopy(all_steps[-1]))),
        "Result cannot follow Result",
    ),
    "a record of no event": (
        lambda draft: draft.of("Ballot").bodies.insert(0, b"{}"),
        "record 9: before Ballot there must be 1 records, not 2",
    ),
    "no result": (
        steps(lambda all_steps: all_steps.pop()),
        "not finished: all 4 ballots up to here are valid, but there is no result",
    ),
    "no tally": (lambda draft: draft.steps.__delitem__(slice(6, None)), "not finished: .* there is no encrypted tally"),
    "still open": (
        lambda draft: draft.steps.__delitem__(slice(5, None)),
        "not finished: .* there is no EndBallots event",
    ),
    "no event for the last record": (
        whole_file(lambda raw: raw[: raw.rindex(b".event.json") - 64]),
        "the archive ends before the event that it belongs to",
    ),
}

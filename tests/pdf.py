"""What a PDF of ours draws, for tests that read letters."""

import re
import zlib


def streams_in(pdf: bytes) -> list[bytes]:
    """Its compressed streams, uncompressed, in order. Each says how long it is: its last byte may be a line end."""
    found = re.finditer(rb"/Length (\d+)[^>]*>>\s*stream\r?\n", pdf)
    bodies = [pdf[each.end() : each.end() + int(each[1])] for each in found]
    return [zlib.decompress(body) for body in bodies if body[:1] == b"x"]


def text_in(pdf: bytes) -> str:
    """The words of all its pages, with the brackets that the format escapes."""
    return b"\n".join(streams_in(pdf)).decode("latin-1").replace("\\(", "(").replace("\\)", ")")

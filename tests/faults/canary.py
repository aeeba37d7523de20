"""Everything an installation keeps, in one heap, and every shape in which a secret could lie in it."""

import base64
import hashlib
import warnings
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import quote

import redis
from sqlalchemy import MetaData, make_url, select
from sqlalchemy.exc import SAWarning

from tests.live import Platform


def shapes(text: str) -> Iterator[str]:
    """A text in every form that can be turned back, and as a hash that is soon guessed."""
    for spelled in {text, text[::-1]}:
        raw = spelled.encode()
        yield spelled
        yield raw.hex()
        yield quote(spelled, safe="")
        yield quote(quote(spelled, safe=""), safe="")
        for shift in range(3):  # wherever it begins in a longer text that became Base64
            encoded = base64.b64encode(b"\0" * shift + raw).decode()
            yield encoded[4 if shift else 0 : -4]
        for name in ("md5", "sha1", "sha256"):
            digest = hashlib.new(name, raw)
            yield digest.hexdigest()
            yield base64.b64encode(digest.digest()).decode().rstrip("=")
            yield digest.digest().decode("latin-1")


def of_the_database(made: Platform) -> Iterator[tuple[str, bytes]]:
    """Every cell of every table there is, and for SQLite the files as they lie on the disk."""
    found = MetaData()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # an index on an expression, of no use here
        found.reflect(made.engine)
    with made.engine.connect() as connection:
        for table in found.sorted_tables:
            rows = "\n".join("\t".join(map(str, row)) for row in connection.execute(select(table)))
            yield f"table {table.name}", rows.encode("utf-8", "replace")
    if made.kind == "sqlite":
        file = Path(make_url(made.database_url).database or "")
        for path in file.parent.glob(file.name + "*"):
            yield str(path), path.read_bytes()


def of_redis(url: str) -> Iterator[tuple[str, bytes]]:
    """Every key with its value, as Redis itself would move it elsewhere."""
    readers = {
        b"string": lambda client, key: client.get(key),
        b"list": lambda client, key: client.lrange(key, 0, -1),
        b"set": lambda client, key: client.smembers(key),
        b"zset": lambda client, key: client.zrange(key, 0, -1, withscores=True),
        b"hash": lambda client, key: client.hgetall(key),
    }
    with redis.Redis.from_url(url) as client:
        for key in client.keys("*"):
            kind = client.type(key)
            value = readers[kind](client, key) if kind in readers else client.dump(key)
            yield f"redis {key!r}", repr((key, value)).encode()


def of_the_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file: logs, mails, letters, pictures. A mail also as it is read, but without the line that says to whom."""
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if path.suffix != ".eml":
            yield str(path), content
            continue
        mail = message_from_bytes(content, policy=policy.default)
        del mail["To"]
        parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
        yield str(path), "\n".join([mail.as_string(), *parts]).encode()


def hits(heap: list[tuple[str, bytes]], secrets: dict[str, set[str]]) -> list[str]:
    """Where which secret was found; capitals make no difference."""
    wanted = {(name, shape.lower().encode("latin-1", "replace")) for name in secrets for shape in secrets[name]}
    return [
        f"{name} as {shape!r} in {place}"
        for place, content in heap
        for name, shape in wanted
        if len(shape) > 5 and shape in content.lower()
    ]

"""What the command `spreekt trustee` asks at the terminal and keeps on the medium: passphrases and private files."""

import argparse
import getpass
import os
from pathlib import Path
from typing import BinaryIO

from spreekt.modules.referendum import key_files
from spreekt.modules.referendum.key_files import KeyFile


class Refused(Exception):
    """The answer is no; the message says why and what to do."""


def passphrase(args: argparse.Namespace, *, twice: bool = False) -> str:
    """What the trustee types, or what stands in --passphrase-file. `twice`: a new one. Raises Refused."""
    if args.passphrase_file is not None:
        typed = read(args.passphrase_file).rstrip("\r\n")
    else:
        typed = getpass.getpass("Passphrase: ")
        if twice and getpass.getpass("The same once more: ") != typed:
            raise Refused("The two are not the same. Nothing was written; try again.")
    if twice and len(typed) < key_files.SHORTEST_PASSPHRASE:
        raise Refused(
            f"Choose a passphrase of {key_files.SHORTEST_PASSPHRASE} characters or more: four words for example."
        )
    return typed


def read(path: Path) -> str:
    """The text of a file. Raises Refused when it is no text, OSError when it is not there."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Refused(f"{path} is not the right file: it is no text.") from None


def private(path: Path) -> BinaryIO:
    """A new file that only its owner can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def write_key(path: Path, key: KeyFile, passphrase: str, *, new: bool) -> None:
    """Never half a key file: written beside the old one and put in its place when it is whole."""
    if new and path.exists():
        raise FileExistsError(0, "", str(path))
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    with private(beside) as file:
        file.write(key_files.locked(key, passphrase).encode())
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)

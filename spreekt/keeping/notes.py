"""What the instance folder remembers: the last backup for the alarms, and a restore that has not ended."""

import json
import os
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from prometheus_client import Gauge

LAST_BACKUP = "last-backup.json"
RESTORING = "restoring.json"
LEAST_SHARE = 0.9
"""A backup this much smaller than the last one is suspect."""
AGE = Gauge("spreekt_backup_age_seconds", "Since the last backup; infinite when there is none")
SIZE = Gauge("spreekt_backup_bytes", "Size of the last backup")


def last_backup(instance: Path) -> tuple[datetime, int] | None:
    """When the last backup was made and how large it is; None when there is none or nobody can read it."""
    try:
        note = json.loads((instance / LAST_BACKUP).read_text("utf-8"))
        return datetime.fromisoformat(note["at"]), int(note["bytes"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def remember_backup(instance: Path, *, at: str, size: int) -> str:
    """Write it down; returns a warning when the new one is much smaller than the one before, else nothing."""
    before = last_backup(instance)
    _write(instance / LAST_BACKUP, {"at": at, "bytes": size})
    if before is None or size >= LEAST_SHARE * before[1]:
        return ""
    return (
        f"Warning: this backup has {size} bytes and the one before {before[1]}. Find out what is gone before you throw "
        "an older one away."
    )


def watch(instance: Path) -> None:
    """Let /metrics tell how old and how large the last backup is, whenever it is asked."""

    def age() -> float:
        last = last_backup(instance)
        return float("inf") if last is None else time.time() - last[0].timestamp()

    def size() -> float:
        last = last_backup(instance)
        return 0.0 if last is None else float(last[1])

    AGE.set_function(age)
    SIZE.set_function(size)


def begin_restore(instance: Path) -> bool:
    """From here on nothing serves until the restore has ended well. Returns whether an earlier one never did."""
    was_unfinished = (instance / RESTORING).exists()
    _write(instance / RESTORING, {"state": "begun"})
    return was_unfinished


def end_restore(instance: Path) -> None:
    (instance / RESTORING).unlink(missing_ok=True)


def unfinished_restore(instance: Path) -> list[str]:
    """What `spreekt check` says about it: one sentence or none."""
    if not (instance / RESTORING).exists():
        return []
    return ["A restore did not end: run `spreekt restore` again, with --replace when the database is not empty."]


def _write(path: Path, note: dict[str, Any]) -> None:
    half = path.with_name(f"{path.name}.part")
    with half.open("w", encoding="utf-8") as file:
        json.dump(note, file)
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)

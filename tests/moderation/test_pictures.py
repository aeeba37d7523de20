"""Photos: what is taken, where it is kept, who sees it and when it is gone."""

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from spreekt.kernel.errors import Invalid
from spreekt.moderation import pictures
from spreekt.moderation.models import Picture, State
from spreekt.moderation.pictures import FolderShelf, discard, store, sweep_orphans
from tests.builders import NOON, a_moderator, an_account
from tests.moderation.conftest import Note
from tests.moderation.things import a_note
from tests.pages import Pages

BENCH = "Een bank onder een linde"


def a_photo(kind: str = "JPEG", size: tuple[int, int] = (900, 600), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (40, 120, 60)).save(out, kind, **options)
    return out.getvalue()


@pytest.fixture
def shelf(tmp_path: Path) -> FolderShelf:
    return FolderShelf(tmp_path / "uploads")


def keep(db: Session, shelf: FolderShelf, note: Note, upload: bytes | None = None, alt: str = BENCH) -> Picture:
    picture = store(db, shelf, note, io.BytesIO(a_photo() if upload is None else upload), alt=alt, now=NOON)
    db.commit()
    return picture


def files(shelf: FolderShelf) -> list[Path]:
    return [path for path in shelf.folder.rglob("*") if path.is_file()]


def test_a_photo_is_kept_in_two_sizes_under_a_name_that_tells_nothing(db: Session, shelf: FolderShelf) -> None:
    picture = keep(db, shelf, a_note())

    assert pictures.NAME.fullmatch(picture.name)
    assert {path.name for path in files(shelf)} == {f"{picture.name}.webp", f"{picture.name}-klein.webp"}
    assert picture.alt == BENCH


def test_nothing_that_came_along_is_in_any_size(db: Session, shelf: FolderShelf) -> None:
    exif = Image.Exif()
    exif[0x010E] = "CANARY-DESCRIPTION"
    exif.get_ifd(0x8825)[1] = "N"

    picture = keep(db, shelf, a_note(), a_photo(exif=exif, comment=b"CANARY-COMMENT"))

    for small in (False, True):
        content = shelf.get(picture.name, small=small)
        assert content is not None
        assert b"CANARY" not in content
        assert not Image.open(io.BytesIO(content)).getexif()


def a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../etc/cron.d/x", "x")
    return out.getvalue()


HOSTILE = {
    "nothing": b"",
    "page": b"<!doctype html><script>alert(1)</script>",
    "drawing": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "gif": b"GIF89a/*\x01\x00\x01\x00*/=1;alert(1)//",
    "half": a_photo()[:200],
    "with an archive": a_photo() + a_zip(),
    "with a script": a_photo() + b"<script>alert(1)</script>",
    "document": b"%PDF-1.7\n<html>",
    "tiff": a_photo("TIFF"),
}


@pytest.mark.parametrize("upload", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_honest_photo_is_refused_and_leaves_nothing(db: Session, shelf: FolderShelf, upload: bytes) -> None:
    with pytest.raises(Invalid):
        keep(db, shelf, a_note(), upload)

    assert files(shelf) == []


@pytest.mark.parametrize("alt", ["", "  ", "x" * 201, "\u200b\u200b\u200b"])
def test_a_photo_needs_words(db: Session, shelf: FolderShelf, alt: str) -> None:
    with pytest.raises(Invalid):
        keep(db, shelf, a_note(), alt=alt)


def test_a_transaction_that_is_undone_leaves_no_file(
    db: Session, sessions: sessionmaker[Session], shelf: FolderShelf
) -> None:
    note_id = a_note().id
    with sessions() as session:
        note = session.get_one(Note, note_id)
        store(session, shelf, note, io.BytesIO(a_photo()), alt=BENCH, now=NOON)
        assert len(files(shelf)) == 2

        session.rollback()

    assert files(shelf) == []


def test_files_without_a_row_are_swept_and_young_ones_stay(db: Session, shelf: FolderShelf) -> None:
    kept_one = keep(db, shelf, a_note())
    for name in ("a" * 32, "b" * 32):
        shelf.put(name, large=b"x", small=b"x")
    for path in files(shelf):
        if not path.name.startswith("b"):
            os.utime(path, (1_000_000_000, 1_000_000_000))

    assert sweep_orphans(db, shelf) == 1
    assert {path.name[:32] for path in files(shelf)} == {kept_one.name, "b" * 32}


def test_a_photo_taken_away_is_gone_from_the_shelf_once_that_holds(db: Session, shelf: FolderShelf) -> None:
    picture = keep(db, shelf, a_note())

    discard(db, shelf, picture)
    assert len(files(shelf)) == 2
    db.commit()

    assert files(shelf) == []


def test_a_text_has_five_photos_at_most(db: Session, shelf: FolderShelf) -> None:
    note = a_note()
    small = a_photo(size=(20, 20))
    for _number in range(5):
        keep(db, shelf, note, small)

    with pytest.raises(Invalid):
        keep(db, shelf, note, small)

    assert db.scalar(select(func.count()).select_from(Picture)) == 5


def test_an_account_has_a_limited_number_of_photos(
    db: Session, shelf: FolderShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST_PER_ACCOUNT", 1)
    author = an_account()
    keep(db, shelf, a_note(author=author))

    with pytest.raises(Invalid):
        keep(db, shelf, a_note(author=author))


@pytest.mark.parametrize("name", ["../secret", "A" * 32, "a" * 31, "a" * 33, ".." * 16, "a" * 31 + "/"])
def test_the_shelf_takes_generated_names_only(shelf: FolderShelf, name: str) -> None:
    with pytest.raises(ValueError, match="generated"):
        shelf.put(name, large=b"x", small=b"x")


@pytest.mark.parametrize("address", ["", "?klein=1"])
def test_a_public_photo_is_served_harmlessly_and_asked_for_again_each_time(
    pages: Pages, db: Session, shelf: FolderShelf, address: str
) -> None:
    picture = keep(db, shelf, a_note())

    answer = pages.raw(f"/foto/{picture.name}{address}")

    assert answer.status_code == 200
    assert answer.mimetype == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "public, no-cache"
    again = pages.raw(f"/foto/{picture.name}{address}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("state", [state for state in State if state is not State.PUBLISHED])
def test_a_photo_is_seen_by_whoever_may_read_its_text(
    pages: Pages, db: Session, shelf: FolderShelf, state: State
) -> None:
    author = an_account()
    note = a_note(author=author)
    picture = keep(db, shelf, note)
    etag = pages.raw(f"/foto/{picture.name}").headers["ETag"]
    note.state = state
    db.commit()

    for size in ("", "?klein=1"):
        url = f"/foto/{picture.name}{size}"
        assert pages.raw(url).status_code == 404
        assert pages.as_(an_account()).raw(url).status_code == 404
        assert pages.raw(url, headers={"If-None-Match": etag}).status_code == 404
        assert pages.raw(url, headers={"Range": "bytes=0-10"}).status_code == 404
        assert pages.as_(a_moderator()).raw(url).status_code == (404 if state is State.DRAFT else 200)
        own = pages.as_(author).raw(url)
        assert own.status_code == 200
        assert own.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["a" * 32, "..%2f..%2fconfig.py", "a" * 31 + "%00", "' OR 1=1 --", "%2e%2e"])
def test_an_unknown_or_crooked_name_is_not_there(pages: Pages, name: str) -> None:
    assert pages.raw(f"/foto/{name}").status_code in {400, 404}

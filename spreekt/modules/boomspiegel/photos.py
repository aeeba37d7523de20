"""Photos of places: kept as submissions, so that moderators see them before anybody else does."""

from __future__ import annotations

from datetime import datetime
from typing import IO

from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor
from spreekt.moderation import domain as moderation
from spreekt.moderation import pictures
from spreekt.moderation.models import State
from spreekt.moderation.pictures import Shelf
from spreekt.modules.boomspiegel import queries
from spreekt.modules.boomspiegel.adoption_models import Adoption
from spreekt.modules.boomspiegel.care_models import Moment, PitPhoto, PitReport
from spreekt.modules.boomspiegel.models import Adoptable


def attach(
    db: Session, shelf: Shelf, place: Adoptable, upload: IO[bytes], *, alt: str, moment: Moment, by: Actor,
    now: datetime, adoption: Adoption | None = None, report: PitReport | None = None,
) -> PitPhoto:  # fmt: skip
    """Keep a photo with a place, as a draft of who made it. Raises Invalid for anything but a picture with words."""
    photo = PitPhoto(
        author_id=by.id, created_at=now, adoptable_id=place.id, adoption_id=adoption.id if adoption else None,
        report_id=report.id if report else None, moment=moment, areas=list(place.areas),
    )  # fmt: skip
    moderation.write(photo, title=f"Foto van {place.code}, {place.place}"[:120], body="")
    db.add(photo)
    db.flush()
    pictures.store(db, shelf, photo, upload, alt=alt, now=now)
    return photo


def discard(db: Session, shelf: Shelf, photo: PitPhoto) -> None:
    """Throw a draft away, with its file."""
    for picture in list(photo.pictures):
        pictures.discard(db, shelf, picture)
    db.expire(photo, ["pictures"])
    db.delete(photo)
    db.flush()


def hand_in(db: Session, adoption: Adoption, *, by: Actor, now: datetime) -> None:
    """The photo of before goes to the moderators together with the request."""
    photo = queries.photo_of(db, adoption_id=adoption.id, moment=Moment.BEFORE)
    if photo is not None and photo.state == State.DRAFT:
        moderation.submit(db, photo, by=by, now=now)

"""Makes an uploaded picture harmless by drawing it anew; where pictures are kept is not here."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Final

from PIL import Image, ImageOps

from spreekt.kernel.errors import N_, Invalid

MOST_BYTES: Final = 10_000_000
MOST_PIXELS: Final = 50_000_000  # a 48-megapixel phone picture fits; about 200 MB of memory while drawing
LARGE_SIDE: Final = 1600  # pixels
SMALL_SIDE: Final = 480
MEDIA_TYPE: Final = "image/webp"
EXTENSION: Final = ".webp"

_MOST_SCANS = 64  # of a progressive JPEG: a few dozen at most in honest ones, thousands in a bomb
_FORMATS = {"JPEG": b"\xff\xd8\xff", "PNG": b"\x89PNG\r\n\x1a\n", "WEBP": b"RIFF"}
_OPENED_AS = {"JPEG": {"JPEG", "MPO"}, "PNG": {"PNG"}, "WEBP": {"WEBP"}}  # phones put a second view in a JPEG
_ALSO_A_PAGE = re.compile(rb"<(?:script|html|iframe|\?php|!doctype|svg[\s>])", re.IGNORECASE)
_QUALITY = 80


class PictureRefused(Invalid):
    """The upload cannot be used as a picture. The message is Dutch and says what to do."""


class NotAPicture(PictureRefused):
    """Another kind of file, whatever its name says."""

    says = N_("Dit bestand is geen foto die we kunnen tonen. Kies een JPEG, PNG of WebP.")


class PictureHidesFile(NotAPicture):
    """A picture that is also an archive, a document or a page with a script."""

    says = N_("In deze foto zit nog een ander bestand. Maak een schermafdruk van de foto en kies die.")


class PictureMoves(NotAPicture):
    """More than one frame."""

    says = N_("Bewegende beelden kunnen niet. Kies een gewone foto.")


class PictureTooLarge(PictureRefused):
    """Too many bytes; the argument is how many megabytes there may be."""

    status = 413
    says = N_("Je foto is te zwaar. Kies een foto van hoogstens {0} MB.")


class TooManyPixels(PictureTooLarge):
    """The argument is how many megapixels there may be."""

    says = N_("Je foto heeft te veel beeldpunten. Kies een foto van hoogstens {0} megapixel.")


class PictureDamaged(PictureRefused):
    """It starts as a picture but cannot be drawn to its end, or only with endless work."""

    says = N_("We kunnen deze foto niet openen. Bewaar hem opnieuw als JPEG en probeer het nog eens.")


@dataclass(frozen=True, slots=True)
class Rendition:
    """One drawn picture in WebP, ready to store; sizes in pixels."""

    content: bytes = field(repr=False)
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """The two sizes that are kept; the upload itself is not."""

    large: Rendition
    small: Rendition


def redraw(upload: bytes, *, most_bytes: int = MOST_BYTES, most_pixels: int = MOST_PIXELS) -> Picture:
    """Draw a JPEG, PNG or WebP anew at no more than 1600 and 480 pixels, upright and without any metadata.

    The type follows from the content. Sizes are checked before a pixel is decoded.
    Raises NotAPicture, PictureTooLarge or PictureDamaged.
    """
    if len(upload) > most_bytes:
        raise PictureTooLarge(most_bytes // 1_000_000)
    kind = _kind_of(upload)
    _refuse_double_meaning(upload)
    try:
        return _drawn(upload, kind, most_pixels)
    except PictureRefused:
        raise
    except (Image.DecompressionBombError, MemoryError) as bomb:
        raise TooManyPixels(most_pixels // 1_000_000) from bomb
    except Exception as fault:  # decoders raise whatever a broken file makes them trip over
        raise PictureDamaged from fault


def _kind_of(upload: bytes) -> str:
    for kind, start in _FORMATS.items():
        if upload.startswith(start) and (kind != "WEBP" or upload[8:12] == b"WEBP"):
            return kind
    raise NotAPicture


def _refuse_double_meaning(upload: bytes) -> None:
    """Files that are a picture and something else at once: an archive, a document or a page with a script."""
    if b"%PDF-" in upload[:1024] or zipfile.is_zipfile(io.BytesIO(upload)) or _ALSO_A_PAGE.search(upload):
        raise PictureHidesFile


def _drawn(upload: bytes, kind: str, most_pixels: int) -> Picture:
    with Image.open(io.BytesIO(upload), formats=[kind]) as opened:
        if opened.format not in _OPENED_AS[kind]:
            raise NotAPicture
        if opened.width * opened.height > most_pixels:
            raise TooManyPixels(most_pixels // 1_000_000)
        if kind != "JPEG" and getattr(opened, "n_frames", 1) > 1:
            raise PictureMoves
        if kind == "JPEG":
            if upload.count(b"\xff\xda") > _MOST_SCANS:
                raise PictureDamaged
            opened.draft(None, (LARGE_SIDE, LARGE_SIDE))  # decode no finer than needed
        upright = ImageOps.exif_transpose(opened)
        large = _pixels_only(upright)
    large.thumbnail((LARGE_SIDE, LARGE_SIDE), Image.Resampling.LANCZOS)
    small = large.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE), Image.Resampling.LANCZOS)
    return Picture(large=_rendition(large), small=_rendition(small))


def _pixels_only(picture: Image.Image) -> Image.Image:
    """A new picture with the same pixels and nothing that came along."""
    plain = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    plain.info = {}
    return plain


def _rendition(picture: Image.Image) -> Rendition:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=_QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return Rendition(content=out.getvalue(), width=picture.width, height=picture.height)

"""Papers behind an expense: a photo is drawn anew, a PDF is kept as it is, and only ever downloaded."""

import io
import re
import zipfile
from typing import Final

from spreekt.kernel.errors import N_, Invalid
from spreekt.kernel.images import MEDIA_TYPE, MOST_BYTES
from spreekt.moderation import pictures

PDF: Final = "application/pdf"
MOST_PDF_BYTES: Final = 5_000_000
MOST_UPLOAD: Final = MOST_BYTES
NAME = re.compile(r"[0-9a-f]{32}")
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|OpenAction)\b")


class NotADocument(Invalid):
    says = N_("Dit bestand is geen leesbare foto of pdf. Kies een JPEG, PNG, WebP of pdf.")


class PdfTooLarge(Invalid):
    says = N_("Je pdf is te zwaar. Kies er een van hoogstens {0} MB, of neem een foto.")


class PdfIsActive(Invalid):
    says = N_("In deze pdf zit meer dan tekst en beeld. Druk hem af als nieuwe pdf, of neem een foto.")


def harmless(upload: bytes) -> tuple[bytes, str]:
    """What is kept of an upload, and its type by content: whatever its name says, it is a photo or a PDF."""
    if not upload:
        raise NotADocument
    if not upload.startswith(b"%PDF-"):
        return pictures.drawn(upload)[0].content, MEDIA_TYPE
    if len(upload) > MOST_PDF_BYTES:
        raise PdfTooLarge(MOST_PDF_BYTES // 1_000_000)
    if b"%%EOF" not in upload[-2048:] or zipfile.is_zipfile(io.BytesIO(upload)):
        raise NotADocument
    if _ACTIVE.search(upload):
        raise PdfIsActive
    return upload, PDF
